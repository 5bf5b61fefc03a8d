"""Signed after it was issued, by somebody whom the log's key alone cannot judge.

It is told apart from what is genuine and from what was altered; and whatever comes in
the company of such a signature makes another file of it.
"""

from io import BytesIO

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name
from pyhanko.pdf_utils.generic import NumberObject as Number
from pyhanko.pdf_utils.generic import TextStringObject as Words
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from labms.certificates.examination.examined import Verdict
from labms.certificates.examination.faults import Fault
from labms.filestore import hash_of
from labms.proof.queries import OwnLog
from labms.proof.rules import LogEvent
from labms.signing.rules import Trust
from tests.proof.conftest import log
from tests.proof.forging import cover_later
from tests.signing.authority import holder, signed, stamped, stamper_of

SINCE = [Fault.SIGNED_SINCE]


@pytest.fixture(scope="module")
def root():
    """An authority of the state, of which a stranger may not have heard."""
    return holder("Goc cua Nha nuoc", authority=True)


@pytest.fixture(scope="module")
def head(root):
    """Who signs with a token of that authority."""
    return holder("Le Van Ky", issuer=root, organisation="Trung tam")


def changed(data, change):
    """A further version of a file, in which something was changed."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def names(**given):
    return DictionaryObject({pdf_name(f"/{key}"): one for key, one in given.items()})


def page_of(writer):
    return writer.root["/Pages"]["/Kids"][0]


def with_a_field(writer, *, rect=(0, 0, 0, 0), **given):
    """Put a field into the form, and upon the first page."""
    page = page_of(writer)
    box = ArrayObject([Number(one) for one in rect])
    field = writer.add_object(
        names(
            Type=pdf_name("/Annot"),
            Subtype=pdf_name("/Widget"),
            T=Words("Loi"),
            Rect=box,
            **given,
        )
    )
    page.setdefault(pdf_name("/Annots"), ArrayObject()).append(field)
    writer.update_container(page)
    form = names(Fields=ArrayObject([field]))
    if "/AcroForm" in writer.root:
        writer.root["/AcroForm"]["/Fields"].append(field)
        writer.update_container(writer.root["/AcroForm"])
    else:
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()


def a_value(writer):
    with_a_field(writer, FT=pdf_name("/Tx"), V=Words("HIEU LUC 2039"))


def a_note(writer):
    page = page_of(writer)
    box = ArrayObject([Number(one) for one in (9, 9, 99, 99)])
    note = writer.add_object(
        names(Type=pdf_name("/Annot"), Subtype=pdf_name("/FreeText"), Rect=box)
    )
    page.setdefault(pdf_name("/Annots"), ArrayObject()).append(note)
    writer.update_container(page)


def _script():
    return names(S=pdf_name("/JavaScript"), JS=Words("app.alert(1)"))


def an_action(writer):
    writer.root[pdf_name("/OpenAction")] = _script()
    writer.update_root()


def a_script_in_a_field(writer):
    with_a_field(writer, FT=pdf_name("/Sig"), AA=names(PO=_script()))


def asking_for_other_looks(writer):
    with_a_field(writer, FT=pdf_name("/Sig"))
    from pyhanko.pdf_utils.generic import BooleanObject

    writer.root["/AcroForm"][pdf_name("/NeedAppearances")] = BooleanObject(True)
    writer.update_root()


def test_it_is_neither_genuine_nor_altered(look, paper, root, head):
    one = paper()
    data = signed(one.data, head)

    alone = look(data)
    believing = look(data, trust_roots=[root.der])
    log(LogEvent.FILE, one.document, file=hash_of(data))
    with_log = look(data, log=OwnLog())

    assert (alone.faults, alone.verdict) == (SINCE, Verdict.UNALTERED)
    assert not alone.is_genuine
    assert not alone.is_good
    assert "Le Van Ky" in str(alone.findings[0].text)
    assert alone.signatures[0].trust is Trust.UNKNOWN
    assert (believing.faults, believing.verdict) == ([], Verdict.GENUINE)
    assert (with_log.faults, with_log.verdict) == ([], Verdict.GENUINE)


def test_with_a_log_that_knows_no_such_file_that_is_told_too(look, paper, head):
    found = look(signed(paper().data, head), log=OwnLog())

    assert found.faults == [Fault.SIGNED_SINCE, Fault.FILE_NOT_LOGGED]
    assert found.verdict is Verdict.UNALTERED


def test_what_became_of_it_is_told_beside(look, paper, head):
    one = paper()
    log(LogEvent.REVOKE, one.document, reason="other")
    data = signed(one.data, head)
    log(LogEvent.FILE, one.document, file=hash_of(data))

    assert look(data, log=OwnLog()).faults == [Fault.REVOKED]
    other = look(signed(one.data, head, field="Khac"), log=OwnLog())
    assert other.verdict is Verdict.UNALTERED
    assert Fault.REVOKED in other.faults


@pytest.mark.long
def test_two_signatures_and_a_stamp_are_no_more_than_that(look, paper, root, head):
    twice = signed(signed(paper().data, head), head, field="Thu-hai")
    stamper = stamper_of(holder("Dau", issuer=root, stamping=True, kind="rsa"))

    assert look(twice).faults == SINCE
    assert look(stamped(twice, stamper)).faults == SINCE


MORE = {
    "a value in a field": a_value,
    "a note on the page": a_note,
    "something over the page": cover_later,
    "something that is done when it is opened": an_action,
    "something that a field does": a_script_in_a_field,
    "other looks of what is there": asking_for_other_looks,
}


@pytest.mark.parametrize("what", MORE)
def test_what_comes_with_the_signature_makes_another_file(look, paper, head, what):
    """Before the signature, which then covers it, and after it."""
    data = paper().data
    before = look(signed(changed(data, MORE[what]), head))
    after = look(changed(signed(data, head), MORE[what]))

    assert Fault.EXTENDED in before.faults
    assert Fault.EXTENDED in after.faults
    assert before.verdict is after.verdict is Verdict.OTHER


def test_a_picture_of_the_signature_that_is_seen_makes_another_file(look, paper, head):
    """It may cover the number; and a field without size is the control."""
    data = paper().data

    seen = look(signed(data, head, box=(90, 500, 290, 520)))

    assert seen.faults == [Fault.EXTENDED, Fault.STRANGE_SIGNATURE]
    assert look(signed(data, head)).faults == SINCE


def test_a_signer_of_whom_something_is_known_is_not_merely_unknown(look, paper, root):
    unfit = holder("Ma", issuer=root, usage=False)

    found = look(signed(paper().data, unfit), trust_roots=[root.der])

    assert found.signatures[0].trust is Trust.UNFIT
    assert found.faults == [Fault.EXTENDED, Fault.STRANGE_SIGNATURE]


def test_a_broken_signature_is_named_so(look, paper, head):
    data = bytearray(signed(paper().data, head))
    start = data.index(b"/Contents <", len(paper().data) - 2000)
    end = len(data[: data.index(b">", start)].rstrip(b"0"))
    data[end - 20] = ord("a") if data[end - 20] != ord("a") else ord("b")

    assert Fault.SIGNATURE_BROKEN in look(bytes(data)).faults
    assert look(bytes(data)).verdict is Verdict.OTHER
