"""The product's own import files: their columns, what each may hold, and what must hold across a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portal.accounts.models import AccountStatus, Segment
from portal.cases.models import Channel, Priority, Status
from portal.feedback.models import Consent, SurveyKind
from portal.identity.models import Role
from portal.imports import cells
from portal.imports.cells import Reader, optional
from portal.orders.models import OrderStatus
from portal.stakeholders.models import JobRole

LANGUAGES = ("en", "pt", "es", "it")
PLANS = ("gold", "silver", "bronze")
STAFF_ROLES = (Role.ACCOUNT_MANAGER, Role.AGENT, Role.EXECUTIVE)
CASE_STATUS = {
    "new": str(Status.NEW),
    "open": str(Status.OPEN),
    "waiting customer": str(Status.WAITING),
    "waiting third party": str(Status.ON_HOLD),
    "resolved": str(Status.RESOLVED),
    "closed": str(Status.CLOSED),
}
Values = Mapping[str, str | int | None]
RowCheck = Callable[[Values], tuple[str, str] | None]


@dataclass(frozen=True)
class Layout:
    """One kind of file; `extra` columns may be left out."""

    name: str
    key: str
    columns: Mapping[str, Reader]
    extra: Mapping[str, Reader] = field(default_factory=dict)
    check: RowCheck = lambda values: None

    @property
    def file(self) -> str:
        """The file's name in the folder."""
        return f"{self.name}.csv"

    @property
    def readers(self) -> dict[str, Reader]:
        """Every column that may stand in the file."""
        return {**self.columns, **self.extra}


def _text(values: Values, column: str) -> str:
    return str(values.get(column) or "")


def _check_case(values: Values) -> tuple[str, str] | None:
    opened = _text(values, "created_at")
    for column in ("first_response_at", "resolved_at", "closed_at", "updated_at"):
        if values.get(column) and _text(values, column) < opened:
            return column, "lies before created_at"
    status = values.get("status")
    finished = status in (Status.RESOLVED, Status.CLOSED)
    if finished and not values.get("resolved_at"):
        return "resolved_at", f"is empty, but the status is {status}"
    if status == Status.CLOSED and not values.get("closed_at"):
        return "closed_at", "is empty, but the status is closed"
    if not finished and values.get("closed_at"):
        return "closed_at", "is given, but the status is not closed"
    return None


def _check_message(values: Values) -> tuple[str, str] | None:
    if values["author_kind"] == "client" and values["visibility"] == "1":
        return "visibility", "only staff write internal notes"
    return None


def _check_survey(values: Values) -> tuple[str, str] | None:
    kind, score = values.get("kind"), values.get("score")
    if kind == SurveyKind.CSAT and not values.get("case_id"):
        return "case_id", "is empty, but csat asks about a case"
    if kind == SurveyKind.NPS and values.get("case_id"):
        return "case_id", "is given, but nps does not ask about a case"
    if kind == SurveyKind.CSAT and score is not None and score not in (1, 2, 3, 4, 5):
        return "score", f"{score} is not a csat score from 1 to 5"
    if (score is None) is not (values.get("answered_at") is None):
        return "score", "score and answered_at are given together or not at all"
    if values.get("comment_consent") and (score is None or not _text(values, "comment").strip()):
        return "comment_consent", "is given, but there is no comment in an answer"
    return None


_ID, _REF = cells.own_id, optional(cells.own_id)
_AT, _AT_OR_NOT = cells.instant, optional(cells.instant)
_LANGUAGE = cells.one_of(LANGUAGES)
_CHANNEL = cells.one_of(Channel)

LAYOUTS = (
    Layout(
        "staff",
        "staff_id",
        {
            "staff_id": _ID,
            "name": cells.line,
            "email": optional(cells.address),
            "role": cells.one_of(STAFF_ROLES),
            "team": cells.words,
            "language": _LANGUAGE,
            "created_at": _AT,
        },
        {"title": cells.words, "phone": cells.words, "hours": cells.words},
    ),
    Layout(
        "accounts",
        "account_id",
        {
            "account_id": _ID,
            "code": cells.reference,
            "name": cells.line,
            "industry": cells.words,
            "country": cells.words,
            "timezone": cells.zone,
            "language": _LANGUAGE,
            "segment": cells.one_of(Segment),
            "sla_plan": cells.one_of({**dict(zip(PLANS, PLANS, strict=True)), "": ""}),
            "status": cells.one_of(AccountStatus),
            "manager_id": _REF,
            "deputy_id": _REF,
            "contract_start": optional(cells.day),
            "contract_renewal": optional(cells.day),
            "annual_value_eur": optional(cells.money),
        },
    ),
    Layout(
        "stakeholders",
        "stakeholder_id",
        {
            "stakeholder_id": _ID,
            "account_id": _ID,
            "name": cells.line,
            "email": optional(cells.address),
            "phone": cells.words,
            "job_role": cells.one_of(JobRole),
            "language": _LANGUAGE,
            "portal_access": cells.flag,
            "active": cells.flag,
            "created_at": _AT,
        },
        {"job_title": cells.words},
    ),
    Layout(
        "orders",
        "order_id",
        {
            "order_id": _ID,
            "reference": cells.line,
            "account_id": _ID,
            "ordered_by": _REF,
            "placed_at": _AT,
            "delivered_at": _AT_OR_NOT,
            "status": cells.one_of(OrderStatus),
            "currency": cells.currency,
            "amount": cells.money,
            "returned_at": _AT_OR_NOT,
            "return_reason": cells.prose,
        },
        {"summary": cells.words},
    ),
    Layout(
        "cases",
        "case_id",
        {
            "case_id": _ID,
            "reference": cells.reference,
            "account_id": _ID,
            "opened_by": _REF,
            "owner_id": _REF,
            "participants": cells.words,
            "channel": _CHANNEL,
            "category": cells.words,
            "priority": cells.one_of(Priority),
            "status": cells.one_of(CASE_STATUS),
            "subject": cells.line,
            "language": cells.language,
            "created_at": _AT,
            "first_response_at": _AT_OR_NOT,
            "first_response_due": _AT_OR_NOT,
            "resolved_at": _AT_OR_NOT,
            "closed_at": _AT_OR_NOT,
            "updated_at": _AT,
            "reopened": cells.flag,
            "escalated": cells.flag,
            "recurrence_of": _REF,
            "order_id": _REF,
        },
        check=_check_case,
    ),
    Layout(
        "messages",
        "message_id",
        {
            "message_id": _ID,
            "case_id": _ID,
            "seq": cells.own_id,
            "author_kind": cells.one_of({"stakeholder": "client", "staff": "staff"}),
            "author_id": _ID,
            "visibility": cells.one_of({"public": "0", "internal": "1"}),
            "channel": _CHANNEL,
            "created_at": _AT,
            "language": cells.words,
            "body": cells.prose,
        },
        check=_check_message,
    ),
    Layout(
        "surveys",
        "survey_id",
        {
            "survey_id": _ID,
            "kind": cells.one_of(SurveyKind),
            "account_id": _ID,
            "case_id": _REF,
            "stakeholder_id": _ID,
            "sent_at": _AT,
            "answered_at": _AT_OR_NOT,
            "score": optional(cells.score),
            "comment": cells.prose,
        },
        {"comment_consent": optional(cells.one_of(Consent))},
        check=_check_survey,
    ),
)
BY_NAME = {layout.name: layout for layout in LAYOUTS}
