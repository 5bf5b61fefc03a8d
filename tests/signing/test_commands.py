"""`labms signatures …`, and signing from a terminal."""

import json

import pytest

from labms.accounts.services import set_password
from labms.certificates import cli as certificates
from labms.certificates.queries import live_document_of
from labms.certificates.rules import FileKind
from labms.certificates.signatures import cli as signatures_cli
from labms.db import transaction
from labms.operations import checking
from labms.signing.authority import TRIAL
from tests.signing.conftest import rows_of
from tests.signing.test_pages import PASSWORD


@pytest.fixture
def run(app):
    """Run a command on the instance of the test."""

    def act(group, *args, given=""):
        return app.test_cli_runner().invoke(
            group, [str(arg) for arg in args], input=given
        )

    return act


@pytest.mark.long
def test_a_signatory_shows_who_they_are_at_the_terminal_too(run, work, signs):
    signs()
    with transaction():
        set_password(work.signatory, PASSWORD, actor=work.signatory)
    job_id, login = work.job().id, work.signatory.login

    for given in ("", "wrong\n"):
        answer = run(certificates.group, "issue", job_id, "--as", login, given=given)
        assert answer.exit_code == 1
        assert live_document_of(job_id) is None
    answer = run(
        certificates.group, "issue", job_id, "--as", login, given=f"{PASSWORD}\n"
    )

    assert answer.exit_code == 0
    assert [one.kind for one in rows_of(live_document_of(job_id))] == [FileKind.SEALED]


def test_the_keys_are_listed_with_their_last_day(run, work, signs):
    signs()

    answer = run(signatures_cli.group, "keys", "--json")

    told = {one["body"]: one for one in json.loads(answer.output)}[work.body.code]
    assert told["way"] == "server"
    assert TRIAL in told["key"]
    assert told["until"] == "2036-03-02"
    assert told["problem"] == ""


def test_nothing_to_stamp_is_no_problem(run, work):
    assert run(signatures_cli.group, "stamp").exit_code == 0


def test_check_tells_of_a_key_that_is_missing_or_ends_soon(differing, work, signs):
    signs()

    told = checking._signing_keys
    assert TRIAL in told(differing()).value[work.body.code]
    assert told(differing()).problem is None
    lost = differing(
        instance=differing().instance / "other",
        signing_keys=(f"{work.body.code}=gone.p12",),
    )
    assert work.body.name in str(told(lost).problem)
