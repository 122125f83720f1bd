"""Comments that a review quotes, as they are frozen and printed: shortened, plain, with a name only where their author gave it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from portal.reviews.periods import Period
from portal.reviews.phrasing import Say, plain
from portal.reviews.words import gettext as _

LONGEST, MOST = 400, 5
SENTENCE = re.compile(r"[.!?…][”»\")’]*(?=\s)|[。！？]")
STRONG = ("L", "R", "AL")
JOINED = "\u200d\ufe0e\ufe0f"


@dataclass(frozen=True)
class Quote:
    """One comment of the period: its words and their language, the month it was written in, who wrote it if that is released.

    No day and no score: beside the rows of the surveys they would tell what a single person answered.
    """

    text: str
    language: str
    month: date
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class Quotes:
    """What a review quotes, the oldest first; `held` while the client may read a draft of it: then nothing is quoted yet.

    `released` says whether there is any comment that might have been quoted.
    """

    rows: tuple[Quote, ...] = ()
    held: bool = False
    released: bool = False


def shortened(text: str, most: int = LONGEST) -> str:
    """One line of at most so many characters, cut behind a sentence or else behind a word, with an ellipsis."""
    line = plain(text, max(1, len(text)))
    if len(line) <= most:
        return line
    room = line[: most - 1]
    ends = [found.end() for found in SENTENCE.finditer(room[:-1])]
    if ends and ends[-1] > most // 2:
        return f"{room[: ends[-1]]} …"
    space = room.rfind(" ")
    at = space if space > most // 2 else _between_letters(line, most - 1)
    return room[:at].rstrip(" ,;:–-") + "…"


def _between_letters(line: str, at: int) -> int:
    """The last place at or before one where no sign is taken from the letter it belongs to."""
    while at > 1 and (
        unicodedata.combining(line[at]) or line[at] in JOINED or line[at - 1] in JOINED
    ):
        at -= 1
    return at


def printed(quote: Quote, say: Say) -> dict[str, str]:
    """A quotation and whose it is, as pages print them."""
    name, title = plain(quote.name, 60), plain(quote.title, 60)
    whose = f"{name}, {title}" if name and title else name or _("one of your people")
    month = Period.containing(quote.month, 1).name(say.locale)
    text = shortened(quote.text)
    return {
        "text": text,
        "language": quote.language,
        "direction": direction(text),
        "whose": f"{whose}, {month}",
    }


def direction(text: str) -> str:
    """How the first letter that has a direction is written: "rtl" or "ltr"."""
    found = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((one for one in found if one in STRONG), "L") != "L" else "ltr"


def why_none(quotes: Quotes) -> str:
    """Why nothing is quoted; empty if something is."""
    if quotes.rows:
        return ""
    if quotes.held:
        return _("Comments that were released for quoting are printed once the review is issued.")
    if quotes.released:
        return _("No comment is quoted in this review.")
    return _("No comment was released for quoting.")
