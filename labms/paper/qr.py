"""QR codes: as a path in a PDF, as SVG on a page.

Level M and one fixed mask: the search for the best mask takes most of the time and
changes nothing that a scanner would notice. Runs of letters and digits of eight or
more are packed tighter: a host of up to 17 letters with a code of 18 fits 29 × 29
modules, longer ones 33 × 33.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

from labms.paper.qr_tables import Tables

#: Modules of white around the code, without which scanners may miss it.
#: Source: ISO/IEC 18004:2015, 9.1.
QUIET_ZONE = 4

_MASK = 3
_SHORTEST_RUN = 8
_DARK = re.compile("1+")

#: Modules row by row from the top, "1" for dark, without quiet zone.
Rows = tuple[str, ...]


def searched_rows(text: str) -> Rows:
    """Return the modules of a code, encoded from the beginning: a millisecond."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(text, optimize=_SHORTEST_RUN)
    code.make(fit=True)
    return tuple("".join("01"[bool(one)] for one in row) for row in code.modules)


_TABLES = Tables(searched_rows, shortest_run=_SHORTEST_RUN)


@lru_cache(maxsize=256)
def qr_rows(text: str) -> Rows:
    """Return the modules of a code; from tables where an address comes up often."""
    return _TABLES.rows(text) or searched_rows(text)


def qr_path(text: str, x: float, y: float, size: float, *, inset: float = 0) -> str:
    """Return operators of PDF that draw a code in a square, its lower left at x, y.

    `size` is in points and includes the quiet zone, which is painted white; the
    modules are one path, so that no printer leaves seams between them. `inset` is
    left out around every bar, in modules: where they begin and end on dots of a
    printer, rounding shall not touch a dot more.
    """
    rows = qr_rows(text)
    module = size / (len(rows) + 2 * QUIET_ZONE)
    left, top = x + QUIET_ZONE * module, y + size - QUIET_ZONE * module
    if inset:
        bars = " ".join(
            f"{start + inset:.3f} {inset - row - 1:.3f} "
            f"{length - 2 * inset:.3f} {1 - 2 * inset:.3f} re"
            for row, start, length in _bars(rows)
        )
    else:
        bars = " ".join(
            f"{start} {-row - 1} {length} 1 re" for row, start, length in _bars(rows)
        )
    return (
        f"q 1 g {x:.3f} {y:.3f} {size:.3f} {size:.3f} re f "
        f"{module:.5f} 0 0 {module:.5f} {left:.4f} {top:.4f} cm 0 g {bars} f Q"
    )


def qr_svg(text: str, *, label: str = "") -> Markup:
    """Return a code as an SVG element, quiet zone included, for a page.

    It has no size of its own: the page's style sheet gives it one. `label` is read
    out instead of the picture; without one the picture is hidden from readers.
    """
    rows = qr_rows(text)
    side = len(rows) + 2 * QUIET_ZONE
    bars = "".join(
        f"M{QUIET_ZONE + start} {QUIET_ZONE + row}h{length}v1h-{length}z"
        for row, start, length in _bars(rows)
    )
    role = Markup(' role="img" aria-label="{}"').format(label)
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        '{role} shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{bars}"/></svg>'
    ).format(
        side=side, bars=bars, role=role if label else Markup(' aria-hidden="true"')
    )


def _bars(rows: Rows) -> Iterator[tuple[int, int, int]]:
    """Yield row, first column and length of every run of dark modules."""
    for number, row in enumerate(rows):
        for found in _DARK.finditer(row):
            yield number, found.start(), found.end() - found.start()
