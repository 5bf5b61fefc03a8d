"""Signed files: the signature is allowed, and nothing that comes in its company."""

from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from labms.certificates.examination.faults import Fault
from labms.proof.queries import OwnLog
from labms.signing.authority import trial_key_file
from labms.signing.keys import trusted_roots
from labms.signing.rules import SigningWay, Trust
from tests.conftest import NOW
from tests.proof.forging import Forger, cover_later
from tests.signing.conftest import signs

__all__ = ["signs"]

STRANGERS = [Fault.EXTENDED, Fault.STRANGE_SIGNATURE]


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


@pytest.mark.long
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

    assert found.faults == [
        Fault.PAGES_ALTERED,
        Fault.EXTENDED,
        Fault.STRANGE_SIGNATURE,
    ]


def test_a_strangers_signature_that_covers_something_is_seen(look, paper, tmp_path):
    """It is drawn upon the page: it may cover the number."""
    found = look(signed_by_a_stranger(paper().data, tmp_path, box=(90, 500, 290, 520)))

    assert found.faults == STRANGERS


def saved_anew(data, change=lambda _pdf: None, **way):
    """As another program saves it."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, **way)
    return out.getvalue()


def with_a_note(pdf):
    """A note upon the first page, as a reader draws one."""
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[9, 9, 99, 99]
    )
    pdf.pages[0].Annots.append(pdf.make_indirect(note))


@pytest.mark.parametrize(
    "believing", [False, pytest.param(True, marks=pytest.mark.long)]
)
def test_each_change_of_a_signed_file_is_named_right(
    look, sealed, settings, tmp_path, believing
):
    """The last is the control: as it was issued."""
    broken = Fault.SIGNATURE_BROKEN
    # Its authority bears the name of ours, which is only seen by who knows ours.
    second = STRANGERS if believing else [Fault.SIGNED_SINCE]
    made = {
        "a remark at the end": (sealed + b"\n% hello\n", [Fault.EXTENDED]),
        "an end of line": (sealed + b"\n", [Fault.EXTENDED]),
        "a second signature": (signed_by_a_stranger(sealed, tmp_path), second),
        "the seal taken out, and a stranger's instead": (
            signed_by_a_stranger(before_signing(sealed), tmp_path / "2"),
            [Fault.SIGNATURE_MISSING, *STRANGERS],
        ),
        "saved anew": (saved_anew(sealed), [Fault.SAVED_ANEW, broken]),
        "saved for reading page by page, and packed": (
            saved_anew(
                sealed,
                linearize=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            ),
            [Fault.SAVED_ANEW, broken],
        ),
        "a page at the end": (
            saved_anew(sealed, lambda pdf: pdf.add_blank_page()),
            [Fault.PAGE_COUNT, broken],
        ),
        "a note on the page": (
            saved_anew(sealed, with_a_note),
            [Fault.PAGES_ALTERED, broken],
        ),
        "nothing": (sealed, []),
    }

    roots = trusted_roots(settings) if believing else []
    told = {
        name: look(data, trust_roots=roots).faults for name, (data, _) in made.items()
    }

    assert told == {name: faults for name, (_, faults) in made.items()}


def test_with_the_log_too_a_signed_file_that_was_extended_is_named_so(look, sealed):
    assert look(sealed + b"%", log=OwnLog()).faults == [Fault.EXTENDED]
    assert look(sealed, log=OwnLog()).faults == []
