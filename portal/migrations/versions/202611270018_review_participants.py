"""who takes part in a review, who reads it by name, who acknowledges it"""

import sqlalchemy as sa
from alembic import op

revision = '0018_review_participants'
down_revision = '0017_answers_of_merged_cases'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'review_participants',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('review_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('stakeholder_id', sa.Integer(), nullable=True),
        sa.Column('part', sa.String(), nullable=False),
        sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('added_by_id', sa.Integer(), nullable=True),
        sa.CheckConstraint('(user_id is null) <> (stakeholder_id is null)', name=op.f('ck_review_participants_one_person')),
        sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_participants_account_id_accounts')),
        sa.ForeignKeyConstraint(['added_by_id'], ['users.id'], name=op.f('fk_review_participants_added_by_id_users')),
        sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_participants_review_id_reviews')),
        sa.ForeignKeyConstraint(['stakeholder_id'], ['stakeholders.id'], name=op.f('fk_review_participants_stakeholder_id_stakeholders')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_review_participants_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review_participants')),
        sa.UniqueConstraint('review_id', 'user_id', name=op.f('uq_review_participants_review_id_user_id')),
        sa.UniqueConstraint('review_id', 'stakeholder_id', name=op.f('uq_review_participants_review_id_stakeholder_id')),
    )
    op.add_column('reviews', sa.Column('named', sa.JSON(), nullable=False, server_default='[]'))
    # Written out, since SQLite would have to make the table anew for a constraint.
    op.execute(
        'alter table reviews add column acknowledging_id integer'
        ' constraint fk_reviews_acknowledging_id_stakeholders references stakeholders (id)'
    )


def downgrade() -> None:
    op.drop_column('reviews', 'acknowledging_id')
    op.drop_column('reviews', 'named')
    op.drop_table('review_participants')
