"""Files that a signatory signed on a computer of their own."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from labms import clock
from labms.certificates.files import files_of, newest_file, to_be_signed
from labms.certificates.queries import certificate_by_id
from labms.certificates.rules import FileKind, RevocationReason, SigningStep
from labms.certificates.services import revoke_certificate
from labms.certificates.signatures.sending import (
    ContentAdded,
    Doubt,
    NotIssuedHere,
    NotSigned,
    SignatureBroken,
    SignedAlready,
    SignerOutOfDate,
    SignerRefused,
)
from labms.certificates.signatures.signed_elsewhere import (
    Sent,
    check_signed,
    take_signed,
)
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.filestore import hash_of, read
from labms.policy import Role
from labms.signing.rules import SigningWay, UnreadablePdf
from tests.signing.authority import holder, signed, stamped, stamper_of
from tests.signing.conftest import rows_of, signing_of
from tests.signing.test_reading import NOW, page, with_page_content_added

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def root():
    return holder("Goc cua Nha nuoc", authority=True)


@pytest.fixture(scope="module")
def person(root):
    return holder("Tran Thi Ky", issuer=root, organisation="Chi cuc")


@pytest.fixture
def certificate(signs, work, issue):
    """A document that waits for the signatory's token."""
    signs(SigningWay.TOKEN)
    return issue(work.job())


@pytest.fixture
def issued(settings, certificate):
    return read(settings.files_dir, certificate.file_hash)


@pytest.fixture
def take(settings, work):
    def act(data, name="da-ky.pdf", actor=None, nevertheless=True):
        return take_signed(
            Sent(name, data),
            actor=actor or work.signatory,
            settings=settings,
            nevertheless=nevertheless,
        )

    return act


def refusal(take, data):
    told = take(data).refusal
    return told.text if told else None


def test_it_waits_for_its_signature_after_it_was_issued(certificate):
    assert signing_of(certificate).awaits is SigningStep.SIGNATURE
    assert db.session.scalars(to_be_signed()).all() == [certificate]
    says = json.loads(certificate.content)["signature"]
    assert says == {"way": "token"}


def test_what_comes_back_signed_is_kept_with_who_signed(
    settings, certificate, issued, person, take, work
):
    data = signed(issued, person)

    taken = take(data)

    assert (taken.refusal, taken.number) == (None, certificate.number)
    (row,) = rows_of(certificate)
    assert (row.kind, row.added_by_id) == (FileKind.TOKEN, work.signatory.id)
    says = json.loads(row.details)
    assert (says["signer"], says["trust"]) == ("Tran Thi Ky", "unknown")
    assert newest_file(certificate).file_hash == hash_of(data)
    assert [one.kind for one in files_of(certificate)] == [None, FileKind.TOKEN]
    assert read(settings.files_dir, row.file_hash) == data
    assert signing_of(certificate).awaits is SigningStep.NOTHING
    assert db.session.scalars(to_be_signed()).all() == []


def test_an_authority_of_the_settings_is_believed(
    settings, differing, certificate, issued, root, person, work, tmp_path
):
    (tmp_path / "root.pem").write_bytes(root.pem)

    take_signed(
        Sent("a.pdf", signed(issued, person)),
        actor=work.signatory,
        settings=differing(trust_roots=(f"{tmp_path}/root.pem",)),
        nevertheless=True,
    )

    assert json.loads(rows_of(certificate)[0].details)["trust"] == "trusted"


def test_a_key_that_anybody_can_make_is_taken_only_if_somebody_says_so(
    certificate, issued, take
):
    data = signed(issued, holder("Ai Do"))

    asked = take(data, nevertheless=False)
    assert asked.is_asked
    assert asked.doubts == (Doubt.UNKNOWN, Doubt.OTHER_NAME)
    assert rows_of(certificate) == []
    assert signing_of(certificate).awaits is SigningStep.SIGNATURE

    assert not take(data).is_asked
    says = json.loads(rows_of(certificate)[0].details)
    assert says["despite"] == ["unknown", "other_name"]


