"""The one page: which changes it names, by fixed rules and from the figures alone.

A change counts from a tenth (for shares: one percentage point and two cases) against the review issued before, and
only when both hold at least ten values; without one no change is named (C10). The three largest on each side are shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from portal.reviews.figures import ENOUGH, Figures
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext

TENTH = 0.1
POINT = 1.0
SEVERAL = 2
FEW = 3
WORTH = 0.03


@dataclass(frozen=True)
class Point:
    """One line of the one page: what, in how many words, and where to read on."""

    title: str
    text: str
    section: str
    weight: float
    good: bool


def verdict(now: Figures, before: Figures | None, say: Say) -> str:
    """The page's headline: how the backlog moved, then the largest change of speed or return."""
    if now.empty:
        return _("Nothing was asked of us in this period, and nothing is open.")
    changes = _speed(now, before, say) if before else ()
    change = max(changes, key=lambda point: point.weight, default=None)
    return f"{_backlog_moved(now, say)} {change.title if change else _pace(now, say)}".strip()


def _backlog_moved(now: Figures, say: Say) -> str:
    start, end = say.count(now.identity.start), say.count(now.backlog)
    if now.backlog < now.identity.start:
        return _("The backlog shrank from %(start)s to %(end)s.", start=start, end=end)
    if now.backlog > now.identity.start:
        return _("The backlog grew from %(start)s to %(end)s.", start=start, end=end)
    return _("The backlog stayed at %(end)s.", end=end)


def _pace(now: Figures, say: Say) -> str:
    if now.first.p50 is None:
        return _("No case was answered for the first time in this period.")
    return _("Half of the first answers came within %(span)s.", span=say.span(now.first.p50))


def went_well(now: Figures, before: Figures | None, say: Say) -> tuple[Point, ...]:
    """Up to three changes for the better, the largest first."""
    return _largest(point for point in _points(now, before, say) if point.good)


def to_watch(now: Figures, before: Figures | None, say: Say) -> tuple[Point, ...]:
    """Up to three changes for the worse and standing risks, the largest first."""
    return _largest(point for point in _points(now, before, say) if not point.good)


def state(section: str, now: Figures, before: Figures | None, say: Say) -> str:
    """A shape and a word for a section, from all its points; empty where nothing is compared."""
    if section not in ("agreed", "backlog", "speed", "quality", "reasons") or now.empty:
        return ""
    found = [point.good for point in _points(now, before, say) if point.section == section]
    if not found:
        return _("○ No change") if before or section == "backlog" else ""
    return _("● Well") if all(found) else _("▲ Watch")


def _largest(points: Iterator[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: -point.weight)[:3])


def _points(now: Figures, before: Figures | None, say: Say) -> Iterator[Point]:
    if before:
        yield from _kept(now, before, say)
        yield from _speed(now, before, say)
        yield from _moved_reason(now, before, say)
    yield from _backlog(now, say)
    yield from _old(now, say)
    if now.complaints:
        title = ngettext(
            "%(count)s complaint was made.",
            "%(count)s complaints were made.",
            now.complaints,
            count=say.count(now.complaints),
        )
        yield Point(
            title, _("Said so, or shown by a low score after a case."), "reasons", 0.9, good=False
        )


def _kept(now: Figures, before: Figures, say: Say) -> Iterator[Point]:
    """All promises together, F7 to F9."""
    if min(now.decided, before.decided) < ENOUGH:
        return
    value, old = 100 * now.kept / now.decided, 100 * before.kept / before.decided
    if abs(value - old) < POINT:
        return
    better = value > old
    title = _("More promises were kept.") if better else _("Fewer promises were kept.")
    text = _(
        "%(part)s of %(whole)s; in the period before %(old)s of %(before)s.",
        part=say.count(now.kept),
        whole=say.count(now.decided),
        old=say.count(before.kept),
        before=say.count(before.decided),
    )
    yield Point(title, text, "agreed", abs(value - old) / 8, better)


