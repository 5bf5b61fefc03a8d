"""Signed files: the signature is allowed, and nothing that comes in its company."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from labms.certificates.faults import Fault
from labms.proof.queries import OwnLog
from labms.signing.authority import trial_key_file
from labms.signing.keys import trusted_roots
from labms.signing.rules import SigningWay, Trust
from tests.conftest import NOW
from tests.proof.forging import Forger, cover_later
from tests.signing.conftest import signs

__all__ = ["signs"]


@pytest.fixture
def sealed(work, signs, issue, file_of):
    """A document that was signed on the server."""
    signs(SigningWay.SERVER)
    return file_of(issue(work.job()))


def before_signing(data):
    """The file as it was drawn: its first version."""
    end = data.index(b"%%EOF\n") + len(b"%%EOF\n")
    assert PdfFileReader(BytesIO(data[:end])).total_revisions == 1
    return data[:end]


def signed_by_a_stranger(data, tmp_path, *, box=None):
    """Anybody can make a key and sign whatever they like with it."""
    path = trial_key_file(tmp_path / "keys", "ai-do", "Ai Đó", at=NOW)
    signer = SimpleSigner.load_pkcs12(path)
    writer = IncrementalPdfFileWriter(BytesIO(data))
    if box:
        fields.append_signature_field(writer, fields.SigFieldSpec("X", box=box))
    out = sign_pdf(writer, PdfSignatureMetadata(field_name="X"), signer)
    return out.getvalue()


def test_a_file_that_the_server_signed_is_genuine(look, settings, sealed):
    alone = look(sealed)
    believing = look(sealed, trust_roots=trusted_roots(settings))
    with_log = look(sealed, log=OwnLog())

    assert (alone.faults, believing.faults, with_log.faults) == ([], [], [])
    assert alone.signatures[0].trust is Trust.UNKNOWN
    assert believing.signatures[0].trust is Trust.TRUSTED
    assert len(with_log.signatures) == 1


def test_a_signature_that_was_taken_out_is_missed(look, sealed):
    plain = before_signing(sealed)

    assert look(plain).faults == [Fault.SIGNATURE_MISSING]
    assert look(plain, log=OwnLog()).faults == [Fault.SIGNATURE_MISSING]


@pytest.mark.long
def test_something_that_was_added_after_the_signature_is_seen(look, settings, sealed):
    added = Forger(sealed, settings.cache_dir).added(cover_later)

    assert Fault.EXTENDED in look(added).faults
    assert Fault.PAGES_ALTERED in look(added).faults


@pytest.mark.long
def test_a_bit_in_the_signature_is_seen(look, sealed):
    start = sealed.index(b"/Contents <", len(before_signing(sealed)))
    end = len(sealed[: sealed.index(b">", start)].rstrip(b"0"))
    bent = bytearray(sealed)
    bent[end - 20] = ord("a") if bent[end - 20] != ord("a") else ord("b")

    assert Fault.SIGNATURE_BROKEN in look(bytes(bent)).faults


@pytest.mark.long
def test_a_page_that_was_changed_and_then_signed_by_a_stranger_is_seen(
    look, paper, settings, tmp_path
):
    """The stranger's signature covers the whole file, and vouches for nothing."""
    covered = Forger(paper().data, settings.cache_dir).added(cover_later)
    found = look(signed_by_a_stranger(covered, tmp_path))

    assert found.faults == [Fault.PAGES_ALTERED, Fault.EXTENDED]


def test_a_strangers_signature_that_covers_something_is_seen(look, paper, tmp_path):
    """It is drawn upon the page: it may cover the number."""
    found = look(signed_by_a_stranger(paper().data, tmp_path, box=(90, 500, 290, 520)))

    assert found.faults == [Fault.EXTENDED]


@pytest.mark.long
def test_a_strangers_signature_beside_the_page_changes_nothing(look, paper, tmp_path):
    """What was issued is there as it was; who signed it besides is told."""
    found = look(signed_by_a_stranger(paper().data, tmp_path))

    assert found.faults == []
    assert found.signatures[0].trust is Trust.UNKNOWN
