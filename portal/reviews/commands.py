"""`portal review`."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from portal import clock
from portal.accounts.finding import AccountUnknown, account_called
from portal.actor import SYSTEM
from portal.identity.models import User
from portal.identity.queries import user_of
from portal.insights.commands import Instant
from portal.reviews import documents, operations, signing, verdict
from portal.reviews.pdf import NotPrinted
from portal.reviews.periods import Period, PeriodRefused
from portal.reviews.portfolio import making
from portal.reviews.verifying import MOST_BYTES, Finding, examine


@click.group()
def review() -> None:
    """Service reviews as PDF."""


@review.command()
@click.argument("account")
@click.argument("period")
@click.option("--lang", "language", help="en, pt, es or it; the account's own language if left out")
@click.option("--children", is_flag=True, help="include child accounts")
@click.option(
    "--as-of",
    type=Instant(),
    help="with what was recorded up to this instant; the same instant gives the same bytes",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="the file to write",
)
@click.pass_obj
def build(
    application: Any,
    account: str,
    period: str,
    language: str | None,
    children: bool,
    as_of: datetime | None,
    output: Path,
) -> None:
    """Make the review of ACCOUNT (reference, name or id in the system it came from) over PERIOD.

    PERIOD is 2026-Q3, 2026-09 or 2026. Example: portal review build SERRA 2026-Q3 -o review.pdf
    """
    with application().app_context():
        try:
            row = account_called(account)
            chosen = language or (row.language if row.language in documents.languages() else "en")
            asked = _asked(period)
            _not_ahead(as_of)
            operations.build_to_file(
                row, asked, chosen, output, actor=SYSTEM, children=children, as_of=as_of
            )
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


@review.command()
@click.argument("period")
@click.option("--manager", help="email of an account manager: only the accounts they answer for")
@click.option("--lang", "language", default="en", help="en, pt, es or it")
@click.option(
    "--as-of",
    type=Instant(),
    help="with what was recorded up to this instant; the same instant gives the same bytes",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="the file to write: a workbook if it ends in .xlsx, else a PDF",
)
@click.pass_obj
def portfolio(
    application: Any,
    period: str,
    manager: str | None,
    language: str,
    as_of: datetime | None,
    output: Path,
) -> None:
    """Make the portfolio review of all accounts, or of one manager's, over PERIOD, for the provider's own executives.

    PERIOD is 2026-Q3, 2026-09 or 2026. Example: portal review portfolio 2026-Q3 -o portfolio.pdf
    """
    with application().app_context():
        try:
            who = _manager(manager) if manager else None
            _not_ahead(as_of)
            making.build_to_file(_asked(period), who, language, output, actor=SYSTEM, as_of=as_of)
        except documents.LanguageUnknown as error:
            raise click.UsageError(str(error)) from None
        except NotPrinted as error:
            detail = f" ({error.detail})" if error.detail else ""
            raise click.ClickException(f"{error}{detail}") from None
        except PeriodRefused as error:
            raise click.ClickException(str(error)) from None
        except ImportError:
            raise click.ClickException(
                "workbooks need the extra: pip install portal[xlsx]"
            ) from None
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output} is ready ({output.stat().st_size // 1024} KB).")


def _manager(email: str) -> User:
    found = user_of(email)
    if found is None or not found.is_staff:
        raise click.ClickException(f"no staff person has the address {email}")
    return found


@review.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="the provider's certificate (PEM), where it is not set up here",
)
@click.pass_obj
def verify(application: Any, file: Path, as_json: bool, certificate: Path | None) -> None:
    """Count every figure of a review's FILE again from the data inside, and check its bytes, pages and signature.

    Exits with 0 only if all of it holds. Example: portal review verify review.pdf
    """
    with application().app_context():
        found = examine(_read(file, MOST_BYTES), _trusted(certificate))
        lines = [_line(finding) for finding in found.findings]
        last = verdict.conclusion(found)
    if as_json:
        checks = [
            {**asdict(one), "says": says}
            for one, (_, says) in zip(found.findings, lines, strict=True)
        ]
        click.echo(json.dumps({"file": str(file), "holds": found.holds, "checks": checks}))
    elif len(lines) > 1:
        for head, says in lines:
            click.echo(f"{head} {says}")
    if not found.holds:
        raise click.ClickException(f"{file}: {last}")
    if not as_json:
        click.echo(last)


def _line(finding: Finding) -> tuple[str, str]:
    head = f"{'ok   ' if finding.holds else 'WRONG'} {verdict.name(finding.check):13s}"
    return head, verdict.sentence(finding)


def _trusted(certificate: Path | None) -> list[str]:
    """The certificates whose signature is the provider's."""
    given = [_read(certificate, 65_536).decode("utf-8", "replace")] if certificate else []
    return [*signing.own_certificates(), *given]


def _read(path: Path, most: int) -> bytes:
    """The bytes of a file, or a sentence why not; one more than may be is enough to refuse it."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from None


def _not_ahead(as_of: datetime | None) -> None:
    if as_of is not None and as_of > clock.now():
        raise click.UsageError("--as-of lies in the future")


def _asked(period: str) -> Period:
    try:
        return Period.parse(period)
    except PeriodRefused as error:
        raise click.UsageError(str(error)) from None
