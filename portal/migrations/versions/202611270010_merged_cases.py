"""merged cases"""

import sqlalchemy as sa
from alembic import op

revision = '5d20f8a3c716'
down_revision = 'c41b7e92d608'
branch_labels = None
depends_on = None


def points_at_case(table: str, column: str) -> None:
    """A column that names a case; written out, since SQLite would have to make the table anew for a constraint."""
    op.execute(
        f'alter table {table} add column {column} integer'
        f' constraint fk_{table}_{column}_cases references cases (id)'
    )


def upgrade() -> None:
    points_at_case('cases', 'merged_into_id')
    op.create_index('ix_cases_merged_into_id', 'cases', ['merged_into_id'])
    op.add_column('cases', sa.Column('merged_ids', sa.JSON(), server_default='[]', nullable=False))
    points_at_case('messages', 'came_from_id')


def downgrade() -> None:
    op.drop_column('messages', 'came_from_id')
    op.drop_column('cases', 'merged_ids')
    op.drop_index('ix_cases_merged_into_id', 'cases')
    op.drop_column('cases', 'merged_into_id')
