"""Small random folders of case files: two accounts, one below the other, and a third; a quarter with a clock change."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal.insights.case_tables import Files
from portal.insights.history import Report
from portal.sla.calendars import ALWAYS_OPEN, calendar_of
from portal.sla.terms import Terms
from portal.sla.walls import midnight

ROME = ZoneInfo("Europe/Rome")
ACCOUNTS = ("north", "north-a", "south")
CLIENTS = tuple(f"{account}-p{n}" for account in ACCOUNTS for n in (0, 1))
STAFF = ("s0", "s1")
MONTHS = tuple(
    midnight(datetime(2026, month, 1, tzinfo=UTC).date(), ROME) for month in (1, 2, 3, 4)
)
HOUR, DAY = 3600, 86_400
LATEST = MONTHS[-1] + 40 * DAY
OFFICE_HOURS = {
    "tz": "Europe/Rome",
    "versions": [
        {"weekly": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}},
        {"from": "2026-02-15", "weekly": {"sun": [["00:00", "24:00"]]}},
    ],
}
OFFICE = calendar_of(OFFICE_HOURS)
AGREED = {
    "P1": Terms(ALWAYS_OPEN, 1 * HOUR, 2 * HOUR, 8 * HOUR),
    "P2": Terms(OFFICE, 4 * HOUR, 4 * HOUR, 18 * HOUR),
    "P3": Terms(OFFICE, 9 * HOUR, None, 45 * HOUR),
}
PEOPLE = {"client": CLIENTS, "staff": STAFF}
TERMS = {"north": AGREED, "north-a": AGREED}

OFTEN = (
    *(("message", "", "client"), ("message", "", "client"), ("message", "", "staff")),
    *(("message", "", "staff"), ("message", "", "bot"), ("resolved", "", "system")),
    *(("resolved", "", "system"), ("reopened", "", "system"), ("reopened", "", "system")),
    *(("pause_start", "client", "system"), ("pause_start", "supplier", "system")),
    *(("pause_end", "", "system"), ("pause_end", "", "system")),
)
SELDOM = (
    *(("priority", priority, "system") for priority in AGREED),
    *(("transfer", account, "system") for account in ACCOUNTS),
    *(("escalated", side, "system") for side in PEOPLE),
    ("cancelled", "", "system"),
)


def written(at):
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def folder(seed):
    """The same folder for the same seed."""
    return Folder(random.Random(seed)).files()


class Folder:
    """What a folder is filled with."""

    def __init__(self, random):
        self.random = random
        self.names = [f"K{n}" for n in range(random.randint(1, 9))]

    def files(self):
        cases = [self.case(name) for name in self.names]
        events = [row for case in cases for row in self.story(case)]
        return Files(
            accounts=[
                {"account_id": name, "parent_id": "north" if name == "north-a" else ""}
                for name in ACCOUNTS
            ],
            cases=cases,
            events=[{**row, "event_id": str(n)} for n, row in enumerate(events)],
            surveys=[{**row, "survey_id": str(n)} for n, row in enumerate(self.some(self.survey))],
            links=self.some(self.link),
            persons=[self.person(name) for name in (*CLIENTS, *STAFF)],
            team=self.some(self.membership),
            contracts=self.some(self.contract),
            commitments=self.some(self.commitment),
        )

    def some(self, row):
        return [row() for _ in range(self.random.randint(0, 8))]

    def any(self, *things):
        return self.random.choice(things)

    def instant(self):
        """In or near the quarter, or at the very limits of its months."""
        limit = self.any(*MONTHS) + self.any(-1, 0)
        at = self.random.randrange(MONTHS[0] - 30 * DAY, LATEST)
        return self.any(limit, at, at // HOUR * HOUR, at // HOUR * HOUR)

    def recorded(self, at):
        return written(at + self.any(0, 0, 0, 0, 0, 0, 9 * DAY))

    def case(self, name):
        opened_at = self.any(self.instant(), self.random.randrange(MONTHS[0], MONTHS[-1]))
        return {
            "case_id": name,
            "account_id": self.any(*ACCOUNTS),
            "opened_at": written(opened_at),
            "recorded_at": self.recorded(opened_at),
            "opened_by": self.any(*CLIENTS),
            "origin": self.any("client", "client", "client", "on_behalf", "staff"),
            "category": self.any("", "billing", "access"),
            "priority": self.any(*AGREED),
            "kind": self.any("normal", "normal", "normal", "normal", "normal", "spam"),
            "complaint": self.any("0", "1"),
        }

    def story(self, case):
        """What happens to a case, one thing after the other, now and then at once or out of turn."""
        at = int(datetime.fromisoformat(case["opened_at"]).timestamp())
        for _ in range(self.random.randint(0, 14)):
            at += self.any(0, 1, 2, 4, 9, 20, 60, self.random.randint(0, 200)) * HOUR
            kind, value, side = self.happening(case)
            yield {
                "case_id": case["case_id"],
                "occurred_at": written(at),
                "recorded_at": self.recorded(at),
                "type": kind,
                "person_id": self.any(*PEOPLE.get(side, ("",))),
                "side": side,
                "public": "1" if kind == "message" and self.random.random() < 0.8 else "0",
                "value": value,
            }

    def happening(self, case):
        if self.random.random() < 0.02:
            return "merged", self.any(*self.names), "system"
        return self.any(*(OFTEN if self.random.random() < 0.8 else SELDOM))

    def survey(self):
        invited_at, person, kind = self.instant(), self.any(*CLIENTS), self.any("csat", "nps")
        answered = self.random.random() < 0.7
        return {
            "kind": kind,
            "account_id": person[:-3],
            "person_id": person,
            "case_id": self.any("", *self.names),
            "wave": self.any("w1", "w2") if kind == "nps" else "",
            "invited_at": written(invited_at),
            "delivered": self.any("0", "1", "1"),
            "answered_at": written(invited_at + self.random.randint(0, 20) * DAY)
            if answered
            else "",
            "score": str(self.random.randint(1, 5 if kind == "csat" else 10)) if answered else "",
            "comment": self.any("0", "1"),
        }

    def person(self, name):
        role = "sponsor" if name.endswith("0") else "user"
        is_client = name in CLIENTS
        return {
            "person_id": name,
            "account_id": name[:-3] if is_client else "",
            "side": "client" if is_client else "staff",
            "role": role,
        }

    def link(self):
        return {
            "case_id": self.any(*self.names),
            "of_case_id": self.any(*self.names),
            "confirmed": self.any("0", "1", "1"),
            "recorded_at": written(self.instant()),
        }

    def membership(self):
        begin = self.instant()
        return {
            "account_id": self.any(*ACCOUNTS),
            "person_id": self.any(*STAFF),
            "from": written(begin),
            "to": self.any("", written(begin + self.random.randint(1, 60) * DAY)),
        }

    def contract(self):
        return {
            "account_id": self.any(*ACCOUNTS),
            "valid_from": self.any("2025-06-01", "2026-01-01", "2026-03-15", "2026-04-01"),
            "valid_to": self.any("", "2026-02-01", "2026-04-01"),
            "value": str(self.random.randint(0, 900)),
        }

    def commitment(self):
        return {
            "account_id": self.any(*ACCOUNTS),
            "side": self.any("us", "client"),
            "due_at": written(self.instant()),
            "done_at": self.any("", written(self.instant())),
        }


def report(begin, end, as_of, accounts):
    return Report(begin, end, as_of, ROME, accounts, TERMS)
