"""What is agreed about each case of a reading, worked out once for each account, stretch of time and category."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from portal.cases.promise_history import terms_of
from portal.insights.reading import instant
from portal.sla.agreements import clocks, timelines_of
from portal.sla.calendars import Clock
from portal.sla.terms import Terms


class Agreed:
    """The terms of some accounts' cases; at most two statements, whatever their number."""

    def __init__(self, account_ids: Sequence[int]) -> None:
        self._timelines = timelines_of(account_ids)
        self._turns = {name: timeline.turns() for name, timeline in self._timelines.items()}
        self._known: dict[tuple[int, int, str], Mapping[str, Terms]] = {}

    def about(self, account_id: int, opened_at: int, category: str) -> Mapping[str, Terms]:
        """What was agreed when a case was opened, by priority; nothing without an agreement."""
        key = account_id, bisect_right(self._turns[account_id], opened_at), category
        if key not in self._known:
            agreement = self._timelines[account_id].at(instant(opened_at))
            self._known[key] = (
                {} if agreement is None else terms_of(agreement, category, self._clocks)
            )
        return self._known[key]

    @cached_property
    def _clocks(self) -> Callable[[int], Clock]:
        return clocks()
