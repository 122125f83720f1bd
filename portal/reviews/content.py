"""Everything a review prints, chosen and worded before a page is laid out."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale
from markupsafe import Markup

from portal.reviews import headlines, summary
from portal.reviews.beside import Beside, Inside
from portal.reviews.definitions import Definition, definitions
from portal.reviews.evidence import NO_ROWS, Evidence
from portal.reviews.figures import Figures
from portal.reviews.lasting import Lasting
from portal.reviews.periods import Period
from portal.reviews.phrasing import Say, plain
from portal.reviews.quotes import Quotes
from portal.reviews.rich import rich
from portal.reviews.sample import Sample
from portal.reviews.written import (
    COMMENTED,
    LONGEST,
    VERDICT,
    WATCH,
    WELL,
    LedgerItem,
    Restated,
    Words,
    lines,
    words_for,
)

REASONS = 8
ROWS = 120


@dataclass(frozen=True)
class Brand:
    """The provider as it signs: name, accent colour, logo as a `data:` address or none, and where to verify."""

    name: str
    accent: str = "#005d59"
    logo: str = ""
    verify_at: str = ""


@dataclass(frozen=True)
class CaseLine:
    """One case of a list; a confidential one is never among them."""

    ref: str
    subject: str
    opened_on: date
    resolved_on: date | None = None
    status: str = "open"
    priority: str = "normal"
    category: str = ""
    asked_by: str = ""
    days: int = 0


@dataclass(frozen=True)
class MissLine:
    """A missed promise of a case that may be named; `target` is the kind of promise."""

    ref: str
    subject: str
    target: str
    at: datetime
    cause: str = ""


@dataclass(frozen=True)
class Month:
    """One calendar month inside the period with its own figures."""

    period: Period
    figures: Figures


@dataclass(frozen=True)
class Rule:
    """A figure's definition as it was when the figures were made, in English."""

    id: str
    name: str
    text: str


@dataclass(frozen=True)
class Attending:
    """Somebody who takes part in the review, called as they were when it was frozen; `side` is `us` or `client`."""

    name: str
    title: str = ""
    side: str = "client"
    part: str = "attends"


@dataclass(frozen=True)
class Material:
    """What was read for a review, in no language: the account, the figures, the lists, the words of people.

    `previous` is the period before as the rows give it today, for restatements; `issued` as the client was told, if it
    was: the only figures that a trend is against (C10). `notable` are cases out of the ordinary that may be named; `inside`
    holds figures for staff alone that somebody added. Without `quotes` it was made before anybody was asked about comments.
    `lasting` is None in files made before F13 and F14 were printed, `sample` where no quality sample could be drawn.
    """

    account_ref: str
    account: str
    period: Period
    timezone: str
    as_of: datetime
    figures: Figures
    previous: Figures
    months: tuple[Month, ...] = ()
    children: tuple[str, ...] = ()
    manager: str = ""
    days: tuple[tuple[int, int], ...] = ()
    oldest: tuple[CaseLine, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    case_total: int = 0
    confidential: int = 0
    excluded: int = 0
    missed: tuple[MissLine, ...] = ()
    rules: tuple[Rule, ...] = ()
    evidence: Evidence = NO_ROWS
    stage: str = "draft"
    edition: int = 1
    language: str = ""
    written: tuple[Words, ...] = ()
    ledger: tuple[LedgerItem, ...] = ()
    restated: tuple[Restated, ...] = ()
    issued_before: str = ""
    issued: Figures | None = None
    notable: tuple[CaseLine, ...] = ()
    beside: Beside | None = None
    inside: Inside | None = None
    participants: tuple[Attending, ...] = ()
    quotes: Quotes | None = None
    lasting: Lasting | None = None
    sample: Sample | None = None

    @property
    def before(self) -> Figures | None:
        """What this review compares with: the period before as it was issued, or nothing (C10)."""
        return self.issued


@dataclass(frozen=True)
class Reason:
    """A category with its cases now and as issued before; `name` is empty for the rest."""

    name: str
    now: int
    before: int | None
    rest: int = 0


@dataclass(frozen=True)
class Comment:
    """What somebody wrote about a section, safe to print, in the language it was written in."""

    html: Markup
    language: str


@dataclass(frozen=True)
class ReviewContent:
    """One review in one language: the material, the sentences and the definitions."""

    material: Material
    language: str
    brand: Brand
    title: str
    period_name: str
    verdict: str
    well: tuple[summary.Point, ...]
    watch: tuple[summary.Point, ...]
    sentences: dict[str, str]
    reasons: tuple[Reason, ...]
    definitions: tuple[Definition, ...]
    comments: dict[str, Comment]

    @property
    def say(self) -> Say:
        """How this review writes numbers and days."""
        return Say(self.language, self.material.timezone)

    @property
    def figures(self) -> Figures:
        """The figures of the period."""
        return self.material.figures


def compose(material: Material, language: str, brand: Brand) -> ReviewContent:
    """Choose the sentences from the data and word everything in the reader's language.

    Needs an app context, since the words come from its catalogues.
    """
    say, main = Say(language, material.timezone), material.language or language

    def said(part: str) -> str:
        words = words_for(material.written, part, language, main)
        return words.body if words else ""

    with force_locale(language):
        name = material.period.name(say.locale)
        verdict = plain(said(VERDICT), LONGEST[VERDICT])
        return ReviewContent(
            material=material,
            language=language,
            brand=brand,
            title=headlines.title(plain(material.account, 120), name),
            period_name=name,
            verdict=verdict or summary.verdict(material.figures, material.before, say),
            well=_points(said(WELL)) or summary.went_well(material.figures, material.before, say),
            watch=_points(said(WATCH)) or summary.to_watch(material.figures, material.before, say),
            sentences=headlines.of(material, say),
            reasons=reasons(material.figures, material.before),
            definitions=definitions(material, say),
            comments=_comments(material, language, main),
        )


def _points(body: str) -> tuple[summary.Point, ...]:
    """Points as somebody wrote them."""
    return tuple(
        summary.Point(plain(title, 120), plain(text, 300), "", 0, True)
        for title, text in lines(body)
    )


def _comments(material: Material, language: str, main: str) -> dict[str, Comment]:
    found = {part: words_for(material.written, part, language, main) for part in COMMENTED}
    return {
        part: Comment(rich(words.body), words.language) for part, words in found.items() if words
    }


def reasons(now: Figures, before: Figures | None) -> tuple[Reason, ...]:
    """The largest categories, the others as one line; F16's order."""
    known = dict(before.categories) if before else {}

    def issued(number: int) -> int | None:
        return number if before else None

    lines = [
        Reason(plain(name, 60), number, issued(known.get(name, 0)))
        for name, number in now.categories
    ]
    if len(lines) <= REASONS + 1:
        return tuple(lines)
    shown, others = lines[:REASONS], now.categories[REASONS:]
    named = {name for name, _number in now.categories[:REASONS]}
    earlier = issued(sum(number for name, number in known.items() if name not in named))
    return (*shown, Reason("", sum(number for _name, number in others), earlier, rest=len(others)))
