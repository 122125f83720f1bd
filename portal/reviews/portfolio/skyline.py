"""The picture on the cover: every account as a stroke as high as its health. Pure."""

from collections.abc import Sequence

from portal.insights.charts import WIDE
from portal.insights.health_kept import FAIR, GOOD
from portal.insights.shapes import Box, Chart, Shape, Words, rule

HEIGHT, GROUND, REACH = 150.0, 132.0, 112.0
WIDEST, STUB = 18.0, 3.0
MARGIN, FEW = 84.0, 12
"""What the names of the lines take at the right."""


def skyline(bars: Sequence[tuple[int | None, bool]], words: Sequence[str]) -> Chart:
    """Health in tenths (None unknown) and whether it needs attention, of each account, in this order.

    `words` are the title, the names of both colours and of the two lines.
    """
    title, ours, theirs, good, fair = words
    step = (WIDE - MARGIN) / max(len(bars), 1)
    step = min(step, WIDEST / 0.72) if len(bars) < FEW else step
    width = min(step * 0.72, WIDEST)
    shapes: list[Shape] = []
    for level, name in ((GOOD, good), (FAIR, fair)):
        y = GROUND - REACH * level / 1000
        shapes += [rule(0, y, WIDE, y, "rule", 0.5), Words(WIDE, y - 2.5, name, 7, "end", "soft")]
    for index, (tenths, needs) in enumerate(bars):
        height = STUB if tenths is None else max(STUB, REACH * tenths / 1000)
        fill = "yours" if needs else "ours" if tenths is not None else "rule"
        shapes.append(Box(index * step, GROUND - height, width, height, fill))
    shapes += [
        rule(0, GROUND, WIDE, GROUND, "ink", 0.6),
        Words(0, GROUND + 13, theirs, 7, fill="yours", weight=600),
        Words(WIDE, GROUND + 13, ours, 7, "end", "ours", 600),
    ]
    return Chart(WIDE, HEIGHT, title, tuple(shapes))
