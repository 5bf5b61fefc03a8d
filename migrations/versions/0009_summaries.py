"""Figures of the dashboard, kept, and marks of what changed since.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: In the order in which they are made.
TABLES = (
    "summary_day",
    "summary_cell",
    "summary_commune",
    "summary_mark",
    "summary_pace",
    "summary_served",
    "summary_state",
    "summary_told",
    "summary_type",
)


def upgrade() -> None:
    op.create_table(
        "summary_day",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("plan_code", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("is_today", sa.Boolean, nullable=False),
        sa.Column("has_work", sa.Boolean, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("served_turns", sa.Integer, nullable=False),
        sa.Column("served", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_summary_day"),
        sa.UniqueConstraint(
            "plan_code",
            "area",
            "day",
            "is_today",
            name="uq_summary_day_plan_code_area_day_is_today",
        ),
    )
    op.create_table(
        "summary_cell",
        sa.Column("day_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("has_demand", sa.Boolean, nullable=False),
        sa.Column("in_use", sa.Integer, nullable=False),
        sa.Column("is_surveyed", sa.Boolean, nullable=False),
        sa.Column("is_covered", sa.Boolean, nullable=False),
        sa.Column("due_above", sa.Integer, nullable=False),
        sa.Column("due_below", sa.Integer, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("judged", sa.Integer, nullable=False),
        sa.Column("judged_passed", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("in_work", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["summary_day.id"],
            name="fk_summary_cell_day_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "day_id", "type_slug", "commune_key", name="pk_summary_cell"
        ),
    )
    op.create_index(
        "ix_summary_cell_commune", "summary_cell", ["day_id", "commune_key"]
    )
    op.create_table(
        "summary_commune",
        sa.Column("day_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("has_demand", sa.Boolean, nullable=False),
        sa.Column("due", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("reported", sa.Integer, nullable=False),
        sa.Column("is_surveyed", sa.Boolean, nullable=False),
        sa.Column("is_covered", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["summary_day.id"],
            name="fk_summary_commune_day_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day_id", "commune_key", name="pk_summary_commune"),
    )
    op.create_table(
        "summary_mark",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer, nullable=True),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("serial_key", sa.Text, nullable=False),
        sa.Column("first_on", sa.Date, nullable=True),
        sa.CheckConstraint(
            "kind IN ('job', 'certificate', 'cell', 'instrument', 'serial', 'order', "
            "'customer', 'organisation', 'report', 'closed', 'facts')",
            name="ck_summary_mark_mark_kind",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_summary_mark"),
    )
    op.create_table(
        "summary_pace",
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("closed_on", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("jobs", sa.Integer, nullable=False),
        sa.Column("promised", sa.Integer, nullable=False),
        sa.Column("on_time", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("area", "closed_on", "days", name="pk_summary_pace"),
    )
    op.create_table(
        "summary_served",
        sa.Column("day_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["summary_day.id"],
            name="fk_summary_served_day_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day_id", "organisation_id", name="pk_summary_served"),
    )
    op.create_table(
        "summary_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("folded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recounted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("differing", sa.Integer, nullable=True),
        sa.CheckConstraint("id = 1", name="ck_summary_state_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_summary_state"),
    )
    op.create_table(
        "summary_told",
        sa.Column("day_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "source IN ('own', 'reported_inside', 'reported_outside')",
            name="ck_summary_told_source",
        ),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["summary_day.id"],
            name="fk_summary_told_day_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "day_id", "type_slug", "commune_key", "source", name="pk_summary_told"
        ),
    )
    op.create_table(
        "summary_type",
        sa.Column("day_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("has_demand", sa.Boolean, nullable=False),
        sa.Column("in_use", sa.Integer, nullable=False),
        sa.Column("due", sa.Integer, nullable=False),
        sa.Column("unsurveyed_in_use", sa.Integer, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("counted_own", sa.Integer, nullable=False),
        sa.Column("counted_inside", sa.Integer, nullable=False),
        sa.Column("counted_outside", sa.Integer, nullable=False),
        sa.Column("judged", sa.Integer, nullable=False),
        sa.Column("judged_passed", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("in_work", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["summary_day.id"],
            name="fk_summary_type_day_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("day_id", "type_slug", name="pk_summary_type"),
    )
    # what is counted again is found by its cell, and what ran out by its day; an index
    # of types alone would be taken for a cell, and finds all of a type
    op.drop_index("ix_instrument_type_slug", table_name="instrument")
    op.create_index("ix_instrument_cell", "instrument", ["type_slug", "commune_key"])
    op.create_index("ix_instrument_serial", "instrument", ["type_slug", "serial_key"])
    op.create_index(
        "ix_demand_figure_place", "demand_figure", ["type_slug", "commune_key"]
    )
    op.create_index("ix_job_valid_until", "job", ["valid_until"])


def downgrade() -> None:
    op.drop_index("ix_job_valid_until", table_name="job")
    op.drop_index("ix_demand_figure_place", table_name="demand_figure")
    op.drop_index("ix_instrument_serial", table_name="instrument")
    op.drop_index("ix_instrument_cell", table_name="instrument")
    op.create_index("ix_instrument_type_slug", "instrument", ["type_slug"])
    for table in reversed(TABLES):
        op.drop_table(table)
