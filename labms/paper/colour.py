"""The colours that a document's numbers mean: sRGB, as a profile made here.

An archive wants every file to say so itself. The profile is computed from the figures
of the standard, so that no file of somebody else lies in the tree.
"""

import struct
from functools import cache

#: Red, green and blue in XYZ, adapted to D50. Source: IEC 61966-2-1:1999 (primaries
#: and white D65), adapted by Bradford's matrix as ICC.1:2022, annex E, asks for.
_COLOURS = {
    "r": (0.43607, 0.22249, 0.01392),
    "g": (0.38515, 0.71687, 0.09708),
    "b": (0.14307, 0.06061, 0.71410),
}
#: D50. Source: ICC.1:2022, 7.2.16.
_WHITE = (0.9642, 1.0, 0.8249)
NAME = "sRGB IEC61966-2.1"
_STEPS = 1024


@cache
def srgb_profile() -> bytes:
    """Return an ICC profile of version 2 for screens, of about two kilobytes."""
    curve = b"curv" + struct.pack(">II", 0, _STEPS)
    curve += b"".join(struct.pack(">H", _linear(step)) for step in range(_STEPS))
    tags = [
        (b"desc", _described(NAME)),
        (b"cprt", b"text\0\0\0\0No copyright, use freely\0"),
        (b"wtpt", _point(_WHITE)),
        *((f"{one}XYZ".encode(), _point(xyz)) for one, xyz in _COLOURS.items()),
        *((f"{one}TRC".encode(), curve) for one in _COLOURS),
    ]
    table, data = b"", b""
    start = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, content in tags:
        if content not in places:
            places[content] = start + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", places[content], len(content))
    size = start + len(data)
    return _header(size) + struct.pack(">I", len(tags)) + table + data


def _linear(step: int) -> int:
    """Return the light of a step in 65535ths. Source: IEC 61966-2-1:1999, 5.2."""
    value = step / (_STEPS - 1)
    if value <= 0.04045:
        return round(value / 12.92 * 65535)
    return round(float(((value + 0.055) / 1.055) ** 2.4) * 65535)


def _point(xyz: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(xyz)


def _fixed(xyz: tuple[float, float, float]) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in xyz)


def _described(text: str) -> bytes:
    ascii_text = text.encode("ascii") + b"\0"
    unicode_and_script = b"\0" * (4 + 4 + 2 + 1 + 67)
    return (
        b"desc\0\0\0\0"
        + struct.pack(">I", len(ascii_text))
        + ascii_text
        + unicode_and_script
    )


def _header(size: int) -> bytes:
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return b"".join(
        [
            struct.pack(">I", size),
            b"\0" * 4,
            b"\x02\x10\0\0",  # version 2.1: older readers know it too
            b"mntrRGB XYZ ",
            date,
            b"acsp",
            b"\0" * 28,
            _fixed(_WHITE),
            b"\0" * 48,
        ]
    )
