"""How far a night of reviews is: what waits, what is being made, what was made lately, what could not be made."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select

from portal import clock
from portal.actor import Actor
from portal.db import db, through
from portal.reviews.models import Review, ReviewState, Stage

LATELY = timedelta(hours=12)


@dataclass(frozen=True)
class Making:
    """Reviews the actor sees, by how far their documents are; `made` counts those of the last twelve hours."""

    waiting: int = 0
    building: int = 0
    made: int = 0
    failed: int = 0

    @property
    def under_way(self) -> bool:
        """Whether the worker still has something to do."""
        return self.waiting + self.building > 0

    @property
    def all(self) -> int:
        """What the worker had to do in all."""
        return self.waiting + self.building + self.made + self.failed


def making(actor: Actor) -> Making:
    """How far the worker is with the reviews the actor sees; planned ones are none of its business yet."""
    lately = clock.now() - LATELY
    statement = (
        select(Review.state, func.count())
        .where(
            Review.stage != Stage.PLANNED,
            or_(Review.state != ReviewState.READY, Review.built_at >= lately),
        )
        .group_by(Review.state)
    )
    rows = db.session.execute(through(statement, Review, actor))
    found = {row.state: row[1] for row in rows}
    return Making(
        waiting=found.get(ReviewState.QUEUED, 0),
        building=found.get(ReviewState.BUILDING, 0),
        made=found.get(ReviewState.READY, 0),
        failed=found.get(ReviewState.FAILED, 0),
    )
