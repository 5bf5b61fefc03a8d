"""`labms jobs`: what the pages do, for scripts."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from labms.accounts.queries import person_called
from labms.catalogue.rules import VERIFICATIONS, VerificationReason
from labms.db import db, transaction
from labms.jobs.calibrating import Agreement
from labms.jobs.conformity import AgreedRule
from labms.jobs.filed import check_known, read_file
from labms.jobs.models import Job
from labms.jobs.naming import instruments_called, job_called
from labms.jobs.queries import (
    Board,
    Wanted,
    instruments_by_id,
    job_by_id,
    job_to_change,
    jobs,
)
from labms.jobs.rules import JobState
from labms.jobs.services import (
    agree_on,
    approve_job,
    assign_job,
    cancel_job,
    register_order,
    return_job,
    save_readings,
    start_job,
    submit_job,
    take_back_approval,
)

_AS = click.option("--as", "login", required=True, help="Who does it: their login.")
_JOB = click.argument("called", metavar="JOB")


@click.group("jobs")
def group() -> None:
    """Orders and jobs. JOB is a job's number (P26.0013/1) or its id."""


def _id(called: str, login: str) -> int:
    """Return the id of the job that a person means by its number or id."""
    return job_called(called, body_id=person_called(login).organisation_id)


def _told(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "number": job.number,
        "state": str(job.state),
        "verdict": str(job.verdict) if job.verdict else None,
        "serial": job.instrument.serial if job.instrument else None,
        "performed_on": job.performed_on.isoformat() if job.performed_on else None,
        "valid_until": job.valid_until.isoformat() if job.valid_until else None,
    }


@group.command("list")
@click.option("--state", type=click.Choice([one.value for one in JobState]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(state: str | None, *, as_json: bool) -> None:
    """List jobs, newest first: number, state, verdict, serial, days.

    One line each, tab-separated. Changes nothing.
    """
    wanted = Wanted(board=Board.ALL, state=JobState(state) if state else None)
    told = [_told(job) for job in db.session.scalars(jobs(wanted)).unique()]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        del one["id"]  # programs ask for JSON
        click.echo("\t".join(str(value or "") for value in one.values()))


@group.command("show")
@_JOB
def show(called: str) -> None:
    """Print one job with its readings and what they came to, as JSON."""
    job = job_by_id(job_called(called, body_id=None))
    readings = {reading.key: reading.typed for reading in job.readings}
    told = {**_told(job), "readings": readings, "evaluation": job.evaluation}
    click.echo(json.dumps(told, ensure_ascii=False))


@group.command("register")
@click.argument("called", metavar="INSTRUMENT...", nargs=-1, required=True)
@click.option(
    "--reason",
    type=click.Choice([one.value for one in VERIFICATIONS]),
    default=VerificationReason.PERIODIC.value,
    show_default=True,
)
@click.option(
    "--calibrate",
    type=click.Choice([one.value for one in AgreedRule]),
    help="Calibrate instead, with conformity by this rule.",
)
@click.option("--test", "is_test", is_flag=True, help="Test instead.")
@click.option("--place", default="", help="Where, if not in the laboratory.")
@_AS
def register(
    called: tuple[str, ...],
    *,
    reason: str,
    calibrate: str | None,
    is_test: bool,
    place: str,
    login: str,
) -> None:
    """Take in instruments of one owner; print the order's number.

    INSTRUMENT is a serial number or an id; #12 is an id where it could be either.
    """
    if calibrate and is_test:
        raise click.UsageError("--calibrate and --test are different things.")
    agreement = Agreement(rule=AgreedRule(calibrate)) if calibrate else None
    with transaction():
        found = instruments_by_id(instruments_called(called))
        order = register_order(
            found[0].owner,
            found,
            reason=None if agreement or is_test else VerificationReason(reason),
            agreement=agreement,
            is_test=is_test,
            place=place,
            actor=person_called(login),
        )
        number = order.number
    click.echo(number)


@group.command("agree")
@_JOB
@click.option(
    "--rule",
    type=click.Choice([one.value for one in AgreedRule]),
    required=True,
    help="By which rule conformity is stated, if at all.",
)
@click.option(
    "--recalibration-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the next calibration, if the customer wants it printed.",
)
@_AS
def agree(
    called: str, *, rule: str, recalibration_on: datetime | None, login: str
) -> None:
    """Settle the decision rule of a calibration, before it is begun."""
    day = recalibration_on.date() if recalibration_on else None
    agreement = Agreement(rule=AgreedRule(rule), recalibration_on=day)
    with transaction():
        agree_on(
            job_to_change(_id(called, login)), agreement, actor=person_called(login)
        )


@group.command("assign")
@_JOB
@click.argument("verifier")
@_AS
def assign(called: str, verifier: str, *, login: str) -> None:
    """Give a job to a verifier, named by login."""
    with transaction():
        assign_job(
            job_to_change(_id(called, login)),
            person_called(verifier),
            actor=person_called(login),
        )


@group.command("start")
@_JOB
@_AS
def start(called: str, *, login: str) -> None:
    """Begin a job."""
    with transaction():
        start_job(job_to_change(_id(called, login)), actor=person_called(login))


@group.command("save")
@_JOB
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_AS
def save(called: str, file: Path, *, login: str) -> None:
    """Keep what a JSON file says: performed_on, environment, standards, readings, …

    Its keys are those of the page: readings by "<row>.<column>", standards by need.
    """
    typed = read_file(file.read_bytes())
    with transaction():
        job = job_to_change(_id(called, login))
        check_known(job, typed)
        save_readings(job, typed, actor=person_called(login))


@group.command("submit")
@_JOB
@click.option(
    "--fails", is_flag=True, help="It fails: what is valid for the instrument ends."
)
@_AS
def submit(called: str, *, fails: bool, login: str) -> None:
    """Hand a job to a reviewer; print the verdict. A failure has to be said."""
    with transaction():
        job = job_to_change(_id(called, login))
        submit_job(job, actor=person_called(login), confirmed=fails)
        verdict = str(job.verdict)
    click.echo(verdict)


@group.command("approve")
@_JOB
@_AS
def approve(called: str, *, login: str) -> None:
    """Agree with what another person measured."""
    with transaction():
        approve_job(job_to_change(_id(called, login)), actor=person_called(login))


@group.command("return")
@_JOB
@click.option("--reason", required=True)
@_AS
def return_(called: str, *, reason: str, login: str) -> None:
    """Give a job back to the verifier."""
    with transaction():
        return_job(
            job_to_change(_id(called, login)), actor=person_called(login), reason=reason
        )


@group.command("take-back")
@_JOB
@click.option("--reason", required=True)
@_AS
def take_back(called: str, *, reason: str, login: str) -> None:
    """Undo an approval before anything was issued; the verifier gets the job back."""
    with transaction():
        take_back_approval(
            job_to_change(_id(called, login)), actor=person_called(login), reason=reason
        )


@group.command("cancel")
@_JOB
@click.option("--reason", required=True)
@_AS
def cancel(called: str, *, reason: str, login: str) -> None:
    """Give a job up."""
    with transaction():
        cancel_job(
            job_to_change(_id(called, login)), actor=person_called(login), reason=reason
        )
