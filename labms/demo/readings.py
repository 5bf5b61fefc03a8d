"""What a verifier reads in the demo: likely readings, typed as people type them."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from labms.catalogue.entries import CheckKind
from labms.catalogue.sheet import ANSWER, NO, YES, Row, Sheet
from labms.metrology.decimals import read_decimal, show_decimal
from labms.metrology.rounding import as_decimal
from labms.metrology.units import convert

#: How finely a column is read, by the type that a sheet is for: scales to a fifth of e
#: (OIML R 76-1:2006, A.4.1.6), measuring cans to a millilitre.
SCALE_FIFTHS = 5
CAN_STEP = Decimal("0.001")
PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an instrument: at one point, or at first sight."""

    at_first_sight: bool = False


def likely_entries(
    sheet: Sheet,
    rng: random.Random,
    *,
    characteristics: Mapping[str, str],
    fault: Fault | None = None,
) -> dict[str, str]:
    """Return a whole sheet as typed, within the limits unless there is a fault."""
    entries: dict[str, str] = {}
    questions = [row for row in sheet.rows if row.kind is CheckKind.YES_NO]
    for row in questions:
        entries[f"{row.key}.{ANSWER}"] = YES
    if fault is not None and fault.at_first_sight:
        entries[f"{questions[0].key}.{ANSWER}"] = NO
        return entries
    rows = [row for row in sheet.rows if row.nominal is not None]
    bad = rng.choice(sorted({row.point_key for row in rows})) if fault else ""
    lean = rng.uniform(-0.45, 0.45)
    for row in rows:
        share = lean + rng.uniform(-0.12, 0.12)
        if row.point_key == bad:
            share = rng.choice((-1, 1)) * 1.6 if not row.repetition else 1.6
        entries |= _read(row, Decimal(str(round(share, 3))), characteristics)
    return entries


def half(entries: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the first entries of a sheet, as when somebody is called away."""
    wanted = [key for key in keys if key in entries]
    return {key: entries[key] for key in wanted[: len(wanted) * 3 // 5]}


def _read(
    row: Row, share: Decimal, characteristics: Mapping[str, str]
) -> dict[str, str]:
    """Return what is typed in a row whose error uses up a share of the limit."""
    assert row.nominal is not None  # noqa: S101 (a row of readings)
    limit = row.limit_plus or Decimal(0)
    columns = {column.key for column in row.columns}
    if "reference" in columns:
        error = share * limit
        can = _to_step(row.nominal / (1 + error / 100), CAN_STEP)
        return {
            f"{row.key}.indication": _typed(row.nominal.quantize(PLACES)),
            f"{row.key}.reference": _typed(can),
        }
    e = read_decimal(characteristics["e"])  # in grams on these plates
    step = as_decimal(convert(e, unit="g", into=row.unit)) / SCALE_FIFTHS
    error = _to_step(share * limit, step)
    if abs(share) > 1 and abs(error) <= limit:
        error = (limit + step) * (1 if share > 0 else -1)
    elif abs(share) <= 1 and abs(error) > limit:
        error = Decimal(0)
    return {f"{row.key}.indication": _typed((row.nominal + error).normalize())}


def _to_step(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(Decimal(1)) * step


def _typed(value: Decimal) -> str:
    return show_decimal(value, language="vi").replace("\u2212", "-")
