"""What strangers are told of who signed a file."""

import pytest

from labms.certificates.signatures.signed_elsewhere import Sent, take_signed
from labms.filestore import read
from labms.signing.rules import SigningWay
from tests.public.looking import upload
from tests.signing.authority import holder, signed
from tests.signing.test_pages import send_in, text_of

pytestmark = pytest.mark.long


def test_the_public_gets_the_newest_file_and_no_persons_name(
    settings, desk, client, app, work, issue, signs
):
    signs(SigningWay.TOKEN)
    certificate = issue(work.job())
    data = signed(read(settings.files_dir, certificate.file_hash), holder("Le Van Ky"))
    send_in(desk, data)
    address = f"/c/{certificate.lookup_token}"

    assert desk.get(f"{address}.pdf").data == data
    told = text_of(app.test_client().get(address))
    assert "chữ ký số mà hệ thống không biết tổ chức nào bảo đảm" in told
    assert "Le Van Ky" not in told
    assert "vẫn nhận tệp này" in told
    assert "người có thẩm quyền" not in told


def test_a_stranger_is_told_that_nobody_vouches_for_a_signature_that_was_taken(
    settings, desk, app, work, issue, signs
):
    signs(SigningWay.TOKEN)
    certificate = issue(work.job())
    issued = read(settings.files_dir, certificate.file_hash)
    data = signed(issued, holder("Evil"))
    send_in(desk, data)
    stranger = app.test_client()

    told, before = (text_of(upload(stranger, one)) for one in (data, issued))
    english = text_of(stranger.get(f"/c/{certificate.lookup_token}?lang=en"))

    assert "<strong>Evil</strong>" in told
    assert "không biết tổ chức nào bảo đảm cho chữ ký số này" in told
    assert "không mang tên của người ký" in told
    assert "chưa bị sửa một byte nào" not in told
    assert "state warn" in told
    assert "Evil" not in before, "the file as it was issued bears no signature"
    assert "chưa bị sửa một byte nào" in before
    assert "an electronic signature that nobody known here vouches for" in english
    assert "Evil" not in english, "no natural person is named there"


def test_a_stranger_is_told_who_vouches_for_a_signature(
    settings, differing, app, work, issue, signs, tmp_path
):
    """By the authorities of the settings; the file itself names its signer."""
    signs(SigningWay.TOKEN)
    certificate = issue(work.job())
    issued = read(settings.files_dir, certificate.file_hash)
    root = holder("Goc", authority=True)
    (tmp_path / "root.pem").write_bytes(root.pem)
    data = signed(issued, holder("Nguoi Khac", issuer=root))
    take_signed(
        Sent("a.pdf", data),
        actor=work.signatory,
        settings=differing(trust_roots=(f"{tmp_path}/root.pem",)),
        nevertheless=True,
    )
    stranger = app.test_client()

    told = text_of(upload(stranger, data))
    shown = text_of(stranger.get(f"/c/{certificate.lookup_token}"))

    assert "state good" in told
    assert "<strong>Nguoi Khac</strong>" in told
    assert "Nguoi Khac" not in shown
    for answer in (told, shown):
        assert "tin cậy tổ chức bảo đảm cho người ký số này" in answer
        assert "không ai bảo đảm" not in answer
    assert "không mang tên của người ký" in told
    assert "mang tên khác với người ký" in shown


def test_beside_a_strangers_signature_the_bodys_own_is_said_to_hold(
    settings, app, work, issue, signs
):
    signs()
    certificate = issue(work.job())
    sealed = read(settings.files_dir, certificate.file_hash)

    told = text_of(upload(app.test_client(), signed(sealed, holder("Evil"))))

    assert "Chữ ký của Evil, được thêm vào sau khi cấp, không nói lên" in told
    assert f"Chữ ký của {work.body.name} – THỬ NGHIỆM / TRIAL vẫn đúng." in told
    assert "Chữ ký trong tệp" not in told


def test_of_a_file_that_the_body_did_not_sign_no_signature_is_said_to_hold(
    settings, app, work, issue
):
    issued = read(settings.files_dir, issue(work.job()).file_hash)

    told = text_of(upload(app.test_client(), signed(issued, holder("Evil"))))

    assert "Chữ ký của Evil" in told
    assert "vẫn đúng" not in told


def test_the_public_reads_that_the_body_signed(client, work, issue, signs):
    signs()
    certificate = issue(work.job())

    told = text_of(client.get(f"/c/{certificate.lookup_token}"))

    assert "ký số bằng khóa của tổ chức" in told
    assert "người có thẩm quyền" not in told
