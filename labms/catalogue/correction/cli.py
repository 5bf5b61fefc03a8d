"""`labms procedures`: what the pages of a body's procedures do, for scripts."""

import json
import sys
import tomllib
from pathlib import Path

import click

from labms.accounts.queries import person_called
from labms.catalogue.correction.correcting import (
    begin_revision,
    confirm_revision,
    correct_revision,
)
from labms.catalogue.correction.editing import Citation
from labms.catalogue.correction.fault_words import in_words
from labms.catalogue.correction.own_revisions import (
    document_of,
    origin_of,
    own_revision_by_id,
    own_revisions,
    releasable,
)
from labms.catalogue.correction.rules import (
    CorrectionFaults,
    corrected_figures,
    shown_hash,
    with_citations,
)
from labms.catalogue.entries import Procedure
from labms.catalogue.queries import procedure_release_by_id, procedure_releases
from labms.catalogue.rules import CONFIDENCE_NAMES
from labms.catalogue.services import release_procedure, withdraw_procedure
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.since import procedure_changes
from labms.db import transaction
from labms.i18n import gettext, language
from labms.web.show import local

#: How the lines begin that are printed before a release.
CHANGED, UNCHECKED, UNLIMITED = "changed", "unchecked", "no limit known"
#: The lines of what `--option` chooses among begin so.
CHOICE = "choose"

_AS = click.option("--as", "login", required=True, help="Who does it: their login.")


@click.group("procedures")
def group() -> None:
    """Releases of procedures, and corrections by a body."""


@group.command("list")
@_AS
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(login: str, *, as_json: bool) -> None:
    """List the releases and own revisions of somebody's body. Changes nothing."""
    body_id = person_called(login).organisation_id or 0
    rows = [
        {
            "id": each.id,
            "what": "release",
            "procedure": each.procedure_slug,
            "revision": each.revision,
            "state": "withdrawn" if each.withdrawn_on else "released",
        }
        for each in procedure_releases(body_id)
    ]
    rows += [
        {
            "id": each.id,
            "what": "own revision",
            "procedure": each.procedure_slug,
            "revision": each.revision,
            "state": "draft" if each.is_draft else "confirmed",
        }
        for each in own_revisions(body_id)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("\t".join(str(value) for value in row.values()))


@group.command("release")
@click.argument("slug")
@click.argument("revision")
@click.option("--option", "options", multiple=True, metavar="TABLE=NAME")
@_AS
def release(slug: str, revision: str, options: tuple[str, ...], login: str) -> None:
    """Let the jobs of a body use REVISION of the procedure SLUG from today.

    Prints the number of the release; beside it, as the page shows, what changed since
    the last one, a line for each figure that nobody has checked, and what --option
    chooses among where sources disagree.
    """
    actor = person_called(login)
    body_id = actor.organisation_id or 0
    with transaction():
        found = releasable(body_id, slug, revision)
        _print_what_is_released(body_id, found)
        made = release_procedure(
            body_id,
            slug=slug,
            revision=revision,
            options=dict(each.partition("=")[::2] for each in options),
            shown=shipped_catalogue().content_hash(found),
            actor=actor,
        )
        number = made.id
    click.echo(str(number))


def _print_what_is_released(body_id: int, found: Procedure) -> None:
    """Print what the page shows before its button."""
    changes = procedure_changes(body_id, found)
    for change in changes.differences if changes else ():
        what = " · ".join(filter(None, (change.place, change.what)))
        click.echo(f"{CHANGED}\t{what}\t{change.before}\t{change.after}", err=True)
    for figure in shipped_catalogue().unchecked(found):
        confidence = gettext(CONFIDENCE_NAMES[figure.confidence])
        words = local(figure, "what")
        click.echo(f"{UNCHECKED}\t{words}\t{confidence}\t{figure.source}", err=True)
    for table in found.choices:
        for option in table.options:
            named = option.named(language())
            click.echo(f"{CHOICE}\t{table.slug}={option.slug}\t{named}", err=True)
    for check in found.unlimited:
        click.echo(f"{UNLIMITED}\t{local(check)}", err=True)


@group.command("withdraw")
@click.argument("release_id", type=int)
@click.option("--reason", required=True)
@_AS
def withdraw(release_id: int, reason: str, login: str) -> None:
    """Let no new job use a release."""
    with transaction():
        found = procedure_release_by_id(release_id)
        withdraw_procedure(found, reason=reason, actor=person_called(login))


@group.command("correct")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--origin", required=True, help="The revision that was corrected.")
@click.option("--document", required=True, help="The official text, as it is cited.")
@click.option("--page", required=True, help="Page or clause of what was corrected.")
@_AS
def correct(file: Path, origin: str, document: str, page: str, login: str) -> None:
    """Make a draft of FILE, a corrected file of the catalogue, and print its number.

    Whatever differs from the origin is cited with page and document. Faults are
    printed a line each, and nothing is kept.
    """
    actor = person_called(login)
    written = tomllib.loads(file.read_text("utf-8"))
    cited = Citation(document=document, page=page, reader=actor.name)
    try:
        with transaction():
            row = begin_revision(
                actor.organisation_id or 0,
                slug=str(written.get("slug", "")),
                revision=origin,
                document=document,
                actor=actor,
            )
            changed = with_citations(origin_of(row).raw, written, source=cited.source)
            correct_revision(row, {**changed, "revision": row.revision}, actor=actor)
            number = row.id
    except CorrectionFaults as error:
        for fault in error.faults:
            click.echo(f"{fault.key}\t{in_words(fault.message)}", err=True)
        sys.exit(1)
    click.echo(str(number))


@group.command("confirm")
@click.argument("own_id", type=int)
@click.option("--compared", is_flag=True, help="You compared each with the text.")
@_AS
def confirm(own_id: int, login: str, *, compared: bool) -> None:
    """Print what a draft corrects; with --compared, confirm it as second reader."""
    actor = person_called(login)
    row = own_revision_by_id(own_id)
    figures = corrected_figures(origin_of(row).raw, document_of(row))
    for each in figures:
        click.echo(f"{each.place}\t{each.says}\t{each.source}")
    if not compared:
        return
    shown = shown_hash(row.content)
    with transaction():
        confirm_revision(
            own_revision_by_id(own_id),
            shown=shown,
            compared=[each.key for each in figures],
            actor=actor,
        )


@group.command("export")
@click.argument("own_id", type=int)
def export(own_id: int) -> None:
    """Print an own revision as a file of the catalogue, to be given back."""
    click.echo(own_revision_by_id(own_id).content, nl=False)
