"""F31 from rows: what staff said of their own work beside what the client said of the same cases."""

from sqlalchemy import select

from portal.cases.models import Case, Kind
from portal.db import db, through
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.insights.figure import Figure
from portal.insights.perception import perception_gap
from portal.insights.reading import Span, by_ids

RATED = "WorkRated"


def gap_of(span: Span) -> Figure:
    """F31 of the cases whose client answered in the period.

    Source: F31 of the definitions page; that the client's answer decides the period is our reading of it.
    """
    return perception_gap(*ratings_of(span))


def ratings_of(span: Span) -> tuple[dict[str, int], dict[str, int]]:
    """By case what staff and what the client said of it; of several answers, and of several ratings, the last."""
    client: dict[str, int] = {}
    numbers: dict[int, str] = {}
    answers = (
        select(Case.id, Case.ref, Survey.score)
        .join(Case, Case.id == Survey.case_id)
        .where(Survey.kind == SurveyKind.CSAT, Survey.score.is_not(None))
        .where(Case.kind == Kind.NORMAL, span.during(Survey.answered_at))
        .where(Survey.answered_at <= span.as_of)
        .order_by(Survey.answered_at, Survey.id)
    )
    for row in db.session.execute(through(span.of(answers, Survey), Case, span.actor)):
        client[row.ref], numbers[row.id] = row.score, row.ref
    rated = (
        select(Event.case_id, Event.payload["rating"].as_integer())
        .where(Event.kind == RATED, Event.recorded_at <= span.as_of)
        .order_by(Event.occurred_at, Event.id)
    )
    found = by_ids(numbers, lambda some: span.of(rated.where(Event.case_id.in_(some)), Event))
    own = {numbers[case_id]: int(rating) for case_id, rating in found}
    return own, client
