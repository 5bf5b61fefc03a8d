"""Nothing is verified for a reason that the law's list of the day does not have."""

from datetime import date

import pytest

from labms.catalogue.models import CycleRelease
from labms.catalogue.rules import Control, VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import transaction
from labms.i18n import speaking
from labms.jobs.asked_for import ReasonNotListed, check_reason_listed, reasons_listed
from labms.jobs.calibrating import Agreement
from labms.jobs.queries import job_to_change
from labms.jobs.services import start_job
from tests.jobs.laboratory import laboratory, rewrite

REASON = VerificationReason
TAPE = "thuoc-cuon"  # both lists: initial verification only
THERMOMETER = "nhiet-ke-y-hoc-thuy-tinh-thuy-ngan-co-co-cau-cuc-dai"


@pytest.fixture
def tapes(make):
    """A body that may verify measuring tapes."""
    return laboratory(make, type_slug=TAPE)


def test_a_type_verified_only_initially_is_not_taken_in_as_periodic(tapes):
    with pytest.raises(ReasonNotListed) as refused:
        tapes.job()
    with speaking("en"):
        told = str(refused.value.text)
    assert "Periodic verification" in told
    assert "initial verification (TT 04/2026/TT-BKHCN, 01.1)" in told

    for given in (
        {"reason": REASON.INITIAL},
        {"reason": None, "agreement": Agreement()},
        {"reason": None, "is_test": True},
    ):
        assert tapes.job(**given)


def test_a_job_taken_in_before_the_list_was_released_is_refused_when_begun(tapes):
    rewrite(CycleRelease, list_slug="tt-07-2019")
    job = tapes.job()  # what its body released says nothing of today
    rewrite(CycleRelease, list_slug="tt-04-2026")
    with pytest.raises(ReasonNotListed), transaction():
        start_job(job_to_change(job.id), actor=tapes.verifier)


@pytest.mark.parametrize(
    ("day", "reason", "is_listed"),
    [
        (date(2026, 4, 14), REASON.PERIODIC, False),
        (date(2026, 4, 15), REASON.PERIODIC, True),
        (date(2026, 4, 14), REASON.INITIAL, True),
        (date(2026, 4, 15), REASON.COUNTER, True),
        (date(2026, 4, 14), REASON.COUNTER, False),  # a form of the periodic one
    ],
)
def test_the_list_of_the_day_counts(day, reason, is_listed):
    catalogue = shipped_catalogue()
    entry, kind = catalogue.entry_on(THERMOMETER, day), catalogue.type(THERMOMETER)
    if is_listed:
        check_reason_listed(entry, reason, kind=kind, on=day)
    else:
        with pytest.raises(ReasonNotListed, match=f"{day:%d/%m/%Y}"):
            check_reason_listed(entry, reason, kind=kind, on=day)


def test_what_is_repaired_is_verified_again_only_where_the_law_says_so():
    assert REASON.AFTER_REPAIR not in reasons_listed(
        {Control.INITIAL, Control.PERIODIC}
    )


def test_the_pages_tell_it_beside_the_kind_of_verification(tapes, make, client):
    customer = make.organisation()
    tape = make.instrument(type_slug=TAPE, owner_id=customer.id)
    client = make.sign_in(client, tapes.receptionist)
    page = client.post(
        f"/jobs/orders/new?customer={customer.id}",
        data={"kind": "verification", "reason": "periodic", "instruments": tape.id},
    )

    assert "quy định không yêu cầu" in page.text
    assert "TT 04/2026/TT-BKHCN, mục 01.1" in page.text
    answer = client.post(
        f"/jobs/orders/new/intake?customer={customer.id}&type={TAPE}",
        data={
            "maker": "Thước Vàng",
            "model": "TV-5",
            "reason": "periodic",
            "serials": "T-1",
            "c_range": "5 m",
            "commune_key": tape.commune_key,
        },
    )
    assert "quy định không yêu cầu" in answer.text
