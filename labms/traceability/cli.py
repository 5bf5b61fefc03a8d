"""`labms trace` and `labms impact`: a chain upwards, and what rests on a standard."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from labms import clock
from labms.errors import NotFound
from labms.i18n import N_, gettext
from labms.registry.models import Standard
from labms.registry.queries import standards_named
from labms.traceability.chains import Chain, Link
from labms.traceability.queries import (
    Affected,
    Used,
    affected_calibrations,
    chain_as_used,
    chain_of,
)

_DAY = click.DateTime(["%Y-%m-%d"])


class NobodyKnows(NotFound):
    """Neither a certificate nor an instrument nor a standard is called that."""

    code = "traceability.nobody_knows"
    message = N_(
        "There is no certificate, instrument or standard with the number {number}."
    )


class Ambiguous(NotFound):
    """Several standards are called that."""

    code = "traceability.ambiguous"
    message = N_("{number} is the number of several standards: {names}")


#: Finds what a number of a part above rests on; None if it knows no such number.
Finder = Callable[[str], Used | None]
#: Tells what of the parts above rests on calibrations, or on a standard between days.
Dependents = Callable[
    [Collection[int], int, date, date], Sequence[Mapping[str, str | None]]
]


def standard_called(number: str) -> Standard:
    """Return the one standard with this inventory or serial number."""
    found = standards_named(number)
    if not found:
        raise NobodyKnows(number=number)
    if len(found) > 1:
        names = "; ".join(f"{each.inventory_number} {each.name}" for each in found)
        raise Ambiguous(number=number, names=names)
    return found[0]


def trace_command(finder: Finder) -> click.Command:
    """Return the command; `finder` knows the numbers of the parts above."""

    @click.command("trace")
    @click.argument("number")
    @click.option("--on", type=_DAY, help="A day of use; today for a standard.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    def trace(number: str, on: datetime | None, *, as_json: bool) -> None:
        """Follow the chain above a certificate, an instrument or a standard.

        NUMBER is a certificate's, or an instrument's or a standard's serial or
        inventory number. One line for each link, then one for each problem. The exit
        status is 1 if the chain is broken. Changes nothing.
        """
        chain = _chain(finder(number), number, on=on.date() if on else None)
        if as_json:
            click.echo(json.dumps(chain.to_json(), ensure_ascii=False, indent=2))
        else:
            for line in chain_lines(chain):
                click.echo(line)
        if not chain.is_whole:
            raise click.exceptions.Exit(1)

    return trace


def _chain(used: Used | None, number: str, *, on: date | None) -> Chain:
    """Return the chain of what was used as it was used, or as it would be on a day."""
    if used is None:
        return chain_of([standard_called(number).id], on=on or clock.today())
    if on is not None:
        return chain_of(used.by, on=on)
    return chain_as_used(used.by, on=used.on)


def chain_lines(chain: Chain) -> list[str]:
    """Return a chain as lines of text, indented by level."""
    problems = [f"{problem.code}\t{problem}" for problem in chain.problems]
    return [*map(_line, chain.links), *problems]


def _line(link: Link) -> str:
    row = link.calibration
    told = [f"{'  ' * link.level}{link.standard.name}", link.on.isoformat()]
    if row is None:
        return "\t".join([*told, gettext(N_("no calibration in force"))])
    figure = "U ?"
    if row.uncertainty is not None:
        figure = f"U = {row.uncertainty:f} {row.unit}"
        figure += f" (k = {row.coverage_factor:f})" if row.coverage_factor else ""
    days = f"{row.calibrated_on.isoformat()}…{row.due_on.isoformat()}"
    return "\t".join([*told, row.number, row.issuer_name, days, figure])


def impact_command(dependents: Dependents) -> click.Command:
    """Return the command; `dependents` knows what of the parts above is affected."""

    @click.command("impact")
    @click.argument("standard")
    @click.option("--from", "since", type=_DAY, required=True, help="Last known good.")
    @click.option("--to", "until", type=_DAY, help="Found bad; today if not given.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    def impact(
        standard: str, since: datetime, until: datetime | None, *, as_json: bool
    ) -> None:
        """List what depends on a STANDARD between two days, transitively.

        STANDARD is its inventory or serial number. First the standards that were
        calibrated with it meanwhile, then the verifications that rest on it or on
        those, with certificate or stamp; one line each, tab-separated. Changes nothing.
        """
        found = standard_called(standard)
        first, last = since.date(), until.date() if until else clock.today()
        affected = affected_calibrations(found.id, since=first, until=last)
        keys = [each.calibration.id for each in affected]
        above = dependents(keys, found.id, first, last)
        if as_json:
            told = {
                "standards": [affected_as_json(each) for each in affected],
                "certificates": list(above),
            }
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for one in map(affected_as_json, affected):
            click.echo("\t".join(str(value or "") for value in one.values()))
        for row in above:
            click.echo("\t".join(str(value or "") for value in row.values()))

    return impact


def affected_as_json(each: Affected) -> dict[str, Any]:
    """Return an affected calibration as plain values."""
    return {
        "standard": each.standard.inventory_number,
        "name": each.standard.name,
        "calibration": each.calibration.number,
        "calibrated_on": each.calibration.calibrated_on.isoformat(),
        "until": each.until.isoformat() if each.until else None,
        "level": each.level,
    }
