"""`labms certificates doubt` and `free`: all that rests on a standard, in one go."""

import sys
from datetime import date, datetime

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.certificates.doubts.doubting import (
    Impact,
    Outcome,
    doubt_all,
    free_all,
    impact_of,
)
from labms.i18n import gettext
from labms.registry.standings import HoldKind
from labms.traceability.cli import standard_called

_DAY = click.DateTime(["%Y-%m-%d"])
_SINCE = click.option("--from", "since", type=_DAY, required=True, help="Last good.")
_UNTIL = click.option("--to", "until", type=_DAY, help="Found bad; today if not given.")
_AS = click.option("--as", "login", required=True, help="Login of who decides.")
#: No page waits for it: as many as there are.
_ALL = sys.maxsize


@click.command("doubt")
@click.argument("standard")
@_SINCE
@_UNTIL
@_AS
@click.option(
    "--kind",
    type=click.Choice([one.value for one in HoldKind]),
    default=HoldKind.UNDER_REVIEW.value,
    show_default=True,
)
@click.option("--text", required=True, help="What was found about the standard.")
def doubt(
    standard: str,
    since: datetime,
    until: datetime | None,
    login: str,
    kind: str,
    text: str,
) -> None:
    """Put every document that rests on STANDARD under review, or suspend it.

    STANDARD is its inventory or serial number; `labms impact` lists what rests on it.
    One line for each number. What is held already is passed over, so that it may run
    twice without harm. The exit status is 1 if one was refused.
    """
    found = _impact(standard, since, until)
    actor = person_called(login)
    _say(doubt_all(found, actor=actor, kind=HoldKind(kind), text=text, most=_ALL))


@click.command("free")
@click.argument("standard")
@_SINCE
@_UNTIL
@_AS
@click.option("--said", help="What was said of the standard: which doubt is lifted.")
@click.option("--text", required=True, help="What the doubt came to.")
def free(
    standard: str,
    since: datetime,
    until: datetime | None,
    login: str,
    said: str | None,
    text: str,
) -> None:
    """Lift a doubt from every document that rests on STANDARD, and say why.

    Where several things were said of standards, they are listed, and --said has to name
    one of them word by word. One line for each number.
    """
    found = _impact(standard, since, until)
    doubts = list(found.doubts)
    if said is None and len(doubts) > 1:
        for one in doubts:
            click.echo(one, err=True)
        raise click.UsageError(gettext("Name one of these doubts: --said"))
    chosen = said or next(iter(doubts), "")
    actor = person_called(login)
    _say(free_all(found, actor=actor, said=chosen, text=text, most=_ALL))


def _impact(standard: str, since: datetime, until: datetime | None) -> Impact:
    last: date = until.date() if until else clock.today()
    return impact_of(standard_called(standard), since=since.date(), until=last)


def _say(outcome: Outcome) -> None:
    for number in outcome.done:
        click.echo(number)
    for number, error in outcome.refused.items():
        click.echo(f"{number}: {error.text}", err=True)
    sys.exit(1 if outcome.refused else 0)


COMMANDS = (doubt, free)
