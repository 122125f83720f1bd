"""T31: type, extension and content agree, or the file is neutral or refused."""

import struct

import pytest

from portal.files.kinds import MOST_PIXELS, NEUTRAL, FileRefused, Picture, picture_of, recognised
from portal.files.names import LONGEST, cleaned

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 3, 4) + b"\0" * 10
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF"
    + b"\0" * 10
    + b"\xff\xc0\0\x11\x08"
    + struct.pack(">HH", 30, 20)
    + b"\x03" * 10
)
WEBP = (
    b"RIFF\0\0\0\0WEBPVP8X"
    + b"\0" * 8
    + (99).to_bytes(3, "little")
    + (49).to_bytes(3, "little")
    + b"\0" * 8
)
PDF = b"%PDF-1.7\n"
ZIP = b"PK\x03\x04" + b"\0" * 30


@pytest.mark.parametrize(
    ("head", "picture"),
    [
        (PNG, Picture("image/png", 640, 480)),
        (GIF, Picture("image/gif", 3, 4)),
        (JPEG, Picture("image/jpeg", 20, 30)),
        (WEBP, Picture("image/webp", 100, 50)),
        (PNG[:15], None),
        (JPEG[:12], None),
        (b"RIFF\0\0\0\0WAVE" + b"\0" * 30, None),
        (b"text", None),
    ],
)
def test_pictures_are_known_by_their_complete_header(head, picture):
    assert picture_of(head) == picture


@pytest.mark.proves("T31")
@pytest.mark.parametrize(
    ("name", "head", "recorded"),
    [
        ("a.png", PNG, "image/png"),
        ("a.JPG", JPEG, "image/jpeg"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.zip", ZIP, "application/zip"),
        ("a.csv", b"a;b\n1;2\n", "text/csv"),
        ("a.txt", b"<script>", NEUTRAL),
        ("a.txt", b"\0\1", NEUTRAL),
        ("a.html", b"<html>", NEUTRAL),
        ("a.svg", b"<svg>", NEUTRAL),
        ("x.php", b"hello", NEUTRAL),
        ("short.pdf", b"hello", NEUTRAL),
        (".htaccess", b"x", NEUTRAL),
    ],
)
def test_a_type_is_recorded_when_name_and_content_agree(name, head, recorded):
    assert recognised(name, head) == recorded


@pytest.mark.proves("T31")
@pytest.mark.parametrize(
    ("name", "head", "reason"),
    [
        ("a.png", b"<svg onload=x>", "mismatch"),
        ("a.png", PDF, "mismatch"),
        ("a.pdf", ZIP, "mismatch"),
        ("a.jpg", b"\n <!DOCTYPE html>", "mismatch"),
        ("a.pdf", b"MZ\x90", "program"),
        ("a", b"\x7fELF", "program"),
        ("big.png", PNG[:16] + struct.pack(">II", 10_000, MOST_PIXELS // 10_000 + 1), "pixels"),
        ("none.png", PNG[:16] + struct.pack(">II", 0, 5), "pixels"),
    ],
)
def test_a_name_that_lies_is_refused(name, head, reason):
    with pytest.raises(FileRefused) as refused:
        recognised(name, head)
    assert refused.value.reason == reason


def test_the_largest_picture_is_still_taken():
    head = PNG[:16] + struct.pack(">II", 10_000, MOST_PIXELS // 10_000)
    assert recognised("big.png", head) == "image/png"


@pytest.mark.proves("T28")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/absolute/path.txt", "path.txt"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("..", "file"),
        (".", "file"),
        ("", "file"),
        (None, "file"),
        ("...", "file"),
        (".htaccess", ".htaccess"),
        ("tab\tname.txt", "tabname.txt"),
        ("cr\r\nSet-Cookie: a=b.txt", "crSet-Cookie: a=b.txt"),
        ("trailing .txt ", "trailing .txt"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
    ],
)
def test_names_lose_what_acts(given, kept):
    assert cleaned(given) == kept


@pytest.mark.parametrize("letter", ["a", "é", "漢"])
def test_long_names_keep_their_extension(letter):
    kept = cleaned(letter * 300 + ".pdf")
    assert kept.endswith(".pdf") and LONGEST - 4 <= len(kept.encode()) <= LONGEST
