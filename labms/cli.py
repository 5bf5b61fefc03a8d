"""`labms`: everything that is done to an instance from outside.

Exit status: 0 done, 1 refused or found a problem, 2 wrong usage.
"""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import waitress
from flask import Flask
from sqlalchemy.exc import OperationalError

import labms
from labms import clock
from labms.accounts.services import add_user
from labms.app import load
from labms.bulk import cli as bulk
from labms.catalogue import cli as catalogue
from labms.catalogue.correction import cli as procedures
from labms.certificates import cli as certificates
from labms.certificates import stickers_cli as stickers
from labms.certificates.examination.verifying import needs_no_instance
from labms.certificates.finishing import resume_issuing
from labms.certificates.signatures import cli as signatures
from labms.certificates.signatures.stamping import stamp_waiting
from labms.certificates.tracing import certificates_resting_on, standards_used_for
from labms.db import db, scoped, transaction
from labms.demand import cli as demand
from labms.demo.filling import SEED
from labms.errors import LabError
from labms.golden import cli as golden
from labms.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, gettext, speaking
from labms.indicators import cli as indicators
from labms.indicators import frozen_cli as frozen
from labms.jobs import cli as jobs
from labms.operations import cli as operations
from labms.operations import schema
from labms.operations.demonstrating import LOGINS, PASSWORD, make_demo
from labms.operations.making import (
    SETTINGS_FILE,
    check_free,
    lay_foundation,
    write_settings,
)
from labms.operations.restoring import record_restoring, restore
from labms.operations.rules import NotADemo, PortTaken, SchemaOutdated
from labms.paper.fonts import prepare_fonts, web_font
from labms.policy import EVERYTHING, ROLE_NAMES, SYSTEM, Role
from labms.proof.queries import current_key
from labms.proof.services import check_ready
from labms.reports import cli as reports
from labms.settings import Settings, SettingsError
from labms.stamps import cli as stamps
from labms.summaries import cli as summaries
from labms.tasks import cli as tasks
from labms.traceability import cli as traceability
from labms.traceability import dcc_cli

#: Answer without an instance.
WITHOUT_INSTANCE: tuple[click.Command, ...] = (catalogue.group, golden.group)
#: Work on an instance, which is opened for them.
ON_INSTANCE: tuple[click.Command, ...] = (
    *operations.COMMANDS,
    certificates.group,
    signatures.group,
    demand.group,
    frozen.group,
    indicators.command,
    jobs.group,
    procedures.group,
    reports.command,
    tasks.command,
    stamps.group,
    summaries.group,
    dcc_cli.group,
    traceability.trace_command(standards_used_for),
    traceability.impact_command(certificates_resting_on),
)


class Commands(click.Group):
    """Opens the instance for the commands that need one, and explains refusals."""

    def resolve_command(
        self, context: click.Context, given: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; unless it is only asked for help, open the instance."""
        name, command, rest = super().resolve_command(context, given)
        instance: Path = context.params["instance"]
        alone = (
            command is certificates.group
            and needs_no_instance(rest)
            and not instance.is_dir()
        )
        if command in ON_INSTANCE and "--help" not in rest and not alone:
            context.with_resource(opened(instance))
        return name, command, rest

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a refusal is told in one line and ends with status 1."""
        with speaking(language_of_the_terminal()):
            try:
                return super().invoke(context)
            except (LabError, SettingsError) as error:
                told = error.text if isinstance(error, LabError) else error
                click.echo(str(told), err=True)
            except OperationalError as error:
                text = gettext("The database does not answer: {problem}")
                problem = str(error.orig).strip().splitlines()[0]
                click.echo(text.format(problem=problem), err=True)
            return context.exit(1)


def language_of_the_terminal() -> str:
    """Return the language that the terminal is set to, if it is one of ours."""
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return said[:2] if said[:2] in LANGUAGES else DEFAULT_LANGUAGE


@contextmanager
def opened(instance: Path) -> Iterator[Flask]:
    """Work on an instance as its operator: with everybody's rows."""
    if not instance.is_dir():
        raise click.UsageError(
            gettext("There is no instance in {place}. Make one: labms init").format(
                place=instance
            )
        )
    app = load(instance)
    with app.app_context(), scoped(EVERYTHING):
        yield app
        db.session.remove()
    with app.app_context():
        db.engine.dispose()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(labms.__version__, prog_name="labms")
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LABMS_INSTANCE",
    default=Path("instance"),
    show_default=True,
    help="The folder with settings, database and files. Or LABMS_INSTANCE.",
)
def group(instance: Path) -> None:  # noqa: ARG001 (commands ask the context for it)
    """Metrology laboratory management for a province."""
    logging.captureWarnings(True)


