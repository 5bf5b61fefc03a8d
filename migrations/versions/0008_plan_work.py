"""Tasks of the plan with their budgets, steps and results, and what to buy next.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from protecting import protect, unprotect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: A decimal with all its digits: NUMERIC, or text where the engine has no such type.
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")

#: In the order in which they are made.
TABLES = (
    "assurance_programme",
    "investment_option",
    "plan_activity",
    "task_item",
    "accreditation",
    "assurance_step",
    "budget_line",
    "criteria_assessment",
    "item_progress",
    "purchase",
    "training_participant",
    "budget_step",
    "criteria_score",
    "purchase_step",
)

#: Rows that the database refuses to change: the columns, and from when on.
FROZEN = {
    "budget_step": {
        "frozen": (
            "id",
            "line_id",
            "stage",
            "amount",
            "document",
            "decided_on",
            "decided_by",
            "entered_on",
            "entered_by_id",
        ),
        "set_once": ("struck_on", "struck_reason"),
    },
    "criteria_score": {
        "frozen": (
            "assessment_id",
            "criterion",
            "score",
            "evidence",
        )
    },
}


def upgrade() -> None:
    op.create_table(
        "assurance_programme",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("enterprise_id", sa.Integer, nullable=False),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("steps_slug", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assurance_programme"),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_assurance_programme_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_assurance_programme_entered_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["organisation.id"],
            name="fk_assurance_programme_enterprise_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index(
        "ix_assurance_programme_enterprise_id", "assurance_programme", ["enterprise_id"]
    )
    op.create_table(
        "investment_option",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("type_slugs", sa.JSON, nullable=False),
        sa.Column("cost", EXACT, nullable=True),
        sa.Column("cost_source", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_investment_option"),
        sa.CheckConstraint(
            "kind IN ('standard', 'person', 'designation')",
            name="ck_investment_option_option_kind",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_investment_option_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["body.id"],
            name="fk_investment_option_body_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_investment_option_entered_by_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_investment_option_body_id", "investment_option", ["body_id"])
    op.create_table(
        "plan_activity",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("partners", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("reached_count", sa.Integer, nullable=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_plan_activity"),
        sa.CheckConstraint(
            "kind IN ('policy_review', 'survey', 'cooperation', 'international', "
            "'communication')",
            name="ck_plan_activity_activity_kind",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_plan_activity_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_plan_activity_entered_by_id"
        ),
    )
    op.create_index("ix_plan_activity_held_on", "plan_activity", ["held_on"])
    op.create_table(
        "task_item",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("plan_code", sa.Text, nullable=False),
        sa.Column("task_code", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("cooperating", sa.Text, nullable=False),
        sa.Column("begins_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("expected", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_task_item"),
        sa.CheckConstraint(
            "ends_on >= begins_on", name="ck_task_item_ends_after_it_begins"
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_task_item_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_task_item_entered_by_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_task_item_task_code", "task_item", ["task_code"])
    op.create_index("ix_task_item_year", "task_item", ["year"])
    op.create_table(
        "accreditation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("raised_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accreditation"),
        sa.CheckConstraint(
            "valid_until >= issued_on", name="ck_accreditation_ends_after_it_begins"
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_accreditation_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_accreditation_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["raised_id"],
            ["body_raised.id"],
            name="fk_accreditation_raised_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_accreditation_raised_id", "accreditation", ["raised_id"])
    op.create_table(
        "assurance_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("programme_id", sa.Integer, nullable=False),
        sa.Column("step_code", sa.Text, nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("support_id", sa.Integer, nullable=True),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assurance_step"),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_assurance_step_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_assurance_step_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["assurance_programme.id"],
            name="fk_assurance_step_programme_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["support_id"],
            ["programme_support.id"],
            name="fk_assurance_step_support_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index(
        "ix_assurance_step_programme_id", "assurance_step", ["programme_id"]
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("funding", sa.String(40), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_budget_line"),
        sa.CheckConstraint(
            "funding IN ('central', 'provincial_science', 'enterprises', 'other')",
            name="ck_budget_line_funding_source",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_budget_line_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_budget_line_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["task_item.id"],
            name="fk_budget_line_item_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_budget_line_item_id", "budget_line", ["item_id"])
    op.create_table(
        "criteria_assessment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Integer, nullable=False),
        sa.Column("criteria", sa.Text, nullable=False),
        sa.Column("assessed_on", sa.Date, nullable=False),
        sa.Column("assessors", sa.Text, nullable=False),
        sa.Column("conclusion", sa.String(40), nullable=False),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("raised_id", sa.Integer, nullable=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_criteria_assessment"),
        sa.CheckConstraint(
            "conclusion IN ('meets', 'does_not')",
            name="ck_criteria_assessment_conclusion",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_criteria_assessment_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name="fk_criteria_assessment_entered_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_criteria_assessment_organisation_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["raised_id"],
            ["body_raised.id"],
            name="fk_criteria_assessment_raised_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index(
        "ix_criteria_assessment_assessed_on", "criteria_assessment", ["assessed_on"]
    )
    op.create_index(
        "ix_criteria_assessment_organisation_id",
        "criteria_assessment",
        ["organisation_id"],
    )
    op.create_table(
        "item_progress",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("reported_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_item_progress"),
        sa.CheckConstraint(
            "state IN ('planned', 'under_way', 'done', 'given_up')",
            name="ck_item_progress_item_state",
        ),
        sa.CheckConstraint(
            "percent BETWEEN 0 AND 100", name="ck_item_progress_part_of_a_hundred"
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_item_progress_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_item_progress_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["task_item.id"],
            name="fk_item_progress_item_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_item_progress_item_id", "item_progress", ["item_id"])
    op.create_table(
        "purchase",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("holder_id", sa.Integer, nullable=True),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_purchase"),
        sa.CheckConstraint("quantity > 0", name="ck_purchase_at_least_one"),
        sa.CheckConstraint(
            "purpose IN ('laboratory', 'inspection')", name="ck_purchase_purpose"
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_purchase_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_purchase_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["organisation.id"],
            name="fk_purchase_holder_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["task_item.id"],
            name="fk_purchase_item_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_purchase_item_id", "purchase", ["item_id"])
    op.create_table(
        "training_participant",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("training_id", sa.Integer, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("birth_year", sa.Integer, nullable=True),
        sa.Column("workplace", sa.Text, nullable=False),
        sa.Column("id_tail", sa.Text, nullable=False),
        sa.Column("occasions", sa.Integer, nullable=False),
        sa.Column("person_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_training_participant"),
        sa.CheckConstraint(
            "occasions > 0", name="ck_training_participant_came_at_least_once"
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
            name="fk_training_participant_training_id",
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint(
            "training_id",
            "person_key",
            name="uq_training_participant_training_id_person_key",
        ),
    )
    op.create_index(
        "ix_training_participant_person_key", "training_participant", ["person_key"]
    )
    op.create_table(
        "budget_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("line_id", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("amount", EXACT, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_budget_step"),
        sa.CheckConstraint(
            "stage IN ('estimate', 'appraisal', 'approval', 'payment')",
            name="ck_budget_step_budget_stage",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_budget_step_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_budget_step_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["budget_line.id"],
            name="fk_budget_step_line_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_budget_step_line_id", "budget_step", ["line_id"])
    op.create_table(
        "criteria_score",
        sa.Column("assessment_id", sa.Integer, nullable=False),
        sa.Column("criterion", sa.Text, nullable=False),
        sa.Column("score", EXACT, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", "criterion", name="pk_criteria_score"),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["criteria_assessment.id"],
            name="fk_criteria_score_assessment_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_table(
        "purchase_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("purchase_id", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("amount", EXACT, nullable=True),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("entered_by_id", sa.Integer, nullable=False),
        sa.Column("struck_on", sa.Date, nullable=True),
        sa.Column("struck_reason", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_step"),
        sa.CheckConstraint(
            "stage IN ('proposed', 'contracted', 'delivered', 'accepted', 'given_up')",
            name="ck_purchase_step_purchase_stage",
        ),
        sa.CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)",
            name="ck_purchase_step_reason_if_struck",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name="fk_purchase_step_entered_by_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"],
            ["purchase.id"],
            name="fk_purchase_step_purchase_id",
            ondelete="RESTRICT",
        ),
    )
    op.create_index("ix_purchase_step_purchase_id", "purchase_step", ["purchase_id"])
    for table, what in FROZEN.items():
        protect(table, **what)


def downgrade() -> None:
    for table in reversed(TABLES):
        if table in FROZEN:
            unprotect(table)
        op.drop_table(table)
