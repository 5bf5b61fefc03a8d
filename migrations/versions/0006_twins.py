"""Digital calibration certificates that came with standards.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_dcc",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "calibration_id IS NULL OR discarded_at IS NULL", name="ck_received_dcc_one_end"
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_received_dcc_standard_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["user.id"], name="fk_received_dcc_received_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name="fk_received_dcc_calibration_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_received_dcc"),
        sa.UniqueConstraint("calibration_id", name="uq_received_dcc_calibration_id"),
    )
    op.create_index("ix_received_dcc_standard_id", "received_dcc", ["standard_id"])
    protect(
        "received_dcc",
        frozen=(
            "id",
            "standard_id",
            "file_hash",
            "file_name",
            "schema_version",
            "identifier",
            "received_at",
            "received_by_id",
        ),
        set_once=("calibration_id", "discarded_at"),
    )
    op.create_table(
        "twin_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name="fk_twin_choice_body_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["user.id"], name="fk_twin_choice_chosen_by_id", ondelete="RESTRICT"
        ),
        sa.CheckConstraint("reach IN ('calibrations', 'all')", name="ck_twin_choice_twin_reach"),
        sa.PrimaryKeyConstraint("id", name="pk_twin_choice"),
    )
    op.create_index("ix_twin_choice_body_id", "twin_choice", ["body_id"])
    protect(
        "twin_choice", frozen=("id", "body_id", "reach", "chosen_at", "chosen_by_id")
    )


def downgrade() -> None:
    unprotect("twin_choice")
    op.drop_index("ix_twin_choice_body_id", table_name="twin_choice")
    op.drop_table("twin_choice")
    unprotect("received_dcc")
    op.drop_index("ix_received_dcc_standard_id", table_name="received_dcc")
    op.drop_table("received_dcc")
