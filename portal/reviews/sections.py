"""The sections of the document in reading order: names, the sentence above each, how it flows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.commitments.models import Entry
from portal.reviews import contract, exceptional, ledger_pages, people, summary, voice
from portal.reviews.content import ReviewContent
from portal.reviews.figures_beside import QUARTER, shown_beside
from portal.reviews.words import gettext as _

YEAR, FITTING = 12, 5


@dataclass(frozen=True)
class Section:
    """One section: its name, the sentence above it, how it flows on the pages and how it stands.

    Without `flow` it begins a page; "flow" may follow on the same page, "flow keep" does so whole or not at all.
    """

    key: str
    name: str
    answer: str
    flow: str = ""
    state: str = ""


def sections(content: ReviewContent) -> list[Section]:
    """The sections in reading order."""
    say = content.sentences
    whole = "flow keep" if content.material.sample is None else "flow"
    quarterly = content.material.period.length >= QUARTER
    found = [
        *([Section("summary", _("One page"), "")] if quarterly else []),
        *_promised(content),
        Section("agreed", _("Agreed and achieved"), say["agreed"], "flow"),
        Section("backlog", _("Volume and backlog"), say["backlog"], "flow"),
        Section("speed", _("Speed"), say["speed"], "flow"),
        Section("quality", _("Quality"), say["quality"], whole),
        Section("reasons", _("Reasons"), say["reasons"], "flow keep"),
        Section("hours", _("Busiest hours"), say["hours"], "flow keep"),
        *_beside(content),
        *_agreed_from_here(content),
        Section("cases", _("Cases"), say["cases"], "flow"),
        Section("definitions", _("Definitions"), _("How each figure is made."), "flow"),
        Section("annex", _("Annex"), "", "flow keep"),
    ]
    now, before = content.figures, content.material.before
    return [replace(s, state=summary.state(s.key, now, before, content.say)) for s in found]


def _beside(content: ReviewContent) -> Iterator[Section]:
    """What was out of the ordinary; from a quarter on voice, people and contract; once a year what is agreed."""
    if content.material.beside is None:
        return
    whole = "flow keep" if len(content.material.notable) <= FITTING else "flow"
    yield Section("exceptional", _("Out of the ordinary"), exceptional.answer(content), whole)
    if shown_beside(content.material):
        many = len(content.material.quotes.rows) > 1 if content.material.quotes else False
        flow = "flow" if many else "flow keep"
        yield Section("opinion", _("Your voice"), voice.answer(content), flow)
        yield Section("people", _("People"), people.answer(content), "flow")
        yield Section("contract", _("Contract"), contract.answer(content), "flow keep")
    if content.material.period.length == YEAR:
        answer = _("Do the agreed times still fit?")
        yield Section("agreement", _("What is agreed"), answer, "flow keep")
    if content.material.inside is not None:
        yield Section("inside", _("Added for you"), "", "flow keep")


def _promised(content: ReviewContent) -> Iterator[Section]:
    """What both sides said before, where they said anything."""
    if ledger_pages.promised(content):
        answer = ledger_pages.promised_answer(content)
        yield Section("promised", _("What we promised each other"), answer, "flow")
    elif content.material.restated:
        yield Section("promised", _("What we promised each other"), "", "flow")


def _agreed_from_here(content: ReviewContent) -> Iterator[Section]:
    """Goals, the plan of improvement, decisions and new actions, where there are any."""
    kinds = {item.kind for item in content.material.ledger}
    if Entry.REQUIREMENT in kinds and content.material.period.length >= QUARTER:
        yield Section("goals", _("Goals and requirements"), "", "flow")
    if Entry.IMPROVEMENT in kinds:
        yield Section("plan", _("Improvement plan"), "", "flow")
    if ledger_pages.coming(content):
        answer = ledger_pages.next_answer(content)
        yield Section("next", _("Decisions and new actions"), answer, "flow")
