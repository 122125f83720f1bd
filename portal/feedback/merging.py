"""Answers about a case that became part of another; a projection, in the transaction of the merge."""

from sqlalchemy import func, update

from portal.cases.events import CaseAbsorbed
from portal.db import db, opened
from portal.events import Recorded
from portal.feedback.models import Survey

MERGES = (CaseAbsorbed,)


def follow_merge(recorded: Recorded) -> None:
    """What was asked and answered about the case that is gone counts for the other from now on (F18, F19, F31)."""
    event = recorded.event
    asked_about = func.coalesce(Survey.came_from_id, Survey.case_id)
    moved = update(Survey).where(Survey.case_id == event.merged_id)
    moved = moved.values(case_id=event.case_id, came_from_id=asked_about)
    moved = opened(moved, Survey, why="answers about a case that was merged")
    db.session.execute(moved, execution_options={"synchronize_session": "evaluate"})
