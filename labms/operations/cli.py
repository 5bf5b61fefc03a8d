"""Commands on an instance that is open: backup, check, confirm-numbers, audit."""

import hashlib
import json
import sys
from pathlib import Path

import click
from flask import current_app

from labms import clock
from labms.accounts.queries import person_called
from labms.audit.comparing import tampering
from labms.audit.queries import Checkpoint, checkpoint, verify_trail
from labms.db import db, transaction
from labms.i18n import gettext
from labms.operations.backing_up import back_up
from labms.operations.checking import examine, note_backup
from labms.operations.log import log
from labms.operations.making import telling
from labms.operations.restoring import (
    Known,
    confirm_numbers,
    known_number,
    open_series,
)
from labms.organisations.numbering import series_word
from labms.organisations.queries import bodies
from labms.organisations.rules import NUMBER_KINDS, NumberKind
from labms.proof.queries import log_keys
from labms.proof.services import signed_end_of_trail
from labms.proof.trail import open_trail_note
from labms.settings import Settings


def _settings() -> Settings:
    settings: Settings = current_app.extensions["labms"]
    return settings


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def backup(file: Path, as_json: bool) -> None:
    """Write a verified backup of everything but the keys to FILE.

    People can go on working. FILE appears only when the backup has been loaded into a
    database aside and found whole. Its folder is made if there is none, and that said.
    """
    settings, now = _settings(), clock.now()
    is_new = not file.parent.exists()
    manifest = back_up(
        db.engine,
        files_dir=settings.files_dir,
        settings=telling(settings),
        target=file,
        at=now,
    )
    if is_new:
        told_made = gettext("The folder {place} was missing and has been made.")
        click.echo(told_made.format(place=file.parent), err=True)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    note_backup(settings.instance, at=now, name=file.name, sha256=digest)
    told = {
        "file": str(file),
        "sha256": digest,
        "bytes": file.stat().st_size,
        "tables": len(manifest.tables),
        "rows": manifest.row_count,
        "files": len(manifest.files),
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    text = gettext("{file}: {rows} rows and {files} files, verified.")
    click.echo(text.format(**told))
    click.echo(f"sha256 {digest}")


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(as_json: bool) -> None:
    """Look at everything an operator wants to know. Status 1 if anything is wrong."""
    found = examine(_settings())
    problems = [finding for finding in found if finding.problem]
    if as_json:
        told = {
            "ok": not problems,
            "findings": {finding.name: finding.value for finding in found},
            "problems": {one.name: str(one.problem) for one in problems},
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        sys.exit(bool(problems))
    for finding in found:
        mark = "✗" if finding.problem else "✓"
        note = f" ({finding.note})" if finding.note else ""
        click.echo(f"{mark} {finding.name:20} {_shown(finding.value)}{note}")
        if finding.problem:
            click.echo(f"  {finding.problem}")
    click.echo(
        gettext("Problems found: {count}").format(count=len(problems))
        if problems
        else gettext("All is well.")
    )
    sys.exit(bool(problems))


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "0"
    return "–" if value is None else str(value)


@click.command("confirm-numbers")
@click.option(
    "--as", "login", required=True, help="The login of the person who confirms."
)
@click.option(
    "--highest",
    "stated",
    multiple=True,
    metavar="CODE:KIND:YEAR=NUMBER",
    help="The highest number of a series known outside. Asked for one by one if not "
    "given.",
)
def confirm(login: str, stated: tuple[str, ...]) -> None:
    """After a restore: say how far each series of numbers got outside.

    KIND is verification, notice, calibration, test or order.
    Counters go on after that, numbers without a record are noted as lost, and issuing
    is possible again.
    """
    known = [known_number(text) for text in stated]
    if not stated:
        names = {body.code: body.name for body in bodies()}
        known = [_asked(one, names[one.body_code]) for one in open_series()]
    with transaction():
        actor = person_called(login)
        lost = [
            f"{series_word(NumberKind(one.kind))} {one.year}: {one.first}–{one.last}"
            for one in confirm_numbers(known, actor=actor)
        ]
    for line in lost:
        click.echo(gettext("Noted as lost: {numbers}").format(numbers=line))
    click.echo(gettext("The numbers are confirmed; issuing is possible again."))


def _asked(here: Known, body: str) -> Known:
    """Ask how far one series got. Enter alone is no answer: somebody has to look."""
    click.echo(
        gettext(
            "{kind} {year} of {body} ({series}): the last one here is {last}."
        ).format(
            kind=gettext(NUMBER_KINDS[here.kind]),
            year=here.year or gettext("(all years)"),
            body=body,
            series=here.series,
            last=here.highest,
        )
    )
    text = gettext("Highest number that was given out, by the papers outside")
    highest = click.prompt(
        f"  {text}", default="", show_default=False, value_proc=_answered
    )
    return Known(here.body_code, here.kind, here.year, highest)


def _answered(typed: str) -> int:
    if not typed.strip():
        raise click.UsageError(
            gettext("A number is needed here; 0 if none of these papers was given out.")
        )
    number: int = click.IntRange(0)(typed)
    return number


#: Of what was changed past the program, so much is printed.
MOST_SHOWN = 20


@click.group("audit")
def audit() -> None:
    """The trail of everything that was changed."""


@audit.command("verify")
@click.option(
    "--checkpoint",
    "witness",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept outside.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(witness: Path | None, as_json: bool) -> None:
    """Say whether the trail is what was written, and every row what the trail says.

    Status 1 and the place if not.
    """
    outside = _read_checkpoint(witness) if witness else None
    found, end = verify_trail(outside), checkpoint()
    past = [] if found else list(tampering())
    if as_json:
        told = {
            "ok": found is None and not past,
            "size": end.size,
            "hash": end.hash,
            "event": found.event_id if found else None,
            "problem": found.what if found else None,
            "tampering": [each.told(each.text) for each in past],
        }
        click.echo(json.dumps(told))
    elif found:
        text = gettext("The trail is broken at event {event}: {what}")
        click.echo(text.format(event=found.event_id, what=gettext(found.what)))
    elif past:
        click.echo(gettext("The trail is whole, and the rows are not what it says:"))
        for each in past[:MOST_SHOWN]:
            click.echo(f"  {each.told(gettext(each.text))}")
        if len(past) > MOST_SHOWN:
            more = gettext("… and {count} more")
            click.echo("  " + more.format(count=len(past) - MOST_SHOWN))
    else:
        text = gettext("The trail is whole: {size} events, the last {hash}")
        click.echo(text.format(size=end.size, hash=end.hash))
    sys.exit(found is not None or bool(past))


@audit.command("checkpoint")
def print_checkpoint() -> None:
    """Print where the trail ends, signed, to be kept elsewhere."""
    with transaction():
        click.echo(signed_end_of_trail(), nl=False)


def _read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint that was kept; its signature is checked if it has one.

    Those from before there was a log's key have none. Raises BadNote or UnknownKey.
    """
    text = path.read_text("utf-8")
    if "\n\n" in text:
        return open_trail_note(text, log_keys())
    click.echo(gettext("This checkpoint bears no signature."), err=True)
    lines = text.split()
    try:
        return Checkpoint(int(lines[1]), lines[2])
    except (IndexError, ValueError) as error:
        raise click.BadParameter(f"{path.name}: {error}") from error


COMMANDS: tuple[click.Command, ...] = (backup, check, confirm, audit, log)
