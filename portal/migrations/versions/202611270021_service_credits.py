"""levels that a contract agrees, and what is credited when they are missed"""

import sqlalchemy as sa
from alembic import op

revision = '0021_service_credits'
down_revision = '0020_quoted_comments'
branch_labels = None
depends_on = None

NUMBERS = ('response_level', 'next_response_level', 'resolution_level', 'credit', 'credit_cap')


def upgrade() -> None:
    with op.batch_alter_table('contracts', schema=None) as batch_op:
        for name in NUMBERS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('credit_stretch', sa.String(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('contracts', schema=None) as batch_op:
        for name in (*NUMBERS, 'credit_stretch'):
            batch_op.drop_column(name)
