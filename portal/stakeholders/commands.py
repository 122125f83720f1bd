"""`portal user …`: people who sign in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask
from sqlalchemy import or_

from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import db, transaction
from portal.delivery import BadAddress
from portal.identity import invitations
from portal.identity.invitations import WrongSide
from portal.identity.models import Reach, Role, User
from portal.identity.preferences import LANGUAGES
from portal.identity.queries import user_of
from portal.stakeholders import access

Application = Callable[[], Flask]


@click.group()
def user() -> None:
    """People who sign in: add, sign out, close."""


@user.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--account", "ref", metavar="REF", help="the account; staff without it have the role everywhere"
)
@click.option("--name", default="", help="what the person is called")
@click.option(
    "--reach",
    type=click.Choice([reach.value for reach in Reach]),
    default=Reach.ACCOUNT.value,
    show_default=True,
)
@click.option("--language", type=click.Choice(LANGUAGES), default=None)
@click.pass_obj
def add(
    application: Application,
    email: str,
    role: str,
    ref: str | None,
    name: str,
    reach: str,
    language: str | None,
) -> None:
    """Make a user and print a one-time link to set the password, valid seven days.

    Repeating it adds nothing and prints a new link; the link of before ends.

    Example: portal user add ana@client.example --role contact --account AC00001
    """
    if not ref and not Role(role).of_staff:
        raise click.UsageError(f"--role {role} needs --account: a client belongs to an account")
    with application().app_context(), _work():
        account = _account(ref) if ref else None
        made = access.admit_by_address(
            email,
            Role(role),
            account,
            by=SYSTEM,
            reach=Reach(reach),
            name=name,
            language=language or "",
        )
        link = invitations.one_time_link(made)
    click.echo(link)


@user.command("sign-out")
@click.argument("email")
@click.pass_obj
def sign_out(application: Application, email: str) -> None:
    """End every session of a person.

    Example: portal user sign-out ana@client.example
    """
    with application().app_context(), _work():
        invitations.sign_out_everywhere(_user(email), by=SYSTEM)
    click.echo(f"{email} is signed out everywhere.")


@user.command()
@click.argument("email")
@click.pass_obj
def close(application: Application, email: str) -> None:
    """End a person's access for good: sessions, links and grants; what they wrote stays.

    Example: portal user close ana@client.example
    """
    with application().app_context(), _work():
        invitations.deactivate(_user(email), by=SYSTEM)
    click.echo(f"{email} can sign in no more.")


@contextmanager
def _work() -> Iterator[None]:
    """One transaction whose refusals are one line each."""
    try:
        with transaction():
            yield
    except WrongSide as refusal:
        raise click.ClickException(str(refusal)) from None
    except BadAddress as refusal:
        raise click.UsageError(str(refusal)) from None


def _account(ref: str) -> Account:
    named = or_(Account.ref == ref, Account.source_id == ref)
    found: Sequence[Any] = db.session.scalars(
        Account.unscoped("a command names an account").where(named)
    ).all()
    if len(found) != 1:
        raise click.ClickException(f"there is no account {ref}; portal accounts lists them")
    account: Account = found[0]
    return account


def _user(email: str) -> User:
    found = user_of(email)
    if found is None:
        raise click.ClickException(f"there is no user {email}")
    return found
