"""Sections 2 and 12 to 14: what both sides promised before, the goals, the plan of improvement, what comes next."""

from dataclasses import dataclass
from typing import Any

from portal.commitments.models import Entry, Party
from portal.commitments.words import STATES
from portal.reviews.content import ReviewContent
from portal.reviews.moved import worded
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
from portal.reviews.written import EXCLUDED, LedgerItem, Restated

SHAPES = {"kept": "●", "done_late": "▲", "late": "▼", "open": "○", "dropped": "×"}


@dataclass(frozen=True)
class Row:
    """One entry as a table prints it; `moved` is what became of its figure since a review was issued with it."""

    ref: str
    title: str
    owner: str
    by: str
    state: str
    effect: str
    seen: str
    note: str
    moved: str = ""


@dataclass(frozen=True)
class Group:
    """The entries of one side under its name."""

    name: str
    rows: tuple[Row, ...]


def pages(content: ReviewContent) -> dict[str, Any]:
    """The tables, in groups by side; empty where there is nothing to print."""
    return {
        "promised": _sides(content, promised(content)),
        "next": _sides(content, coming(content)),
        "plan": _rows(content, _of(content, Entry.IMPROVEMENT)),
        "goals": _rows(content, _of(content, Entry.REQUIREMENT)),
        "asked": [plain(item.title, 120) for item in asked(content)],
        "restated": [_restated(content, one) for one in content.material.restated],
    }


def promised(content: ReviewContent) -> list[LedgerItem]:
    """Section 2: commitments and decisions made before the period ended."""
    kinds = (Entry.COMMITMENT, Entry.DECISION)
    return [item for item in content.material.ledger if item.kind in kinds and not item.new]


def coming(content: ReviewContent) -> list[LedgerItem]:
    """Section 14: what was agreed since, and is still to be done."""
    return [item for item in content.material.ledger if item.new]


def asked(content: ReviewContent) -> list[LedgerItem]:
    """Decisions the client is asked for, three at most."""
    found = content.material.ledger
    return [
        item
        for item in found
        if item.kind == Entry.DECISION
        and item.side == Party.CLIENT
        and item.state in ("open", "late")
    ][:3]


def promised_answer(content: ReviewContent) -> str:
    """How many of the commitments were kept by their day (F25), done after it, or are still owed."""
    items, say = promised(content), content.say
    kept, after, late = (
        sum(item.state == state for item in items) for state in ("kept", "done_late", "late")
    )
    told = [
        ngettext(
            "Of %(count)s commitment, %(kept)s kept.",
            "Of %(count)s commitments, %(kept)s kept.",
            len(items),
            count=say.count(len(items)),
            kept=say.count(kept),
        )
    ]
    if after:
        told.append(
            ngettext(
                "%(count)s was done late.",
                "%(count)s were done late.",
                after,
                count=say.count(after),
            )
        )
    if late:
        told.append(
            ngettext("%(count)s is late.", "%(count)s are late.", late, count=say.count(late))
        )
    return " ".join(told)


def next_answer(content: ReviewContent) -> str:
    """Who has how much to do."""
    theirs = sum(item.side == Party.CLIENT for item in coming(content))
    return _(
        "%(theirs)s for you, %(ours)s for us.",
        theirs=content.say.count(theirs),
        ours=content.say.count(len(coming(content)) - theirs),
    )


def _of(content: ReviewContent, kind: Entry) -> list[LedgerItem]:
    return [item for item in content.material.ledger if item.kind == kind]


def _sides(content: ReviewContent, items: list[LedgerItem]) -> list[Group]:
    names = {Party.US: content.brand.name, Party.CLIENT: content.material.account}
    found = []
    for side in (Party.CLIENT, Party.US):
        rows = _rows(content, [item for item in items if item.side == side])
        if rows:
            found.append(Group(plain(names[side], 80), rows))
    return found


def _rows(content: ReviewContent, items: list[LedgerItem]) -> tuple[Row, ...]:
    return tuple(_row(item, content.say) for item in items)


def _row(item: LedgerItem, say: Say) -> Row:
    seen = ""
    if item.figure:
        before, after = (worded(item.figure, value, say) for value in (item.before, item.after))
        seen = _(
            "%(figure)s: %(before)s → %(after)s", figure=item.figure, before=before, after=after
        )
    return Row(
        ref=item.ref,
        title=plain(item.title, 200),
        owner=plain(item.owner, 60) or "–",
        by=say.day(item.due_on) if item.due_on else "–",
        state=f"{SHAPES[item.state]} {STATES[item.state][1]}",
        effect=plain(item.effect, 120) or "–",
        seen=seen or "–",
        note=plain(item.reason, 200),
        moved=seen if item.before else "",
    )


def _restated(content: ReviewContent, one: Restated) -> tuple[str, str, str, str]:
    """Figure, as issued, as counted now, why; of a dispute when it was settled, and an older review's period."""
    say = content.say
    why = plain(one.why, 300) or _("recorded after the review was issued")
    why = f"{why} ({say.day(one.on)})" if one.on else why
    figure = _("what was left out") if one.figure == EXCLUDED else one.figure
    figure = f"{figure} ({one.period})" if one.period else figure
    return figure, worded(one.figure, one.issued, say), worded(one.figure, one.now, say), why
