"""What happens to calendars, service plans and contracts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.events import Happening


@dataclass(frozen=True)
class CalendarCreated(Happening):
    """A business-hours calendar was set up."""

    calendar_id: int
    name: str


@dataclass(frozen=True)
class CalendarChanged(Happening):
    """A calendar is another one from now on: its `part` details, week, days, holidays or file; `days` are dates."""

    calendar_id: int
    revision: int
    part: str
    days: list[str]


@dataclass(frozen=True)
class PlanCreated(Happening):
    """A service plan was set up."""

    plan_id: int
    version_id: int
    name: str


@dataclass(frozen=True)
class PlanChanged(Happening):
    """A plan changed; with another version if its terms did."""

    plan_id: int
    version_id: int | None
    fields: list[str]


@dataclass(frozen=True)
class PlanRetired(Happening):
    """No new contract can name the plan."""

    plan_id: int


@dataclass(frozen=True)
class ContractAgreed(Happening):
    """A contract of the account was written down."""

    contract_id: int
    plan_id: int | None
    begins_on: date
    ends_on: date | None


@dataclass(frozen=True)
class ContractChanged(Happening):
    """A contract was corrected: the names of the fields, and what stood in its own ones before."""

    contract_id: int
    fields: list[str]
    old: dict[str, Any] = field(default_factory=dict)
