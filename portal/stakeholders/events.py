"""What happens to the people of an account."""

from dataclasses import dataclass

from portal.events import Happening


@dataclass(frozen=True)
class StakeholderAdded(Happening):
    """A person of the account became known to us."""

    person_id: int
    job_role: str


@dataclass(frozen=True)
class StakeholderChanged(Happening):
    """Details of a person changed; `fields` names which, not what they were."""

    person_id: int
    fields: list[str]


@dataclass(frozen=True)
class StakeholderLeft(Happening):
    """A person no longer belongs to the account."""

    person_id: int


@dataclass(frozen=True)
class StakeholderReturned(Happening):
    """A person who had left belongs to the account again."""

    person_id: int
