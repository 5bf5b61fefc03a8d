"""Forms that must stand on one page: the largest type that holds everything."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from labms.errors import Invalid
from labms.i18n import N_
from labms.paper.attachments import Attachment
from labms.paper.blocks import Block, Look
from labms.paper.content import CertificateContent, NoticeContent, is_bilingual
from labms.paper.heading import closing, frame, look_of
from labms.paper.pages import HEIGHT, WIDTH, Sheet, document, mark_as_worthless
from labms.paper.pictures import Picture, logo_of
from labms.paper.typesetting import MM

#: Sizes that are tried, largest first; the small ones only for what can't be left out.
SIZES = (10.6, 10.2, 9.8, 9.4, 9.0, 8.6, 8.2)
SMALL_SIZES = (7.8, 7.4, 7.0)

#: So few rows are kept in smaller type before any is left out.
FEW = 4
#: The most rows of a list that is not complete.
MOST_LISTED = 8

INNER = WIDTH - 36 * MM
_SIDE = 18 * MM
_TOP = HEIGHT - 16 * MM
_BOTTOM = 14 * MM
_ROWS = 16  # about so many gaps share what is left


class TooMuchForOnePage(Invalid):
    """The texts of a form don't fit one page at a readable size."""

    code = "paper.too_much_for_one_page"
    message = N_(
        "This would not fit on one page. Shorten the names, addresses or "
        "characteristics."
    )


#: Builds the upper and the lower part of a page: look, rows listed, looseness.
Build = Callable[[Look, int, float], tuple[Block, Block]]
#: Builds what stands above the signatures: look, logo, rows listed, looseness.
Upper = Callable[[Look, Picture | None, int, float], Block]


def fitting(build: Build, *, count: int, english: bool = True) -> tuple[Block, Block]:
    """Return the parts of a page, as large and complete as they fit.

    `count` is how many rows the form's list has. Type gets smaller first; then fewer
    rows are listed (the form says how many more there are); then type gets smaller
    still. What height remains is shared among the rows.
    """
    room = _TOP - _BOTTOM - 8
    sizes = (*SIZES, *SMALL_SIZES[:2]) if count <= FEW else SIZES
    tries = [(count, size) for size in sizes]
    for listed in range(min(count - 1, MOST_LISTED), 0, -1):
        tries += [(listed, size) for size in SIZES[-3:]]
    tries += [(0, size) for size in (*SIZES[-3:], *SMALL_SIZES)]
    for listed, size in tries:
        look = look_of("serif", size, english=english)
        upper, lower = build(look, listed, 0)
        left = room - upper.height(INNER) - lower.height(INNER)
        if left >= 0:
            return build(look, listed, min(left * 0.8 / _ROWS, size * 0.4))
    raise TooMuchForOnePage


def one_page_pdf(
    content: CertificateContent | NoticeContent,
    upper: Upper,
    *,
    title: str,
    count: int,
    preview: bool = False,
    attachments: Sequence[Attachment] = (),
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return a form of one page as PDF, with the signatures below what `upper` builds.

    `title` goes before the number. Refuses with NotPrintable or TooMuchForOnePage.
    """
    logo, english = logo_of(content, pictures), is_bilingual(content)
    instrument = content["instrument"]
    parts = fitting(
        lambda look, listed, loose: (
            upper(look, logo, listed, loose),
            closing(content, look),
        ),
        count=count,
        english=english,
    )
    return document(
        [
            lambda sheet: draw_page(
                sheet,
                parts,
                test_print=content["test_print"],
                preview=preview,
                english=english,
            )
        ],
        title=f"{title} {content['number']}",
        author=content["body"]["name"],
        subject=f"{instrument['name_vi']}, {instrument['serial']}",
        made_on=content["issued_on"],
        attachments=attachments,
    )


def draw_page(
    sheet: Sheet,
    parts: tuple[Block, Block],
    *,
    test_print: bool,
    preview: bool,
    english: bool = True,
) -> None:
    """Draw the framed page: one part from the top, the other down to the bottom."""
    upper, lower = parts
    mark_as_worthless(sheet, test_print=test_print, preview=preview, english=english)
    frame(sheet)
    upper.draw(sheet, _SIDE, _TOP, INNER)
    lower.draw(sheet, _SIDE, _BOTTOM + lower.height(INNER), INNER)
