"""The quality sample of a review in the portal: drawn once, read by people who had no part in the cases."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.actor import SYSTEM, Actor
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db, opened, through
from portal.events import publish
from portal.identity.models import User
from portal.insights.attainment import written
from portal.insights.reading import seconds
from portal.reviews import policy
from portal.reviews.events import SampleDrawn, SampleRead
from portal.reviews.gathering import Read
from portal.reviews.models import Review, ReviewSample
from portal.reviews.refusals import NotNow, Why
from portal.reviews.sample import NO, QUESTIONS, YES, Gone, Sample, draw, resolved
from portal.reviews.stages import hold, require_draft

WHY = "the sample of a review the actor may write"


def rows_of(review: Review) -> Sequence[ReviewSample]:
    """The drawn cases in the order of the draw."""
    statement = ReviewSample.unscoped(WHY).where(ReviewSample.review_id == review.id)
    return db.session.scalars(statement.order_by(ReviewSample.number)).all()


def drawn(review: Review, read: Read) -> list[ReviewSample]:
    """The cases that the rule draws now, not kept yet; none where some were drawn before."""
    n, found = draw(read.material)
    now = clock.now()
    return [
        ReviewSample(
            account_id=review.account_id,
            review_id=review.id,
            number=number,
            case_id=read.cases[name],
            opened_at=datetime.fromisoformat(opened_at),
            drawn_at=now,
            drawn_from=n,
        )
        for number, (opened_at, name) in enumerate(found, 1)
    ]


def keep(review: Review, found: Sequence[ReviewSample]) -> None:
    """Keep a draw, unless another one was kept meanwhile. Publishes: SampleDrawn."""
    if not found or rows_of(review):
        return
    db.session.add_all(found)
    db.session.flush()
    event = SampleDrawn(
        review.account_id, review_id=review.id, drawn=len(found), drawn_from=found[0].drawn_from
    )
    publish(event, by=SYSTEM)


def sample_of(rows: Sequence[ReviewSample], read: Read, as_of: datetime | None = None) -> Sample:
    """The draw as a review's rows name its cases; what counts no more has a reason and no name."""
    if not rows:
        return Sample()
    names = {number: name for name, number in read.cases.items()}
    known = {name for _opened, name in resolved(read.material)}
    standing = {row.case_id for row in rows if names.get(row.case_id) in known}
    gone = reasons([row.case_id for row in rows if row.case_id not in standing])
    kept = tuple(
        (
            written(seconds(row.opened_at)),
            names[row.case_id] if row.case_id in standing else "",
            gone.get(row.case_id, ""),
            "",
        )
        for row in rows
    )
    return filled(Sample(rows[0].drawn_at, rows[0].drawn_from, kept), rows, as_of)


def reasons(case_ids: Collection[int]) -> Mapping[int, str]:
    """Why each of some drawn cases is not among the resolved ones of its period."""
    if not case_ids:
        return {}
    statement = select(Case.id, Case.kind, Case.merged_into_id).where(Case.id.in_(case_ids))
    rows = db.session.execute(opened(statement, Case, why="why a drawn case counts no more"))
    return {
        row.id: Gone.MERGED
        if row.merged_into_id
        else Gone.MOVED
        if row.kind == Kind.NORMAL
        else Gone.EXCLUDED
        for row in rows
    }


def known_at(review: Review, read: Read, as_of: datetime) -> Sample | None:
    """The sample of a review as far as it was drawn and read by an instant; None where it was not drawn by then."""
    rows = rows_of(review)
    if not rows or rows[0].drawn_at > as_of:
        return None
    return sample_of(rows, read, as_of)


def filled(found: Sample, rows: Sequence[ReviewSample], as_of: datetime | None = None) -> Sample:
    """The same draw with what was found by now, or by an instant; only of cases that count."""
    if not rows:
        return found
    pairs = list(zip(found.drawn, rows, strict=True))
    now = as_of or clock.now()
    read = [row for kept, row in pairs if row.read_at and row.read_at <= now and not kept[2]]
    done = {row.number for row in read}
    answers = [tuple(YES if getattr(row, one) else NO for one in QUESTIONS) for row in read]
    return replace(
        found,
        drawn=tuple((*kept[:3], YES if row.number in done else "") for kept, row in pairs),
        read=tuple(sorted(answers)),
    )


