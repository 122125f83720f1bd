"""What the pages of a file say against what its data gives. Pure.

The pages' text is taken in reading order and without spaces, so that neither line breaks nor a later version of the
renderer matter; every letter, digit and sign does.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from portal.reviews.pages import Contents
from portal.reviews.printed import PAGE, Printed, bare, is_intricate

DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Mismatch:
    """What stands on a page (0: beside them) and what the data gives instead; `after` is the line before it."""

    page: int
    says: str
    gives: str
    after: str = ""


def mismatches(words: Printed, found: Contents) -> Iterator[Mismatch]:
    """Where the pages say something else than the words they were made from; of the text the first place alone."""
    text = _Text(found)
    yield from text.against(words)
    yield from _pictures(words.pictures, found.pictures)
    yield from _margins(words, found)
    for stray in found.strays:
        yield Mismatch(stray.page, stray.text, "")


def numbers_differ(ours: Printed, theirs: Printed) -> Iterator[Mismatch]:
    """Where two documents of the same data print other numbers, whatever the words around and between them.

    Only lines with a number count: a later version may word the others anew, add some or leave some out.
    """
    for name in ("lines", "pictures", "margins"):
        before = ""
        told, given = (_with_numbers(getattr(words, name)) for words in (theirs, ours))
        for (says, one), (gives, other) in zip_longest(told, given, fillvalue=("…", None)):
            if one != other:
                yield Mismatch(0, says, gives, before)
            before = gives


def _with_numbers(lines: Sequence[str]) -> list[tuple[str, list[str] | None]]:
    """The lines that hold numbers, each with these."""
    found = ((line, DIGITS.findall(line)) for line in lines)
    return [(line, numbers) for line, numbers in found if numbers]


class _Text:
    """The runs of a file as one text without spaces."""

    def __init__(self, found: Contents) -> None:
        self.runs = found.runs
        pieces = [bare(run.text) for run in found.runs]
        self.text = "".join(pieces)
        self.starts = [0, *accumulate(map(len, pieces))]
        self.repeated = {self.starts[a]: self.starts[b] for a, b in found.repeated}
        self.place = 0

    def against(self, words: Printed) -> Iterator[Mismatch]:
        """The first place where the text goes another way than the words; and page numbers that lead elsewhere."""
        pages: list[int] = []
        numbers: list[int] = []
        for index, line in enumerate(words.lines):
            self._skip_head(words.lines, index)
            pages.append(self.page(self.place))
            wrong = self._line(line, numbers)
            if wrong is not None:
                after = words.lines[index - 1] if index else ""
                yield Mismatch(self.page(wrong), self.run(wrong), line.replace(PAGE, "…"), after)
                return
        if self.place < len(self.text):
            yield Mismatch(self.page(self.place), self.run(self.place), "")
        for number, target in zip(numbers, words.jumps, strict=False):
            if number != pages[target]:
                yield Mismatch(0, str(number), str(pages[target]), words.lines[target])

    def _skip_head(self, lines: Sequence[str], index: int) -> None:
        """Go past the head that a table repeats on its next page, unless the lines to come say it themselves."""
        head = self.text[self.place : self.repeated.get(self.place, self.place)]
        coming = ""
        while len(coming) < len(head) and index < len(lines):
            coming += bare(lines[index])
            index += 1
        if not coming.startswith(head):
            self.place += len(head)

    def _line(self, line: str, numbers: list[int]) -> int | None:
        """Go past one line; where it goes wrong, or None."""
        for place, part in enumerate(line.split(PAGE)):
            if place:
                ends = self.starts[self._index(self.place) + 1]
                number = DIGITS.match(self.text, self.place, ends)
                if number is None:
                    return self.place
                numbers.append(int(number[0][:6]))
                self.place = number.end()
            wanted = bare(part)
            given = self.text[self.place : self.place + len(wanted)]
            if given != wanted and not (is_intricate(line) and sorted(given) == sorted(wanted)):
                return self.place + _first_difference(given, wanted)
            self.place += len(wanted)
        return None

    def page(self, place: int) -> int:
        """The page on which a place of the text stands."""
        return self.runs[self._index(place)].page if self.runs else 0

    def run(self, place: int) -> str:
        """The printed words around a place."""
        return self.runs[self._index(place)].text.strip() if place < len(self.text) else ""

    def _index(self, place: int) -> int:
        return min(bisect_right(self.starts, place) - 1, len(self.runs) - 1)


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _pictures(wanted: Sequence[str], given: Sequence[str]) -> Iterator[Mismatch]:
    for index in range(max(len(wanted), len(given))):
        gives = wanted[index] if index < len(wanted) else ""
        says = given[index] if index < len(given) else ""
        if gives != says:
            yield Mismatch(0, says, gives)
            return


def _margins(words: Printed, found: Contents) -> Iterator[Mismatch]:
    """Heads, feet and captions that a table repeats: nothing else may stand outside the reading order."""
    known = [bare(line) for line in words.lines if line]
    for run in found.margins:
        rest, ends = bare(run.text), [str(run.page), str(found.pages)]
        own = {bare(_numbered(text, ends)) for text in words.margins}
        while rest:
            fits = [text for text in own if text and rest.startswith(text)]
            fits += [text for text in known if rest == text] if not fits else []
            pieces = [text for text in (*own, *known) if rest in text and len(rest) > 3]
            if not fits and not pieces:
                yield Mismatch(run.page, run.text, "")
                return
            rest = rest[len(max(fits, key=len)) :] if fits else ""


def _numbered(text: str, numbers: Sequence[str]) -> str:
    """A margin's words with the page's number and the number of pages."""
    parts = text.split(PAGE)
    return "".join(
        part + (numbers[i] if i < len(parts) - 1 else "") for i, part in enumerate(parts)
    )
