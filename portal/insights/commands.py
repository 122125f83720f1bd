"""`portal figures`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import click

from portal.accounts.finding import AccountUnknown, account_called
from portal.accounts.models import Account
from portal.actor import SYSTEM
from portal.db import transaction
from portal.insights import days
from portal.insights.by_kind import figures_by
from portal.insights.check import check as compute
from portal.insights.dimensions import KINDS
from portal.insights.queries import figures_for


class Instant(click.ParamType[datetime]):
    """An instant like 2026-04-01T00:00:00Z; one without a zone is taken as UTC."""

    name = "instant"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The instant in UTC."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not an instant like 2026-04-01T00:00:00Z", param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


class Zone(click.ParamType[str]):
    """An IANA time zone like Europe/Lisbon, by its exact name."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same name."""
        if value not in available_timezones():
            self.fail(f"{value!r} is not a time zone like Europe/Lisbon", param, ctx)
        return str(value)


DAY = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.option("--account", help="reference, name, or id in the system it came from")
@click.option("--from", "begin", type=DAY, help="first local day of the period")
@click.option("--to", "end", type=DAY, help="the day after its last")
@click.option("--as-of", type=Instant(), help="count what was recorded up to this instant")
@click.option("--children/--no-children", help="include child accounts [no]")
@click.option("--timezone", type=Zone(), help="whose days and hours count [the account's own]")
@click.option(
    "--by",
    type=click.Choice(KINDS),
    help="the figures for each of them; what cannot be broken down is named with the reason",
)
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@click.pass_context
def figures(
    context: click.Context,
    account: str | None,
    begin: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    children: bool,
    timezone: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Every figure of one account and period.

    Example: portal figures --account C-12 --from 2026-01-01 --to 2026-04-01 --json
    """
    if context.invoked_subcommand is not None:
        return
    if account is None or begin is None or end is None:
        raise click.UsageError("--account, --from and --to are needed")
    if begin >= end:
        raise click.UsageError("--to must be after --from")
    with context.obj().app_context():
        row = _account(account)
        period, how = (begin.date(), end.date()), (as_of, children, timezone or "")
        found = (
            figures_by(SYSTEM, row, period, by, *how)
            if by
            else figures_for(SYSTEM, row, period, *how)
        )
    click.echo(json.dumps(found) if as_json else _plain(found))


def _account(text: str) -> Account:
    try:
        return account_called(text)
    except AccountUnknown as error:
        raise click.ClickException(str(error)) from None


def _plain(found: dict[str, Any]) -> str:
    if "groups" in found:
        groups = found["groups"].items()
        told = [f"{found['by']}: {name or '-'}\n{_plain(one)}" for name, one in groups]
        left = "\n".join(f"{name}: {why}" for name, why in found["not_by"].items())
        return "\n\n".join((*told, f"not by {found['by']}\n{left}"))
    return "\n".join(f"{name:5s} {json.dumps(value)}" for name, value in found.items())


@figures.command()
@click.argument("meta", type=click.Path(path_type=Path))
def check(meta: Path) -> None:
    """Compute the figures of case files, without a database.

    Example: portal figures check golden/meta.json
    """
    try:
        found = compute(meta)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(found))


@figures.command()
@click.option("--check", "only_check", is_flag=True, help="change nothing, say what is wrong")
@click.pass_context
def recount(context: click.Context, only_check: bool) -> None:
    """Write the sums behind the insights pages anew from what happened, or compare the two.

    Example: portal figures recount --check
    """
    with context.obj().app_context(), transaction():
        wrong = days.check() if only_check else []
        accounts = 0 if only_check else days.rebuild()
    if wrong:
        raise click.ClickException("not as a recount has it: " + "; ".join(wrong[:20]))
    click.echo("All sums are right." if only_check else f"{accounts} accounts counted.")
