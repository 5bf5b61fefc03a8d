"""What was done to a file that is not, byte for byte, what was drawn.

Bytes after the end of what was issued are allowed only to signatures and time stamps
that are known to belong to it: that of the body, and those of signers whose authority
is believed. Where nothing but signatures was added, which nobody sees, and their signer
cannot be judged, the file is said to be unaltered and signed since: neither genuine nor
another one. Whatever else is added makes another file of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labms.certificates.examination.faults import Fault, Finding
from labms.certificates.examination.opened import (
    NotReadable,
    Opened,
    additions_show_nothing,
    adds_only_signatures,
    differences,
    page_of,
    pages_in,
    pages_with_additions,
)
from labms.errors import LabError
from labms.signing.found import SignatureFound
from labms.signing.reading import added_to
from labms.signing.rules import Added, Coverage, SigningWay, Trust
from labms.signing.sealing import FIELD

#: The signer's authority is believed; whether the certificate was in its dates as well
#: is told beside.
_KNOWN = frozenset({Trust.TRUSTED, Trust.EXPIRED})
#: Nobody said anything against the signer.
_UNJUDGED = _KNOWN | {Trust.UNKNOWN}
#: Of a file: what says where things are in it.
_END = 150


def is_sealed(content: Mapping[str, Any] | None) -> bool:
    """Whether a document's words say that its body signs it as it is issued."""
    signature = (content or {}).get("signature")
    way = signature.get("way") if isinstance(signature, Mapping) else None
    return bool(way == SigningWay.SERVER.value)


def in_additions(
    ours: bytes,
    data: bytes,
    opened: Opened,
    signatures: Sequence[SignatureFound],
    *,
    sealed: bool,
) -> Iterator[Finding]:
    """Yield what is wrong with a file that begins with all that was drawn.

    `sealed` says that the body's own signature is the first of the signatures.
    """
    if not signatures:
        yield Finding(Fault.EXTENDED, {})
        yield from _named(differences(opened.first, opened.last))
        yield from _missing(signatures, sealed)
        return
    missing = list(_missing(signatures, sealed))
    yield from missing
    is_broken = not all(one.intact for one in signatures)
    if is_broken:
        yield Finding(Fault.SIGNATURE_BROKEN, {})
    changed = differences(opened.first, opened.last, signed=True)
    yield from _named(changed)
    strangers = list(_strangers(signatures, sealed))
    ends_elsewhere = signatures[-1].covers is not Coverage.WHOLE_FILE
    is_as_issued = not (missing or is_broken or changed or ends_elsewhere)
    if strangers and is_as_issued and _only_signed(ours, data, opened, signatures):
        yield Finding(Fault.SIGNED_SINCE, strangers[0].details)
        return
    is_plain = all(one.is_good for one in signatures) or (
        additions_show_nothing(opened.last)
    )
    if changed or strangers or not is_plain or (ends_elsewhere and not is_broken):
        yield Finding(Fault.EXTENDED, {})
    yield from strangers


def in_rewriting(
    ours: bytes,
    data: bytes,
    opened: Opened,
    signatures: Sequence[SignatureFound],
    *,
    sealed: bool,
    before: Sequence[Fault],
) -> Iterator[Finding]:
    """Yield what is wrong with a file of which not even the beginning was drawn.

    `before` is what was found already: of words that were changed, the pages say
    nothing. What only a signature adds is no change of a page.
    """
    if Fault.CONTENT_ALTERED not in before:
        found = list(_in_pages(ours, opened))
        yield from found
        if not found and not before:
            yield Finding(_without_a_trace(ours, data, opened), {})
    yield from _missing(signatures, sealed)
    if not all(one.intact for one in signatures):
        yield Finding(Fault.SIGNATURE_BROKEN, {})
    yield from _strangers(signatures, sealed)


def _in_pages(ours: bytes, opened: Opened) -> Iterator[Finding]:
    try:
        drawn, here = Opened(ours).last, opened.last
        issued, count = pages_in(drawn), pages_in(here)
        if issued != count:
            yield Finding(Fault.PAGE_COUNT, {"issued": issued, "here": count})
        yield from _named(differences(drawn, here, signed=True))
        for page in pages_with_additions(here):
            yield Finding(Fault.PAGES_ALTERED, {"page": page})
    except NotReadable:
        return


def _without_a_trace(ours: bytes, data: bytes, opened: Opened) -> Fault:
    """Return what to call a change that no page shows.

    Another program ends the file in its own way. Where our end stands in its place,
    bytes were changed within.
    """
    try:
        is_same = not differences(Opened(ours).last, opened.last, signed=True) and (
            additions_show_nothing(opened.last)
        )
    except NotReadable:
        is_same = False
    has_our_end = data[: len(ours)].endswith(ours[-_END:])
    return Fault.SAVED_ANEW if is_same and not has_our_end else Fault.ALTERED


def _named(paths: Sequence[str]) -> Iterator[Finding]:
    for path in paths:
        if page := page_of(path):
            yield Finding(Fault.PAGES_ALTERED, {"page": page})


def _missing(signatures: Sequence[SignatureFound], sealed: bool) -> Iterator[Finding]:
    if sealed and not any(one.field == FIELD for one in signatures):
        yield Finding(Fault.SIGNATURE_MISSING, {})


def _only_signed(
    ours: bytes, data: bytes, opened: Opened, signatures: Sequence[SignatureFound]
) -> bool:
    """Whether what was added is signatures alone, as two ways of looking at it agree.

    Ours looks at what there is now; pyHanko's at each change from version to version.
    """
    try:
        return (
            adds_only_signatures(opened.last)
            and all(one.is_sound and one.trust in _UNJUDGED for one in signatures)
            and added_to(data, ours) in (Added.SIGNATURES, Added.STAMPS)
        )
    except LabError:
        return False


def _strangers(signatures: Sequence[SignatureFound], sealed: bool) -> Iterator[Finding]:
    """Yield the first signature that nobody known here made, if there is one."""
    for place, one in enumerate(signatures):
        is_own = sealed and place == 0 and one.field == FIELD
        if one.intact and not is_own and one.trust not in _KNOWN:
            yield Finding(Fault.STRANGE_SIGNATURE, {"signer": one.signer or one.field})
            return
