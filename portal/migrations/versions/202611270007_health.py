"""health and forecasts"""

import sqlalchemy as sa
from alembic import op

revision = 'b7d2f4a81c06'
down_revision = 'a7c0d3e15b92'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('health_weights',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_health_weights_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_health_weights'))
    )
    op.create_index(op.f('ix_health_weights_begins_at'), 'health_weights', ['begins_at'])
    op.create_table('promise_odds',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('priority', sa.String(), nullable=False),
    sa.Column('met', sa.JSON(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('learnt_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_promise_odds_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'target', 'priority', name=op.f('pk_promise_odds'))
    )
    op.create_table('promise_forecasts',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('chance', sa.Integer(), nullable=True),
    sa.Column('base', sa.Integer(), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_promise_forecasts_account_id_accounts')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_promise_forecasts_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', 'target', 'number', 'day', name=op.f('pk_promise_forecasts'))
    )
    op.create_index('ix_promise_forecasts_unjudged', 'promise_forecasts', ['case_id'],
                    sqlite_where=sa.text('judged IS 0'), postgresql_where=sa.text('judged IS false'))
    op.create_table('forecast_tallies',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('tenth', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('chance', sa.BigInteger(), nullable=False),
    sa.Column('score', sa.BigInteger(), nullable=False),
    sa.Column('base_score', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_forecast_tallies_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'month', 'tenth', name=op.f('pk_forecast_tallies'))
    )
    op.create_table('account_health',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('tenths', sa.Integer(), nullable=True),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('before_on', sa.Date(), nullable=True),
    sa.Column('before_tenths', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_health_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'day', name=op.f('pk_account_health'))
    )


def downgrade() -> None:
    op.drop_table('account_health')
    op.drop_table('forecast_tallies')
    op.drop_table('promise_forecasts')
    op.drop_table('promise_odds')
    op.drop_table('health_weights')
