"""The inside of a PDF that somebody brings: what lies in it, and whether it is ours.

Nothing in it is believed. It is read with pyHanko, which is imported when a file is at
hand, and within pyHanko's limits for what a stream may unfold to.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from labms.certificates.examination.faults import Fault
from labms.errors import Invalid
from labms.i18n import N_

#: Of one enclosed file; ours have a hundredth of it.
LARGEST_INSIDE = 20 * 1024 * 1024
MOST_INSIDE = 50
#: Of a tree of names or pages; ours have a few.
MOST_NODES = 2000
_DEEPEST = 200
_PAGE = re.compile(r"^(?:/Root)?/Pages/Kids/(\d+)(/Contents)?")


class NotReadable(Invalid):
    """What was brought cannot be read as a PDF."""

    code = "certificate.not_readable"
    message = N_("The file cannot be read as a PDF; perhaps it was damaged on its way.")


class Encrypted(NotReadable):
    """A PDF that opens with a password, perhaps an empty one."""

    code = "certificate.encrypted"
    message = N_("The file is protected with a password. Send it as you received it.")


#: Where readers look for the beginning of a PDF, and where another one begins.
_HEADER = b"%PDF-"
_FARTHEST = 1024
_ANOTHER = re.compile(rb"%%EOF\s+%PDF-")
#: The first object of a file that another program prepared for reading page by page.
_LINEARIZED = re.compile(
    rb"%PDF-[^\r\n]*\s+(?:%[^\r\n]*\s+)?\d+ \d+ obj\s*<<[^>]*/Linearized\b"
)


def _is_linearized(data: bytes) -> bool:
    """Whether its parts are in another order, which looks as if it had two versions.

    The first of its two tables of objects is no version by itself: ISO 32000-1, Annex F
    (not compared by a person). We write no such file, so what was added to one of ours
    is never taken for it.
    """
    return _LINEARIZED.match(data) is not None


def has_another(addition: bytes) -> bool:
    """Whether what was added to a file is a file by itself.

    Its offsets are those of the first one's objects if both are equally long, so that
    readers see the first one.
    """
    return addition.lstrip().startswith(_HEADER)


def why_not_readable(data: bytes, error: NotReadable) -> Fault:
    """Return what is wrong with a file that cannot be read, by what is seen in it.

    Readers find a PDF that begins within the first 1024 bytes: ISO 32000-1, Annex H.3,
    13 (not compared by a person).
    """
    start = data[: _FARTHEST + len(_HEADER)].find(_HEADER)
    if start < 0:
        return Fault.NOT_A_PDF
    if isinstance(error, Encrypted):
        return Fault.ENCRYPTED
    if start > 0:
        return Fault.JUNK_BEFORE
    if _ANOTHER.search(data):
        return Fault.TWO_IN_ONE
    return Fault.NOT_READABLE


@dataclass(frozen=True, slots=True)
class Revision:
    """A file as it was at one of its versions: where that begins, what lies in it."""

    root: Any
    inside: Mapping[str, bytes]


class Opened:
    """A PDF with its versions: more than one if something was added at its end."""

    def __init__(self, data: bytes) -> None:
        """Read it. Raises NotReadable, whatever a parser finds."""
        from pyhanko.pdf_utils.reader import PdfFileReader

        with _readable():
            self._reader = PdfFileReader(BytesIO(data), strict=False)
            if self._reader.encrypted:
                raise Encrypted
            self.count: int = self._reader.total_revisions
            self.last = self._revision(self._reader.root)
            self.first = self.last
            if self.count > 1 and not _is_linearized(data):
                self.first = self._revision(self._reader.get_historical_root(0))

    def _revision(self, root: Any) -> Revision:
        names = _at(_at(root, "/Names", {}), "/EmbeddedFiles", {})
        inside: dict[str, bytes] = {}
        for name, specification in _named(names):
            if len(inside) >= MOST_INSIDE:
                raise NotReadable
            stream = specification["/EF"]["/F"]
            if name in inside:
                raise NotReadable  # which of them a reader shows, nobody can tell
            try:
                inside[name] = _unfolded(stream)
            except zlib.error:
                inside[name] = b""  # nobody can read it, so it says nothing
        return Revision(root, inside)


class _readable:  # noqa: N801 (reads as a statement)
    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _at: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, NotReadable):
            raise NotReadable from error  # hostile bytes: any of a dozen kinds may come


def _nodes_of_tree(root: Any) -> Iterator[Any]:
    """Yield the nodes of a tree of names or pages, from the left.

    Raises NotReadable for what is no tree: a node that is met again would never end.
    """
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if hasattr(node, "idnum"):
            if node.idnum in seen:
                raise NotReadable
            seen.add(node.idnum)
        node = _resolved(node)
        yield node
        kids = list(list.__iter__(_at(node, "/Kids", [])))
        if len(kids) + len(waiting) > MOST_NODES:
            raise NotReadable
        waiting += reversed(kids)


def _named(tree: Any) -> Iterator[tuple[str, Any]]:
    for node in _nodes_of_tree(tree):
        names = list(_items(_at(node, "/Names", [])))
        yield from zip(map(str, names[::2]), names[1::2], strict=True)


def _at(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return what a key leads to, through references."""
    return _resolved(dictionary.get(key, default))


