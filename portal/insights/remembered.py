"""Sums that this process remembers by the revisions of the rows they were made of.

A row of sums never changes under its revision: one that is written anew has another. Whoever asks has read the
revisions through their own door, so that nothing is told that they could not read, and nothing needs to be forgotten.
"""

from collections.abc import Callable
from threading import Lock

from cachetools import LRUCache

from portal.insights.sum import Sum

MOST_BYTES = 16 * 2**20
OF_A_COUNT = 100
"""About the bytes of one named count."""
Key = tuple[bool, tuple[str, ...]]
"""Whether instants of resolutions are among the values, and the rows' revisions in order."""


def _size(one: Sum) -> int:
    values = sum(len(some) for lists in one.lists.values() for some in lists)
    return 4 * values + OF_A_COUNT * len(one.counts)


_shelf: LRUCache[Key, Sum] = LRUCache(MOST_BYTES, getsizeof=_size)
_lock = Lock()


def recalled(key: Key) -> Sum | None:
    """The sum of these rows, if it is remembered."""
    with _lock:
        return _shelf.get(key)


def remember(key: Key, one: Sum) -> None:
    """Keep a sum, unless it alone is larger than all that is kept."""
    if _size(one) <= MOST_BYTES:
        with _lock:
            _shelf[key] = one


def once(key: Key, make: Callable[[], Sum]) -> Sum:
    """The sum of these rows, made if it is not remembered."""
    found = recalled(key)
    if found is None:
        remember(key, found := make())
    return found
