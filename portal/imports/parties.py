"""Accounts, staff and stakeholders named by a foreign log: found by their own id of that source, or made."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Account
from portal.db import db, opened
from portal.identity.models import User
from portal.imports.bulk import insert_rows, next_ids
from portal.stakeholders.models import Stakeholder

WHY = "import of another help desk's log"


def reference(source: str, own_id: str, taken: Callable[[str], bool]) -> str:
    """A reference fit for an address, made of the source and the id there; numbered if taken."""
    plain = unicodedata.normalize("NFKD", own_id).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "x"
    ref = f"{source}-{slug}"
    number = 1
    while taken(ref):
        number += 1
        ref = f"{source}-{slug}-{number}"
    return ref


class Parties:
    """Remembers whom it has met: memory grows with the number of people and accounts, not of rows."""

    def __init__(self, source: str, timezone: str) -> None:
        self.source = source
        self.timezone = timezone
        self.account_ids: dict[str, int] = {}
        self.staff_ids: dict[str, int] = {}
        self.stakeholder_ids: dict[tuple[int, str], int] = {}
        self.labels: dict[int, str] = {}
        self.refs: set[str] = set()

    def meet_accounts(self, names: Iterable[str]) -> int:
        """Find or make the accounts; answers how many are new."""
        new = self._find(Account, self.account_ids, names)
        now = clock.now()
        rows = []
        for name, number in zip(new, next_ids(Account.__table__, len(new)), strict=False):
            self.account_ids[name] = number
            ref = reference(self.source, name, self._account_taken)
            self.refs.add(ref)
            rows.append((number, ref, name, f"/{number}/", self.timezone, self.source, name, now))
        columns = ("id", "ref", "name", "path", "timezone", "source", "source_id", "created_at")
        self.labels = {number: name for name, number in self.account_ids.items()}
        return insert_rows(Account.__table__, columns, rows)

    def meet_staff(self, names: Iterable[str]) -> int:
        """Find or make the staff: users without address, password or grants; answers how many are new."""
        new = self._find(User, self.staff_ids, names)
        now = clock.now()
        rows = []
        for name, number in zip(new, next_ids(User.__table__, len(new)), strict=False):
            self.staff_ids[name] = number
            rows.append((number, name, True, self.timezone, self.source, name, now))
        columns = ("id", "name", "is_staff", "timezone", "source", "source_id", "created_at")
        return insert_rows(User.__table__, columns, rows)

    def meet_stakeholders(self, people: Iterable[tuple[int, str]]) -> int:
        """Find or make people as (account id, name); one name at two accounts is two people."""
        unmet = {(a, name): f"{self.labels.get(a, a)}/{name}" for a, name in people}
        unmet = {key: own for key, own in unmet.items() if key not in self.stakeholder_ids}
        found: dict[str, int] = {}
        new = set(self._find(Stakeholder, found, unmet.values()))
        self.stakeholder_ids |= {key: found[own] for key, own in unmet.items() if own in found}
        fresh = [key for key, own in unmet.items() if own in new]
        now = clock.now()
        rows = []
        for key, number in zip(fresh, next_ids(Stakeholder.__table__, len(fresh)), strict=False):
            self.stakeholder_ids[key] = number
            rows.append((number, *key, self.source, unmet[key], now))
        columns = ("id", "account_id", "name", "source", "source_id", "created_at")
        return insert_rows(Stakeholder.__table__, columns, rows)

    def _find(self, model: Any, known: dict[str, int], names: Iterable[str]) -> list[str]:
        """Look up what is not yet known; answers the names that are nowhere, in a steady order."""
        unknown = sorted(set(names) - known.keys())
        if not unknown:
            return []
        statement = select(model.source_id, model.id).where(
            model.source == self.source, model.source_id.in_(unknown)
        )
        if model is not User:
            statement = opened(statement, model, why=WHY)
        known.update((name, number) for name, number in db.session.execute(statement))
        return [name for name in unknown if name not in known]

    def _account_taken(self, ref: str) -> bool:
        if ref in self.refs:
            return True
        statement = opened(select(Account.id).where(Account.ref == ref), Account, why=WHY)
        return db.session.scalar(statement) is not None
