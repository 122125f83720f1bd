"""`portal sla`."""

import json
from pathlib import Path

import click

from portal.sla.check import check as compute


@click.group()
def sla() -> None:
    """Service clocks: business hours, pauses, promises.

    Example: portal sla check cases.json
    """


@sla.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Compute the clocks of a case file, without a database.

    Example: portal sla check cases.json
    """
    try:
        found = compute(file)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(found))
