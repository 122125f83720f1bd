"""What a file really is: its first bytes decide, its name may only agree.

A file is recorded under one of the types below when name and content agree; anything else is a neutral
`application/octet-stream`, which no browser opens by itself. A name that claims one known type over the
content of another, and programs, are refused.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.files.names import extension

NEUTRAL = "application/octet-stream"
MOST_PIXELS = 40_000_000
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

BY_EXTENSION = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "zip": "application/zip",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "odt": f"{OPEN_DOCUMENT}.text",
    "ods": f"{OPEN_DOCUMENT}.spreadsheet",
    "odp": f"{OPEN_DOCUMENT}.presentation",
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
}
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
ZIPPED = frozenset(
    t
    for t in BY_EXTENSION.values()
    if t == "application/zip" or t.startswith((OFFICE, OPEN_DOCUMENT))
)
TEXTS = frozenset({"text/plain", "text/csv"})
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
)
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml")


class FileRefused(Exception):
    """A file is not taken; `reason` is one of size, empty, program, mismatch, pixels."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason, self.name = reason, name


@dataclass(frozen=True)
class Picture:
    """A picture's type and its size in pixels, read from its header alone."""

    content_type: str
    width: int
    height: int


def recognised(name: str, head: bytes) -> str:
    """The type to record for a file of this name that begins with these bytes.

    Raises: FileRefused.
    """
    if head.startswith(PROGRAMS):
        raise FileRefused("program", name)
    found = content_of(head, name)
    claimed = BY_EXTENSION.get(extension(name))
    if claimed is None:
        return NEUTRAL
    if found == claimed or (claimed in ZIPPED and found == "application/zip"):
        return claimed
    if claimed in TEXTS:
        return claimed if found == "" and b"\0" not in head else NEUTRAL
    if found:
        raise FileRefused("mismatch", name)
    return NEUTRAL


def content_of(head: bytes, name: str = "") -> str:
    """The type that the first bytes prove, `text/html` for anything like markup, or nothing."""
    picture = picture_of(head)
    if picture is not None:
        if not 0 < picture.width * picture.height <= MOST_PIXELS:
            raise FileRefused("pixels", name)
        return picture.content_type
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "application/zip"
    return (
        "text/html" if head[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP) else ""
    )


def picture_of(head: bytes) -> Picture | None:
    """The picture whose complete header stands in these bytes, or None."""
    for begins, read in READERS:
        if head.startswith(begins):
            return read(head)
    return None


def _png(head: bytes) -> Picture | None:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return Picture("image/png", int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))


def _gif(head: bytes) -> Picture | None:
    if len(head) < 10:
        return None
    return Picture(
        "image/gif", int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    )


def _webp(head: bytes) -> Picture | None:
    if len(head) < 30 or head[8:12] != b"WEBP":
        return None
    form = head[12:16]
    if form == b"VP8X":
        width, height = (
            int.from_bytes(head[24:27], "little") + 1,
            int.from_bytes(head[27:30], "little") + 1,
        )
    elif form == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = (
            int.from_bytes(head[26:28], "little") & 0x3FFF,
            int.from_bytes(head[28:30], "little") & 0x3FFF,
        )
    else:
        return None
    return Picture("image/webp", width, height)


def _jpeg(head: bytes) -> Picture | None:
    """Walk the segments to the first frame header; the pictures of a camera have some before it."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return Picture(
                "image/jpeg",
                int.from_bytes(head[at + 7 : at + 9]),
                int.from_bytes(head[at + 5 : at + 7]),
            )
        at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4]))
    return None


READERS: tuple[tuple[bytes, Callable[[bytes], Picture | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"RIFF", _webp),
)
