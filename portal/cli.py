"""`portal …`: the commands."""

import sys

import click
from flask import Flask

from portal.config import SettingError, Settings


class Failure(click.ClickException):
    """The work failed; one line a person can act on, exit 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"portal: {self.message}", err=True)


def application() -> Flask:
    """The app for a command, inside whose context it works."""
    from portal.app import create_app

    return create_app(Settings.from_env())


@click.group()
def portal() -> None:
    """Vinculo: accounts, shared cases and service reviews."""


@portal.command()
def init() -> None:
    """Create or upgrade the database; safe to repeat, safe on live data.

    Example: portal init
    """
    from flask_migrate import upgrade

    app = application()
    with app.app_context():
        upgrade()
    click.echo("The database is ready.")


def main() -> None:
    """Run a command; errors are one line on standard error."""
    try:
        portal(standalone_mode=True)
    except SettingError as error:
        click.echo(f"portal: {error}", err=True)
        sys.exit(1)
