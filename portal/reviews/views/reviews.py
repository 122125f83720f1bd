"""The list of reviews, ordering one, its page and its file."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Response, abort, redirect, request, send_file, url_for

from portal import clock
from portal.accounts.keyset import Cursor, cursor_from
from portal.accounts.models import Account, AccountStatus
from portal.actor import current_actor
from portal.files.models import StoredFile
from portal.files.storing import path_of
from portal.reviews import (
    around,
    documents,
    openings,
    operations,
    participants,
    pdf,
    policy,
    queries,
    quoting,
)
from portal.reviews.around import Around, Step
from portal.reviews.disputable import called
from portal.reviews.forms import (
    PARTS,
    AcknowledgementForm,
    DisputeForm,
    FiguresForm,
    MeetingForm,
    OrderReviewForm,
    ParticipantForm,
    ReasonForm,
    SharingForm,
    past_periods,
)
from portal.reviews.making import making
from portal.reviews.models import Review, ReviewState, Stage
from portal.reviews.participants import Participant
from portal.reviews.periods import Period, PeriodRefused
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.views.blueprint import bp
from portal.reviews.words import gettext as _
from portal.web.gate import allowed, one, signed_in
from portal.web.reader import reader_locale
from portal.web.render import render, wants_fragment

DIRECT = [Stage.DRAFT, Stage.ISSUED, Stage.ACKNOWLEDGED]
"""The way without approval by a second person."""


@bp.get("", gate=signed_in)
def index(form: OrderReviewForm | None = None, status: int = 200) -> Response:
    """Reviews by period, of one account if the address names one, with the order form for staff."""
    actor = current_actor()
    account = queries.account_by_ref(actor, request.args.get("account", ""))
    if account is None and request.args.get("account"):
        abort(404)
    failed = request.args.get("state") == ReviewState.FAILED
    found = queries.reviews_of(actor, _cursor(), account=account, failed=failed)
    page: dict[str, Any] = {"reviews": found, "account": account, "name_of": name_of}
    page |= {"failed": failed, "making": making(actor) if _sees_making(account) else None}
    if policy.may_order_reviews(actor) and (account is None or policy.may_order(actor, account)):
        page["form"] = form or _blank(account)
        page["rhythms"] = account is not None and policy.may_schedule(actor, account)
        page["periods"] = past_periods(clock.today(account.timezone if account else actor.timezone))
    return render("reviews/index.html", fragment="reviews", status=status, **page)


def _sees_making(account: Account | None) -> bool:
    """Whether the list says how far the worker is: the first page of all accounts, for staff."""
    paged = "after" in request.args or "before" in request.args
    return current_actor().is_staff and account is None and not paged


def _cursor() -> Cursor:
    day = cast(type[Any], date.fromisoformat)
    return cursor_from(request.args.get("after"), request.args.get("before"), day, int)


def _blank(account: Account | None) -> OrderReviewForm:
    """The form to order by, filled with what is known of the account or of who asks."""
    if account is None:
        return OrderReviewForm(language=current_actor().language)
    return OrderReviewForm(account=account.ref, language=account.language)


@bp.post("", gate=allowed(policy.may_order_reviews))
def order() -> Any:
    """Order a review; one that is there already, or being made, is shown instead."""
    form = OrderReviewForm(request.form)
    account = _account(form) if form.validate() else None
    if account is None:
        return index(form, status=422)
    try:
        period = Period.parse(form.period.data or "")
        review = operations.order_review(account, period, form.language.data, by=current_actor())
    except PeriodRefused as refused:
        form.period.errors = [str(refused)]
        return index(form, status=422)
    return redirect(url_for("reviews.show", review=review.ref), 303)


@bp.get("/<review>", gate=one(Review, policy.may_read))
def show(review: Review) -> Response:
    """The review: where it stands, what it says, what both sides may do with it."""
    found = around.around(current_actor(), review)
    page = _page(review, found)
    openings.note_again(review, found.opened_at, by=current_actor())
    return page


def page_of(review: Review, status: int = 200, **more: Any) -> Response:
    """The review's page, with forms as they were sent and what was told."""
    return _page(review, around.around(current_actor(), review), status, **more)


def _page(review: Review, found: Around, status: int = 200, **more: Any) -> Response:
    actor = current_actor()
    page: dict[str, Any] = {"review": review, "account": queries.account_of(actor, review)}
    page |= {**vars(found), "stages": stages(review, found.steps), "parts": PARTS}
    if review.stage == Stage.PLANNED:
        page["by_itself"] = page["account"].status == AccountStatus.ACTIVE
        page["by_itself"] &= queries.comes_by_itself(review)
    if policy.may_write(actor, review):
        page["offered"] = [*found.offered, *participants.team(actor, page["account"])]
        page["participant_form"] = ParticipantForm()
        page["nobody_reads"] = _nobody_reads(review, found)
    page |= {**described(review), **_forms(review, found.participants), **more}
    return render("reviews/show.html", fragment="review", status=status, **page)


