"""`labms standards import-dcc`: a standard's digital certificate, from a terminal."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from labms.accounts.queries import person_called
from labms.db import transaction
from labms.errors import LabError
from labms.i18n import gettext
from labms.registry.models import Standard
from labms.registry.queries import standard_by_id
from labms.text import file_name
from labms.traceability.cli import standard_called
from labms.traceability.receiving import Preview, preview, receive_dcc, take_over
from labms.traceability.rules import (
    BadDates,
    IssuerKind,
    check_uncertainty_stated,
)
from labms.traceability.services import Attachment, CalibrationDetails
from labms.web.lists import settings

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("standards")
def group() -> None:
    """Standards and their calibrations."""


@group.command("import-dcc")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--standard", required=True, help="Its inventory or serial number.")
@click.option("--as", "login", help="Who enters it: a login. Without: only look.")
@click.option(
    "--issuer-kind",
    type=click.Choice([one.value for one in IssuerKind]),
    default=IssuerKind.ACCREDITED.value,
    show_default=True,
    help="On what the competence of the laboratory rests.",
)
@click.option("--accreditation", default="", help="Its number.")
@click.option("--accredited-until", type=_DAY, help="Its last day.")
@click.option("--due-on", type=_DAY, help="The last day, if the file states another.")
@click.option("--against", multiple=True, help="A standard above; may be repeated.")
@click.option("--root", is_flag=True, help="The chain ends here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_dcc(
    file: Path,
    standard: str,
    login: str | None,
    issuer_kind: str,
    accreditation: str,
    accredited_until: datetime | None,
    due_on: datetime | None,
    against: tuple[str, ...],
    *,
    root: bool,
    as_json: bool,
) -> None:
    """Read the digital certificate (DCC) in FILE, XML or PDF, for a standard.

    Prints what it says and what is missing. With --as, the calibration is entered as
    that person, with the file. The exit status is 1 if anything was refused.
    """
    try:
        found = standard_called(standard)
        data = file.read_bytes()
        said = preview(found, data, schema=settings().dcc_schema_dir)
        _print(said, as_json=as_json)
        if login is None:
            return
        above = [standard_called(each).id for each in against] or list(said.references)
        details = _details(
            found,
            said,
            issuer_kind=IssuerKind(issuer_kind),
            accreditation_number=accreditation,
            accreditation_until=accredited_until and accredited_until.date(),
            due_on=due_on and due_on.date(),
            is_root=root,
        )
        person = person_called(login)
        with transaction():
            row = receive_dcc(
                standard_by_id(found.id),
                Attachment(file_name(file.name), data),
                actor=person,
                files_dir=settings().files_dir,
            )
            row.standard = standard_by_id(found.id)
            take_over(
                row,
                details,
                actor=person,
                references=[] if root else above,
                files_dir=settings().files_dir,
            )
    except LabError as error:
        click.echo(str(error.text), err=True)
        sys.exit(1)


def _details(found: Standard, said: Preview, **typed: Any) -> CalibrationDetails:
    """Return what is entered. Raises what the service would for what is missing."""
    one = said.suggested
    due_on = typed.pop("due_on") or one.due_on
    calibrated_on = one.calibrated_on
    if calibrated_on is None or due_on is None:
        raise BadDates
    low, high = one.range_from, one.range_to
    if low is None or high is None:
        low, high = found.range_from, found.range_to
    check_uncertainty_stated(one.uncertainty, one.coverage_factor)
    return CalibrationDetails(
        number=one.number,
        issuer_name=one.issuer_name,
        calibrated_on=calibrated_on,
        issued_on=one.issued_on or calibrated_on,
        due_on=due_on,
        range_from=low,
        range_to=high,
        unit=one.unit,
        error=one.error,
        uncertainty=one.uncertainty,
        coverage_factor=one.coverage_factor,
        **typed,
    )


def _print(said: Preview, *, as_json: bool) -> None:
    told = _told(said)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            click.echo(f"{name}\t{'' if one is None else one}")


def _told(said: Preview) -> Mapping[str, Any]:
    one, received = said.suggested, said.received

    def plain(value: Any) -> str | None:
        if value is None:
            return None
        return value.isoformat() if hasattr(value, "isoformat") else format(value, "f")

    return {
        "version": received.version,
        "number": one.number,
        "issuer": one.issuer_name,
        "calibrated_on": plain(one.calibrated_on),
        "issued_on": plain(one.issued_on),
        "due_on": plain(one.due_on),
        "unit": one.unit,
        "range_from": plain(one.range_from),
        "range_to": plain(one.range_to),
        "error": plain(one.error),
        "uncertainty": plain(one.uncertainty),
        "coverage_factor": plain(one.coverage_factor),
        "standard": str(said.fit),
        "chain": [f"{'  ' * level}{link.number}" for level, link in received.links],
        "signature": "unchecked" if received.signed.count else "none",
        "schema": said.findings,
        "missing": [gettext(text) for text in one.missing],
    }
