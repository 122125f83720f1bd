"""signed_reviews"""

import sqlalchemy as sa
from alembic import op

revision = 'a7c0d3e15b92'
down_revision = '9d2b61f0c7a4'
branch_labels = None
depends_on = None


FIRST = """
    select min(other.id) from reviews as other
    where other.account_id = reviews.account_id and other.period = reviews.period and other.children = reviews.children
"""


def one_review_a_period() -> None:
    """What was a review in each language becomes one, the first ordered, with documents in the others."""
    op.execute(f"""
        insert into review_documents (account_id, review_id, language, state, error, file_id, created_at)
        select account_id, ({FIRST}), language, state, error, file_id, created_at from reviews
        where id <> ({FIRST})
    """)
    op.execute("""
        delete from reviews where exists (
            select 1 from reviews as other where other.account_id = reviews.account_id
            and other.period = reviews.period and other.children = reviews.children and other.id < reviews.id
        )
    """)


def upgrade() -> None:
    op.create_table('review_schedules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('working_days', sa.Integer(), nullable=False),
    sa.Column('approval', sa.Boolean(), nullable=False),
    sa.Column('mail_pdf', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_schedules_account_id_accounts')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_review_schedules_created_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_schedules')),
    sa.UniqueConstraint('account_id', 'months', name=op.f('uq_review_schedules_account_id_months'))
    )
    op.create_table('review_disputes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('restatement', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_disputes_account_id_accounts')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['users.id'], name=op.f('fk_review_disputes_closed_by_id_users')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_review_disputes_opened_by_id_users')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_disputes_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_disputes'))
    )
    with op.batch_alter_table('review_disputes', schema=None) as batch_op:
        batch_op.create_index('ix_review_disputes_review', ['review_id', 'id'], unique=False)

    op.create_table('review_documents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('twin_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_documents_account_id_accounts')),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_review_documents_file_id_files')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_documents_review_id_reviews')),
    sa.ForeignKeyConstraint(['twin_id'], ['files.id'], name=op.f('fk_review_documents_twin_id_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_documents')),
    sa.UniqueConstraint('review_id', 'language', name=op.f('uq_review_documents_review_id_language'))
    )
    op.create_table('review_readers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_readers_account_id_accounts')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_readers_review_id_reviews')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_review_readers_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_readers')),
    sa.UniqueConstraint('review_id', 'user_id', name=op.f('uq_review_readers_review_id_user_id'))
    )
    op.create_table('review_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False, server_default='draft'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_steps_account_id_accounts')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_review_steps_by_id_users')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_steps_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_steps'))
    )
    with op.batch_alter_table('review_steps', schema=None) as batch_op:
        batch_op.create_index('ix_review_steps_review', ['review_id', 'id'], unique=False)

    op.create_table('review_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_texts_account_id_accounts')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_review_texts_by_id_users')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_texts_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_texts'))
    )
    with op.batch_alter_table('review_texts', schema=None) as batch_op:
        batch_op.create_index('ix_review_texts_review', ['review_id', 'part', 'language', 'id'], unique=False)

    op.create_table('review_dispute_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('dispute_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_review_dispute_notes_account_id_accounts')),
    sa.ForeignKeyConstraint(['by_id'], ['users.id'], name=op.f('fk_review_dispute_notes_by_id_users')),
    sa.ForeignKeyConstraint(['dispute_id'], ['review_disputes.id'], name=op.f('fk_review_dispute_notes_dispute_id_review_disputes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_dispute_notes'))
    )
    with op.batch_alter_table('review_dispute_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_dispute_notes_dispute_id'), ['dispute_id'], unique=False)

    one_review_a_period()
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stage', sa.String(), nullable=False, server_default='draft'))
        batch_op.add_column(sa.Column('edition', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('approval', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('submitted_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('issuing_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('shared_with', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('snapshot_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('twin_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('fingerprint', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('meeting_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('meeting_place', sa.String(), nullable=False, server_default=''))
        batch_op.drop_index(batch_op.f('uq_reviews_account_period'))
        batch_op.create_index('uq_reviews_account_period', ['account_id', 'period', 'children'], unique=True)
        batch_op.create_foreign_key(batch_op.f('fk_reviews_owner_id_users'), 'users', ['owner_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_reviews_issuing_by_id_users'), 'users', ['issuing_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_reviews_submitted_by_id_users'), 'users', ['submitted_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_reviews_snapshot_id_files'), 'files', ['snapshot_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_reviews_twin_id_files'), 'files', ['twin_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_reviews_twin_id_files'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_reviews_snapshot_id_files'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_reviews_submitted_by_id_users'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_reviews_issuing_by_id_users'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_reviews_owner_id_users'), type_='foreignkey')
        batch_op.drop_index('uq_reviews_account_period')
        batch_op.create_index(batch_op.f('uq_reviews_account_period'), ['account_id', 'period', 'language', 'children'], unique=True)
        batch_op.drop_column('meeting_place')
        batch_op.drop_column('meeting_at')
        batch_op.drop_column('issued_at')
        batch_op.drop_column('fingerprint')
        batch_op.drop_column('twin_id')
        batch_op.drop_column('snapshot_id')
        batch_op.drop_column('shared_with')
        batch_op.drop_column('issuing_by_id')
        batch_op.drop_column('submitted_by_id')
        batch_op.drop_column('approval')
        batch_op.drop_column('owner_id')
        batch_op.drop_column('edition')
        batch_op.drop_column('stage')

    with op.batch_alter_table('review_dispute_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_dispute_notes_dispute_id'))

    op.drop_table('review_dispute_notes')
    with op.batch_alter_table('review_texts', schema=None) as batch_op:
        batch_op.drop_index('ix_review_texts_review')

    op.drop_table('review_texts')
    with op.batch_alter_table('review_steps', schema=None) as batch_op:
        batch_op.drop_index('ix_review_steps_review')

    op.drop_table('review_steps')
    op.drop_table('review_readers')
    op.drop_table('review_documents')
    with op.batch_alter_table('review_disputes', schema=None) as batch_op:
        batch_op.drop_index('ix_review_disputes_review')

    op.drop_table('review_disputes')
    op.drop_table('review_schedules')
