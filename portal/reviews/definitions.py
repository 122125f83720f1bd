"""What each printed figure means, in the reader's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import force_locale

from portal.reviews.figures import Figures
from portal.reviews.phrasing import Say
from portal.reviews.words import gettext as _


@dataclass(frozen=True)
class Definition:
    """One figure's number, name, rule and value in this review."""

    id: str
    name: str
    rule: str
    value: str


def definitions(figures: Figures, say: Say) -> tuple[Definition, ...]:
    """The figures of this review in the order of their numbers."""
    values = _values(figures, say)
    return tuple(Definition(id, name, rule, values[id]) for id, name, rule in _rules())


def in_english() -> list[tuple[str, str, str]]:
    """Number, name and rule of every figure in the language that the others are translated from."""
    with force_locale("en"):
        return list(_rules())


def _values(figures: Figures, say: Say) -> dict[str, str]:
    return {
        "F1": say.count(figures.opened),
        "F2": say.count(figures.resolved),
        "F3": say.count(figures.reopened),
        "F4": say.count(figures.backlog),
        "F5": _("holds") if figures.identity.holds else _("does not hold"),
        "F6": say.span(figures.first.p50),
        "F7": say.percent(figures.response.value),
        "F8": say.percent(figures.resolution.value),
        "F9": say.percent(figures.following.value),
        "F10": say.span(figures.solved.p50),
        "F11": say.percent(figures.waiting.value),
        "F12": say.percent(figures.again.value),
        "F15": "–" if figures.oldest is None else say.span(figures.oldest * 86_400 or None),
        "F16": say.count(len(figures.categories)),
        "F17": say.count(figures.messages),
    }


def _rules() -> Iterator[tuple[str, str, str]]:
    yield from _of_volume()
    yield from _of_speed()
    yield from _of_patterns()


def _of_volume() -> Iterator[tuple[str, str, str]]:
    yield "F1", _("Opened"), _("Cases opened in the period.")
    yield (
        "F2",
        _("Resolved"),
        _("Resolutions in the period; a case resolved twice counts twice."),
    )
    yield "F3", _("Reopened"), _("Reopenings in the period.")
    yield (
        "F4",
        _("Backlog"),
        _(
            "Cases opened before the end of the period and not resolved, closed or withdrawn at its end."
        ),
    )
    yield (
        "F5",
        _("Identity"),
        _(
            "Backlog at the end = backlog at the start + opened + reopened + moved in − resolved − withdrawn − moved out."
        ),
    )


def _of_speed() -> Iterator[tuple[str, str, str]]:
    yield (
        "F6",
        _("First response"),
        _(
            "Time on the contract clock from opening to the first message by a person that you can read, for first "
            "responses in the period. Automatic mail does not count. A case taken by telephone counts as answered at once."
        ),
    )
    yield from _of_promises()
    yield (
        "F10",
        _("Time to resolution"),
        _(
            "Time on the contract clock for each resolution in the period; it stands still while we wait for you. "
            "Beside it the lived time: every second by the calendar from the same start."
        ),
    )
    yield (
        "F11",
        _("Waiting for you"),
        _(
            "Of the agreed hours of resolved cases, the share in which the clock waited for your answer; the rest was on us."
        ),
    )
    yield (
        "F12",
        _("Reopened within 14 days"),
        _(
            "Resolutions followed by a reopening within 14 × 24 hours, of the resolutions whose 14 days are over."
        ),
    )


def _of_promises() -> Iterator[tuple[str, str, str]]:
    yield (
        "F7",
        _("First answers in time"),
        _(
            "Promises of a first answer kept, of those kept or missed in the period. Open ones count nowhere."
        ),
    )
    yield (
        "F8",
        _("Solutions in time"),
        _("The same for promises of a solution; each reopening begins a new one."),
    )
    yield (
        "F9",
        _("Next answers in time"),
        _("The same for the next answer, promised from your first message after one of ours."),
    )


def _of_patterns() -> Iterator[tuple[str, str, str]]:
    yield (
        "F15",
        _("Age of the backlog"),
        _(
            "Whole days from opening to the end of the period, never from the last change. Here: the oldest."
        ),
    )
    yield (
        "F16",
        _("Reasons"),
        _("Cases opened in the period by category, most first. Here: the number of categories."),
    )
    yield (
        "F17",
        _("Busiest hours"),
        _("Your messages, calls and chats by weekday and hour, in the time zone of this review."),
    )
