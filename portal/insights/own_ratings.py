"""F31 from rows: what staff said of their own work beside what the client said of the same cases."""

from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from portal.cases.models import Case, Kind
from portal.db import db
from portal.events import Event
from portal.feedback.models import Survey, SurveyKind
from portal.insights.figure import Figure
from portal.insights.perception import perception_gap
from portal.insights.reading import Span, by_ids, standing_then

RATED = "WorkRated"


Ratings = Mapping[str, int]
"""By reference of the case."""


def gap_of(span: Span) -> Figure:
    """F31 of the cases whose client answered in the period.

    Source: F31 of the definitions page; that the client's answer decides the period is our reading of it.
    """
    return perception_gap(*ratings(span))


def ratings(span: Span) -> tuple[Ratings, Ratings]:
    """What staff and the client said of the cases whose client answered in the period, of several words the last."""
    client: dict[str, int] = {}
    numbers: dict[int, str] = {}
    there = aliased(Case)
    normal = select(there.id).where(there.id == Case.merged_into_id, there.kind == Kind.NORMAL)
    was = and_(Case.id.in_(span.parted.gone), normal.exists())
    counted = or_(Case.kind == Kind.NORMAL, was)
    answers = (
        select(Case.id, Case.ref, Survey.score)
        .join(Survey, Case.id == span.parted.rated_on)
        .where(Survey.kind == SurveyKind.CSAT, Survey.score.is_not(None))
        .where(counted, span.during(Survey.answered_at))
        .where(Survey.answered_at <= span.as_of)
        .order_by(Survey.answered_at, Survey.id)
    )
    for row in db.session.execute(standing_then(span, span.of(answers, Survey))):
        client[row.ref], numbers[row.id] = row.score, row.ref
    rated = (
        select(Event.case_id, Event.payload["rating"].as_integer())
        .where(Event.kind == RATED, Event.recorded_at <= span.as_of)
        .order_by(Event.occurred_at, Event.id)
    )
    found = by_ids(numbers, lambda some: span.of(rated.where(Event.case_id.in_(some)), Event))
    return {numbers[case_id]: int(rating) for case_id, rating in found}, client
