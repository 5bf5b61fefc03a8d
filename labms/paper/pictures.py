"""A picture of a body (its logo), as a PNG that PDF can hold as it is.

The compressed rows of a PNG without transparency are what PDF's own filter reads, so
a picture is copied and never drawn anew: the same bytes for ever.

Source: PNG (third edition), 11.2 and 11.3.1; ISO 32000-2:2020, 7.4.4.4, 8.9.5.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from labms.errors import Unavailable
from labms.i18n import N_

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Type of colour in a PNG → values a pixel, and PDF's name for it.
_COLOURS = {0: (1, "/DeviceGray"), 2: (3, "/DeviceRGB"), 3: (1, "")}


class PictureMissing(Unavailable):
    """A document names a picture that nobody has handed over."""

    code = "paper.picture_missing"
    message = N_("The logo that this document names is missing.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a file holds it."""

    name: str
    """In the resources of a page, without the slash."""
    width: int
    height: int
    entries: str
    """Entries of the stream but for filter and length."""
    data: bytes
    """Deflated rows."""


@lru_cache(maxsize=64)
def picture_of(png: bytes) -> Picture:
    """Return a PNG as PDF holds it: 8 bits or fewer, not interlaced, no alpha.

    Raises ValueError for any other: whoever takes pictures in makes them so.
    """
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    parts: dict[bytes, bytes] = {}
    place = len(_SIGNATURE)
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        parts[kind] = parts.get(kind, b"") + png[place + 8 : place + 8 + length]
        place += length + 12
    width, height, bits, colour, _, _, interlaced = struct.unpack(
        ">IIBBBBB", parts[b"IHDR"]
    )
    if interlaced or colour not in _COLOURS or bits > 8 or b"tRNS" in parts:
        raise ValueError("a PNG of another kind")
    values, space = _COLOURS[colour]
    if colour == 3:
        palette = parts[b"PLTE"]
        space = f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>]"
    return Picture(
        name=f"P{sha256(png).hexdigest()[:8]}",
        width=width,
        height=height,
        entries=(
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
            f"/ColorSpace {space} /BitsPerComponent {bits} /DecodeParms << /Predictor "
            f"15 /Colors {values} /BitsPerComponent {bits} /Columns {width} >>"
        ),
        data=parts[b"IDAT"],
    )


def logo_of(
    content: Mapping[str, Any], pictures: Mapping[str, bytes]
) -> Picture | None:
    """Return the logo that some content names, from pictures by their hash.

    Raises PictureMissing if it is not among them.
    """
    named = content["body"].get("logo", "")
    if not named:
        return None
    if named not in pictures:
        raise PictureMissing
    return picture_of(pictures[named])
