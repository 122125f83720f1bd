"""What happened to a case, told as a sentence to each side, and never as markup of a stranger."""

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from portal.actor import Actor
from portal.cases import events, telling
from portal.cases.models import Priority, Status
from portal.cases.queries.conversation import FOR_STAFF
from portal.stakeholders.models import JobRole

pytestmark = pytest.mark.on("sqlite")
STAFF, CLIENT = Actor(user_id=1, is_staff=True), Actor(user_id=2)


@pytest.fixture(autouse=True)
def context(app):
    with app.test_request_context():
        yield


def told(kind, actor=STAFF, author="Lea", whom="", **payload):
    row = SimpleNamespace(kind=kind, author=author, whom=whom, payload=payload)
    return str(telling.sentence(row, actor))


@pytest.mark.parametrize(
    ("sentence", "kind", "given"),
    [
        ("Lea waits for the client", "StatusChanged", {"new": "waiting", "old": "open"}),
        ("Waiting on the client", "StatusChanged", {"new": "waiting", "author": ""}),
        (
            "Lea waits for your answer",
            "StatusChanged",
            {"new": "waiting", "old": "open", "actor": CLIENT},
        ),
        (
            "The wait ended with Lea; the clock runs again",
            "StatusChanged",
            {"new": "open", "old": "waiting"},
        ),
        ("Lea resolved the case", "CaseResolved", {}),
        ("The case was resolved", "CaseResolved", {"author": ""}),
        ("Lea reopened the case", "CaseReopened", {}),
        ("Lea closed the case", "CaseClosed", {}),
        ("Lea withdrew the case", "CaseCancelled", {}),
        ("Lea gave the case to Rui", "OwnerChanged", {"new_id": 3, "whom": "Rui"}),
        ("Lea takes care of the case", "OwnerChanged", {"new_id": 3, "whom": "Lea"}),
        ("Nobody is assigned any more", "OwnerChanged", {"new_id": None}),
        ("Lea brought in Rui", "ParticipantAdded", {"whom": "Rui"}),
        ("Rui joined", "ParticipantAdded", {"whom": "Rui", "author": ""}),
        ("Rui no longer takes part", "ParticipantRemoved", {"whom": "Rui"}),
        ("Marked as the same issue as an earlier case", "CaseLinked", {"link": "repeat"}),
        ("Linked to another case", "CaseLinked", {"link": "related"}),
        ("Lea escalated the case", "CaseEscalated", {}),
        (
            "Lea noted 1 h 05 of working time <q>the ring</q>",
            "TimeSpent",
            {"minutes": 65, "note": "the ring"},
        ),
        ("Lea took 25 min of working time back", "TimeSpent", {"minutes": -25, "note": ""}),
        ("The case changed", "SomethingNew", {}),
    ],
)
def test_each_event_is_a_plain_sentence(sentence, kind, given):
    assert told(kind, **given) == sentence


def test_confidentiality_is_told_either_way():
    assert told("ConfidentialityChanged", confidential=True).startswith("Confidential from here on")
    assert told("ConfidentialityChanged", confidential=False).startswith("No longer confidential")


@pytest.mark.parametrize("actor", [STAFF, CLIENT])
def test_states_and_priorities_are_words_and_what_is_unknown_is_shown(actor):
    for status in Status:
        assert "_" not in told("StatusChanged", actor, old="open", new=status)
    assert "strange" in told("StatusChanged", actor, old="open", new="strange")
    for priority in (*Priority, "strange"):
        assert priority in told("PriorityChanged", actor, new=priority).lower()
    assert told("PriorityChanged", actor, author="", new="high").startswith("The priority is now")


def test_a_reason_and_a_name_are_words_not_markup():
    page = told("CaseClosed", author="<b>Lea</b>", reason=" <script>x</script> ")
    assert page == ("&lt;b&gt;Lea&lt;/b&gt; closed the case <q>&lt;script&gt;x&lt;/script&gt;</q>")
    assert "<q>" not in told("CaseClosed", reason="  ")


def test_every_event_of_the_timeline_that_we_publish_has_a_sentence_of_its_own():
    published = {name for name in FOR_STAFF if hasattr(events, name)}
    assert published
    assert published <= set(telling.SENTENCES)


def test_the_sentence_is_in_the_readers_language():
    with force_locale("pt"):
        assert told("CaseResolved") != "Lea resolved the case"


def test_a_wait_has_its_own_sign_and_the_unknown_a_calm_one():
    sign = {
        (old, new): telling.icon(
            SimpleNamespace(kind="StatusChanged", payload={"old": old, "new": new})
        )
        for old, new in (("open", "waiting"), ("waiting", "open"), ("open", "on_hold"))
    }
    assert list(sign.values()) == ["s-wait", "s-wait", "s-open"]
    assert telling.icon(SimpleNamespace(kind="Strange", payload={})) == "s-calm"


def test_job_roles_are_words_and_an_unknown_one_is_who_asks():
    told_roles = {telling.job_role(role) for role in JobRole}
    assert len(told_roles) == len(JobRole)
    assert "" not in told_roles
    assert telling.job_role("strange") == telling.job_role(JobRole.REQUESTER)
