"""A body's key that is open, wherever it lies: in a file or in a device."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from labms import clock
from labms.signing.rules import KeyOutOfDate


class Signs(Protocol):
    """Makes the signature of some bytes, over their SHA-256."""

    def __call__(self, data: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKey:
    """A body's key, open, with its certificate and those above it."""

    body: str
    """The body's name, for messages."""
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...]
    sign: Signs
    is_trial: bool

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def roots(self) -> list[bytes]:
        """What our own check of a signature relies on: the top, or the key itself."""
        top = self.above[-1] if self.above else self.certificate
        return [top.public_bytes(Encoding.DER)]

    @property
    def is_elliptic(self) -> bool:
        """Whether it is a curve's key, and else an RSA one."""
        return isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey)

    @property
    def ends(self) -> datetime:
        """The last moment of its certificate."""
        return self.certificate.not_valid_after_utc

    @property
    def subject(self) -> str:
        """Whose it is, as its certificate names them."""
        return _called(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """Who vouches for it."""
        return _called(self.certificate.issuer)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def check_in_date(self, at: datetime) -> None:
        """Raise KeyOutOfDate unless its certificate is within its dates."""
        first, last = self.certificate.not_valid_before_utc, self.ends
        if not first <= at <= last:
            raise KeyOutOfDate(
                body=self.body,
                first=clock.day_of(first).strftime("%d/%m/%Y"),
                last=clock.day_of(last).strftime("%d/%m/%Y"),
            )


def _called(name: x509.Name) -> str:
    parts = name.get_attributes_for_oid(NameOID.COMMON_NAME) or list(name)
    return str(parts[0].value) if parts else ""
