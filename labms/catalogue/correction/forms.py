"""What a person types to correct a procedure; the catalogue's own rules judge it."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from labms.catalogue.correction.asking import QuestionTyped
from labms.catalogue.correction.editing import (
    THE_CHECK,
    CheckTyped,
    Citation,
    ConditionTyped,
)
from labms.catalogue.correction.own_tables import (
    CELLS,
    FORMULA,
    KEPT,
    NONE,
    STEPS,
    LimitTyped,
)
from labms.catalogue.correction.requiring import StandardTyped
from labms.catalogue.correction.rules import CitationMissing
from labms.catalogue.rules import MODE_NAMES, Both, VerificationReason
from labms.i18n import N_, gettext
from labms.web.forms import Form, MaxLength, Required, choices_of, choose

WAYS: Mapping[str, str] = {
    KEPT: N_("as it stands"),
    FORMULA: N_("a formula"),
    STEPS: N_("a table in steps"),
    CELLS: N_("a table of rows and columns"),
    NONE: N_("no limit here"),
}
DIRECTIONS: Mapping[str, str] = {
    "": N_("none"),
    "up": N_("up"),
    "down": N_("down"),
    "up,down": N_("up and down"),
    "down,up": N_("down and up"),
}
#: Conditions that a procedure may ask for: key → names and unit.
CONDITIONS: Mapping[str, tuple[str, str, str]] = {
    "temperature": ("Nhiệt độ", "Temperature", "°C"),
    "humidity": ("Độ ẩm tương đối", "Relative humidity", "%RH"),
    "pressure": ("Áp suất khí quyển", "Atmospheric pressure", "hPa"),
}


class BoxesField(SelectMultipleField):
    """Any number of choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BeginForm(Form):
    """By which text a procedure is going to be corrected."""

    document = StringField(
        N_("Official text at hand"), validators=[Required(), MaxLength(200)]
    )


class CitedForm(Form):
    """Whatever is corrected says where it stands in the official text."""

    document = StringField(N_("Official text"), validators=[Required(), MaxLength(200)])
    page = StringField(
        N_("Page or clause"),
        validators=[Required(CitationMissing.message), MaxLength(100)],
    )

    def cited(self, reader: str) -> Citation:
        """Return the place in the text, and who read it."""
        return Citation(document=self.document.data, page=self.page.data, reader=reader)


class LimitForm(Form):
    """One limit: formula, steps or cells."""

    class Meta(Form.Meta):
        csrf = False

    how = SelectField(
        N_("The limit is"),
        choices=lambda: choices_of(WAYS),
        validators=[Required()],
    )
    reasons = BoxesField(N_("In these kinds of verification"))
    plus = StringField(
        N_("Limit to both sides, or upwards"), validators=[MaxLength(300)]
    )
    minus = StringField(
        N_("Limit downwards, if it is another"), validators=[MaxLength(300)]
    )
    of = StringField(N_("Steps or rows of"), validators=[MaxLength(300)])
    by = StringField(
        N_("Characteristic that chooses the staircase or column"),
        validators=[MaxLength(60)],
    )
    lines = TextAreaField(N_("Numbers, a line for each step or row"))
    result = StringField(N_("Limit from the number"), validators=[MaxLength(300)])

    def typed(self) -> LimitTyped:
        """Return the limit as it was typed."""
        return LimitTyped(
            how=self.how.data,
            reasons=tuple(self.reasons.data or ()),
            plus=self.plus.data or "",
            minus=self.minus.data or "",
            of=self.of.data or "",
            by=self.by.data or "",
            lines=self.lines.data or "",
            result=self.result.data or "",
        )


