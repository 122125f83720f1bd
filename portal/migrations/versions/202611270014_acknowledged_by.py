"""by which part of the client a review is acknowledged"""

import sqlalchemy as sa
from alembic import op

revision = '0014_acknowledged_by'
down_revision = '0013_review_rest'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acknowledged_by', sa.String(), nullable=False, server_default='sponsor'))


def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_column('acknowledged_by')
