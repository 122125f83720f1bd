"""Acme with one open case, and how tests of the verbs look at rows and events."""

from datetime import timedelta

from portal import clock
from portal.cases.models import (
    FINISHED,
    Case,
    Status,
)
from portal.cases.operations import (
    NewCase,
)
from portal.db import db
from portal.events import Event
from portal.identity.actors import actor_for
from tests import factories

HOUR = timedelta(hours=1)
NEW = NewCase("Bearings loose", "They rattle since Monday.", category="Quality")


class World:
    """Acme with its people as actors, and one open case of the contact."""

    def __init__(self):
        cast = factories.make_cast()
        self.cast, self.account, self.opener = cast, cast.acme.account, cast.acme.contact_person
        self.agent, self.contact = actor_for(cast.acme.agent), actor_for(cast.acme.contact)
        self.case = self.make()

    def make(self, status=Status.OPEN, **changes):
        finished = {"resolved_at": clock.now() - HOUR} if status in FINISHED else {}
        return factories.make_case(
            self.account, self.opener, status=status, **{**finished, **changes}
        )


def log(case=None):
    """The kinds of the events written, the oldest first."""
    statement = Event.unscoped("a test reads the log").order_by(Event.id)
    if case is not None:
        statement = statement.where(Event.case_id == case.id)
    return [event.kind for event in db.session.scalars(statement)]


def last():
    """The newest event."""
    statement = Event.unscoped("a test reads the log").order_by(Event.id.desc()).limit(1)
    return db.session.scalars(statement).one()


def rows(model):
    return db.session.scalars(model.unscoped("a test looks").order_by(model.id)).all()


def facts(case):
    """Every column of a case as it stands in the session."""
    return {column.key: getattr(case, column.key) for column in Case.__table__.columns}
