"""What falls due where, put together for pages: workload, and trips of a month."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from labms.catalogue.shipped import shipped_catalogue
from labms.indicators.capability import needs_of
from labms.indicators.communes import CommuneLine, commune_lines
from labms.indicators.figures import Count
from labms.outlook.campaigns import Campaign, Stop, campaigns
from labms.outlook.crews import AtHand, Crew, at_hand
from labms.outlook.queries import DueCell, awaiting_issue, due_by_month
from labms.places.data import places
from labms.places.queries import commune_names
from labms.places.rules import UnknownPlace
from labms.policy import EVERYTHING, Scope

#: So many months are looked ahead, this one among them.
AHEAD = 12


@dataclass(frozen=True, slots=True)
class Workload:
    """What falls due by month, and what is due of which nobody knows the month."""

    months: Sequence[date]
    #: Evidence ended before the first month.
    overdue: int
    by_month: Mapping[date, int]
    #: By commune: name, overdue, then each month; the most first.
    communes: Sequence[tuple[str, str, int, Sequence[int]]]
    #: Due in the year of the day, by the demand register.
    due_in_year: int

    @property
    def dated(self) -> int:
        """All of which the month is known, overdue ones too."""
        return self.overdue + sum(self.by_month.values())


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_from(on: date) -> list[date]:
    """Return the first days of the months looked at."""
    found = [on.replace(day=1)]
    while len(found) < AHEAD:
        found.append(month_after(found[-1]))
    return found


def workload(count: Count) -> Workload:
    """Return what falls due in an area in the months after a day."""
    months = months_from(count.on)
    cells = due_by_month(count.area, on=count.on)
    names = commune_names({cell.commune_key for cell in cells})
    overdue = _before(cells, months[0])
    communes = []
    for key in names:
        own = [cell for cell in cells if cell.commune_key == key]
        late = _before(own, months[0])
        each = [_within(own, month) for month in months]
        communes.append((key, names[key], late, each))
    communes.sort(key=lambda row: (-row[2] - sum(row[3]), row[1]))
    return Workload(
        months=months,
        overdue=overdue,
        by_month={m: _within(cells, m) for m in months},
        communes=communes,
        due_in_year=sum(line.due for line in count.lines),
    )


def _before(cells: Sequence[DueCell], month: date) -> int:
    return sum(cell.count for cell in cells if cell.month < month)


def _within(cells: Sequence[DueCell], month: date) -> int:
    return sum(cell.count for cell in cells if cell.month == month)


@dataclass(frozen=True, slots=True)
class Trip:
    """A campaign with what has to be taken along."""

    campaign: Campaign
    #: Kinds of standards that procedures need, as (slug, name in both languages).
    standards: Sequence[tuple[str, str, str]]
    #: Types for which the catalogue has no procedure: nobody knows what to take.
    unknown: Sequence[str]
    #: Who could go.
    crews: Sequence[Crew]


def trips(count: Count, month: date, *, scope: Scope = EVERYTHING) -> list[Trip]:
    """Return the trips proposed for a month, with what is overdue by then.

    And with what is due in the year, was not done, and has no month: nobody knows when
    it was verified before, if ever. `scope` says whose standards may be named.
    """
    dated = due_by_month(count.area, on=count.on)
    due: dict[str, dict[str, int]] = {}
    for cell in dated:
        if cell.month <= month:
            own = due.setdefault(cell.commune_key, {})
            own[cell.type_slug] = own.get(cell.type_slug, 0) + cell.count
    undated = _undated(count, dated)
    keys = {*due, *undated}
    names = commune_names(keys)
    stops = [
        Stop(
            key,
            names.get(key, key),
            place_of(key),
            due.get(key, {}),
            undated.get(key, {}),
        )
        for key in sorted(keys)
    ]
    there = at_hand(count, scope=scope)
    return [_trip(campaign, there) for campaign in campaigns(stops)]


def _undated(count: Count, dated: Sequence[DueCell]) -> dict[str, dict[str, int]]:
    """Return what is due in the year without a month, by commune and type.

    Due by the demand register, less what was done, what awaits its certificate, and
    what has its month in the year or is overdue.
    """
    known = awaiting_issue(count.area, first=date(count.on.year, 1, 1), on=count.on)
    for cell in dated:
        if cell.month.year <= count.on.year:
            key = cell.type_slug, cell.commune_key
            known[key] = known.get(key, 0) + cell.count
    found: dict[str, dict[str, int]] = {}
    for cell_ in count.cells:
        key = cell_.type_slug, cell_.commune_key
        line = commune_lines([cell_], count.distinct, count.reported)[key[1]]
        left = line.due - line.done - known.get(key, 0)
        if left > 0:
            found.setdefault(key[1], {})[key[0]] = left
    return found


def place_of(key: str) -> tuple[float, float] | None:
    """Return where a commune lies, in degrees north and east; None if nobody knows."""
    try:
        commune = places().commune_with_key(key)
    except UnknownPlace:
        return None
    if commune.latitude is None or commune.longitude is None:
        return None
    return float(commune.latitude), float(commune.longitude)


def _trip(campaign: Campaign, there: AtHand) -> Trip:
    standards: dict[str, tuple[str, str, str]] = {}
    unknown = []
    for slug in campaign.by_type:
        needed = needs_of(slug)
        if not needed:
            unknown.append(slug)
        for procedure in reversed(shipped_catalogue().procedures_for(slug)):
            if procedure.is_calibration:
                continue
            for one in procedure.standards:
                if one.is_required:
                    standards[one.slug] = (one.slug, one.name_vi, one.name_en)
            break
    crews = there.crews(campaign.by_type)
    return Trip(campaign, sorted(standards.values()), unknown, crews)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(CommuneLine):
    """A commune with what is due of a type, or of all, and what of it was done."""

    commune_key: str
    commune_name: str

    @property
    def missing(self) -> int:
        """What is due and was not done."""
        return self.due - self.done

    @property
    def shade(self) -> str:
        """Name how much counts: "0" to "5", all of it; "unknown" if nothing can.

        What is known from the register alone was verified at some time, so that a
        commune that nobody surveyed would look better than one that somebody did.
        """
        if not self.is_surveyed:
            return "unknown"
        return str(5 * self.counted // self.due if self.due else 5)


def gaps(count: Count, *, type_slug: str = "") -> list[Gap]:
    """Return each commune of which any demand is known, the biggest gap first."""
    found = count.communes(type_slug)
    names = commune_names(found)
    rows = [
        Gap(commune_key=key, commune_name=names.get(key, key), **asdict(line))
        for key, line in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.missing, row.commune_name))
