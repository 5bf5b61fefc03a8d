"""Corrections of documents, work in bulk, reports by the public.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN_BEFORE = (
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
)
#: The successor names what it supersedes in the moment that it takes its place.
FROZEN = FROZEN_BEFORE[:-1]
SET_ONCE_BEFORE = ("issued_at", "file_hash", "revoked_on", "void_reason")
SET_ONCE = ("issued_at", "file_hash", "supersedes_id", "revoked_on", "void_reason")
NO_RETURN = (
    "(OLD.state IN ('void', 'revoked', 'superseded') AND NEW.state <> OLD.state) "
    "OR (OLD.state = 'issued' AND NEW.state IN ('reserved', 'void'))"
)
CORRECTION = ("id", "certificate_id", "corrects_id", "reason", "explanation", "changes")
HOLD = ("id", "certificate_id", "kind", "reason", "explanation", "held_on", "held_at", "held_by_id")

REPORT = ("id", "body_id", "certificate_id", "about", "kind", "text", "reported_at")


def _partial(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_index("ix_certificate_file_hash", "certificate", ["file_hash"])
    op.drop_index("uq_certificate_live", "certificate")
    _partial("uq_certificate_in_force", "certificate", "job_id", "state = 'issued'")
    _partial("uq_certificate_on_its_way", "certificate", "job_id", "state = 'reserved'")
    unprotect("certificate")
    protect("certificate", frozen=FROZEN, set_once=SET_ONCE, no_return=NO_RETURN)

    op.create_table(
        "certificate_correction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("corrects_id", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_correction"),
        sa.CheckConstraint(
            "reason IN ('owner', 'instrument', 'place', 'body', 'several')",
            name="ck_certificate_correction_correction_reason",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name="fk_certificate_correction_certificate_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["certificate.id"], name="fk_certificate_correction_corrects_id", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("certificate_id", name="uq_certificate_correction_certificate_id"),
    )
    op.create_index("ix_certificate_correction_corrects_id", "certificate_correction", ["corrects_id"])
    protect("certificate_correction", frozen=CORRECTION)

    op.create_table(
        "certificate_hold",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by_id", sa.Integer, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer, nullable=True),
        sa.Column("lifted_because", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_hold"),
        sa.CheckConstraint("kind IN ('suspended', 'under_review')", name="ck_certificate_hold_hold_kind"),
        sa.CheckConstraint(
            "reason IN ('reported', 'standard', 'method', 'identity', 'other')",
            name="ck_certificate_hold_hold_reason",
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="ck_certificate_hold_lifted_by_somebody"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_certificate_hold_certificate_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["user.id"], name="fk_certificate_hold_held_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["user.id"], name="fk_certificate_hold_lifted_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_certificate_hold_certificate_id", "certificate_hold", ["certificate_id"])
    _partial("uq_certificate_hold_standing", "certificate_hold", "certificate_id", "lifted_at IS NULL")
    protect("certificate_hold", frozen=HOLD, set_once=("lifted_at", "lifted_by_id", "lifted_because"))

    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("proposed_by_id", sa.Integer, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_hash", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_because", sa.Text, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_run"),
        sa.CheckConstraint("kind IN ('approve', 'issue')", name="ck_bulk_run_bulk_kind"),
        sa.CheckConstraint(
            "started_at IS NOT NULL OR (stopped_at IS NULL AND finished_at IS NULL AND lease_until IS NULL)",
            name="ck_bulk_run_started_first",
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_bulk_run_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user.id"], name="fk_bulk_run_proposed_by_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_bulk_run_body_proposed", "bulk_run", ["body_id", "proposed_at"])

    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Integer, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("stands_out", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("problem_vi", sa.Text, nullable=False),
        sa.Column("problem_en", sa.Text, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_item"),
        sa.CheckConstraint(
            "state IN ('waiting', 'begun', 'done', 'refused', 'left_out')", name="ck_bulk_item_item_state"
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'left_out')) = (problem_vi <> '')", name="ck_bulk_item_problem_if_not_done"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_bulk_item_certificate_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_bulk_item_job_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"], name="fk_bulk_item_run_id", ondelete="CASCADE"),
        sa.UniqueConstraint("run_id", "job_id", name="uq_bulk_item_run_id_job_id"),
        sa.UniqueConstraint("run_id", "position", name="uq_bulk_item_run_id_position"),
    )
    op.create_index("ix_bulk_item_certificate_id", "bulk_item", ["certificate_id"])
    op.create_index("ix_bulk_item_job_id", "bulk_item", ["job_id"])
    op.create_index("ix_bulk_item_run_state", "bulk_item", ["run_id", "state"])

    op.create_table(
        "problem_report",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=True),
        sa.Column("certificate_id", sa.Integer, nullable=True),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by_id", sa.Integer, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_problem_report"),
        sa.CheckConstraint(
            "kind IN ('differs', 'measures_wrong', 'stamp', 'paper', 'other')", name="ck_problem_report_problem_kind"
        ),
        sa.CheckConstraint(
            "state IN ('new', 'examined', 'founded', 'unfounded')", name="ck_problem_report_problem_state"
        ),
        sa.CheckConstraint(
            "(state IN ('founded', 'unfounded')) = (closed_at IS NOT NULL)",
            name="ck_problem_report_closed_at_some_time",
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR contact = ''", name="ck_problem_report_contact_forgotten"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name="fk_problem_report_answered_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_problem_report_body_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_problem_report_certificate_id", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_problem_report_body_state", "problem_report", ["body_id", "state"])
    op.create_index("ix_problem_report_certificate_id", "problem_report", ["certificate_id"])
    protect("problem_report", frozen=REPORT, set_once=("closed_at",))


def downgrade() -> None:
    unprotect("problem_report")
    op.drop_table("problem_report")
    op.drop_table("bulk_item")
    op.drop_table("bulk_run")
    unprotect("certificate_hold")
    op.drop_table("certificate_hold")
    unprotect("certificate_correction")
    op.drop_table("certificate_correction")
    unprotect("certificate")
    protect("certificate", frozen=FROZEN_BEFORE, set_once=SET_ONCE_BEFORE, no_return=NO_RETURN)
    op.drop_index("ix_certificate_file_hash", "certificate")
    op.drop_index("uq_certificate_on_its_way", "certificate")
    op.drop_index("uq_certificate_in_force", "certificate")
    _partial("uq_certificate_live", "certificate", "job_id", "state IN ('reserved', 'issued')")
