"""portfolio reviews"""

import sqlalchemy as sa
from alembic import op

revision = '0012_portfolio'
down_revision = '0011_figures_rest'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('portfolio_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('manager_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('pdf_key', sa.String(), nullable=False),
    sa.Column('xlsx_key', sa.String(), nullable=False),
    sa.Column('requested_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('built_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['manager_id'], ['users.id'], name=op.f('fk_portfolio_reviews_manager_id_users')),
    sa.ForeignKeyConstraint(['requested_by_id'], ['users.id'], name=op.f('fk_portfolio_reviews_requested_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portfolio_reviews')),
    sa.UniqueConstraint('ref', name=op.f('uq_portfolio_reviews_ref'))
    )
    op.create_table('portfolio_accounts',
    sa.Column('portfolio_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_portfolio_accounts_account_id_accounts')),
    sa.ForeignKeyConstraint(['portfolio_id'], ['portfolio_reviews.id'], name=op.f('fk_portfolio_accounts_portfolio_id_portfolio_reviews')),
    sa.PrimaryKeyConstraint('portfolio_id', 'account_id', name=op.f('pk_portfolio_accounts'))
    )


def downgrade() -> None:
    op.drop_table('portfolio_accounts')
    op.drop_table('portfolio_reviews')
