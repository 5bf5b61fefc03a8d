"""`labms summaries`: the figures that are kept for the dashboard."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from labms.i18n import gettext
from labms.summaries.beside import build_beside, fold, recount
from labms.summaries.folding import state

group = AppGroup("summaries", help="Figures that are kept for the dashboard.")

#: Of what differs, so much is printed.
MOST_SHOWN = 50


@group.command("fold")
def fold_() -> None:
    """Count anew what changed, and go on to today; for cron.

    Readers of the dashboard do it themselves while little waits.
    """
    number = state().waiting
    fold()
    click.echo(gettext("Counted anew: {count} changes").format(count=number))


@group.command("build")
def build_() -> None:
    """Count everything from the rows and keep it: minutes with millions of jobs."""
    build_beside()
    click.echo(gettext("Everything is counted and kept."))


@group.command("recount")
@click.option("--mend", is_flag=True, help="Keep what the rows say where it differs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def recount_(*, mend: bool, as_json: bool) -> None:
    """Count everything from the rows and name what is kept otherwise; for every night.

    One line for each difference: what, area, day, of what, kept, counted. Status 1 if
    there is any.
    """
    found = recount(mend=mend)
    if as_json:
        told = [asdict(each) | {"day": each.day.isoformat()} for each in found]
        document = {"ok": not found, "differences": told}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        sys.exit(bool(found))
    for each in found[:MOST_SHOWN]:
        of = " ".join(each.of)
        line = (
            f"{each.what}\t{each.area}\t{each.day}\t{of}\t{each.kept}\t{each.counted}"
        )
        click.echo(line)
    if len(found) > MOST_SHOWN:
        click.echo(gettext("… and {count} more").format(count=len(found) - MOST_SHOWN))
    text = (
        gettext("Differences: {count}")
        if found
        else gettext("Everything that is kept is what the rows say.")
    )
    click.echo(text.format(count=len(found)))
    sys.exit(bool(found))
