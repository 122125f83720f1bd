"""What an import adds to the history of a case."""

from dataclasses import dataclass

from portal.cases.events import CaseHappening


@dataclass(frozen=True)
class ActivityLogged(CaseHappening):
    """One row of another help desk's log, in its own words; `row` tells it from every other row."""

    activity: str
    status: str
    row: str
