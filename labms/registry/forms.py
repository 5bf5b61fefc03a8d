"""What is typed about instruments, type approvals and standards."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from labms.catalogue.entries import Characteristic, CharacteristicKind, InstrumentType
from labms.catalogue.plates import ImpossibleFigure
from labms.errors import LabError, refusals_in
from labms.i18n import N_, gettext, language
from labms.registry.queries import owner_called
from labms.registry.rules import (
    ENDING_REASONS,
    REPORTED_REASONS,
    STANDARD_RANKS,
    EndingReason,
    NoSuchOwner,
    StandardRank,
)
from labms.web.forms import (
    DateField,
    DecimalField,
    EnumField,
    Form,
    MaxLength,
    Required,
    WholeField,
    choices_of,
    choose,
)
from labms.web.show import local

_MACHINE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class InstrumentForm(Form):
    """What stands on an instrument's plate, whose it is and where.

    The characteristics of its type are added by `instrument_form`. Here they only have
    to be readable; whether the instrument is new is for the service.
    """

    maker = StringField(N_("Maker"), validators=[Required(), MaxLength(200)])
    model = StringField(N_("Model"), validators=[MaxLength(200)])
    serial = StringField(
        N_("Serial number"),
        validators=[Required(), MaxLength(100)],
        render_kw=dict(_MACHINE),
    )
    made_in = StringField(N_("Country of manufacture"), validators=[MaxLength(100)])
    made_year = WholeField(N_("Year of manufacture"))
    type_approval_id = SelectField(
        N_("Type approval"), coerce=lambda key: int(key) if key else None
    )
    owner = StringField(
        N_("Owner"),
        validators=[Required(), MaxLength(300)],
        render_kw={"list": "owners", "autocomplete": "off"},
    )
    commune_key = SelectField(
        N_("Commune where it is used"), validators=[Required(N_("Choose a commune."))]
    )
    place_of_use = StringField(N_("Place of use"), validators=[MaxLength(250)])
    look_alikes_compared = BooleanField(
        N_("I have compared the plate: this is another instrument")
    )
    was_altered = RadioField(
        N_("Why does a characteristic change?"),
        choices=lambda: [
            ("no", gettext(N_("It had been entered wrongly"))),
            ("yes", gettext(N_("The instrument was altered: its evidence ends"))),
        ],
        validate_choice=False,
    )

    #: The characteristics that its type asks for.
    expected: tuple[Characteristic, ...] = ()

    def validate_owner(self, field: StringField) -> None:
        """Catch a name that is nobody's, or several people's."""
        try:
            owner_called(field.data or "")
        except NoSuchOwner as error:
            raise ValidationError(str(error.text)) from error

    def validate_made_year(self, field: WholeField) -> None:
        """Catch a year that cannot be one."""
        if field.data is not None and not 1850 <= field.data <= 2200:
            raise ValidationError(gettext(N_("Enter the year with four digits.")))

    def refuse_all(self, error: LabError, fields: Mapping[type[LabError], str]) -> None:
        """Show each refusal beside its field; a figure's beside that figure."""
        for each in refusals_in(error):
            if isinstance(each, ImpossibleFigure):
                self.refuse(f"c_{each.key}", each)
            else:
                self.refuse(fields[type(each)], each)

    @property
    def characteristic_fields(self) -> list[Any]:
        """The fields of the characteristics, in the order of the catalogue."""
        return [self[f"c_{each.key}"] for each in self.expected]

    def characteristics(self) -> dict[str, str]:
        """Return the characteristics as text, decimals with a point."""
        given = {}
        for each in self.expected:
            value = self[f"c_{each.key}"].data
            text = format(value, "f") if isinstance(value, Decimal) else value
            given[each.key] = str(text or "").strip()
        return given


def instrument_form(
    kind: InstrumentType,
    *,
    communes: Iterable[tuple[str, str]],
    approvals: Iterable[tuple[int, str]],
    characteristics: Mapping[str, Any] | None = None,
    base: type[InstrumentForm] = InstrumentForm,
    **given: Any,
) -> InstrumentForm:
    """Return the form for an instrument of a type, with the type's characteristics."""
    fields: dict[str, Any] = {
        f"c_{each.key}": _field_for(each) for each in kind.characteristics
    }
    made = type("InstrumentForm", (base,), fields | {"expected": kind.characteristics})
    for each in kind.characteristics:
        kept = (characteristics or {}).get(each.key)
        if kept and each.kind is CharacteristicKind.DECIMAL:
            kept = Decimal(str(kept))
        if each.choices and not kept:
            kept = ""  # nothing chosen, also where nothing was sent
        given.setdefault(f"c_{each.key}", kept)
    form: InstrumentForm = made(**given)
    form.commune_key.choices = choose(communes, empty=N_("Choose a commune"))
    form.type_approval_id.choices = choose(approvals, empty=N_("None known"))
    return form


def _field_for(expected: Characteristic) -> Any:
    name = local(expected)
    unit = gettext("in the unit chosen") if expected.unit_from else expected.unit
    label = f"{name} ({unit})" if unit else name
    needed = [Required()] if expected.is_required else []
    if expected.kind is CharacteristicKind.DECIMAL:
        return DecimalField(label, validators=needed, asks_back=True)
    if expected.choices:
        names = [
            (choice, expected.worded(choice, language=language()))
            for choice in expected.choices
        ]
        is_settled = expected.is_required and len(names) == 1
        return SelectField(
            label,
            choices=lambda: choose(names, empty=None if is_settled else N_("Choose")),
            validators=needed,
        )
    return StringField(label, validators=[*needed, MaxLength(200)])


