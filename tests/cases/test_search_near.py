"""Asking the newest entries alone gives what asking all of them gives, to each reader, and passes over none."""

import pytest
from sqlalchemy import update

from portal.cases import search as searching
from portal.db import db, newest
from portal.db.fulltext import entries
from portal.identity.actors import actor_for
from tests import factories

pytestmark = pytest.mark.on("postgres")
FAR = 100_000


@pytest.fixture(autouse=True)
def heard(monkeypatch):
    known: dict[str, int] = {}
    monkeypatch.setattr(newest, "_heard_of", known)
    return known


@pytest.fixture
def world(session):
    """Forty messages about a canary, of which every fourth is confidential, in an index that is not small."""
    cast = factories.make_cast()
    session.flush()
    for number in range(40):
        case = factories.make_case(
            cast.acme.account,
            cast.acme.contact_person,
            ref=f"C-{number}",
            confidential=number % 4 == 0,
        )
        factories.make_message(
            case, cast.acme.contact_person, "canary rare" if number < 3 else "canary"
        )
    searching.catch_up()
    db.session.execute(update(entries).values(id=entries.c.id + FAR))
    return cast


def asked(who, text, monkeypatch, *, all_of_them=False):
    """What is found, and how many statements looked among the entries."""
    sent = []
    run = db.session.execute

    def recorded(statement, *rest, **named):
        sent.append(str(statement))
        return run(statement, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(db.session, "execute", recorded)
        if all_of_them:
            patch.setattr(newest, "stretches", dict)
        found = searching.search(actor_for(who), text)
    looked = [one for one in sent if "search_entries.words" in one]
    return [(hit.ref, hit.message, str(hit.snippet)) for hit in found.hits], found.next, len(looked)


@pytest.mark.parametrize(("text", "looked"), [("canary", 1), ("canary rare", 2), ("nothing", 2)])
def test_the_answers_are_the_same(world, monkeypatch, text, looked):
    asked(world.executive, "something to hear of the newest by", monkeypatch)
    *near, times = asked(world.executive, text, monkeypatch)
    *everything, _ = asked(world.executive, text, monkeypatch, all_of_them=True)
    assert near == everything
    assert times == looked


@pytest.mark.parametrize("behind", [10_000, 30_000])
def test_an_entry_nobody_told_of_is_not_passed_over(world, heard, monkeypatch, behind):
    """The process knows the index as it was; what others wrote since is found all the same, and learned of."""
    asked(world.executive, "canary", monkeypatch)
    (key,) = heard
    heard[key] -= behind
    *found, _ = asked(world.executive, "canary", monkeypatch)
    *everything, _ = asked(world.executive, "canary", monkeypatch, all_of_them=True)
    assert found == everything
    assert heard[key] > FAR
    assert asked(world.executive, "canary", monkeypatch)[-1] == 1


@pytest.mark.proves("T2")
def test_the_door_stands_there_too(world, monkeypatch):
    """Readers who do not see everything are not asked for; if they were, they would be shown no more than they may see."""
    asked(world.executive, "canary", monkeypatch)
    reader = actor_for(world.acme.sponsor)
    near = {"query": "'canary' & '@public'", "before": None, **newest.stretches()}
    statement = searching._statement(reader, False, "postgresql", near=True)
    shown = db.session.execute(statement, near).all()
    assert shown and all(int(row.ref[2:]) % 4 for row in shown)
    assert asked(world.acme.sponsor, "canary", monkeypatch)[-1] == 1
    assert asked(world.globex.contact, "canary", monkeypatch)[0] == []


def test_a_small_index_is_asked_as_a_whole(world, monkeypatch):
    db.session.execute(update(entries).values(id=entries.c.id - FAR))
    asked(world.executive, "canary", monkeypatch)
    assert asked(world.executive, "canary", monkeypatch)[-1] == 1
    assert newest.stretches() == {}


def test_a_rebuild_makes_the_index_that_migrations_make(world):
    def made():
        found = db.session.connection().exec_driver_sql(
            "select indexdef from pg_indexes where indexname = 'ix_search_entries_words'"
        )
        return found.scalar_one()

    before = made()
    searching.rebuild()
    assert made() == before
    assert "id >> 13" in before
