"""The tables of a portfolio review, once for paper, workbook and the rows inside the file; in the present language."""

from collections import defaultdict

from portal.insights.definitions import name_of
from portal.insights.showing import Cell, Table, rated
from portal.insights.sum import ATTAINED
from portal.reviews.phrasing import Say, plain
from portal.reviews.portfolio.cells import (
    NAME,
    cells_of,
    columns,
    count,
    dated,
    money,
    none,
    words,
)
from portal.reviews.portfolio.desks import managers, people
from portal.reviews.portfolio.facts import Miss, Portfolio
from portal.reviews.portfolio.summary import kept_before, summary
from portal.reviews.words import gettext as _
from portal.web import ui

TEXT = 300


def tables(portfolio: Portfolio, say: Say) -> dict[str, Table]:
    """Every table by its name; a name in the first column, cells in the others."""
    made = (
        summary(portfolio, say),
        _accounts(portfolio, say),
        _renewals(portfolio, say),
        _misses(portfolio, say),
        _promises(portfolio, say),
        _causes(portfolio, say),
        managers(portfolio, say),
        people(portfolio, say),
    )
    return {table.name: table for table in made}


def _accounts(portfolio: Portfolio, say: Say) -> Table:
    heads = columns()
    rows = [
        (plain(one.account.name, NAME), list(cells_of(one, say).values()))
        for one in portfolio.entries
    ]
    return Table.of("accounts", _("Accounts"), (_("Account"), *heads.values()), rows)


def _renewals(portfolio: Portfolio, say: Say) -> Table:
    """Contracts with a date in the next 90 days, the soonest first."""
    entries = {one.account.id: one for one in portfolio.entries}
    days = (_("Account"), _("Notice by"), _("Renews"), _("Ends"), _("Yearly value"), _("Currency"))
    heads = (*days, _("Account manager"), name_of("F30"), _("Needs attention"))
    rows = []
    for one in portfolio.endings:
        dates = (one.notice_on, one.renewal_on, one.ends_on)
        entry = entries.get(one.account_id)
        own = cells_of(entry, say) if entry else {}
        more = [own.get(key, none()) for key in ("manager", "health", "attention")]
        worth = [money(one.value, one.currency), words(one.currency)]
        cells = [dated(day) for day in dates]
        rows.append((plain(one.name, NAME), [*cells, *worth, *more]))
    return Table.of("renewals", _("Contracts in the next 90 days"), heads, rows)


def _misses(portfolio: Portfolio, say: Say) -> Table:
    names = {one.account.id: plain(one.account.name, NAME) for one in portfolio.entries}
    heads = (_("Account"), _("Case"), _("Subject"), _("Promise"), _("Missed at"), _("Cause"))
    rows = [(names.get(one.account_id, "–"), _miss(one, say)) for one in portfolio.misses]
    return Table.of("misses", _("Missed promises"), heads, rows)


def _miss(one: Miss, say: Say) -> list[Cell]:
    at = f"{say.short_day(say.local_day(one.at))} {say.clock(one.at)}"
    return [
        words(one.case or _("confidential")),
        words(plain(one.subject, TEXT)),
        words(ui.promise_name(one.target)),
        Cell(one.at.strftime("%Y-%m-%dT%H:%M:%SZ"), at),
        words(cause_of(one)),
    ]


def cause_of(one: Miss) -> str:
    """The cause that was noted, or that none was."""
    return plain(one.cause, TEXT) or _("no cause is recorded")


def _promises(portfolio: Portfolio, say: Say) -> Table:
    heads = (_("Promise"), _("Decided"), _("Kept"), _("Missed"), _("Share kept"), _("Before"))
    rows = []
    for figure, target in ATTAINED.items():
        found = portfolio.figures[figure]
        met, made = found["numerator"], found["denominator"]
        cells = [count(n, say) for n in (made, met, made - met)]
        name = f"{ui.promise_name(target)} ({figure})"
        rows.append((name, [*cells, rated(met, made), kept_before(portfolio.before, figure)]))
    return Table.of("promises", _("Agreed and achieved"), heads, rows)


def _causes(portfolio: Portfolio, say: Say) -> Table:
    """Missed promises by cause, the most frequent first; those without one last."""
    accounts: dict[str, set[int]] = defaultdict(set)
    found: dict[str, int] = defaultdict(int)
    for one in portfolio.misses:
        found[plain(one.cause, TEXT)] += 1
        accounts[plain(one.cause, TEXT)].add(one.account_id)
    ordered = sorted(found.items(), key=lambda item: (not item[0], -item[1], item[0]))
    rows = [
        (
            cause or _("no cause is recorded"),
            [count(n, say), rated(n, len(portfolio.misses)), count(len(accounts[cause]), say)],
        )
        for cause, n in ordered
    ]
    heads = (_("Cause"), _("Missed"), _("Share"), _("Accounts"))
    return Table.of("causes", _("Missed promises by cause"), heads, rows)
