"""Whether the same people answer: F28 team continuity. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from portal.insights.book import Membership
from portal.insights.figure import Figure, refs
from portal.insights.history import CaseHistory, Holder, Report
from portal.insights.ranks import share


def continuity(report: Report, cases: Sequence[CaseHistory], team: Sequence[Membership]) -> Figure:
    """F28: human responses in the period by the team (or its cover) of who held the case then ÷ all of them."""
    times: Mapping[tuple[Holder, Holder], list[Membership]] = defaultdict(list)
    for one in team:
        times[one.account, one.person].append(one)
    said = [
        (case, word)
        for case in cases
        for word in case.words
        if word.by_staff and report.counts(case, word.at)
    ]
    by_team = sum(
        any(
            one.begin <= word.at and (one.end is None or word.at < one.end)
            for one in times[case.holder(word.at), word.person]
        )
        for case, word in said
    )
    return Figure(share(by_team, len(said)), refs([case.ref for case, _ in said]))
