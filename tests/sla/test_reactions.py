"""Holidays of years to come are written down by themselves, once, and past ones are left alone."""

import pytest
from sqlalchemy import select

from portal.db import db
from portal.sla.models import CalendarDay
from portal.sla.reactions import write_holidays
from tests import factories


def days(calendar):
    wanted = select(CalendarDay.day).where(CalendarDay.calendar_id == calendar.id)
    return db.session.scalars(wanted.order_by(CalendarDay.day)).all()


@pytest.mark.proves("P6")
def test_each_year_is_written_once_and_only_ahead(session, now):
    porto = factories.make_calendar("Porto", country="PT")
    nowhere = factories.make_calendar("Round the clock")
    write_holidays({})
    written = days(porto)
    assert written[0].isoformat() == "2026-04-03"
    assert {day.year for day in written} == {2026, 2027, 2028}
    revision = porto.revision
    write_holidays({})
    assert (days(porto), porto.revision) == (written, revision)
    now.move_to("2027-01-02T09:00:00+00:00")
    write_holidays({})
    assert days(porto)[: len(written)] == written
    assert {day.year for day in days(porto)} == {2026, 2027, 2028, 2029}
    assert days(nowhere) == []


def test_a_country_nobody_knows_is_passed_over(session):
    factories.make_calendar("Atlantis", country="XX")
    porto = factories.make_calendar("Porto", country="PT")
    write_holidays({})
    assert days(porto)
