"""Pages that many people open: rendered once for each shape, then only filled in.

A shape is what a page's words depend on: language, standing, which facts there are. Its
template is rendered with marks in the places of the values, and cut there; answering
then costs a join. The page is the same, byte for byte, as the template would make it.
"""

import re
from collections.abc import Hashable, Mapping
from urllib.parse import quote

from flask import render_template
from markupsafe import escape

from labms import clock
from labms.certificates.life import HOLD_REASONS
from labms.certificates.rules import (
    DOCUMENT_KINDS,
    REVOCATION_REASONS,
    STATES_VALUES,
    DocumentKind,
)
from labms.dcc.writing import has_twin
from labms.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, language
from labms.public.queries import Found
from labms.public.rules import MEANINGS, STAMP_MEANINGS
from labms.registry.rules import ENDING_REASONS
from labms.registry.standings import STANDINGS
from labms.settings import Settings
from labms.web.show import dmy

Shape = Mapping[str, Hashable]

#: Characters of private use: no text that people enter keeps them.
_MARK = re.compile("\ue000(\\w+)\ue001")
#: Literal, name, literal, name, …, literal.
_cut: dict[Hashable, list[str]] = {}
#: More shapes than there can be; whoever brings more is not answered from memory.
MOST_SHAPES = 2000

FOUND = "public/found.html"


def _key(template: str, shape: Shape, values: Mapping[str, str]) -> Hashable:
    given = tuple(name for name, value in values.items() if value)
    return template, language(), tuple(shape.items()), given


def known(template: str, *, shape: Shape, values: Mapping[str, str]) -> str | None:
    """Return a page whose shape has been rendered before, or None."""
    pieces = _cut.get(_key(template, shape, values))
    if pieces is None:
        return None
    page = pieces.copy()
    page[1::2] = [escape(values[name]) for name in pieces[1::2]]
    return "".join(page)


def filled(template: str, *, shape: Shape, values: Mapping[str, str]) -> str:
    """Return a template with `shape` and `values` as its names.

    Values are texts; the template may ask whether one is empty, and show it, and do
    nothing else with it. What is in `shape` may decide anything, so it must be one of
    few: codes, marked texts, never something that a person typed.
    """
    if (page := known(template, shape=shape, values=values)) is not None:
        return page
    if len(_cut) >= MOST_SHAPES:
        return render_template(template, **shape, **values)
    marks = {
        name: f"\ue000{name}\ue001" if value else "" for name, value in values.items()
    }
    page = render_template(template, **shape, **marks)
    _cut[_key(template, shape, values)] = _MARK.split(page)
    return filled(template, shape=shape, values=values)


def frame(settings: Settings) -> dict[str, Hashable]:
    """Return what the frame of every public page depends on."""
    speaking = language()
    return {
        "host": settings.public_url.split("://", 1)[-1],
        "other": next(code for code in LANGUAGES if code != speaking),
        # Vietnamese is what an address without a language speaks.
        "lang": "" if speaking == DEFAULT_LANGUAGE else f"?lang={speaking}",
    }


def shape_of(found: Found) -> dict[str, Hashable]:
    """Return what the words about a document or stamp depend on."""
    ended, revoked = found.ended_reason, found.revocation_reason
    return {
        "standing": found.standing,
        "word": STANDINGS[found.standing],
        "meaning": (MEANINGS if found.kind else STAMP_MEANINGS)[found.standing],
        "is_stamp": found.kind is None,
        "is_calibration": found.kind in STATES_VALUES,
        "is_test_report": found.kind is DocumentKind.TEST,
        "is_test": found.is_test,
        "is_masked": found.is_masked,
        "signed": found.signed,
        "is_signing_recorded": found.is_signing_recorded,
        "is_vouched_for": found.signature.is_vouched_for,
        "is_other_name": found.signature.is_other_name,
        "is_other_revoked": found.is_other_revoked,
        "has_twin": found.content is not None and has_twin(found.content),
        "kind": DOCUMENT_KINDS[found.kind] if found.kind else N_("Verification stamp"),
        "ending": ENDING_REASONS[ended] if ended else "",
        "held": HOLD_REASONS[found.hold_reason] if found.hold_reason else "",
        "revocation": REVOCATION_REASONS[revoked] if revoked else "",
    }


def values_of(
    found: Found, *, problem: str = "", typed: str = "", instrument_at: str = ""
) -> dict[str, str]:
    """Return what is filled in about a document or stamp.

    `instrument_at` is where a stamp's reader is told of the instrument.
    """
    instrument = found.instrument
    name = instrument.name_vi if language() == "vi" else instrument.name_en
    return {
        "number": found.number,
        "day": dmy(clock.today()),
        "instrument": name,
        "serial": instrument.serial,
        "maker": instrument.maker,
        "model": instrument.model,
        "stamp_number": found.stamp_number,
        "owner": found.owner_name,
        "commune": found.commune,
        "body": found.body_name,
        "conclusion": (
            found.conclusion_vi if language() == "vi" else found.conclusion_en
        ),
        "performed_on": dmy(found.performed_on),
        "issued_on": dmy(found.issued_on),
        "valid_until": dmy(found.valid_until),
        "ended_on": dmy(found.ended_on),
        "revoked_on": dmy(found.revoked_on),
        "explanation": found.revocation_text,
        "cancelled_on": dmy(found.cancelled_on),
        "held_on": dmy(found.held_on),
        "corrects": found.corrects,
        "about": quote(found.code or found.number, safe=""),
        "code": found.code,
        "other_number": found.other_number,
        "other_code": found.other_code,
        "problem": problem,
        "typed": typed,
        "instrument_at": instrument_at,
    }
