"""`labms certificates`: what the pages do, for scripts and for the night."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.certificates import life_cli
from labms.certificates.content import content_hash
from labms.certificates.doubts import cli as doubting_cli
from labms.certificates.examination.verifying import verify
from labms.certificates.files import newest_file
from labms.certificates.finishing import (
    finish_issuing,
    leased_until,
    resume_issuing,
    told_moment,
    wait_for_leases,
)
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_number,
    certificates,
    job_to_certify,
)
from labms.certificates.rules import CertificateState, Leased
from labms.certificates.services import reserve_certificate
from labms.certificates.signatures.cli import check_password
from labms.certificates.twin import twin_bytes
from labms.db import db, transaction
from labms.errors import LabError, NotFound
from labms.filestore import read
from labms.i18n import N_, Message, gettext
from labms.jobs.naming import job_called
from labms.web.lists import settings

OWNER_CHANGED = N_(
    "The register names another owner by now. The document is for the owner at the "
    "measurements."
)

WAITING = N_("In hand elsewhere until {moment}; waiting for: {numbers}")


@click.group("certificates")
def group() -> None:
    """Certificates and notices of failure."""


def _refuse(error: LabError | Message, *, what: str = "") -> None:
    text = str(error.text) if isinstance(error, LabError) else str(error)
    click.echo(f"{what}: {text}" if what else text, err=True)


@group.command("list")
@click.option(
    "--state",
    type=click.Choice([one.value for one in CertificateState]),
    help="Only these.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(state: str | None, *, as_json: bool) -> None:
    """List documents, newest first: number, code, state, kind, issued on, valid until.

    One line each, tab-separated. Changes nothing.
    """
    chosen = CertificateState(state) if state else None
    rows = db.session.scalars(certificates(on=clock.today(), state=chosen)).all()
    told = [_told(row) for row in rows]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        click.echo("\t".join(str(value or "") for value in one.values()))


def _told(row: Certificate) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "code": row.lookup_token,
        "state": str(row.state),
        "kind": str(row.kind),
        "issued_on": row.issued_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
    }


@group.command("issue")
@click.argument("jobs", nargs=-1, required=True)
@click.option("--as", "login", required=True, help="Login of the signatory.")
def issue(jobs: tuple[str, ...], login: str) -> None:
    """Issue the documents of approved JOBs as a signatory; four eyes hold here too.

    A JOB is named by its number, as printed ("P26.0013/1"), or by its id.
    The exit status is 1 if any was refused. Those that were issued stay issued. Where
    the body signs on the server, the signatory's password is asked for, or read from
    the first line of standard input.
    """
    try:
        signatory = person_called(login)
        check_password(signatory, None)
    except LabError as error:
        _refuse(error)
        sys.exit(1)
    refused = False
    for called in jobs:
        try:
            with transaction():
                job = job_to_certify(
                    job_called(called, body_id=signatory.organisation_id)
                )
                shown = content_hash(job, test_print=settings().demo)
                certificate = reserve_certificate(
                    job, actor=signatory, shown=shown, settings=settings()
                )
                number = certificate.number
                instrument = job.instrument
                if instrument and certificate.owner_id != instrument.owner_id:
                    _refuse(Message(OWNER_CHANGED), what=called)
            finish_issuing(certificate.id, settings=settings())
        except LabError as error:
            refused = True
            _refuse(error, what=called)
        else:
            click.echo(f"{called}\t{number}")
    sys.exit(1 if refused else 0)


@group.command("resume")
@click.option(
    "--wait/--no-wait",
    default=True,
    show_default=True,
    help="Wait for those that a process has in hand, two minutes at most.",
)
def resume(*, wait: bool) -> None:
    """Finish every document that has a number but no file; may run twice without harm.

    One line for each number. Whoever makes a file holds its number for two minutes,
    and so does a process that was killed: this waits for the end of that, and says
    so. The exit status is 1 if any could not be finished, for whatever reason.
    """
    done, refused = resume_issuing(settings=settings())
    held = [number for number, error in refused.items() if isinstance(error, Leased)]
    if wait and held and (until := leased_until()):
        for number in done:
            click.echo(number)
        text = gettext(WAITING).format(
            moment=told_moment(until), numbers=", ".join(held)
        )
        click.echo(text, err=True)
        wait_for_leases(until)
        done, refused = resume_issuing(settings=settings())
    for number in done:
        click.echo(number)
    for number, error in refused.items():
        _refuse(error, what=number)
    sys.exit(1 if refused else 0)


@group.command("export")
@click.argument("number")
@click.option(
    "--format", "form", type=click.Choice(["pdf", "json", "dcc"]), required=True
)
@click.option("--body", "body_code", help="Code of the body, where numbers repeat.")
def export(number: str, form: str, body_code: str | None) -> None:
    """Write a document's bytes to standard output."""
    try:
        certificate = certificate_by_number(number, body_code=body_code)
        click.echo(_bytes(certificate, form), nl=False)
    except LabError as error:
        _refuse(error, what=number)
        sys.exit(1)


def _bytes(certificate: Certificate, form: str) -> bytes:
    if form == "json":
        return certificate.content.encode()
    if form == "dcc":
        return twin_bytes(certificate)
    if certificate.file_hash is None:
        raise NotFound
    return read(settings().files_dir, newest_file(certificate).file_hash)


for _command in (verify, *life_cli.COMMANDS, *doubting_cli.COMMANDS):
    group.add_command(_command)
