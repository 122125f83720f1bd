"""Writing a review beside its pages: what is suggested, what was written, what it looked like before."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, request, url_for

from portal.actor import current_actor
from portal.reviews import documents, operations, policy, queries, texts
from portal.reviews.differing import pieces
from portal.reviews.forms import TextsForm
from portal.reviews.models import Review, ReviewState
from portal.reviews.periods import Period
from portal.reviews.refusals import NotNow, sentence
from portal.reviews.stages import require_draft
from portal.reviews.views.blueprint import back_to, bp
from portal.reviews.views.reviews import name_of
from portal.reviews.words import gettext as _
from portal.reviews.written import PARTS, parts_of
from portal.web.gate import one
from portal.web.render import render
from portal.web.ui import LANGUAGES

SHOWN = 10
"""How many versions of a text stand beside each other."""


@bp.get("/<review>/texts", gate=one(Review, policy.may_write))
def write(review: Review) -> Response:
    """The words of the review in one language, beside its pages."""
    return _page(review)


def _page(
    review: Review, form: TextsForm | None = None, status: int = 200, **more: Any
) -> Response:
    language = _language(review)
    known, newest = texts.standing(review)
    typed: dict[str, Any] = {part: known.get((part, language), "") for part in PARTS}
    page: dict[str, Any] = {"account": queries.account_of(current_actor(), review), **more}
    page["title"] = name_of(review.period)
    page |= {
        "form": form or TextsForm(data={**typed, "seen": newest}),
        "parts": _parts(review),
        "language_of": language,
    }
    page |= {"suggested": _suggested(review, known), "chips": _chips(review, language)}
    page |= {"versions": _versions(review, language), "closed": _closed(review)}
    page["begun"] = {part for part, written_in in known if written_in == language}
    page["ready"] = review.state == ReviewState.READY and review.file_id is not None
    return render("reviews/texts.html", fragment="texts", status=status, review=review, **page)


@bp.post("/<review>/texts", gate=one(Review, policy.may_write))
def save_texts(review: Review) -> Any:
    """Keep what was written and lay the pages out anew."""
    form, actor = TextsForm(request.form), current_actor()
    if not form.validate():
        return _page(review, form, 422)
    typed = {part: form[part].data or "" for part in _parts(review)}
    try:
        changed = texts.write_texts(review, _language(review), typed, seen=form.seen.data, by=actor)
    except NotNow as refused:
        return _page(review, form, 409, refusal=sentence(refused.why))
    except texts.Overtaken as others:
        return _page(review, _anew(review, form), 409, refusal=_overtaken(form, others.parts))
    return back_to(review, _told(review, changed))


def _told(review: Review, changed: bool) -> str:
    """What came of it; pages that are there are laid out anew."""
    if not changed:
        return _("That was so already.")
    if review.state != ReviewState.READY:
        return _("The words are kept.")
    operations.print_again(review, by=current_actor())
    return _("The words are kept; the pages are laid out anew.")


def _anew(review: Review, form: TextsForm) -> TextsForm:
    """The form as it was typed, by one who has seen by now what others wrote."""
    _known, newest = texts.standing(review)
    return TextsForm(data={**form.data, "seen": newest})


def _overtaken(form: TextsForm, parts: Sequence[str]) -> str:
    return _(
        "Somebody has changed this since you opened the page: %(parts)s. What they wrote stands under “Earlier versions”; "
        "saving again puts yours in its place.",
        parts=", ".join(str(form[part].label.text) for part in parts),
    )


def _parts(review: Review) -> tuple[str, ...]:
    """What is written in a review of this length."""
    return parts_of(Period.parse(review.period).length)


def _suggested(review: Review, known: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """What the data says, without the parts of which the pages say what somebody wrote."""
    found = queries.summary_of(review)
    return {part: said for part, said in found.items() if not known.get((part, review.language))}


def _language(review: Review) -> str:
    """The language whose words are written: the review's own unless another is asked for."""
    asked = request.args.get("lang") or review.language
    if asked not in documents.languages():
        abort(404)
    return asked


def _chips(review: Review, current: str) -> list[dict[str, Any]]:
    names = dict(LANGUAGES)
    return [
        {
            "label": str(names[code]),
            "url": url_for("reviews.write", review=review.ref, lang=code),
            "current": code == current,
        }
        for code in documents.languages()
    ]


def _versions(review: Review, language: str) -> dict[str, Any]:
    """Of the part somebody wants to compare, its versions, each with what changed in it; none unless asked for."""
    part = request.args.get("part", "")
    if part not in PARTS:
        return {}
    found = texts.versions(review, part, language, SHOWN + 1)
    older = [*found[1:], None][: len(found)]
    pairs = [
        (one, pieces(was.body if was else "", one.body))
        for one, was in zip(found, older, strict=True)
    ]
    return {part: pairs[:SHOWN]}


def _closed(review: Review) -> str:
    """Why nothing can be written now; empty if it can."""
    try:
        require_draft(review)
    except NotNow as refused:
        return sentence(refused.why)
    return ""
