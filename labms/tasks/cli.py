"""`labms tasks`: the work on the tasks of a plan, with its money."""

import json
from decimal import Decimal

import click

from labms.i18n import gettext
from labms.plan.data import plan as plan_named
from labms.plan.data import plans
from labms.tasks.queries import items_of
from labms.tasks.rules import ITEM_STATES
from labms.tasks.standing import ItemStanding, standing_of


@click.command("tasks")
@click.option("--plan", "code", help="Code of a plan; the oldest if none is given.")
@click.option("--year", type=int, help="A year; all of them if none is given.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON document.")
def command(code: str | None, year: int | None, *, is_json: bool) -> None:
    """Print every piece of work on the tasks of a plan: state, progress, money.

    One line each, tab-separated, for people and for scripts. Changes nothing.
    """
    plan = plan_named(code) if code else plans()[0]
    items = [i for i in items_of(plan.code, year=year) if i.struck_on is None]
    found = [standing_of(item) for item in items]
    if is_json:
        rows = [_plain(one) for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        money = one.money.approved
        cells = (
            str(one.item.year),
            one.item.task_code,
            one.item.title,
            gettext(ITEM_STATES[one.state]),
            f"{one.percent} %",
            "–" if money is None else f"{money:f}",
        )
        click.echo("\t".join(cells))


def _plain(one: ItemStanding) -> dict[str, object]:
    """Return a piece of work as plain values, amounts as decimal strings."""
    money = one.money
    return {
        "id": one.item.id,
        "plan": one.item.plan_code,
        "task": one.item.task_code,
        "year": one.item.year,
        "title": one.item.title,
        "lead": one.item.lead,
        "state": str(one.state),
        "percent": one.percent,
        "estimated": _text(money.estimated),
        "appraised": _text(money.appraised),
        "approved": _text(money.approved),
        "paid": _text(money.paid),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
