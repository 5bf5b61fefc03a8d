"""A key that never leaves its device: signing through PKCS#11.

A place is written as RFC 7512 has it, for example
`pkcs11:token=Trung%20tam;object=con-dau?module-path=/usr/lib/softhsm/libsofthsm2.so`.
"""

from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from labms.signing.open_key import SealingKey
from labms.signing.rules import KeyLocked, KeyMissing, TokenAway


def token_key(place: str, pin: str, name: str) -> SealingKey:
    """Open the key at `place` with a PIN.

    Needs python-pkcs11 and the library of the device's maker. Refuses with KeyMissing,
    KeyLocked or TokenAway.
    """
    try:
        import pkcs11
        from pkcs11 import exceptions
    except ImportError as error:
        raise KeyMissing(body=name) from error
    path, query = _read(place)
    try:
        library = pkcs11.lib(query.get("module-path", ""))
        library.reinitialize()
        token = library.get_token(token_label=path.get("token"))
        session = token.open(user_pin=pin or query.get("pin-value") or None)
        called: dict[str, Any] = {"label": path["object"]} if "object" in path else {}
        if "id" in path:
            called["id"] = path["id"].encode("latin-1")
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, **called)
        certificate, above = _certificates(session, called)
    except (exceptions.PinIncorrect, exceptions.PinLocked) as error:
        raise KeyLocked(body=name) from error
    except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned) as error:
        raise KeyMissing(body=name) from error
    except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise TokenAway(body=name) from error
    if certificate is None:
        raise KeyMissing(body=name)
    return SealingKey(
        body=name,
        certificate=certificate,
        above=tuple(above),
        sign=_signing(key, certificate, name),
        is_trial=False,
    )


def _read(place: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the parts of a PKCS#11 address (RFC 7512, 2.3)."""
    path, _, query = place.removeprefix("pkcs11:").partition("?")
    parts = (part.partition("=") for part in path.split(";") if part)
    return (
        {
            name: unquote(value, "latin-1" if name == "id" else "utf-8")
            for name, _, value in parts
        },
        {name: values[0] for name, values in parse_qs(query).items()},
    )


def _certificates(
    session: Any, called: dict[str, Any]
) -> tuple[x509.Certificate | None, list[x509.Certificate]]:
    """Return the certificate that belongs to a key, and its authorities' if there."""
    import pkcs11

    own, above = None, []
    for one in session.get_objects(
        {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    ):
        certificate = x509.load_der_x509_certificate(one[pkcs11.Attribute.VALUE])
        if own is None and one[pkcs11.Attribute.LABEL] == called.get("label"):
            own = certificate
        else:
            above.append(certificate)
    if own is None and len(above) == 1:
        own = above.pop()
    return own, above


def _signing(key: Any, certificate: x509.Certificate, name: str) -> Any:
    """Return what signs on the device: one at a time, as devices do."""
    from pkcs11 import Mechanism, exceptions

    lock = Lock()
    is_elliptic = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)

    def sign(data: bytes) -> bytes:
        try:
            with lock:
                if not is_elliptic:
                    made = key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS)
                    return bytes(made)
                digest = Hash(SHA256())
                digest.update(data)
                made = bytes(key.sign(digest.finalize(), mechanism=Mechanism.ECDSA))
        except exceptions.PKCS11Error as error:
            raise TokenAway(body=name) from error
        half = len(made) // 2
        return encode_dss_signature(
            int.from_bytes(made[:half], "big"), int.from_bytes(made[half:], "big")
        )

    return sign
