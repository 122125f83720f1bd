"""`portal access`: who sees what, and why."""

import json
from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy import func, select

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
    """Say whether PERSON (an e-mail address) sees CASE (a reference), and which condition decided.

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


def explained(email: str, ref: str) -> Explanation:
    """The answer about a person and a case by what an operator calls them.

    Raises: click.ClickException when either is unknown.
    """
    user = db.session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    if user is None:
        raise click.ClickException(f"nobody signs in as {email!r}")
    case = db.session.scalar(Case.unscoped("an operator names a case").where(Case.ref == ref))
    if case is None:
        raise click.ClickException(f"there is no case {ref!r}")
    return explain(actor_for(user), case) if user.active else Explanation(False, "inactive")
