"""Material for reviews, invented: figures in the shape `portal figures` prints, and what stands around them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.insights.attainment import Decision
from portal.insights.history import CaseHistory, Step, Turn
from portal.reviews.content import CaseLine, Material, MissLine, Month, Rule
from portal.reviews.evidence import evidence_of, shown
from portal.reviews.figures import AGES, Figures
from portal.reviews.periods import Period
from portal.reviews.recount import Counted
from portal.sla.terms import Target

AS_OF = datetime(2026, 4, 6, tzinfo=UTC)


def plain(opened: int = 60, start: int = 20, **changes: Any) -> dict[str, Any]:
    """The figures of a period in which `opened` cases came."""
    resolved, reopened = opened - 3, opened // 20
    end = start + opened + reopened - resolved - 1
    ages = [end - 7, 3, 2, 1, 1, 0]
    found = {
        "F1": {"value": opened},
        "F2": {"value": resolved, "cases": resolved - reopened},
        "F3": {"value": reopened},
        "F4": {"value": end, "cases": []},
        "F5": {
            "start": start,
            "opened": opened,
            "reopened": reopened,
            "transferred_in": 0,
            "resolved": resolved,
            "cancelled": 1,
            "transferred_out": 0,
            "end": end,
        },
        "F6": {"n": opened - 2, "p50": 4320, "p90": 34_200},
        "F10": {
            "n": resolved,
            "p50": 64_800,
            "p90": 194_400,
            "lived_p50": 142_000,
            "lived_p90": 834_000,
        },
        "F12": {"immature": 4, "numerator": 3, "denominator": 40, "value": 7.5},
        "F15": {"buckets": dict(zip(AGES, ages, strict=True)), "oldest": 71},
        "F16": {
            "all": [
                {"category": "Delivery", "n": opened - 30},
                {"category": "Invoice", "n": 20},
                {"category": "", "n": 10},
            ],
            "complaints": [],
        },
        "F17": {"mon-09": 31, "tue-10": 44, "fri-15": 12, "sun-23": 1},
    }
    return {**found, **changes}


def nothing() -> dict[str, Any]:
    """The figures of an account without cases."""
    five = dict.fromkeys(plain()["F5"], 0)
    return {
        "F1": {"value": 0},
        "F2": {"value": 0, "cases": 0},
        "F3": {"value": 0},
        "F4": {"value": 0, "cases": []},
        "F5": five,
        "F6": {"n": 0, "p50": None, "p90": None},
        "F10": {"n": 0, "p50": None, "p90": None, "lived_p50": None, "lived_p90": None},
        "F12": {"immature": 0, "numerator": 0, "denominator": 0, "value": None},
        "F15": {"buckets": {}, "oldest": None},
        "F16": {"all": [], "complaints": []},
        "F17": {},
    }


def case(number: int, **changes: Any) -> CaseLine:
    """One line of a list."""
    opened = datetime(2026, 1, 5, tzinfo=UTC).date() + timedelta(days=number % 80)
    line = CaseLine(
        f"C-{1000 + number}", f"Matter {number}", opened, opened + timedelta(days=3), "closed"
    )
    return replace(line, asked_by="Zoé Châtelain", days=5, **changes)


def material(code: str = "2026-Q1", **changes: Any) -> Material:
    """A period of an account with sixty cases."""
    period = Period.parse(code)
    now = Figures.of(plain())
    days = (period.ends_on - period.starts_on).days
    found = Material(
        account_ref="AC00017",
        account="Peñarrocha & Câmara Logística",
        period=period,
        timezone="Europe/Lisbon",
        as_of=AS_OF,
        figures=now,
        previous=Figures.of(plain(50, 15)),
        issued=Figures.of(plain(50, 15)),
        issued_before="R-9",
        months=tuple(Month(month, now) for month in period.months()),
        manager="Noémia Salgueiral",
        days=tuple((index % 7, index % 5) for index in range(days)),
        oldest=(case(1, resolved_on=None, status="waiting"),),
        cases=tuple(case(number) for number in range(40)),
        case_total=40,
        confidential=1,
        excluded=2,
    )
    return replace(found, **changes)


RULE = Rule("F1", "Opened", "Cases opened in the period.")


def miss() -> MissLine:
    """A promise that was missed on a case that may be named."""
    return MissLine("C-1001", "Matter 1", "response", datetime(2026, 1, 6, 9, tzinfo=UTC), "ill")


def counted(code: str = "2026-Q1", n: int = 30, **changes: Any) -> Material:
    """A period whose figures were counted from the rows beside them."""
    period = Period.parse(code)
    begin = int(datetime(2025, 12, 20, 9, tzinfo=UTC).timestamp())
    found = [_history(number, begin + number * 3 * DAY) for number in range(n)]
    decisions = [
        Decision(f"C-{1000 + i}", begin + i * 3 * DAY + 3600, Target.RESPONSE, 1, i % 5 != 0)
        for i in range(n)
    ]
    evidence, _names = evidence_of(found, decisions, {"C-1003"})
    blank = material(code, evidence=evidence, rules=(RULE,))
    counts = Counted(blank)
    months = tuple(Month(month, shown(counts.of(month))) for month in period.months())
    return replace(
        blank,
        figures=counts.of(period),
        previous=shown(counts.of(period.previous)),
        months=months,
        **changes,
    )


DAY = 86_400


def _history(number: int, opened_at: int) -> CaseHistory:
    resolved = (Step(opened_at + DAY + 60 * number, Turn.RESOLVED),) if number % 6 else ()
    return CaseHistory(
        ref=f"C-{1000 + number}",
        account=1,
        opened_at=opened_at,
        category=("Delivery", "Invoice", "")[number % 3],
        priority="normal",
        steps=resolved,
        responses=(opened_at + 3600 + number,),
        inbound=(opened_at, opened_at + 7200),
    )
