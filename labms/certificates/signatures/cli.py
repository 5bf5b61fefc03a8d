"""`labms signatures`: time stamps that are missing, and who signs how."""

import json
import sys

import click

from labms.accounts.models import User
from labms.accounts.rules import WrongPassword
from labms.accounts.services import is_password_of
from labms.certificates.signatures.stamping import stamp_waiting
from labms.i18n import gettext
from labms.organisations.queries import bodies
from labms.signing.keys import looked_at
from labms.signing.queries import way_of
from labms.signing.rules import SigningWay
from labms.web.lists import settings


@click.group("signatures")
def group() -> None:
    """Electronic signatures on documents."""


@group.command("stamp")
def stamp() -> None:
    """Get the time stamps that documents wait for; may run twice without harm.

    One line for each number. The exit status is 1 while any is left.
    """
    found = stamp_waiting(settings=settings())
    for number in found.done:
        click.echo(number)
    if found.problem is not None:
        click.echo(str(found.problem.text), err=True)
        text = gettext("{count} documents wait for a time stamp.")
        click.echo(text.format(count=found.left), err=True)
        sys.exit(1)


@group.command("keys")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def keys(*, as_json: bool) -> None:
    """List the bodies, how each signs, and the key if it is here. Changes nothing.

    One line each, tab-separated: code, way, whose key, last day, what is wrong.
    """
    told = []
    for body in bodies():
        way = way_of(body.id)
        line = {"body": body.code, "way": way.value}
        if way is SigningWay.SERVER:
            line |= looked_at(body.code, body.name, settings=settings())
        told.append(line)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in told:
        click.echo("\t".join(str(value) for value in line.values()))


def check_password(user: User, password: str | None) -> None:
    """Ask a signatory for their password, if their body signs on the server.

    Reads it from the terminal, or a line of standard input. Raises WrongPassword.
    """
    if user.organisation_id is None:
        return
    if way_of(user.organisation_id) is not SigningWay.SERVER:
        return
    if password is None:
        text = gettext("Password of {login}, to sign").format(login=user.login)
        password = (
            click.prompt(text, hide_input=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline().rstrip("\n")
        )
    if not is_password_of(user, password or ""):
        raise WrongPassword
