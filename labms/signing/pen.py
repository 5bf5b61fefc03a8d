"""How a signature gets into a PDF: with pyHanko, which takes long to import.

The key is ours and open already, and the room for the signature is known: a library
that looks for both itself takes five times as long.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import algos, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from labms.signing.asking import Asking
from labms.signing.eyes import finished
from labms.signing.open_key import SealingKey
from labms.signing.rules import Stamper

#: Of the signature beside its certificates, in bytes.
_BESIDE = 1024
#: Of a time stamp: authorities send two or three certificates along.
_STAMP = 12 * 1024


class _KeptSigner(Signer):
    """Signs with a key that is open."""

    def __init__(self, key: SealingKey) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        for one in key.above:
            store.register(_loaded(one))
        super().__init__(
            signing_cert=_loaded(key.certificate),
            cert_registry=store,
            signature_mechanism=algos.SignedDigestAlgorithm(
                {"algorithm": "sha256_ecdsa" if key.is_elliptic else "sha256_rsa"}
            ),
        )
        self._sign = key.sign

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature of the signed attributes."""
        return bytes(600) if dry_run else self._sign(data)


class _Pen(PdfSigner):
    """Writes down the moment that it is given."""

    def __init__(self, *given: Any, at: datetime, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at = at

    def init_signing_session(
        self, pdf_out: Any, existing_fields_only: bool = False
    ) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def signed(
    pdf: bytes,
    key: SealingKey,
    *,
    at: datetime,
    field: str,
    stamper: Stamper | None = None,
) -> bytes:
    """Return a PDF with a signature of `key` added to it."""
    about = PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    pen = _Pen(about, _KeptSigner(key), timestamper=stamper and Asking(stamper), at=at)
    room = _BESIDE + len(key.der) + sum(map(len, _above(key)))
    room += _STAMP if stamper else 0
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    made = finished(pen.async_sign_pdf(writer, bytes_reserved=2 * room))
    return bytes(made.getvalue())


def parts_of_signature(
    key: SealingKey, digest: bytes
) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the encoded parts of a signature over `digest`, but for the signature.

    Version to certificates; the signer up to the digest algorithm; the signed
    attributes; the signature algorithm.
    """
    made = finished(
        _KeptSigner(key).async_sign(
            digest,
            "sha256",
            use_pades=True,
        )
    )
    data = made["content"]
    (signer,) = data["signer_infos"]
    names = ("version", "digest_algorithms", "encap_content_info", "certificates")
    return (
        b"".join(data[name].dump() for name in names),
        b"".join(
            signer[name].dump() for name in ("version", "sid", "digest_algorithm")
        ),
        signer["signed_attrs"].dump(),
        signer["signature_algorithm"].dump(),
    )


def stamped(pdf: bytes, stamper: Stamper, *, field: str) -> bytes:
    """Return a PDF with a time stamp over all of it added."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    pen = PdfTimeStamper(Asking(stamper), field_name=field)
    made = finished(
        pen.async_timestamp_pdf(writer, "sha256", bytes_reserved=2 * _STAMP)
    )
    return bytes(made.getvalue())


def _above(key: SealingKey) -> list[bytes]:
    return [_loaded(one).dump() for one in key.above]


def _loaded(certificate: Any) -> x509.Certificate:
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
