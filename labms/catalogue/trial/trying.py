"""Tries a procedure with the typical instrument that it names, and with zeros."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from labms.catalogue.characteristics import Given
from labms.catalogue.entries import CharacteristicKind, Procedure
from labms.catalogue.files.faults import Fault, english
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet.planning import plan_sheet
from labms.catalogue.trial.poles import pole_faults
from labms.errors import LabError
from labms.metrology.expressions import CannotEvaluate

#: What plates call the end of a range that nothing is measured beyond.
RANGE_ENDS = ("upper", "Max")


def example_faults(procedure: Procedure, *, file: str = "") -> list[Fault]:
    """Return why the sheet of its typical instrument cannot be planned, or [].

    A formula that divides by zero, a table without that class, a scope that leaves the
    instrument out: what only shows when there is an instrument. Each of its figures may
    be zero as well: then either there is a sheet, or a refusal that says why.
    """
    where = file or f"procedures/{procedure.slug}-{procedure.revision}.toml"
    if not procedure.example:
        return []
    found = list(_faults(procedure, where)) or list(_beyond(procedure, where))
    for options in () if found else options_of(procedure):
        for fault in pole_faults(procedure, file=where, options=options):
            found += [] if fault in found else [fault]
    return found


def _faults(procedure: Procedure, file: str) -> Iterator[Fault]:
    reasons = procedure.reasons or (None,)
    for options in options_of(procedure):
        for reason in reasons:
            if error := _refusal(procedure, procedure.example, reason, options):
                for_it = f"{reason}: " if reason else ""
                yield Fault(file, "example", f"{for_it}{english(error)}")
                return
    for key in _figures(procedure):
        given = {**procedure.example, key: "0"}
        error = _refusal(
            procedure, given, next(iter(reasons)), options_of(procedure)[0]
        )
        if isinstance(error, CannotEvaluate):
            yield Fault(file, "example", f"{key} = 0: {english(error)}")


def _beyond(procedure: Procedure, file: str) -> Iterator[Fault]:
    """Yield the checks that read the typical instrument beyond its own range."""
    sheet = plan_sheet(
        procedure,
        characteristics=procedure.example,
        reason=next(iter(procedure.reasons), None),
        options=options_of(procedure)[0],
    )
    found = {
        (row.stage, row.check, end)
        for row in sheet.rows
        for end in RANGE_ENDS
        if row.nominal is not None
        and isinstance(top := row.values.get(end), Fraction)
        and Fraction(row.nominal) > top
    }
    for stage, check, end in sorted(found):
        key = f"stage[{stage}].check[{check}].points"
        yield Fault(file, key, f"a point lies beyond {end}")


def _refusal(
    procedure: Procedure,
    characteristics: Given,
    reason: VerificationReason | None,
    options: Mapping[str, str],
) -> LabError | None:
    try:
        plan_sheet(
            procedure, characteristics=characteristics, reason=reason, options=options
        )
    except LabError as error:
        return error
    return None


def _figures(procedure: Procedure) -> list[str]:
    return [
        each.key
        for each in procedure.characteristics
        if each.kind is CharacteristicKind.DECIMAL
    ]


def options_of(procedure: Procedure) -> list[dict[str, str]]:
    """Return choices of options so that each option of each table is tried."""
    most = max((len(table.options) for table in procedure.tables.values()), default=1)
    return [
        {
            slug: table.options[min(place, len(table.options) - 1)].slug
            for slug, table in procedure.tables.items()
        }
        for place in range(most)
    ]
