"""PostgreSQL: what was prepared stays prepared when a transaction that only read ends."""

from typing import Any

MOST = 200
"""Statements that a connection keeps; beyond, the one used longest ago is let go."""


def patient(*args: Any, **options: Any) -> Any:
    """A connection of psycopg that keeps its prepared statements through a rollback without a fault.

    psycopg forgets them all, since a transaction that made or dropped tables would leave them stale. Our pages read and
    roll back, so that each would be planned anew, which costs more than running it (decision 0025).
    """
    from psycopg import Connection
    from psycopg.pq import ExecStatus, TransactionStatus

    class Patient(Connection[Any]):
        """Rolls back by libpq's own command where nothing has failed."""

        def rollback(self) -> None:
            """Roll back to the start of any pending transaction."""
            clean = self.pgconn.transaction_status == TransactionStatus.INTRANS
            if not clean or self.pgconn.exec_(b"ROLLBACK").status != ExecStatus.COMMAND_OK:
                super().rollback()

    connection = Patient.connect(*args, **options)
    connection.prepared_max = MOST
    return connection
