"""The part of a record that is measured: stages, checks, tables of readings."""

from collections.abc import Sequence, Set

from labms.paper.blocks import HANDWRITING, Block, Gap, Look, Spans, Stack, Text
from labms.paper.flow import Kept
from labms.paper.fonts import current_fonts
from labms.paper.measured import CheckContent, MeasurementContent, StageContent
from labms.paper.pages import WIDTH
from labms.paper.tables import SIDES, Column, Table
from labms.paper.typesetting import ACCENT, MM, QUIET, WARNING, Align

FAILED = "không đạt"
INNER = WIDTH - 32 * MM
_WIDEST = 150
NAMES = frozenset({"Điểm đo", "Chiều, lần", "Vị trí", "Chiều"})
TICKS = "☐ đạt   ☐ không đạt"


class Readings:
    """Lays out stages, filled in or to be written by hand."""

    def __init__(
        self, look: Look, small: Look, *, blank: bool, line: float = HANDWRITING
    ) -> None:
        self._look = look
        self._small = small
        self._blank = blank
        self._line = line

    def heading(self, vi: str, en: str, *, number: str = "", verdict: str = "") -> Kept:
        """Return the heading of a part, which stays with what follows."""
        strong = self._look.strong.scaled(1.06).but(colour=ACCENT)
        spans = [(f"{number}{vi}", strong)]
        if en:
            spans.append((f"   {en}", self._look.english))
        if verdict:
            style = self._look.strong
            if verdict.lower() == FAILED:
                style = style.but(colour=WARNING)
            spans += [
                ("   Kết quả ", self._look.text),
                ("Result: ", self._look.english),
            ]
            spans.append((verdict, style))
        return Kept(Stack([Gap(3), Spans(spans)]))

    def table(
        self, columns: Sequence[Column], rows: list[list[str]], *, by_hand: bool
    ) -> Table:
        """Return a table, its failures in bold, its rows high enough for a hand."""
        failed = {
            (n, column)
            for n, row in enumerate(rows)
            for column, cell in enumerate(row)
            if cell.lower() == FAILED
        }
        return Table(
            columns,
            rows,
            style=self._small.text,
            strong=self._small.strong,
            english=self._small.english,
            row_height=self._line if self._blank and by_hand else 0,
            marked=frozenset(failed),
        )

    def stage(self, number: int, stage: StageContent) -> list[Block]:
        """Return the checks and measurements of one stage, and its verdict."""
        blocks: list[Block] = [
            self.heading(
                stage["title_vi"],
                stage.get("title_en", ""),
                number=f"{number}. ",
                verdict=TICKS if self._blank else stage["verdict"],
            )
        ]
        if stage["checks"]:
            blocks.append(self._checks(stage["checks"]))
        for measured in stage["tables"]:
            blocks += self._measurements(measured)
        return blocks

    def _checks(self, checks: Sequence[CheckContent]) -> Table:
        """Return the questions with their answers; no column that would be empty."""
        columns = [
            (
                Column("Nội dung kiểm tra", 50, heading_en="Examination"),
                [one["name_vi"] for one in checks],
            ),
            (
                Column("Yêu cầu", 24, heading_en="Requirement"),
                [one.get("requirement", "") for one in checks],
            ),
            (
                Column("Kết quả", 22, heading_en="Result"),
                [TICKS if self._blank else one["verdict"] or "—" for one in checks],
            ),
            (
                Column("Ghi chú", 18, heading_en="Note"),
                ["" if self._blank else one.get("note", "") for one in checks],
            ),
        ]
        kept = [
            (column, cells)
            for n, (column, cells) in enumerate(columns)
            if any(cells) or (self._blank and n == len(columns) - 1)
        ]
        return self.table(
            [column for column, _ in kept],
            [list(row) for row in zip(*(cells for _, cells in kept), strict=True)],
            by_hand=True,
        )

    def _measurements(self, measured: MeasurementContent) -> list[Block]:
        given = set(measured["given"])
        rows = [
            [
                cell if not self._blank or n in given else ""
                for n, cell in enumerate(row)
            ]
            for row in measured["rows"]
        ]
        english = measured.get("columns_en", [""] * len(measured["columns"]))
        columns = [
            Column(heading, share, align, heading_en=en)
            for heading, en, share, align in zip(
                measured["columns"],
                english,
                _shares(measured, self._small, blank=self._blank),
                _alignments(measured),
                strict=True,
            )
        ]
        words = [(measured["title_vi"], self._look.strong)]
        if title_en := measured.get("title_en", ""):
            words.append((f"   {title_en}", self._look.english))
        note = measured.get("note", "")
        return [
            Kept(Spans(words)),
            self.table(columns, rows, by_hand=True),
            Text(note, self._small.text.but(colour=QUIET)),
        ]


def _numeric(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:1] in "+-−±≤≥"


def _alignments(measured: MeasurementContent) -> list[Align]:
    """Return how columns stand: numbers to the right, words to the left.

    The point is a name, though most begin with a number.
    """
    found: list[Align] = []
    for n, heading in enumerate(measured["columns"]):
        if heading.split("\n")[0] in NAMES:
            found.append("left")
            continue
        cells = [row[n] for row in measured["rows"] if row[n]]
        numeric = bool(cells) and all(_numeric(cell) for cell in cells)
        found.append("right" if numeric else "left")
    return found


def _shares(measured: MeasurementContent, look: Look, *, blank: bool) -> list[float]:
    by_hand = {n for n in range(len(measured["columns"])) if n not in measured["given"]}
    return shares_of(
        measured["columns"],
        measured["rows"],
        look,
        width=INNER,
        by_hand=by_hand if blank else set(),
    )


def shares_of(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    look: Look,
    *,
    width: float,
    by_hand: Set[int] = frozenset(),
) -> list[float]:
    """Return widths of columns: what the longest word needs, and a part of the rest.

    The rest goes to columns with longer cells, or where a hand will write.
    """
    fonts = current_fonts()
    least, wanted = [], []
    for n, heading in enumerate(headings):
        words = [(word, look.strong) for word in heading.split()]
        cells = [(row[n], look.strong) for row in rows]
        words += [(word, style) for cell, style in cells for word in cell.split()]
        longest = max(fonts.width(t, s.face, s.size) for t, s in words)
        whole = max((fonts.width(t, s.face, s.size) for t, s in cells), default=0)
        least.append(min(longest, _WIDEST) + 2 * SIDES + 1)
        wanted.append(60 if n in by_hand else max(min(whole, _WIDEST) - longest, 4))
    rest = max(width - sum(least), 0)
    even = [
        max(narrow, narrow + more if n in by_hand else narrow + max(more, 4))
        for n, (narrow, more) in enumerate(zip(least, wanted, strict=True))
    ]
    if sum(even) <= width:  # all on one line: what is left goes to all alike
        return [one + (width - sum(even)) / len(even) for one in even]
    return [
        narrow + rest * more / sum(wanted)
        for narrow, more in zip(least, wanted, strict=True)
    ]
