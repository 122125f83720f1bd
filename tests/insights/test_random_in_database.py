"""Random histories as rows: their figures are those of the case files, and the months add up to the quarter."""

import itertools
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from portal.actor import SYSTEM
from portal.db import db
from portal.insights.around import quarter
from portal.insights.case_book import book
from portal.insights.case_tables import Files
from portal.insights.figures import figures_of
from portal.insights.queries import figures_for
from portal.sla import agreements
from portal.sla.calendars import WEEKDAYS
from portal.sla.case_files import instant
from portal.sla.walls import midnight
from tests.insights.case_loading import differences, load
from tests.insights.case_rows import (
    AGREED,
    DAY,
    LATEST,
    MONTHS,
    OFFICE,
    OFFICE_HOURS,
    ROME,
    TERMS,
    folder,
    report,
    written,
)
from tests.insights.test_book import additive

SEEDS = range(8)
DATES = [date(2026, month, 1) for month in (1, 2, 3, 4)]
FAMILIES = {
    ("north", False): {"north"},
    ("north", True): {"north", "north-a"},
    ("south", False): {"south"},
    (None, True): {"north", "north-a", "south"},
}
WITHOUT = ("pause_start", "pause_end", "transfer", "merged")
META = {
    "calendars": {
        "office": OFFICE_HOURS,
        "always": {
            "tz": "UTC",
            "versions": [{"weekly": {day: [["00:00", "24:00"]] for day in WEEKDAYS}}],
        },
    },
    "agreements": {
        account: {
            priority: {
                "calendar": "office" if terms.clock is OFFICE else "always",
                "response_seconds": terms.response,
                "next_response_seconds": terms.next_response,
                "resolution_seconds": terms.resolution,
            }
            for priority, terms in AGREED.items()
        }
        for account in TERMS
    },
}


def tidied(files):
    """The same folder as far as our tables can hold it: nothing late, one thing after the other, each in its account."""
    opened = {row["case_id"]: instant(row["opened_at"]) for row in files.cases}
    home = {row["case_id"]: row["account_id"] for row in files.cases}
    return Files(
        accounts=files.accounts,
        cases=[_case(row) for row in files.cases],
        events=list(_one_by_one(files.events, opened, home)),
        surveys=[_survey(row, opened) for row in files.surveys],
        links=_once(row for row in files.links if home[row["case_id"]] == home[row["of_case_id"]]),
        persons=files.persons,
        team=[{**row, "from": _day(row["from"]), "to": _day(row["to"])} for row in files.team],
        contracts=files.contracts,
    )


def _case(row):
    who = _at_home(row["opened_by"], row["account_id"])
    return {**row, "recorded_at": row["opened_at"], "opened_by": who}


def _at_home(person, account):
    """A person of the case's own account in place of any."""
    return account + person[-3:]


def _one_by_one(events, opened, home):
    last = dict(opened)
    for row in events:
        if row["type"] not in WITHOUT:
            at = last[row["case_id"]] = max(instant(row["occurred_at"]), last[row["case_id"]] + 1)
            who, account = row["person_id"], home[row["case_id"]]
            named = _at_home(who, account) if row["side"] == "client" and who else who
            yield {
                **row,
                "occurred_at": written(at),
                "recorded_at": written(at),
                "person_id": named,
            }


def _survey(row, opened):
    asked = instant(row["invited_at"])
    about = row["case_id"] if opened.get(row["case_id"], asked + 1) <= asked else ""
    wave = quarter(asked, ROME) if row["kind"] == "nps" else ""
    return {**row, "delivered": "1", "case_id": about, "wave": wave}


def _once(links):
    """A case is linked to another one once."""
    return list({(row["case_id"], row["of_case_id"]): row for row in links}.values())


def _day(text):
    return (
        written(midnight(datetime.fromisoformat(text).astimezone(ROME).date(), ROME))
        if text
        else ""
    )


@pytest.fixture
def random_rows(session, now):
    """One folder after the other, each alone in the database."""
    now.move_to(datetime.fromtimestamp(LATEST + 90 * DAY, UTC))

    def each():
        for seed in SEEDS:
            agreements.forget()
            with db.session.begin_nested() as nested:
                files = tidied(folder(seed))
                yield SimpleNamespace(files=files, rows=load(files, META, "Europe/Rome"))
                nested.rollback()
        agreements.forget()

    return each()


def asked(one, name, children, days, known):
    account = one.rows.account[name]
    as_of = datetime.fromtimestamp(known, UTC)
    return figures_for(SYSTEM, account, days, as_of=as_of, children=children)


def test_the_figures_are_those_of_the_case_files(random_rows):
    for seed, one in zip(SEEDS, random_rows, strict=True):
        for (name, children), names in FAMILIES.items():
            for known in (MONTHS[-1], LATEST):
                got = asked(one, name, children, (DATES[0], DATES[-1]), known)
                pure = report(MONTHS[0], MONTHS[-1], known, frozenset(names))
                want = figures_of(pure, book(one.files, known))
                assert list(differences(want, got)) == [], (seed, name, known)


def test_three_months_add_up_to_the_quarter(random_rows):
    for seed, one in zip(SEEDS, random_rows, strict=True):
        for name, children in FAMILIES:
            quarters = asked(one, name, children, (DATES[0], DATES[-1]), LATEST)
            sums, misses = {}, []
            for days in itertools.pairwise(DATES):
                month = asked(one, name, children, days, LATEST)
                misses += month["misses"]
                for key, number in additive(month):
                    sums[key] = sums.get(key, 0) + number
            assert sums == dict(additive(quarters)), (seed, name)
            assert misses == quarters["misses"]
