"""The table of all accounts together: each figure, of how many, and in the period before; in the present language."""

from collections.abc import Iterator

from portal.insights.definitions import name_of
from portal.insights.showing import Cell, Table, rated
from portal.insights.standings import promises
from portal.insights.sum import Sum
from portal.reviews.phrasing import Say
from portal.reviews.portfolio.cells import balance, count, lasting, money, none, share_of
from portal.reviews.portfolio.facts import Portfolio
from portal.reviews.words import gettext as _


def summary(portfolio: Portfolio, say: Say) -> Table:
    """All accounts together: value, of how many, and the period before."""
    figures, now, before = portfolio.figures, portfolio.now, portfolio.before
    kept, decided = promises(now)
    old_kept, old_decided = promises(before)
    shares = ("F7", "F8", "F9")
    rows = [
        *_heads(portfolio, say),
        *_flows(portfolio, say),
        (
            _("Promises kept"),
            [rated(kept, decided), count(decided, say)],
            rated(old_kept, old_decided),
        ),
        (
            _("Promises missed"),
            [count(decided - kept, say), none()],
            count(old_decided - old_kept, say),
        ),
        *(
            (
                name_of(name),
                [cell for _key, cell in share_of(name, figures[name], say)],
                kept_before(before, name),
            )
            for name in shares
        ),
        (
            name_of("F6"),
            [lasting(figures["F6"]["p50"], say), count(figures["F6"]["n"], say)],
            lasting(before.ranked("first", 50), say),
        ),
        (name_of("F12"), [cell for _key, cell in share_of("F12", figures["F12"], say)], none()),
        (name_of("F18"), [cell for _key, cell in share_of("F18", figures["F18"], say)], none()),
        (name_of("F20"), list(balance(figures["F20"], say).values()), none()),
        *_worth(portfolio, say),
    ]
    heads = (_("Figure"), _("Value"), _("n"), _("Before"))
    return Table.of(
        "summary", _("All accounts together"), heads, [(n, [*c, b]) for n, c, b in rows]
    )


def kept_before(before: Sum, figure: str) -> Cell:
    """F7, F8 or F9 of the period before."""
    met, missed = before.decided(figure)
    return rated(met, met + missed)


Line = tuple[str, list[Cell], Cell]


def _heads(portfolio: Portfolio, say: Say) -> Iterator[Line]:
    healthy, known = portfolio.healthy
    yield _("Accounts"), [count(len(portfolio.entries), say), none()], none()
    n = len(portfolio.attention)
    yield _("Need attention"), [count(n, say), count(len(portfolio.entries), say)], none()
    yield _("Healthy"), [count(healthy, say), count(known, say)], none()


def _flows(portfolio: Portfolio, say: Say) -> Iterator[Line]:
    five, counts = portfolio.figures["F5"], portfolio.before.counts
    yield _("Open at the start"), [count(five["start"], say), none()], none()
    for figure, name in (("F1", "opened"), ("F3", "reopened"), ("F2", "resolved")):
        yield name_of(figure), [count(five[name], say), none()], count(counts[name], say)
    withdrawn = count(five["cancelled"], say)
    yield _("Withdrawn"), [withdrawn, none()], count(counts["cancelled"], say)
    start = count(five["start"], say)
    yield _("Open at the end"), [count(five["end"], say), none()], start
    old = sum(one.standing.work.old for one in portfolio.entries)
    yield _("Open for more than 30 days"), [count(old, say), count(five["end"], say)], none()
    escalated = sum(one.standing.escalated for one in portfolio.entries)
    yield _("Escalated cases"), [count(escalated, say), none()], none()


def _worth(portfolio: Portfolio, say: Say) -> Iterator[Line]:
    for name in ("F21", "F22", "F23"):
        found = portfolio.figures[name]
        of = count(found["denominator"], say) if name == "F21" else none()
        yield name_of(name), [rated(found["numerator"], found["denominator"]), of], none()
    n, value, currency = ahead(portfolio)
    yield _("Contracts in the next 90 days"), [count(n, say), none()], none()
    yield _("Their yearly value"), [money(value, currency), none()], none()


def ahead(portfolio: Portfolio) -> tuple[int, int | None, str]:
    """How many contracts have a date in the next 90 days, and what they are worth; None in several currencies."""
    found = portfolio.endings
    currencies = {one.currency for one in found if one.value is not None}
    if len(currencies) != 1:
        return len(found), None, ""
    return len(found), sum(one.value or 0 for one in found), currencies.pop()