class CheckForm(CitedForm):
    """One check of a procedure."""

    name_vi = StringField(
        N_("Name in Vietnamese"), validators=[Required(), MaxLength(300)]
    )
    name_en = StringField(
        N_("Name in English"), validators=[Required(), MaxLength(300)]
    )
    points = TextAreaField(N_("Points, one on each line"))
    columns = TextAreaField(N_("What is read, one on each line"))
    keep = StringField(N_("Only the points for which"), validators=[MaxLength(300)])
    directions = SelectField(N_("Directions"), choices=lambda: choices_of(DIRECTIONS))
    repetitions = StringField(
        N_("Readings at each point"),
        validators=[MaxLength(10)],
        render_kw={"inputmode": "numeric"},
    )
    error = StringField(N_("Formula of the error"), validators=[MaxLength(300)])
    spread = StringField(N_("Largest spread"), validators=[MaxLength(300)])
    hysteresis = StringField(N_("Largest hysteresis"), validators=[MaxLength(300)])
    limits = FieldList(FormField(LimitForm), min_entries=0, max_entries=8)
    compared = BoxesField(N_("Compared, and found as it stands"), choices=())

    def offer(self, reasons: Iterable[str], *, parts: Iterable[str]) -> None:
        """Let the kinds of verification be chosen, and what was compared."""
        self.compared.choices = [(part, _part_name(part)) for part in parts]
        choices = [
            (each, gettext(MODE_NAMES[VerificationReason(each)])) for each in reasons
        ]
        for limit in self.limits:
            limit.form.reasons.choices = choices

    def typed(self) -> CheckTyped:
        """Return the check as it was typed."""
        groups = {
            "spread": self.spread.data or "",
            "hysteresis": self.hysteresis.data or "",
        }
        return CheckTyped(
            name_vi=self.name_vi.data,
            name_en=self.name_en.data,
            points=self.points.data or "",
            keep=self.keep.data or "",
            directions=self.directions.data or "",
            repetitions=(self.repetitions.data or "1").strip(),
            columns=self.columns.data or "",
            error=self.error.data or "",
            groups=groups,
            limits=[each.form.typed() for each in self.limits],
            compared=frozenset(self.compared.data or ()),
        )


def _part_name(part: str) -> str:
    name, _, number = part.partition("-")
    if number:
        return gettext(N_("Limit {n}")).format(n=number)
    return gettext(_PARTS[name])


_PARTS: Mapping[str, str] = {
    THE_CHECK: N_("The check itself: name, points, readings, error"),
    "spread": N_("Largest spread"),
    "hysteresis": N_("Largest hysteresis"),
}


class QuestionForm(CitedForm):
    """One more question to answer by yes or no."""

    name_vi = StringField(
        N_("Question in Vietnamese"), validators=[Required(), MaxLength(300)]
    )
    name_en = StringField(
        N_("Question in English"), validators=[Required(), MaxLength(300)]
    )
    note_vi = StringField(
        N_("How to go about it, in Vietnamese"), validators=[MaxLength(600)]
    )
    note_en = StringField(
        N_("How to go about it, in English"), validators=[MaxLength(600)]
    )
    may_not_apply = BooleanField(N_("May not apply"))

    def typed(self) -> QuestionTyped:
        """Return the question as it was typed."""
        return QuestionTyped(
            name_vi=self.name_vi.data,
            name_en=self.name_en.data,
            note_vi=self.note_vi.data or "",
            note_en=self.note_en.data or "",
            may_not_apply=self.may_not_apply.data,
        )


class RemoveForm(CitedForm):
    """That the official text doesn't ask a question."""


