"""The review read as a page: its sections as they were kept, and in each the disputes about its figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from portal.reviews.disputing import Thread
from portal.reviews.written import EXCLUDED

HEAD = re.compile(
    r'<section id="p-(?P<key>\w+)"[^>]*>\s*<h2><span class="p-no">\d+</span> (?P<name>.*?)</h2>'
)
FIGURE = re.compile(r'href="#p-def-(F\d+)"')
SUMMARY, LEFT_OUT = "summary", "annex"


@dataclass(frozen=True)
class Chapter:
    """One section: its key, its name, all of it as HTML, the figures it speaks of, the disputes about them."""

    key: str
    name: Markup
    html: Markup
    figures: tuple[str, ...]
    threads: list[Thread] = field(default_factory=list)

    @property
    def is_disputable(self) -> bool:
        """Whether it speaks of figures first, or of what was left out; the summary repeats what other sections say."""
        return self.key == LEFT_OUT or (self.key != SUMMARY and bool(self.figures))

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute in it is still open."""
        return any(thread.closed_at is None for thread in self.threads)


def chapters(kept: str, threads: Sequence[Thread]) -> list[Chapter]:
    """The sections of a page that `twin.twin` made, in reading order; what stands before the first is left away.

    A dispute stands where its figure is first spoken of after the summary; one about what was left out, or
    about a figure of no section, in the annex, or else in the last.
    """
    found = list(_sections(kept))
    for thread in threads:
        if found:
            _place(found, thread.about).threads.append(thread)
    return found


def figures_in(kept: str, key: str) -> tuple[str, ...]:
    """The figures that one section of such a page speaks of, in order; none if there is no such section."""
    return next((chapter.figures for chapter in _sections(kept) if chapter.key == key), ())


def _sections(kept: str) -> Iterator[Chapter]:
    heads = list(HEAD.finditer(kept))
    ends = [*(head.start() for head in heads), len(kept)][1:]
    for head, end in zip(heads, ends, strict=True):
        html = kept[head.start() : end]
        figures = tuple(dict.fromkeys(FIGURE.findall(html)))
        yield Chapter(head["key"], Markup(head["name"]), Markup(html), figures)


def _place(found: Sequence[Chapter], about: str) -> Chapter:
    named = [chapter for chapter in found if about in chapter.figures]
    if about == EXCLUDED or not named:
        return next((chapter for chapter in found if chapter.key == LEFT_OUT), found[-1])
    return next((chapter for chapter in named if chapter.key != SUMMARY), named[0])
