"""Real connections: two cases become one while another hand is on either; nothing is lost, doubled or caught in a ring."""

import threading
from collections import Counter

import pytest
from sqlalchemy import event

from portal.cases import operations, promise_history, reactions
from portal.cases.models import Case, CaseLink, Message, Status
from portal.cases.operations import NewCase, merging
from portal.db import db, transaction
from portal.events import Event
from portal.identity.actors import actor_for
from portal.insights import days, months
from tests import factories
from tests.cases.test_promising import facts
from tests.insights.test_merges import counted_up

pytestmark = pytest.mark.on("postgres")
H = 3600
SOON = 20
A, B, C = "C-1001", "C-1002", "C-1003"
HELD = "Somebody is changing one of the two right now, or a case linked to it"
FIRST = "the first"


@pytest.fixture
def three(app, cast, client, now):
    """Three open cases of Acme's contact, an hour apart, on business hours of Lisbon; who is signed in by name."""
    with app.app_context(), transaction():
        plan = {"normal": (2 * H, 9 * H, 45 * H, None)}
        factories.make_plan("gold", factories.make_calendar("Office"), plan)
        db.session.add(cast.acme.account)
        cast.acme.account.sla_plan = "gold"
    for number, words in enumerate(("one", "two", "three")):
        now.shift(number * H)
        with app.app_context(), transaction():
            operations.open_case(
                cast.acme.account,
                NewCase("Bearings", words),
                by=actor_for(cast.acme.contact),
                opener=cast.acme.contact_person,
            )
    now.shift(H)
    return {who: client.as_(who) for who in ("agent", "manager", "contact")}


class Acts:
    """Requests side by side: the first stands still just before it commits until the second has gone as far as it can."""

    def __init__(self, people):
        self.people, self.answers = people, {}
        self.held, self.go_on = threading.Event(), threading.Event()

    def send(self, name, *act):
        """A request as (who, path, data), or a job's work."""
        if callable(act[0]):
            act[0]()
            self.answers[name] = 303, ""
            return
        who, path, data = act
        answer = self.people[who].post(f"/cases/{path}", data=data)
        self.answers[name] = answer.status_code, answer.get_data(as_text=True)

    def together(self, first, then, *, waits=None):
        """With `waits` the second must wait for the first; with False it must end while that one stands."""
        event.listen(db.session.session_factory, "before_commit", self._stand)
        try:
            one = self._begin(FIRST, *first)
            assert self.held.wait(SOON)
            other = self._begin("then", *then)
            other.join(SOON if waits is False else 0.5)
            assert waits is None or other.is_alive() is waits
            self.go_on.set()
            self._end(one, other)
        finally:
            self.go_on.set()
            event.remove(db.session.session_factory, "before_commit", self._stand)

    def at_once(self, *acts):
        """All begin at one instant, in whatever order they come."""
        self._end(*(self._begin(str(number), *act) for number, act in enumerate(acts)))

    def _begin(self, name, *act):
        thread = threading.Thread(target=self.send, args=(name, *act), name=name, daemon=True)
        thread.start()
        return thread

    def _end(self, *threads):
        for thread in threads:
            thread.join(SOON)
        assert not any(thread.is_alive() for thread in threads), "caught in a ring"
        assert len(self.answers) == len(threads)
        assert all(status in (303, 409, 422) for status, _ in self.answers.values()), self.answers

    def _stand(self, session):
        if threading.current_thread().name == FIRST:
            session.flush()
            self.held.set()
            assert self.go_on.wait(SOON)

    def __getitem__(self, name):
        return self.answers[name]


def merge(gone, into, who="agent"):
    return who, f"{gone}/merge", {"into": into}


def say(ref, body, who="contact"):
    return who, f"{ref}/messages", {"body": body}


def whole(app, *said):
    """What must hold whoever won: every word once, on a case that stands; no chain; all sums those of a recount."""
    with app.app_context(), transaction():
        reactions.watch({})
        days.catch_up({})
    with app.app_context():
        cases = {case.id: case for case in db.session.scalars(Case.unscoped("a test"))}
        gone = {case.id: case.merged_into_id for case in cases.values() if case.merged_into_id}
        assert all(into not in gone for into in gone.values())
        for case in cases.values():
            assert (case.status == Status.MERGED) is (case.id in gone)
            mine = sorted(number for number, into in gone.items() if into == case.id)
            assert sorted(case.merged_ids) == mine
            began = db.session.scalars(
                Event.unscoped("a test").where(
                    Event.kind == "CaseOpened", Event.case_id.in_([case.id, *mine])
                )
            )
            if case.id not in gone:
                assert case.opened_at == min(row.occurred_at for row in began)
        messages = db.session.scalars(Message.unscoped("a test")).all()
        assert Counter(row.body for row in messages) == Counter(("one", "two", "three", *said))
        assert not {row.case_id for row in messages} & gone.keys()
        links = {
            (row.case_id, row.of_case_id) for row in db.session.scalars(CaseLink.unscoped("a test"))
        }
        assert {tuple(gone.get(number, number) for number in ends) for ends in links} <= links
        assert days.check() == []
        assert months.check() == []
        standing = [case for case in cases.values() if case.id not in gone]
        counted_up(standing)
        kept = [facts(case) for case in standing]
        promise_history.rebuild([case.id for case in standing])
        assert kept == [facts(case) for case in standing]
        return {cases[number].ref: cases[into].ref for number, into in gone.items()}


def test_a_merge_and_its_contrary(app, three):
    acts = Acts(three)
    acts.together(merge(A, B), merge(B, A, "manager"), waits=True)
    assert acts[FIRST][0] == 303
    assert acts["then"][0] == 422
    assert f"{A} became part of {B}. Nothing was changed." in acts["then"][1]
    assert whole(app) == {A: B}


