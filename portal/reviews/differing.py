"""What changed from one version of a text to the next, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """A stretch of words: same, added or removed."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The later text with what was added and, before it, what was removed."""
    found = groupby(_changes(before, after), key=lambda piece: piece.kind)
    return [Piece(kind, "".join(piece.text for piece in group)) for kind, group in found]


def _changes(before: str, after: str) -> Iterator[Piece]:
    old, new = WORDS.findall(before), WORDS.findall(after)
    for step, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if step == "equal":
            yield Piece("same", "".join(new[c:d]))
            continue
        if a < b:
            yield Piece("removed", "".join(old[a:b]))
        if c < d:
            yield Piece("added", "".join(new[c:d]))
