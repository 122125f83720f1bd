"""What comes round is ordered once for each span of time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import db
from portal.jobs import schedule
from portal.jobs.models import Job


@pytest.fixture
def hourly(app):
    with app.app_context():
        schedule.wire({"hourly": timedelta(hours=1)})
        yield


def keys():
    db.session.rollback()
    return db.session.scalars(select(Job.unique_key).order_by(Job.id)).all()


@pytest.mark.proves("P6")
def test_several_workers_order_one_job_for_each_turn(hourly, now):
    schedule.order_due()
    schedule.order_due()
    schedule.wire({"hourly": timedelta(hours=1)})
    schedule.order_due()
    assert len(keys()) == 1
    now.shift(3599)
    schedule.order_due()
    assert len(keys()) == 1
    now.shift(1)
    schedule.order_due()
    assert len(keys()) == 2
