"""as of which instant a portfolio review is made"""

import sqlalchemy as sa
from alembic import op

revision = '0016_portfolio_as_of'
down_revision = '0015_revisions'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('portfolio_reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('as_of', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('portfolio_reviews', schema=None) as batch_op:
        batch_op.drop_column('as_of')
