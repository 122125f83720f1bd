"""The clock of one case: business seconds, less pauses, over changes of priority (C6). Pure.

Instants are whole seconds since 1970 in UTC (C1).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.sla.calendars import Clock


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stands still; without an end it still does."""

    begin: int
    end: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a case's life with one priority in which the clock runs, or is paused for one reason."""

    begin: int
    end: int | None
    priority: str
    paused_for: str | None = None


def stretches(
    begin: int,
    priority: str,
    priorities: Iterable[tuple[int, str]] = (),
    pauses: Iterable[Pause] = (),
) -> Iterator[Stretch]:
    """Everything from `begin` on, cut where the priority changed and where pauses begin and end.

    Of changes at one instant the last one given holds. Of pauses that overlap, the one begun first gives the reason.
    """
    since, reason = begin, None
    for at, is_priority, value in _changes(priorities, pauses):
        if at > since:
            yield Stretch(since, at, priority, reason)
            since = at
        if is_priority:
            priority = value or priority
        else:
            reason = value
    yield Stretch(since, None, priority, reason)


def _changes(
    priorities: Iterable[tuple[int, str]], pauses: Iterable[Pause]
) -> list[tuple[int, bool, str | None]]:
    """Instant, whether the priority changes (else the pause), and to what."""
    changes: list[tuple[int, bool, str | None]] = [(at, True, new) for at, new in priorities]
    for pause in _apart(pauses):
        changes.append((pause.begin, False, pause.reason))
        if pause.end is not None:
            changes.append((pause.end, False, None))
    return sorted(changes, key=lambda change: change[0])


def _apart(pauses: Iterable[Pause]) -> Iterator[Pause]:
    """Pauses in order, the overlapping part of each later one left out; empty ones vanish."""
    until: int | None = None
    for pause in sorted(pauses, key=lambda p: p.begin):
        begin = pause.begin if until is None else max(pause.begin, until)
        if pause.end is None:
            yield Pause(begin, None, pause.reason)
            return
        if begin < pause.end:
            yield Pause(begin, pause.end, pause.reason)
            until = pause.end


class CaseClock:
    """Counts on the stretches of a case, each on the calendar of its priority.

    Every question walks over the stretches it is about and no others.
    """

    def __init__(self, found: Iterable[Stretch], calendar: Callable[[str], Clock]) -> None:
        self._stretches: Sequence[Stretch] = tuple(found)
        self._begins = [stretch.begin for stretch in self._stretches]
        self._calendar = calendar

    def seconds(self, begin: int, end: int) -> int:
        """C6: business seconds of [begin, end) outside pauses."""
        return sum(
            self._calendar(stretch.priority).seconds(stretch.begin, until)
            for stretch, until in self._within(begin, end)
            if stretch.paused_for is None
        )

    def paused(self, begin: int, end: int, reason: str | None = None) -> int:
        """Business seconds of [begin, end) inside pauses, of one reason or of all."""
        return sum(
            self._calendar(stretch.priority).seconds(stretch.begin, until)
            for stretch, until in self._within(begin, end)
            if stretch.paused_for is not None and reason in (None, stretch.paused_for)
        )

    def split(self, begin: int, end: int) -> dict[str | None, int]:
        """Business seconds of [begin, end) by what paused the clock; None is the clock itself."""
        found: dict[str | None, int] = {None: 0}
        for stretch, until in self._within(begin, end):
            counted = self._calendar(stretch.priority).seconds(stretch.begin, until)
            found[stretch.paused_for] = found.get(stretch.paused_for, 0) + counted
        return found

    def priority(self, instant: int) -> str:
        """The priority in force, a change at this very instant included."""
        return self._stretches[max(0, bisect_right(self._begins, instant) - 1)].priority

    def stands_still(self, instant: int) -> bool:
        """Whether the clock is paused, a change at this very instant included."""
        return (
            self._stretches[max(0, bisect_right(self._begins, instant) - 1)].paused_for is not None
        )

    def reached(self, begin: int, target: int) -> int | None:
        """The first instant by which the clock started at `begin` shows the target; None when never."""
        left = target
        for stretch in self._from(begin):
            if left == 0:
                return stretch.begin
            if stretch.paused_for is None:
                calendar = self._calendar(stretch.priority)
                if stretch.end is None:
                    return calendar.first(stretch.begin, left)
                counted = calendar.seconds(stretch.begin, stretch.end)
                if counted >= left:
                    return calendar.first(stretch.begin, left)
                left -= counted
        return None

    def limit(
        self, begin: int, target: Callable[[str], int | None], until: int | None = None
    ) -> int | None:
        """C7: sup{t : clock(t) ≤ the target of the priority in force}; None when never, or not by `until`.

        The clock goes on over a change of priority; if it then exceeds the new target, the change is the limit.
        """
        spent = 0
        for stretch in self._from(begin):
            if until is not None and stretch.begin > until:
                return None
            allowed = target(stretch.priority)
            if allowed is not None and spent > allowed:
                return stretch.begin
            if stretch.paused_for is not None:
                continue
            calendar = self._calendar(stretch.priority)
            counted = _counted(calendar, stretch)
            if allowed is not None and (counted is None or spent + counted > allowed):
                found = calendar.last(stretch.begin, allowed - spent)
                return None if found is None or (until is not None and found > until) else found
            spent += counted or 0
        return None

    def _from(self, begin: int) -> Iterator[Stretch]:
        index = max(0, bisect_right(self._begins, begin) - 1)
        for number in range(index, len(self._stretches)):
            found = self._stretches[number]
            if found.begin < begin:
                found = Stretch(begin, found.end, found.priority, found.paused_for)
            yield found

    def _within(self, begin: int, end: int) -> Iterator[tuple[Stretch, int]]:
        for stretch in self._from(begin):
            if stretch.begin >= end:
                return
            yield stretch, end if stretch.end is None else min(stretch.end, end)


def _counted(calendar: Clock, stretch: Stretch) -> int | None:
    """Business seconds of a stretch; None when it goes on."""
    return None if stretch.end is None else calendar.seconds(stretch.begin, stretch.end)
