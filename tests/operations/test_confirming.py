"""After a restore: issuing waits until somebody says how far the numbers got."""

import pytest
from click.testing import CliRunner

from labms import clock
from labms.audit.models import Instance
from labms.certificates.account import number_accounts
from labms.certificates.queries import instance_is_fenced
from labms.db import db, transaction
from labms.i18n import speaking
from labms.operations.cli import confirm
from labms.operations.restoring import (
    Known,
    confirm_numbers,
    known_number,
    open_series,
)
from labms.operations.rules import NoSuchSeries, NotRestored, SeriesUnconfirmed
from labms.organisations.models import NumberSeries, Organisation
from labms.organisations.numbering import next_number
from labms.organisations.rules import NumberKind
from labms.policy import SYSTEM, Role


@pytest.fixture
def restored(app, make):
    """A body in an instance that was restored, which had counted to three."""
    make._add(Instance(id=1, made_at=clock.now(), restored_at=clock.now()))
    body = make.body(code="tt-mot")
    make._add(
        NumberSeries(body_id=body.id, kind=NumberKind.ORDER.value, year=2031, last=3)
    )
    return body


def series(kind, highest, *, year=2031):
    return Known("tt-mot", NumberKind(kind), year, highest)


def test_the_next_number_follows_the_highest_that_is_known_outside(restored):
    with transaction():
        confirm_numbers([series("order", 9)], actor=SYSTEM)

    assert not instance_is_fenced()
    with transaction():
        assert next_number(restored.id, NumberKind.ORDER, year=2031)[0] == 10


def test_numbers_without_a_record_are_noted_and_the_account_closes(restored):
    with transaction():
        lost = confirm_numbers(
            [series("order", 3), series("certificate", 2)], actor=SYSTEM
        )
        assert [(one.kind, one.first, one.last) for one in lost] == [
            ("certificate", 1, 2)
        ]

    (account,) = number_accounts()
    assert account.closes
    assert [str(run) for run in account.lost] == ["1–2"]


def test_a_lower_number_than_ours_changes_nothing(restored):
    with transaction():
        assert confirm_numbers([series("order", 1)], actor=SYSTEM) == []

    assert db.session.query(NumberSeries.last).scalar() == 3


def test_every_series_that_may_have_gone_on_must_be_told(restored):
    assert open_series() == [series("order", 3)]

    with pytest.raises(SeriesUnconfirmed, match="tt-mot:order:2031"), transaction():
        confirm_numbers([], actor=SYSTEM)
    assert instance_is_fenced()


def test_a_year_that_has_begun_since_is_asked_for_too(app, make):
    make._add(Instance(id=1, made_at=clock.now(), restored_at=clock.now()))
    body = make.body(code="tt-mot")
    make._add(NumberSeries(body_id=body.id, kind="order", year=2030, last=7))

    assert open_series() == [
        series("order", 7, year=2030),
        series("order", 0, year=2031),
    ]


def test_it_is_confirmed_once(restored, make):
    person = make.user(Role.ADMINISTRATOR)
    with transaction():
        confirm_numbers([series("order", 3)], actor=person)

    with pytest.raises(NotRestored), transaction():
        confirm_numbers([series("order", 3)], actor=person)


@pytest.mark.parametrize(
    "text", ["", "tt-mot:order:2031", "tt-mot:order:2031=-1", "tt-mot:ticket:2031=1"]
)
def test_what_is_no_series_is_refused(text):
    with pytest.raises(NoSuchSeries):
        known_number(text)


def test_a_series_is_read_as_it_is_written():
    assert known_number(" tt-mot:order:2031=12 ") == series("order", 12)
    for kind in NumberKind:
        written = series(kind, 12)
        assert known_number(f"{written.series}=12") == written


def test_the_series_of_verifications_is_called_as_its_documents_are(restored):
    """And by the name that it has in the rows, which notes from before may bear."""
    known = known_number("tt-mot:verification:2031=2")

    assert known == known_number("tt-mot:certificate:2031=2")
    assert known.series == "tt-mot:verification:2031"
    with transaction():
        (lost,) = confirm_numbers([series("order", 3), known], actor=SYSTEM)
    assert lost.kind == "certificate", "the rows are as they were"


def test_numbers_are_asked_for_in_words_and_enter_is_no_answer(restored, make):
    make.user(Role.ADMINISTRATOR, login="quantri")

    with speaking("en"):
        asked = CliRunner().invoke(confirm, ["--as", "quantri"], input="\n7\n")

    assert asked.exit_code == 0, asked.output
    name = db.session.get(Organisation, restored.id).name
    assert f"Orders 2031 of {name} (tt-mot:order:2031): the last one" in asked.output
    assert asked.output.count("by the papers outside") == 2
    assert asked.output.count("A number is needed here") == 1
    assert "4–7" in asked.output
