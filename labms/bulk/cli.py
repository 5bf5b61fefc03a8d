"""`labms certificates bulk`: what was begun on the pages, looked at and resumed."""

import sys

import click

from labms import clock
from labms.bulk.queries import abandoned, counts_of, items_of, run_by_id, runs
from labms.bulk.rules import ITEM_STATES, RUN_STATES, ItemState
from labms.bulk.services import go_on
from labms.bulk.working import work
from labms.db import db, transaction
from labms.i18n import gettext, language
from labms.jobs.queries import job_by_id
from labms.web.lists import settings


@click.group("bulk")
def group() -> None:
    """Many jobs at once: runs that were confirmed on the pages."""


@group.command("list")
def list_() -> None:
    """List the runs, newest first: id, what, state, done, refused, all.

    One line each, tab-separated.
    """
    rows = db.session.scalars(runs().limit(200)).all()
    counts = counts_of([row.id for row in rows])
    for row in rows:
        of = counts[row.id]
        done, refused = of.get(ItemState.DONE, 0), of.get(ItemState.REFUSED, 0)
        state = gettext(RUN_STATES[row.state])
        told = (row.id, row.kind, state, done, refused, sum(of.values()))
        click.echo("\t".join(map(str, told)))


@group.command("show")
@click.argument("run", type=int)
def show(run: int) -> None:
    """Show what became of each job of RUN: number, state, problem. Tab-separated."""
    run_by_id(run)
    for item in items_of(run):
        problem = item.problem_vi if language() == "vi" else item.problem_en
        state = gettext(ITEM_STATES[item.state])
        click.echo(f"{job_by_id(item.job_id).number}\t{state}\t{problem}")


@group.command("resume")
@click.argument("run", type=int, required=False)
def resume(run: int | None) -> None:
    """Go on with RUN, or with all that nobody is at; may run twice without harm.

    What is done is done in the name of who confirmed it. One line for each run; the
    exit status is 1 if an item was refused.
    """
    chosen = [run] if run is not None else abandoned(now=clock.now())
    refused = 0
    for run_id in chosen:
        if run is not None:
            with transaction():
                go_on(run_by_id(run_id, for_update=True), actor=None)
        work(run_id, settings=settings())
        of = counts_of([run_id])[run_id]
        refused += of.get(ItemState.REFUSED, 0)
        state = gettext(RUN_STATES[run_by_id(run_id).state])
        click.echo(f"{run_id}\t{state}\t{of.get(ItemState.DONE, 0)}/{sum(of.values())}")
    sys.exit(1 if refused else 0)
