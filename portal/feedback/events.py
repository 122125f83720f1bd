"""What happens to the comments of surveys."""

from dataclasses import dataclass

from portal.events import Happening


@dataclass(frozen=True)
class QuoteAsked(Happening):
    """The author of a comment was asked by mail whether it may be quoted."""

    survey_id: int


@dataclass(frozen=True)
class QuoteAnswered(Happening):
    """The author said whether a comment may be quoted, or an import brought it; `answer` and `old` are a `Consent` or empty."""

    survey_id: int
    answer: str
    old: str
