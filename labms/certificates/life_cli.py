"""Commands about a document's later life: correct, suspend, lift; and the account."""

import csv
import sys
from enum import StrEnum

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.certificates.account import number_accounts
from labms.certificates.correction.correcting import FIELDS, differences
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.doubts.holding import hold_certificate, lift_hold
from labms.certificates.finishing import finish_issuing
from labms.certificates.life import CorrectionReason, HoldReason
from labms.certificates.models import Certificate
from labms.certificates.queries import (
    certificate_by_id,
    certificate_by_number,
    certificates,
    content_of_document,
    job_to_certify,
)
from labms.certificates.register import headings, register_rows
from labms.certificates.rules import CertificateState, DocumentKind
from labms.certificates.signatures.cli import check_password
from labms.db import transaction
from labms.i18n import gettext
from labms.policy import EVERYTHING
from labms.registry.standings import HoldKind
from labms.sheets.writing import harmless
from labms.web.lists import settings


def _codes(kind: type[StrEnum]) -> "click.Choice[str]":
    return click.Choice([one.value for one in kind])


BODY = click.option("--body", "body_code", help="Code of the body if numbers repeat.")
AS = click.option("--as", "login", required=True, help="Login of who decides.")


@click.command("supersede")
@click.argument("number")
@AS
@BODY
@click.option("--reason", type=_codes(CorrectionReason), help="Why, as a code.")
@click.option("--text", default="", help="What was wrong, and how it came about.")
@click.option(
    "--take",
    multiple=True,
    type=click.Choice(list(FIELDS)),
    help="Take these words as register and body have them now; may be repeated.",
)
@click.option("--place", default="", help="Where the work was done in truth.")
def supersede(
    number: str,
    login: str,
    body_code: str | None,
    reason: str | None,
    text: str,
    take: tuple[str, ...],
    place: str,
) -> None:
    """Correct document NUMBER: a new one takes its place, with a number of its own.

    Without --reason nothing is changed: what register and body say otherwise is
    listed (what, in the document, now), for --take. Else the new number is printed.
    Where the body signs on the server, the signatory's password is asked for.
    """
    signatory = person_called(login)
    found = certificate_by_number(number, body_code=body_code)
    if reason is None:
        _list_differences(found)
        return
    check_password(signatory, None)
    with transaction():
        corrected = supersede_certificate(
            certificate_by_id(found.id, for_update=True),
            actor=signatory,
            reason=CorrectionReason(reason),
            text=text,
            take=take,
            place=place,
            shown=None,
            settings=settings(),
        )
    finish_issuing(corrected.id, settings=settings())
    click.echo(certificate_by_id(corrected.id).number)


def _list_differences(certificate: Certificate) -> None:
    job = job_to_certify(certificate.job_id)
    for one in differences(job, content_of_document(certificate)):
        told = (one.path, one.before, one.after, one.problem)
        click.echo("\t".join(" / ".join(text.splitlines()) for text in told).rstrip())


@click.command("hold")
@click.argument("number")
@AS
@BODY
@click.option("--kind", type=_codes(HoldKind), required=True)
@click.option("--reason", type=_codes(HoldReason), required=True)
@click.option("--text", required=True, help="Why, for the laboratory.")
def hold(
    number: str, login: str, body_code: str | None, kind: str, reason: str, text: str
) -> None:
    """Suspend document NUMBER, or put it under review, as a quality manager."""
    person = person_called(login)
    found = certificate_by_number(number, body_code=body_code)
    with transaction():
        hold_certificate(
            certificate_by_id(found.id, for_update=True),
            actor=person,
            kind=HoldKind(kind),
            reason=HoldReason(reason),
            text=text,
        )


@click.command("lift")
@click.argument("number")
@AS
@BODY
@click.option("--text", required=True, help="What was found.")
def lift(number: str, login: str, body_code: str | None, text: str) -> None:
    """Say that the doubt about document NUMBER is gone."""
    person = person_called(login)
    found = certificate_by_number(number, body_code=body_code)
    with transaction():
        lift_hold(certificate_by_id(found.id, for_update=True), actor=person, text=text)


@click.command("register")
@click.option("--year", type=int, help="Issued in this year.")
@click.option("--kind", type=_codes(DocumentKind), help="Only these.")
@click.option("--state", type=_codes(CertificateState), help="Only these.")
def register(year: int | None, kind: str | None, state: str | None) -> None:
    """Write the register of documents as CSV to standard output."""
    rows = certificates(
        on=clock.today(),
        year=year,
        kind=DocumentKind(kind) if kind else None,
        state=CertificateState(state) if state else None,
    )
    out = csv.writer(sys.stdout)
    out.writerow(headings())
    for row in register_rows(
        rows,
        scope=EVERYTHING,
        on=clock.today(),
        expiring_days=settings().expiring_days,
    ):
        out.writerow([harmless(value) for value in row])


@click.command("numbers")
def numbers() -> None:
    """Say of each series whether its numbers 1 to the last one are accounted for.

    Body, kind (as pages and `labms confirm-numbers` call it), year, last number,
    missing, lost.
    The exit status is 1 if any is not.
    """
    accounts = number_accounts()
    for one in accounts:
        missing = ", ".join(map(str, (*one.gaps, *one.beyond)))
        told = (one.body_name, one.kind, one.year or "", one.last, missing)
        click.echo("\t".join(map(str, (*told, ", ".join(map(str, one.lost))))))
    if not all(one.closes for one in accounts):
        click.echo(gettext("Not complete"), err=True)
        sys.exit(1)


COMMANDS = (supersede, hold, lift, register, numbers)
