"""What people type about work on the tasks of a plan."""

import re
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import TextInput

from labms.i18n import N_, gettext
from labms.organisations.rules import OrganisationKind
from labms.places.rules import AREAS
from labms.plan.queries import organisation_choices
from labms.plan.rules import Plan
from labms.tasks.data import CriteriaSet, StepList
from labms.tasks.rules import (
    ACTIVITY_KINDS,
    BUDGET_STAGES,
    CONCLUSIONS,
    FUNDING_SOURCES,
    ITEM_STATES,
    PURCHASE_STAGES,
    PURPOSES,
    ActivityKind,
    BudgetStage,
    Conclusion,
    FundingSource,
    ItemState,
    PurchaseStage,
    Purpose,
)
from labms.web.forms import (
    DateField,
    DecimalField,
    EnumField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choose,
)

_DAY = N_("Enter the day as dd/mm/yyyy.")
_CHOOSE = N_("choose")

#: Groups of three with one and the same mark, or none: đồng have no fractions.
_MONEY = re.compile(
    r"[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,3}(?:,[0-9]{3}){1,4}"
    r"|[0-9]{1,3}(?:[ \u00a0][0-9]{3}){1,4}",
    re.ASCII,
)


def read_money(typed: str) -> Decimal | None:
    """Return an amount as people type it: in whole đồng, grouped in threes or not."""
    if not _MONEY.fullmatch(typed):
        return None
    return Decimal(re.sub(r"[^0-9]", "", typed))


class MoneyField(Field):
    """An amount in whole đồng; what was typed stays as it was typed."""

    widget = TextInput()
    data: Decimal | None

    def __init__(self, label: str | None = None, **given: Any) -> None:
        given.setdefault("render_kw", {}).update(
            inputmode="numeric", autocomplete="off"
        )
        super().__init__(label, **given)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        self.data = read_money(self.typed)
        if self.data is None:
            text = N_("Enter an amount in whole VND, more than none.")
            raise ValueError(gettext(text))


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def _document() -> StringField:
    return StringField(
        N_("Document"),
        validators=[
            Required(N_("Name the document: without one it cannot count.")),
            MaxLength(300),
        ],
    )


def _area() -> SelectField:
    return SelectField(
        N_("Area"),
        choices=lambda: [(area.code, str(area.name)) for area in AREAS.values()],
        validators=[Required()],
    )


class EntryForm(Form):
    """What every one of these forms can do."""

    def entered(self, **names: str) -> dict[str, Any]:
        """Return what was entered, by the names of the service's arguments.

        Texts that were left empty are empty, not missing. `names` says how the service
        calls a field that the form calls otherwise.
        """
        return {
            names.get(field.name, field.name): (
                field.data or "" if isinstance(field, StringField) else field.data
            )
            for field in self
            if field.name != "csrf_token"
        }


def _short(text: str) -> str:
    return " ".join(text.split()).strip("- ")[:90]


class ItemForm(EntryForm):
    """A piece of work on a task for a year."""

    task_code = SelectField(N_("Task of the annex"), validators=[Required()])
    year = WholeField(N_("Year"), validators=[Required(N_("Enter a year."))])
    title = TextAreaField(N_("Piece of work"), validators=[Required(), MaxLength(500)])
    lead = StringField(N_("Lead"), validators=[Required(), MaxLength(200)])
    cooperating = TextAreaField(
        N_("Cooperating"), validators=[Optional(), MaxLength(1000)]
    )
    begins_on = DateField(N_("First day"), validators=[Required(_DAY)])
    ends_on = DateField(N_("Last day"), validators=[Required(_DAY)])
    expected = TextAreaField(
        N_("Expected result"), validators=[Optional(), MaxLength(1000)]
    )
    document = _document()

    def offer(self, plan: Plan) -> None:
        """Offer the rows of the annex that are no headings."""
        self.task_code.choices = choose(
            [
                (task.code, f"{task.number or task.code} {_short(str(task.words))}")
                for task in plan.tasks
                if not task.is_heading
            ],
            empty=_CHOOSE,
        )


class ProgressForm(EntryForm):
    """How far work has come."""

    day = DateField(N_("As of"), validators=[Required(_DAY)])
    state = EnumField(N_("State"), ItemState, ITEM_STATES, validators=[Required()])
    percent = WholeField(N_("Done, in per cent"), validators=[Required()])
    result = TextAreaField(N_("Result"), validators=[Optional(), MaxLength(2000)])
    document = StringField(N_("Document"), validators=[Optional(), MaxLength(300)])


class LineForm(EntryForm):
    """Money from one source."""

    funding = EnumField(
        N_("Funding"), FundingSource, FUNDING_SOURCES, validators=[Required()]
    )
    purpose = StringField(N_("For what"), validators=[Optional(), MaxLength(300)])


class DecisionForm(EntryForm):
    """What was decided about an amount."""

    stage = EnumField(
        N_("Decision"), BudgetStage, BUDGET_STAGES, validators=[Required()]
    )
    amount = MoneyField(
        N_("Amount in VND"), validators=[Required(N_("Enter an amount."))]
    )
    document = _document()
    day = DateField(N_("Day of the document"), validators=[Required(_DAY)])
    decided_by = StringField(N_("Decided by"), validators=[Required(), MaxLength(200)])


