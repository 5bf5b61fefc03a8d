"""The field in which an organisation is typed, with the list that it offers."""

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup, escape
from wtforms import StringField
from wtforms.widgets import TextInput

from labms.organisations.naming import labels


class _WithList(TextInput):
    """A text input that offers labels; what is typed need not be one of them."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        name = f"{field.id}-offered"
        options = Markup().join(
            Markup('<option value="{}"></option>').format(escape(label))
            for _, label in field.offered()
        )
        shown: Markup = super().__call__(field, list=name, autocomplete="off", **given)
        return shown + Markup('<datalist id="{}">{}</datalist>').format(name, options)


class OrganisationField(StringField):
    """An organisation by its label, tax code, number or name; typed text stays.

    `offered` returns id and label of those that are offered: all, unless it is said.
    """

    widget = _WithList()

    def __init__(
        self,
        label: str,
        *,
        offered: Callable[[], Iterable[tuple[int, str]]] = labels,
        **given: Any,
    ) -> None:
        super().__init__(label, **given)
        self.offered = offered
