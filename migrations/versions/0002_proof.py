"""The public log of what happens to documents.

Revision: 0002, after 0001. Documents from before have no entry in it: nothing is
dated back.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: No row of these ever changes.
FROZEN = {
    "log_key": ("id", "name", "public_key", "first_size", "began_at"),
    "log_entry": ("position", "event", "document", "file", "entry", "leaf_hash"),
    "log_node": ("height", "position", "hash"),
    "log_checkpoint": (
        "size",
        "key_id",
        "root",
        "signature",
        "signed_at",
        "trail_size",
        "trail_hash",
        "trail_signature",
    ),
}


def upgrade() -> None:
    op.create_table(
        "log_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("first_size", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_key")),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_entry",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entry")),
    )
    op.create_index("ix_log_entry_document", "log_entry", ["document", "position"])
    op.create_index(op.f("ix_log_entry_file"), "log_entry", ["file"])
    op.create_table(
        "log_node",
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("height", "position", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trail_size", sa.Integer(), nullable=True),
        sa.Column("trail_hash", sa.Text(), nullable=True),
        sa.Column("trail_signature", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["log_key.id"],
            name=op.f("fk_log_checkpoint_key_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("size", "key_id", name=op.f("pk_log_checkpoint")),
    )
    for table, columns in FROZEN.items():
        protect(table, frozen=columns)


def downgrade() -> None:
    for table in reversed(FROZEN):
        unprotect(table)
    op.drop_table("log_checkpoint")
    op.drop_table("log_node")
    op.drop_index(op.f("ix_log_entry_file"), table_name="log_entry")
    op.drop_index("ix_log_entry_document", table_name="log_entry")
    op.drop_table("log_entry")
    op.drop_table("log_head")
    op.drop_table("log_key")
