"""Why an operation on calendars, plans and contracts changes nothing."""

from enum import StrEnum


class Why(StrEnum):
    """The rule that stands against it."""

    NAME_TAKEN = "name taken"
    ZONE = "unknown zone"
    NO_HOURS = "no open hours"
    OVERLAP = "overlapping intervals"
    BACKWARDS = "ends before it begins"
    HOURS = "no hours of a day"
    PAST = "in the past"
    TOO_FAR = "too far ahead"
    NO_SUCH_DAY = "no such day"
    PERCENT = "percent out of range"
    NOT_ASCENDING = "levels not ascending"
    NOBODY = "nobody to tell"
    TARGET = "target out of range"
    TWICE = "targets twice"
    NO_TARGET = "no target"
    NO_CALENDAR = "no such calendar"
    NO_PLAN = "no such plan"
    RETIRED = "plan retired"
    RETIRED_PLAN = "contract on a retired plan"
    ENDS_FIRST = "contract ends before it begins"
    RENEWS_FIRST = "contract renews before it begins"
    CONTRACTS_OVERLAP = "contracts overlap"
    NOTICE = "notice after the end"
    ENTITLEMENT = "entitlement half said"
    VALUE = "value out of range"
    PERCENTAGE = "percentage out of range"
    CREDIT = "credit half said"
    CAP = "cap under the credit"
    NO_LEVEL = "credit without a level"


class Refused(Exception):
    """Nothing was changed; `why` says which rule stands against it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
