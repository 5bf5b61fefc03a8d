"""Signatures on documents, and the files that bear them.

Revision: 0003, after 0002. Documents from before were signed by hand; no row says so.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FROZEN = {
    "signing_choice": ("id", "body_id", "way", "chosen_at", "chosen_by_id"),
    "certificate_file": (
        "id",
        "certificate_id",
        "body_id",
        "owner_id",
        "kind",
        "file_hash",
        "media_type",
        "added_at",
        "added_by_id",
        "details",
    ),
    "certificate_signing": ("id", "certificate_id", "way"),
}


def upgrade() -> None:
    op.create_table(
        "signing_choice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_signing_choice"),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name="fk_signing_choice_body_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"],
            ["user.id"],
            name="fk_signing_choice_chosen_by_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "way IN ('hand', 'token', 'server')", name="ck_signing_choice_signing_way"
        ),
    )
    op.create_index("ix_signing_choice_body_id", "signing_choice", ["body_id"])

    op.create_table(
        "certificate_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("file_hash", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer, nullable=True),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_file"),
        sa.UniqueConstraint(
            "certificate_id",
            "file_hash",
            name="uq_certificate_file_certificate_id_file_hash",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name="fk_certificate_file_certificate_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name="fk_certificate_file_body_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["organisation.id"],
            name="fk_certificate_file_owner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["user.id"],
            name="fk_certificate_file_added_by_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "kind IN ('sealed', 'token', 'stamped', 'scan')",
            name="ck_certificate_file_file_kind",
        ),
    )
    op.create_index(
        "ix_certificate_file_certificate_id", "certificate_file", ["certificate_id"]
    )
    op.create_index("ix_certificate_file_file_hash", "certificate_file", ["file_hash"])

    op.create_table(
        "certificate_signing",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("certificate_id", sa.Integer, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("awaits", sa.String(40), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_signing"),
        sa.UniqueConstraint(
            "certificate_id", name="uq_certificate_signing_certificate_id"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name="fk_certificate_signing_certificate_id",
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "way IN ('hand', 'token', 'server')",
            name="ck_certificate_signing_signing_way",
        ),
        sa.CheckConstraint(
            "awaits IN ('signature', 'stamp', 'nothing')",
            name="ck_certificate_signing_signing_step",
        ),
    )
    op.create_index("ix_certificate_signing_awaits", "certificate_signing", ["awaits"])
    for table, columns in FROZEN.items():
        protect(table, frozen=columns)


def downgrade() -> None:
    for table in FROZEN:
        unprotect(table)
    op.drop_table("certificate_signing")
    op.drop_table("certificate_file")
    op.drop_table("signing_choice")
