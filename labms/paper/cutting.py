"""Cuts a small static face out of a variable font.

Apart from `labms.paper.fonts` because the tools take half a second to load, and are
needed only on the day when a face isn't in the cache yet.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont


def cut(
    source: bytes,
    *,
    name: str,
    codes: Iterable[int],
    axes: Mapping[str, float],
    for_web: bool,
) -> bytes:
    """Return the face at a place of the font's axes, with some characters only.

    The subset is taken first and made static after: six times quicker. On paper,
    kerning would be ignored anyway; for the web it stays, and the file is WOFF.
    """
    font = TTFont(BytesIO(source), recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern"]
    unused = {"GSUB", "BASE"} if for_web else {"GSUB", "BASE", "GDEF", "GPOS"}
    for table in unused & set(font.keys()):  # before reading them: it takes long
        del font[table]
    options.hinting = False
    options.name_IDs = [1, 2, 4, 6]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    static = instantiateVariableFont(font, dict(axes), inplace=True)
    _rename(static, name)
    if for_web:
        static.flavor = "woff"
    buffer = BytesIO()
    static.save(buffer)
    return buffer.getvalue()


def _rename(font: Any, name: str) -> None:
    """Give a face a name of its own, as its licence asks of changed versions."""
    family, _, style = name.partition("-")
    for identity, text in ((1, family), (2, style), (4, name), (6, name)):
        font["name"].setName(text, identity, 3, 1, 0x409)
        font["name"].setName(text, identity, 1, 0, 0)