def _unfolded(stream: Any, most: int = LARGEST_INSIDE) -> bytes:
    """Return what a stream holds, and not more of it than it may."""
    how = _at(stream, "/Filter")
    data: bytes = stream.encoded_data
    if isinstance(how, list) and len(how) == 1:
        how = how[0]
    if how is None:
        found = data
    elif how == "/FlateDecode" and "/DecodeParms" not in stream:
        opened = zlib.decompressobj()
        found = opened.decompress(data, most + 1)
        if not opened.eof and len(found) <= most:
            raise NotReadable  # cut off
    else:
        found = stream.data
    if len(found) > most:
        raise NotReadable
    return found


#: So many differences are told of; the first ones say enough.
MOST_DIFFERENCES = 40
#: What a signature adds to a document, beside what the document shows.
_SIGNING = frozenset(
    {
        "/AcroForm",
        "/Annots",
        "/DSS",
        "/Extensions",
        "/Metadata",  # when it was last changed
        "/Parent",
        "/Perms",
        "/Version",
    }
)


def differences(ours: Revision, theirs: Revision, *, signed: bool = False) -> list[str]:
    """Return where a document differs from ours, as paths; at most so many.

    `signed` leaves out what a signature may add without changing what is shown.
    """
    comparing = _Comparing(_SIGNING if signed else frozenset())
    with _readable():
        found = comparing.between(ours.root, theirs.root, "", 0)
        return list(islice(found, MOST_DIFFERENCES))


def additions_show_nothing(last: Revision) -> bool:
    """Whether all that lies upon the pages is fields without size, as of signatures.

    A field that can be seen may cover what is below it.
    """
    with _readable():
        form = _at(last.root, "/AcroForm", {})
        return "/XFA" not in form and not pages_with_additions(last)


#: What a form may hold whose fields are signatures.
_OF_A_FORM = frozenset({"/Fields", "/SigFlags", "/DR", "/DA"})
#: What makes something happen when a page is opened or a field is touched.
_ACTIONS = frozenset({"/A", "/AA"})


def adds_only_signatures(last: Revision) -> bool:
    """Whether all that a form holds is signatures that nobody sees and that do nothing.

    Fields of another kind hold values, which somebody may read for what was issued.
    """
    with _readable():
        form = _at(last.root, "/AcroForm", {})
        pages = list(_pages(last))
        notes = [one for page in pages for one in _items(_at(page, "/Annots", []))]
        return (
            additions_show_nothing(last)
            and not set(form) - _OF_A_FORM
            and not any(_ACTIONS & set(one) for one in notes)
            and all(_is_signature(one) for one in _items(_at(form, "/Fields", [])))
        )


