"""How a PDF's signatures are examined: with pyHanko, which takes long to import.

Only `labms.signing` imports this, and only when a signature is at hand.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from asn1crypto import x509
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from labms.signing.found import SignatureFound
from labms.signing.rules import Added, Coverage, Trust, UnreadablePdf

# What they warn of is told as a result, and names persons.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

#: Either is what authorities give to keys that sign documents.
_FOR_DOCUMENTS = {"non_repudiation", "digital_signature"}
_USAGE = KeyUsageConstraints(key_usage=_FOR_DOCUMENTS)
#: In points squared: a fifth of an A4 page. A larger one could say something else.
LARGEST_PICTURE = 0.2 * 595 * 842
_KINDS = {
    "/adbe.pkcs7.detached",
    "/ETSI.CAdES.detached",
    "/ETSI.RFC3161",
}
_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.WHOLE_FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.ITS_VERSION,
}
_ADDED = {
    ModificationLevel.NONE: Added.STAMPS,
    ModificationLevel.LTA_UPDATES: Added.STAMPS,
    ModificationLevel.FORM_FILLING: Added.SIGNATURES,
}
_PROBLEMS = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: Trust.UNKNOWN,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Trust.EXPIRED,
    AdESIndeterminate.REVOKED_NO_POE: Trust.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Trust.REVOKED,
}


class Field(NamedTuple):
    """A signature field that is filled in."""

    name: str
    value: Any
    dictionary: Any


@contextmanager
def readable() -> Iterator[None]:
    """Raise UnreadablePdf for whatever a parser says about a file that is none."""
    try:
        yield
    except UnreadablePdf:
        raise
    except Exception as error:  # hostile bytes: any of a dozen kinds may come
        raise UnreadablePdf from error


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns, also where a loop runs already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


class Eyes:
    """One file being looked at: its signatures, and the moment that counts."""

    def __init__(self, data: bytes, roots: Sequence[bytes], at: datetime) -> None:
        self._reader = PdfFileReader(BytesIO(data), strict=False)
        if self._reader.xrefs.hybrid_xrefs_present:
            raise UnreadablePdf  # two readers would be shown two documents
        self._roots = [x509.Certificate.load(one) for one in roots]
        self._at = at
        self._stamps: list[SignatureFound] | None = None

    def fields(self) -> list[Field]:
        """Return the filled signature fields in the order in which they were filled."""
        found = [
            Field(name, value, dictionary.get_object())
            for name, value, dictionary in enumerate_sig_fields(
                self._reader, filled_status=True
            )
        ]
        changed = self._reader.xrefs.get_last_change
        return sorted(
            found, key=lambda one: changed(one.dictionary.raw_get("/V").reference)
        )

    def examined(self, field: Field) -> SignatureFound:
        """Return what one says; a broken one says nothing but that it is there."""
        try:
            signature = self._opened(field)
            if signature.sig_object_type == "/DocTimeStamp":
                return self._stamp(signature)
            return self._signature(signature)
        except Exception:  # hostile bytes, as above
            return SignatureFound(field=field.name)

    def _opened(self, field: Field) -> EmbeddedPdfSignature:
        if field.value.get_object().get("/SubFilter") not in _KINDS:
            raise UnreadablePdf
        return EmbeddedPdfSignature(self._reader, field.dictionary, field.name)

    def _context(self, at: datetime) -> ValidationContext:
        return ValidationContext(
            trust_roots=self._roots, allow_fetching=False, moment=at
        )

    def _stamp(self, signature: EmbeddedPdfSignature) -> SignatureFound:
        status = finished(
            async_validate_pdf_timestamp(signature, self._context(self._at))
        )
        trust = _trust(status, signature)
        return _told(
            signature,
            status,
            trust=trust,
            stamped_at=status.timestamp if trust is Trust.TRUSTED else None,
            is_timestamp=True,
        )

    def _signature(self, signature: EmbeddedPdfSignature) -> SignatureFound:
        status = self._status(signature, self._at)
        moments = [
            one.stamped_at
            for one in self._document_stamps()
            if one.stamped_at and one.is_sound and one.covered_to > _end(signature)
        ]
        within = status.timestamp_validity
        if within is not None and within.trusted:
            moments.append(within.timestamp)
        stamped_at = min(moments, default=None)
        trust = _trust(status, signature)
        if trust is Trust.EXPIRED and stamped_at is not None:
            trust = _trust(self._status(signature, stamped_at), signature)
        return _told(
            signature,
            status,
            trust=trust,
            stamped_at=stamped_at,
            has_stamp=within is not None,
        )

    def _status(self, signature: EmbeddedPdfSignature, at: datetime) -> Any:
        return finished(
            async_validate_pdf_signature(
                signature,
                self._context(at),
                self._context(self._at),
                key_usage_settings=_USAGE,
            )
        )

    def _document_stamps(self) -> list[SignatureFound]:
        if self._stamps is None:
            self._stamps = [
                self.examined(field)
                for field in self.fields()
                if field.value.get_object().get("/Type") == "/DocTimeStamp"
            ]
        return self._stamps


def added_since(data: bytes, original: bytes) -> Added:
    """Return what the versions after those of `original` added."""
    before = PdfFileReader(BytesIO(original), strict=False)
    reader = PdfFileReader(BytesIO(data), strict=False)
    if reader.xrefs.hybrid_xrefs_present:
        return Added.CONTENT
    base = reader.get_historical_resolver(before.xrefs.total_revisions - 1)
    if "/AcroForm" not in base.root:
        base.root[pdf_name("/AcroForm")] = _empty_form(reader)
    found = DEFAULT_DIFF_POLICY.review_file(reader, base)
    level: Any = getattr(found, "modification_level", None)
    if any(_covers_the_page(one) for one in enumerate_sig_fields(reader)):
        return Added.CONTENT
    return _ADDED.get(level, Added.CONTENT)


def _covers_the_page(field: Any) -> bool:
    """Whether the picture of a signature hides what the page says."""
    _name, _value, dictionary = field
    left, low, right, high = map(float, dictionary.get_object().get("/Rect", [0] * 4))
    return abs(right - left) * abs(high - low) > LARGEST_PICTURE


def _empty_form(reader: PdfFileReader) -> Any:
    """Return what stands for the form of a file without one: a form without fields.

    The review compares forms. That there are signatures is said by a flag of the form,
    which comes with the first of them (ISO 32000-1, 12.7.2).
    """
    form: Any = DictionaryObject({pdf_name("/Fields"): ArrayObject()})  # type: ignore[no-untyped-call]
    with suppress(KeyError):
        form[pdf_name("/SigFlags")] = reader.root["/AcroForm"]["/SigFlags"]
    return form


def _end(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _trust(status: Any, signature: Any) -> Trust:
    if not (status.intact and status.valid):
        return Trust.UNTOLD
    if status.trusted:
        return Trust.TRUSTED
    usage = signature.signer_cert.key_usage_value
    if usage is not None and not usage.native & _FOR_DOCUMENTS:
        return Trust.UNFIT
    if signature.signer_cert.self_signed == "maybe":
        return Trust.UNKNOWN
    return _PROBLEMS.get(status.trust_problem_indic, Trust.UNFIT)


def _told(signature: EmbeddedPdfSignature, status: Any, **given: Any) -> SignatureFound:
    certificate = signature.signer_cert
    extent: Any = signature.coverage
    level: Any = getattr(signature.diff_result, "modification_level", None)
    covers = _COVERAGE.get(extent, Coverage.PART)
    added = _ADDED.get(level, Added.CONTENT)
    if covers is Coverage.WHOLE_FILE:
        added = Added.NOTHING
    return SignatureFound(
        field=signature.field_name,
        signer=_part(certificate.subject, "common_name"),
        organisation=_part(certificate.subject, "organization_name"),
        issuer=_part(certificate.issuer, "common_name")
        or _part(certificate.issuer, "organization_name"),
        certificate=certificate.dump(),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        claimed_at=signature.self_reported_timestamp,
        intact=bool(status.intact and status.valid),
        covers=covers,
        added=added,
        covered_to=_end(signature),
        **given,
    )


def _part(name: x509.Name, part: str) -> str:
    value = name.native.get(part, "")
    return str(value[0] if isinstance(value, list) else value)
