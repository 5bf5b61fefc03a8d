"""Signatures spliced in by hand are as good as those that a library makes."""

import os
import shutil
import subprocess
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from labms import clock
from labms.certificates.pdf import draw
from labms.filestore import hash_of
from labms.signing.keys import key_of
from labms.signing.pen import signed
from labms.signing.reading import added_to, signatures_of
from labms.signing.rules import Added, Coverage
from labms.signing.splicing import spliced
from tests.paper.examples import calibration, certificate, notice
from tests.paper.preflight import verdict_on
from tests.paper.reading import text_of
from tests.signing.authority import holder
from tests.signing.test_reading import page

DOCUMENTS = [certificate(), notice(), calibration()]


@pytest.fixture
def key(instance, tmp_path):
    """Return a key of some kind, open."""

    def opened(kind="ec"):
        root = holder("Chung thuc", authority=True)
        own = holder("TRUNG TAM", issuer=root, kind=kind)
        (tmp_path / f"{kind}.p12").write_bytes(own.pkcs12(above=[root]))
        settings = instance(signing_keys=(f"{kind}={kind}.p12",))
        return key_of(kind, "Trung tâm", settings=settings)

    return opened


@pytest.fixture
def drawn(settings):
    return lambda content: draw(content, cache_dir=settings.cache_dir)


def added(data, key):
    return spliced(data, key, at=clock.now(), field="labms-seal")


@pytest.mark.parametrize("kind", ["ec", pytest.param("rsa", marks=pytest.mark.long)])
@pytest.mark.parametrize("content", DOCUMENTS, ids=lambda one: one["schema"])
def test_every_document_can_be_signed_by_hand(key, drawn, content, kind):
    pen, plain = key(kind), drawn(content)

    data = added(plain, pen)

    assert data.startswith(plain)
    (found,) = signatures_of(data, pen.roots)
    assert found.is_good
    assert found.covers is Coverage.WHOLE_FILE
    assert found.claimed_at == clock.now()
    assert found.certificate == pen.der
    assert added_to(data, plain) is Added.SIGNATURES
    assert text_of(data) == text_of(plain)


@pytest.mark.long
def test_the_library_says_the_same_of_its_own(key, drawn):
    pen, plain = key(), drawn(certificate())
    (by_hand,) = signatures_of(added(plain, pen), pen.roots)
    (by_library,) = signatures_of(
        signed(plain, pen, at=clock.now(), field="labms-seal"), pen.roots
    )

    for name in ("intact", "trust", "covers", "added", "claimed_at", "certificate"):
        assert getattr(by_hand, name) == getattr(by_library, name)


def test_what_we_did_not_write_is_left_to_the_library(key, drawn):
    pen, plain = key(), drawn(certificate())
    saved = BytesIO()
    with pikepdf.open(BytesIO(plain)) as pdf:
        pdf.save(saved)

    for other in (page(), saved.getvalue(), added(plain, pen), b"", b"no PDF"):
        assert added(other, pen) is None


@pytest.mark.long
def test_a_signature_too_long_for_its_room_is_left_to_the_library(
    key, drawn, monkeypatch
):
    pen, plain = key("rsa"), drawn(certificate())
    monkeypatch.setattr("labms.signing.splicing._LONGEST", 8)

    assert added(plain, pen) is None


@pytest.mark.long
def test_a_signature_costs_the_same_whatever_was_signed_before(key, drawn):
    pen = key()
    made = {hash_of(added(drawn(one), pen)) for one in DOCUMENTS for _ in range(3)}

    assert len(made) == 3 * len(DOCUMENTS)  # each signature is another one


@pytest.mark.long
def test_the_largest_keys_have_room_too(instance, tmp_path, drawn, monkeypatch):
    monkeypatch.setattr(
        "tests.signing.authority.new_key",
        lambda _kind: rsa.generate_private_key(public_exponent=65537, key_size=4096),
    )
    (tmp_path / "big.p12").write_bytes(holder("LON").pkcs12())
    settings = instance(signing_keys=("big=big.p12",))
    pen = key_of("big", "Trung tâm", settings=settings)

    (found,) = signatures_of(added(drawn(certificate()), pen), pen.roots)

    assert found.is_good


@pytest.mark.operator
def test_a_judge_of_archives_finds_nothing_in_a_signed_file(key, drawn, tmp_path):
    plain = drawn(certificate()).replace(b"<pdfaid:part>3<", b"<pdfaid:part>1<")

    assert "is a valid PDF/A-1b" in verdict_on(added(plain, key()), tmp_path)


@pytest.mark.operator
def test_poppler_says_that_it_is_signed_and_whole(key, drawn, tmp_path):
    """A reader that we did not write; it is told of no authority."""
    if shutil.which("pdfsig") is None:
        needed = "NOT RUN: there is no pdfsig; apt-get install poppler-utils"
        pytest.fail(needed) if os.environ.get("CI") else pytest.skip(needed)
    data = added(drawn(certificate()), key())

    def told(data):
        file = tmp_path / "looked-at.pdf"
        file.write_bytes(data)
        done = subprocess.run(
            ["pdfsig", "-nocert", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    assert "Signature is Valid" in told(data)
    assert "Total document signed" in told(data)
    altered = data.replace(b"/Adobe.PPKLite", b"/Adobe.PPKLitd")
    assert "Signature is Valid" not in told(altered)
    assert "Total document signed" not in told(data + b"\n%more\n")
