"""The numbers of the dashboard, all from here: summaries may be put beneath.

`board_of` asks for figures (`labms.indicators`), gaps and trends (`labms.outlook`), and
reads nothing itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from labms.catalogue.rules import VerificationReason
from labms.indicators.communes import commune_lines
from labms.indicators.figures import Count, standings_of
from labms.indicators.rules import Standing, TypeLine
from labms.indicators.supplied import ScopeLine
from labms.outlook.heading import Heading, headings
from labms.outlook.models import InvestmentOption
from labms.outlook.planning import Gap, gaps, place_of
from labms.outlook.queries import proposals

#: So many of the biggest gaps stand on the dashboard.
BIGGEST = 8
#: The sketch map's width and height, in units of its drawing.
MAP = (600, 420)


@dataclass(frozen=True, slots=True)
class Dot:
    """A commune on the sketch map."""

    gap: Gap
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the dashboard."""

    #: Targets, missed and open ones first.
    targets: Sequence[Standing]
    #: Figures without a target.
    others: Sequence[Standing]
    #: Types by what is due and was not done.
    types: Sequence[TypeLine]
    communes: Sequence[Gap]
    #: What was reported without a commune: it counts of a type, and in no commune.
    unplaced: int
    #: What communes together are due more than types, since each is rounded up.
    rounded_up: int
    dots: Sequence[Dot]
    headings: Sequence[Heading]


def board_of(count: Count, *, type_slug: str = "") -> Board:
    """Return everything on the dashboard; communes for one type, or for all."""
    found = standings_of(count)
    lines = [line for line in count.lines if line.missing or line.unsurveyed_done]
    communes = gaps(count, type_slug=type_slug)
    shown = [x for x in count.lines if type_slug in ("", x.type_slug)]
    due = sum(line.due for line in shown)
    return Board(
        targets=sorted((one for one in found if one.target), key=_worst_first),
        others=[one for one in found if not one.target],
        types=sorted(lines, key=lambda x: (-x.missing, x.type_slug))[:BIGGEST],
        communes=communes,
        unplaced=sum(line.unplaced for line in shown),
        rounded_up=max(0, sum(gap.due for gap in communes) - due),
        dots=_dots(communes),
        headings=headings(count),
    )


def top_of(one: Standing) -> Decimal:
    """Return the value at the right end of a figure's bar."""
    if one.figure.share is not None:
        return Decimal(100)
    largest = max(
        one.figure.value or Decimal(0), one.target.value if one.target else Decimal(0)
    )
    return max(largest * Decimal("1.25"), Decimal(1))


def _worst_first(one: Standing) -> tuple[bool, bool, Decimal]:
    """Order by: still to be reached, not judged, met; then by the part reached."""
    value, target = one.figure.value, one.target
    wanted = target.value if target else Decimal(1)
    part = (value or Decimal(0)) / wanted if wanted else Decimal(0)
    return (one.is_closed, one.met is True, part)


def _dots(communes: Sequence[Gap]) -> list[Dot]:
    placed = [(gap, at) for gap in communes if (at := place_of(gap.commune_key))]
    if not placed:
        return []
    norths = [north for _, (north, _) in placed]
    easts = [east for _, (_, east) in placed]
    wide, high = MAP
    margin = 26
    # one scale for both: at 10° north a degree of longitude is 0.985 of one of latitude
    scale = min(
        (wide - 2 * margin) / max(max(easts) - min(easts), 0.01),
        (high - 2 * margin) / max(max(norths) - min(norths), 0.01),
    )
    most = max((gap.due for gap, _ in placed), default=0) or 1
    return [
        Dot(
            gap,
            round(margin + (east - min(easts)) * scale, 1),
            round(high - margin - (north - min(norths)) * scale, 1),
            round(5 + 15 * (gap.due / most) ** 0.5, 1),
        )
        for gap, (north, east) in placed
    ]


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One type in one commune: demand, work, and who could do more."""

    type_slug: str
    in_use: int
    due: int
    done: int
    #: Of what was done: by reports of bodies that name the commune.
    reported: int
    is_surveyed: bool
    is_partly_surveyed: bool
    why: str
    inside: Sequence[ScopeLine]
    outside: Sequence[ScopeLine]
    #: What was proposed for the type, with its cost.
    proposals: Sequence[InvestmentOption]
    #: What is due of the type in the whole area, and what its bodies can do in a year;
    #: None: none of them stated it.
    due_in_area: int
    capacity: int | None

    @property
    def can_do_all(self) -> bool:
        """Whether bodies of the area can do all of the type that is due in it."""
        return self.capacity is not None and self.capacity >= self.due_in_area

    @property
    def helping(self) -> Sequence[InvestmentOption]:
        """Proposals that add something to what can be verified here, as far as known.

        Nothing does where bodies can do all; where it is only unknown how many they can
        do, what lets them do so many more.
        """
        if self.can_do_all:
            return []
        if self.inside and self.capacity is None:
            return [one for one in self.proposals if one.per_year]
        return self.proposals

    @property
    def missing(self) -> int:
        """What is due and was not done."""
        return self.due - self.done

    @property
    def is_known(self) -> bool:
        """Whether all was surveyed; otherwise at least so many are due."""
        return self.is_surveyed


def rows_of_commune(count: Count, commune_key: str) -> list[CommuneRow]:
    """Return each type of which any demand is known in a commune, biggest gap first."""
    scopes = _periodic(count.scopes)
    proposed = proposals()
    lines = {line.type_slug: line for line in count.lines}
    found = []
    for cell in count.cells:
        if cell.commune_key != commune_key:
            continue
        due = ceil(cell.due)
        done = commune_lines([cell], count.distinct, count.reported)[commune_key]
        own = scopes.get(cell.type_slug, [])
        found.append(
            CommuneRow(
                type_slug=cell.type_slug,
                in_use=cell.in_use,
                due=due,
                done=done.done,
                reported=done.reported,
                is_surveyed=cell.is_surveyed,
                is_partly_surveyed=cell.is_partly_surveyed,
                why=cell.why,
                inside=[scope for scope in own if scope.is_inside],
                outside=[scope for scope in own if not scope.is_inside],
                proposals=[p for p in proposed if cell.type_slug in p.type_slugs],
                due_in_area=lines[cell.type_slug].due,
                capacity=lines[cell.type_slug].capacity,
            )
        )
    return sorted(found, key=lambda row: (-row.missing, row.type_slug))


def _periodic(lines: Sequence[ScopeLine]) -> Mapping[str, list[ScopeLine]]:
    found: dict[str, list[ScopeLine]] = {}
    for line in lines:
        if VerificationReason.PERIODIC in line.reasons:
            found.setdefault(line.type_slug, []).append(line)
    return found
