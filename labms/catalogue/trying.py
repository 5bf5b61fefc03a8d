"""Tries a procedure with the typical instrument that it names."""

from collections.abc import Iterator

from labms.catalogue.entries import Procedure
from labms.catalogue.faults import Fault, english
from labms.catalogue.planning import plan_sheet
from labms.errors import LabError


def example_faults(procedure: Procedure, *, file: str = "") -> list[Fault]:
    """Return why the sheet of its typical instrument cannot be planned, or [].

    A formula that divides by zero, a table without that class, a scope that leaves the
    instrument out: what only shows when there is an instrument.
    """
    where = file or f"procedures/{procedure.slug}-{procedure.revision}.toml"
    return list(_faults(procedure, where)) if procedure.example else []


def _faults(procedure: Procedure, file: str) -> Iterator[Fault]:
    for options in _options(procedure):
        for reason in procedure.reasons:
            try:
                plan_sheet(
                    procedure,
                    characteristics=procedure.example,
                    reason=reason,
                    options=options,
                )
            except LabError as error:
                yield Fault(file, "example", f"{reason}: {english(error)}")
                return


def _options(procedure: Procedure) -> list[dict[str, str]]:
    """Return choices of options so that each option of each table is tried."""
    most = max((len(table.options) for table in procedure.tables.values()), default=1)
    return [
        {
            slug: table.options[min(place, len(table.options) - 1)].slug
            for slug, table in procedure.tables.items()
        }
        for place in range(most)
    ]
