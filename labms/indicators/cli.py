"""`labms indicators`: every figure of a plan, on a day."""

import json
from datetime import datetime

import click

from labms import clock
from labms.i18n import gettext
from labms.indicators.export import as_json
from labms.indicators.figures import standings
from labms.indicators.rules import JUDGEMENTS, Standing
from labms.plan.data import plan as plan_named
from labms.plan.data import plans
from labms.plan.rules import UNIT_NAMES


@click.command("indicators")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="A day; today if none is given."
)
@click.option("--plan", "code", help="Code of a plan; the oldest if none is given.")
@click.option("--area", help="Code of an area; the plan's own if none is given.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON document.")
def command(
    on: datetime | None, code: str | None, area: str | None, *, is_json: bool
) -> None:
    """Print every indicator: value, target, and whether it is met.

    One line each, tab-separated, for people and for scripts. Changes nothing.
    """
    today = clock.today()
    plan = plan_named(code) if code else plans()[0]
    day = on.date() if on else today
    found = standings(plan, area=area or plan.area, on=day, today=today)
    if is_json:
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(_line(each))


def _line(one: Standing) -> str:
    figure, target = one.figure, one.target
    share = figure.share
    value = "–" if one.shown is None else format(one.shown, "f")
    counted = (
        f"{share.numerator}/{share.denominator}"
        if share
        else "/".join(
            "–" if n is None else str(n) for n in (figure.turns, figure.distinct)
        )
    )
    asked = f"{target.comparison} {target.value}" if target else ""
    cells = (
        figure.code,
        value,
        gettext(UNIT_NAMES[figure.definition.unit]),
        counted,
        asked,
        target.judged_on.isoformat() if target else "",
        gettext(JUDGEMENTS[one.judgement]) if target else "",
        figure.on.isoformat(),
    )
    return "\t".join(cells)
