"""The queue's table: the row is the truth."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One unit of work; claimed by a lease, run at least once."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    unique_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=State.WAITING)
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_jobs_waiting",
            "run_at",
            "id",
            sqlite_where=state == "waiting",
            postgresql_where=state == "waiting",
        ),
    )
