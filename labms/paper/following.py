"""Forms with particulars on page 1 and results on the pages that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from labms.paper.attachments import Attachment
from labms.paper.blocks import Block, Gap, Look, Panel, Row, Spans, Stack, Text
from labms.paper.content import HeadingContent, ResultsContent, is_bilingual
from labms.paper.flow import Kept, Placed, paginated
from labms.paper.heading import closing, frame, letterhead, look_of, title
from labms.paper.onepage import INNER, draw_page, fitting
from labms.paper.pages import HEIGHT, WIDTH, Sheet, document, mark_as_worthless
from labms.paper.pictures import logo_of
from labms.paper.readings import shares_of
from labms.paper.tables import Column, Table
from labms.paper.typesetting import ACCENT, MM, QUIET, Style, fitted

_SIDE = 18 * MM
_TOP = HEIGHT - 17 * MM
_HEAD = 9 * MM
_ROOM = _TOP - _HEAD - 18 * MM
_GAP = 7.0

#: In both languages.
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """What tells one kind of form from another."""

    name: Words
    heading: Words
    """Over the results."""
    outcome: Words
    """On page 1, where a verification has its verdict."""
    end: Words
    relates: Words
    """What the results are about, and how the paper may be copied."""

    def fields(self, says: Any, look: Look, *, listed: int) -> list[Block]:
        """Return the particulars of page 1."""
        raise NotImplementedError

    def beside(self, says: Any, look: Look) -> Block | None:
        """Return what stands beside the outcome, if anything."""
        return None

    def results(self, says: Any, look: Look, small: Look) -> list[Block]:
        """Return the blocks of the results."""
        raise NotImplementedError


def form_pdf(
    form: Form,
    says: Any,
    *,
    preview: bool = False,
    attachments: Sequence[Attachment] = (),
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return a form as PDF. Refuses with NotPrintable or TooMuchForOnePage."""
    english = is_bilingual(says)
    logo = logo_of(says, pictures)

    def upper(look: Look, listed: int, loose: float) -> Block:
        unit = look.text.size
        return Stack(
            [
                letterhead(says["body"], look, logo),
                Gap(unit * 0.9 + loose),
                title(form.name[0].upper(), form.name[1], says["number"], look),
                Gap(unit * 0.5 + loose),
                Stack(form.fields(says, look, listed=listed), gap=unit * 0.34 + loose),
                Gap(unit * 0.6 + loose),
                _outcome(form, says, look),
            ]
        )

    parts = fitting(
        lambda look, listed, loose: (
            upper(look, listed, loose),
            closing(says, look),
        ),
        count=len(says["standards"]),
        english=english,
    )
    results = paginated(
        _results(form, says, english=english), width=INNER, room=_ROOM, gap=_GAP
    )
    count = 1 + len(results)

    def first(sheet: Sheet) -> None:
        draw_page(
            sheet,
            parts,
            test_print=says["test_print"],
            preview=preview,
            english=english,
        )
        _foot(sheet, form, says, 1, count)

    return document(
        [
            first,
            *(
                lambda sheet, number=number, placed=placed: _page(
                    sheet, form, says, placed, number, count, preview=preview
                )
                for number, placed in enumerate(results, start=2)
            ),
        ],
        title=f"{form.name[0]} {says['number']}",
        author=says["body"]["name"],
        subject=f"{says['instrument']['name_vi']}, {says['instrument']['serial']}",
        made_on=says["issued_on"],
        attachments=attachments,
    )


def _outcome(form: Form, says: Any, look: Look) -> Block:
    """Return where the results are, and what else belongs there."""
    large = look.strong.scaled(1.08).but(colour=ACCENT)
    found = Stack([Text(form.outcome[0], large), Text(form.outcome[1], look.english)])
    beside = form.beside(says, look)
    padding = look.text.size * 0.6
    if beside is None:
        return Panel(found, padding=padding)
    return Panel(Row([found, beside], (60, 40)), padding=padding)


def _foot(sheet: Sheet, form: Form, says: Any, number: int, count: int) -> None:
    small = Style("sans", 7.4, colour=QUIET)
    foot = 6 * MM
    sheet.text(_SIDE - 6 * MM, foot, f"{form.name[0]} số {says['number']}", small)
    english = f" · Page {number} of {count}" if is_bilingual(says) else ""
    sheet.text(
        WIDTH - _SIDE + 6 * MM,
        foot,
        f"Trang {number}/{count}{english}",
        small.but(align="right"),
    )


