"""What the public reads of a document's life: corrected, suspended, under review."""

import html

import pytest

from labms import clock
from labms.certificates.correction.superseding import supersede_certificate
from labms.certificates.doubts.holding import hold_certificate, lift_hold
from labms.certificates.finishing import finish_issuing
from labms.certificates.life import CorrectionReason, HoldReason
from labms.certificates.queries import certificate_by_id, content_of_document
from labms.certificates.rules import RevocationReason
from labms.certificates.services import revoke_certificate
from labms.db import transaction
from labms.filestore import read
from labms.policy import Role
from labms.registry.standings import HoldKind
from tests.certificates.test_superseding import issued, put_right
from tests.public.looking import upload

__all__ = ["issued"]


def text_of(answer):
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def corrected(issued, lab, settings):
    """A document and the corrected one that took its place."""
    old = issued()
    put_right(old, serial="DUNG-77")
    with transaction():
        new = supersede_certificate(
            certificate_by_id(old.id, for_update=True),
            actor=lab.signatory,
            reason=CorrectionReason.INSTRUMENT,
            text="Số chế tạo bị ghi sai.",
            take=["instrument.serial"],
            shown=None,
            settings=settings,
        )
    new = finish_issuing(new.id, settings=settings)
    return certificate_by_id(old.id), new


@pytest.mark.long
def test_the_old_page_leads_to_the_new_one_which_names_the_old(client, corrected):
    old, new = corrected

    before = text_of(client.get(f"/c/{old.lookup_token}"))
    after = text_of(client.get(f"/c/{new.lookup_token}"))

    assert "Đã được thay thế" in before
    assert f"/c/{new.lookup_token}" in before
    assert "Còn hiệu lực" in after
    assert old.number in after
    told = client.get(f"/c/{old.lookup_token}.json").get_json()
    assert told["superseded_by"] == {"number": new.number, "code": new.lookup_token}
    assert client.get(f"/c/{new.lookup_token}.json").get_json()["supersedes"] == (
        old.number
    )


@pytest.mark.long
def test_the_old_page_says_that_the_new_one_was_revoked(client, corrected, lab):
    old, new = corrected
    said = "giấy đó sau này đã bị thu hồi"
    assert said not in text_of(client.get(f"/c/{old.lookup_token}"))
    with transaction():
        revoke_certificate(
            certificate_by_id(new.id, for_update=True),
            actor=lab.signatory,
            reason=RevocationReason.OTHER,
            text="Cả hai giấy đều sai.",
            on=clock.today(),
        )

    told = text_of(client.get(f"/c/{old.lookup_token}"))

    assert said in told
    assert told.index(new.lookup_token) < told.index("<dl>")


@pytest.mark.long
def test_every_version_stays_downloadable(client, corrected):
    for one, serial in zip(corrected, (None, "NG77"), strict=True):
        tail = serial or one_serial(one)
        answer = client.get(f"/c/{one.lookup_token}.pdf?serial={tail}")
        assert answer.data.startswith(b"%PDF")


def one_serial(certificate):
    return content_of_document(certificate)["instrument"]["serial"][-4:]


@pytest.mark.long
def test_an_older_version_that_is_sent_is_called_so(client, corrected, settings):
    old, new = corrected

    page = text_of(upload(client, read(settings.files_dir, old.file_hash)))

    assert "bản cũ" in page
    assert new.number in page


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "word"),
    [(HoldKind.SUSPENDED, "Bị đình chỉ"), (HoldKind.UNDER_REVIEW, "Đang xem xét")],
)
def test_a_doubt_is_read_by_everybody_until_it_is_lifted(
    client, issued, lab, make, kind, word
):
    document = issued()
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    page = f"/c/{document.lookup_token}"
    with transaction():
        hold_certificate(
            certificate_by_id(document.id, for_update=True),
            actor=manager,
            kind=kind,
            reason=HoldReason.STANDARD,
            text="Nội bộ: quả cân F1 bị rơi.",
        )

    read_now = text_of(client.get(page))
    assert word in read_now
    assert "Có nghi vấn về chuẩn đo lường đã dùng" in read_now
    assert "quả cân F1" not in read_now, "what is for the laboratory stays there"
    told = client.get(f"{page}.json").get_json()
    assert (told["standing"], told["hold_reason"]) == (str(kind), "standard")
    with transaction():
        lift_hold(
            certificate_by_id(document.id, for_update=True),
            actor=manager,
            text="Đã kiểm tra lại quả cân.",
        )
    assert "Còn hiệu lực" in text_of(client.get(page))


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (HoldKind.SUSPENDED, "không còn hiệu lực"),
        (HoldKind.UNDER_REVIEW, "đang được xem xét"),
    ],
)
def test_a_genuine_file_under_review_is_not_said_to_have_lost_its_worth(
    client, issued, lab, make, settings, kind, heading
):
    document = issued()
    with transaction():
        hold_certificate(
            certificate_by_id(document.id, for_update=True),
            actor=make.user(Role.QUALITY_MANAGER, body=lab.body),
            kind=kind,
            reason=HoldReason.STANDARD,
            text="Quả cân F1 bị rơi.",
        )

    page = text_of(upload(client, read(settings.files_dir, document.file_hash)))

    assert heading in page.split("</h1>")[0].split("<h1>")[1]


@pytest.mark.long
def test_a_stamp_is_suspended_with_its_certificate(client, issued, lab, make):
    document = issued(stamp="T.0009")
    manager = make.user(Role.QUALITY_MANAGER, body=lab.body)
    with transaction():
        hold_certificate(
            certificate_by_id(document.id, for_update=True),
            actor=manager,
            kind=HoldKind.SUSPENDED,
            reason=HoldReason.OTHER,
            text="Chờ xác minh nơi sử dụng.",
        )

    assert "Bị đình chỉ" in text_of(client.get(f"/s/{lab.body.code}/T.0009"))