class StandardForm(CitedForm):
    """What is needed of a standard."""

    name_vi = StringField(
        N_("Name in Vietnamese"), validators=[Required(), MaxLength(300)]
    )
    name_en = StringField(
        N_("Name in English"), validators=[Required(), MaxLength(300)]
    )
    text_vi = TextAreaField(N_("Text in Vietnamese"), validators=[MaxLength(600)])
    text_en = TextAreaField(N_("Text in English"), validators=[MaxLength(600)])
    required = BooleanField(N_("No job without one"))
    several = BooleanField(N_("Several together"))
    checks = BoxesField(N_("For the checks"), choices=())
    accuracy = StringField(N_("How accurate"), validators=[MaxLength(300)])
    tolerance = StringField(N_("Tolerance"), validators=[MaxLength(300)])
    reach = StringField(
        N_("How much of a point they have to make"), validators=[MaxLength(300)]
    )

    def typed(self) -> StandardTyped:
        """Return the need as it was typed."""
        return StandardTyped(
            name_vi=self.name_vi.data,
            name_en=self.name_en.data,
            text_vi=self.text_vi.data or "",
            text_en=self.text_en.data or "",
            accuracy=self.accuracy.data or "",
            tolerance=self.tolerance.data or "",
            reach=self.reach.data or "",
            required=self.required.data,
            several=self.several.data,
            checks=tuple(self.checks.data or ()),
        )


class ConditionForm(Form):
    """Between which values one condition has to be."""

    class Meta(Form.Meta):
        csrf = False

    key = HiddenField()
    is_asked = BooleanField(N_("The procedure asks for it"))
    minimum = StringField(N_("At least"), validators=[MaxLength(30)])
    maximum = StringField(N_("At most"), validators=[MaxLength(30)])
    is_required = BooleanField(N_("Has to be noted"))
    is_compared = BooleanField(N_("Compared, and found as it stands"))


class ConditionsForm(CitedForm):
    """The conditions of the surroundings."""

    rows = FieldList(FormField(ConditionForm))
    added = SelectField(N_("Another condition"), default="")

    def offer(self, known: Iterable[str]) -> None:
        """Let a condition be added that the procedure does not have yet."""
        rest = [
            (key, f"{Both(vi, en)} [{unit}]")
            for key, (vi, en, unit) in CONDITIONS.items()
            if key not in set(known)
        ]
        self.added.choices = choose(rest, empty=N_("none"))

    def typed(self, known: Mapping[str, ConditionTyped]) -> list[ConditionTyped]:
        """Return the conditions as they were typed."""
        found = []
        for each in self.rows:
            form: Any = each.form
            before = known.get(form.key.data)
            if before is None:
                continue
            found.append(
                ConditionTyped(
                    key=before.key,
                    name_vi=before.name_vi,
                    name_en=before.name_en,
                    unit=before.unit,
                    minimum=form.minimum.data or "",
                    maximum=form.maximum.data or "",
                    is_required=form.is_required.data,
                    is_asked=form.is_asked.data,
                    is_compared=form.is_compared.data,
                )
            )
        if self.added.data:
            vi, en, unit = CONDITIONS[self.added.data]
            found.append(
                ConditionTyped(key=self.added.data, name_vi=vi, name_en=en, unit=unit)
            )
        return found


def _text(label: str, *, most: int = 300) -> StringField:
    return StringField(label, validators=[Required(), MaxLength(most)])


class TextsForm(Form):
    """The texts of a procedure as a whole."""

    document = _text(N_("Document, as it is cited"))
    title_vi = _text(N_("Title in Vietnamese"))
    title_en = _text(N_("Title in English"))
    record_title_vi = _text(N_("Title of the record in Vietnamese"))
    record_title_en = _text(N_("Title of the record in English"))
    on_pass_vi = _text(N_("After a pass, in Vietnamese"), most=600)
    on_pass_en = _text(N_("After a pass, in English"), most=600)
    on_fail_vi = _text(N_("After a fail, in Vietnamese"), most=600)
    on_fail_en = _text(N_("After a fail, in English"), most=600)
    page = StringField(
        N_("Page or clause"),
        validators=[Required(CitationMissing.message), MaxLength(100)],
    )


class ConfirmForm(Form):
    """That a second person compared every corrected figure."""

    shown = HiddenField()
    compared = BoxesField(N_("I found each of these so in the official text"))


class DiscardForm(Form):
    """Why a draft is given up."""

    reason = TextAreaField(
        N_("Why is it given up?"), validators=[Required(), MaxLength(500)]
    )


class HandOverForm(Form):
    """Nothing to type: a button."""
