"""Health in words: what each part is called, what it was worked out from, what moved it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.insights.health_kept import FALL, Day, Kept, Value, state_of
from portal.insights.health_parts import Lack
from portal.insights.lines import course
from portal.insights.shapes import TONES, Chart
from portal.web.filters import day as day_words
from portal.web.filters import number
from portal.web.words import gettext as _

Words = Callable[..., str]
NAMES: Mapping[str, Any] = {
    "responses": _l("First answers in time"),
    "resolutions": _l("Solved in time"),
    "backlog": _l("Young backlog"),
    "reopened": _l("Stays solved"),
    "repeats": _l("Does not come again"),
    "csat": _l("Satisfied with cases"),
    "nps": _l("Would recommend us"),
    "escalations": _l("Nothing escalated"),
    "complaints": _l("Without complaints"),
    "coverage": _l("In touch with those who decide"),
    "thread": _l("More than one voice"),
    "renewal": _l("In touch before the renewal"),
}
RULES: Mapping[str, Any] = {
    "responses": _l("Promised first answers kept, in percent."),
    "resolutions": _l("Promised resolutions kept, in percent."),
    "backlog": _l("Open cases that are at most 30 days old, in percent."),
    "reopened": _l("100 if nothing came back within 14 days, 0 from a quarter of resolutions on."),
    "repeats": _l("100 if no case repeats an earlier one, 0 from a quarter of cases on."),
    "csat": _l("Ratings of 4 or 5, in percent."),
    "nps": _l("NPS of the latest wave: −100 counts 0, 100 counts 100."),
    "escalations": _l("100 if no case was escalated, 0 from a quarter of cases on."),
    "complaints": _l("100 if no case was a complaint, 0 from a quarter of cases on."),
    "coverage": _l("People who decide and were in touch with us, in percent."),
    "thread": _l("0 if one person sends more than 7 of 10 messages, else 100."),
    "renewal": _l(
        "Only in the 90 days before a renewal: 100 if somebody who decides was in touch, else 0."
    ),
}
FIGURES: Mapping[str, Any] = {
    "responses": _l("%(n)s of %(of)s promised first answers kept"),
    "resolutions": _l("%(n)s of %(of)s promised resolutions kept"),
    "backlog": _l("%(n)s of %(of)s open cases at most 30 days old"),
    "reopened": _l("%(n)s of %(of)s resolutions came back"),
    "repeats": _l("%(n)s of %(of)s cases repeat an earlier one"),
    "csat": _l("%(n)s of %(of)s ratings were 4 or 5"),
    "nps": _l("%(n)s more promoters than detractors; answers: %(of)s"),
    "escalations": _l("%(n)s of %(of)s cases escalated"),
    "complaints": _l("%(n)s of %(of)s cases were complaints"),
    "coverage": _l("%(n)s of %(of)s people who decide were in touch"),
    "thread": _l("one person sent %(n)s of %(of)s messages"),
    "renewal": _l("%(n)s of %(of)s people who decide were in touch"),
}
NOTHING: Mapping[str, Any] = {
    "backlog": _l("no case is open"),
    "csat": _l("no survey answered yet"),
    "nps": _l("no survey answered yet"),
    "coverage": _l("nobody who decides is recorded"),
}
LACKS: Mapping[str, Any] = {
    Lack.NOTHING: _l("nothing to count yet"),
    Lack.FEW: _l("too little data: %(figure)s"),
    Lack.UNDATED: _l("a case was escalated nobody knows when"),
    Lack.FAR: _l("no renewal in the next 90 days"),
    Lack.NO_DATE: _l("no renewal date is recorded"),
}
STATES: Mapping[str, tuple[str, Any]] = {
    "good": ("ok", _l("Healthy")),
    "fair": ("soon", _l("Needs attention")),
    "poor": ("late", _l("At risk")),
    "unknown": ("calm", _l("Too little data")),
}


def state_words(state: str) -> tuple[str, str]:
    """The shape and the word of a state of health."""
    kind, word = STATES[state]
    return kind, str(word)


def glance(tenths: int | None, known: int | None, before: int | None) -> tuple[str, str]:
    """Health in a list: the shape, and the value with how far it fell in a month; no words where none is kept."""
    if known is None:
        return "", ""
    state = state_of(tenths, known)
    kind, word = state_words(state)
    if tenths is None or state == "unknown":
        return kind, word
    fall = 0 if before is None else (before - tenths) / 10
    if fall < FALL:
        return kind, number(tenths / 10, 1)
    words = f"{number(tenths / 10, 1)} (−{number(fall, 1)})"
    return "soon" if kind == "ok" else kind, words


def part_words(part: Mapping[str, Any]) -> tuple[str, str, str]:
    """What a part is called, its rule, and what it was worked out from or why it has no score."""
    name = part["name"]
    return str(NAMES[name]), str(RULES[name]), behind(part)


def behind(part: Mapping[str, Any]) -> str:
    """The figure behind a part, or what it lacks."""
    name, lack = part["name"], part.get("lack")
    if lack == Lack.NOTHING:
        return str(NOTHING.get(name, LACKS[lack]))
    figure = str(FIGURES[name]) % {
        "n": number(part["numerator"]),
        "of": number(part["denominator"]),
    }
    return str(LACKS[lack]) % {"figure": figure} if lack else figure


def changes(found: Day) -> Iterator[str]:
    """A sentence for each part that moved in the month before, those that moved the value most first."""
    moved = [part for part in found.parts if part["was"] and _moved(part)]
    for part in sorted(moved, key=_push, reverse=True):
        yield _change(part, part["was"])


def _moved(part: Mapping[str, Any]) -> bool:
    return any(part[name] != part["was"][name] for name in ("score", "weight"))


def _push(part: Mapping[str, Any]) -> int:
    now, then = part["score"], part["was"]["score"]
    moved: int = 1 if now is None or then is None else abs(now - then)
    return moved * int(part["weight"])


def _change(part: Mapping[str, Any], was: Mapping[str, Any]) -> str:
    name, now, then = str(NAMES[part["name"]]), part["score"], was["score"]
    told = {"part": name, "now": now, "then": then}
    if now == then:
        told = {"part": name, "now": part["weight"], "then": was["weight"]}
        return _("%(part)s counts %(now)s, it counted %(then)s.", **told)
    if then is None:
        return _("%(part)s: %(now)s, without data before.", **told)
    if now is None:
        return _("%(part)s: without data now, %(then)s before.", **told)
    told |= {"figure": behind(part), "before": behind({**was, "name": part["name"]})}
    if now < then:
        return _("%(part)s fell from %(then)s to %(now)s: %(figure)s, before %(before)s.", **told)
    return _("%(part)s rose from %(then)s to %(now)s: %(figure)s, before %(before)s.", **told)


def line(values: Sequence[Value]) -> Chart:
    """The course of the value as a chart that says in a sentence what one sees."""
    first, last = values[0], values[-1]
    title = _(
        "Health from %(first)s to %(last)s: %(then)s, now %(now)s",
        first=day_words(first.day, "year"),
        last=day_words(last.day, "year"),
        then=number(first.value, 1),
        now=number(last.value, 1),
    )
    return course([(day_words(one.day, "short"), one.value) for one in values], title)


def told(kept: Kept) -> dict[str, Any]:
    """What a page says about an account's health."""
    newest = kept.newest
    return {
        "day": newest,
        "state": state_words(newest.state),
        "parts": [(part, *part_words(part)) for part in newest.parts],
        "changes": list(changes(newest)),
        "chart": line(kept.weeks) if len(kept.weeks) > 1 else None,
        "weeks": kept.weeks,
        "tones": TONES,
    }
