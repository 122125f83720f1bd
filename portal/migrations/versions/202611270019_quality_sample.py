"""the quality sample of a review"""

import sqlalchemy as sa
from alembic import op

revision = '0019_quality_sample'
down_revision = '0018_review_participants'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review_samples',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_from', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_by_id', sa.Integer(), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=True),
    sa.Column('clear', sa.Boolean(), nullable=True),
    sa.Column('filed', sa.Boolean(), nullable=True),
    sa.Column('remark', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_samples_account_id_accounts')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_review_samples_case_id_cases')),
    sa.ForeignKeyConstraint(['read_by_id'], ['users.id'], name=op.f('fk_review_samples_read_by_id_users')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_samples_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_samples')),
    sa.UniqueConstraint('review_id', 'number', name=op.f('uq_review_samples_review_id_number'))
    )


def downgrade() -> None:
    op.drop_table('review_samples')
