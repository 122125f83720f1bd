"""The migrations: upward from empty, one step down and up again, and nothing left out, on both databases."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import column, inspect, select, table

import portal
from portal.db import db
from portal.feedback.models import Survey
from tests import databases, factories

VERSIONS = sorted((Path(portal.__file__).parent / "migrations" / "versions").glob("[!_]*.py"))


@pytest.fixture
def empty_app(database: Any, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database without any table."""
    if database.kind == "postgres":
        url = database.cluster.create(f"empty_{databases.worker()}")
    else:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    app = databases.build(url)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_upward_from_empty_makes_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        migrate = empty_app.extensions["migrate"]
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={**migrate.configure_args, "include_object": _ours}
            )
            assert compare_metadata(context, db.metadata) == []


def test_upward_twice_changes_nothing(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        before = _tables()
        upgrade()
        assert _tables() == before


def test_one_step_down_and_up_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        before = _tables()
        downgrade()
        upgrade()
        assert _tables() == before


def test_down_to_nothing_leaves_nothing(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        downgrade(revision="base")
        assert _tables() <= {"alembic_version"}


def test_answers_about_merged_cases_go_where_the_cases_went(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        account = factories.make_account()
        into = factories.make_case(account)
        gone = factories.make_case(account, merged_into_id=into.id, status="merged", kind="merged")
        now = factories.BEGINNING
        asked = {"account_id": account.id, "kind": "csat", "sent_at": now}
        db.session.add(Survey(**asked, case_id=into.id, came_from_id=gone.id))
        db.session.add(Survey(**asked, case_id=into.id))
        ends = [gone.id, into.id]
        db.session.commit()
        downgrade(revision="0017_answers_of_merged_cases")
        downgrade()
        surveys = table("surveys", column("id"), column("case_id"), column("came_from_id"))
        with db.engine.connect() as connection:
            told = connection.execute(select(surveys.c.case_id).order_by(surveys.c.id))
            assert [row.case_id for row in told] == ends
        upgrade()
        with db.engine.connect() as connection:
            columns = (surveys.c.case_id, surveys.c.came_from_id)
            told = connection.execute(select(*columns).order_by(surveys.c.id))
            assert [tuple(row) for row in told] == [(ends[1], ends[0]), (ends[1], None)]


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind in ("table", "index") and (name or "").startswith(("search_", "ix_search_")))


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_has_a_dated_name_and_does_not_import_the_product(path: Path) -> None:
    date, _, slug = path.stem.partition("_")
    assert len(date) == 12
    assert date.isdecimal()
    assert slug
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("portal")
        if isinstance(node, ast.Import):
            assert not any(name.name.startswith("portal") for name in node.names)
