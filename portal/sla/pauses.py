"""When a case waited for the client, from its status changes (C6). Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from portal.sla.clocks import Pause

WAITING = "waiting"
CLIENT = "client"


def waits(changes: Sequence[tuple[int, str]], client_words: Sequence[int]) -> Iterator[Pause]:
    """Pauses from changes (instant, new state) in order: each from `waiting` to the next change.

    The client's next public message ends one sooner.
    """
    for index, (begin, state) in enumerate(changes):
        if state != WAITING:
            continue
        following = changes[index + 1][0] if index + 1 < len(changes) else None
        place = bisect_right(client_words, begin)
        answered = client_words[place] if place < len(client_words) else None
        ends = [at for at in (following, answered) if at is not None]
        yield Pause(begin, min(ends, default=None), CLIENT)
