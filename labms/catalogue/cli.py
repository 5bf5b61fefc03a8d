"""`labms catalogue`: check the files, and ask what counts on a day."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from labms import clock
from labms.catalogue.files.checking import check_folder
from labms.catalogue.shipped import shipped_catalogue, shipped_folder
from labms.catalogue.showing import as_lines
from labms.catalogue.showing import shown as answer_for
from labms.errors import LabError
from labms.i18n import gettext


@click.group("catalogue")
def group() -> None:
    """Instrument types, procedures, lists of the law and tables of limits."""


@group.command("check")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(folder: str | None, as_json: bool) -> None:
    """Name every fault in the files of FOLDER, or of the catalogue in use.

    One line for each: file, key and what is wrong, with tabs between. The exit status
    is 1 if there is any.
    """
    faults = check_folder(Path(folder) if folder else shipped_folder())
    if as_json:
        click.echo(json.dumps([each._asdict() for each in faults], ensure_ascii=False))
    for fault in faults if not as_json else ():
        click.echo(str(fault))
    if not faults and not as_json:
        click.echo(gettext("The catalogue has no faults."))
    sys.exit(1 if faults else 0)


@group.command("show")
@click.argument("slug")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="A day; today if none is given."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(slug: str, on: datetime | None, as_json: bool) -> None:
    """Say what the law and the procedures say about a type of instrument on a day."""
    day = on.date() if on else clock.today()
    try:
        answer = answer_for(shipped_catalogue(), slug, on=day)
    except LabError as error:
        click.echo(str(error.text), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line in as_lines(answer):
        click.echo(line)
