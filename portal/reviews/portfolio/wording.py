"""The sentences of a portfolio review, chosen from its figures; in the present language."""

from portal.insights.standings import promises
from portal.reviews.figures import ENOUGH
from portal.reviews.phrasing import Say, plain
from portal.reviews.portfolio.attention import why
from portal.reviews.portfolio.cells import balance
from portal.reviews.portfolio.facts import Entry, Portfolio
from portal.reviews.portfolio.summary import ahead
from portal.reviews.words import gettext as _
from portal.reviews.words import ngettext
from portal.web import filters

FIRST = 6


def scope(portfolio: Portfolio) -> str:
    """Whose accounts."""
    return plain(portfolio.manager, 120) or _("All accounts")


def kind(months: int) -> str:
    """Monthly, quarterly or yearly."""
    return {
        1: _("Monthly portfolio review"),
        3: _("Quarterly portfolio review"),
        12: _("Annual portfolio review"),
    }[months]


def verdict(portfolio: Portfolio, say: Say) -> str:
    """The page's headline: how many accounts need attention, how the backlog moved, how many promises were kept."""
    if not portfolio.entries:
        return _("No account belongs to this review.")
    return " ".join(one for one in (needing(portfolio, say), moved(portfolio, say)) if one)


def needing(portfolio: Portfolio, say: Say) -> str:
    """How many accounts need attention."""
    n, whole = len(portfolio.attention), say.count(len(portfolio.entries))
    if not n:
        return _("None of %(whole)s accounts needs attention.", whole=whole)
    return ngettext(
        "%(count)s of %(whole)s accounts needs attention.",
        "%(count)s of %(whole)s accounts need attention.",
        n,
        count=say.count(n),
        whole=whole,
    )


def moved(portfolio: Portfolio, say: Say) -> str:
    """How the backlog moved."""
    five = portfolio.figures["F5"]
    start, end = say.count(five["start"]), say.count(five["end"])
    if five["end"] < five["start"]:
        return _("The backlog shrank from %(start)s to %(end)s.", start=start, end=end)
    if five["end"] > five["start"]:
        return _("The backlog grew from %(start)s to %(end)s.", start=start, end=end)
    return _("The backlog stayed at %(end)s.", end=end)


def kept(portfolio: Portfolio, say: Say) -> str:
    """How many promises were kept, against the period before where both hold enough."""
    part, whole = promises(portfolio.now)
    old, before = promises(portfolio.before)
    if not whole:
        return _("No promise was decided in this period.")
    told = _(
        "%(part)s of %(whole)s promises were kept.", part=say.count(part), whole=say.count(whole)
    )
    if min(whole, before) < ENOUGH:
        return told
    more = _(
        "In the period before it was %(old)s of %(before)s.",
        old=say.count(old),
        before=say.count(before),
    )
    return f"{told} {more}"


def voices(portfolio: Portfolio, say: Say) -> str:
    """Satisfaction and NPS with how many answered."""
    csat, cells = portfolio.figures["F18"], balance(portfolio.figures["F20"], say)
    told = []
    if csat["denominator"]:
        told.append(
            _(
                "%(part)s of %(whole)s ratings of cases were good (%(share)s).",
                part=say.count(csat["numerator"]),
                whole=say.count(csat["denominator"]),
                share=say.percent(csat["value"]),
            )
        )
    if cells["F20_n"].value:
        told.append(
            _(
                "NPS is %(value)s from %(n)s answers.",
                value=cells["F20"].text,
                n=cells["F20_n"].text,
            )
        )
    return " ".join(told) or _("Nobody answered a survey in this period.")


def stays(portfolio: Portfolio, say: Say) -> str:
    """Who stays and at what value: F21 to F23."""
    logos, gross, net = (portfolio.figures[name] for name in ("F21", "F22", "F23"))
    if not logos["denominator"]:
        return _("No contract was in force at the start of the period.")
    told = _(
        "%(part)s of %(whole)s accounts with a contract at the start still have one (%(share)s).",
        part=say.count(logos["numerator"]),
        whole=say.count(logos["denominator"]),
        share=say.percent(logos["value"]),
    )
    if not gross["denominator"]:
        no_sum = _("Their values have no sum: several currencies, or values nobody knows.")
        return f"{told} {no_sum}"
    value = _(
        "Of their yearly value %(gross)s stayed, %(net)s with what grew.",
        gross=say.percent(gross["value"]),
        net=say.percent(net["value"]),
    )
    return f"{told} {value}"


def coming_up(portfolio: Portfolio, say: Say) -> str:
    """Which contracts have a date in the next 90 days, with their value."""
    n, value, currency = ahead(portfolio)
    if not n:
        return _("No contract renews, ends or can be given notice of in the next 90 days.")
    told = ngettext(
        "%(count)s contract renews, ends or can be given notice of in the next 90 days",
        "%(count)s contracts renew, end or can be given notice of in the next 90 days",
        n,
        count=say.count(n),
    )
    if value is None:
        return f"{told}."
    return _(
        "%(told)s: %(value)s a year.", told=told, value=filters.money(value, currency, whole=True)
    )


def missed(portfolio: Portfolio, say: Say) -> str:
    """How many promises were missed, and for how many the cause is known."""
    n = len(portfolio.misses)
    if not n:
        return _("No promise was missed in this period.")
    told = sum(bool(one.cause.strip()) for one in portfolio.misses)
    return ngettext(
        "%(count)s promise was missed; a cause is noted for %(told)s.",
        "%(count)s promises were missed; a cause is noted for %(told)s.",
        n,
        count=say.count(n),
        told=say.count(told),
    )


def load(portfolio: Portfolio, say: Say) -> str:
    """How much lies open on how many desks."""
    open_now = sum(one.work.open for one in portfolio.desks)
    overdue = sum(one.work.overdue for one in portfolio.desks)
    people = sum(bool(one.work.open) for one in portfolio.desks)
    if not open_now:
        return _("Nothing lies open on anybody’s desk.")
    return _(
        "%(cases)s %(people)s, %(overdue)s overdue.",
        cases=ngettext(
            "%(open)s open case", "%(open)s open cases", open_now, open=say.count(open_now)
        ),
        people=ngettext(
            "with %(people)s person", "with %(people)s people", people, people=say.count(people)
        ),
        overdue=say.count(overdue),
    )


def first(portfolio: Portfolio, say: Say) -> list[tuple[str, str]]:
    """The accounts that need attention first, each with why."""
    return [
        (plain(one.account.name, 60), reasons_of(one, say)) for one in portfolio.attention[:FIRST]
    ]


def reasons_of(one: Entry, say: Say) -> str:
    """Why an account is looked at, on one line; empty where nothing speaks for it."""
    told = "; ".join(why(one.standing, reason, one.ending, say) for reason in one.reasons)
    return f"{told[:1].upper()}{told[1:].rstrip('.')}." if told else ""
