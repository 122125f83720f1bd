"""What the demonstration's accounts have agreed: three plans, hours round the clock and with a lunch break."""

import random
from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.db import db, opened
from portal.events import Event
from portal.sla.closing_days import holidays_of
from portal.sla.models import (
    BusinessCalendar,
    CalendarDay,
    CalendarVersion,
    DaySource,
    PlanTarget,
    PlanVersion,
    PromiseRow,
    ServicePlan,
)
from portal.sla.promises import State

HOUR = 3600
ALWAYS = [[[0, 1440]]] * 7
OFFICE = [*[[[540, 780], [840, 1080]]] * 5, [], []]
LEVELS = [
    {"percent": 70, "tell": ["owner"]},
    {"percent": 90, "tell": ["owner", "manager"]},
    {"percent": 110, "tell": ["manager", "lead"]},
]
PLANS: dict[str, tuple[str, dict[str, tuple[int, int | None, int | None]]]] = {
    "gold": (
        "round the clock",
        {
            "urgent": (1, 6, 48),
            "high": (4, 14, 240),
            "normal": (8, 48, 480),
            "low": (16, 72, 960),
        },
    ),
    "silver": (
        "office hours",
        {"urgent": (2, 9, 24), "high": (4, 18, 60), "normal": (8, 36, 120), "low": (16, None, 240)},
    ),
    "bronze": (
        "office hours",
        {
            "urgent": (4, None, 48),
            "high": (8, None, 120),
            "normal": (16, None, 240),
            "low": (32, None, None),
        },
    ),
}
"""Calendar, and hours of first response, next response and resolution by priority."""


LATELY = timedelta(days=14)
EXPLAINED = 0.85
CAUSES = {
    "pt": (
        "peça em falta no armazém de Leixões",
        "resposta do fabricante chegou tarde",
        "pico de pedidos depois do feriado",
        "colega de férias, sem substituição registrada",
        "pedido chegou por telefone e foi registrado depois",
    ),
    "es": (
        "pieza agotada en el almacén",
        "el fabricante respondió tarde",
        "pico de consultas tras el festivo",
        "compañero de vacaciones sin sustitución anotada",
    ),
    "it": (
        "pezzo mancante in magazzino",
        "risposta tardiva del produttore",
        "picco di richieste dopo la festività",
        "collega in ferie senza sostituto registrato",
    ),
    "en": (
        "part out of stock",
        "the maker answered late",
        "many requests after the public holiday",
        "colleague away without a recorded cover",
    ),
}
"""Why promises were missed, as the staff wrote it down."""


def agree() -> None:
    """Write calendars and plans, in force from ever."""
    calendars = {
        "round the clock": _calendar("Round the clock", ALWAYS, ""),
        "office hours": _calendar("Office hours, Porto", OFFICE, "PT"),
    }
    for name, (calendar, targets) in PLANS.items():
        plan = ServicePlan(name=name, levels=LEVELS, created_at=clock.now())
        db.session.add(plan)
        db.session.flush()
        version = PlanVersion(
            plan_id=plan.id, calendar_id=calendars[calendar].id, created_at=clock.now()
        )
        db.session.add(version)
        db.session.flush()
        db.session.add_all(
            _target(version, priority, *hours) for priority, hours in targets.items()
        )
    db.session.flush()


def explain(dice: random.Random) -> None:
    """Say why most of the older promises were missed, in the words of the account's language, a day later."""
    missed = PromiseRow.unscoped("the demonstration's misses").where(
        PromiseRow.state == State.MISSED, PromiseRow.decided_at < clock.now() - LATELY
    )
    accounts = select(Account.id, Account.language, Account.manager_id)
    accounts = opened(accounts, Account, why="the demonstration's misses")
    known = {row.id: row for row in db.session.execute(accounts)}
    for row in db.session.scalars(missed.order_by(PromiseRow.id)):
        if dice.random() < EXPLAINED:
            account = known[row.account_id]
            row.cause = dice.choice(CAUSES.get(account.language, CAUSES["en"]))
            db.session.add(_explained(row, account.manager_id))


def _explained(row: PromiseRow, manager_id: int | None) -> Event:
    """The event by which the account manager said it."""
    assert row.decided_at is not None
    at = row.decided_at + timedelta(days=1)
    told = {"target": row.target, "number": row.number, "cause": row.cause}
    return Event(
        account_id=row.account_id,
        case_id=row.case_id,
        kind="MissExplained",
        occurred_at=at,
        recorded_at=at,
        user_id=manager_id,
        payload={**told, "begins_at": row.begins_at.isoformat()},
    )


def _calendar(name: str, weekly: list[list[list[int]]], country: str) -> BusinessCalendar:
    calendar = BusinessCalendar(
        name=name, timezone="Europe/Lisbon", country=country, created_at=clock.now()
    )
    db.session.add(calendar)
    db.session.flush()
    db.session.add(CalendarVersion(calendar_id=calendar.id, weekly=weekly, created_at=clock.now()))
    year = clock.now().year
    days = holidays_of(country, "", range(year - 2, year + 3), "pt") if country else ()
    db.session.add_all(
        CalendarDay(calendar_id=calendar.id, day=day.day, name=day.name, source=DaySource.HOLIDAY)
        for day in days
    )
    return calendar


def _target(
    version: PlanVersion, priority: str, response: int, following: int | None, solved: int | None
) -> PlanTarget:
    return PlanTarget(
        version_id=version.id,
        priority=priority,
        response_seconds=response * HOUR,
        next_response_seconds=following and following * HOUR,
        resolution_seconds=solved and solved * HOUR,
    )
