"""`labms stamps order`: the stickers of an order, for scripts."""

from pathlib import Path

import click

from labms import clock
from labms.accounts.queries import person_called
from labms.certificates.stickers import order_called, stickers_of_order
from labms.errors import NotFound
from labms.paper.fonts import prepare_fonts
from labms.paper.stickers import RESOLUTIONS, SIZES, sticker_pdf
from labms.web.lists import settings


@click.command("order")
@click.argument("number")
@click.option("--as", "login", required=True, help="Who prints: their login.")
@click.option("--size", type=click.Choice(list(SIZES)), default="25x35")
@click.option(
    "--dpi", type=click.Choice([str(one) for one in RESOLUTIONS]), default="203"
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True
)
def command(number: str, *, login: str, size: str, dpi: str, output: Path) -> None:
    """Make a PDF of the stickers of order NUMBER, a page for each. Changes nothing."""
    person = person_called(login)
    found = stickers_of_order(
        order_called(number), public_url=settings().public_url, actor=person
    )
    if not found:
        raise NotFound
    prepare_fonts(settings().cache_dir / "fonts")
    output.write_bytes(
        sticker_pdf(
            found,
            size=SIZES[size],
            dpi=int(dpi),
            made_on=clock.today().isoformat(),
            test_print=settings().demo,
        )
    )
