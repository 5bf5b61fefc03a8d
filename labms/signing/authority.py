"""Keys for trial use: an authority of our own, and a key for each body from it.

They sign as well as bought ones do, and vouch for nobody: that is written in the name
of each certificate. Files are PKCS#12 without a password, for their owner alone.
"""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

TRIAL = "THỬ NGHIỆM / TRIAL"
AUTHORITY_FILE = "trial-authority.p12"
AUTHORITY_LASTS = timedelta(days=20 * 365)
BODY_LASTS = timedelta(days=5 * 365)
#: So many bytes a name may have. Source: RFC 5280, appendix A.1, ub-common-name.
LONGEST_NAME = 64

_Key = ec.EllipticCurvePrivateKey


def trial_authority(folder: Path, *, at: datetime) -> x509.Certificate:
    """Return the certificate of the local authority, which is made if there is none."""
    return _authority(folder, at)[1]


def trial_key_file(folder: Path, code: str, name: str, *, at: datetime) -> Path:
    """Return the key file of a body for trial use, made if there is none or it is over.

    `code` is the body's, a word of letters, digits and hyphens.
    """
    path = folder / f"trial-{code}.p12"
    if path.exists():
        certificate = pkcs12.load_pkcs12(path.read_bytes(), None).cert
        if certificate and at <= certificate.certificate.not_valid_after_utc:
            return path
        path.replace(path.with_suffix(".old.p12"))
    authority_key, authority = _authority(folder, at)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"{cut(name, LONGEST_NAME - len(TRIAL.encode()) - 5)} – {TRIAL}")
    made = (
        _begun(subject, authority.subject, key.public_key(), at, BODY_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_documents=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                authority_key.public_key()
            ),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    _keep(path, key, made, [authority])
    return path


def cut(text: str, most: int) -> str:
    """Return as much of a text as has at most so many bytes, marked if cut."""
    if len(text.encode()) <= most:
        return text
    kept = text.encode()[: most - 3].decode(errors="ignore").rstrip()
    return f"{kept}…"


def _authority(folder: Path, at: datetime) -> tuple[_Key, x509.Certificate]:
    path = folder / AUTHORITY_FILE
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"labms – {TRIAL}")
        made = (
            _begun(name, name, key.public_key(), at, AUTHORITY_LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_documents=False), critical=True)
            .sign(key, hashes.SHA256())
        )
        _keep(path, key, made, None)
    kept = pkcs12.load_pkcs12(path.read_bytes(), None)
    if not isinstance(kept.key, _Key) or kept.cert is None:
        raise ValueError(f"{path} holds no authority of ours")
    return kept.key, kept.cert.certificate


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, TRIAL),
        ]
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    at: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))  # clocks differ
        .not_valid_after(at + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )


def _keep(
    path: Path,
    key: _Key,
    certificate: x509.Certificate,
    above: list[x509.Certificate] | None,
) -> None:
    """Write a key, complete or not at all; one that another process made stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = pkcs12.serialize_key_and_certificates(
        b"labms", key, certificate, above, NoEncryption()
    )
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink(missing_ok=True)
