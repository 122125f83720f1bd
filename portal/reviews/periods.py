"""Review periods: a month, a quarter or a year, as local midnights of a zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_interval, format_skeleton

from portal.reviews.words import gettext as _
from portal.sla.walls import midnight

FORM = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII | re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1970, 9000


class PeriodRefused(ValueError):
    """The text names no period, or one that cannot be reviewed; the message is a sentence for people."""


@dataclass(frozen=True)
class Period:
    """The local days [starts_on, ends_on); `code` is what people write, like 2026-Q3."""

    code: str
    starts_on: date
    ends_on: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period of `2026-Q3`, `2026-09` or `2026`.

        Raises: PeriodRefused.
        """
        found = FORM.fullmatch(text.strip())
        if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise PeriodRefused(
                _(
                    "“%(text)s” is not a period. Write 2026-Q3 for a quarter, 2026-09 for a month, 2026 for a year.",
                    text=text.strip()[:40],
                )
            )
        year, quarter, month = found.groups()
        if quarter:
            return cls._of(int(year), 3 * int(quarter) - 2, 3)
        if month:
            return cls._of(int(year), int(month), 1)
        return cls._of(int(year), 1, 12)

    @classmethod
    def _of(cls, year: int, month: int, length: int) -> "Period":
        start = date(year, month, 1)
        code = {1: f"{year}-{month:02d}", 3: f"{year}-Q{(month + 2) // 3}", 12: f"{year}"}[length]
        return cls(code, start, _later(start, length))

    @classmethod
    def containing(cls, day: date, length: int = 3) -> "Period":
        """The month, quarter or year (`length` in months) that holds the day."""
        return cls._of(day.year, (day.month - 1) // length * length + 1, length)

    @property
    def length(self) -> int:
        """In months: 1, 3 or 12."""
        return (
            (self.ends_on.year - self.starts_on.year) * 12
            + self.ends_on.month
            - self.starts_on.month
        )

    @property
    def last_day(self) -> date:
        """The last local day inside."""
        return self.ends_on - timedelta(days=1)

    @property
    def previous(self) -> "Period":
        """The period of the same length just before."""
        before = _later(self.starts_on, -self.length)
        return Period._of(before.year, before.month, self.length)

    def months(self) -> tuple["Period", ...]:
        """The calendar months inside, in order."""
        starts = (_later(self.starts_on, step) for step in range(self.length))
        return tuple(Period._of(start.year, start.month, 1) for start in starts)

    def limits(self, timezone: str) -> tuple[datetime, datetime]:
        """P0 and P1 in UTC: the first instants with a local wall time at or after midnight (C1)."""
        begin, end = (midnight(day, ZoneInfo(timezone)) for day in (self.starts_on, self.ends_on))
        return datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)

    def name(self, locale: str) -> str:
        """In a reader's words: "July – September 2026", "September 2026", "2026"."""
        if self.length == 12:
            return str(self.starts_on.year)
        if self.length == 1:
            return str(format_skeleton("yMMMM", self.starts_on, locale=locale))
        return str(format_interval(self.starts_on, self.last_day, "yMMMM", locale=locale)).replace(
            "\u2009", " "
        )

    def require_over(self, now: datetime, timezone: str) -> None:
        """Only a period that is over can be reviewed (C2).

        Raises: PeriodRefused.
        """
        if now < self.limits(timezone)[1]:
            raise PeriodRefused(
                _(
                    "%(code)s is not over yet in %(zone)s: a review can be made from %(day)s on.",
                    code=self.code,
                    zone=timezone,
                    day=self.ends_on.isoformat(),
                )
            )


def _later(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
