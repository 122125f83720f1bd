"""What happens to an account and its team."""

from dataclasses import dataclass
from datetime import date

from portal.events import Happening


@dataclass(frozen=True)
class TeamMemberAdded(Happening):
    """A staff person joined the account's team, or covers somebody for some days."""

    member_id: int
    role: str
    from_on: date
    to_on: date | None
    covers_id: int | None


@dataclass(frozen=True)
class TeamMemberLeft(Happening):
    """A staff person's time in the team has its last day."""

    member_id: int
    role: str
    to_on: date


@dataclass(frozen=True)
class ManagerChanged(Happening):
    """Another person answers for the account."""

    old_id: int | None
    new_id: int | None


@dataclass(frozen=True)
class DeputyChanged(Happening):
    """Another person stands in when the manager cannot."""

    old_id: int | None
    new_id: int | None
