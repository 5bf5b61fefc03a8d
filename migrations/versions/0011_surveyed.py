"""What was surveyed of the demand, beside what is due.

Nothing is filled in: what is kept is counted anew by a program that counts otherwise.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COUNTS = (
    ("summary_type", "surveyed_due"),
    ("summary_type", "unsurveyed_done"),
    ("summary_type", "unplaced"),
    ("summary_commune", "counted"),
)
FLAGS = (
    ("summary_cell", "is_partly_surveyed"),
    ("summary_commune", "is_partly_surveyed"),
)


def upgrade() -> None:
    for table, name in COUNTS:
        op.add_column(
            table, sa.Column(name, sa.Integer, nullable=False, server_default="0")
        )
    for table, name in FLAGS:
        op.add_column(
            table,
            sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()),
        )


def downgrade() -> None:
    for table, name in reversed(COUNTS + FLAGS):
        op.drop_column(table, name)
