"""`labms certificates supersede, hold, lift, register, numbers`."""

import csv
import io

import pytest
from click.testing import CliRunner

from labms.certificates.cli import group
from labms.certificates.queries import certificate_by_number, holds_of
from labms.certificates.rules import SERIES, CertificateState, DocumentKind
from labms.organisations.numbering import series_word
from labms.policy import Role
from tests.certificates.test_superseding import WHY, issued, put_right

__all__ = ["issued"]


@pytest.fixture
def run(app):
    def act(*words, **given):
        return CliRunner().invoke(group, [str(word) for word in words], **given)

    return act


@pytest.mark.long
def test_a_document_is_corrected_from_the_terminal(run, issued, lab):
    old = issued()
    put_right(old, serial="DUNG-77")
    who = ("--as", lab.signatory.login)

    offered = run("supersede", old.number, *who)
    assert offered.output.startswith("instrument.serial\t")
    done = run(
        *("supersede", old.number, *who, "--reason", "instrument", "--text", WHY),
        *("--take", "instrument.serial"),
    )

    assert done.exit_code == 0, done.output
    new = certificate_by_number(done.output.strip())
    assert (new.supersedes_id, new.state) == (old.id, CertificateState.ISSUED)


@pytest.mark.long
def test_nobody_and_who_may_not_correct_are_refused(run, issued, lab):
    old = issued()
    put_right(old, serial="DUNG-77")
    given = ("--reason", "instrument", "--text", WHY, "--take", "instrument.serial")

    for login in ("nobody", lab.verifier.login):
        assert run("supersede", old.number, "--as", login, *given).exit_code == 1


@pytest.mark.long
def test_a_doubt_is_noted_and_lifted_from_the_terminal(run, issued, lab, make):
    document = issued()
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    who = ("--as", manager.login)

    held = run(
        *("hold", document.number, *who, "--kind", "suspended"),
        *("--reason", "standard", "--text", "Quả cân chuẩn bị rơi."),
    )
    assert held.exit_code == 0, held.output
    assert document.id in holds_of([document])
    assert (
        run("lift", document.number, *who, "--text", "Đã kiểm tra, đạt.").exit_code == 0
    )
    assert holds_of([document]) == {}


@pytest.mark.long
def test_register_and_account_are_written_out(run, issued, lab):
    document = issued()

    rows = list(csv.reader(io.StringIO(run("register", "--year", "2031").output)))
    account = run("numbers")

    assert [row[0] for row in rows[1:]] == [document.number]
    assert account.exit_code == 0
    assert "\tverification\t" in account.output


def test_a_series_is_called_by_one_word_everywhere():
    """By numbers, by pages and addresses, and by confirm-numbers."""
    assert {kind.value: series_word(series) for kind, series in SERIES.items()} == {
        kind.value: kind.value for kind in DocumentKind
    }
