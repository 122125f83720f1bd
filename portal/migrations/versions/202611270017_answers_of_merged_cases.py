"""answers about merged cases"""

from alembic import op

revision = '0017_answers_of_merged_cases'
down_revision = '0016_portfolio_as_of'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out, since SQLite would have to make the table anew for a constraint.
    op.execute(
        'alter table surveys add column came_from_id integer'
        ' constraint fk_surveys_came_from_id_cases references cases (id)'
    )
    for table in ('surveys', 'commitments'):
        came_from = ', came_from_id = case_id' if table == 'surveys' else ''
        op.execute(
            f'update {table} set case_id = (select merged_into_id from cases where cases.id = {table}.case_id){came_from}'
            f' where case_id in (select id from cases where merged_into_id is not null)'
        )


def downgrade() -> None:
    op.execute('update surveys set case_id = came_from_id where came_from_id is not null')
    op.drop_column('surveys', 'came_from_id')
