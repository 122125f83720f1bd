"""`portal review`."""

from pathlib import Path
from typing import Any

import click

from portal.accounts.finding import AccountUnknown, account_called
from portal.actor import SYSTEM
from portal.reviews import documents, operations
from portal.reviews.pdf import NotPrinted
from portal.reviews.periods import Period, PeriodRefused


@click.group()
def review() -> None:
    """Service reviews as PDF."""


@review.command()
@click.argument("account")
@click.argument("period")
@click.option("--lang", "language", help="en, pt, es or it; the account's own language if left out")
@click.option("--children", is_flag=True, help="include child accounts")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="the file to write",
)
@click.pass_obj
def build(
    application: Any, account: str, period: str, language: str | None, children: bool, output: Path
) -> None:
    """Make the review of ACCOUNT (reference, name or id in the system it came from) over PERIOD.

    PERIOD is 2026-Q3, 2026-09 or 2026. Example: portal review build SERRA 2026-Q3 -o review.pdf
    """
    with application().app_context():
        try:
            row = account_called(account)
            chosen = language or (row.language if row.language in documents.languages() else "en")
            asked = _asked(period)
            operations.build_to_file(row, asked, chosen, output, actor=SYSTEM, children=children)
        except documents.LanguageUnknown as error:
            raise click.UsageError(str(error)) from None
        except NotPrinted as error:
            detail = f" ({error.detail})" if error.detail else ""
            raise click.ClickException(f"{error}{detail}") from None
        except (AccountUnknown, PeriodRefused) as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output} is ready ({output.stat().st_size // 1024} KB).")


def _asked(period: str) -> Period:
    try:
        return Period.parse(period)
    except PeriodRefused as error:
        raise click.UsageError(str(error)) from None
