"""What a file may be called: the person's words without anything that acts."""

import unicodedata

LONGEST = 200
NAMELESS = "file"
UNWANTED = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
TURNING = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


def cleaned(name: str | None) -> str:
    """The name without path and control characters, at most 200 bytes, never empty, `.` or `..`."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    text = "".join(
        c for c in text if c not in TURNING and unicodedata.category(c) not in UNWANTED
    ).strip()
    if not text.strip("."):
        return NAMELESS
    return _shortened(text)


def extension(name: str) -> str:
    """The part after the last dot in lower case, or nothing."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def _shortened(name: str) -> str:
    """At most 200 bytes, the extension kept."""
    if len(name.encode()) <= LONGEST:
        return name
    ending = extension(name)
    tail = f".{ending}" if ending and len(ending.encode()) <= 20 else ""
    room = LONGEST - len(tail.encode())
    stem = name.removesuffix(name[len(name) - len(tail) :]) if tail else name
    return stem.encode()[:room].decode(errors="ignore").rstrip() + tail
