"""What a file says about who signed it, and the ways in which a file can lie."""

from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from labms.signing.reading import signatures_of
from labms.signing.rules import Added, Coverage, Trust, UnreadablePdf
from tests.signing.authority import (
    SIGNED,
    STAMPED,
    holder,
    signed,
    stamped,
    stamper_of,
)

NOW = datetime(2031, 3, 4, tzinfo=UTC)


def page(text="Giay chung nhan"):
    buffer = BytesIO()
    canvas = Canvas(buffer, pdfVersion=(1, 7), invariant=1, pageCompression=0)
    canvas.drawString(100, 100, text)
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def root():
    return holder("Goc tin cay", authority=True)


@pytest.fixture(scope="module")
def person(root):
    return holder("Le Van Ky", issuer=root, organisation="Trung tam")


@pytest.fixture(scope="module")
def stamper(root):
    return stamper_of(holder("Dau", issuer=root, stamping=True, kind="rsa"))


@pytest.fixture(scope="module")
def genuine(person):
    return signed(page(), person)


def the_one(data, *roots, at=NOW):
    (found,) = signatures_of(data, [one.der for one in roots], at=at)
    return found


def with_page_content_added(data, text=b"BT /F1 12 Tf (KHONG DAT) Tj ET"):
    """Append a version in which the page says something else."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(data))
    stream = writer.add_object(generic.StreamObject(stream_data=text))
    writer.add_stream_to_page(0, stream)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_genuine_file_names_its_signer_and_the_time(genuine, root):
    found = the_one(genuine, root)

    assert found.is_good
    assert (found.signer, found.organisation) == ("Le Van Ky", "Trung tam")
    assert (found.issuer, found.claimed_at) == ("Goc tin cay", SIGNED)
    assert (found.covers, found.added) == (Coverage.WHOLE_FILE, Added.NOTHING)
    assert found.covered_to == len(genuine)
    assert not found.is_timestamp
    assert found.stamped_at is None


def test_a_file_without_a_signature_has_none():
    assert signatures_of(page()) == []


@pytest.mark.parametrize("data", [b"", b"no PDF", page()[:300], b"%PDF-1.7\n%%EOF"])
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(UnreadablePdf):
        signatures_of(data)


def test_a_bit_that_flips_breaks_the_signature(genuine, root):
    altered = genuine.replace(b"(Giay chung nhan)", b"(Giay chung nhaN)")
    assert altered != genuine

    found = the_one(altered, root)

    assert not found.intact
    assert found.trust is Trust.UNTOLD
    assert not found.is_sound


def test_a_signature_by_a_key_that_nobody_vouches_for_is_unknown(genuine):
    found = the_one(genuine)

    assert found.is_sound
    assert found.trust is Trust.UNKNOWN


def test_a_certificate_of_the_same_name_from_another_authority_is_unknown(root):
    forger = holder("Goc tin cay", authority=True)
    found = the_one(
        signed(page(), holder("Le Van Ky", issuer=forger), others=[forger]), root
    )

    assert found.trust is Trust.UNKNOWN
    assert not found.is_good


def test_a_certificate_that_vouches_for_itself_is_unknown(root):
    found = the_one(signed(page(), holder("Toi")), root)

    assert found.trust is Trust.UNKNOWN


def test_a_certificate_out_of_its_dates_is_told_so(root):
    old = holder("Cu", issuer=root, end=datetime(2031, 1, 1, tzinfo=UTC))
    found = the_one(signed(page(), old), root)

    assert found.trust is Trust.EXPIRED
    assert not found.was_in_date(SIGNED)


def test_a_certificate_that_is_not_for_documents_is_unfit(root):
    found = the_one(signed(page(), holder("Ma", issuer=root, usage=False)), root)

    assert found.trust is Trust.UNFIT


def test_what_was_added_after_is_no_longer_signed_for(genuine, root):
    found = the_one(with_page_content_added(genuine), root)

    assert found.intact
    assert (found.covers, found.added) == (Coverage.ITS_VERSION, Added.CONTENT)
    assert not found.is_sound
    assert found.covered_to == len(genuine)


def test_bytes_at_the_end_are_not_covered(genuine, root):
    found = the_one(genuine + b"\n% more\n", root)

    assert found.covers is not Coverage.WHOLE_FILE


def test_a_signature_over_only_a_part_is_told_so(genuine, root):
    start = genuine.index(b"/ByteRange")
    end = genuine.index(b"]", start)
    numbers = genuine[start:end].split(b"[")[1].split()
    shorter = str(int(numbers[3]) - 20).encode().rjust(len(numbers[3]))
    altered = genuine[:start] + genuine[start:end].replace(numbers[3], shorter)

    found = the_one(altered + genuine[end:], root)

    assert found.covers is Coverage.PART
    assert not found.is_sound


def test_a_signature_copied_from_another_file_does_not_hold(genuine, person, root):
    other = signed(page("Mot giay khac"), person)

    def value(data):
        start = data.index(b"/Contents <") + len(b"/Contents <")
        return start, data.index(b">", start)

    (a, b), (c, d) = value(genuine), value(other)
    copied = other[:c] + genuine[a:b].ljust(d - c, b"0")[: d - c] + other[d:]

    found = the_one(copied, root)

    assert not found.intact


def test_a_file_saved_anew_loses_its_signature(genuine, root):
    out = BytesIO()
    with pikepdf.open(BytesIO(genuine)) as pdf:
        pdf.save(out)

    assert not any(one.is_sound for one in signatures_of(out.getvalue(), [root.der]))


def test_a_signature_that_is_rubbish_is_still_told_of(genuine, root):
    start = genuine.index(b"/Contents <") + len(b"/Contents <")
    broken = genuine[:start] + b"ff" * 200 + genuine[start + 400 :]

    found = the_one(broken, root)

    assert (found.field, found.intact) == ("Chu-ky", False)


def test_a_time_stamp_within_says_when_it_was_signed(person, root, stamper):
    found = the_one(signed(page(), person, stamper=stamper), root)

    assert found.stamped_at == STAMPED


def test_a_document_time_stamp_leaves_the_signature_good(genuine, root, stamper):
    signature, stamp = signatures_of(stamped(genuine, stamper), [root.der], at=NOW)

    assert (signature.is_timestamp, stamp.is_timestamp) == (False, True)
    assert signature.is_good
    assert (signature.covers, signature.added) == (Coverage.ITS_VERSION, Added.STAMPS)
    assert signature.stamped_at == stamp.stamped_at == STAMPED
    assert stamp.covers is Coverage.WHOLE_FILE


def test_a_trusted_stamp_keeps_a_signature_good_after_its_certificate(root, stamper):
    short = holder("Ngan han", issuer=root, end=datetime(2031, 4, 1, tzinfo=UTC))
    plain = signed(page(), short)
    later = datetime(2032, 1, 1, tzinfo=UTC)

    assert the_one(plain, root, at=later).trust is Trust.EXPIRED
    kept, _stamp = signatures_of(stamped(plain, stamper), [root.der], at=later)
    assert kept.trust is Trust.TRUSTED


def test_a_stamp_of_an_unknown_authority_dates_nothing(genuine, root):
    alien = stamper_of(holder("La", stamping=True, kind="rsa"))
    signature, stamp = signatures_of(stamped(genuine, alien), [root.der], at=NOW)

    assert stamp.trust is Trust.UNKNOWN
    assert signature.stamped_at is None


def test_a_second_signature_leaves_the_first_sound(genuine, person, root):
    first, second = signatures_of(
        signed(genuine, person, field="Thu-hai"), [root.der], at=NOW
    )

    assert first.is_good
    assert first.added is Added.SIGNATURES
    assert second.covers is Coverage.WHOLE_FILE
