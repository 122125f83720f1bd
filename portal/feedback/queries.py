"""Reads over the comments of surveys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.doors import carrying
from portal.accounts.keyset import Cursor, Page, cut, page
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case
from portal.db import db, opened, through
from portal.feedback.models import RELEASED, CommentConsent, Survey
from portal.identity.models import Grant, User
from portal.stakeholders.models import Stakeholder

PAGE = 25
WHY = "a comment, who wrote it, and what they say to its being quoted"


@dataclass(frozen=True)
class Said:
    """A comment as staff see it, with what its author says to its being quoted.

    `open_to_mail` is whether the author can sign in to answer; `confidential` ones are never quoted.
    """

    survey_id: int
    text: str
    at: datetime
    name: str
    title: str
    language: str
    case_ref: str
    confidential: bool
    open_to_mail: bool
    asked_at: datetime | None
    answer: str
    answered_at: datetime | None

    @property
    def ref(self) -> str:
        """What the comment is called in addresses."""
        return ref_of(self.survey_id)

    @property
    def released(self) -> bool:
        """Whether it may be quoted as things stand."""
        return self.answer in RELEASED and not self.confidential

    @property
    def askable(self) -> bool:
        """Whether its author can be asked now."""
        waiting = not self.asked_at and not self.answer
        return waiting and self.open_to_mail and not self.confidential


def ref_of(survey_id: int) -> str:
    """What the comment of a survey is called in addresses."""
    return f"S-{survey_id}"


def comments_between(
    actor: Actor,
    account_id: int,
    begin: datetime,
    end: datetime,
    cursor: Cursor,
    *,
    among: list[int] | None = None,
) -> Page[Said]:
    """Comments of surveys answered in [begin, end) that the actor may see, the newest first; with `among` those surveys alone.

    What was said about a case the actor may not see is left out.
    """
    statement = _said(actor, account_id, begin, end)
    if among is not None:
        statement = statement.where(Survey.id.in_(among))
    keys: tuple[ColumnElement[Any], ...] = (Survey.answered_at.expression, Survey.id.expression)
    rows = db.session.execute(cut(statement, keys, cursor, PAGE, descending=True)).all()
    found = [_as_said(row) for row in rows]
    return page(found, cursor, PAGE, lambda one: (one.at, one.survey_id))


def comment_called(
    actor: Actor, account_id: int, begin: datetime, end: datetime, ref: str
) -> Said | None:
    """The comment of that name among them."""
    number = ref.removeprefix("S-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10) or ref == number:
        return None
    statement = _said(actor, account_id, begin, end).where(Survey.id == int(number))
    row = db.session.execute(statement).one_or_none()
    return _as_said(row) if row is not None else None


def _said(actor: Actor, account_id: int, begin: datetime, end: datetime) -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(Survey.id, Survey.comment, Survey.answered_at),
        *(Stakeholder.name, Stakeholder.job_title, Stakeholder.language),
        *(Case.ref, is_confidential().label("confidential"), _can_sign_in().label("open_to_mail")),
        *(CommentConsent.asked_at, CommentConsent.answer),
        CommentConsent.answered_at.label("said_at"),
    )
    seen = Case.visible_to(actor).with_only_columns(Case.id)
    statement = (
        select(*columns)
        .join(Stakeholder, Stakeholder.id == Survey.stakeholder_id)
        .outerjoin(Case, Case.id == Survey.case_id)
        .outerjoin(CommentConsent, CommentConsent.survey_id == Survey.id)
        .where(Survey.account_id == account_id, Survey.comment != "")
        .where(Survey.answered_at >= begin, Survey.answered_at < end)
        .where(or_(Survey.case_id.is_(None), Survey.case_id.in_(seen)))
    )
    statement = through(through(statement, Survey, actor), Stakeholder, actor)
    return opened(carrying(statement, seen), Case, CommentConsent, why=WHY)


def _as_said(row: Any) -> Said:
    return Said(
        survey_id=row.id,
        text=row.comment,
        at=row.answered_at,
        name=row.name,
        title=row.job_title,
        language=row.language,
        case_ref=row.ref or "",
        confidential=bool(row.confidential),
        open_to_mail=bool(row.open_to_mail),
        asked_at=row.asked_at,
        answer=row.answer or "",
        answered_at=row.said_at,
    )


def is_confidential() -> ColumnElement[bool]:
    """Whether the case of a survey is confidential, or the one it asked about before that became part of another."""
    about = aliased(Case)
    named = or_(about.id == Survey.case_id, about.id == Survey.came_from_id)
    return select(about.id).where(named, about.confidential.is_(True)).correlate(Survey).exists()


def _can_sign_in() -> ColumnElement[bool]:
    live = and_(Grant.stakeholder_id == Survey.stakeholder_id, Grant.ended_at.is_(None))
    granted = select(Grant.id).join(User, User.id == Grant.user_id)
    granted = granted.where(live, Grant.account_id == Survey.account_id)
    return granted.where(User.active, User.email.is_not(None)).correlate(Survey).exists()


def author_of(survey_id: int) -> User | None:
    """Who can sign in as the author of a survey's comment."""
    statement = (
        select(User)
        .join(Grant, Grant.user_id == User.id)
        .join(Survey, Survey.stakeholder_id == Grant.stakeholder_id)
        .where(Survey.id == survey_id, Grant.account_id == Survey.account_id)
        .where(Grant.ended_at.is_(None), User.active, User.email.is_not(None))
        .order_by(User.id)
        .limit(1)
    )
    return db.session.scalar(opened(statement, Survey, why=WHY))


