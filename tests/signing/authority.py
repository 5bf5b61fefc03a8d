"""Authorities and signers of our own making, as strange or as broken as a test asks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
END = datetime(2035, 1, 1, tzinfo=UTC)
SIGNED = datetime(2031, 3, 3, 2, tzinfo=UTC)
STAMPED = datetime(2031, 3, 3, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Holder:
    """A key and its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def pkcs12(self, password=None, above=()) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"seal",
            self.key,
            self.certificate,
            [one.certificate for one in above] or None,
            serialization.BestAvailableEncryption(password.encode())
            if password
            else serialization.NoEncryption(),
        )

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def new_key(kind="ec"):
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def holder(
    name,
    *,
    issuer=None,
    begin=BEGIN,
    end=END,
    authority=False,
    stamping=False,
    usage=True,
    organisation="",
    kind="ec",
) -> Holder:
    """Make a key with a certificate, its own or from `issuer`."""
    key = new_key(kind)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    subject = x509.Name(parts)
    by = issuer.certificate.subject if issuer else subject
    signs = issuer.key if issuer else key
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority and usage,
                content_commitment=not authority and usage,
                key_encipherment=not usage,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()),
            critical=False,
        )
    )
    if stamping:
        made = made.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return Holder(key, made.sign(signs, hashes.SHA256()))


def signed(data, by, *, others=(), at=SIGNED, field="Chu-ky", stamper=None, box=None):
    """Sign a PDF as any other program would: with pyHanko alone, none of our code."""
    store = SimpleCertificateStore()
    for one in others:
        store.register(asn1_x509.Certificate.load(one.der))
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(by.der),
        signing_key=keys.PrivateKeyInfo.load(by.key_der),
        cert_registry=store,
    )
    about = signers.PdfSignatureMetadata(
        field_name=field, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    place = fields.SigFieldSpec(field, box=box) if box else None
    pen = _Pen(about, signer, timestamper=stamper, new_field_spec=place)
    pen.at = at
    writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
    return pen.sign_pdf(writer).getvalue()


class _Pen(signers.PdfSigner):
    """Signs at a moment of our choice."""

    def init_signing_session(self, pdf_out, existing_fields_only=False):
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def stamped(data, stamper):
    """Add a document time stamp."""
    writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
    return (
        signers.PdfTimeStamper(stamper, field_name="Dau-thoi-gian")
        .timestamp_pdf(writer, "sha256")
        .getvalue()
    )


def stamper_of(by, *, at=STAMPED, others=()):
    """Return an authority that needs no network."""
    store = SimpleCertificateStore()
    for one in others:
        store.register(asn1_x509.Certificate.load(one.der))
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(by.der),
        tsa_key=keys.PrivateKeyInfo.load(by.key_der),
        certs_to_embed=store,
        fixed_dt=at,
    )


def answers_of(dummy):
    """Return an authority as our own code asks one: a request in, an answer out."""
    return lambda request: dummy.request_tsa_response(
        tsp.TimeStampReq.load(request)
    ).dump()
