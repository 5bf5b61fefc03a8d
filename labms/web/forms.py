"""Forms: whether what was typed can be read, and nothing lost if it can't."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from labms.errors import LabError, refusals_in
from labms.i18n import N_, Grouped, Message, gettext, language
from labms.metrology.decimals import read_decimal, read_plainly, show_decimal
from labms.text import clean

#: Plain digits, or groups of three; short enough for the database.
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[ .,\u00a0][0-9]{3}){1,2}", re.ASCII)
_MOST = 999_999_999


class Form(FlaskForm):
    """Base of all forms: NFC at the edge, CSRF, labels translated when shown."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound: Any, options: Any) -> Field:
            if issubclass(unbound.field_class, StringField):
                options["filters"] = (_clean, *options.get("filters", ()))
            return super().bind_field(form, unbound, options)

        def get_translations(self, form: Any) -> Any:
            return _Translations

    def refuse(self, name: str, error: LabError) -> None:
        """Show a refusal beside the field that it is about."""
        field = self[name]
        field.errors = [*field.errors, error.text]

    def refuse_all(self, error: LabError, fields: Mapping[type[LabError], str]) -> None:
        """Show each of the refusals beside the field that it is about."""
        for each in refusals_in(error):
            self.refuse(fields[type(each)], each)


class _Translations:
    """WTForms' own messages, in the language in use."""

    @staticmethod
    def gettext(text: str) -> str:
        return gettext(text)

    @staticmethod
    def ngettext(singular: str, plural: str, number: int) -> str:
        return gettext(singular if number == 1 else plural)


def _clean(text: object) -> object:
    return clean(text) if isinstance(text, str) else text


class DateField(Field):
    """A day typed as dd/mm/yyyy (or yyyy-mm-dd, as machines do)."""

    widget = TextInput()
    data: date | None

    def __init__(self, label: str | None = None, **given: Any) -> None:
        given.setdefault("render_kw", {}).update(
            placeholder="dd/mm/yyyy", inputmode="numeric", autocomplete="off"
        )
        super().__init__(label, **given)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return self.data.strftime("%d/%m/%Y") if self.data else ""

    @property
    def day(self) -> date:
        """The day of a required field, once the form has been validated."""
        if self.data is None:
            raise ValueError("no day was typed")
        return self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
            try:
                self.data = datetime.strptime(self.typed, form).date()
            except ValueError:
                continue
            if 1900 <= self.data.year <= 2200:
                return
            self.data = None
        raise ValueError(gettext(N_("Enter the day as dd/mm/yyyy.")))


class DecimalField(Field):
    """A decimal, with comma or point; what was typed stays as it was typed."""

    widget = TextInput()
    data: Decimal | None

    def __init__(
        self, label: str | None = None, *, asks_back: bool = False, **given: Any
    ) -> None:
        """`asks_back` refuses what may be thousands: for what is typed once, as Max."""
        given.setdefault("render_kw", {}).update(
            inputmode="decimal", autocomplete="off"
        )
        super().__init__(label, **given)
        self.typed: str | None = None
        self.asks_back = asks_back

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else show_decimal(self.data, language=language())

    @property
    def number(self) -> Decimal:
        """The number of a required field, once the form has been validated."""
        if self.data is None:
            raise ValueError("no number was typed")
        return self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.data = (
                    read_plainly(self.typed, language=language())
                    if self.asks_back
                    else read_decimal(self.typed)
                )
            except LabError as error:
                raise ValueError(str(error.text)) from error


class WholeField(Field):
    """A whole number; here groups of three can mean nothing else than thousands."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: str | None = None, **given: Any) -> None:
        given.setdefault("render_kw", {}).update(
            inputmode="numeric", autocomplete="off"
        )
        super().__init__(label, **given)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        if not _WHOLE.fullmatch(self.typed):
            raise ValueError(_not_whole(self.typed))
        self.data = int(re.sub(r"[^0-9]", "", self.typed))


def _not_whole(typed: str) -> str:
    """Say what is wrong with a number, and how far it may go if it is whole."""
    if re.fullmatch(r"[-\u2212+]?[0-9 .,\u00a0]*[0-9]", typed, re.ASCII):
        text = N_("Enter a whole number from 0 to {most}.")
        return str(Message(text, {"most": Grouped(_MOST)}))
    return gettext(N_("Enter a whole number."))


class Required:
    """The field has to be filled in; says what to enter, in its own words."""

    field_flags = {"required": True}  # noqa: RUF012 (WTForms reads it so)

    def __init__(self, message: str = N_("Fill this in.")) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        if field.errors:
            return
        if field.data is None or field.data == "" or field.data == []:
            raise ValidationError(gettext(self.message))


class MaxLength:
    """The text is at most so many characters long."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.most:
            text = N_("Use at most {most} characters.")
            raise ValidationError(str(Message(text, {"most": self.most})))


def choices_of(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return an enum's words as the choices of a field, translated."""
    return [(str(value), gettext(name)) for value, name in names.items()]


def choose(
    options: Iterable[tuple[Any, str]], *, empty: str | None = None
) -> list[tuple[str, str]]:
    """Return choices for rows, with a first one that means none if `empty` is given."""
    first = [("", gettext(empty))] if empty is not None else []
    return [*first, *((str(value), name) for value, name in options)]


class EnumField(SelectField):
    """A choice of an enum's values; `names` are their marked texts."""

    def __init__(
        self, label: str, kind: type[StrEnum], names: Mapping[Any, str], **given: Any
    ) -> None:
        super().__init__(
            label, choices=lambda: choices_of(names), coerce=_coerce(kind), **given
        )


def _coerce(kind: type[StrEnum]) -> Any:
    def coerce(value: Any) -> StrEnum | None:
        return kind(value) if value not in (None, "") else None

    return coerce
