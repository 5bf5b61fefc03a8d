"""Opening a DCC that somebody sent: nothing in it is believed, nothing is fetched.

Entities, document types, other encodings, deep or endless trees are refused before or
while reading; the parser neither expands, loads nor asks the network for anything.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from lxml import etree

from labms.dcc.rules import NAMESPACE
from labms.errors import Invalid
from labms.i18n import N_, Message

#: Of the XML; a certificate with a picture of itself inside has a tenth of it.
LARGEST = 10 * 1024 * 1024
#: Of elements, attributes and comments together, counted by their angle brackets.
MOST_MARKUP = 400_000
DEEPEST = 60
#: Of files within a PDF.
MOST_INSIDE = 50
#: Of all files within a PDF together, unfolded.
MOST_UNFOLDED = 3 * LARGEST

ROOT = f"{{{NAMESPACE}}}digitalCalibrationCertificate"
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_VERSION = re.compile(r"[23]\.[0-9]+\.[0-9]+(?:-rc\.[0-9]+)?")
#: The byte order mark of UTF-8.
_MARK = b"\xef\xbb\xbf"


class NotADcc(Invalid):
    """What was sent cannot be taken for a digital calibration certificate."""

    code = "dcc.not_a_dcc"
    message = N_("The file was not read as a DCC: {problem}")


TOO_LARGE = N_("it is larger than 10 MB.")
NOT_UTF8 = N_("it is not in UTF-8.")
HAS_DOCTYPE = N_("it declares a document type or entities, which no DCC needs.")
TOO_MUCH = N_("it has too many elements.")
TOO_DEEP = N_("its elements are nested too deeply.")
NOT_XML = N_("it is not well-formed XML: {where}")
OTHER_ROOT = N_("its outermost element is {name}, not that of a DCC by PTB.")
OTHER_VERSION = N_(
    "it is of version {version}; versions 2 and 3 of the schema are read."
)
NOT_A_PDF = N_("the PDF cannot be opened.")
NONE_INSIDE = N_("there is no DCC in this PDF.")
SEVERAL_INSIDE = N_("there are several DCCs in this PDF.")
NEITHER = N_("it is neither XML nor a PDF with a DCC inside.")


def is_xml(data: bytes) -> bool:
    """Return whether a file begins as XML does."""
    begin = data[:64].removeprefix(_MARK).lstrip()
    return begin.startswith((b"<?xml", b"<dcc:", b"<!--", b"<digitalCal", b"<!DOCTYPE"))


def dcc_within(data: bytes) -> bytes:
    """Return the XML of a DCC: the file itself, or what lies in a PDF.

    Raises NotADcc; whether the XML is a DCC is for `opened` to say.
    """
    if is_xml(data):
        return data
    if not data.startswith(b"%PDF-"):
        raise NotADcc(problem=NEITHER)
    inside = _files_in(data)
    found = [each for each in inside if is_xml(each) and NAMESPACE.encode() in each]
    if not found:
        raise NotADcc(problem=NONE_INSIDE)
    if len(set(found)) > 1:
        raise NotADcc(problem=SEVERAL_INSIDE)
    return found[0]


def opened(data: bytes) -> etree._Element:
    """Return the outermost element of a DCC. Raises NotADcc for anything else."""
    _check_bytes(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.removeprefix(_MARK), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        where = str(getattr(error, "msg", None) or error)[:200]
        raise NotADcc(problem=Message(NOT_XML, {"where": where})) from error
    if root.getroottree().docinfo.doctype:
        raise NotADcc(problem=HAS_DOCTYPE)
    _check_depth(root)
    if root.tag != ROOT:
        raise NotADcc(problem=Message(OTHER_ROOT, {"name": str(root.tag)[:100]}))
    version = root.get("schemaVersion", "")
    if not _VERSION.fullmatch(version):
        told = {"version": version[:20] or "?"}
        raise NotADcc(problem=Message(OTHER_VERSION, told))
    return root


def _check_bytes(data: bytes) -> None:
    if len(data) > LARGEST:
        raise NotADcc(problem=TOO_LARGE)
    begin = data.removeprefix(_MARK)
    named = _ENCODING.match(begin[:200])
    if named and named[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise NotADcc(problem=NOT_UTF8)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotADcc(problem=NOT_UTF8) from error
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise NotADcc(problem=HAS_DOCTYPE)
    if data.count(b"<") > MOST_MARKUP:
        raise NotADcc(problem=TOO_MUCH)


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise NotADcc(problem=TOO_DEEP)


def _files_in(data: bytes) -> list[bytes]:
    """Return the files that lie in a PDF. Raises NotADcc if it cannot be read."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        root = PdfFileReader(BytesIO(data), strict=False).root
        names = _at(_at(root, "/Names", {}), "/EmbeddedFiles", {})
        found: list[bytes] = []
        for each in _named(names):
            found.append(_unfolded(_at(_at(each, "/EF"), "/F")))
            if sum(map(len, found)) > MOST_UNFOLDED:
                raise NotADcc(problem=TOO_LARGE)
        return found
    except NotADcc:
        raise
    except Exception as error:  # hostile bytes: any of a dozen kinds may come
        raise NotADcc(problem=NOT_A_PDF) from error


def _named(tree: Any, depth: int = 0) -> Iterator[Any]:
    if depth > 20:
        raise NotADcc(problem=NOT_A_PDF)
    names = _at(tree, "/Names", [])
    if len(names) > 2 * MOST_INSIDE:
        raise NotADcc(problem=NOT_A_PDF)
    for place, each in enumerate(names):
        if place % 2:
            yield _resolved(each)
    for kid in islice(_at(tree, "/Kids", []), MOST_INSIDE):
        yield from _named(_resolved(kid), depth + 1)


def _unfolded(stream: Any) -> bytes:
    """Return what a stream holds; one that unfolds to too much is cut off."""
    how = _at(stream, "/Filter")
    if isinstance(how, list) and len(how) == 1:
        how = how[0]
    if how is None:
        return bytes(stream.encoded_data)
    if how != "/FlateDecode":
        return b""
    return zlib.decompressobj().decompress(stream.encoded_data, LARGEST + 1)


def _at(dictionary: Any, key: str, default: Any = None) -> Any:
    return _resolved(dictionary.get(key, default))


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
