"""Tidying the store: what no row names goes, by way of a month aside; what is named or still being written stays."""

import ast
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.db import db, transaction
from portal.files import tidying
from portal.files.models import StoredFile
from portal.files.storing import keep_bytes, keep_made, path_of, place_of, store
from portal.reviews.models import ReviewDocument
from portal.reviews.portfolio.models import PortfolioReview
from portal.wiring import PATIENT_JOBS, SCHEDULE
from tests import factories

DAY = timedelta(days=1)
PORTAL = Path(tidying.__file__).parent.parent


@pytest.fixture
def here(app):
    with app.app_context():
        yield factories.make_account()
        db.session.rollback()


def aged(path: Path, span: timedelta) -> Path:
    """The same path, written that long ago."""
    then = (clock.now() - span).timestamp()
    os.utime(path, (then, then))
    return path


def kept(account, **changes) -> StoredFile:
    with transaction():
        db.session.add(account)
        file = keep_made(b"words", "a.txt", "text/plain", account_id=account.id)
        for name, value in changes.items():
            setattr(file, name, value)
    return file


def failed(account) -> Path:
    """The bytes of a change that was undone."""
    with pytest.raises(RuntimeError), transaction():
        path = path_of(keep_made(b"lost", "b.txt", "text/plain", account_id=account.id))
        raise RuntimeError("the power fails")
    return path


def aside(path: Path) -> Path:
    return store() / "aside" / path.name


def test_bytes_of_a_failed_change_lie_aside_for_a_month_and_are_removed(here, now):
    case_id = factories.make_case(here).id
    db.session.commit()
    listed, lost = path_of(kept(here, case_id=case_id)), failed(here)
    aged(listed, 400 * DAY)
    aged(lost, DAY + timedelta(minutes=1))
    tidying.tidy({})
    assert listed.read_bytes() == b"words"
    assert not lost.exists()
    assert aside(lost).read_bytes() == b"lost"
    now.shift(29 * DAY)
    tidying.tidy({})
    assert aside(lost).exists()
    now.shift(2 * DAY)
    tidying.tidy({})
    assert not aside(lost).exists()
    assert listed.exists()


def test_bytes_younger_than_a_day_are_left_alone(here):
    db.session.commit()
    lost = aged(failed(here), DAY - timedelta(minutes=1))
    tidying.tidy({})
    assert lost.exists()


@pytest.mark.proves("X8")
def test_a_writer_that_has_not_committed_keeps_its_bytes(app, here):
    """The store is tidied by another worker between the bytes and the commit."""
    db.session.commit()
    account_id, faults = here.id, []

    def other_worker():
        try:
            with app.app_context():
                tidying.tidy({})
        except Exception as fault:
            faults.append(fault)

    with transaction():
        file = keep_made(b"words", "a.txt", "text/plain", account_id=account_id)
        aged(path_of(file), timedelta(hours=1))
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join()
        assert path_of(file).exists()
    assert faults == []
    assert path_of(file).read_bytes() == b"words"


def test_a_writer_that_took_longer_than_any_gets_its_bytes_back(here):
    """Put aside before the commit came, they are in their place again the next day."""
    db.session.commit()
    lost = aged(failed(here), 2 * DAY)
    tidying.tidy({})
    assert aside(lost).exists()
    kept(here, key=lost.name)
    tidying.tidy({})
    assert lost.read_bytes() == b"lost"
    assert not aside(lost).exists()


def test_bytes_that_a_portfolio_review_names_stay(here):
    with transaction():
        keys = keep_bytes(b"pdf"), keep_bytes(b"book")
        user = factories.make_user()
        db.session.add(
            PortfolioReview(
                ref="P-1",
                period="2026-01",
                language="en",
                timezone="UTC",
                pdf_key=keys[0],
                xlsx_key=keys[1],
                requested_by_id=user.id,
                created_at=clock.now(),
            )
        )
    for key in keys:
        aged(place_of(key), 60 * DAY)
    tidying.tidy({})
    assert all(place_of(key).exists() for key in keys)


def test_what_a_killed_writer_left_half_is_removed_and_foreign_files_are_not_touched(here):
    db.session.commit()
    path = path_of(kept(here))
    half, fresh = (path.with_name(letter * 40 + ".part") for letter in "ab")
    foreign = [path.with_name("README"), store() / "notes.txt"]
    for other in (half, fresh, *foreign):
        other.write_bytes(b"x")
        aged(other, 2 * DAY)
    aged(fresh, timedelta(hours=2))
    tidying.tidy({})
    assert not half.exists()
    assert all(other.exists() for other in (fresh, *foreign))


def test_a_draft_that_was_replaced_goes_after_a_month_and_what_a_review_has_stays(here):
    case = factories.make_case(here)
    db.session.commit()
    old = {"created_at": clock.now() - 31 * DAY}
    of_review = {name: kept(here, **old).id for name in ("file_id", "twin_id", "snapshot_id")}
    of_case = kept(here, case_id=case.id, **old).id
    kept(here, **old)
    recent = kept(here).id
    with transaction():
        factories.make_review(here, **of_review)
    tidying.tidy({})
    left = {file.id for file in db.session.scalars(StoredFile.unscoped("a test looks"))}
    assert left == {*of_review.values(), of_case, recent}


def test_a_document_in_a_further_language_stays(here):
    db.session.commit()
    old = {"created_at": clock.now() - 31 * DAY}
    files = {name: kept(here, **old).id for name in ("file_id", "twin_id")}
    with transaction():
        review = factories.make_review(here)
        db.session.add(
            ReviewDocument(
                account_id=here.id,
                review_id=review.id,
                language="it",
                created_at=clock.now(),
                **files,
            )
        )
    tidying.tidy({})
    left = {file.id for file in db.session.scalars(StoredFile.unscoped("a test looks"))}
    assert left == {*files.values()}


def test_a_store_that_is_not_there_yet_is_in_order(here):
    db.session.commit()
    tidying.tidy({})
    assert not store().exists()


def test_every_key_of_the_store_is_found_by_its_name():
    """Else its bytes would be taken for unnamed: the sources give what `keep_bytes` returns to `…_key` alone."""
    found = {(model.__tablename__, name) for model, name in tidying.key_columns()}
    assert found >= {
        ("files", "key"),
        ("portfolio_reviews", "pdf_key"),
        ("portfolio_reviews", "xlsx_key"),
    }
    kept_in = [
        ast.unparse(node.targets[0])
        for path in PORTAL.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign) and "keep_bytes(" in ast.unparse(node.value)
    ]
    calls = [
        node
        for path in PORTAL.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("keep_bytes")
    ]
    assert len(kept_in) == len(calls) > 0
    assert all(target.endswith("_key") for target in kept_in)


def test_it_comes_round_once_a_day_when_nothing_else_is_due():
    assert SCHEDULE[tidying.TIDY] == DAY
    assert PATIENT_JOBS[tidying.TIDY] is tidying.tidy
