"""How stickers are to be printed: size, printer, and which."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import Response, request
from wtforms import SelectField, StringField

from labms.i18n import N_, gettext
from labms.paper.stickers import RESOLUTIONS, SIZES, StickerSize
from labms.web.forms import Form, MaxLength, Required, choose

#: Names of sizes, as they are offered.
SIZE_NAMES: Mapping[str, str] = {
    "25x35": N_("25 × 35 mm, upright"),
    "45x28": N_("45 × 28 mm, lying"),
}


class StickersForm(Form):
    """On what the stickers are printed. Asking changes nothing, so it is a GET."""

    class Meta(Form.Meta):
        csrf = False

    size = SelectField(N_("Size of the labels"), validators=[Required()])
    dpi = SelectField(
        N_("Printer"),
        coerce=int,
        validators=[Required()],
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.size.choices = choose(
            [(one, gettext(name)) for one, name in SIZE_NAMES.items()]
        )
        self.dpi.choices = choose([(one, f"{one} dpi") for one in RESOLUTIONS])

    @property
    def label(self) -> StickerSize:
        """Return the size that was chosen."""
        return SIZES[self.size.data]


class RollForm(StickersForm):
    """Which stamps of a roll, by their serials."""

    first = StringField(
        N_("From serial number"), validators=[Required(), MaxLength(40)]
    )
    last = StringField(N_("To serial number"), validators=[Required(), MaxLength(40)])


Asked = TypeVar("Asked", bound=StickersForm)


def asked_for(kind: type[Asked]) -> tuple[Asked, bool]:
    """Return the form as the address fills it in, and whether it asks for a file."""
    form = kind(formdata=request.args or None)
    return form, bool(request.args.get("size")) and bool(form.validate())


def file_of(data: bytes, name: str) -> Response:
    """Return the answer that a browser shows or saves as a PDF."""
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
