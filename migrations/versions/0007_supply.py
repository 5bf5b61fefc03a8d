"""Demand with its sources, work and capacity of every body.

Figures of demand that are there count instruments in use, for verification, of all
holders together; nothing is known of new and repaired ones.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Columns that came to `demand_figure`, by name: SQLite takes a check only with them.
COLUMNS = {
    "subject": "VARCHAR(40) DEFAULT 'instrument' NOT NULL "
    "CONSTRAINT ck_demand_figure_subject "
    "CHECK (subject IN ('instrument', 'standard'))",
    "purpose": "VARCHAR(40) DEFAULT 'verification' NOT NULL "
    "CONSTRAINT ck_demand_figure_purpose "
    "CHECK (purpose IN ('verification', 'calibration', 'test'))",
    "holder": "VARCHAR(40) CONSTRAINT ck_demand_figure_holder "
    "CHECK (holder IN ('person', 'enterprise', 'organisation'))",
    "initial_count": "INTEGER CONSTRAINT ck_demand_figure_initial_count "
    "CHECK (initial_count >= 0)",
    "after_repair_count": "INTEGER CONSTRAINT ck_demand_figure_after_repair_count "
    "CHECK (after_repair_count >= 0)",
    "interval_months": "INTEGER CONSTRAINT ck_demand_figure_interval_months "
    "CHECK (interval_months > 0)",
    "import_id": "INTEGER",
}

#: A decimal with all its digits: NUMERIC, or text where the engine has no such type.
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")

#: In the order in which they are made.
TABLES = (
    "demand_import",
    "stated_scope",
    "body_capacity",
    "activity_report",
    "reported_work",
    "frozen_report",
    "frozen_figure",
    "frozen_row",
    "frozen_cell",
)

#: Rows that the database refuses to change, with the columns that stay.
FROZEN = {
    "reported_work": (
        "id",
        "report_id",
        "type_slug",
        "commune_key",
        "purpose",
        "turns",
        "passed",
        "distinct_count",
        "serial",
        "performed_on",
    ),
    "frozen_report": (
        "id",
        "title",
        "plan_code",
        "area",
        "counted_for",
        "frozen_at",
        "frozen_by_id",
        "note",
    ),
    "frozen_figure": (
        "report_id",
        "code",
        "value",
        "turns",
        "distinct_count",
        "numerator",
        "denominator",
        "definition",
    ),
    "frozen_row": (
        "report_id",
        "code",
        "row_table",
        "row_id",
    ),
    "frozen_cell": (
        "report_id",
        "type_slug",
        "commune_key",
        "entered",
        "registered",
        "in_use",
        "due",
        "is_surveyed",
    ),
}


def upgrade() -> None:
    for name, described in COLUMNS.items():
        op.execute(f"ALTER TABLE demand_figure ADD COLUMN {name} {described}")
    op.create_table(
        "demand_import",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_hash", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figure_count", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_demand_import"),
        sa.CheckConstraint("state IN ('checked', 'entered')", name="ck_demand_import_import_state"),
        sa.CheckConstraint("(state = 'entered') = (entered_at IS NOT NULL)", name="ck_demand_import_moment_if_entered"),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["user.id"], name="fk_demand_import_sent_by_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("file_hash", name="uq_demand_import_file_hash"),
    )
    op.create_table(
        "stated_scope",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("range_text", sa.Text, nullable=False),
        sa.Column("class_text", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stated_scope"),
        sa.CheckConstraint("valid_until >= issued_on", name="ck_stated_scope_ends_after_it_begins"),
        sa.CheckConstraint("(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_stated_scope_reason_if_struck"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_stated_scope_entered_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_stated_scope_organisation_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_stated_scope_organisation_id", "stated_scope", ["organisation_id"])
    op.create_index("ix_stated_scope_type_slug", "stated_scope", ["type_slug"])
    op.create_table(
        "body_capacity",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("per_year", sa.Integer, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("limited_by", sa.String(40), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_body_capacity"),
        sa.CheckConstraint("limited_by IN ('person', 'standard', 'time', 'money')", name="ck_body_capacity_limit"),
        sa.CheckConstraint("per_year >= 0", name="ck_body_capacity_not_negative"),
        sa.CheckConstraint("(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_body_capacity_reason_if_struck"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_body_capacity_entered_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_body_capacity_organisation_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_body_capacity_organisation_id", "body_capacity", ["organisation_id"])
    op.create_index("ix_body_capacity_type_slug", "body_capacity", ["type_slug"])
    op.create_table(
        "activity_report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("file_hash", sa.Text, nullable=True),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_activity_report"),
        sa.CheckConstraint("last_on >= first_on", name="ck_activity_report_ends_after_it_begins"),
        sa.CheckConstraint("(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_activity_report_reason_if_struck"),
        sa.CheckConstraint("form IN ('mau_04', 'mau_05', 'meter_list', 'other')", name="ck_activity_report_report_form"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_activity_report_entered_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_activity_report_organisation_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_activity_report_last_on", "activity_report", ["last_on"])
    op.create_index("ix_activity_report_organisation_id", "activity_report", ["organisation_id"])
    op.create_table(
        "reported_work",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("report_id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=True),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("distinct_count", sa.Integer, nullable=True),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("serial_key", sa.Text, nullable=False),
        sa.Column("performed_on", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reported_work"),
        sa.CheckConstraint("distinct_count <= passed", name="ck_reported_work_distinct_of_passed"),
        sa.CheckConstraint("serial = '' OR turns = 1", name="ck_reported_work_one_of_each_serial"),
        sa.CheckConstraint("passed >= 0 AND passed <= turns", name="ck_reported_work_passed_of_turns"),
        sa.CheckConstraint("purpose IN ('verification', 'calibration', 'test')", name="ck_reported_work_purpose"),
        sa.ForeignKeyConstraint(
            ["commune_key"], ["commune.key"], name="fk_reported_work_commune_key"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["activity_report.id"], name="fk_reported_work_report_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_reported_work_cell", "reported_work", ["type_slug", "commune_key"])
    op.create_index("ix_reported_work_report_id", "reported_work", ["report_id"])
    op.create_index("ix_reported_work_serial_key", "reported_work", ["serial_key"])
    op.create_table(
        "frozen_report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("plan_code", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("counted_for", sa.Date, nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_frozen_report"),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["user.id"], name="fk_frozen_report_frozen_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_frozen_report_counted_for", "frozen_report", ["counted_for"])
    op.create_table(
        "frozen_figure",
        sa.Column("report_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("turns", sa.Integer, nullable=True),
        sa.Column("distinct_count", sa.Integer, nullable=True),
        sa.Column("numerator", sa.Integer, nullable=True),
        sa.Column("denominator", sa.Integer, nullable=True),
        sa.Column("definition", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "code", name="pk_frozen_figure"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["frozen_report.id"], name="fk_frozen_figure_report_id", ondelete="RESTRICT"
        ),
    )
    op.create_table(
        "frozen_row",
        sa.Column("report_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("row_table", sa.Text, nullable=False),
        sa.Column("row_id", sa.Integer, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "code", "row_table", "row_id", name="pk_frozen_row"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["frozen_report.id"], name="fk_frozen_row_report_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_frozen_row_row", "frozen_row", ["row_table", "row_id"])
    op.create_table(
        "frozen_cell",
        sa.Column("report_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("entered", sa.Integer, nullable=True),
        sa.Column("registered", sa.Integer, nullable=False),
        sa.Column("in_use", sa.Integer, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("is_surveyed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("report_id", "type_slug", "commune_key", name="pk_frozen_cell"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["frozen_report.id"], name="fk_frozen_cell_report_id", ondelete="RESTRICT"
        ),
    )
    for table, frozen in FROZEN.items():
        protect(table, frozen=frozen)


def downgrade() -> None:
    for table in FROZEN:
        unprotect(table)
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in reversed(COLUMNS):
        # a check on the column alone goes with it
        op.execute(f"ALTER TABLE demand_figure DROP COLUMN {name}")
