"""Invitations and answers of all accounts by their dates.

Revision ID: 0011_figures_rest
Revises: 5d20f8a3c716
"""

from alembic import op

revision = "0011_figures_rest"
down_revision = "5d20f8a3c716"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two indices."""
    op.create_index("ix_surveys_answered", "surveys", ["answered_at"])
    op.create_index("ix_surveys_sent", "surveys", ["sent_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_surveys_sent", "surveys")
    op.drop_index("ix_surveys_answered", "surveys")