def _nobody_reads(review: Review, found: Around) -> bool:
    """Whether nobody of the client could read it once it is issued."""
    reading = participants.who_can_acknowledge(found.participants)
    return not (found.sponsored or "contact" in review.shared_with or reading)


def _forms(review: Review, listed: Sequence[Participant]) -> dict[str, Any]:
    return {
        "dispute_form": DisputeForm(about=request.args.get("about"), added=review.added_figures),
        "acknowledgement": AcknowledgementForm(),
        "reason_form": ReasonForm(),
        "meeting_form": MeetingForm(data={"at": _wall(review), "place": review.meeting_place}),
        "sharing_form": _sharing(review, listed),
        "figures_form": FiguresForm(data={"figures": list(review.added_figures)}),
        "called": called,
        "quotable": quoting.has_voice(review),
    }


def _sharing(review: Review, listed: Sequence[Participant]) -> SharingForm:
    asked = str(review.acknowledging_id or review.acknowledged_by)
    shared = {"roles": list(review.shared_with), "acknowledged_by": asked}
    return SharingForm(data=shared, people=participants.who_can_acknowledge(listed))


def _wall(review: Review) -> datetime | None:
    """The meeting's time where the account is, as a form holds it."""
    if review.meeting_at is None:
        return None
    return review.meeting_at.astimezone(ZoneInfo(review.timezone)).replace(tzinfo=None)


def stages(review: Review, steps: Sequence[Step]) -> list[tuple[str, Step | None]]:
    """The stages this review passes, each with the step by which it was reached last."""
    reached = {step.stage: step for step in steps}
    order = list(Stage)[1:] if review.approval or Stage.APPROVED in reached else DIRECT
    here = order.index(Stage(review.stage)) if review.stage in order else -1
    return [
        (stage, reached.get(stage) if place <= here else None) for place, stage in enumerate(order)
    ]


def described(review: Review) -> dict[str, Any]:
    """What the review is called and how far it is, in words."""
    return {
        "title": name_of(review.period),
        "last_day": Period.parse(review.period).last_day,
        "step": _("Reading the figures") if review.progress < 50 else _("Laying out the pages"),
        "reason": pdf.reason(review.error) if review.error else "",
        "under_way": review.state in (ReviewState.QUEUED, ReviewState.BUILDING)
        and review.stage != Stage.PLANNED,
    }


@bp.get("/<review>.pdf", gate=one(Review, policy.may_read))
def document(review: Review) -> Response:
    """The file in the reader's language where there is one: in our own frame, or taken away with `?download=1`."""
    actor = current_actor()
    file = queries.file_in(actor, review, language_for(review))
    if file is None or not path_of(file).is_file():
        abort(404)
    openings.note_opening(review, by=actor)
    if "download" not in request.args:
        return _sent(file, taken=False)
    operations.note_download(review, by=actor)
    return _sent(file, taken=True)


def language_for(review: Review) -> str:
    """The one that is asked for, else the reader's; of another that reviews are not written in, the review's own."""
    asked = request.args.get("lang") or current_actor().language
    return asked if asked in documents.languages() else review.language


def _sent(file: StoredFile, *, taken: bool) -> Response:
    response = send_file(
        path_of(file),
        "application/pdf",
        as_attachment=taken,
        download_name=file.name,
        etag=False,
        conditional=False,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Portal-Frame"] = "'self'"
    return response


@bp.post("/<review>/renewal", gate=one(Review, policy.may_order_again))
def renew(review: Review) -> Any:
    """Have it made again, with the figures as of now."""
    account = queries.account_of(current_actor(), review)
    period = Period.parse(review.period)
    try:
        operations.order_review(account, period, review.language, by=current_actor(), anew=True)
    except PeriodRefused as refused:
        abort(422, str(refused))
    except NotNow as refused:
        return page_of(review, 409, refusal=sentence(refused.why))
    if wants_fragment():
        return show(review)
    return redirect(url_for("reviews.show", review=review.ref), 303)


def name_of(code: str) -> str:
    """A period in the reader's words."""
    return Period.parse(code).name(reader_locale())


def _account(form: OrderReviewForm) -> Account | None:
    """The account the form names, if the actor may order its reviews; else a fault at the field."""
    account = queries.account_by_ref(current_actor(), (form.account.data or "").strip())
    if account is not None and policy.may_order(current_actor(), account):
        return account
    form.account.errors = [_("There is no account of yours with this reference.")]
    return None
