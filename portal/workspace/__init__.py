"""Screens that join features."""
