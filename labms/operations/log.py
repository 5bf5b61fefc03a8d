"""`labms log`: the public log of documents, its key, and what becomes of it."""

import json
import sys
from pathlib import Path

import click

from labms.certificates.examination.comparing import differing_from_log
from labms.db import transaction
from labms.i18n import gettext
from labms.operations.rules import LogExists
from labms.policy import SYSTEM
from labms.proof.checking import log_faults
from labms.proof.checkpoints import Checkpoint, open_checkpoint
from labms.proof.exporting import lines_of_log, tiles_of
from labms.proof.keys import keys_folder, load_key
from labms.proof.notes import PrivateKey, PublicKey
from labms.proof.queries import (
    checkpoint_note,
    current_key,
    log_keys,
    log_size,
)
from labms.proof.services import begin_log, check_ready, continue_log

#: Of what is wrong, so much is printed.
MOST_SHOWN = 20


@click.group("log")
def log() -> None:
    """The public log of what happens to documents."""


@log.command("key")
@click.option(
    "--all", "every", is_flag=True, help="Earlier keys as well, oldest first."
)
def key(every: bool) -> None:
    """Print the public key: with it anybody can check files, without this instance."""
    with transaction():
        if current_key() is None:
            check_ready()  # an instance from before there was a log gets its key
    known = log_keys()
    for one in known if every else known[-1:]:
        click.echo(str(one))


@log.command("checkpoint")
def checkpoint() -> None:
    """Print how large the log is and its root, signed: to be kept elsewhere."""
    click.echo(checkpoint_note(), nl=False)


@log.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tiles", is_flag=True, help="A folder of tiles, to be served as it is.")
def export(file: Path, tiles: bool) -> None:
    """Write the whole log to FILE: with it files are checked for what became of them.

    It holds no names and no codes.
    """
    if file.exists():
        raise LogExists(place=file)
    size = log_size()
    note = checkpoint_note(size)
    if tiles:
        for name, data in tiles_of(size, note):
            path = file / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    else:
        with file.open("x", encoding="utf-8", newline="\n") as written:
            written.writelines(lines_of_log())
    text = gettext("{file}: {size} entries of the log {name}")
    name = note.split("\n", 1)[0]
    click.echo(text.format(file=file, size=size, name=name))


@log.command("verify")
@click.option(
    "--checkpoint",
    "witness",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint of the log that was kept outside.",
)
@click.option("--key", "key_text", help="The log's public key, as it was kept outside.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(witness: Path | None, key_text: str | None, as_json: bool) -> None:
    """Say whether the log is what was signed, and every document what the log says.

    Status 1 and the first wrong entry if not. With a checkpoint that was kept outside
    it is seen too if the whole log was written anew.
    """
    keys = [PublicKey.read(key_text)] if key_text else log_keys()
    outside: Checkpoint | None = None
    if witness:
        outside, _ = open_checkpoint(witness.read_text("utf-8"), keys)
    faults = log_faults(outside)
    wrong = [one.message for one in faults]
    if not wrong:
        wrong = list(differing_from_log())
    size = log_size()
    if as_json:
        told = {
            "ok": not wrong,
            "size": size,
            "key": str(keys[-1]) if keys else None,
            "entry": faults[0].position if faults else None,
            "problems": [str(one) for one in wrong],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    elif wrong:
        click.echo(gettext("The log is not what was signed:"))
        for one in wrong[:MOST_SHOWN]:
            click.echo(f"  {one}")
        if len(wrong) > MOST_SHOWN:
            more = gettext("… and {count} more")
            click.echo("  " + more.format(count=len(wrong) - MOST_SHOWN))
    else:
        text = gettext("The log is whole: {size} entries, each as it was signed.")
        click.echo(text.format(size=size))
    sys.exit(bool(wrong))


@log.command("begin")
def begin() -> None:
    """Go on under a new key and name: after a restore, or when the key was lost.

    What was issued until now is still checked with the old public key; give the new one
    to whoever checks files.
    """
    with transaction():
        public = begin_log(actor=SYSTEM)
    click.echo(gettext("The log goes on under a new key:"))
    click.echo(str(public))


@log.command("continue")
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The log's private key, as it was kept; the one in the instance if not given.",
)
@click.option(
    "--checkpoint",
    "witness",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The newest checkpoint of the log that anybody outside has.",
)
def go_on(key_file: Path | None, witness: Path) -> None:
    """After a restore: go on with the log's own key.

    Only if nothing was logged after the backup: the newest checkpoint outside, from the
    old server, a witness or the newest PDF, shows it. A log that goes on in two ways
    proves nothing any more.
    """
    with transaction():
        private = (
            PrivateKey.read(key_file.read_text("ascii"))
            if key_file
            else load_key(keys_folder(), anew=True)
        )
        public = continue_log(private, witness.read_text("utf-8"), actor=SYSTEM)
    text = gettext("The log goes on with its key: {key}")
    click.echo(text.format(key=public))
