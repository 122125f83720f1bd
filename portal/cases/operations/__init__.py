"""What people do to a case, one function a verb."""

from portal.cases.operations.conversation import Posted, post_message, record_download
from portal.cases.operations.lifecycle import (
    assign,
    change_priority,
    close,
    confide,
    reopen,
    resolve,
    set_status,
    withdraw,
)
from portal.cases.operations.links import LinkHeld, LinkRefused, link
from portal.cases.operations.merging import (
    Against,
    MergeRefused,
    merge_case,
    what_stands_against,
)
from portal.cases.operations.opening import CallerNotNamed, NewCase, open_case
from portal.cases.operations.people import (
    NotOfThisAccount,
    OpenerStays,
    add_participant,
    remove_participant,
)
from portal.cases.operations.refusals import AlreadySo, CaseIsFinished, CaseIsOpen
from portal.cases.operations.time import NoSuchTime, note_time, take_back_time
from portal.cases.operations.urgency import EscalatedLately, NotMissed, escalate, explain_miss

__all__ = [
    "Against",
    "AlreadySo",
    "CallerNotNamed",
    "CaseIsFinished",
    "CaseIsOpen",
    "EscalatedLately",
    "LinkHeld",
    "LinkRefused",
    "MergeRefused",
    "NewCase",
    "NoSuchTime",
    "NotMissed",
    "NotOfThisAccount",
    "OpenerStays",
    "Posted",
    "add_participant",
    "assign",
    "change_priority",
    "close",
    "confide",
    "escalate",
    "explain_miss",
    "link",
    "merge_case",
    "note_time",
    "open_case",
    "post_message",
    "record_download",
    "remove_participant",
    "reopen",
    "resolve",
    "set_status",
    "take_back_time",
    "what_stands_against",
    "withdraw",
]
