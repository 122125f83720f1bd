"""What the portal's own page about a review shows of it."""

from dataclasses import asdict
from typing import Any

from portal.reviews.content import ReviewContent


def retold(content: ReviewContent) -> dict[str, Any]:
    """What the page about the review shows: sentences as printed and the main figures."""
    now, before = content.figures, content.material.before
    return {
        "verdict": content.verdict,
        "well": [[point.title, point.text] for point in content.well],
        "watch": [[point.title, point.text] for point in content.watch],
        "oldest": content.sentences["oldest"],
        "identity": asdict(now.identity),
        "first": asdict(now.first),
        "solved": asdict(now.solved),
        "again": asdict(now.again),
        "before": {
            "first": before.first.p50,
            "lived": before.solved.lived_p50,
            "again": before.again.value,
        }
        if before
        else {},
    }
