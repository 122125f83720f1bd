"""Whom we talk with: F26 stakeholder coverage, F27 the single thread. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from portal.insights.book import Person
from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Holder, Report, Word
from portal.insights.ranks import share

LATELY = 90 * 86_400
DECIDING = frozenset({"decision_maker", "sponsor", "approver"})
FEWEST, MOST_PERCENT = 10, 70


def coverage(report: Report, cases: Sequence[CaseHistory], people: Sequence[Person]) -> Figure:
    """F26: deciding people with a two-way contact in the last 90×24 h before P1 ÷ all such.

    Two-way: they wrote publicly in a case in which staff also did in that time.
    """
    deciding = {one.ref for one in people if one.role in DECIDING and report.is_for(one.account)}
    met: set[Holder] = set()
    found = []
    for case in cases:
        lately = [word for word in case.words if _lately(report, word)]
        if any(word.by_staff for word in lately):
            spoke = {word.person for word in lately if not word.by_staff} & deciding
            met |= spoke
            found += [case.ref] if spoke else []
    return Figure(share(len(met), len(deciding)), refs(found))


def single_thread(report: Report, cases: Sequence[CaseHistory]) -> Figure:
    """F27: whether one person sent over 70 % of at least 10 client messages in the last 90×24 h before P1.

    Messages of nobody known count, but not as those of one person.
    """
    sent = messages_by(report, cases)
    return thread(sent, max((times for one, times in sent.items() if one is not None), default=0))


def messages_by(report: Report, cases: Sequence[CaseHistory]) -> Counter[Holder]:
    """How many messages each person of the client sent in the last 90×24 h before P1."""
    return Counter(word.person for word in _client_words(report, cases))


def thread(sent: Counter[Holder], top: int) -> Figure:
    """F27 of the one who sent so many of all these messages."""
    n = sent.total()
    flag = n >= FEWEST and 100 * top > MOST_PERCENT * n
    return Figure({"n": n, "top": top, "flag": flag})


def _client_words(report: Report, cases: Sequence[CaseHistory]) -> Iterator[Word]:
    for case in cases:
        for word in case.words:
            if not word.by_staff and _lately(report, word) and report.holds(case, word.at):
                yield word


def _lately(report: Report, word: Word) -> bool:
    return report.end - LATELY <= word.at < report.end