def running_head(sheet: Sheet, x: float, y: float, left: str, right: str) -> None:
    """Write two texts on one line over INNER, the right one smaller if it must."""
    small = Style("sans", 8, colour=QUIET)
    wide = min(INNER * 0.55, INNER - 12)
    one = fitted(left, small, INNER - wide - 12)
    sheet.text(x, y, left, one)
    other = fitted(right, small, wide)
    sheet.text(x + INNER, y, right, other.but(align="right"))


def _page(
    sheet: Sheet,
    form: Form,
    says: Any,
    placed: Sequence[Placed],
    number: int,
    count: int,
    *,
    preview: bool,
) -> None:
    mark_as_worthless(
        sheet,
        test_print=says["test_print"],
        preview=preview,
        english=is_bilingual(says),
    )
    frame(sheet)
    one = says["instrument"]
    running_head(
        sheet,
        _SIDE,
        _TOP - 6,
        f"{form.name[0]} số {says['number']}",
        f"{one['name_vi']} · số chế tạo {one['serial']}",
    )
    sheet.rule(_SIDE, _TOP - 12, INNER, colour=ACCENT, thickness=0.7)
    for each in placed:
        each.block.draw(sheet, _SIDE, _TOP - _HEAD - each.down, INNER)
    _foot(sheet, form, says, number, count)


def _results(form: Form, says: Any, *, english: bool) -> list[Block]:
    look = look_of("serif", 10.4, english=english)
    small = look_of("sans", 8.8, english=english)
    large = look.strong.scaled(1.3).but(colour=ACCENT)
    blocks: list[Block] = [
        Kept(
            Stack(
                [
                    Text(form.heading[0].upper(), large),
                    Text(form.heading[1], look.english.scaled(1.15)),
                ]
            )
        ),
        *form.results(says, look, small),
        Gap(2),
    ]
    statements = [
        *((one["vi"], one.get("en", "")) for one in says["statements"]),
        form.relates,
    ]
    for number, (vi, en) in enumerate(statements, start=1):
        text = Text(f"{number}. {vi}", look.text.scaled(0.94))
        blocks.append(Stack([text, Text(en, look.english)], gap=1))
    end = " · ".join(form.end if english else form.end[:1])
    blocks.append(Text(end, look.aside.but(align="centre")))
    return blocks


def titled(title_vi: str, title_en: str, look: Look) -> Kept:
    """Return the heading of a table, which stays with it."""
    words = [(title_vi, look.strong)]
    if title_en:
        words.append((f"   {title_en}", look.english))
    return Kept(Spans(words))


def values_table(table: ResultsContent, look: Look) -> Table:
    """Return a table of values, numbers to the right, units in the headings."""
    headings = [
        f"{one['vi']}, {one['unit']}" if one["unit"] else one["vi"]
        for one in table["columns"]
    ]
    rows = [
        [_worded(cell, english=not look.english.is_hidden) for cell in row]
        for row in table["rows"]
    ]
    shares = shares_of(headings, rows, look, width=INNER)
    return Table(
        [
            Column(
                heading, share, "right" if _numbers(table, n) else "left", _english(one)
            )
            for n, (heading, share, one) in enumerate(
                zip(headings, shares, table["columns"], strict=True)
            )
        ],
        rows,
        style=look.text,
        strong=look.strong,
        english=look.english.but(colour=QUIET),
        padding=3.4,
    )


def _worded(cell: str, *, english: bool) -> str:
    """Return a cell; of words in both languages ("đạt / pass") what is wanted."""
    if english or any(letter.isdigit() for letter in cell):
        return cell
    return cell.partition(" / ")[0]


def _english(heading: HeadingContent) -> str:
    return heading["en"] if heading["en"] != heading["vi"] else ""


def _numbers(table: ResultsContent, column: int) -> bool:
    cells = [row[column] for row in table["rows"] if row[column] not in ("", "—")]
    return all(cell[0].isdigit() or cell[0] in "+−±" for cell in cells)
