"""Killed anywhere while a document is signed on the server: one signed file, recorded.

A signed file is another one each time it is made. So a second one would be a document
outside of which nobody knows.
"""

import pytest

from labms.certificates import finishing
from labms.certificates.signatures import sealing
from labms.signing.reading import signatures_of
from tests.faults.acts import (
    correct,
    issue,
    resume_and_correct,
    resume_and_issue,
    sign_on_the_server,
)
from tests.faults.instances import records_of
from tests.faults.sweeping import outside_transactions, sweep

pytestmark = pytest.mark.faults


@pytest.fixture
def signing(instances):
    """The instance, whose body signs on the server."""
    return instances.after(sign_on_the_server)


def signatures(folder):
    """Return what is wrong with the signatures: each file has one, which holds."""
    with records_of(folder) as records:
        documents = {row["file_hash"] for row in records.all_of("certificate")}
        sealed = {row["file_hash"] for row in records.all_of("certificate_file")}
    wrong = [f"records {sorted(documents ^ sealed)}"] if documents != sealed else []
    for path in (folder / "files").glob("??/??/*"):
        holds = [one.intact for one in signatures_of(path.read_bytes())]
        if holds != [True]:
            wrong.append(f"signatures of {path.name}: {holds}")
    return wrong


def test_a_kill_anywhere_leaves_one_signed_file_and_its_record(instances, signing):
    first, second = instances.jobs[:2]

    swept = sweep(
        instances,
        issue(first),
        resume_and_issue(first, second),
        source=signing,
        look=signatures,
    )

    assert swept.wrong == {}
    assert len(swept.hit) >= 40, "so many points must have been hit"


def test_a_kill_in_a_correction_by_the_server_leaves_one_signed_file_more(instances):
    """A document by hand is corrected after the body began to sign on the server."""
    source = instances.after(issue(instances.jobs[0]), sign_on_the_server)

    swept = sweep(
        instances,
        correct,
        resume_and_correct,
        source=source,
        only=outside_transactions,
    )

    assert swept.wrong == {}
    assert len(swept.hit) >= 25


def test_without_keeping_what_was_signed_a_second_one_would_be_made(
    instances, signing, monkeypatch
):
    """The control."""
    monkeypatch.setattr(sealing, "keep_pending", lambda *_given: None)
    monkeypatch.setattr(finishing, "drop_pending", lambda *_given: None)
    first, second = instances.jobs[:2]

    swept = sweep(
        instances,
        issue(first),
        resume_and_issue(first, second),
        source=signing,
        only=outside_transactions,
        is_control=True,
    )

    assert swept.says("has no record")
