"""cases.csv: history, participants, links, sums, promises and search of what was imported."""

from datetime import UTC, datetime

from portal.actor import Actor
from portal.cases import search
from portal.cases.models import NEVER_DUE, Case, CaseLink, Participant
from portal.db import db
from portal.events import Event
from portal.insights.models import AccountMonth
from portal.sla.models import PromiseRow
from portal.stakeholders.models import Stakeholder
from tests import factories
from tests.imports.folders import CLOSED, everything, good, one, only, refused

SYSTEM_READER = Actor(user_id=1, is_staff=True, everywhere=True)


def test_cases_get_their_history_participants_and_links(session, folder):
    folder()
    closed, held = one(Case, "1"), one(Case, "2")
    assert (closed.ref, closed.status, closed.reopen_count) == ("CS-1", "closed", 1)
    assert (closed.due_at, closed.due_order) == (None, NEVER_DUE)
    assert (held.status, held.due_at) == ("on_hold", datetime(2026, 1, 13, 9, tzinfo=UTC))
    assert held.due_order == held.due_at
    assert [(e.kind, e.occurred_at.isoformat()) for e in only(Event) if e.case_id == closed.id] == [
        ("CaseOpened", "2026-01-12T09:00:00+00:00"),
        ("CaseResolved", "2026-01-13T09:00:00+00:00"),
        ("CaseClosed", "2026-01-20T09:00:00+00:00"),
    ]
    opening = only(Event)[0]
    assert opening.payload == {
        "channel": "email",
        "priority": "high",
        "category": "delivery",
        "origin": "client",
    }
    assert opening.stakeholder_id == closed.opened_by_id
    people = {(p.case_id, p.stakeholder_id) for p in only(Participant)}
    s1, s2 = one(Stakeholder, "s1").id, one(Stakeholder, "s2").id
    assert people == {(closed.id, s1), (closed.id, s2), (held.id, s2)}
    (link,) = only(CaseLink)
    assert (link.case_id, link.of_case_id, link.kind) == (held.id, closed.id, "repeat")
    assert link.confirmed


def test_months_are_added_up(session, folder):
    folder()
    months = db.session.scalars(AccountMonth.unscoped("test")).all()
    assert [(m.opened, m.resolved, sum(m.hours)) for m in months] == [(2, 1, 1)]


def test_cases_of_an_account_with_a_plan_get_their_promises_once(session, folder):
    office = factories.make_calendar("Office")
    factories.make_plan("gold", office, {"high": (4 * 3600, None, 18 * 3600, None)})
    folder()
    rows = db.session.scalars(PromiseRow.unscoped("test").order_by(PromiseRow.id)).all()
    states = {(one(Case, "1").id == row.case_id, row.target): row.state for row in rows}
    assert states[True, "resolution"] == "met"
    assert states[False, "response"] == "missed"
    late = one(Case, "2")
    assert late.due_at == min(row.decided_at for row in rows if row.case_id == late.id)
    decided = [(row.id, row.state, row.decided_at) for row in rows]
    changed = good()
    changed["cases"][1]["subject"] = "Where is it now?"
    folder(changed)
    rows = db.session.scalars(PromiseRow.unscoped("test").order_by(PromiseRow.id)).all()
    assert [(row.id, row.state, row.decided_at) for row in rows] == decided


def found(text: str) -> set[str]:
    return {hit.ref for hit in search.search(SYSTEM_READER, text).hits}


def test_what_was_imported_is_found(session, folder):
    folder()
    assert found("onde está") == {"CS-1"}
    rows = good()
    rows["cases"][0]["subject"] = "Entrega desaparecida"
    folder({"cases": rows["cases"]})
    assert found("desaparecida") == {"CS-1"}
    assert found("where") == {"CS-2"}
    assert found("carrier") == {"CS-1"}


def test_a_case_that_moved_on_gets_the_events_of_it(session, folder):
    folder()
    rows = good()
    rows["cases"][0] |= {"status": "open", "resolved_at": "", "closed_at": ""}
    rows["cases"][1] |= CLOSED
    folder(rows)
    reopened, closed = one(Case, "1"), one(Case, "2")
    kinds = {c.id: [e.kind for e in only(Event) if e.case_id == c.id] for c in (reopened, closed)}
    assert kinds[reopened.id] == ["CaseOpened", "CaseResolved", "CaseClosed", "CaseReopened"]
    assert kinds[closed.id] == ["CaseOpened", "CaseResolved", "CaseClosed"]
    before = everything()
    folder(rows)
    assert everything() == before


def test_a_reference_that_another_row_uses_is_refused(session, folder):
    folder()
    rows = {"cases": [good()["cases"][1] | {"case_id": "3"}]}
    assert refused(folder, rows) == [
        'cases.csv:2: reference: "CS-2" is already used by another case'
    ]
