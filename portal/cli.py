"""`portal …`: the commands; each is described by its own feature."""

import json
import sys

import click
from flask import Flask

from portal.config import SettingError, Settings


def application() -> Flask:
    """The app inside whose context a command works; features' commands get it as `context.obj`."""
    from portal.app import create_app

    return create_app(Settings.from_env())


def migrating(app: Flask) -> Flask:
    """The app with Alembic, which only whoever migrates needs to load."""
    from flask_migrate import Migrate

    from portal.db import db

    Migrate(app, db, directory=f"{app.root_path}/migrations", render_as_batch=True)
    return app


def developing() -> Flask:
    """The app for `flask --app portal.cli:developing db …`."""
    return migrating(application())


@click.group()
def portal() -> None:
    """Vinculo: accounts, shared cases and service reviews."""


@portal.command()
def init() -> None:
    """Create or upgrade the database; safe to repeat, safe on live data.

    Example: portal init
    """
    from flask_migrate import upgrade

    with migrating(application()).app_context():
        upgrade()
    click.echo("The database is ready.")


@portal.command()
@click.option("--if-empty", is_flag=True, help="do nothing when there are accounts already")
def demo(if_empty: bool) -> None:
    """Load the invented demonstration company into an empty database.

    Example: portal demo
    """
    from portal import seed
    from portal.db import transaction
    from portal.reviews.signing import make_self_made
    from portal.seed.people import PASSWORD

    app = application()
    with app.app_context():
        try:
            with transaction():
                seed.load()
        except seed.NotEmpty:
            if not if_empty:
                raise click.ClickException(
                    "the database is not empty; nothing was changed"
                ) from None
        loaded = seed.is_loaded()
        if loaded:
            settings = app.extensions["portal_settings"]
            make_self_made(settings.instance / "signing", settings.brand_name)
    if not loaded:
        click.echo("The database holds data of its own; the demonstration was left out.")
        return
    click.echo("Log in as one of these, all with the password " + PASSWORD)
    for role, email in seed.LOGINS:
        click.echo(f"  {role:20s} {email}")


@portal.command()
@click.option(
    "--with-worker", is_flag=True, help="run the background workers in the same process tree"
)
def serve(with_worker: bool) -> None:
    """Serve the portal.

    Example: portal serve --with-worker
    """
    from portal.serving import serve as run
    from portal.serving import unbindable

    settings = Settings.from_env()
    if fault := unbindable(settings):
        raise click.ClickException(fault)
    from portal.app import create_app

    app = _set_up(create_app(settings))
    click.echo(f"Vinculo is at {settings.base_url} (stop with Ctrl-C)")
    run(app, settings, with_worker=with_worker)


@portal.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    help="how many work side by side, best one for each core; PORTAL_WORKER_PROCESSES if not given",
)
@click.option("--tied", is_flag=True, hidden=True)
def worker(processes: int | None, tied: bool) -> None:
    """Do background work: reviews, mail, reactions to events.

    Example: portal worker --processes 4
    """
    from portal.jobs.pool import Pool
    from portal.jobs.worker import run_for_ever

    app = _set_up(application())
    count = 1 if tied else processes or app.extensions["portal_settings"].worker_processes
    if count > 1:
        Pool(count).run_for_ever()
    else:
        run_for_ever(app, tied=tied)


def _set_up(app: Flask) -> Flask:
    """The app, if its database was ever set up; otherwise the start ends in one line."""
    from portal.workspace.health import unusable

    with app.app_context():
        if fault := unusable():
            raise click.ClickException(fault)
    return app


@portal.command()
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def accounts(as_json: bool) -> None:
    """List accounts with reference, name and number of cases, most cases first.

    Example: portal accounts --json
    """
    from portal.cases.census import accounts_by_cases

    with application().app_context():
        rows = accounts_by_cases()
    if as_json:
        click.echo(
            json.dumps([{"ref": ref, "name": name, "cases": count} for ref, name, count in rows])
        )
        return
    for ref, name, count in rows:
        click.echo(f"{ref:16s} {count:7d}  {name}")


def main() -> None:
    """Run a command; errors are one line on standard error, never a traceback."""
    from sqlalchemy.exc import DatabaseError

    register()
    try:
        sys.exit(portal(prog_name="portal", standalone_mode=False, obj=application) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _stop(_in_one_line(error), error.exit_code)
    except click.Abort:
        _stop("stopped; what was not finished is undone")
    except SettingError as error:
        _stop(str(error))
    except DatabaseError as error:
        first = str(error.orig).partition("\n")[0]
        _stop(
            f"the database did not answer as expected ({first}); is PORTAL_DATABASE_URL right, and was portal init run?"
        )


def _in_one_line(error: click.ClickException) -> str:
    """What is wrong, and for a wrong usage where to look it up."""
    text = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx:
        stop = "" if text.endswith((".", "?")) else "."
        return f"{text}{stop} See {error.ctx.command_path} --help"
    return text


def _stop(text: str, code: int = 1) -> None:
    click.echo(f"portal: {text}", err=True)
    sys.exit(code)


def register() -> None:
    """Add the commands that features bring along."""
    from portal.cases.commands import access
    from portal.imports.commands import import_, import_log
    from portal.insights.commands import figures
    from portal.reviews.commands import review
    from portal.sla.commands import sla
    from portal.stakeholders.commands import user

    for command in (access, import_, import_log, figures, review, sla, user):
        portal.add_command(command)
