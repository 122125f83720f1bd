"""rows of sums are told by a revision; messages of all accounts are found by their day"""

import sqlalchemy as sa
from alembic import op

revision = '0015_revisions'
down_revision = '0014_acknowledged_by'
branch_labels = None
depends_on = None

TABLES = ('account_tallies', 'house_tallies')
ANY = {'postgresql': "substr(md5(random()::text), 1, 16)", 'sqlite': 'lower(hex(randomblob(8)))'}


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('revision', sa.String(length=16), nullable=True))
        op.execute(f'UPDATE {table} SET revision = {ANY[op.get_bind().dialect.name]}')
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('revision', existing_type=sa.String(length=16), nullable=False)
    op.create_index('ix_messages_side', 'messages', ['side', 'occurred_at'])


def downgrade() -> None:
    op.drop_index('ix_messages_side', 'messages')
    for table in reversed(TABLES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('revision')
