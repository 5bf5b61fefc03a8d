"""Who has the log knows that a document is suspended, and that it counts again."""

import pytest

from labms.certificates.doubts.holding import hold_certificate, lift_hold
from labms.certificates.examination.comparing import differing_from_log
from labms.certificates.examination.faults import Fault
from labms.certificates.life import HoldReason
from labms.certificates.queries import certificate_by_id
from labms.db import transaction
from labms.policy import Role
from labms.proof.checking import log_faults
from labms.proof.logs import read_log
from labms.proof.queries import OwnLog, entries_about, log_keys
from labms.proof.rules import Entry, LogEvent, document_id
from labms.registry.standings import HoldKind
from tests.proof.conftest import log
from tests.proof.test_checking import behind_our_back
from tests.proof.test_tampering import exported

SUSPEND, REVIEW, LIFT = LogEvent.SUSPEND, LogEvent.REVIEW, LogEvent.LIFT


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ([SUSPEND], [Fault.SUSPENDED]),
        ([REVIEW], [Fault.UNDER_REVIEW]),
        ([REVIEW, SUSPEND], [Fault.SUSPENDED]),
        ([SUSPEND, LIFT], []),
        ([SUSPEND, LIFT, REVIEW], [Fault.UNDER_REVIEW]),
        ([SUSPEND, LogEvent.REVOKE], [Fault.REVOKED]),
    ],
)
def test_the_last_word_about_a_doubt_counts(look, paper, said, faults):
    one = paper()
    for event in said:
        log(event, one.document, reason="" if event is LIFT else "standard")

    found = look(one.data, log=OwnLog())

    assert found.faults == faults
    assert found.is_genuine
    assert found.is_good == (faults in ([], [Fault.UNDER_REVIEW])), "or it counts"
    assert look(one.data).faults == [], "a file cannot know what came after it"


def test_it_is_told_with_day_and_reason_from_an_exported_log(look, paper, tmp_path):
    one = paper()
    log(SUSPEND, one.document, reason="standard")

    found = look(one.data, log=read_log(exported(tmp_path), log_keys()))

    told = str(found.findings[0].text)
    assert "04/03/2031" in told
    assert "chuẩn đo lường" in told
    assert not found.is_good


def test_what_a_later_program_logs_is_passed_over(look, paper, monkeypatch):
    """So an older one reads a log in which somebody was suspended as well."""
    one = paper()
    later = type("Later", (), {"value": "in-a-hundred-years"})
    log(later, one.document, reason="unheard_of")

    assert look(one.data, log=OwnLog()).faults == []
    assert list(log_faults()) == []
    assert Entry.read(entries_about(one.document)[-1].entry).event == later.value


@pytest.fixture
def doubted(make, work, issued):
    """A document that was put under review, then suspended."""
    manager = make.user(Role.QUALITY_MANAGER, body=work.body)
    for kind in (HoldKind.UNDER_REVIEW, HoldKind.SUSPENDED):
        with transaction():
            hold_certificate(
                certificate_by_id(issued.certificate.id, for_update=True),
                actor=manager,
                kind=kind,
                reason=HoldReason.STANDARD,
                text="Quả cân F1 bị rơi.",
            )
    return manager


def test_the_log_is_told_in_the_transaction_that_decides(issued, doubted):
    certificate = certificate_by_id(issued.certificate.id, for_update=True)
    with transaction():
        lift_hold(certificate, actor=doubted, text="Đã kiểm tra lại quả cân.")

    entries = [
        Entry.read(row.entry)
        for row in entries_about(document_id(certificate.lookup_token))
    ]

    assert [one.event for one in entries[-3:]] == ["review", "suspend", "lift"]
    assert [one.reason for one in entries[-3:]] == ["standard", "standard", ""]
    assert "Quả cân" not in "".join(one.text for one in entries), "codes only"
    assert list(differing_from_log()) == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM certificate_hold",
        "UPDATE certificate_hold SET kind = 'under_review'",
        "UPDATE certificate_hold SET lifted_at = held_at, lifted_by_id = held_by_id",
    ],
)
def test_a_doubt_that_vanished_behind_the_logs_back_is_named(issued, doubted, change):
    assert list(differing_from_log()) == []

    behind_our_back(change + (" WHERE kind = 'suspended'"))

    (found,) = differing_from_log()
    assert str(found.text).startswith("{number} was suspended or put under review")
