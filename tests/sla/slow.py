"""The definitions taken literally, step by step: slow, and simple enough to be believed.

A step is five minutes; clocks change, hours begin and things happen at whole steps, targets end at any second.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from portal.sla.course import Act, Origin
from portal.sla.terms import Target

STEP, DAY = 300, 86_400


def open_steps(calendar, begin, end):
    """C3: the open steps of [begin, end): of each local day's interval from the first instant whose local time is
    at or after its begin to the last one whose local time is before its end."""
    found = set()
    for day, near in around_each_day(calendar.zone, begin // DAY - 1, end // DAY + 2):
        midnight = datetime.combine(day, datetime.min.time())
        for hours in calendar.hours(day):
            opens, closes = (midnight + timedelta(minutes=m) for m in hours)
            since = next(i for i, (_, wall) in enumerate(near) if wall >= opens)
            until = next(i for i, (_, wall) in reversed(list(enumerate(near))) if wall < closes)
            found.update(t for t, _ in near[since : until + 1])
    return {t for t in found if begin <= t < end}


@lru_cache(maxsize=64)
def around_each_day(zone, first, last):
    """Each local day that lies whole within some days of UTC, with all steps of it and of the days beside it."""
    walls = [
        (t, datetime.fromtimestamp(t, UTC).astimezone(zone).replace(tzinfo=None))
        for t in range((first - 1) * DAY, (last + 1) * DAY, STEP)
    ]
    near, one = [], timedelta(days=1)
    for day in sorted({wall.date() for _, wall in walls})[1:-1]:
        near.append((day, [(t, wall) for t, wall in walls if abs(wall.date() - day) <= one]))
    return near


class Life:
    """A case lived through step by step; whatever happens to it happens before `as_of`."""

    def __init__(self, course, terms, as_of):
        self.course, self.terms, self.as_of = course, terms, as_of
        self.marks = list(course.marks)
        self.going, self.done = [], []
        self.runs_of_words, self.resolutions = 0, 0
        self.open_at = {
            name: open_steps(agreed.clock, course.opened_at, as_of)
            for name, agreed in terms.items()
        }

    def promises(self):
        """Target, number, begin, state and instant of every promise."""
        self.begin_the_case()
        for t in range(self.course.opened_at, self.as_of, STEP):
            for promise in list(self.going):
                if self.is_over(promise, t):
                    self.decide(promise, "missed", t)
            while self.marks and self.marks[0].at == t:
                self.live(self.marks.pop(0))
            if self.clock_runs(t):
                self.count(t)
        for promise in self.going:
            self.decide(promise, "open", None)
        return {
            tuple(p[k] for k in ("target", "number", "begin", "state", "at")) for p in self.done
        }

    def begin_the_case(self):
        origin, t = self.course.origin, self.course.opened_at
        self.is_open, self.client_waits = True, False
        self.staff_spoke = self.may_pause = origin is not Origin.CLIENT
        if origin is not Origin.STAFF:
            self.begin(Target.RESPONSE, 1, t)
        if origin is Origin.ON_BEHALF:
            self.end(Target.RESPONSE, "met", t)
        self.resolutions += 1
        self.begin(Target.RESOLUTION, self.resolutions, t)

    def live(self, mark):
        t = mark.at
        if mark.act is Act.CLIENT and self.staff_spoke and not self.client_waits:
            self.client_waits = True
            self.begin(Target.NEXT_RESPONSE, self.runs_of_words + 1, t)
        elif mark.act is Act.STAFF:
            self.staff_spoke = self.may_pause = True
            self.client_waits = False
            self.end(Target.RESPONSE, "met", t)
            self.end(Target.NEXT_RESPONSE, "met", t)
        elif mark.act is Act.REOPENED and not self.is_open:
            self.is_open = True
            self.resolutions += 1
            self.begin(Target.RESOLUTION, self.resolutions, t)
        elif mark.act in (Act.RESOLVED, Act.CANCELLED) and self.is_open:
            self.is_open = self.client_waits = False
            self.end(Target.NEXT_RESPONSE, "dropped", t)
            self.end(Target.RESOLUTION, "met" if mark.act is Act.RESOLVED else "dropped", t)
            if mark.act is Act.CANCELLED:
                self.end(Target.RESPONSE, "dropped", t)

    def begin(self, target, number, t):
        promise = {"target": target, "number": number, "begin": t, "clock": 0}
        if self.allowed(promise, t) is not None:
            self.going.append(promise)
            self.runs_of_words += target is Target.NEXT_RESPONSE

    def end(self, target, state, t):
        for promise in [p for p in self.going if p["target"] is target]:
            self.decide(promise, "dropped" if self.allowed(promise, t) is None else state, t)

    def decide(self, promise, state, t):
        self.going = [p for p in self.going if p is not promise]
        self.done.append({**promise, "state": state, "at": t})

    def is_over(self, promise, t):
        allowed = self.allowed(promise, t)
        return allowed is not None and promise["clock"] > allowed

    def count(self, t):
        """Let the clocks run for the step that begins now, and find the second at which one runs out."""
        for promise in list(self.going):
            allowed = self.allowed(promise, t)
            if allowed is not None and promise["clock"] + STEP > allowed:
                self.decide(promise, "missed", t + allowed - promise["clock"])
            promise["clock"] += STEP

    def allowed(self, promise, t):
        agreed = self.terms.get(self.priority(t))
        return None if agreed is None else agreed.seconds(promise["target"])

    def priority(self, t):
        return [self.course.priority, *(new for at, new in self.course.priorities if at <= t)][-1]

    def clock_runs(self, t):
        priority = self.priority(t)
        paused = any(p.begin <= t and (p.end is None or t < p.end) for p in self.course.pauses)
        is_open = priority not in self.terms or t in self.open_at[priority]
        return is_open and not (paused and self.may_pause)
