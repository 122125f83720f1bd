"""the search index knows where the newest entries are"""

from alembic import op

revision = '0022_search_stretches'
down_revision = '0021_service_credits'
branch_labels = None
depends_on = None

STRETCH = "array_to_tsvector(array[(id >> 13)::text])"


def upgrade() -> None:
    _indexed(f"words, {STRETCH}")


def downgrade() -> None:
    _indexed("words")


def _indexed(what: str) -> None:
    """The old index stays until the new one is there: searches go on meanwhile."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("set local maintenance_work_mem = '256MB'")
    op.execute(f"create index ix_search_entries_new on search_entries using gin ({what})")
    op.execute("drop index if exists ix_search_entries_words")
    op.execute("alter index ix_search_entries_new rename to ix_search_entries_words")
    op.execute("analyze search_entries")
