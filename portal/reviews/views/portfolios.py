"""Portfolio reviews for the provider's own: the list, ordering one, its page and its files."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, redirect, request, send_file, url_for

from portal import clock
from portal.accounts.keyset import cursor_from
from portal.actor import current_actor
from portal.files.storing import place_of
from portal.reviews import pdf, policy
from portal.reviews.forms import OrderPortfolioForm, past_periods
from portal.reviews.models import ReviewState
from portal.reviews.periods import Period, PeriodRefused
from portal.reviews.portfolio import ordering
from portal.reviews.portfolio.models import PortfolioReview
from portal.reviews.views.blueprint import bp
from portal.reviews.views.reviews import name_of
from portal.reviews.words import gettext as _
from portal.web.gate import allowed, one
from portal.web.render import render, wants_fragment

readable = one(PortfolioReview, policy.may_read_portfolio, name="portfolio", hidden=True)
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/portfolio", gate=allowed(policy.may_review_portfolio))
def portfolios(form: OrderPortfolioForm | None = None, status: int = 200) -> Response:
    """Those that were made, the latest first, and the form to order one."""
    actor = current_actor()
    cursor = cursor_from(request.args.get("after"), request.args.get("before"), int)
    page: dict[str, Any] = {"found": ordering.listed(actor, cursor), "name_of": name_of}
    page["form"] = form or OrderPortfolioForm(language=actor.language)
    page["periods"] = past_periods(clock.today(actor.timezone))
    page["managers"] = ordering.managers(actor) if actor.has("executive") else None
    return render("reviews/portfolios.html", fragment="portfolios", status=status, **page)


@bp.post("/portfolio", gate=allowed(policy.may_review_portfolio))
def order_portfolio() -> Any:
    """Order one; the same that is being made is shown instead."""
    form, actor = OrderPortfolioForm(request.form), current_actor()
    manager_id, as_of = (_manager_id(form), _as_of(form)) if form.validate() else (None, None)
    if form.errors:
        return portfolios(form, status=422)
    try:
        period = Period.parse(form.period.data or "")
        order = ordering.Wanted(period, manager_id, form.language.data, as_of)
        review = ordering.order(order, by=actor)
    except PeriodRefused as refused:
        form.period.errors = [str(refused)]
        return portfolios(form, status=422)
    return redirect(url_for("reviews.portfolio", portfolio=review.ref), 303)


def _manager_id(form: OrderPortfolioForm) -> int | None:
    """Whose accounts: an executive's choice, or a fault at the field; a manager's own."""
    actor, email = current_actor(), (form.manager.data or "").strip()
    if not actor.has("executive"):
        return actor.user_id
    manager = ordering.manager_called(actor, email) if email else None
    if email and manager is None:
        form.manager.errors = [_("Nobody with this address answers for an account.")]
    return manager.id if manager else None


def _as_of(form: OrderPortfolioForm) -> datetime | None:
    """The instant that the orderer's own clock shows so, or a fault at the field if it is still to come."""
    zone, typed = ZoneInfo(current_actor().timezone), form.as_of.data
    as_of = typed.replace(tzinfo=zone).astimezone(UTC) if typed else None
    if as_of is not None and as_of > clock.now():
        form.as_of.errors = [_("This moment lies ahead.")]
    return as_of


@bp.get("/portfolio/<portfolio>", gate=readable)
def portfolio(portfolio: PortfolioReview) -> Response:
    """How far it is, and its files."""
    return _page_of(portfolio)


def _page_of(review: PortfolioReview) -> Response:
    manager, by = ordering.people_of(review)
    waiting = review.state in (ReviewState.QUEUED, ReviewState.BUILDING)
    page: dict[str, Any] = {"review": review, "manager": manager, "by": by}
    page |= {"title": name_of(review.period), "under_way": waiting}
    page["reason"] = pdf.reason(review.error) if review.error else ""
    return render("reviews/portfolio.html", fragment="portfolio", **page)


@bp.post("/portfolio/<portfolio>/renewal", gate=readable)
def renew_portfolio(portfolio: PortfolioReview) -> Any:
    """Have one that failed made again."""
    if portfolio.state == ReviewState.FAILED:
        ordering.queue(portfolio, by=current_actor())
    if wants_fragment():
        return _page_of(portfolio)
    return redirect(url_for("reviews.portfolio", portfolio=portfolio.ref), 303)


@bp.get("/portfolio/<portfolio>.pdf", gate=readable)
def portfolio_pdf(portfolio: PortfolioReview) -> Response:
    """The document: in our own frame, or taken away with `?download=1`."""
    return _sent(portfolio, portfolio.pdf_key, "pdf", taken="download" in request.args)


@bp.get("/portfolio/<portfolio>.xlsx", gate=readable)
def portfolio_xlsx(portfolio: PortfolioReview) -> Response:
    """The same as a workbook, taken away."""
    return _sent(portfolio, portfolio.xlsx_key, "xlsx", taken=True)


def _sent(review: PortfolioReview, key: str, form: str, *, taken: bool) -> Response:
    path = place_of(key) if key else None
    if path is None or not path.is_file():
        abort(404)
    name = f"{_('portfolio')}-{review.period}-{review.language}.{form}"
    if taken:
        ordering.note_download(review, form, by=current_actor())
    response = send_file(
        path, TYPES[form], as_attachment=taken, download_name=name, etag=False, conditional=False
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Portal-Frame"] = "'self'"
    return response
