"""What happens to a case."""

from dataclasses import dataclass

from portal.events import Happening

MOST_MINUTES = 1440
"""The most that one note of time can hold: a day."""


Settled = tuple[str, int, str, str]
"""A promise as it was decided before a merge: target, number, state and, as ISO writes it, instant."""


@dataclass(frozen=True)
class CaseHappening(Happening):
    """Base of every event of a case."""

    case_id: int


@dataclass(frozen=True)
class CaseOpened(CaseHappening):
    """A case was opened, by the client or by staff."""

    channel: str
    priority: str
    category: str
    origin: str


@dataclass(frozen=True)
class CallerAdmitted(CaseHappening):
    """Staff opened the case for somebody whom the contract does not name to open cases, and said why."""

    caller_id: int
    reason: str


@dataclass(frozen=True)
class MessagePosted(CaseHappening):
    """A reply or note was written; the words stay in the message."""

    message_id: int
    side: str
    internal: bool
    channel: str


@dataclass(frozen=True)
class StatusChanged(CaseHappening):
    """The case moved between open states; to `waiting` begins a pause, away from it ends one."""

    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class CaseResolved(CaseHappening):
    """The case was resolved."""

    old: str
    reason: str


@dataclass(frozen=True)
class CaseReopened(CaseHappening):
    """A resolved or closed case came back."""

    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class CaseClosed(CaseHappening):
    """The case was closed; closing an open case resolves it first, so `CaseResolved` precedes this."""

    old: str
    reason: str


@dataclass(frozen=True)
class CaseCancelled(CaseHappening):
    """The client withdrew the case."""

    old: str
    reason: str


@dataclass(frozen=True)
class CaseMerged(CaseHappening):
    """The case became part of another of the account and is gone with all but its words (C4)."""

    into_id: int
    into_ref: str
    old: str
    decided: tuple[Settled, ...]
    reason: str


@dataclass(frozen=True)
class CaseAbsorbed(CaseHappening):
    """Another case became part of this one; `opened_at`, `first_response_at` (as ISO writes it) and `complaint` are what
    they were before.
    """

    merged_id: int
    merged_ref: str
    opened_at: str
    first_response_at: str | None
    decided: tuple[Settled, ...]
    reason: str
    complaint: bool = False


@dataclass(frozen=True)
class OwnerChanged(CaseHappening):
    """Another staff person took the case."""

    old_id: int | None
    new_id: int | None


@dataclass(frozen=True)
class PriorityChanged(CaseHappening):
    """The priority changed."""

    old: str
    new: str


@dataclass(frozen=True)
class ConfidentialityChanged(CaseHappening):
    """The case was made confidential, or open to the account again."""

    confidential: bool


@dataclass(frozen=True)
class ParticipantAdded(CaseHappening):
    """A person follows the case from now on."""

    participant_stakeholder_id: int | None
    participant_user_id: int | None


@dataclass(frozen=True)
class ParticipantRemoved(CaseHappening):
    """A person no longer follows the case."""

    participant_stakeholder_id: int | None
    participant_user_id: int | None


@dataclass(frozen=True)
class CaseLinked(CaseHappening):
    """The case was linked to another of the account."""

    of_case_id: int
    link: str
    confirmed: bool


@dataclass(frozen=True)
class CaseEscalated(CaseHappening):
    """Somebody said that the case cannot wait: the client or staff, with a reason.

    `came_from_id` is the case of which it was said, where that became part of this one.
    """

    side: str
    reason: str
    came_from_id: int | None = None


@dataclass(frozen=True)
class WorkRated(CaseHappening):
    """The staff person who resolved the case said how well we did, from 1 to 5; only staff read it.

    `came_from_id` is the case of which it was said, where that became part of this one.
    """

    rating: int
    came_from_id: int | None = None


@dataclass(frozen=True)
class PromiseMissed(CaseHappening):
    """The last instant to keep a promise passed; the event stands at that instant."""

    target: str
    number: int


@dataclass(frozen=True)
class PromiseWarned(CaseHappening):
    """So many percent of a promise's clock have run; `tell` names who is told."""

    target: str
    number: int
    percent: int
    tell: tuple[str, ...]


@dataclass(frozen=True)
class MissExplained(CaseHappening):
    """Staff said why a promise about the case was missed, known by when it began (ISO): its number a merge may change."""

    target: str
    number: int
    cause: str
    begins_at: str = ""


@dataclass(frozen=True)
class TimeSpent(CaseHappening):
    """Staff noted working time, in minutes; below zero it takes back the note `corrects_id`, and stands at its instant."""

    minutes: int
    note: str
    corrects_id: int | None
    submission: str | None = None


@dataclass(frozen=True)
class FileAttached(CaseHappening):
    """A file was attached to a message."""

    file_id: int
    internal: bool


@dataclass(frozen=True)
class FileDownloaded(CaseHappening):
    """Somebody fetched a file."""

    file_id: int
