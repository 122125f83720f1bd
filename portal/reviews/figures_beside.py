"""F18 to F20, F26, F29 and F31 of a review, and what was added to it, counted from its rows. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.insights import retention, satisfaction
from portal.insights.attainment import written
from portal.insights.book import Contract, Survey
from portal.insights.coverage import FEWEST, LATELY, MOST_PERCENT
from portal.insights.entitlement import entitlement
from portal.insights.health import Part, health
from portal.insights.history import Report
from portal.insights.ranks import share, tenths
from portal.reviews.beside import Beside, Contact, Inside, Row
from portal.sla.calendars import zone_called
from portal.sla.case_files import instant
from portal.sla.models import Unit
from portal.sla.walls import midnight

if TYPE_CHECKING:
    from portal.reviews.content import Material

FEW = 5
"""Under so many answers only counts are told (C9)."""

BESIDE = ("F18", "F19", "F20", "F26", "F29", "F31")
INSIDE = ("F21", "F22", "F23", "F27", "F30")
"""Never in a client's review unless the account manager adds them."""

QUARTER = 3


def shown_beside(material: "Material") -> bool:
    """Whether the review has the sections of a quarter: voice, people, contract."""
    return material.beside is not None and material.period.length >= QUARTER


def figures_beside(material: "Material") -> dict[str, Any]:
    """The data of every such figure that the review prints, by number."""
    report, found = _report(material), dict[str, Any]()
    if material.beside is not None and shown_beside(material):
        found |= _of(material.beside, report)
    if material.inside is not None:
        found |= _inside(material.inside, report)
    return found


def _report(material: "Material") -> Report:
    begin, end = (int(at.timestamp()) for at in material.period.limits(material.timezone))
    return Report(begin, end, int(material.as_of.timestamp()), zone_called(material.timezone))


def _of(beside: Beside, report: Report) -> dict[str, Any]:
    surveys = [_survey(row, number) for number, row in enumerate(beside.surveys)]
    reached = sum(reached_by(one, report.end) for one in beside.contacts)
    return {
        "F18": satisfaction.csat(report, surveys).data,
        "F19": satisfaction.response_rate(report, surveys).data,
        "F20": satisfaction.nps(report, surveys).data,
        "F26": share(reached, len(beside.contacts)),
        "F29": _entitlement(beside, report),
        "F31": {"n": beside.rated, "value": tenths(sum(beside.gaps), len(beside.gaps))},
    }


def reached_by(one: Contact, end: int) -> bool:
    """Whether both sides wrote in the 90 days before the end (F26)."""
    both = (one.wrote, one.answered)
    return all(at is not None and end - LATELY <= int(at.timestamp()) < end for at in both)


def _survey(row: Row, number: int) -> Survey:
    kind, person, case, wave, invited, answered, score = row
    return Survey(
        kind=kind,
        account="",
        person=person,
        case=case,
        wave=wave,
        order=(number, ""),
        invited_at=instant(invited),
        delivered=True,
        answered_at=instant(answered) if answered else None,
        score=int(score or 0),
    )


def _entitlement(beside: Beside, report: Report) -> dict[str, Any]:
    """F29; hours to one decimal."""
    contract = beside.contract
    if contract is None or not contract.unit:
        return {}
    begin = midnight(contract.begins_on, report.zone)
    now = min(report.end, report.as_of)
    used = sum(amount for _week, amount in contract.uses)
    data = entitlement(contract.allowed, [(begin, used)], begin, now).data
    size = 60 if contract.unit == Unit.HOURS else 1
    amounts = {
        name: tenths(data[name], size) if size > 1 else data[name] for name in ("used", "remaining")
    }
    ends = data["projected_end"]
    in_time = ends is not None and 0 <= ends < 253_402_300_800
    return {"unit": contract.unit, **amounts, "projected_end": written(ends) if in_time else None}


def _inside(inside: Inside, report: Report) -> dict[str, Any]:
    contracts = [_contract(row) for row in inside.contracts]
    sent, top = sum(inside.senders) + inside.nobody, max(inside.senders, default=0)
    parts = {
        name: Part(int(weight), int(score) if score else None)
        for name, weight, score in inside.health
    }
    found: Mapping[str, Any] = {
        "F21": lambda: retention.logos(report, contracts).data,
        "F22": lambda: retention.gross_revenue(report, contracts).data,
        "F23": lambda: retention.net_revenue(report, contracts).data,
        "F27": lambda: {
            "n": sent,
            "top": top,
            "flag": sent >= FEWEST and 100 * top > MOST_PERCENT * sent,
        },
        "F30": lambda: health(parts).data,
    }
    return {figure: found[figure]() for figure in inside.added}


def _contract(row: Row) -> Contract:
    account, begins, ends, value, currency = row
    return Contract(
        account,
        date.fromisoformat(begins),
        date.fromisoformat(ends) if ends else None,
        int(value) if value else None,
        currency,
    )
