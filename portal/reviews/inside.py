"""Figures for staff alone that the account manager added to one review: read, and as its page prints them."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal.accounts.doors import carrying
from portal.accounts.models import Account
from portal.actor import Actor
from portal.cases.models import Case, Kind, Message, Side
from portal.db import db
from portal.insights.account_health import weights_at
from portal.insights.around import accounts_of, contracts_of
from portal.insights.coverage import LATELY
from portal.insights.health_parts import Renewal, measures
from portal.insights.queries import figures_for, span_of, zone_of
from portal.insights.reading import Span, public
from portal.reviews.beside import Inside, Row
from portal.reviews.content import Material, ReviewContent
from portal.reviews.figures_beside import INSIDE

OF_CONTRACTS = frozenset(("F21", "F22", "F23"))


def inside_of(actor: Actor, account_id: int, added: list[str], material: Material) -> Inside | None:
    """The rows behind what was added, as of the instant of the review's figures; nothing more than they need."""
    chosen = tuple(figure for figure in INSIDE if figure in added)
    if not chosen:
        return None
    account = db.session.scalars(Account.visible_to(actor).where(Account.id == account_id)).one()
    days = material.period.starts_on, material.period.ends_on
    span = span_of(actor, account, days, material.as_of, False, zone_of(account))
    found = Inside(chosen)
    if OF_CONTRACTS & set(chosen):
        found = replace(found, contracts=tuple(_contracts(span)))
    if "F27" in chosen:
        sent = _sent(span)
        nobody = sent.pop(None, 0)
        found = replace(found, senders=tuple(sorted(sent.values())), nobody=nobody)
    if "F30" in chosen:
        figures = figures_for(actor, account, days, material.as_of, bool(material.children))
        found = replace(found, health=_health(figures, account, material))
    return found


def _contracts(span: Span) -> list[Row]:
    found = contracts_of(span, list(accounts_of(span)))
    numbers = dict[Any, int]()
    return [
        (
            str(numbers.setdefault(one.account, len(numbers) + 1)),
            one.begins_on.isoformat(),
            one.ends_on.isoformat() if one.ends_on else "",
            "" if one.value is None else str(one.value),
            one.currency,
        )
        for one in found
    ]


def _sent(span: Span) -> Counter[int | None]:
    """The client's messages of 90 days by person, None for nobody known."""
    normal = span.of(select(Case.id).where(Case.kind == Kind.NORMAL), Case)
    said = public(span, [Side.CLIENT], Message.author_stakeholder_id, func.count())
    lately = said.where(
        Message.occurred_at >= span.end - timedelta(seconds=LATELY),
        Message.occurred_at < span.end,
        Message.case_id.in_(normal),
    ).group_by(Message.author_stakeholder_id)
    return Counter(dict(map(tuple, db.session.execute(carrying(lately, normal)))))


def _health(figures: dict[str, Any], account: Account, material: Material) -> tuple[Row, ...]:
    found = measures(figures, Renewal(account.contract_renewal, material.period.ends_on))
    weights = weights_at(material.as_of)
    return tuple(
        (one.name, str(weights[one.name]), "" if one.score is None else str(one.score))
        for one in found
    )


def rows(content: ReviewContent) -> list[tuple[str, str]]:
    """Name with number, and value, of what was added."""
    added = content.material.inside.added if content.material.inside else ()
    return [(f"{one.name} ({one.id})", one.value) for one in content.definitions if one.id in added]