def refreshed(review: Review, found: Sample | None) -> Sample | None:
    """What a review prints of its sample now; None stays None, since there was no draw."""
    return found and filled(found, rows_of(review))


@dataclass(frozen=True)
class DrawnCase:
    """A drawn case as a colleague sees it: without reference where it is not open to them."""

    number: int
    ref: str
    subject: str
    gone: str
    row: ReviewSample
    reader: str
    own: bool
    by_another: bool

    @property
    def readable(self) -> bool:
        """Whether the actor may write down what they find in it."""
        return bool(self.ref) and not (self.gone or self.own or self.by_another)


def listed(actor: Actor, review: Review) -> list[DrawnCase]:
    """All drawn cases of a review for somebody who may write it, in at most four statements."""
    statement = select(ReviewSample, User.name).outerjoin(User, User.id == ReviewSample.read_by_id)
    statement = statement.where(ReviewSample.review_id == review.id).order_by(ReviewSample.number)
    rows = db.session.execute(through(statement, ReviewSample, actor)).all()
    if not rows:
        return []
    ids = [row.case_id for row, _name in rows]
    cases, workers = _cases(actor, ids), _workers(ids)
    gone = reasons([one for one in ids if one not in cases or cases[one].kind != Kind.NORMAL])
    return [_listed(actor, row, name, cases, workers, gone) for row, name in rows]


def _listed(
    actor: Actor,
    row: ReviewSample,
    reader: str | None,
    cases: Mapping[int, Any],
    workers: Mapping[int, set[int]],
    gone: Mapping[int, str],
) -> DrawnCase:
    case, reason = cases.get(row.case_id), gone.get(row.case_id, "")
    owner = {case.owner_id} if case is not None and case.owner_id else set()
    return DrawnCase(
        number=row.number,
        ref=case.ref if case else "",
        subject=case.subject if case else "",
        gone="" if reason == Gone.MOVED else reason,
        row=row,
        reader=reader or "",
        own=not policy.may_judge(actor, frozenset(workers[row.case_id] | owner)),
        by_another=row.read_at is not None and row.read_by_id != actor.user_id,
    )


def _cases(actor: Actor, ids: Sequence[int]) -> Mapping[int, Any]:
    columns = (Case.id, Case.ref, Case.subject, Case.kind, Case.owner_id)
    found = db.session.execute(through(select(*columns).where(Case.id.in_(ids)), Case, actor))
    return {row.id: row for row in found}


def _workers(ids: Sequence[int]) -> Mapping[int, set[int]]:
    """Who of our people wrote to the client in each case."""
    statement = select(Message.case_id, Message.author_user_id).where(
        Message.case_id.in_(ids),
        Message.side == Side.STAFF,
        Message.internal.is_(False),
        Message.author_user_id.is_not(None),
    )
    found = defaultdict[int, set[int]](set)
    rows = db.session.execute(opened(statement.distinct(), Message, why="who worked on a case"))
    for case_id, user_id in rows:
        found[case_id].add(user_id or 0)
    return found


def read_case(
    review: Review, one: DrawnCase, answers: Mapping[str, bool], remark: str, *, by: Actor
) -> bool:
    """Write down what was found in a drawn case; whether that changed anything.

    Raises: NotNow. Publishes: SampleRead if that is a change.
    """
    hold(review)
    require_draft(review)
    row, text = _held(one.row), remark.replace("\r\n", "\n").strip()
    _require_readable(one, row, by)
    said = {name: getattr(row, name) for name in QUESTIONS}
    if row.read_at is not None and said == answers and row.remark == text:
        return False
    for name in QUESTIONS:
        setattr(row, name, answers[name])
    row.read_at, row.read_by_id, row.remark = clock.now(), by.user_id, text
    publish(SampleRead(review.account_id, review_id=review.id, number=row.number), by=by)
    return True


def _held(row: ReviewSample) -> ReviewSample:
    """The row as it stands, held against a colleague who writes at the same moment."""
    statement = ReviewSample.unscoped(WHY).where(ReviewSample.id == row.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _require_readable(one: DrawnCase, row: ReviewSample, by: Actor) -> None:
    if one.gone:
        raise NotNow(Why.COUNTS_NO_MORE)
    if one.own:
        raise NotNow(Why.OWN_CASE)
    if row.read_at is not None and row.read_by_id != by.user_id:
        raise NotNow(Why.READ_BY_ANOTHER)
