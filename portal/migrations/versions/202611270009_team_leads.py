"""team leads"""

import sqlalchemy as sa
from alembic import op

revision = 'c41b7e92d608'
down_revision = '9e57b1c6f204'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('team_leads',
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_team_leads_user_id_users')),
    sa.PrimaryKeyConstraint('team', name=op.f('pk_team_leads'))
    )


def downgrade() -> None:
    op.drop_table('team_leads')
