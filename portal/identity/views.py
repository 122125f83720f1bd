"""Signing in and out, setting passwords, one's own page."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import force_locale

from portal.actor import current_actor
from portal.identity import login as door
from portal.identity import operations, preferences, sessions, tokens
from portal.identity.forms import (
    ChangePasswordForm,
    ChoicesForm,
    ForgotForm,
    LogInForm,
    NewPasswordForm,
    PreferencesForm,
)
from portal.identity.models import LoginSession
from portal.identity.passwords import SHORTEST
from portal.identity.peer import peer
from portal.identity.refusals import REFUSALS, explain
from portal.identity.tokens import BadToken
from portal.web.gate import one, public, signed_in
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.security import came_from, own_path
from portal.web.words import gettext as _

bp = Routes("identity", __name__)


@bp.get("/login", gate=public)
def login(form: LogInForm | None = None, status: int = 200) -> Any:
    """The log-in page; whoever is signed in goes on at once."""
    if form is None and current_actor().signed_in:
        return redirect(own_path(request.args.get("next")))
    form = form or LogInForm(next=own_path(request.args.get("next"), ""))
    ended = status == 200 and door.present_token() is not None
    return render("identity/login.html", status=status, form=form, ended=ended)


@bp.post("/login", gate=public)
def sign_in() -> Any:
    """Sign in and go where one was going."""
    form = LogInForm(request.form)
    if not form.validate():
        return login(form, 422)
    typed = form.email.data or "", form.password.data or ""
    try:
        done = operations.sign_in(*typed, peer=peer(), replaces=door.present_token())
    except REFUSALS as refusal:
        return login(form, explain(form, refusal))
    door.enter(done.token)
    response = redirect(own_path(form.next.data), 303)
    preferences.remember(response, language=done.user.language, theme=done.user.theme)
    return response


@bp.post("/logout", gate=signed_in)
def logout() -> Any:
    """End this browser's session."""
    token = door.present_token()
    operations.sign_out(token or "", by=current_actor())
    door.leave()
    return redirect(url_for("identity.login"), 303)


@bp.get("/password/forgot", gate=public)
def forgot(form: ForgotForm | None = None, status: int = 200) -> Response:
    """Where a reset link is asked for."""
    sent = status == 200 and "sent" in request.args
    return render("identity/forgot.html", status=status, form=form or ForgotForm(), sent=sent)


@bp.post("/password/forgot", gate=public)
def ask_reset() -> Any:
    """Order a reset link; the answer is the same for every address."""
    form = ForgotForm(request.form)
    if not form.validate():
        return forgot(form, 422)
    try:
        operations.ask_reset(form.email.data or "", peer=peer())
    except REFUSALS as refusal:
        return forgot(form, explain(form, refusal, tried="email"))
    return redirect(url_for("identity.forgot", sent=1), 303)


@bp.get("/password/", gate=public)
def no_token() -> Response:
    """A link that lost its end."""
    return _bad_link()


@bp.get("/password/<token>", gate=public)
def new_password(token: str, form: NewPasswordForm | None = None, status: int = 200) -> Response:
    """Where a one-time link leads; looking at it uses nothing up."""
    try:
        user = tokens.holder(token)
    except BadToken:
        return _bad_link()
    page: dict[str, Any] = {
        "form": form or NewPasswordForm(),
        "token": token,
        "email": user.email,
        "shortest": SHORTEST,
    }
    return render("identity/new_password.html", status=status, **page)


@bp.post("/password/<token>", gate=public)
def set_password(token: str) -> Any:
    """Set the password and use the link up; signing in comes after."""
    form = NewPasswordForm(request.form)
    if not form.validate():
        return new_password(token, form, 422)
    try:
        operations.set_password(token, form.password.data or "")
    except BadToken:
        return _bad_link()
    except REFUSALS as refusal:
        return new_password(token, form, explain(form, refusal))
    door.leave()
    flash(_("The password is set. Sign in with it now."), "ok")
    return redirect(url_for("identity.login"), 303)


@bp.get("/me", gate=signed_in)
def me(
    choices: PreferencesForm | None = None,
    change: ChangePasswordForm | None = None,
    status: int = 200,
) -> Response:
    """One's own page: preferences, password, where one is signed in."""
    actor, user = current_actor(), door.present_user()
    page: dict[str, Any] = {
        "sessions": sessions.live_of(user.id, is_staff=actor.is_staff),
        "present": door.present_session_id(),
        "choices": choices or PreferencesForm(obj=user),
        "change": change or ChangePasswordForm(),
    }
    return render("identity/me.html", status=status, person=user, shortest=SHORTEST, **page)


@bp.post("/me/preferences", gate=signed_in)
def keep_preferences() -> Any:
    """Keep all of one's own choices."""
    form = PreferencesForm(request.form)
    if not form.validate():
        return me(choices=form, status=422)
    language, theme = form.language.data, form.theme.data
    operations.change_preferences(
        door.present_user(), language=language, theme=theme, timezone=form.timezone.data
    )
    with force_locale(language):
        flash(_("Your preferences are kept."), "ok")
    response = redirect(url_for("identity.me"), 303)
    preferences.remember(response, language=language, theme=theme)
    return response


@bp.post("/preferences", gate=public)
def choose() -> Any:
    """Language or theme from the foot of any page, signed in or not."""
    form = ChoicesForm(request.form)
    response = redirect(own_path(form.next.data or came_from()), 303)
    if not form.validate():
        return response
    if current_actor().signed_in:
        operations.change_preferences(
            door.present_user(), language=form.language.data, theme=form.theme.data
        )
    preferences.remember(response, language=form.language.data, theme=form.theme.data)
    return response


@bp.post("/me/password", gate=signed_in)
def change_password() -> Any:
    """Change one's password; every other session ends."""
    form, user = ChangePasswordForm(request.form), door.present_user()
    if not form.validate():
        return me(change=form, status=422)
    old, new = form.old.data or "", form.password.data or ""
    try:
        token = operations.change_password(user, old, new, by=current_actor(), peer=peer())
    except REFUSALS as refusal:
        return me(change=form, status=explain(form, refusal, tried="old"))
    door.enter(token)
    flash(_("The password is changed. Other devices were signed out."), "ok")
    return redirect(url_for("identity.me"), 303)


@bp.post("/me/sessions/<session>/end", gate=one(LoginSession, name="session"))
def end_session(session: LoginSession) -> Any:
    """Sign out another device."""
    operations.end_session(session, by=current_actor())
    flash(_("That device is signed out."), "ok")
    return redirect(url_for("identity.me"), 303)


def _bad_link() -> Response:
    """One answer for every link that gives no right (T15)."""
    return render("identity/bad_link.html", status=404)
