"""When a case waits for its client."""

import pytest

from portal.insights.history import Pause
from portal.sla.pauses import waits


@pytest.mark.parametrize(
    ("changes", "words", "expected"),
    [
        ([], [5], []),
        ([(10, "open")], [], []),
        ([(10, "waiting")], [], [(10, None)]),
        ([(10, "waiting"), (30, "open")], [], [(10, 30)]),
        ([(10, "waiting"), (30, "CaseResolved")], [20], [(10, 20)]),
        ([(10, "waiting"), (30, "open")], [5, 10, 40], [(10, 30)]),
        ([(10, "waiting"), (30, "open"), (40, "waiting")], [50], [(10, 30), (40, 50)]),
    ],
)
def test_a_wait_ends_with_the_next_change_or_the_clients_words(changes, words, expected):
    assert list(waits(changes, words)) == [Pause(a, b, "client") for a, b in expected]
