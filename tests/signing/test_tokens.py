"""A key that never leaves its device: here one made of software, SoftHSM."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from labms import clock
from labms.signing import keys
from labms.signing.keys import key_of
from labms.signing.reading import signatures_of
from labms.signing.rules import KeyLocked, KeyMissing, TokenAway
from labms.signing.sealing import seal
from labms.signing.tokens import _read
from tests.signing.authority import holder
from tests.signing.test_reading import page

PLACES = ("softhsm/libsofthsm2.so", "x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "1234"


def test_an_address_of_a_key_is_read_as_the_standard_writes_it():
    path, query = _read("pkcs11:token=Trung%20tam;object=seal;id=%01%ff?module-path=/l")

    assert path == {"token": "Trung tam", "object": "seal", "id": "\x01\xff"}
    assert query == {"module-path": "/l"}


def test_a_library_that_is_not_there_is_a_device_that_is_away(instance):
    settings = instance(
        signing_keys=("tt=pkcs11:token=x;object=y?module-path=/no/such.so",)
    )

    with pytest.raises(TokenAway, match="Trung"):
        key_of("tt", "Trung tâm", settings=settings)


@pytest.fixture
def module():
    for place in PLACES:
        if (found := Path("/usr/lib") / place).exists() and shutil.which(
            "softhsm2-util"
        ):
            return str(found)
    needed = "NOT RUN: there is no SoftHSM; apt-get install softhsm2"
    return pytest.fail(needed) if os.environ.get("CI") else pytest.skip(needed)


@pytest.fixture(params=["rsa", "ec"])
def device(request, module, tmp_path, monkeypatch):
    """A token with a key and its certificate."""
    pkcs11 = pytest.importorskip("pkcs11")
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    owner = holder("CON DAU", kind=request.param)
    subprocess.run(
        f"softhsm2-util --init-token --free --label Trung-tam --so-pin {PIN} "
        f"--pin {PIN}".split(),
        check=True,
        capture_output=True,
    )
    key = tmp_path / "key.pem"
    key.write_bytes(owner.key_pem)
    subprocess.run(
        f"softhsm2-util --import {key} --token Trung-tam --label seal --id 01 "
        f"--pin {PIN}".split(),
        check=True,
        capture_output=True,
    )
    library = pkcs11.lib(module)
    library.reinitialize()
    with library.get_token(token_label="Trung-tam").open(
        user_pin=PIN, rw=True
    ) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: "seal",
                pkcs11.Attribute.SUBJECT: owner.certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: owner.der,
            }
        )
    return owner, f"pkcs11:token=Trung-tam;object=seal?module-path={module}"


@pytest.mark.operator
def test_a_device_signs(instance, device):
    owner, place = device
    settings = instance(signing_keys=(f"tt={place}",), signing_secrets=(f"tt={PIN}",))

    made = seal(page(), code="tt", name="Trung tâm", at=clock.now(), settings=settings)

    (found,) = signatures_of(made.data, [owner.der])
    assert found.is_good
    assert found.certificate == owner.der


@pytest.mark.operator
def test_a_wrong_pin_and_a_missing_key_are_told_apart(instance, device):
    _owner, place = device

    with pytest.raises(KeyLocked):
        key_of(
            "tt",
            "Trung tâm",
            settings=instance(
                signing_keys=(f"tt={place}",), signing_secrets=("tt=9999",)
            ),
        )
    with pytest.raises(KeyMissing):
        key_of(
            "tt",
            "Trung tâm",
            settings=instance(
                signing_keys=(f"tt={place.replace('seal', 'other')}",),
                signing_secrets=(f"tt={PIN}",),
            ),
        )
    assert (instance().instance, "tt") not in keys._kept