class EndingForm(Form):
    """What happened to an instrument, so that its evidence ends."""

    reason = EnumField(
        N_("What happened"),
        EndingReason,
        {key: name for key, name in ENDING_REASONS.items() if key in REPORTED_REASONS},
        validators=[Required()],
    )
    on = DateField(N_("On which day"), validators=[Required()])
    order = RadioField(
        N_("Before the verification of that day, or after it?"),
        choices=lambda: [
            ("before", gettext(N_("Before: what was given then stays valid"))),
            ("after", gettext(N_("After: what was given then ends"))),
        ],
        validate_choice=False,
    )
    note = TextAreaField(
        N_("Details"), validators=[Required(), MaxLength(1000)], render_kw={"rows": 3}
    )


class TakeBackForm(Form):
    """Why a report of an ending was a mistake."""

    text = TextAreaField(
        N_("Reason"), validators=[Required(), MaxLength(1000)], render_kw={"rows": 3}
    )


class TypeApprovalForm(Form):
    """A decision that approves a model of a maker."""

    number = StringField(
        N_("Number of the decision"), validators=[Required(), MaxLength(100)]
    )
    type_slug = SelectField(
        N_("Instrument type"), validators=[Required(N_("Choose a type."))]
    )
    maker = StringField(N_("Maker"), validators=[Required(), MaxLength(200)])
    model = StringField(N_("Model"), validators=[Required(), MaxLength(200)])
    issued_by = StringField(N_("Issued by"), validators=[Required(), MaxLength(200)])
    issued_on = DateField(N_("Issued on"), validators=[Required()])
    valid_until = DateField(N_("Valid until"))

    def __init__(self, *, types: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.type_slug.choices = choose(types, empty=N_("Choose a type"))

    def validate_valid_until(self, field: DateField) -> None:
        """Catch days that were swapped."""
        issued: date | None = self.issued_on.data
        if field.data and issued and field.data < issued:
            raise ValidationError(gettext(N_("It ends before it was issued.")))


class StandardForm(Form):
    """What a standard is; figures are in the unit that is typed with them."""

    inventory_number = StringField(
        N_("Inventory number"),
        validators=[Required(), MaxLength(100)],
        render_kw=dict(_MACHINE),
    )
    name = StringField(N_("Name"), validators=[Required(), MaxLength(200)])
    kind_slug = SelectField(
        N_("Used as"), validators=[Required(N_("Choose what it is used as."))]
    )
    rank = EnumField(
        N_("Rank"),
        StandardRank,
        STANDARD_RANKS,
        default=StandardRank.WORKING,
        validators=[Required()],
    )
    holder_name = StringField(N_("Held by"), validators=[MaxLength(200)])
    maker = StringField(N_("Maker"), validators=[MaxLength(200)])
    model = StringField(N_("Model"), validators=[MaxLength(200)])
    serial = StringField(
        N_("Serial number"), validators=[MaxLength(100)], render_kw=dict(_MACHINE)
    )
    made_in = StringField(N_("Country of manufacture"), validators=[MaxLength(100)])
    range_from = DecimalField(N_("Range from"), validators=[Required()], asks_back=True)
    range_to = DecimalField(N_("Range to"), validators=[Required()], asks_back=True)
    unit = StringField(
        N_("Unit"),
        validators=[Required(), MaxLength(20)],
        render_kw={"list": "units", **_MACHINE},
    )
    accuracy_class = StringField(N_("Accuracy class"), validators=[MaxLength(50)])
    mpe = DecimalField(N_("Limit of error, in the same unit"))
    interval_months = WholeField(N_("Calibrated every so many months"))
    note = TextAreaField(
        N_("Note"), validators=[MaxLength(1000)], render_kw={"rows": 2}
    )

    def __init__(self, *, kinds: Iterable[tuple[str, str]], **given: Any) -> None:
        super().__init__(**given)
        self.kind_slug.choices = choose(kinds, empty=N_("Choose"))

    def validate_interval_months(self, field: WholeField) -> None:
        """Catch a number that is no interval."""
        if field.data is not None and not 1 <= field.data <= 240:
            raise ValidationError(gettext(N_("Enter 1 to 240 months.")))


#: What can be done about the use of a standard.
AVAILABILITY: Mapping[str, str] = {
    "suspend": N_("Suspend it until further notice"),
    "resume": N_("Let it be used again"),
    "retire": N_("Retire it for good"),
}


class AvailabilityForm(Form):
    """From when on a standard may be used, or not, and why."""

    what = RadioField(N_("What to do"), validators=[Required(N_("Choose what to do."))])
    on = DateField(N_("From which day"), validators=[Required()])
    reason = TextAreaField(
        N_("Reason"), validators=[Required(), MaxLength(1000)], render_kw={"rows": 3}
    )

    def __init__(self, *, possible: Iterable[str], **given: Any) -> None:
        super().__init__(**given)
        self.what.choices = choices_of({key: AVAILABILITY[key] for key in possible})
