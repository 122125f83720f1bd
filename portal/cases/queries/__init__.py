"""What pages show of cases, each read through the doors of its reader."""

from portal.cases.queries.beside import Beside, beside
from portal.cases.queries.callers import Callers, callers_for
from portal.cases.queries.conversation import Entry, Timeline, conversation
from portal.cases.queries.lists import Counts, Filters, counts, how_many, list_for_client, queue_for
from portal.cases.queries.merging import Merge, merge_ahead, mergeable
from portal.cases.queries.naming import (
    account_called,
    account_of,
    accounts_offered,
    became,
    case_called,
    colleague_called,
    offered,
    opener_called,
    order_called,
    participant_called,
    staff_called,
)

__all__ = [
    "Beside",
    "Callers",
    "Counts",
    "Entry",
    "Filters",
    "Merge",
    "Timeline",
    "account_called",
    "account_of",
    "accounts_offered",
    "became",
    "beside",
    "callers_for",
    "case_called",
    "colleague_called",
    "conversation",
    "counts",
    "how_many",
    "list_for_client",
    "merge_ahead",
    "mergeable",
    "offered",
    "opener_called",
    "order_called",
    "participant_called",
    "queue_for",
    "staff_called",
]
