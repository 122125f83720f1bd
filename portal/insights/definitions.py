"""What each figure means, in the reader's words; one text for page and paper, written as clients read it."""

from collections.abc import Iterator

from portal.web.words import gettext as _
from portal.web.words import kept


def rules() -> Iterator[tuple[str, str, str]]:
    """Number, name and rule of every figure, in the order of their numbers, as clients read them."""
    groups = (
        _of_volume,
        _of_speed,
        _of_return,
        _of_patterns,
        _of_opinion,
        _of_contracts,
        _of_people,
    )
    found = (rule for group in groups for rule in group())
    yield from sorted(found, key=lambda rule: int(rule[0][1:]))


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
        _("Whole days from opening to the end of the period, never from the last change."),
    )
    yield (
        "F16",
        _("Reasons"),
        _(
            "Cases opened in the period by category, most first. A complaint is a case marked as one, or with a bad rating."
        ),
    )
    yield (
        "F17",
        _("Busiest hours"),
        _("Your messages, calls and chats by weekday and hour, in your own time zone."),
    )


def _of_return() -> Iterator[tuple[str, str, str]]:
    yield (
        "F13",
        _("Repeat issues"),
        _(
            "Cases opened in the period that are confirmed to repeat one of yours resolved at most 90 × 24 hours before, "
            "of all cases opened."
        ),
    )
    yield (
        "F14",
        _("Solved at first contact"),
        _(
            "First resolutions after exactly one answer by a person and without a reopening within 14 × 24 hours, of the "
            "first resolutions whose 14 days are over."
        ),
    )


def _of_opinion() -> Iterator[tuple[str, str, str]]:
    yield (
        "F18",
        _("Satisfaction"),
        _(
            "Ratings of 4 or 5 of all ratings given in the period; the last one of each person and case."
        ),
    )
    yield (
        "F19",
        _("Surveys answered"),
        _("Answers, of the invitations delivered in the period."),
    )
    yield (
        "F20",
        _("Recommendation (NPS)"),
        _(
            "Those who give 9 or 10 less those who give 0 to 6, per hundred answers; one person, one vote."
        ),
    )
    yield (
        "F25",
        _("Commitments kept"),
        _("What was due in the period and done by then, of all that was due; for each side."),
    )


def _of_contracts() -> Iterator[tuple[str, str, str]]:
    yield (
        "F21",
        _("Accounts retained"),
        _("Accounts with a contract in force at the start and at the end, of those at the start."),
    )
    yield (
        "F22",
        _("Revenue retained"),
        _(
            "What those accounts are worth a year at the end, none counted for more than at the start, of what they were "
            "worth at the start."
        ),
    )
    yield (
        "F23",
        _("Revenue retained, growth included"),
        _("The same with what they have grown by."),
    )
    yield (
        "F29",
        _("Entitlement"),
        _("What the contract entitles to: used, left, and when it is used up at the pace so far."),
    )


def _of_people() -> Iterator[tuple[str, str, str]]:
    yield (
        "F24",
        _("Escalations"),
        _("Cases escalated in the period, of the cases that were open at any time in it."),
    )
    yield (
        "F26",
        _("People reached"),
        _(
            "Deciding people who wrote and were written to in one case within 90 × 24 hours before the end of the period, "
            "of all deciding people."
        ),
    )
    yield (
        "F27",
        _("Single thread"),
        _("One person sent more than seven in ten of at least ten messages within 90 × 24 hours."),
    )
    yield (
        "F28",
        _("Same team"),
        _("Answers in the period by members of the account’s team or their cover, of all answers."),
    )
    yield (
        "F30",
        _("Health"),
        _(
            "A weighted mean of its parts, from 0 to 100; parts without data are named and left out."
        ),
    )
    yield (
        "F31",
        _("Two views of one case"),
        _(
            "What our people think of their work less what you think of it, where both have said so."
        ),
    )


def name_of(figure: str) -> str:
    """The name of a figure, or of a part of one like `F7-missed`."""
    apart = {"open": _("Open now"), "overdue": _("Overdue now"), "F16": _("Complaints")}
    parts = {
        "met": _("kept"),
        "missed": _("missed"),
        "early": _("14 days not over yet"),
        "withdrawn": _("withdrawn"),
    }
    id, _dash, part = figure.partition("-")
    name = apart.get(id) or kept("insights_names", _names)[id]
    return f"{name}: {parts[part]}" if part in parts else name


def _names() -> dict[str, str]:
    return {number: name for number, name, _rule in rules()}
