"""The states and kinds of work on a plan, and what people call them."""

from collections.abc import Mapping
from enum import StrEnum

from labms.i18n import N_


class ItemState(StrEnum):
    """How far a piece of yearly work has come."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    GIVEN_UP = "given_up"


ITEM_STATES: Mapping[ItemState, str] = {
    ItemState.PLANNED: N_("Planned"),
    ItemState.UNDER_WAY: N_("Being done"),
    ItemState.DONE: N_("Done"),
    ItemState.GIVEN_UP: N_("Given up"),
}


class FundingSource(StrEnum):
    """Where money comes from: section IV of plan 3446/KH-UBND names these four."""

    CENTRAL = "central"
    PROVINCIAL_SCIENCE = "provincial_science"
    ENTERPRISES = "enterprises"
    OTHER = "other"


FUNDING_SOURCES: Mapping[FundingSource, str] = {
    FundingSource.CENTRAL: N_("Central budget"),
    FundingSource.PROVINCIAL_SCIENCE: N_(
        "Science and technology funds of the province"
    ),
    FundingSource.ENTERPRISES: N_("Contributions of enterprises"),
    FundingSource.OTHER: N_("Other legal sources"),
}


class BudgetStage(StrEnum):
    """What somebody decided about an amount.

    Estimate, appraisal by the Department of Finance and approval by the People's
    Committee: section IV of plan 3446/KH-UBND. Payments are what was spent of it.
    """

    ESTIMATE = "estimate"
    APPRAISAL = "appraisal"
    APPROVAL = "approval"
    PAYMENT = "payment"


BUDGET_STAGES: Mapping[BudgetStage, str] = {
    BudgetStage.ESTIMATE: N_("Estimated"),
    BudgetStage.APPRAISAL: N_("Appraised"),
    BudgetStage.APPROVAL: N_("Approved"),
    BudgetStage.PAYMENT: N_("Paid"),
}


#: Which stages may follow one; a new estimate begins another round.
NEXT_STAGES: Mapping[BudgetStage | None, frozenset[BudgetStage]] = {
    None: frozenset({BudgetStage.ESTIMATE}),
    BudgetStage.ESTIMATE: frozenset({BudgetStage.ESTIMATE, BudgetStage.APPRAISAL}),
    BudgetStage.APPRAISAL: frozenset({BudgetStage.ESTIMATE, BudgetStage.APPROVAL}),
    BudgetStage.APPROVAL: frozenset({BudgetStage.ESTIMATE, BudgetStage.PAYMENT}),
    BudgetStage.PAYMENT: frozenset({BudgetStage.ESTIMATE, BudgetStage.PAYMENT}),
}


class Purpose(StrEnum):
    """What equipment is bought for: rows 2.1 and 3.1 of the annex."""

    LABORATORY = "laboratory"
    INSPECTION = "inspection"


PURPOSES: Mapping[Purpose, str] = {
    Purpose.LABORATORY: N_("For laboratories"),
    Purpose.INSPECTION: N_("For state inspection"),
}


class PurchaseStage(StrEnum):
    """How far a purchase has come."""

    PROPOSED = "proposed"
    CONTRACTED = "contracted"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"


PURCHASE_STAGES: Mapping[PurchaseStage, str] = {
    PurchaseStage.PROPOSED: N_("Proposed"),
    PurchaseStage.CONTRACTED: N_("Contract signed"),
    PurchaseStage.DELIVERED: N_("Delivered"),
    PurchaseStage.ACCEPTED: N_("Accepted and in use"),
    PurchaseStage.GIVEN_UP: N_("Given up"),
}


#: Which step of a purchase may follow which.
NEXT_PURCHASE_STAGES: Mapping[PurchaseStage, frozenset[PurchaseStage]] = {
    PurchaseStage.PROPOSED: frozenset(
        {PurchaseStage.CONTRACTED, PurchaseStage.GIVEN_UP}
    ),
    PurchaseStage.CONTRACTED: frozenset(
        {PurchaseStage.DELIVERED, PurchaseStage.GIVEN_UP}
    ),
    PurchaseStage.DELIVERED: frozenset({PurchaseStage.ACCEPTED}),
    PurchaseStage.ACCEPTED: frozenset(),
    PurchaseStage.GIVEN_UP: frozenset(),
}


class ActivityKind(StrEnum):
    """Work of the plan that is neither training nor support nor a purchase."""

    POLICY_REVIEW = "policy_review"
    SURVEY = "survey"
    COOPERATION = "cooperation"
    INTERNATIONAL = "international"
    COMMUNICATION = "communication"


ACTIVITY_KINDS: Mapping[ActivityKind, str] = {
    ActivityKind.POLICY_REVIEW: N_("Review of policies and legal texts"),
    ActivityKind.SURVEY: N_("Survey"),
    ActivityKind.COOPERATION: N_("Coordination of agencies and enterprises"),
    ActivityKind.INTERNATIONAL: N_("International cooperation"),
    ActivityKind.COMMUNICATION: N_("Information and communication"),
}


class OptionKind(StrEnum):
    """What a body lacks for a type of instrument: all three, or it cannot verify."""

    STANDARD = "standard"
    PERSON = "person"
    DESIGNATION = "designation"


OPTION_KINDS: Mapping[OptionKind, str] = {
    OptionKind.STANDARD: N_("Measurement standard"),
    OptionKind.PERSON: N_("Verifier with a card"),
    OptionKind.DESIGNATION: N_("Designation"),
}


class Conclusion(StrEnum):
    """What those who assessed a laboratory concluded."""

    MEETS = "meets"
    DOES_NOT = "does_not"


CONCLUSIONS: Mapping[Conclusion, str] = {
    Conclusion.MEETS: N_("Meets the criteria"),
    Conclusion.DOES_NOT: N_("Does not meet them yet"),
}
