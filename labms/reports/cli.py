"""`labms report`: the report of a quarter or a year, as a file."""

from pathlib import Path

import click

from labms import clock
from labms.plan.data import plan as plan_named
from labms.plan.data import plans
from labms.reports.content import report_of
from labms.reports.rules import Form, Part, Period, latest_period, usual_around
from labms.reports.writing import file_name, written
from labms.web.lists import settings


@click.command("report")
@click.option("--year", type=click.IntRange(2000, 2100), help="This year without.")
@click.option(
    "--part",
    type=click.Choice([str(part) for part in Part]),
    help="A quarter (q1 to q4) or the year; the quarter that ended last without.",
)
@click.option("--plan", "code", help="Code of a plan; the oldest if none is given.")
@click.option("--area", help="Code of an area; the plan's own if none is given.")
@click.option(
    "--format",
    "form",
    type=click.Choice([str(form) for form in Form]),
    default=str(Form.PDF),
    show_default=True,
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Where to; a name if none."
)
def command(
    year: int | None,
    part: str | None,
    code: str | None,
    area: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Write the report of a period to a file, and print its name."""
    today = clock.today()
    latest = latest_period(today)
    period = Period(year or latest.year, Part(part) if part else latest.part)
    plan = plan_named(code) if code else plans()[0]
    where = area or plan.area
    report = report_of(
        period,
        plan=plan,
        area=where,
        around=usual_around(area=where, on=period.last),
        today=today,
        test_print=settings().demo,
    )
    kind = Form(form)
    path = output or Path(file_name(report, kind))
    path.write_bytes(written(report, kind))
    click.echo(str(path))
