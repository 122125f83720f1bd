"""How good the forecasts of misses were: what was said, and what came; for staff alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, request
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.actor import Actor, current_actor
from portal.db import db, through
from portal.insights.lines import Aim, aims
from portal.insights.shapes import TONES, Chart
from portal.sla import policy
from portal.sla.calibration import FEWEST_JUDGED, Calibration, Tally
from portal.sla.models import ForecastTally
from portal.web.filters import number, percent
from portal.web.gate import allowed
from portal.web.render import render
from portal.web.routes import Routes
from portal.web.words import gettext as _

bp = Routes("forecast", __name__)
MONTHS = 12
CLOSE = 0.005
"""Scores that differ by less are the same to a reader."""


@dataclass(frozen=True)
class Line:
    """One tenth in the table: from and to which chance, in percent, and what came of it."""

    tenth: int
    tally: Tally

    @property
    def name(self) -> str:
        """The tenth in words."""
        low = 10 * self.tenth
        return _("%(low)s to %(high)s", low=number(low), high=percent(low + 10, 0))

    @property
    def enough(self) -> bool:
        """Whether its share says anything."""
        return self.tally.n >= FEWEST_JUDGED

    @property
    def share(self) -> float:
        """How many percent of its promises were missed."""
        return 100 * self.tally.missed / max(1, self.tally.n)

    @property
    def chance(self) -> float:
        """What was said of them on average, in percent."""
        return 100 * self.tally.expected / max(1, self.tally.n)


@bp.get("/insights/forecast", gate=allowed(policy.may_see_forecasts, hidden=True))
def show() -> Response:
    """Chances given in the last twelve months beside what came of them, for all accounts in reach or one."""
    actor = current_actor()
    account = _chosen(actor)
    found = _calibration(actor, account)
    return render("workspace/forecast.html", account=account, **_told(found))


def _told(found: Calibration) -> dict[str, Any]:
    """What the page says."""
    lines = [Line(tenth, one) for tenth, one in sorted(found.tenths.items())]
    return {
        "lines": lines,
        "whole": found.whole,
        "enough": found.enough,
        "fewest": FEWEST_JUDGED,
        "sentence": _sentence(lines),
        "verdict": _verdict(found),
        "brier": found.brier,
        "base_brier": found.base_brier,
        "chart": _chart(lines) if found.enough else None,
        "tones": TONES,
    }


def _chosen(actor: Actor) -> Account | None:
    """The account that the address names, if the reader sees it."""
    ref = request.args.get("account")
    if not ref:
        return None
    return db.session.scalar(Account.visible_to(actor).where(Account.ref == ref)) or abort(404)


def _calibration(actor: Actor, account: Account | None) -> Calibration:
    """Sums over the accounts in reach; one statement."""
    columns: tuple[Any, ...] = (
        *(func.sum(ForecastTally.n), func.sum(ForecastTally.missed)),
        *(func.sum(ForecastTally.chance), func.sum(ForecastTally.score)),
        func.sum(ForecastTally.base_score),
    )
    statement = select(ForecastTally.tenth, *columns).where(ForecastTally.month >= _since())
    if account is not None:
        statement = statement.where(ForecastTally.account_id == account.id)
    rows = db.session.execute(
        through(statement.group_by(ForecastTally.tenth), ForecastTally, actor)
    )
    return Calibration({row[0]: Tally(*map(int, row[1:])) for row in rows})


def _since() -> date:
    today = clock.now().date()
    return date(today.year - 1, today.month, 1)


def _sentence(lines: list[Line]) -> str:
    """The tenth with most promises, told plainly; nothing while there are too few."""
    most = max(lines, key=lambda line: line.tally.n, default=None)
    if most is None or not most.enough:
        return ""
    told: Mapping[str, Any] = {
        "n": number(most.tally.n),
        "tenth": most.name,
        "missed": number(most.tally.missed),
        "expected": number(most.tally.expected, 0),
    }
    return _(
        "Of %(n)s promises to which we gave %(tenth)s, %(missed)s were missed; "
        "%(expected)s were to be expected.",
        **told,
    )


def _verdict(found: Calibration) -> str:
    if not found.enough:
        return ""
    better = found.base_brier - found.brier
    if better > CLOSE:
        return _("The forecasts came closer than always saying each account’s own rate.")
    if better < -CLOSE:
        return _("Always saying each account’s own rate would have come closer. Trust the rate.")
    return _("The forecasts came as close as always saying each account’s own rate, no closer.")


def _chart(lines: list[Line]) -> Chart:
    known = [line for line in lines if line.enough]
    title = "; ".join(
        _(
            "%(tenth)s: %(share)s missed of %(n)s",
            tenth=line.name,
            share=percent(line.share, 0),
            n=number(line.tally.n),
        )
        for line in known
    )
    points = [Aim(line.chance, line.share, number(line.tally.n)) for line in known]
    return aims(points, (title, _("what we said"), _("what was missed")))
