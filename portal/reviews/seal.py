"""The digest of a file over all its bytes but the digest itself, written into the file as a comment. Pure.

A signature comes behind the sealed bytes and leaves them as they are.
"""

import hashlib
import re
from dataclasses import dataclass

BLOCK = 4096
DIGEST = 64
LINE = re.compile(rb"^%portal-seal 1 (\d{12}) ([0-9a-f]{64}) ([0-9a-f]*)\n", re.MULTILINE)
STARTXREF = b"startxref\n"


@dataclass(frozen=True)
class Sealed:
    """What a seal says and what holds: the length it covers, and where the first changed block begins and ends."""

    length: int
    whole: bool
    first: int = 0
    last: int = 0


def sealed(pdf: bytes) -> bytes:
    """The file with its seal, just before the place where the cross references are named."""
    place = pdf.rindex(STARTXREF)
    blocks = place // BLOCK
    line = len(b"%portal-seal 1 ") + 12 + 1 + DIGEST + 1 + 8 * blocks + 1
    length = len(pdf) + line
    short = "".join(_digest(pdf[at * BLOCK : (at + 1) * BLOCK])[:8] for at in range(blocks))
    head, tail = f"%portal-seal 1 {length:012d} ".encode(), f" {short}\n".encode()
    before, after = pdf[:place] + head, tail + pdf[place:]
    digest = _digest(before + b"0" * DIGEST + after)
    return before + digest.encode() + after


def opened(data: bytes) -> Sealed | None:
    """What the file's seal says; None when there is not exactly one that can be read."""
    found = list(LINE.finditer(data))
    if len(found) != 1:
        return None
    seal = found[0]
    length = int(seal[1])
    covered = data[:length]
    if length > len(data) or seal.end() > length:
        return Sealed(length, whole=False, first=0, last=len(data))
    blank = covered[: seal.start(2)] + b"0" * DIGEST + covered[seal.end(2) :]
    if _digest(blank) == seal[2].decode():
        return Sealed(length, whole=True)
    return Sealed(length, False, *_first_block(data, seal[3].decode(), seal.start()))


def _first_block(data: bytes, short: str, seal_at: int) -> tuple[int, int]:
    """The limits of the first block that is not what it was; of what lies behind the last block otherwise."""
    for number in range(len(short) // 8):
        begin = number * BLOCK
        if _digest(data[begin : begin + BLOCK])[:8] != short[8 * number : 8 * number + 8]:
            return begin, begin + BLOCK
    return min(len(short) // 8 * BLOCK, seal_at), len(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
