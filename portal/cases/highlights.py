"""Finding searched words in a text as a reader would: accents and endings do not matter."""

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

SHORTEST = 4
ENDINGS = tuple(
    sorted(
        (
            *(
                "aciones",
                "acion",
                "ciones",
                "cion",
                "siones",
                "sion",
                "acoes",
                "acao",
                "coes",
                "cao",
                "soes",
                "sao",
            ),
            *(
                "azioni",
                "azione",
                "zioni",
                "zione",
                "sioni",
                "sione",
                "ations",
                "ation",
                "tions",
                "tion",
                "sions",
            ),
            *(
                "amientos",
                "amiento",
                "amentos",
                "amento",
                "mente",
                "ments",
                "ment",
                "ings",
                "ing",
                "ed",
            ),
            *(
                "oes",
                "aes",
                "ais",
                "eis",
                "ois",
                "ies",
                "hes",
                "es",
                "os",
                "as",
                "is",
                "us",
                "s",
                "a",
                "e",
                "i",
                "o",
                "y",
            ),
        ),
        key=len,
        reverse=True,
    )
)


class _Folding(dict[int, str]):
    """Characters to their base letter in lower case, one for one, learned as they come."""

    def __missing__(self, point: int) -> str:
        base = unicodedata.normalize("NFKD", chr(point).lower())[:1] or chr(point)
        self[point] = base
        return base


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Lower case without accents, as long as the text itself."""
    return text.translate(_FOLDING)


@lru_cache(1024)
def stem(word: str) -> str:
    """The beginning that a word's forms share, or nothing for short words and codes."""
    plain = folded(word)
    if len(plain) <= SHORTEST or not plain.isalpha():
        return ""
    for ending in ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= SHORTEST:
            return plain[: -len(ending)]
    return plain


def highlighted(text: str, terms: tuple[str, ...], *, around: int = 0) -> Markup:
    """The text, or the part of it around the first hit, escaped, every hit inside `<mark>`."""
    found = [(m.start(), m.end()) for m in _pattern(terms).finditer(folded(text))] if terms else []
    start, end = _window(text, found[0][0] if found else 0, around) if around else (0, len(text))
    pieces = ["… " if start else ""]
    at = start
    for begin, stop in found:
        if begin >= at and stop <= end:
            pieces += [escape(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
            at = stop
    pieces += [escape(text[at:end]), " …" if end < len(text) else ""]
    return Markup("".join(pieces))


@lru_cache(256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    forms = [
        rf"{re.escape(stem(term))}\w{{0,30}}" if stem(term) else re.escape(term) for term in terms
    ]
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(_apart, longest_first))})(?!\w)")


def _apart(form: str) -> str:
    """A form with nothing of a word before it; its first letter is asked first, which is far faster to look for."""
    first = form[:2] if form.startswith("\\") else form[:1]
    return rf"{first}(?<!\w{first}){form[len(first) :]}"


def _window(text: str, hit: int, around: int) -> tuple[int, int]:
    """Some characters to both sides of a hit, cut at spaces where there are any near."""
    start, end = max(0, hit - around // 2), min(len(text), hit + around)
    if start:
        space = text.find(" ", start, start + 20)
        start = space + 1 if space >= 0 and space < hit else start
    if end < len(text):
        space = text.rfind(" ", end - 20, end)
        end = space if space > hit else end
    return start, end
