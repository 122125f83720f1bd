"""What happens to the way accounts are looked at."""

from dataclasses import dataclass

from portal.events import Happening


@dataclass(frozen=True)
class HealthWeightsChanged(Happening):
    """The parts of health count differently from now on."""

    version_id: int
    weights: dict[str, int]
