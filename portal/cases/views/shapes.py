"""The small signs of a list's rows, each made once for all rows that share it."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal import clock
from portal.cases.models import Status
from portal.web.filters import due_words, span

SLOT = "\N{OBJECT REPLACEMENT CHARACTER}"
NOTHING = Markup('<span class="meta">–</span>')


class Shapes:
    """State, due date, age and owner of rows; what repeats is kept."""

    def __init__(self) -> None:
        self.ui: Any = current_app.jinja_env.globals["ui"]
        self.now = clock.now()
        self.lived_word = _("lived")
        self._states: dict[str, Any] = {}
        self._frames: dict[str, tuple[str, str]] = {}

    def state(self, row: Any) -> Any:
        """The status as a word and a shape."""
        if row.status not in self._states:
            self._states[row.status] = self.ui.state(row.status)
        return self._states[row.status]

    def due(self, row: Any) -> Any:
        """When the first answer is due; nothing for what is finished."""
        if not Status(row.status).is_open:
            return NOTHING
        paused = row.status == Status.WAITING and row.due_at is not None
        kind, words = due_words(row.due_at, self.now, paused)
        before, after = self._frame(kind)
        return Markup(f"{before}{escape(words)}{after}")

    def _frame(self, kind: str) -> tuple[str, str]:
        """What stands around the words of a shape."""
        if kind not in self._frames:
            before, after = str(self.ui.shape(kind, SLOT)).split(SLOT)
            self._frames[kind] = before, after
        return self._frames[kind]

    def lived(self, row: Any) -> str:
        """How long the client has lived with it."""
        return lived(row.opened_at, row.resolved_at, self.now)

    def owner(self, row: Any) -> Any:
        """Whose it is, or a button to take it."""
        if row.owner:
            return _avatar(self.ui, row.owner)
        if not Status(row.status).is_open:
            return NOTHING
        path = url_for("cases.assign", case=row.ref)
        return self.ui.post_button(
            _("Take"),
            path,
            "quiet",
            fields={"owner": "me"},
            class_="take",
            aria_label=_("Take %(ref)s", ref=row.ref),
        )


@lru_cache(4096)
def _avatar(ui: Any, name: str) -> Any:
    """One of our people as a sign; the same in every language."""
    return ui.avatar(name, "us", "sm", named=True)


def lived(opened_at: datetime, resolved_at: datetime | None, now: datetime) -> str:
    """Calendar time from opening to resolution, or until now."""
    return str(span(max((resolved_at or now) - opened_at, timedelta())))
