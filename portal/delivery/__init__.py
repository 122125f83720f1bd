"""Sending what we owe people: mail, ordered with the change it tells of and sent by the worker."""

from portal.delivery.mail import BadAddress, send_mail

__all__ = ["BadAddress", "send_mail"]