def _is_signature(field: Any) -> bool:
    """Whether a field is a signature, with nothing below it but its own widget."""
    return (
        _at(field, "/FT") == "/Sig"
        and not _ACTIONS & set(field)
        and all(
            "/FT" not in kid and "/T" not in kid and not _ACTIONS & set(kid)
            for kid in _items(_at(field, "/Kids", []))
        )
    )


def pages_with_additions(last: Revision) -> list[int]:
    """Return the pages, from 1, upon which something lies that may be seen."""
    with _readable():
        return [
            number
            for number, page in enumerate(_pages(last), 1)
            if any(
                _at(note, "/Subtype") != "/Widget"
                or not _has_no_size(_at(note, "/Rect", []))
                for note in _items(_at(page, "/Annots", []))
            )
        ]


def pages_in(revision: Revision) -> int:
    """Return how many pages there are."""
    with _readable():
        return sum(1 for _ in _pages(revision))


def _pages(revision: Revision) -> Iterator[Any]:
    nodes = _nodes_of_tree(revision.root["/Pages"])
    return (node for node in nodes if "/Kids" not in node)


def _items(array: Any) -> Iterator[Any]:
    return (_resolved(one) for one in list.__iter__(array))


def _has_no_size(rect: Any) -> bool:
    left, low, right, high = (float(one) for one in _items(rect))
    return left == right or low == high


def page_of(path: str) -> int | None:
    """Return the page that a path leads to, counted from 1, if it leads to one."""
    found = _PAGE.match(path)
    return int(found[1]) + 1 if found else None


class _Comparing:
    def __init__(self, leaving_out: frozenset[str]) -> None:
        self._leaving_out = leaving_out
        self._seen: set[tuple[int, int]] = set()

    def between(self, ours: Any, theirs: Any, path: str, depth: int) -> Iterator[str]:
        """Yield the path of each difference."""
        if depth > _DEEPEST:
            raise NotReadable
        if hasattr(ours, "idnum") and hasattr(theirs, "idnum"):
            pair = (ours.idnum, theirs.idnum)
            if pair in self._seen:
                return
            self._seen.add(pair)
        ours, theirs = _resolved(ours), _resolved(theirs)
        if _kind(ours) is not _kind(theirs):
            yield path
        elif isinstance(ours, dict):
            if hasattr(ours, "encoded_data") and not self._same_stream(ours, theirs):
                yield path
            yield from self._in_dictionary(ours, theirs, path, depth)
        elif isinstance(ours, list):
            yield from self._in_list(ours, theirs, path, depth)
        elif ours != theirs:
            yield path

    def _in_list(self, ours: Any, theirs: Any, path: str, depth: int) -> Iterator[str]:
        if len(ours) != len(theirs):
            yield path
        pairs = zip(list.__iter__(ours), list.__iter__(theirs), strict=False)
        for n, (one, other) in enumerate(pairs):
            yield from self.between(one, other, f"{path}/{n}", depth + 1)

    def _in_dictionary(
        self, ours: Any, theirs: Any, path: str, depth: int
    ) -> Iterator[str]:
        out = self._leaving_out
        if hasattr(ours, "encoded_data"):
            out = out | {"/Length", "/Filter", "/DecodeParms"}
        for key in sorted({*ours, *theirs} - out):
            if key not in ours or key not in theirs:
                yield f"{path}{key}"
                continue
            one, other = ours.raw_get(key), theirs.raw_get(key)
            yield from self.between(one, other, f"{path}{key}", depth + 1)

    @staticmethod
    def _same_stream(ours: Any, theirs: Any) -> bool:
        if ours.encoded_data == theirs.encoded_data and (
            _at(ours, "/Filter") == _at(theirs, "/Filter")
        ):
            return True
        whole = _unfolded(ours)
        try:
            return _unfolded(theirs, len(whole)) == whole
        except (NotReadable, zlib.error):
            return False


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _kind(value: Any) -> type:
    if hasattr(value, "encoded_data"):
        return bytes
    for kind in (dict, list, bool, int, float, bytes, str):
        if isinstance(value, kind):
            return kind
    return type(value)
