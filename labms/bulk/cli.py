"""`labms certificates bulk`: many jobs at once, without a browser.

The same three steps as on the pages: choose, look, confirm what was looked at. Who goes
on at once types the hash that the list ends with; who doesn't, nothing was done.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.bulk.models import BulkItem, BulkRun
from labms.bulk.queries import (
    abandoned,
    counts_of,
    ids_of,
    items_of,
    jobs_for,
    run_by_id,
    runs,
)
from labms.bulk.rules import (
    ITEM_STATES,
    RUN_STATES,
    STANDS_OUT,
    BulkKind,
    ItemState,
    RunState,
    StandsOut,
)
from labms.bulk.services import go_on, propose, start, stop
from labms.bulk.working import work
from labms.certificates.signatures.cli import check_password
from labms.db import db, transaction
from labms.i18n import gettext, language
from labms.jobs.naming import job_called
from labms.web.lists import settings

#: So many seconds between two looks at a run under way.
EVERY = 2.0

AS = click.option("--as", "login", required=True, help="Login of who decides.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
KIND = click.argument("kind", type=click.Choice([one.value for one in BulkKind]))


@click.group("bulk")
def group() -> None:
    """Approve or issue many jobs at once: choose, look, confirm, watch."""


@group.command("choose")
@KIND
@click.argument("jobs", nargs=-1)
@AS
@click.option("--all", "takes_all", is_flag=True, help="All that can be taken.")
@click.option("--type", "type_slug", default="", help="With --all: of this type only.")
@click.option("--find", "q", default="", help="With --all: those that are found so.")
@JSON
def choose(
    kind: str,
    jobs: tuple[str, ...],
    login: str,
    *,
    takes_all: bool,
    type_slug: str,
    q: str,
    as_json: bool,
) -> None:
    """Choose JOBS, by number or id, to approve or issue them together.

    Nothing is done to any of them. What is shown of each is kept: number, state, what
    stands out or why it is left out, type, serial, verdict; tab-separated. The last
    line is the run, and the hash of what was shown, for `bulk start`.
    """
    actor, wanted = person_called(login), BulkKind(kind)
    if takes_all:
        chosen = ids_of(jobs_for(wanted, actor=actor, q=q, type_slug=type_slug))
    else:
        chosen = [job_called(one, body_id=actor.organisation_id) for one in jobs]
    with transaction():
        run = propose(wanted, chosen, actor=actor, test_print=settings().demo)
        run_id = run.id
    _show(run_by_id(run_id), as_json=as_json)


@group.command("start")
@click.argument("run", type=int)
@AS
@click.option("--shown", required=True, help="The hash that `bulk choose` printed.")
@click.option(
    "--look-at",
    "looked_at",
    multiple=True,
    help="Number of a job that stands out and is taken along; may be repeated.",
)
@click.option("--later", is_flag=True, help="Leave the work to `bulk resume`.")
def start_(
    run: int, login: str, shown: str, looked_at: tuple[str, ...], *, later: bool
) -> None:
    """Confirm RUN exactly as it was shown, and do it; a second time does nothing twice.

    Where the body signs on the server, the signatory's password is asked for, or read
    from the first line of standard input. The exit status is 1 if an item was refused.
    """
    actor = person_called(login)
    if run_by_id(run).kind is BulkKind.ISSUE:
        check_password(actor, None)
    numbers = {_told(item)["number"]: item.id for item in items_of(run)}
    unknown = [one for one in looked_at if one not in numbers]
    if unknown:
        raise click.BadParameter(", ".join(unknown), param_hint="--look-at")
    with transaction():
        start(
            run_by_id(run, for_update=True),
            actor=actor,
            shown=shown,
            looked_at={numbers[one] for one in looked_at},
        )
    sys.exit(0 if later else _do([run]))


@group.command("list")
@JSON
def list_(*, as_json: bool) -> None:
    """List the runs, newest first: id, what, state, done, refused, all.

    One line each, tab-separated.
    """
    rows = db.session.scalars(runs().limit(200)).all()
    counts = counts_of([row.id for row in rows])
    told = [_progress(row, counts[row.id]) for row in rows]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        state = gettext(RUN_STATES[RunState(one["state"])])
        click.echo("\t".join(map(str, (one | {"state": state}).values())))


def _progress(run: BulkRun, of: Mapping[ItemState, int]) -> dict[str, Any]:
    return {
        "id": run.id,
        "kind": str(run.kind),
        "state": str(run.state),
        "done": of.get(ItemState.DONE, 0),
        "refused": of.get(ItemState.REFUSED, 0),
        "all": sum(of.values()),
    }


@group.command("show")
@click.argument("run", type=int)
@JSON
def show(run: int, *, as_json: bool) -> None:
    """Show what became of each job of RUN: number, state, problem, and which job it is.

    Tab-separated; of a run that was not confirmed yet, what is confirmed with it.
    """
    _show(run_by_id(run), as_json=as_json)


def _show(run: BulkRun, *, as_json: bool) -> None:
    items = items_of(run.id)
    if as_json:
        told = {
            **_progress(run, counts_of([run.id])[run.id]),
            "shown": run.shown_hash,
            "items": [_item(one) for one in items],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in items:
        told = _item(one)
        state = gettext(ITEM_STATES[one.state])
        remarks = [gettext(STANDS_OUT[StandsOut(each)]) for each in told["stands_out"]]
        why = told["problem"] or ", ".join(remarks)
        job = (told["type"], told["serial"], told["verdict"])
        click.echo("\t".join((told["number"], state, why, *job)))
    if run.state is RunState.PROPOSED:
        click.echo(f"{run.id}\t{run.shown_hash}")


def _told(item: BulkItem) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(item.told)
    return said


def _item(item: BulkItem) -> dict[str, Any]:
    is_vi, line = language() == "vi", _told(item)
    return {
        "number": line["number"],
        "state": str(item.state),
        "problem": item.problem_vi if is_vi else item.problem_en,
        "stands_out": item.stands_out.split(),
        "type": line["type_vi"] if is_vi else line["type_en"],
        "serial": line["serial"],
        "verdict": line["verdict"],
    }


@group.command("watch")
@click.argument("run", type=int)
@click.option("--once", is_flag=True, help="Look once, and do not wait.")
def watch(run: int, *, once: bool) -> None:
    """Tell how far RUN is until it is finished or stopped: a line when that changes.

    Changes nothing and does nothing. The exit status is 1 unless all were done.
    """
    before = ""
    while True:
        db.session.close()  # what was read is of the moment before
        found = run_by_id(run)
        of = counts_of([run])[run]
        line = _line(found, of)
        if line != before:
            click.echo(line)
        before = line
        if once or found.state is not RunState.RUNNING:
            is_done = found.state is RunState.FINISHED and not of.get(ItemState.REFUSED)
            sys.exit(0 if is_done else 1)
        time.sleep(EVERY)


def _line(run: BulkRun, of: Mapping[ItemState, int]) -> str:
    state, all_ = gettext(RUN_STATES[run.state]), sum(of.values())
    told = f"{run.id}\t{state}\t{of.get(ItemState.DONE, 0)}/{all_}"
    return f"{told}\t{run.stopped_because}" if run.stopped_because else told


@group.command("stop")
@click.argument("run", type=int)
@AS
def stop_(run: int, login: str) -> None:
    """Let RUN end after the item that is being done; `bulk resume` goes on."""
    with transaction():
        stop(run_by_id(run, for_update=True), actor=person_called(login))
    click.echo(_line(run_by_id(run), counts_of([run])[run]))


@group.command("resume")
@click.argument("run", type=int, required=False)
def resume(run: int | None) -> None:
    """Go on with RUN, or with all that nobody is at; may run twice without harm.

    What is done is done in the name of who confirmed it. One line for each run; the
    exit status is 1 if an item was refused.
    """
    if run is not None:
        with transaction():
            go_on(run_by_id(run, for_update=True), actor=None)
    sys.exit(_do([run] if run is not None else abandoned(now=clock.now())))


def _do(chosen: Sequence[int]) -> int:
    """Work on runs, say a line of each, and return 1 if an item was refused."""
    refused = 0
    for run_id in chosen:
        work(run_id, settings=settings())
        of = counts_of([run_id])[run_id]
        refused += of.get(ItemState.REFUSED, 0)
        click.echo(_line(run_by_id(run_id), of))
    return 1 if refused else 0