certificates.group.add_command(bulk.group)
stamps.group.add_command(stickers.command)
for _command in (*WITHOUT_INSTANCE, *ON_INSTANCE):
    group.add_command(_command)


def _instance() -> Path:
    path: Path = click.get_current_context().find_root().params["instance"]
    return path


class Asked(click.Option):
    """An option that is asked for in the language of the terminal."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Translate the question when it is asked: not before is it known how."""
        self.prompt = gettext(self.prompt or "")
        if isinstance(self.confirmation_prompt, str):
            self.confirmation_prompt = gettext(self.confirmation_prompt)
        return super().prompt_for_value(ctx)


@group.command()
@click.option(
    "--public-url",
    cls=Asked,
    prompt=N_("Address under which people reach this instance (printed in QR codes)"),
    help="For example https://kiemdinh.example.vn",
)
@click.option(
    "--admin", "login", cls=Asked, prompt=N_("Login of the first administrator")
)
@click.option("--name", default="", help="Their name; the login if none is given.")
@click.option(
    "--password",
    envvar="LABMS_ADMIN_PASSWORD",
    cls=Asked,
    prompt=N_("Their password"),
    hide_input=True,
    confirmation_prompt=N_("The password once more"),
    help="Asked for, or taken from LABMS_ADMIN_PASSWORD.",
)
@click.option("--database-url", default="", help="PostgreSQL; SQLite if none is given.")
def init(
    public_url: str, login: str, name: str, password: str, database_url: str
) -> None:
    """Make a new, empty instance with its first administrator."""
    folder = _instance()
    check_free(folder)
    given = {"public_url": public_url.rstrip("/")}
    write_settings(
        folder, given | ({"database_url": database_url} if database_url else {})
    )
    try:
        with opened(folder):
            lay_foundation()
            with transaction():
                add_user(
                    login=login,
                    full_name=name or login,
                    password=password,
                    roles=[Role.ADMINISTRATOR],
                    actor=SYSTEM,
                )
    except (LabError, SettingsError):
        for path in folder.iterdir():  # it was empty before
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
    text = gettext("{place} is ready. Start it: labms --instance {place} serve")
    click.echo(text.format(place=folder))


@group.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(port: int, host: str) -> None:
    """Serve the instance, as in production."""
    with opened(_instance()) as app:
        check_schema()
        warm_up(app.extensions["labms"])
        finish_what_was_begun(app)
    run_server(app, host=host, port=port)


def warm_up(settings: Settings) -> None:
    """Cut the typefaces before anybody waits for a page or a certificate."""
    fonts = settings.cache_dir / "fonts"
    prepare_fonts(fonts)
    web_font(fonts)


def finish_what_was_begun(app: Flask) -> None:
    """Issue the certificates whose numbers were taken before the server ended."""
    finished, failed = resume_issuing(settings=app.extensions["labms"])
    if finished:
        text = gettext("Finished what was begun: {numbers}")
        click.echo(text.format(numbers=", ".join(finished)))
    for number, error in failed.items():
        text = gettext("Could not finish {number}: {problem}")
        click.echo(text.format(number=number, problem=error.text), err=True)
    stamped = stamp_waiting(settings=app.extensions["labms"])
    if stamped.problem is not None:
        click.echo(str(stamped.problem.text), err=True)


