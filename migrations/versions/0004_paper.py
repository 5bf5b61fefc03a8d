"""What a body prints on its documents, and reports of tests.

Revision: 0004, after 0003. A body without a row prints in both languages, without a
logo, as all did before.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect
from rewording import reword_check

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = "kind IN ('verification', 'notice', 'calibration')"
KINDS_NOW = "kind IN ('verification', 'notice', 'calibration', 'test')"
PASSED = (
    "(state NOT IN ('certified', 'evidenced')) OR verdict = 'pass' "
    "OR (kind = 'calibration' AND state = 'certified')"
)
PASSED_NOW = (
    "(state NOT IN ('certified', 'evidenced')) OR verdict = 'pass' "
    "OR (kind IN ('calibration', 'test') AND state = 'certified')"
)


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_picture"),
    )
    protect("picture", frozen=("hash", "data"))
    op.create_table(
        "letterhead",
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("logo_hash", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("body_id", name="pk_letterhead"),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name="fk_letterhead_body_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["logo_hash"],
            ["picture.hash"],
            name="fk_letterhead_logo_hash",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "language IN ('bilingual', 'vietnamese')",
            name="ck_letterhead_document_language",
        ),
    )
    op.add_column(
        "body",
        sa.Column(
            "test_pattern",
            sa.Text,
            nullable=False,
            server_default="TN{yy}.{n:05}",
        ),
    )
    reword_check(
        "certificate", "ck_certificate_document_kind", was=KINDS, now=KINDS_NOW
    )
    reword_check("job", "ck_job_evidence_only_on_pass", was=PASSED, now=PASSED_NOW)


def downgrade() -> None:
    reword_check("job", "ck_job_evidence_only_on_pass", was=PASSED_NOW, now=PASSED)
    reword_check(
        "certificate", "ck_certificate_document_kind", was=KINDS_NOW, now=KINDS
    )
    op.drop_column("body", "test_pattern")
    op.drop_table("letterhead")
    unprotect("picture")
    op.drop_table("picture")
