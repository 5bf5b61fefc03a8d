"""`labms stamps`: rolls for the label printer, for scripts."""

import sys
from pathlib import Path

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.errors import NotFound
from labms.organisations.queries import body_by_id
from labms.paper.fonts import prepare_fonts
from labms.paper.stickers import RESOLUTIONS, SIZES, sticker_pdf
from labms.stamps.printing import roll
from labms.web.lists import settings


@click.group("stamps")
def group() -> None:
    """Stamps that are stuck on instruments."""


@group.command("print")
@click.argument("first")
@click.argument("last")
@click.option("--as", "login", required=True, help="Who prints: their login.")
@click.option("--size", type=click.Choice(list(SIZES)), default="25x35")
@click.option(
    "--dpi", type=click.Choice([str(one) for one in RESOLUTIONS]), default="203"
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; standard output if none is given.",
)
def print_(
    first: str, last: str, *, login: str, size: str, dpi: str, output: Path | None
) -> None:
    """Make a PDF of the stamps from serial FIRST to LAST, a page for each.

    None of them may have been used. Changes nothing.
    """
    person = person_called(login)
    if person.organisation_id is None:
        raise NotFound
    stickers = roll(
        body_by_id(person.organisation_id),
        first,
        last,
        public_url=settings().public_url,
        on=clock.today(),
        actor=person,
    )
    prepare_fonts(settings().cache_dir / "fonts")
    data = sticker_pdf(
        stickers,
        size=SIZES[size],
        dpi=int(dpi),
        made_on=clock.today().isoformat(),
        test_print=settings().demo,
    )
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        output.write_bytes(data)
