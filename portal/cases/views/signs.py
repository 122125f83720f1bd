"""What a row of the queue says beside its data: whether it is due, when, and how long the client has lived with it."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from portal.cases.models import Status
from portal.web.filters import due_words, span
from portal.web.reader import Reader


def signs(row: Any, now: datetime, reader: Reader) -> tuple[str, str, str]:
    """The shape and the words of the due date (none once finished), and the calendar time lived with it."""
    return _signs(row.due_at, row.status, row.opened_at, row.resolved_at, now, reader)


@lru_cache(4096)
def _signs(
    due_at: datetime | None,
    status: str,
    opened_at: datetime,
    resolved_at: datetime | None,
    now: datetime,
    reader: Reader,
) -> tuple[str, str, str]:
    kind, due = "", ""
    if Status(status).is_open:
        kind, due = due_words(due_at, now, status == Status.WAITING)
    return kind, due, str(span(max((resolved_at or now) - opened_at, timedelta())))
