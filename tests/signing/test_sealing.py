"""A body's own signature: with which key, checked before it counts, and stamped."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from labms import clock
from labms.signing import keys, stamping
from labms.signing.authority import TRIAL, trial_authority, trial_key_file
from labms.signing.keys import key_of, trusted_roots
from labms.signing.reading import signatures_of
from labms.signing.rules import (
    Added,
    Coverage,
    KeyLocked,
    KeyMissing,
    KeyOutOfDate,
    SealDoesNotHold,
    StamperAway,
    Trust,
)
from labms.signing.sealing import check_seal, seal
from labms.signing.stamping import stamp, stamper_of
from tests.signing import authority
from tests.signing.authority import STAMPED, answers_of, holder
from tests.signing.test_reading import page

NAME = "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng tỉnh Vĩnh Long"


def sealed(settings, **given):
    made = seal(
        page(), code="ttkt", name=NAME, at=clock.now(), settings=settings, **given
    )
    return made.data


@pytest.fixture(scope="module")
def tsa():
    root = holder("Dau thoi gian", authority=True)
    stamper = holder("Dau", issuer=root, stamping=True, kind="rsa")
    return root, authority.stamper_of(stamper)


def test_without_a_key_of_its_own_a_body_signs_on_trial(instance):
    settings = instance()

    data = sealed(settings)

    (found,) = signatures_of(data, trusted_roots(settings))
    assert data.startswith(page())
    assert found.is_good
    assert found.covers is Coverage.WHOLE_FILE
    assert found.claimed_at == clock.now()
    assert TRIAL in found.signer
    assert TRIAL in found.issuer
    assert found.signer.startswith("Trung tâm")


def test_each_body_has_a_key_of_its_own_that_only_its_owner_may_read(instance):
    folder = instance().keys_dir

    first, second = (
        trial_key_file(folder, code, NAME, at=clock.now()) for code in ("a", "b")
    )

    assert first.read_bytes() != second.read_bytes()
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_a_key_is_made_once_however_often_it_is_asked_for(instance):
    folder = instance().keys_dir
    first = trial_key_file(folder, "a", NAME, at=clock.now()).read_bytes()

    assert trial_key_file(folder, "a", NAME, at=clock.now()).read_bytes() == first
    authority_of = trial_authority(folder, at=clock.now())
    assert trial_authority(folder, at=clock.now()) == authority_of


def test_a_trial_key_that_is_over_gets_a_successor(instance):
    settings = instance()
    first = key_of("ttkt", NAME, settings=settings)

    with clock.at(datetime(2037, 1, 1, tzinfo=UTC)):
        second = key_of("ttkt", NAME, settings=settings)

    assert second.der != first.der
    assert second.roots == first.roots


def test_a_key_is_opened_once_for_many_signatures(instance, monkeypatch):
    settings, opened = instance(), []
    load = pkcs12.load_pkcs12
    monkeypatch.setattr(
        pkcs12, "load_pkcs12", lambda *given: opened.append(1) or load(*given)
    )
    sealed(settings)
    before = len(opened)

    for _ in range(3):
        sealed(settings)

    assert len(opened) == before


@pytest.mark.parametrize("kind", ["ec", pytest.param("rsa", marks=pytest.mark.long)])
def test_the_settings_name_a_file_of_ones_own(instance, tmp_path, kind):
    root = holder("Chung thuc", authority=True)
    own = holder("TRUNG TAM", issuer=root, kind=kind)
    (tmp_path / "seal.p12").write_bytes(own.pkcs12("mat khau", above=[root]))
    settings = instance(
        signing_keys=("ttkt=seal.p12",), signing_secrets=("ttkt=mat khau",)
    )

    (found,) = signatures_of(sealed(settings), [root.der])

    assert found.is_good
    assert found.certificate == own.der
    assert not key_of("ttkt", NAME, settings=settings).is_trial


def test_a_key_that_is_not_there_is_asked_for(instance):
    with pytest.raises(KeyMissing, match="Trung tâm"):
        sealed(instance(signing_keys=("ttkt=gone.p12",)))


def test_a_wrong_password_is_told(instance, tmp_path):
    (tmp_path / "seal.p12").write_bytes(holder("TRUNG TAM").pkcs12("mat khau"))
    settings = instance(signing_keys=("ttkt=seal.p12",), signing_secrets=("ttkt=sai",))

    with pytest.raises(KeyLocked) as refusal:
        sealed(settings)
    assert "sai" not in str(refusal.value)


def test_a_certificate_that_is_over_signs_nothing(instance, tmp_path):
    over = holder("TRUNG TAM", end=datetime(2031, 3, 1, tzinfo=UTC))
    (tmp_path / "seal.p12").write_bytes(over.pkcs12())

    with pytest.raises(KeyOutOfDate, match="01/03/2031"):
        sealed(instance(signing_keys=("ttkt=seal.p12",)))


def test_a_key_that_is_not_the_certificates_is_found_out(instance, tmp_path):
    own = holder("TRUNG TAM")
    (tmp_path / "seal.p12").write_bytes(own.pkcs12())
    settings = instance(signing_keys=("ttkt=seal.p12",))
    key = key_of("ttkt", NAME, settings=settings)
    wrong = replace(key, sign=keys._signing(holder("Khac").key, NAME))
    keys._kept[settings.instance, "ttkt"] = wrong

    with pytest.raises(SealDoesNotHold):
        sealed(settings)


def test_a_certificate_that_is_not_for_documents_is_found_out(instance, tmp_path):
    root = holder("Chung thuc", authority=True)
    own = holder("TRUNG TAM", issuer=root, usage=False)
    (tmp_path / "seal.p12").write_bytes(own.pkcs12(above=[root]))

    with pytest.raises(SealDoesNotHold):
        sealed(instance(signing_keys=("ttkt=seal.p12",)))


def test_another_file_is_no_seal_of_this_one(instance):
    settings = instance()
    data = sealed(settings)

    with pytest.raises(SealDoesNotHold):
        check_seal(
            data,
            page("Khac"),
            key_of("ttkt", NAME, settings=settings),
            at=clock.now(),
        )


def test_with_an_authority_the_signature_bears_a_time_stamp(instance, tsa):
    root, stamper = tsa
    settings = instance()

    data = sealed(settings, stamper=answers_of(stamper))

    (found,) = signatures_of(data, [root.der, *trusted_roots(settings)])
    assert found.stamped_at == STAMPED
    assert found.is_good


def test_a_time_stamp_is_added_later(instance, tsa):
    root, stamper = tsa
    settings = instance()
    plain = sealed(settings)

    later = stamp(plain, answers_of(stamper))

    signature, mark = signatures_of(later, [root.der, *trusted_roots(settings)])
    assert later.startswith(plain)
    assert signature.is_good
    assert (signature.added, signature.stamped_at) == (Added.STAMPS, STAMPED)
    assert mark.trust is Trust.TRUSTED


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x02"])
def test_an_answer_that_is_no_time_stamp_is_refused(instance, answer):
    with pytest.raises(StamperAway):
        stamp(sealed(instance()), lambda _request: answer)


@pytest.mark.long
def test_a_stamp_for_something_else_is_refused(instance, tsa):
    _root, stamper = tsa
    settings = instance()
    kept = []

    def replay(request):
        kept.append(answers_of(stamper)(request))
        return kept[0]

    stamp(sealed(settings), replay)
    with pytest.raises(StamperAway):
        stamp(sealed(settings), replay)


@pytest.fixture
def http_tsa(tsa):
    """A time-stamp authority on this machine."""
    _root, stamper = tsa

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            answer = answers_of(stamper)(asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given):
            pass

    with HTTPServer(("127.0.0.1", 0), Authority) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.long
def test_the_authority_of_the_settings_is_asked(instance, tsa, http_tsa):
    settings = instance(timestamp_url=http_tsa)

    data = sealed(settings, stamper=stamper_of(settings))

    (found,) = signatures_of(data, [tsa[0].der])
    assert found.stamped_at == STAMPED


@pytest.mark.long
def test_one_that_does_not_answer_is_left_alone_for_a_minute(instance, monkeypatch):
    settings, asked = instance(timestamp_url="http://127.0.0.1:1/"), []
    monkeypatch.setattr(stamping, "_away", {})
    real = stamping._asked
    monkeypatch.setattr(
        stamping, "_asked", lambda *given: asked.append(1) or real(*given)
    )

    for _ in range(3):
        with pytest.raises(StamperAway):
            sealed(settings, stamper=stamper_of(settings))
    assert len(asked) == 1
    with pytest.raises(StamperAway):
        sealed(settings, stamper=stamper_of(settings, patiently=True))
    assert len(asked) == 2


@pytest.mark.long
def test_the_program_starts_without_the_library():
    """It takes half a second that nobody waits for who signs nothing."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import labms.cli, labms.signing.sealing, labms.signing.reading, sys;"
            "print(any(name.startswith('pyhanko') for name in sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"
