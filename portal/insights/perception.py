"""Whether both sides see the same: F31 perception gap. Pure."""

from collections.abc import Mapping

from portal.insights.figure import Figure, refs
from portal.insights.ranks import tenths


def perception_gap(own: Mapping[str, int], client: Mapping[str, int]) -> Figure:
    """F31: mean of staff self-rating − client CSAT over the cases having both, by case."""
    both = own.keys() & client.keys()
    gap = sum(own[ref] - client[ref] for ref in both)
    return Figure({"n": len(both), "sum": gap, "value": tenths(gap, len(both))}, refs(list(both)))
