"""What a proposal brings in a year, and how that was worked out.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("investment_option", sa.Column("per_year", sa.Integer, nullable=True))
    op.add_column(
        "investment_option", sa.Column("per_year_basis", sa.Text, nullable=True)
    )


def downgrade() -> None:
    op.drop_column("investment_option", "per_year_basis")
    op.drop_column("investment_option", "per_year")
