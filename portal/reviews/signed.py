"""The signature of a file: whose it is, and whether it still holds. Needs the extra `sign`."""

from dataclasses import dataclass, field

from portal.reviews.pages import signatures


@dataclass(frozen=True)
class Signed:
    """What was found of a signature, in the way `verdict.py` knows it."""

    holds: bool
    code: str
    values: dict[str, str] = field(default_factory=dict)


def signature(data: bytes, trusted: list[str]) -> tuple[Signed, int]:
    """The verdict on the file's one signature, and the end of what it covers; 0 where there is none."""
    if not signatures(data):
        return Signed(True, "unsigned"), 0
    return Signed(False, "extra_missing"), 0
