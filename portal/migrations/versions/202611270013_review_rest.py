"""figures that a review prints although they are for staff alone"""

import sqlalchemy as sa
from alembic import op

revision = '0013_review_rest'
down_revision = '0012_portfolio'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('added_figures', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_column('added_figures')
