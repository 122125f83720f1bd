"""`portal access`: who sees what, and why."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, or_, select

from portal.cases.models import Case
from portal.cases.visibility import Explanation, explain
from portal.db import db
from portal.identity.actors import actor_for
from portal.identity.models import User


@click.group()
def access() -> None:
    """Ask who may see what."""


@access.command("explain")
@click.argument("person")
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@click.pass_obj
def explain_access(application: Callable[[], Flask], person: str, case: str, as_json: bool) -> None:
    """Say whether PERSON sees CASE, and which condition decided.

    PERSON is an email address, CASE a reference; both also answer to the id they had in the system
    they were imported from.

    Example: portal access explain mariana@client.example C-1042
    """
    with application().app_context():
        answer = explained(person, case)
    if as_json:
        click.echo(
            json.dumps({"allowed": answer.allowed, "rule": answer.rule, "why": answer.words})
        )
    else:
        click.echo(f"{'yes' if answer.allowed else 'no'}: {answer.words}")


def explained(person: str, case: str) -> Explanation:
    """The answer about a person and a case by what an operator calls them.

    Raises: click.ClickException when either is unknown, or could be several.
    """
    user, found = _user_called(person), _case_called(case)
    return explain(actor_for(user), found) if user.active else Explanation(False, "inactive")


def _user_called(text: str) -> User:
    """The user with this address, else with this id of the system they came from."""
    address = func.lower(User.email) == text.lower()
    found = db.session.scalars(select(User).where(or_(address, User.source_id == text))).all()
    user: User = _one_of(
        [user for user in found if (user.email or "").lower() == text.lower()] or found,
        f"nobody signs in as {text!r}",
        f"several people came with the id {text!r}; give the email address",
    )
    return user


def _case_called(text: str) -> Case:
    """The case with this reference, else with this id of the system it came from."""
    statement = Case.unscoped("an operator names a case")
    found: Sequence[Any] = db.session.scalars(
        statement.where(or_(Case.ref == text, Case.source_id == text)).limit(50)
    ).all()
    matches = [case for case in found if case.ref == text] or found
    refs = ", ".join(sorted(case.ref for case in matches))
    case: Case = _one_of(
        matches,
        f"there is no case {text!r}",
        f"{text!r} may be any of {refs}; give one of these references",
    )
    return case


def _one_of(found: Sequence[Any], none: str, several: str) -> Any:
    if len(found) == 1:
        return found[0]
    raise click.ClickException(several if found else none)
