"""`labms demand`: looking at a spreadsheet of demand, and entering it."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from labms.accounts.queries import person_called
from labms.db import transaction
from labms.demand.columns import RowState, problems_of
from labms.demand.importing import check_rows, enter_file, send_file
from labms.i18n import ngettext
from labms.settings import Settings

group = AppGroup("demand", help="Demand for verification, from spreadsheets.")


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what each row of a spreadsheet comes to; change nothing.

    One line for each wrong row, tab-separated; one with “?” for each that looks wrong;
    then how many are new, known and wrong. Exit status 1 if any is wrong.
    """
    found = check_rows(file.read_bytes())
    for number, problems in problems_of(found.rows):
        click.echo(f"{number}\t{problems}")
    for row in found.rows:
        for doubt in row.doubts:
            click.echo(f"{row.number}\t?\t{doubt}")
    click.echo("\t".join(f"{state}\t{found.counts[state]}" for state in RowState))
    if found.counts[RowState.WRONG]:
        raise click.exceptions.Exit(1)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help="Who enters it.")
@click.option("--checked", default="", help="Why figures that look wrong are right.")
def import_(file: Path, login: str, checked: str) -> None:
    """Enter all new figures of a spreadsheet, or none if a row is wrong.

    Figures that look wrong need --checked with the reason, which is kept.
    """
    settings: Settings = current_app.extensions["labms"]
    with transaction():
        actor = person_called(login)
        sent = send_file(
            file.name, file.read_bytes(), actor=actor, folder=settings.files_dir
        )
        number = enter_file(
            sent, actor=actor, folder=settings.files_dir, checked=checked
        )
    text = ngettext("{n} figure was entered.", "{n} figures were entered.", number)
    click.echo(text.format(n=number))
