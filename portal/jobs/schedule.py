"""Work that comes round by itself: one order for each span of time, however many workers look at the clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from portal import clock
from portal.db import transaction
from portal.jobs.queue import enqueue

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_table: dict[str, timedelta] = {}
_ordered: dict[str, int] = {}


def wire(table: Mapping[str, timedelta]) -> None:
    """Install the table of `wiring.py`: kinds of jobs, and how often each is done."""
    _table.clear()
    _table.update(table)
    _ordered.clear()


def order_due() -> None:
    """Order what has come round and this process has not ordered yet; the queue keeps one of several orders."""
    now = clock.now()
    turns = {kind: (now - EPOCH) // every for kind, every in _table.items()}
    due = {kind: turn for kind, turn in turns.items() if _ordered.get(kind) != turn}
    if not due:
        return
    with transaction():
        for kind, turn in due.items():
            enqueue(kind, {}, unique_key=f"{kind}:{turn}")
    _ordered.update(due)
