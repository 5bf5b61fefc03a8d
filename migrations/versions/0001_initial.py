"""All tables, and the triggers that keep rows as they were.

Revision: 0001, after nothing.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: A decimal with all its digits: NUMERIC, or text where the engine has no such type.
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")

#: Rows that the database refuses to change: the columns, and from when on.
FROZEN: dict[str, dict[str, Any]] = {
    "audit_event": {
        "frozen": (
            "id",
            "at",
            "event_type",
            "subject_type",
            "subject_id",
            "actor_id",
            "actor_name",
            "reason",
            "changes",
            "version",
            "previous_hash",
            "hash",
        ),
    },
    "calibration": {
        "frozen": (
            "id",
            "standard_id",
            "number",
            "issuer_name",
            "issuer_kind",
            "accreditation_number",
            "accreditation_until",
            "calibrated_on",
            "issued_on",
            "due_on",
            "range_from",
            "range_to",
            "unit",
            "error",
            "uncertainty",
            "coverage_factor",
            "is_root",
            "certification_decision",
            "certification_until",
            "file_hash",
            "file_name",
        ),
        "set_once": ("withdrawn_on", "withdrawal_reason"),
    },
    "certificate": {
        "frozen": (
            "id",
            "body_id",
            "kind",
            "year",
            "sequence",
            "number",
            "lookup_token",
            "job_id",
            "instrument_id",
            "owner_id",
            "content",
            "content_hash",
            "reserved_at",
            "issued_on",
            "issued_by_id",
            "evidence_at",
            "valid_until",
            "supersedes_id",
        ),
        "set_once": ("issued_at", "file_hash", "revoked_on", "void_reason"),
        "no_return": "(OLD.state IN ('void', 'revoked', 'superseded') AND NEW.state <> OLD.state) OR (OLD.state = 'issued' AND NEW.state IN ('reserved', 'void'))",
    },
    "evidence_ending": {
        "frozen": (
            "id",
            "instrument_id",
            "reason",
            "ended_at",
            "ended_on",
            "note",
            "job_id",
            "recorded_by_id",
        ),
        "set_once": ("withdrawn_at",),
    },
    "job": {
        "frozen": (
            "body_id",
            "order_id",
            "kind",
            "reason",
            "agreed_rule",
            "recalibration_on",
            "instrument_id",
            "standard_id",
            "performed_on",
            "performed_by_id",
            "procedure_slug",
            "procedure_revision",
            "release_id",
            "verdict",
            "evidence",
            "mark",
            "cycle_months",
            "cycle_list",
            "valid_until",
            "submitted_at",
            "evidence_at",
            "late_reason",
            "reviewed_by_id",
            "reviewed_at",
        ),
        "set_once": ("closed_at",),
        "frozen_while": "OLD.state IN ('approved', 'certified', 'evidenced', 'notified')",
        "no_return": "(OLD.state IN ('certified', 'evidenced', 'notified', 'cancelled') AND NEW.state <> OLD.state) OR (OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'certified', 'evidenced', 'notified', 'in_progress')) OR (OLD.state = 'approved' AND NEW.state = 'in_progress' AND EXISTS (SELECT 1 FROM certificate WHERE certificate.job_id = OLD.id AND certificate.state IN ('reserved', 'issued')))",
    },
    "job_standard": {
        "frozen": ("job_id", "standard_id", "calibration_id", "need"),
        "frozen_while": "(SELECT state FROM job WHERE job.id = OLD.job_id) IN ('approved', 'certified', 'evidenced', 'notified')",
    },
    "own_revision": {
        "frozen": (
            "id",
            "body_id",
            "procedure_slug",
            "revision",
            "origin_revision",
            "document",
            "content",
            "tables",
            "author_id",
            "written_on",
            "confirmed_by_id",
            "confirmed_on",
            "discarded_on",
        ),
        "frozen_while": "OLD.confirmed_on IS NOT NULL",
    },
    "reading": {
        "frozen": ("job_id", "key", "typed", "value"),
        "frozen_while": "(SELECT state FROM job WHERE job.id = OLD.job_id) IN ('approved', 'certified', 'evidenced', 'notified')",
    },
    "review": {
        "frozen": ("id", "job_id", "is_approval", "reason", "reviewed_at", "reviewed_by_id"),
    },
    "stamp": {
        "frozen": ("id", "body_id", "serial", "likeness", "instrument_id", "job_id", "applied_on"),
        "set_once": ("cancelled_on",),
        "no_return": "(OLD.state = 'released' AND NEW.state <> OLD.state) OR (OLD.state = 'cancelled' AND NEW.state = 'applied')",
    },
}

TABLES = (
    "audit_event",
    "audit_head",
    "district",
    "instance",
    "security_event",
    "throttle",
    "type_approval",
    "commune",
    "commune_succession",
    "organisation",
    "body",
    "instrument",
    "organisation_role",
    "user",
    "body_raised",
    "cycle_release",
    "demand_figure",
    "designation",
    "login_session",
    "lost_numbers",
    "number_series",
    "order",
    "own_revision",
    "procedure_release",
    "programme_support",
    "registration",
    "standard",
    "training",
    "user_role",
    "verifier_card",
    "calibration",
    "designation_scope",
    "job",
    "standard_outage",
    "verifier_card_field",
    "calibration_reference",
    "certificate",
    "evidence_ending",
    "job_standard",
    "reading",
    "review",
    "stamp",
)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=True),
        sa.Column("actor_id", sa.Integer, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id"])
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_type", "subject_id"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name="ck_audit_head_only_one"),
    )

    op.create_table(
        "district",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("province_code", sa.Text, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_district"),
    )

    op.create_table(
        "instance",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
        sa.CheckConstraint("id = 1", name="ck_instance_only_one"),
    )

    op.create_table(
        "security_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_security_event"),
        sa.CheckConstraint(
            "kind IN ('logged_in', 'login_failed', 'login_throttled', 'logged_out', 'password_changed')",
            name="ck_security_event_security_event_kind",
        ),
    )
    op.create_index("ix_security_event_at", "security_event", ["at"])

    op.create_table(
        "throttle",
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window_at", name="pk_throttle"),
    )

    op.create_table(
        "type_approval",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("maker", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_type_approval"),
        sa.UniqueConstraint("number", name="uq_type_approval_number"),
    )
    op.create_index("ix_type_approval_type_slug", "type_approval", ["type_slug"])

    op.create_table(
        "commune",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("province_code", sa.Text, nullable=False),
        sa.Column("former_province_code", sa.Text, nullable=False),
        sa.Column("district_code", sa.Text, nullable=True),
        sa.Column("valid_from", sa.Date, nullable=True),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_commune"),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name="fk_commune_district_code"),
    )
    op.create_index("ix_commune_code", "commune", ["code"])
    op.create_index("ix_commune_former_province_code", "commune", ["former_province_code"])
    op.create_index("ix_commune_province_code", "commune", ["province_code"])

    op.create_table(
        "commune_succession",
        sa.Column("old_key", sa.Text, nullable=False),
        sa.Column("new_key", sa.Text, nullable=False),
        sa.Column("is_whole", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("old_key", "new_key", name="pk_commune_succession"),
        sa.ForeignKeyConstraint(["new_key"], ["commune.key"], name="fk_commune_succession_new_key"),
        sa.ForeignKeyConstraint(["old_key"], ["commune.key"], name="fk_commune_succession_old_key"),
    )
    op.create_index("ix_commune_succession_new_key", "commune_succession", ["new_key"])

    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tax_code", sa.Text, nullable=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=True),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.CheckConstraint(
            "kind IN ('person', 'enterprise', 'organisation')", name="ck_organisation_organisation_kind"
        ),
        sa.ForeignKeyConstraint(["commune_key"], ["commune.key"], name="fk_organisation_commune_key"),
        sa.UniqueConstraint("tax_code", name="uq_organisation_tax_code"),
    )
    op.create_index("ix_organisation_commune_key", "organisation", ["commune_key"])

    op.create_table(
        "body",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("head_name", sa.Text, nullable=False),
        sa.Column("head_title", sa.Text, nullable=False),
        sa.Column("certificate_pattern", sa.Text, nullable=False),
        sa.Column("notice_pattern", sa.Text, nullable=False),
        sa.Column("calibration_pattern", sa.Text, nullable=False),
        sa.Column("order_pattern", sa.Text, nullable=False),
        sa.Column("validity_rule", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_body"),
        sa.CheckConstraint("validity_rule IN ('end_of_month', 'exact_day')", name="ck_body_validity_rule"),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name="fk_body_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("code", name="uq_body_code"),
    )

    op.create_table(
        "instrument",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("maker", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("made_in", sa.Text, nullable=False),
        sa.Column("made_year", sa.Integer, nullable=True),
        sa.Column("maker_key", sa.Text, nullable=False),
        sa.Column("serial_key", sa.Text, nullable=False),
        sa.Column("characteristics", sa.JSON, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("place_of_use", sa.Text, nullable=False),
        sa.Column("type_approval_id", sa.Integer, nullable=True),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("out_of_use_on", sa.Date, nullable=True),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instrument"),
        sa.CheckConstraint(
            "(state = 'out_of_use') = (out_of_use_on IS NOT NULL)", name="ck_instrument_day_if_out_of_use"
        ),
        sa.CheckConstraint("state IN ('in_use', 'out_of_use')", name="ck_instrument_instrument_state"),
        sa.ForeignKeyConstraint(["commune_key"], ["commune.key"], name="fk_instrument_commune_key"),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name="fk_instrument_owner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["type_approval_id"], ["type_approval.id"], name="fk_instrument_type_approval_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint(
            "type_slug", "maker_key", "serial_key", name="uq_instrument_type_slug_maker_key_serial_key"
        ),
    )
    op.create_index("ix_instrument_commune_key", "instrument", ["commune_key"])
    op.create_index("ix_instrument_owner_id", "instrument", ["owner_id"])
    op.create_index("ix_instrument_serial_key", "instrument", ["serial_key"])
    op.create_index("ix_instrument_type_approval_id", "instrument", ["type_approval_id"])
    op.create_index("ix_instrument_type_slug", "instrument", ["type_slug"])

    op.create_table(
        "organisation_role",
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "role", name="pk_organisation_role"),
        sa.CheckConstraint("role IN ('user', 'body', 'authority')", name="ck_organisation_role_organisation_role"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_organisation_role_organisation_id", ondelete="CASCADE"
        ),
    )

    op.create_table(
        "user",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_user_organisation_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("login", name="uq_user_login"),
    )
    op.create_index("ix_user_organisation_id", "user", ["organisation_id"])

    op.create_table(
        "body_raised",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("achieved_on", sa.Date, nullable=False),
        sa.Column("achievement", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_body_raised"),
        sa.CheckConstraint("kind IN ('socialised', 'capability', 'criteria')", name="ck_body_raised_raised_kind"),
        sa.CheckConstraint("(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_body_raised_reason_if_struck"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name="fk_body_raised_entered_by_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_body_raised_organisation_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_body_raised_achieved_on", "body_raised", ["achieved_on"])
    op.create_index("ix_body_raised_organisation_id", "body_raised", ["organisation_id"])

    op.create_table(
        "cycle_release",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("list_slug", sa.Text, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=True),
        sa.Column("unchecked", sa.JSON, nullable=False),
        sa.Column("released_on", sa.Date, nullable=False),
        sa.Column("released_by_id", sa.Integer, nullable=False),
        sa.Column("withdrawn_on", sa.Date, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer, nullable=True),
        sa.Column("withdrawal_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cycle_release"),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)", name="ck_cycle_release_reason_if_withdrawn"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_cycle_release_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user.id"], name="fk_cycle_release_released_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user.id"], name="fk_cycle_release_withdrawn_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_cycle_release_body_id", "cycle_release", ["body_id"])
    op.create_index(
        "uq_cycle_release_live",
        "cycle_release",
        ["body_id", "list_slug"],
        unique=True,
        sqlite_where=sa.text("withdrawn_on IS NULL"),
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )

    op.create_table(
        "demand_figure",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("commune_key", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("in_use_count", sa.Integer, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("replaced_by_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_demand_figure"),
        sa.CheckConstraint("source IN ('survey', 'licence_list', 'meter_list')", name="ck_demand_figure_demand_source"),
        sa.CheckConstraint("in_use_count >= 0", name="ck_demand_figure_not_negative"),
        sa.ForeignKeyConstraint(["commune_key"], ["commune.key"], name="fk_demand_figure_commune_key"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_demand_figure_entered_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["demand_figure.id"], name="fk_demand_figure_replaced_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_demand_figure_cell", "demand_figure", ["year", "type_slug", "commune_key"])
    op.create_index("ix_demand_figure_commune_key", "demand_figure", ["commune_key"])

    op.create_table(
        "designation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("decision_number", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("suspended_from", sa.Date, nullable=True),
        sa.Column("suspended_until", sa.Date, nullable=True),
        sa.Column("file_hash", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_designation"),
        sa.CheckConstraint("valid_until >= issued_on", name="ck_designation_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_designation_body_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("body_id", "decision_number", name="uq_designation_body_id_decision_number"),
    )
    op.create_index("ix_designation_body_id", "designation", ["body_id"])

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_login_session_user_id", ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash", name="uq_login_session_token_hash"),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])

    op.create_table(
        "lost_numbers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lost_numbers"),
        sa.CheckConstraint("first >= 1 AND first <= last", name="ck_lost_numbers_first_before_last"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_lost_numbers_body_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("body_id", "kind", "year", "first", name="uq_lost_numbers_body_id_kind_year_first"),
    )
    op.create_index("ix_lost_numbers_body_id", "lost_numbers", ["body_id"])

    op.create_table(
        "number_series",
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("body_id", "kind", "year", name="pk_number_series"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_number_series_body_id", ondelete="RESTRICT"),
    )

    op.create_table(
        "order",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by_id", sa.Integer, nullable=False),
        sa.Column("promised_on", sa.Date, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_order_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["customer_id"], ["organisation.id"], name="fk_order_customer_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["received_by_id"], ["user.id"], name="fk_order_received_by_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("body_id", "number", name="uq_order_body_id_number"),
    )
    op.create_index("ix_order_customer_id", "order", ["customer_id"])
    op.create_index("ix_order_received_at", "order", ["received_at"])

    op.create_table(
        "own_revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("procedure_slug", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("origin_revision", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("tables", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("written_on", sa.Date, nullable=False),
        sa.Column("confirmed_by_id", sa.Integer, nullable=True),
        sa.Column("confirmed_on", sa.Date, nullable=True),
        sa.Column("discarded_on", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_own_revision"),
        sa.CheckConstraint("confirmed_by_id <> author_id", name="ck_own_revision_two_people"),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_id IS NULL)", name="ck_own_revision_day_if_confirmed"
        ),
        sa.CheckConstraint("confirmed_on IS NULL OR discarded_on IS NULL", name="ck_own_revision_one_end"),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name="fk_own_revision_author_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_own_revision_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user.id"], name="fk_own_revision_confirmed_by_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("procedure_slug", "revision", name="uq_own_revision_procedure_slug_revision"),
    )
    op.create_index("ix_own_revision_body_id", "own_revision", ["body_id"])

    op.create_table(
        "procedure_release",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("procedure_slug", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=True),
        sa.Column("unchecked", sa.JSON, nullable=False),
        sa.Column("released_on", sa.Date, nullable=False),
        sa.Column("released_by_id", sa.Integer, nullable=False),
        sa.Column("withdrawn_on", sa.Date, nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer, nullable=True),
        sa.Column("withdrawal_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_release"),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)", name="ck_procedure_release_reason_if_withdrawn"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_procedure_release_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user.id"], name="fk_procedure_release_released_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user.id"], name="fk_procedure_release_withdrawn_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_procedure_release_body_id", "procedure_release", ["body_id"])
    op.create_index(
        "uq_procedure_release_live",
        "procedure_release",
        ["body_id", "procedure_slug"],
        unique=True,
        sqlite_where=sa.text("withdrawn_on IS NULL"),
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )

    op.create_table(
        "programme_support",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("enterprise_id", sa.Integer, nullable=False),
        sa.Column("supported_on", sa.Date, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_programme_support"),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_programme_support_reason_if_struck"
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name="fk_programme_support_entered_by_id"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name="fk_programme_support_enterprise_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_programme_support_enterprise_id", "programme_support", ["enterprise_id"])
    op.create_index("ix_programme_support_supported_on", "programme_support", ["supported_on"])

    op.create_table(
        "registration",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("file_hash", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_registration_body_id", ondelete="RESTRICT"),
    )
    op.create_index("ix_registration_body_id", "registration", ["body_id"])

    op.create_table(
        "standard",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=True),
        sa.Column("holder_name", sa.Text, nullable=False),
        sa.Column("inventory_number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind_slug", sa.Text, nullable=False),
        sa.Column("rank", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("maker", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("made_in", sa.Text, nullable=False),
        sa.Column("range_from", EXACT, nullable=False),
        sa.Column("range_to", EXACT, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("accuracy_class", sa.Text, nullable=False),
        sa.Column("mpe", EXACT, nullable=True),
        sa.Column("interval_months", sa.Integer, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standard"),
        sa.CheckConstraint("body_id IS NOT NULL OR holder_name <> ''", name="ck_standard_somebody_holds_it"),
        sa.CheckConstraint("rank IN ('national', 'reference', 'working')", name="ck_standard_standard_rank"),
        sa.CheckConstraint("state IN ('in_use', 'suspended', 'retired')", name="ck_standard_standard_state"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_standard_body_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("body_id", "inventory_number", name="uq_standard_body_id_inventory_number"),
    )
    op.create_index("ix_standard_body_id", "standard", ["body_id"])
    op.create_index("ix_standard_kind_slug", "standard", ["kind_slug"])

    op.create_table(
        "training",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("organiser", sa.Text, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("distinct_count", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_training"),
        sa.CheckConstraint("(struck_on IS NULL) = (struck_reason IS NULL)", name="ck_training_reason_if_struck"),
        sa.CheckConstraint("turns >= distinct_count AND distinct_count >= 0", name="ck_training_turns_not_fewer"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name="fk_training_entered_by_id"),
    )
    op.create_index("ix_training_held_on", "training", ["held_on"])

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_user_role"),
        sa.CheckConstraint(
            "role IN ('receptionist', 'verifier', 'reviewer', 'signatory', 'quality_manager', 'manager', 'assessor', 'enterprise', 'administrator')",
            name="ck_user_role_role",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_user_role_user_id", ondelete="CASCADE"),
    )

    op.create_table(
        "verifier_card",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("holder_name", sa.Text, nullable=False),
        sa.Column("birth_year", sa.Integer, nullable=True),
        sa.Column("decision_number", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("suspended_from", sa.Date, nullable=True),
        sa.Column("suspended_until", sa.Date, nullable=True),
        sa.Column("folded", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verifier_card"),
        sa.CheckConstraint("valid_until >= issued_on", name="ck_verifier_card_ends_after_it_begins"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_verifier_card_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_verifier_card_user_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("number", "issued_on", name="uq_verifier_card_number_issued_on"),
    )
    op.create_index("ix_verifier_card_body_id", "verifier_card", ["body_id"])
    op.create_index("ix_verifier_card_user_id", "verifier_card", ["user_id"])

    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("standard_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issuer_name", sa.Text, nullable=False),
        sa.Column("issuer_kind", sa.String(40), nullable=False),
        sa.Column("accreditation_number", sa.Text, nullable=False),
        sa.Column("accreditation_until", sa.Date, nullable=True),
        sa.Column("calibrated_on", sa.Date, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("range_from", EXACT, nullable=False),
        sa.Column("range_to", EXACT, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("error", EXACT, nullable=True),
        sa.Column("uncertainty", EXACT, nullable=True),
        sa.Column("coverage_factor", EXACT, nullable=True),
        sa.Column("is_root", sa.Boolean, nullable=False),
        sa.Column("certification_decision", sa.Text, nullable=False),
        sa.Column("certification_until", sa.Date, nullable=True),
        sa.Column("file_hash", sa.Text, nullable=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("withdrawn_on", sa.Date, nullable=True),
        sa.Column("withdrawal_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calibration"),
        sa.CheckConstraint("due_on >= calibrated_on", name="ck_calibration_due_after_it"),
        sa.CheckConstraint(
            "issuer_kind IN ('national_institute', 'accredited', 'designated', 'in_house', 'other')",
            name="ck_calibration_issuer_kind",
        ),
        sa.CheckConstraint("(uncertainty IS NULL) = (coverage_factor IS NULL)", name="ck_calibration_k_with_u"),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)", name="ck_calibration_reason_if_withdrawn"
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_calibration_standard_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_calibration_standard", "calibration", ["standard_id", "calibrated_on"])

    op.create_table(
        "designation_scope",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("designation_id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.Column("range_text", sa.Text, nullable=False),
        sa.Column("class_text", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_designation_scope"),
        sa.ForeignKeyConstraint(
            ["designation_id"], ["designation.id"], name="fk_designation_scope_designation_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("designation_id", "type_slug", name="uq_designation_scope_designation_id_type_slug"),
    )
    op.create_index("ix_designation_scope_designation_id", "designation_scope", ["designation_id"])
    op.create_index("ix_designation_scope_type_slug", "designation_scope", ["type_slug"])

    op.create_table(
        "job",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("agreed_rule", sa.String(40), nullable=True),
        sa.Column("recalibration_on", sa.Date, nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("instrument_id", sa.Integer, nullable=True),
        sa.Column("standard_id", sa.Integer, nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_to_id", sa.Integer, nullable=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("performed_on", sa.Date, nullable=True),
        sa.Column("late_reason", sa.Text, nullable=False),
        sa.Column("performed_by_id", sa.Integer, nullable=True),
        sa.Column("procedure_slug", sa.Text, nullable=True),
        sa.Column("procedure_revision", sa.Text, nullable=True),
        sa.Column("release_id", sa.Integer, nullable=True),
        sa.Column("subject_snapshot", sa.JSON, nullable=False),
        sa.Column("environment", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=True),
        sa.Column("failed_stage", sa.Text, nullable=True),
        sa.Column("evaluation", sa.JSON, nullable=True),
        sa.Column("evidence", sa.String(40), nullable=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("stamp_serial", sa.Text, nullable=False),
        sa.Column("cycle_months", sa.Integer, nullable=True),
        sa.Column("cycle_list", sa.Text, nullable=True),
        sa.Column("cycle_release_id", sa.Integer, nullable=True),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.CheckConstraint("evidence IN ('certificate', 'stamp', 'mark', 'stamp_and_mark')", name="ck_job_evidence"),
        sa.CheckConstraint(
            "(state NOT IN ('certified', 'evidenced')) OR verdict = 'pass' OR (kind = 'calibration' AND state = 'certified')",
            name="ck_job_evidence_only_on_pass",
        ),
        sa.CheckConstraint("(instrument_id IS NULL) <> (standard_id IS NULL)", name="ck_job_has_one_subject"),
        sa.CheckConstraint(
            "(state IN ('registered', 'cancelled')) OR (performed_by_id IS NOT NULL AND procedure_slug IS NOT NULL AND procedure_revision IS NOT NULL AND release_id IS NOT NULL)",
            name="ck_job_has_performer_and_procedure_once_started",
        ),
        sa.CheckConstraint(
            "(state IN ('registered', 'in_progress', 'cancelled')) OR (performed_on IS NOT NULL AND submitted_at IS NOT NULL AND evidence_at IS NOT NULL AND (verdict IS NOT NULL) = (kind = 'verification'))",
            name="ck_job_has_verdict_once_submitted",
        ),
        sa.CheckConstraint("kind IN ('verification', 'calibration', 'test')", name="ck_job_job_kind"),
        sa.CheckConstraint("(kind = 'verification') = (reason IS NOT NULL)", name="ck_job_reason_if_verified"),
        sa.CheckConstraint("(kind = 'calibration') = (agreed_rule IS NOT NULL)", name="ck_job_rule_if_calibrated"),
        sa.CheckConstraint(
            "agreed_rule IN ('none', 'simple', 'guarded', 'nonbinary', 'r111')", name="ck_job_agreed_rule"
        ),
        sa.CheckConstraint(
            "state IN ('registered', 'in_progress', 'awaiting_review', 'approved', 'certified', 'evidenced', 'notified', 'cancelled')",
            name="ck_job_job_state",
        ),
        sa.CheckConstraint("(state <> 'notified') OR verdict = 'fail'", name="ck_job_notice_only_on_fail"),
        sa.CheckConstraint(
            "(state NOT IN ('approved', 'certified', 'evidenced', 'notified')) OR (reviewed_by_id IS NOT NULL AND reviewed_by_id <> performed_by_id)",
            name="ck_job_reviewed_by_another",
        ),
        sa.CheckConstraint("verdict IN ('pass', 'fail')", name="ck_job_verdict"),
        sa.CheckConstraint("reason <> 'in_service'", name="ck_job_is_no_inspection"),
        sa.CheckConstraint(
            "reason IN ('initial', 'periodic', 'after_repair', 'counter', 'in_service')",
            name="ck_job_verification_reason",
        ),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["user.id"], name="fk_job_assigned_to_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_job_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["cycle_release_id"], ["cycle_release.id"], name="fk_job_cycle_release_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name="fk_job_instrument_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_job_order_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["performed_by_id"], ["user.id"], name="fk_job_performed_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["procedure_release.id"], name="fk_job_release_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name="fk_job_reviewed_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["standard_id"], ["standard.id"], name="fk_job_standard_id", ondelete="RESTRICT"),
        sa.UniqueConstraint("order_id", "position", name="uq_job_order_id_position"),
    )
    op.create_index("ix_job_assigned_to_id", "job", ["assigned_to_id"])
    op.create_index("ix_job_body_state", "job", ["body_id", "state"])
    op.create_index("ix_job_closed_at", "job", ["closed_at"])
    op.create_index("ix_job_instrument_id", "job", ["instrument_id"])
    op.create_index("ix_job_order_id", "job", ["order_id"])
    op.create_index("ix_job_performed_by_id", "job", ["performed_by_id"])
    op.create_index("ix_job_performed_on", "job", ["performed_on"])
    op.create_index("ix_job_registered_at", "job", ["registered_at"])
    op.create_index("ix_job_reviewed_by_id", "job", ["reviewed_by_id"])
    op.create_index("ix_job_standard_id", "job", ["standard_id"])
    op.create_index(
        "uq_job_open",
        "job",
        ["instrument_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('registered', 'in_progress', 'awaiting_review', 'approved')"),
        postgresql_where=sa.text("state IN ('registered', 'in_progress', 'awaiting_review', 'approved')"),
    )

    op.create_table(
        "standard_outage",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("standard_id", sa.Integer, nullable=False),
        sa.Column("begins_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standard_outage"),
        sa.CheckConstraint("ends_on >= begins_on", name="ck_standard_outage_ends_after_it_begins"),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_standard_outage_standard_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_standard_outage_standard_id", "standard_outage", ["standard_id"])

    op.create_table(
        "verifier_card_field",
        sa.Column("card_id", sa.Integer, nullable=False),
        sa.Column("type_slug", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("card_id", "type_slug", name="pk_verifier_card_field"),
        sa.ForeignKeyConstraint(
            ["card_id"], ["verifier_card.id"], name="fk_verifier_card_field_card_id", ondelete="CASCADE"
        ),
    )

    op.create_table(
        "calibration_reference",
        sa.Column("calibration_id", sa.Integer, nullable=False),
        sa.Column("standard_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("calibration_id", "standard_id", name="pk_calibration_reference"),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name="fk_calibration_reference_calibration_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_calibration_reference_standard_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_calibration_reference_standard_id", "calibration_reference", ["standard_id"])

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("lookup_token", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("instrument_id", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_id", sa.Integer, nullable=False),
        sa.Column("evidence_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("file_hash", sa.Text, nullable=True),
        sa.Column("supersedes_id", sa.Integer, nullable=True),
        sa.Column("void_reason", sa.Text, nullable=True),
        sa.Column("revoked_on", sa.Date, nullable=True),
        sa.Column("revocation_reason", sa.String(40), nullable=True),
        sa.Column("revocation_text", sa.Text, nullable=True),
        sa.Column("signed_on", sa.Date, nullable=True),
        sa.Column("sealed_on", sa.Date, nullable=True),
        sa.Column("handed_over_on", sa.Date, nullable=True),
        sa.Column("handed_over_to", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued', 'void', 'superseded', 'revoked')", name="ck_certificate_certificate_state"
        ),
        sa.CheckConstraint("kind IN ('verification', 'notice', 'calibration')", name="ck_certificate_document_kind"),
        sa.CheckConstraint(
            "state IN ('reserved', 'void') OR (issued_at IS NOT NULL AND file_hash IS NOT NULL)",
            name="ck_certificate_has_file_once_issued",
        ),
        sa.CheckConstraint(
            "(state = 'revoked') = (revocation_reason IS NOT NULL)", name="ck_certificate_reason_if_revoked"
        ),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="ck_certificate_reason_if_void"),
        sa.CheckConstraint(
            "revocation_reason IN ('wrong_result', 'wrong_instrument', 'standard_faulty', 'not_entitled', 'other')",
            name="ck_certificate_revocation_reason",
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_certificate_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name="fk_certificate_instrument_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user.id"], name="fk_certificate_issued_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_certificate_job_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name="fk_certificate_owner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["certificate.id"], name="fk_certificate_supersedes_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("body_id", "kind", "year", "sequence", name="uq_certificate_body_id_kind_year_sequence"),
        sa.UniqueConstraint("body_id", "number", name="uq_certificate_body_id_number"),
        sa.UniqueConstraint("lookup_token", name="uq_certificate_lookup_token"),
        sa.UniqueConstraint("supersedes_id", name="uq_certificate_supersedes_id"),
    )
    op.create_index("ix_certificate_body_issued", "certificate", ["body_id", "issued_on"])
    op.create_index("ix_certificate_instrument_id", "certificate", ["instrument_id"])
    op.create_index("ix_certificate_job_id", "certificate", ["job_id"])
    op.create_index("ix_certificate_number", "certificate", ["number"])
    op.create_index("ix_certificate_owner_id", "certificate", ["owner_id"])
    op.create_index(
        "uq_certificate_live",
        "certificate",
        ["job_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('reserved', 'issued')"),
        postgresql_where=sa.text("state IN ('reserved', 'issued')"),
    )

    op.create_table(
        "evidence_ending",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("instrument_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=True),
        sa.Column("recorded_by_id", sa.Integer, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_ending"),
        sa.CheckConstraint(
            "reason IN ('failed', 'repaired', 'altered', 'evidence_lost', 'broken', 'out_of_use')",
            name="ck_evidence_ending_ending_reason",
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name="fk_evidence_ending_instrument_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_evidence_ending_job_id"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name="fk_evidence_ending_recorded_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_evidence_ending_instrument", "evidence_ending", ["instrument_id", "ended_at"])
    op.create_index("ix_evidence_ending_job_id", "evidence_ending", ["job_id"])

    op.create_table(
        "job_standard",
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("standard_id", sa.Integer, nullable=False),
        sa.Column("calibration_id", sa.Integer, nullable=False),
        sa.Column("need", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "standard_id", name="pk_job_standard"),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name="fk_job_standard_calibration_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_standard_job_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name="fk_job_standard_standard_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_job_standard_calibration_id", "job_standard", ["calibration_id"])
    op.create_index("ix_job_standard_standard_id", "job_standard", ["standard_id"])

    op.create_table(
        "reading",
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("typed", sa.Text, nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.PrimaryKeyConstraint("job_id", "key", name="pk_reading"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_reading_job_id", ondelete="CASCADE"),
    )

    op.create_table(
        "review",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("is_approval", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_review_job_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name="fk_review_reviewed_by_id", ondelete="RESTRICT"),
    )
    op.create_index("ix_review_job_id", "review", ["job_id"])

    op.create_table(
        "stamp",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("likeness", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("instrument_id", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("applied_by_id", sa.Integer, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_on", sa.Date, nullable=True),
        sa.Column("cancel_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stamp"),
        sa.CheckConstraint("(state = 'applied') = (cancel_reason IS NULL)", name="ck_stamp_reason_if_not_applied"),
        sa.CheckConstraint("state IN ('applied', 'cancelled', 'released')", name="ck_stamp_stamp_state"),
        sa.ForeignKeyConstraint(["applied_by_id"], ["user.id"], name="fk_stamp_applied_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_stamp_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name="fk_stamp_instrument_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_stamp_job_id"),
    )
    op.create_index("ix_stamp_instrument_id", "stamp", ["instrument_id"])
    op.create_index("ix_stamp_job_id", "stamp", ["job_id"])
    op.create_index("ix_stamp_serial", "stamp", ["body_id", "serial"])
    op.create_index(
        "uq_stamp_likeness",
        "stamp",
        ["body_id", "likeness"],
        unique=True,
        sqlite_where=sa.text("state <> 'released'"),
        postgresql_where=sa.text("state <> 'released'"),
    )
    op.create_index(
        "uq_stamp_live",
        "stamp",
        ["job_id"],
        unique=True,
        sqlite_where=sa.text("state = 'applied'"),
        postgresql_where=sa.text("state = 'applied'"),
    )

    for table, what in FROZEN.items():
        protect(table, **what)


def downgrade() -> None:
    for table in reversed(TABLES):
        if table in FROZEN:
            unprotect(table)
        op.drop_table(table)
