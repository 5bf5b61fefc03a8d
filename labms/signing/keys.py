"""The keys that sign on this server: each opened once for each process, and kept.

A library that loads a key for every signature checks it anew each time, which costs
more than all the rest of a certificate.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from labms import clock
from labms.errors import LabError
from labms.i18n import N_, Message
from labms.settings import Settings
from labms.signing.authority import trial_authority, trial_key_file
from labms.signing.open_key import SealingKey, Signs
from labms.signing.rules import KeyLocked, KeyMissing

#: A key that ends sooner is warned about.
WARN_BEFORE = timedelta(days=60)


_kept: dict[tuple[Path, str], SealingKey] = {}
_lock = RLock()


def key_of(code: str, name: str, *, settings: Settings) -> SealingKey:
    """Return the key of the body with this code, opened at the first call.

    Without a key of its own in the settings it has one for trial use. Refuses with
    KeyMissing, KeyLocked, TokenAway or KeyOutOfDate.
    """
    with _lock:
        key = _kept.get((settings.instance, code))
        if key is None or (key.is_trial and clock.now() > key.ends):
            key = _kept[settings.instance, code] = _opened(code, name, settings)
    key.check_in_date(clock.now())
    return key


def looked_at(code: str, name: str, *, settings: Settings) -> dict[str, str]:
    """Return what an operator wants to know about a body's key: `problem` last."""
    try:
        key = key_of(code, name, settings=settings)
    except LabError as error:
        return {"key": "", "until": "", "problem": str(error.text)}
    soon = Message(
        N_("The signing certificate of {body} ends on {day}."),
        {"body": name, "day": clock.day_of(key.ends).strftime("%d/%m/%Y")},
    )
    ends_soon = key.ends - clock.now() < WARN_BEFORE
    return {
        "key": key.subject,
        "until": clock.day_of(key.ends).isoformat(),
        "problem": str(soon) if ends_soon and not key.is_trial else "",
    }


def has_own_key(code: str, *, settings: Settings) -> bool:
    """Whether the settings name a key for this body, so that it is not on trial."""
    return bool(_given(settings.signing_keys, code))


def forget(code: str, *, settings: Settings) -> None:
    """Open a body's key anew at the next use: its device was away."""
    with _lock:
        _kept.pop((settings.instance, code), None)


def _given(pairs: Sequence[str], code: str) -> str:
    """Return what stands for a code in a setting: "code=what" each."""
    for pair in pairs:
        name, _, what = pair.partition("=")
        if name.strip() == code:
            return what.strip()
    return ""


def _opened(code: str, name: str, settings: Settings) -> SealingKey:
    place = _given(settings.signing_keys, code)
    secret = _given(settings.signing_secrets, code)
    if place.startswith("pkcs11:"):
        from labms.signing.tokens import token_key  # a library of the machine's

        return token_key(place, secret, name)
    if place:
        path = settings.instance / Path(place)
        return _from_file(path, secret, name, is_trial=False)
    path = trial_key_file(settings.keys_dir, code, name, at=clock.now())
    return _from_file(path, "", name, is_trial=True)


def _from_file(path: Path, secret: str, name: str, *, is_trial: bool) -> SealingKey:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyMissing(body=name) from error
    try:
        held = pkcs12.load_pkcs12(data, secret.encode() if secret else None)
    except ValueError as error:
        raise KeyLocked(body=name) from error
    if held.key is None or held.cert is None:
        raise KeyMissing(body=name)
    return SealingKey(
        body=name,
        certificate=held.cert.certificate,
        above=tuple(one.certificate for one in held.additional_certs),
        sign=_signing(held.key, name),
        is_trial=is_trial,
    )


def _signing(key: Any, name: str) -> Signs:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        how = ec.ECDSA(hashes.SHA256())
        return lambda data: key.sign(data, how)
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    raise KeyMissing(body=name)


def trusted_roots(settings: Settings) -> list[bytes]:
    """Return whom this instance believes: the settings' authorities, and its own."""
    roots = []
    for place in settings.trust_roots:
        data = (settings.instance / place).read_bytes()
        found = (
            x509.load_pem_x509_certificates(data)
            if b"-----BEGIN" in data
            else [x509.load_der_x509_certificate(data)]
        )
        roots += [one.public_bytes(Encoding.DER) for one in found]
    own = trial_authority(settings.keys_dir, at=clock.now())
    return [*roots, own.public_bytes(Encoding.DER)]
