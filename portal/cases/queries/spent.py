"""The working time noted on a case and on those that became part of it, as a part of what stands beside it."""

from sqlalchemy import func

from portal.cases.events import TimeSpent
from portal.cases.queries.parts import CASES, part
from portal.db import AnySelect, opened
from portal.events import Event
from portal.identity.models import User

MOST = 60
WHY = "time noted on a case that its door let through"


def times() -> AnySelect:
    """The newest notes; `amount` is in minutes, `clock` the note it takes back, `spent` the sum of all of them."""
    minutes = Event.payload["minutes"].as_integer()
    columns = part(
        "time",
        number=Event.id,
        title=func.coalesce(User.name, ""),
        note=Event.payload["note"].as_string(),
        at=Event.occurred_at,
        amount=minutes,
        clock=Event.payload["corrects_id"].as_integer(),
        spent=func.sum(minutes).over(),
    )
    mine = columns.outerjoin(User, User.id == Event.user_id)
    mine = mine.where(Event.case_id.in_(CASES), Event.kind == TimeSpent.__name__)
    return opened(mine.order_by(Event.id.desc()).limit(MOST), Event, why=WHY)