def _speed(now: Figures, before: Figures, say: Say) -> Iterator[Point]:
    pairs = (
        ("first", now.first.n, before.first.n, now.first.p50, before.first.p50),
        ("solved", now.solved.n, before.solved.n, now.solved.lived_p50, before.solved.lived_p50),
    )
    for kind, n, n0, value, old in pairs:
        if min(n, n0) < ENOUGH or not value or not old or abs(value - old) < TENTH * old:
            continue
        better = value < old
        text = _(
            "Half within %(now)s; in the period before within %(old)s.",
            now=say.span(value),
            old=say.span(old),
        )
        yield Point(_speed_title(kind, better), text, "speed", abs(log(value / old)), better)
    now_again, old_again = now.again, before.again
    if (
        min(now_again.denominator, old_again.denominator) < ENOUGH
        or now_again.value is None
        or old_again.value is None
    ):
        return
    cases = abs(now_again.numerator - old_again.numerator)
    if abs(now_again.value - old_again.value) >= POINT and cases >= SEVERAL:
        better = now_again.value < old_again.value
        title = (
            _("Fewer resolved cases came back.") if better else _("More resolved cases came back.")
        )
        text = _(
            "%(part)s of %(whole)s reopened within 14 days (%(share)s); in the period before %(old)s.",
            part=say.count(now_again.numerator),
            whole=say.count(now_again.denominator),
            share=say.percent(now_again.value),
            old=say.percent(old_again.value),
        )
        yield Point(title, text, "quality", abs(now_again.value - old_again.value) / 10, better)


def _speed_title(kind: str, better: bool) -> str:
    if kind == "first":
        return _("First answers came faster.") if better else _("First answers came more slowly.")
    return _("Cases were resolved sooner.") if better else _("Cases took longer to resolve.")


def _backlog(now: Figures, say: Say) -> Iterator[Point]:
    start, end = now.identity.start, now.backlog
    if start == end or abs(end - start) < max(TENTH * start, 2):
        return
    better = end < start
    title = _("Fewer cases are open.") if better else _("More cases are open.")
    text = _(
        "%(end)s at the end, %(start)s at the start.", end=say.count(end), start=say.count(start)
    )
    yield Point(title, text, "backlog", min(abs(log((end + 1) / (start + 1))), 2.0), better)


def _old(now: Figures, say: Say) -> Iterator[Point]:
    if now.old:
        title = ngettext(
            "%(count)s case is open for more than 30 days.",
            "%(count)s cases are open for more than 30 days.",
            now.old,
            count=say.count(now.old),
        )
        text = _("The oldest for %(span)s.", span=say.span((now.oldest or 0) * 86_400))
        yield Point(title, text, "backlog", 0.4 + now.old / max(now.backlog, 1), good=False)
    elif now.backlog:
        text = (
            _("The oldest for %(span)s.", span=say.span((now.oldest or 0) * 86_400))
            if now.oldest
            else ""
        )
        yield Point(_("No case is open for more than 30 days."), text, "backlog", 0.3, good=True)


def _moved_reason(now: Figures, before: Figures, say: Say) -> Iterator[Point]:
    """The category that rose most and the one that fell most, by cases."""
    if min(now.opened, before.opened) < ENOUGH:
        return
    new, old = dict(now.categories), dict(before.categories)
    moves = sorted((new.get(name, 0) - old.get(name, 0), name) for name in {*new, *old} if name)
    if not moves:
        return
    for difference, name in (moves[0], moves[-1]):
        least = max(FEW, TENTH * old.get(name, 0), WORTH * now.opened)
        if abs(difference) < least or len(moves) < 2:
            continue
        better = difference < 0
        shown = plain(name, 40)
        title = (
            _("Fewer cases: %(reason)s.", reason=shown)
            if better
            else _("More cases: %(reason)s.", reason=shown)
        )
        text = _(
            "%(now)s; in the period before %(old)s.",
            now=say.count(new.get(name, 0)),
            old=say.count(old.get(name, 0)),
        )
        yield Point(
            title, text, "reasons", abs(difference) / max(now.opened, before.opened), better
        )
