"""What people type, in composed letters and without characters nobody can see."""

import unicodedata


def line(text: str | None) -> str:
    """One line: composed letters, no control characters, trimmed."""
    plain = unicodedata.normalize("NFC", text or "")
    return "".join(
        c for c in plain if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")
    ).strip()


def words(text: str | None) -> str:
    """Several lines: the same, with line breaks and tabs kept."""
    plain = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()
