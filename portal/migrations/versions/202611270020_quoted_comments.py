"""whether comments of surveys may be quoted, and which ones a review quotes"""

import sqlalchemy as sa
from alembic import op

revision = '0020_quoted_comments'
down_revision = '0019_quality_sample'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('comment_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('stakeholder_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_comment_consents_account_id_accounts')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['users.id'], name=op.f('fk_comment_consents_answered_by_id_users')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['users.id'], name=op.f('fk_comment_consents_asked_by_id_users')),
    sa.ForeignKeyConstraint(['stakeholder_id'], ['stakeholders.id'], name=op.f('fk_comment_consents_stakeholder_id_stakeholders')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_comment_consents_survey_id_surveys')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_consents')),
    sa.UniqueConstraint('ref', name=op.f('uq_comment_consents_ref')),
    sa.UniqueConstraint('survey_id', name=op.f('uq_comment_consents_survey_id'))
    )
    op.create_index('ix_comment_consents_stakeholder', 'comment_consents', ['stakeholder_id', 'id'])
    op.add_column('reviews', sa.Column('quoted', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    op.drop_column('reviews', 'quoted')
    op.drop_index('ix_comment_consents_stakeholder', 'comment_consents')
    op.drop_table('comment_consents')