def test_the_known_signatory_is_taken_without_a_word(
    settings, differing, certificate, issued, root, work, tmp_path
):
    (tmp_path / "root.pem").write_bytes(root.pem)
    head = json.loads(certificate.content)["head"]["name"]

    taken = take_signed(
        Sent("a.pdf", signed(issued, holder(head.upper(), issuer=root))),
        actor=work.signatory,
        settings=differing(trust_roots=(f"{tmp_path}/root.pem",)),
    )

    assert (taken.refusal, taken.doubts, taken.is_asked) == (None, (), False)
    assert "despite" not in json.loads(rows_of(certificate)[0].details)


def test_who_has_signed_does_not_sign_again(certificate, issued, person, take):
    take(signed(issued, person))

    again = take(signed(issued, person, field="Lan-hai"))
    on_top = take(signed(signed(issued, person), person, field="Lan-hai"))

    assert again.refusal.text == on_top.refusal.text == SignedAlready.message
    assert len(rows_of(certificate)) == 1


def test_another_signature_takes_its_place_only_if_somebody_says_so(
    certificate, issued, person, take
):
    take(signed(issued, person))
    other = signed(issued, holder("Thu truong"))

    assert Doubt.REPLACES in take(other, nevertheless=False).doubts
    assert len(rows_of(certificate)) == 1
    assert not take(other).is_asked
    assert newest_file(certificate).file_hash == hash_of(other)


def test_sending_it_in_twice_does_nothing_twice(certificate, issued, person, take):
    data = signed(issued, person)
    take(data)

    again = take(data)

    assert (again.was_there, again.refusal) == (True, None)
    assert len(rows_of(certificate)) == 1


def test_performer_and_head_may_both_sign(certificate, issued, root, person, take):
    head = holder("Thu truong", issuer=root)
    data = signed(signed(issued, person), head, field="Thu-truong")

    assert take(data).refusal is None
    says = json.loads(rows_of(certificate)[0].details)
    assert says["signers"] == ["Tran Thi Ky", "Thu truong"]


def test_the_second_may_be_sent_in_after_the_first(certificate, issued, person, take):
    first = signed(issued, person)
    take(first)
    second = signed(first, holder("Thu truong"), field="Thu-truong")

    assert take(second).refusal is None
    assert newest_file(certificate).file_hash == hash_of(second)


def test_a_time_stamp_after_the_signature_is_welcome(issued, root, person, take):
    stamper = stamper_of(holder("Dau", issuer=root, stamping=True, kind="rsa"))

    assert take(stamped(signed(issued, person), stamper)).refusal is None


def flipped(data):
    return data.replace(b"/Adobe.PPKLite", b"/Adobe.PPKLitd")


