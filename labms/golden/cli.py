"""`labms metrology`: worked examples of the literature, run again."""

import json
import sys
from pathlib import Path

import click

from labms.golden.comparing import Standing
from labms.golden.running import BadFile, Outcome, read_file, run_file
from labms.i18n import gettext


@click.group("metrology")
def group() -> None:
    """The arithmetic between a reading and a verdict."""


@group.command("run")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--all", "show_all", is_flag=True, help="Print every value compared.")
def run(files: tuple[Path, ...], as_json: bool, show_all: bool) -> None:
    """Work out golden files from their inputs alone, and compare what they expect.

    One line for each vector: file, name and how it stands, with tabs between; a count
    at the end. The exit status is 1 if any differs.
    """
    documents = []
    total = agreeing = values = 0
    for path in files:
        try:
            outcomes = run_file(read_file(path))
        except BadFile as error:
            click.echo(str(error.text), err=True)
            sys.exit(2)
        for outcome in outcomes:
            total += 1
            agreeing += outcome.agrees
            values += outcome.compared
            documents.append(_plain(path, outcome))
            if not as_json:
                _print(path, outcome, show_all=show_all)
    if as_json:
        told = {"vectors": documents, "total": total, "agreeing": agreeing}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        text = gettext("{agreeing} of {total} vectors agree, {values} values compared.")
        click.echo(text.format(agreeing=agreeing, total=total, values=values))
    sys.exit(0 if agreeing == total else 1)


def _print(path: Path, outcome: Outcome, *, show_all: bool) -> None:
    word = "agrees" if outcome.agrees else "DIFFERS"
    line = f"{path.name}\t{outcome.name}\t{word}"
    if outcome.agrees:
        line += f"\t{outcome.compared}"
    elif outcome.failure:
        line += f"\t{outcome.failure}"
    else:
        line += "\t" + "; ".join(
            f"{one.path}: {one.expected} ≠ {one.computed or one.standing.value}"
            for one in outcome.differing
        )
    click.echo(line)
    for one in outcome.comparisons if show_all else ():
        if one.standing is not Standing.SHOWN:
            click.echo(
                f"\t{one.path}\t{one.expected}\t{one.computed}\t{one.standing.value}"
            )


def _plain(path: Path, outcome: Outcome) -> dict[str, object]:
    return {
        "file": path.name,
        "id": outcome.name,
        "agrees": outcome.agrees,
        "failure": outcome.failure,
        "values": [
            {
                "path": one.path,
                "expected": one.expected,
                "computed": one.computed,
                "published": one.published,
                "standing": one.standing.value,
            }
            for one in outcome.comparisons
        ],
    }