def check_schema() -> None:
    """Raise SchemaOutdated unless the tables are those that the program needs."""
    found = schema.schema_of(db.engine)
    if not found.is_current:
        raise SchemaOutdated(found=found.found, needed=found.needed)


def run_server(app: Flask, *, host: str, port: int) -> None:
    """Serve until somebody ends it."""
    click.echo(gettext("Serving on {address}").format(address=f"http://{host}:{port}"))
    sys.stdout.flush()
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=8,
            connection_limit=1000,  # at 100, idle clients shut others out
            channel_timeout=30,
            ident="labms",
        )
    except OSError as error:
        raise PortTaken(port=port, problem=error.strerror) from error
    server.run()


def give_the_log_a_key() -> None:
    """Make the key of the public log, where there was no log until now."""
    with transaction():
        if current_key() is None:
            check_ready()


@group.command()
def upgrade() -> None:
    """Bring the tables of the instance to this version. Make a backup first."""
    with opened(_instance()):
        before = schema.schema_of(db.engine)
        if before.is_current:
            click.echo(gettext("The tables are up to date."))
            return
        schema.upgrade(db.engine)
        give_the_log_a_key()
        text = gettext("The tables went from version {old} to {new}.")
        click.echo(text.format(old=before.found or "0", new=before.needed))


@group.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database-url", envvar="LABMS_DATABASE_URL", default="")
def restore_backup(file: Path, database_url: str) -> None:
    """Make a new instance of the backup FILE.

    It issues nothing until `labms confirm-numbers` has been told how far the numbers
    got outside, since some may have been given out after the backup.
    """
    folder = _instance()
    manifest = restore(file, folder, database_url=database_url, at=clock.now())
    with opened(folder), transaction():
        record_restoring(manifest)
    text = gettext("{place}: {rows} rows and {files} files restored.")
    click.echo(
        text.format(place=folder, rows=manifest.row_count, files=len(manifest.files))
    )
    text = gettext("Nothing is issued until you run: labms confirm-numbers --as LOGIN")
    click.echo(text)
    text = gettext(
        "Say as well how the public log goes on: labms log begin, or labms log continue"
    )
    click.echo(text)


@group.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--serve/--no-serve", "serving", default=True, help="Only make it.")
@click.option("--seed", default=SEED, show_default=True, help="Another province.")
def demo(port: int, host: str, serving: bool, seed: int) -> None:
    """Make a realistic province if there is none, print its logins, and serve it."""
    folder = _instance()
    if not (folder / SETTINGS_FILE).exists():
        address = os.environ.get("LABMS_PUBLIC_URL") or f"http://127.0.0.1:{port}"
        click.echo(gettext("Making the demo province; this takes about a minute."))
        with click.progressbar(length=1000, show_pos=False) as bar:

            def progress(done: int, of: int) -> None:
                bar.update(done * 1000 // max(of, 1) - bar.pos)

            make_demo(
                folder, public_url=address, seed=seed, opener=opened, progress=progress
            )
    with opened(folder) as app:
        if not app.extensions["labms"].demo:
            raise NotADemo(place=folder)
        schema.upgrade(db.engine)
        finish_what_was_begun(app)
    print_logins()
    if serving:
        run_server(app, host=host, port=port)


def print_logins() -> None:
    """Print one login for each role."""
    click.echo(gettext("Logins, all with the password {word}:").format(word=PASSWORD))
    for login, role, _ in LOGINS:
        click.echo(f"  {login:12} {gettext(ROLE_NAMES[role])}")


def main() -> None:
    """Run the command that was typed. What it makes is not for everybody to read."""
    os.umask(0o027)
    group(prog_name="labms")
