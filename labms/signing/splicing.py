"""A signature added to a file that we wrote ourselves, byte by byte.

Between two signatures of one key only the digest, the moment and the signature itself
differ. So a library makes the first, and the others are spliced: a hundredth of the
time, and nothing in the file is touched that need not be. What looks different from
what we write is left to the library (`labms.signing.pen`); either way the result is
examined before it counts.

Source: ISO 32000-1:2008, 7.5.6 (incremental updates), 12.7.4.5 and 12.8.1
(signatures); RFC 5652, 5.4 (what is signed); ETSI EN 319 142-1, 5.3.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from labms.signing.open_key import SealingKey

_TRAILER = re.compile(
    rb"trailer\n<< /Size (\d+) /Root (\d+) 0 R /Info (\d+) 0 R "
    rb"/ID \[<([0-9a-f]{32})> <[0-9a-f]{32}>\] >>\nstartxref\n(\d+)\n%%EOF\n$"
)
_KIDS = re.compile(rb"/Type /Pages /Count \d+ /Kids \[(\d+) 0 R")
_PAGES = re.compile(rb"/Type /Catalog /Pages (\d+) 0 R ")
_ENTRY = 20  # bytes of a line of the table of places
#: The longest signature: RSA with 4096 bits.
_LONGEST = 512


class _Plan(NamedTuple):
    """Where things are in a file of ours."""

    size: int
    root: int
    info: int
    identity: bytes
    table: int
    page: int
    catalogue: bytes
    page_body: bytes


def spliced(pdf: bytes, key: SealingKey, *, at: datetime, field: str) -> bytes | None:
    """Return a PDF with a signature of `key` added; None if it is not as we write."""
    plan = _plan(pdf)
    if plan is None:
        return None
    before, after, room = _update(pdf, plan, key, at=at, field=field)
    gap = 2 * room + 2  # in hexadecimal, between angle brackets
    start = len(pdf) + len(before)
    ranges = b"[0 %d %d %d]" % (start, start + gap, len(after))
    before = before.replace(_RANGES, ranges.ljust(len(_RANGES)))
    digest = sha256(pdf)
    digest.update(before)
    digest.update(after)
    signature = _signature(key, digest.digest())
    if len(signature) > room:
        return None
    filled = signature.hex().encode("ascii").ljust(2 * room, b"0")
    return b"%b%b<%b>%b" % (pdf, before, filled, after)


_RANGES = b"[0 " + b"9" * 33 + b"]"


def _plan(pdf: bytes) -> _Plan | None:
    found = _TRAILER.search(pdf, max(0, len(pdf) - 300))
    if found is None:
        return None
    size, root, info, table = (int(found.group(n)) for n in (1, 2, 3, 5))
    catalogue = _object(pdf, table, root)
    pages = _PAGES.search(catalogue)
    if pages is None or b"/AcroForm" in catalogue:
        return None
    kids = _KIDS.search(_object(pdf, table, int(pages.group(1))))
    if kids is None:
        return None
    page = int(kids.group(1))
    body = _object(pdf, table, page)
    if b"/Type /Page " not in body or b"/Annots" in body or not body.endswith(b" >>"):
        return None
    return _Plan(size, root, info, found.group(4), table, page, catalogue, body)


def _object(pdf: bytes, table: int, number: int) -> bytes:
    """Return what stands between "obj" and "endobj"; nothing if it is elsewhere."""
    first = pdf.find(b"\n", pdf.find(b"\n", table) + 1) + 1
    line = pdf[first + number * _ENTRY :][:_ENTRY]
    if not line.endswith(b" 00000 n \n"):
        return b""
    place, head = int(line[:10]), b"%d 0 obj\n" % number
    if not pdf.startswith(head, place):
        return b""
    return pdf[place + len(head) : pdf.find(b"\nendobj\n", place)]


def _update(
    pdf: bytes, plan: _Plan, key: SealingKey, *, at: datetime, field: str
) -> tuple[bytes, bytes, int]:
    """Return what is added before and after the signature, and the room for it."""
    widget, look, value = plan.size, plan.size + 1, plan.size + 2
    room = sum(map(len, _template(key))) + _LONGEST + 64
    moment = at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode("ascii")
    objects = {
        plan.page: plan.page_body[:-3] + b" /Annots [%d 0 R] >>" % widget,
        plan.root: plan.catalogue[:-3]
        + b" /AcroForm << /Fields [%d 0 R] /SigFlags 3 >> >>" % widget,
        widget: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%b) /V %d 0 R "
        b"/P %d 0 R /Rect [0 0 0 0] /F 132 /AP << /N %d 0 R >> >>"
        % (field.encode("ascii"), value, plan.page, look),
        look: b"<< /Type /XObject /Subtype /Form /BBox [0 0 0 0] /Length 0 >>\n"
        b"stream\n\nendstream",
    }
    parts, places, place = [], {}, len(pdf)
    for number, body in objects.items():
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        places[number] = place
        parts.append(part)
        place += len(part)
    places[value] = place
    parts.append(
        b"%d 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite "
        b"/SubFilter /ETSI.CAdES.detached /M (%b) /ByteRange %b /Contents "
        % (value, moment, _RANGES)
    )
    before = b"".join(parts)
    tail = b" >>\nendobj\n"
    table = len(pdf) + len(before) + 2 * room + 2 + len(tail)
    lines = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, places[number])
        for number in sorted(places)
    )
    renewed = sha256(plan.identity + moment).hexdigest()[:32].encode("ascii")
    after = tail + (
        b"xref\n%btrailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d "
        b"/ID [<%b> <%b>] >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            lines,
            value + 1,
            plan.root,
            plan.info,
            plan.table,
            plan.identity,
            renewed,
            table,
        )
    )
    return before, after, room


class _Template(NamedTuple):
    """The parts of a key's signatures that never differ, as they are encoded."""

    head: bytes
    """Version, digest algorithms, what it is about, certificates."""
    signer: bytes
    """Version, whose key, digest algorithm."""
    attributes: bytes
    """What is signed beside the digest; the digest's place is `_NO_DIGEST`."""
    algorithm: bytes


_NO_DIGEST = sha256(b"the place of a digest").digest()


@lru_cache(maxsize=64)
def _template(key: SealingKey) -> _Template:
    from labms.signing.pen import parts_of_signature  # half a second, once

    head, signer, attributes, algorithm = parts_of_signature(key, _NO_DIGEST)
    if attributes.count(_NO_DIGEST) != 1:
        raise ValueError("a signature bears its digest once")
    return _Template(head, signer, attributes, algorithm)


def _signature(key: SealingKey, digest: bytes) -> bytes:
    """Return the CMS signature (DER) of a digest."""
    parts = _template(key)
    attributes = parts.attributes.replace(_NO_DIGEST, digest)
    # What is signed is the set, whatever tag it bears inside: RFC 5652, 5.4.
    made = key.sign(b"\x31" + attributes[1:])
    signer = _der(0x30, parts.signer + attributes + parts.algorithm + _der(0x04, made))
    data = _der(0x30, parts.head + _der(0x31, signer))
    signed_data = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2
    return _der(0x30, signed_data + _der(0xA0, data))


def _der(tag: int, content: bytes) -> bytes:
    """Return a value with its tag and length: ITU-T X.690, 8.1.3."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content
