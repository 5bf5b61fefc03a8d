"""Pages that many people open: rendered once for each shape, then only filled in.

A shape is what a page's words depend on: language, standing, which facts there are. Its
template is rendered with marks in the places of the values, and cut there; answering
then costs a join. The page is the same, byte for byte, as the template would make it.
"""

import re
from collections.abc import Hashable, Mapping

from flask import render_template
from markupsafe import escape

from labms.i18n import language

#: Characters of private use: no text that people enter keeps them.
_MARK = re.compile("\ue000(\\w+)\ue001")
#: Literal, name, literal, name, …, literal.
_cut: dict[Hashable, list[str]] = {}
#: More shapes than there can be; whoever brings more is not answered from memory.
MOST_SHAPES = 2000


def filled(
    template: str, *, shape: Mapping[str, Hashable], values: Mapping[str, str]
) -> str:
    """Return a template with `shape` and `values` as its names.

    Values are texts; the template may ask whether one is empty, and show it, and do
    nothing else with it. What is in `shape` may decide anything, so it must be one of
    few: codes, marked texts, never something that a person typed.
    """
    given = tuple(name for name, value in values.items() if value)
    key = (template, language(), tuple(shape.items()), given)
    pieces = _cut.get(key)
    if pieces is None:
        marks = {
            name: f"\ue000{name}\ue001" if value else ""
            for name, value in values.items()
        }
        pieces = _MARK.split(render_template(template, **shape, **marks))
        if len(_cut) < MOST_SHAPES:
            _cut[key] = pieces
    page = pieces.copy()
    page[1::2] = [escape(values[name]) for name in pieces[1::2]]
    return "".join(page)
