"""What happens to commitments."""

from dataclasses import dataclass

from portal.events import Happening


@dataclass(frozen=True)
class CommitmentMade(Happening):
    """One side promised something by a day; `kind` says what entry of the ledger it is."""

    commitment_id: int
    kind: str
    side: str
    due_on: str


@dataclass(frozen=True)
class CommitmentChanged(Happening):
    """Title, owner or day changed; a day with what it was, since a moved day is a fact of its own."""

    commitment_id: int
    fields: list[str]
    old_due_on: str
    new_due_on: str


@dataclass(frozen=True)
class CommitmentDone(Happening):
    """It was done."""

    commitment_id: int


@dataclass(frozen=True)
class CommitmentReopened(Happening):
    """It was not done after all, or is taken up again."""

    commitment_id: int


@dataclass(frozen=True)
class CommitmentDropped(Happening):
    """It will not be done; the reason is said to both sides."""

    commitment_id: int
    reason: str
