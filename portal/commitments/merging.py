"""Commitments that came from a case that became part of another; a projection, in the transaction of the merge."""

from sqlalchemy import update

from portal.cases.events import CaseAbsorbed
from portal.commitments.models import Commitment
from portal.db import db, opened
from portal.events import Recorded

MERGES = (CaseAbsorbed,)


def follow_merge(recorded: Recorded) -> None:
    """What was promised on the case that is gone came from the other, from now on."""
    event = recorded.event
    moved = update(Commitment).where(Commitment.case_id == event.merged_id)
    moved = opened(
        moved.values(case_id=event.case_id), Commitment, why="commitments of a case that was merged"
    )
    db.session.execute(moved, execution_options={"synchronize_session": "evaluate"})