def signature_of_another(data, person):
    other = signed(page("Khac"), person)

    def value(of):
        start = of.index(b"/Contents <", len(of) // 8) + len(b"/Contents <")
        return start, of.index(b">", start)

    (a, b), (c, d) = value(other), value(data)
    return data[:c] + other[a:b].ljust(d - c, b"0")[: d - c] + data[d:]


def saved_anew(data):
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(out)
    return out.getvalue()


def mutations(issued, root, person):
    """Each way in which what comes back can be wrong, and how it is named."""
    good = signed(issued, person)
    over = holder("Qua han", issuer=root, end=datetime(2031, 3, 1, tzinfo=UTC))
    early = holder("Chua den", issuer=root, begin=datetime(2032, 1, 1, tzinfo=UTC))
    unfit = holder("Khong duoc", issuer=root, usage=False)
    inside = issued.replace(b"/Type", b"/Typo", 1)
    return {
        "the issued file itself": (issued, NotSigned),
        "another file, signed": (signed(page(), person), NotIssuedHere),
        "changed, then signed": (signed(inside, person), NotIssuedHere),
        "saved anew, then signed": (signed(saved_anew(issued), person), NotIssuedHere),
        "pages added, then signed": (
            signed(with_page_content_added(issued), person),
            ContentAdded,
        ),
        "signed, then pages added": (with_page_content_added(good), ContentAdded),
        "signed, then bytes added": (good + b"\n% them\n", ContentAdded),
        "pages added without a signature": (with_page_content_added(issued), NotSigned),
        "a bit flipped": (flipped(good), SignatureBroken),
        "the signature of another": (
            signature_of_another(good, person),
            SignatureBroken,
        ),
        "certificate over": (signed(issued, over), SignerOutOfDate),
        "certificate of the future": (signed(issued, early), SignerOutOfDate),
        "certificate not for documents": (signed(issued, unfit), SignerRefused),
        "cut off": (good[: len(good) - 900], None),
        "no PDF": (b"hello", NotIssuedHere),
        "empty": (b"", NotIssuedHere),
    }


def test_whatever_is_wrong_is_named_and_nothing_is_kept(
    certificate, issued, root, person, take
):
    told = {}
    for what, (data, wanted) in mutations(issued, root, person).items():
        found = refusal(take, data)
        if wanted is None:  # whichever of them: it depends on where it was cut
            assert found is not None, what
        else:
            told[what] = (found, wanted.message)

    assert {what for what, (found, wanted) in told.items() if found != wanted} == set()
    assert rows_of(certificate) == []
    assert signing_of(certificate).awaits is SigningStep.SIGNATURE


def seen_on_the_page(data, by, box):
    """Sign with a picture on the page, as most programs do."""
    return signed(data, by, box=box)


def test_a_signature_may_be_seen_on_the_page(issued, person, take):
    data = seen_on_the_page(issued, person, (330, 180, 540, 250))

    assert take(data).refusal is None


def test_a_signature_may_not_hide_the_page(issued, person, take):
    data = seen_on_the_page(issued, person, (20, 20, 570, 820))

    assert refusal(take, data) == ContentAdded.message


def test_without_the_look_at_what_was_added_it_would_be_taken(
    monkeypatch, certificate, issued, person, take
):
    """The control: a signature over the whole file does not say what was below it."""
    from labms.certificates.signatures import signed_elsewhere
    from labms.signing.rules import Added

    monkeypatch.setattr(signed_elsewhere, "added_to", lambda *_: Added.SIGNATURES)

    assert refusal(take, signed(with_page_content_added(issued), person)) is None


def test_the_signers_certificate_must_be_of_documents_only_if_known(issued, person):
    (found,) = check_signed(signed(issued, person), issued, [], at=NOW)

    assert found.signer == "Tran Thi Ky"


def test_a_revoked_document_is_not_signed_any_more(
    certificate, issued, person, take, work
):
    with transaction():
        revoke_certificate(
            certificate_by_id(certificate.id, for_update=True),
            actor=work.signatory,
            reason=RevocationReason.OTHER,
            text="Wrong in every respect",
            on=clock.today(),
        )

    assert take(signed(issued, person)).refusal is not None
    assert rows_of(certificate) == []


def test_another_bodys_people_send_nothing_in(make, certificate, issued, person, take):
    stranger = make.user(Role.SIGNATORY, body=make.body())

    assert refusal(lambda data: take(data, actor=stranger), signed(issued, person)) == (
        NotAllowed.message
    )
    assert rows_of(certificate) == []


def test_rubbish_is_never_more_than_a_refusal(issued, person):
    good = signed(issued, person)
    for at in range(len(issued), len(good), 251):
        broken = good[:at] + b"\x00\xff" + good[at + 2 :]
        try:
            check_signed(broken, issued, [], at=NOW)
        except (
            NotSigned,
            NotIssuedHere,
            ContentAdded,
            SignatureBroken,
            SignerRefused,
            SignerOutOfDate,
            UnreadablePdf,
        ):
            continue