class PurchaseForm(EntryForm):
    """Equipment to buy."""

    purpose = EnumField(N_("For whom"), Purpose, PURPOSES, validators=[Required()])
    name = StringField(N_("Equipment"), validators=[Required(), MaxLength(300)])
    quantity = WholeField(
        N_("How many"), validators=[Required(N_("Enter a whole number."))]
    )
    holder_id = SelectField(N_("Who will hold it"), coerce=_number)
    day = DateField(N_("Proposed on"), validators=[Required(_DAY)])
    document = _document()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.holder_id.choices = choose(
            organisation_choices(), empty=N_("not settled yet")
        )


class PurchaseStepForm(EntryForm):
    """How far a purchase has come."""

    stage = EnumField(
        N_("State"), PurchaseStage, PURCHASE_STAGES, validators=[Required()]
    )
    day = DateField(N_("Day"), validators=[Required(_DAY)])
    amount = MoneyField(N_("Price of all together, in VND"), validators=[Optional()])
    supplier = StringField(N_("Supplier"), validators=[Optional(), MaxLength(200)])
    document = _document()


class ActivityForm(EntryForm):
    """A review, a survey, cooperation or communication."""

    kind = EnumField(N_("Kind"), ActivityKind, ACTIVITY_KINDS, validators=[Required()])
    title = StringField(N_("Title"), validators=[Required(), MaxLength(300)])
    day = DateField(N_("Day"), validators=[Required(_DAY)])
    partners = TextAreaField(
        N_("Together with"), validators=[Optional(), MaxLength(1000)]
    )
    result = TextAreaField(N_("Result"), validators=[Required(), MaxLength(2000)])
    reached_count = WholeField(
        N_("People or enterprises reached"), validators=[Optional()]
    )
    document = _document()
    area = _area()


class ListForm(Form):
    """A list of participants."""

    file = FileField(N_("List (XLSX or CSV)"))


class ProgrammeForm(EntryForm):
    """An enterprise that begins its programme."""

    enterprise_id = SelectField(
        N_("Enterprise"),
        coerce=_number,
        validators=[Required(N_("Choose an enterprise."))],
    )
    day = DateField(N_("Begun on"), validators=[Required(_DAY)])
    document = _document()
    area = _area()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        found = organisation_choices(OrganisationKind.ENTERPRISE)
        self.enterprise_id.choices = choose(found, empty=_CHOOSE)


class StepForm(EntryForm):
    """A step that an enterprise has done."""

    step_code = SelectField(N_("Step"), validators=[Required(N_("Choose a step."))])
    day = DateField(N_("Day"), validators=[Required(_DAY)])
    note = TextAreaField(N_("What was done"), validators=[Optional(), MaxLength(1000)])
    document = _document()
    counts = BooleanField(N_("Counts as one turn of the enterprise for the plan"))

    def offer(self, steps: StepList, *, done: frozenset[str]) -> None:
        """Offer the steps that are not done yet."""
        self.step_code.choices = choose(
            [(s.code, str(s.name)) for s in steps.steps if s.code not in done],
            empty=_CHOOSE,
        )


class AccreditationForm(EntryForm):
    """The certificate behind a body's raised capability."""

    number = StringField(
        N_("Number of the certificate"), validators=[Required(), MaxLength(100)]
    )
    issued_by = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    day = DateField(N_("Issued on"), validators=[Required(_DAY)])
    valid_until = DateField(N_("Valid until"), validators=[Required(_DAY)])
    scope = TextAreaField(N_("Scope"), validators=[Optional(), MaxLength(2000)])


class AssessmentForm(EntryForm):
    """How a laboratory was assessed; scores are added by `assessment_form`."""

    organisation_id = SelectField(
        N_("Laboratory"),
        coerce=_number,
        validators=[Required(N_("Choose an organisation."))],
    )
    day = DateField(N_("Assessed on"), validators=[Required(_DAY)])
    assessors = TextAreaField(
        N_("Assessed by"), validators=[Required(), MaxLength(1000)]
    )
    conclusion = EnumField(
        N_("Conclusion"), Conclusion, CONCLUSIONS, validators=[Required()]
    )
    document = _document()
    area = _area()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.organisation_id.choices = choose(organisation_choices(), empty=_CHOOSE)

    def scores(self, criteria: CriteriaSet) -> dict[str, tuple[Decimal, str]]:
        """Return the score of each criterion with what it rests on."""
        return {
            each.code: (
                self[f"score_{each.code}"].number,
                self[f"evidence_{each.code}"].data or "",
            )
            for each in criteria.criteria
        }


def assessment_form(criteria: CriteriaSet) -> AssessmentForm:
    """Return a form with two fields for each criterion."""
    fields: dict[str, Any] = {}
    for each in criteria.criteria:
        fields[f"score_{each.code}"] = DecimalField(
            N_("Score"), validators=[Required(N_("Enter a score."))]
        )
        fields[f"evidence_{each.code}"] = TextAreaField(
            N_("What it rests on"),
            validators=[
                Required(N_("Say what the score rests on.")),
                MaxLength(1000),
            ],
            render_kw={"rows": 1},
        )
    form: AssessmentForm = type("ScoredForm", (AssessmentForm,), fields)()
    return form
