"""`labms frozen`: freezing the figures of a day, and counting them again."""

import json
from datetime import datetime

import click
from flask.cli import AppGroup

from labms import clock
from labms.accounts.queries import person_called
from labms.db import db, transaction
from labms.indicators.recounting import Recount, recount, report_by_id, reports
from labms.indicators.services import freeze_figures
from labms.plan.data import plan as plan_named
from labms.plan.data import plans

group = AppGroup("frozen", help="Figures that were frozen for reports.")


@group.command("list")
def list_() -> None:
    """List all frozen reports, newest first, tab-separated."""
    for report in db.session.scalars(reports()):
        click.echo(
            f"{report.id}\t{report.counted_for}\t{report.area}\t{report.plan_code}\t"
            f"{report.title}"
        )


@group.command("freeze")
@click.argument("title")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="A day; today if none.")
@click.option("--plan", "code", help="Code of a plan; the oldest if none is given.")
@click.option("--area", help="Code of an area; the plan's own if none is given.")
@click.option("--as", "login", required=True, help="Who freezes them.")
def freeze(
    title: str, on: datetime | None, code: str | None, area: str | None, login: str
) -> None:
    """Keep the figures of a day, with every row that is counted; print the number."""
    plan = plan_named(code) if code else plans()[0]
    with transaction():
        actor = person_called(login)
        report = freeze_figures(
            plan,
            area=area or plan.area,
            on=on.date() if on else clock.today(),
            title=title,
            actor=actor,
        )
        number = report.id
    click.echo(number)


@group.command("recount")
@click.argument("number", type=int)
@click.option("--json", "is_json", is_flag=True, help="Print one JSON document.")
def recount_(number: int, *, is_json: bool) -> None:
    """Count a frozen report again; say what changed and why, and exit with 1 then.

    Changes nothing, so that it can run every night.
    """
    found = recount(report_by_id(number), known_on=clock.today())
    if is_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        for figure in found.figures:
            if figure.has_changed:
                now = figure.shown_now
                click.echo(f"{figure.was.code}\t{figure.was.value}\t{now}")
        for row in found.rows:
            sign = "+" if row.came else "-"
            click.echo(f"{sign}\t{row.code}\t{row.name}\t{row.why}")
    if found.has_changed:
        raise click.exceptions.Exit(1)


def _plain(found: Recount) -> dict[str, object]:
    return {
        "report": found.report.id,
        "on": found.report.counted_for.isoformat(),
        "known_on": found.known_on.isoformat(),
        "changed": [f.was.code for f in found.figures if f.has_changed],
        "rows": [
            {
                "code": row.code,
                "table": row.table,
                "id": row.id,
                "came": row.came,
                "name": row.name,
                "why": str(row.why),
            }
            for row in found.rows
        ],
    }
