"""What kinds, sides and states of commitments are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.commitments.models import Entry, Party, Source

KINDS: dict[Entry, Any] = {
    Entry.COMMITMENT: _l("Commitments"),
    Entry.DECISION: _l("Decisions"),
    Entry.IMPROVEMENT: _l("Improvement plan"),
    Entry.REQUIREMENT: _l("Goals and requirements"),
}
ONE_OF: dict[Entry, Any] = {
    Entry.COMMITMENT: _l("Commitment"),
    Entry.DECISION: _l("Decision"),
    Entry.IMPROVEMENT: _l("Improvement"),
    Entry.REQUIREMENT: _l("Goal or requirement"),
}
SIDES: dict[Party, Any] = {Party.US: _l("Ours"), Party.CLIENT: _l("The client’s")}
SOURCES: dict[Source, Any] = {
    Source.REVIEW: _l("in a review"),
    Source.CASE: _l("in a case"),
    Source.CALL: _l("in a call or meeting"),
    Source.OTHER: _l("elsewhere"),
}
STATES: dict[str, tuple[str, Any]] = {
    "kept": ("ok", _l("Kept")),
    "done_late": ("soon", _l("Done late")),
    "late": ("late", _l("Late")),
    "open": ("open", _l("Open")),
    "dropped": ("calm", _l("Dropped")),
}
"""The shape and the word of each state."""