def test_one_case_into_two(app, three):
    acts = Acts(three)
    acts.together(merge(A, B), merge(A, C, "manager"), waits=True)
    assert acts[FIRST][0] == 303
    assert acts["then"][0] == 409
    assert f"{A} became part of {B}. Nothing was changed." in acts["then"][1]
    assert whole(app) == {A: B}


def test_into_one_that_goes_itself(app, three):
    acts = Acts(three)
    acts.together(merge(B, C), merge(A, B, "manager"), waits=False)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 422)
    assert HELD in acts["then"][1]
    assert whole(app) == {B: C}


def test_one_that_has_just_taken_another_goes_with_it(app, three):
    acts = Acts(three)
    acts.together(merge(A, B), merge(B, C, "manager"), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app) == {A: C, B: C}


@pytest.mark.parametrize(
    "pair", [(merge(A, B), merge(B, A, "manager")), (merge(A, B), merge(B, C, "manager"))]
)
def test_two_that_hold_one_case_each_are_not_caught_in_a_ring(app, three, monkeypatch, pair):
    """Both have their own case before either looks at the other's."""
    barrier, hold = threading.Barrier(2), merging._hold

    def both_hold(case, into):
        barrier.wait(SOON)
        return hold(case, into)

    monkeypatch.setattr(merging, "_hold", both_hold)
    acts = Acts(three)
    acts.at_once(*pair)
    statuses = sorted(status for status, _ in acts.answers.values())
    assert statuses in ([303, 422], [422, 422])
    assert all(HELD in text for status, text in acts.answers.values() if status == 422)
    whole(app)


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_words_written_on_a_case_that_is_just_going(app, three, who):
    acts = Acts(three)
    acts.together(merge(A, B), say(A, "More.", who), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 409)
    assert f"{A} became part of {B}. Nothing was changed." in acts["then"][1]
    assert whole(app) == {A: B}


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_words_written_just_before_go_along(app, three, who):
    acts = Acts(three)
    acts.together(say(A, "More.", who), merge(A, B, "manager"), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app, "More.") == {A: B}


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_words_on_the_one_that_stays_are_waited_for_by_nobody(app, three, who):
    acts = Acts(three)
    acts.together(say(B, "More.", who), merge(A, B, "manager"), waits=False)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 422)
    assert HELD in acts["then"][1]
    assert whole(app, "More.") == {}


@pytest.mark.parametrize("who", ["contact", "agent"])
def test_words_on_the_one_that_stays_come_after_the_merge(app, three, who):
    acts = Acts(three)
    acts.together(merge(A, B, "manager"), say(B, "More.", who), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app, "More.") == {A: B}


def test_a_case_resolved_just_before_goes_as_a_resolved_one(app, three):
    acts = Acts(three)
    acts.together(("agent", f"{A}/resolution", {}), merge(A, B, "manager"), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app) == {A: B}


def test_a_case_that_is_just_going_is_not_resolved(app, three):
    acts = Acts(three)
    acts.together(merge(A, B, "manager"), ("agent", f"{A}/resolution", {}), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 409)
    assert whole(app) == {A: B}


def test_an_open_case_never_goes_into_one_that_was_just_resolved(app, three):
    acts = Acts(three)
    acts.together(("agent", f"{B}/resolution", {}), merge(A, B, "manager"), waits=False)
    assert HELD in acts["then"][1]
    acts.send("again", *merge(A, B))
    assert acts["again"][0] == 422
    assert f"reopen {B} first" in acts["again"][1]
    assert whole(app) == {}


LINK = "agent", f"{C}/links", {"case": A, "kind": "repeat"}


def test_no_link_leads_to_a_case_that_is_just_going(app, three):
    acts = Acts(three)
    acts.together(merge(A, B, "manager"), LINK, waits=False)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 422)
    assert HELD in acts["then"][1]
    acts.send("again", *LINK)
    assert acts["again"][0] == 422
    assert f"{A} became part of {B}. Nothing was changed." in acts["again"][1]
    assert whole(app) == {A: B}


def test_a_link_written_just_before_leads_to_the_one_that_stays(app, three):
    acts = Acts(three)
    acts.together(LINK, merge(A, B, "manager"), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app) == {A: B}


def test_time_noted_beside_a_merge_is_kept(app, three):
    acts = Acts(three)
    acts.together(merge(A, B, "manager"), ("agent", f"{B}/time", {"minutes": "30"}), waits=True)
    assert (acts[FIRST][0], acts["then"][0]) == (303, 303)
    assert whole(app) == {A: B}


@pytest.mark.parametrize("first", ["the merge", "the job"])
@pytest.mark.parametrize("job", [reactions.watch, days.catch_up])
def test_what_jobs_decide_and_count_beside_a_merge_counts_once(app, three, first, job):
    """The answers to both cases are late, and nobody has noticed yet."""

    def work():
        with app.app_context(), transaction():
            job({})

    pair = [merge(A, B, "manager"), (work,)]
    acts = Acts(three)
    acts.together(*(pair if first == "the merge" else pair[::-1]))
    assert {status for status, _ in acts.answers.values()} == {303}
    assert whole(app) == {A: B}


@pytest.mark.parametrize("round_", range(4))
def test_whatever_comes_at_once_all_is_whole(app, three, round_):
    acts = Acts(three)
    acts.at_once(
        merge(A, B),
        merge(B, (A, C)[round_ % 2], "manager"),
        say((A, B)[round_ // 2], "More."),
    )
    said = ["More."] if acts["2"][0] == 303 else []
    whole(app, *said)
