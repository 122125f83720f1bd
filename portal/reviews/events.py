"""What happens to a review."""

from dataclasses import dataclass, field
from typing import Any

from portal.events import Happening


@dataclass(frozen=True)
class ReviewPlanned(Happening):
    """A review will be drafted by itself when its period is over."""

    review_id: int
    period: str


@dataclass(frozen=True)
class ReviewOrdered(Happening):
    """A review was ordered, or ordered again."""

    review_id: int
    period: str
    language: str


@dataclass(frozen=True)
class ReviewBuilt(Happening):
    """A review's file is ready; `summary` holds the main figures as they were printed."""

    review_id: int
    fingerprint: str
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewFailed(Happening):
    """A review could not be made; `reason` is one of `pdf.reason`."""

    review_id: int
    reason: str


@dataclass(frozen=True)
class ReviewDownloaded(Happening):
    """Somebody took a review's file away."""

    review_id: int


@dataclass(frozen=True)
class PortfolioOrdered(Happening):
    """A portfolio review was ordered: of a manager's accounts, or of all."""

    portfolio_id: int
    period: str
    manager_id: int | None


@dataclass(frozen=True)
class PortfolioBuilt(Happening):
    """A portfolio review's files are ready; so many accounts stand in it."""

    portfolio_id: int
    accounts: int


@dataclass(frozen=True)
class PortfolioFailed(Happening):
    """A portfolio review could not be made; `reason` is one of `pdf.reason`."""

    portfolio_id: int
    reason: str


@dataclass(frozen=True)
class PortfolioDownloaded(Happening):
    """Somebody took a portfolio review's file away; `form` says which."""

    portfolio_id: int
    form: str


@dataclass(frozen=True)
class ReviewSubmitted(Happening):
    """Approval by a second person was asked for."""

    review_id: int


@dataclass(frozen=True)
class ReviewApproved(Happening):
    """A second person approved it."""

    review_id: int


@dataclass(frozen=True)
class ReviewSentBack(Happening):
    """It is a draft again; `reason` says what should change."""

    review_id: int
    reason: str


@dataclass(frozen=True)
class ReviewShared(Happening):
    """These roles of the client read it from now on, besides the sponsors of an issued one, and who acknowledges it: a role, or a person."""

    review_id: int
    roles: list[str]
    acknowledged_by: str = "sponsor"
    person_id: int | None = None


@dataclass(frozen=True)
class ReviewFiguresAdded(Happening):
    """From now on the review prints these figures that are otherwise for staff alone, and no others of them."""

    review_id: int
    figures: list[str]


@dataclass(frozen=True)
class ReviewQuotesChosen(Happening):
    """From now on the review quotes these comments, as far as their authors let it, and no others."""

    review_id: int
    comments: list[str]


@dataclass(frozen=True)
class ReviewIssued(Happening):
    """The client has it; figures, texts and lists are frozen under the fingerprint."""

    review_id: int
    period: str
    edition: int
    fingerprint: str


@dataclass(frozen=True)
class ReviewOpened(Happening):
    """A person of the client opened it for the first time."""

    review_id: int


@dataclass(frozen=True)
class ReviewAcknowledged(Happening):
    """The client has read it, and accepted it or made remarks."""

    review_id: int
    accepted: bool
    remark: str


@dataclass(frozen=True)
class ReviewWritten(Happening):
    """Somebody wrote or changed the text of one part; the words themselves lie beside."""

    review_id: int
    part: str
    language: str


@dataclass(frozen=True)
class FigureDisputed(Happening):
    """Somebody does not accept a figure or an exclusion as it stands."""

    review_id: int
    dispute_id: int
    about: str


@dataclass(frozen=True)
class DisputeAnswered(Happening):
    """Somebody wrote into a dispute."""

    review_id: int
    dispute_id: int


@dataclass(frozen=True)
class DisputeSettled(Happening):
    """A dispute ended; a restatement, if there is one, stands dated in the next review."""

    review_id: int
    dispute_id: int
    restatement: str


@dataclass(frozen=True)
class SampleDrawn(Happening):
    """The quality sample of a review was drawn: so many cases from so many."""

    review_id: int
    drawn: int
    drawn_from: int


@dataclass(frozen=True)
class SampleRead(Happening):
    """Somebody who had no part in a drawn case wrote down what they found; what that was stays with the case."""

    review_id: int
    number: int


@dataclass(frozen=True)
class ReviewScheduleChanged(Happening):
    """When an account's reviews are drafted by themselves, and how they are approved and sent."""

    schedule_id: int
    months: int
    active: bool


@dataclass(frozen=True)
class ReviewMeetingSet(Happening):
    """When and where both sides talk about it; without an instant the meeting is called off."""

    review_id: int
    at: str
    place: str


@dataclass(frozen=True)
class ReviewParticipantNamed(Happening):
    """Somebody takes part in the review, or has another part now: a person of the client, or one of staff."""

    review_id: int
    person_id: int | None
    staff_id: int | None
    part: str


@dataclass(frozen=True)
class ReviewParticipantRemoved(Happening):
    """Somebody who was named does not take part after all."""

    review_id: int
    person_id: int | None
    staff_id: int | None


@dataclass(frozen=True)
class ReviewHandedTo(Happening):
    """A person of the client was named after the issue: they may read it from now on."""

    review_id: int
    person_id: int