def answered_at(survey_id: int) -> datetime | None:
    """When a survey was answered."""
    statement = select(Survey.answered_at).where(Survey.id == survey_id)
    return db.session.scalar(opened(statement, Survey, why=WHY))


@dataclass(frozen=True)
class Own:
    """A comment as its author sees it; `case_ref` only while they see the case."""

    ref: str
    text: str
    at: datetime
    title: str
    language: str
    account: str
    case_ref: str
    confidential: bool
    answer: str
    printed_at: datetime | None
    id: int


def own_comments(actor: Actor, cursor: Cursor) -> Page[Own]:
    """The comments about whose quoting the actor, who wrote them, was asked or has decided, the newest first."""
    keys: tuple[ColumnElement[Any], ...] = (CommentConsent.id.expression,)
    statement = cut(_own(actor), keys, cursor, PAGE, descending=True)
    found = [_as_own(row) for row in db.session.execute(statement)]
    return page(found, cursor, PAGE, lambda one: (one.id,))


def own_comment(actor: Actor, consent: CommentConsent) -> Own:
    """One of them."""
    return _as_own(db.session.execute(_own(actor).where(CommentConsent.id == consent.id)).one())


def _own(actor: Actor) -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(CommentConsent.ref, Survey.comment, Survey.answered_at),
        *(Stakeholder.job_title, Stakeholder.language, Account.name),
        *(Case.ref.label("case_ref"), is_confidential().label("confidential")),
        *(CommentConsent.answer, CommentConsent.printed_at, CommentConsent.id),
    )
    seen = Case.visible_to(actor).with_only_columns(Case.id)
    statement = (
        select(*columns)
        .join(Survey, Survey.id == CommentConsent.survey_id)
        .join(Stakeholder, Stakeholder.id == CommentConsent.stakeholder_id)
        .join(Account, Account.id == CommentConsent.account_id)
        .outerjoin(Case, and_(Case.id == Survey.case_id, Case.id.in_(seen)))
    )
    statement = through(statement, CommentConsent, actor)
    return opened(carrying(statement, seen), Survey, Stakeholder, Account, Case, why=WHY)


def _as_own(row: Any) -> Own:
    return Own(
        ref=row.ref,
        text=row.comment,
        at=row.answered_at,
        title=row.job_title,
        language=row.language,
        account=row.name,
        case_ref=row.case_ref or "",
        confidential=bool(row.confidential),
        answer=row.answer or "",
        printed_at=row.printed_at,
        id=row.id,
    )


@dataclass(frozen=True)
class Released:
    """A comment that may be quoted, in whose name (empty: in nobody's)."""

    survey_id: int
    text: str
    at: datetime
    name: str
    title: str
    language: str


def released_of(
    account_id: int, begin: datetime, end: datetime, among: list[int], *, held: bool = False
) -> list[Released]:
    """Those of the surveys, answered in [begin, end), that may be quoted now, the oldest first; never one about a
    confidential case. With `held` nobody else changes a consent until the end of the transaction.
    """
    s, c = Survey, CommentConsent
    columns = (s.id, s.comment, s.answered_at, c.answer)
    statement = _free(account_id, begin, end).with_only_columns(
        *columns, Stakeholder.name, Stakeholder.job_title, Stakeholder.language
    )
    statement = statement.join(Stakeholder, Stakeholder.id == c.stakeholder_id)
    statement = statement.where(s.id.in_(among)).order_by(s.answered_at, s.id)
    statement = opened(statement, Stakeholder, why=WHY)
    if held:
        statement = statement.with_for_update(of=c)
    return [_as_released(row) for row in db.session.execute(statement)]


def any_released(account_id: int, begin: datetime, end: datetime) -> bool:
    """Whether any comment of surveys answered in [begin, end) may be quoted now."""
    statement = _free(account_id, begin, end).with_only_columns(CommentConsent.id).limit(1)
    return db.session.scalar(statement) is not None


def _free(account_id: int, begin: datetime, end: datetime) -> Select[Any]:
    s, c = Survey, CommentConsent
    statement = (
        select(s.id)
        .join(c, c.survey_id == s.id)
        .where(s.account_id == account_id, s.answered_at >= begin, s.answered_at < end)
        .where(s.comment != "", c.answer.in_(list(RELEASED)), ~is_confidential())
    )
    return opened(statement, s, c, Case, why=WHY)


def _as_released(row: Any) -> Released:
    named = row.answer == "named"
    return Released(
        survey_id=row.id,
        text=row.comment,
        at=row.answered_at,
        name=row.name if named else "",
        title=row.job_title if named else "",
        language=row.language,
    )
