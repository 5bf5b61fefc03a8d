"""An instance as an operator has it, with jobs that wait for what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from labms import clock
from labms.app import load
from labms.catalogue.rules import Evidence
from labms.cli import opened
from labms.db import db, scoped
from labms.operations.making import lay_foundation, write_settings
from labms.paper.fonts import prepare_fonts
from labms.policy import EVERYTHING, Role
from tests.factories import Make
from tests.faults.acts import REVIEWER, SIGNATORY, VERIFIER
from tests.faults.instances import (
    Act,
    address_for,
    copy,
    make_database,
    remove_database,
)
from tests.jobs.laboratory import laboratory as good_laboratory
from tests.keeping import kept_fonts

NOW = datetime(2031, 3, 4, 2, 30, tzinfo=UTC)
#: While whoever began may still be at it.
SOON = NOW + timedelta(minutes=1)
#: By then whoever began has surely given up.
NIGHT = NOW + timedelta(hours=12)
#: And by then whoever recovered in the night.
LATER = NOW + timedelta(hours=36)
JOBS = 12


@dataclass
class Instances:
    """The instance from which all faults start, and copies of it."""

    template: Path
    jobs: list[int]
    """Approved, each with a stamp, for certificates."""
    stamped: list[int]
    """Submitted with a stamp alone, for a reviewer."""
    saved: list[int]
    """Measured, for the verifier to submit; the stamp of each is typed."""
    here: Path
    made: set[Path] = field(default_factory=set)
    loaded: dict[Path, Flask] = field(default_factory=dict)

    @property
    def told(self) -> Path:
        """What somebody was told: this must be true for ever."""
        return self.here / "told"

    def copy(self, source: Path | None = None, *, name: str = "instance") -> Path:
        """Return a fresh copy, where the one before was; nobody was told anything."""
        folder = self.here / name
        for told in (self.told, self.told.with_name("confirmed")):
            told.unlink(missing_ok=True)
        self.made.add(folder)
        copy(source or self.template, folder)
        return folder

    def act(self, folder: Path, act: Act, *, at: datetime = NOW) -> None:
        """Do something with one of them, as `labms.cli.opened` lets an operator.

        The program is loaded once for all copies that lie at the same place: that takes
        longer than what is done with them.
        """
        if folder not in self.loaded:
            self.loaded[folder] = load(folder)
        app = self.loaded[folder]
        with app.app_context(), scoped(EVERYTHING), clock.at(at):
            try:
                act(app.extensions["labms"], self.told)
            finally:
                db.session.remove()
                db.engine.dispose()

    def after(self, *acts: Act, name: str = "begun") -> Path:
        """Return a copy with which this was done: to start from."""
        folder = self.copy(name=name)
        for act in acts:
            self.act(folder, act)
        return folder


@pytest.fixture(scope="session")
def _template(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, dict[str, list[int]]]]:
    folder = tmp_path_factory.mktemp("faults") / "instance"
    given = {"public_url": "https://kiemdinh.example.vn"}
    if url := address_for(folder):
        given["database_url"] = url
    write_settings(folder, given)
    make_database(folder)
    fonts = kept_fonts()
    prepare_fonts(fonts)
    (folder / "cache").mkdir()
    (folder / "cache" / "fonts").symlink_to(fonts)
    with opened(folder), clock.at(NOW):
        lay_foundation()
        jobs = _work()
    yield folder, jobs
    remove_database(folder)


def _work() -> dict[str, list[int]]:
    make = Make()
    lab = good_laboratory(make)
    lab.verifier = make.user(Role.VERIFIER, body=lab.body, login=VERIFIER)
    make.card(lab.verifier, lab.type_slug)
    make.user(Role.REVIEWER, body=lab.body, login=REVIEWER)
    make.user(Role.SIGNATORY, body=lab.body, login=SIGNATORY)
    alone = {"evidence": Evidence.STAMP}
    return {
        "jobs": [lab.approved(stamp=f"31V.{n:05}").id for n in range(1, JOBS + 1)],
        "stamped": [lab.submitted(stamp=f"31S.{n:05}", **alone).id for n in (1, 2)],
        "saved": [lab.saved(stamp=f"31T.{n:05}").id for n in (1, 2)],
    }


@pytest.fixture
def instances(
    _template: tuple[Path, dict[str, list[int]]], tmp_path: Path
) -> Iterator[Instances]:
    """The instance from which faults start; all copies are gone afterwards."""
    folder, jobs = _template
    made = Instances(template=folder, here=tmp_path, **jobs)
    yield made
    for one in made.made:
        remove_database(one)
