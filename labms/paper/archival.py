"""What makes a PDF fit for an archive: PDF/A-3b, around pages that ReportLab keeps.

The file says in itself what it is called, by whom it was made and in which language,
what its colours mean, and which files lie within; all of that from the content, so that
the same content gives the same bytes. Nothing is left to the reader's machine.

Source: ISO 19005-3:2012, 6.1.3 (identifier), 6.1.7 (streams), 6.2.3 (output intent),
6.6 (metadata), 6.8 (embedded files).
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFInfo,
    PDFName,
    PDFObject,
    PDFString,
)

from labms.paper.colour import NAME, srgb_profile
from labms.paper.embedding import Embedded

#: Takes the place of the identifier until the whole file is known.
_UNKNOWN = b"0" * 32

Entries = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself; `made_on` is an ISO day of its content."""

    title: str
    author: str
    subject: str
    made_on: str
    language: str = "vi-VN"

    @property
    def instant(self) -> datetime:
        """Return the day's first second in UTC: the time of printing would differ."""
        return datetime.combine(date.fromisoformat(self.made_on[:10]), time(), UTC)

    @property
    def stamp(self) -> str:
        """Return the instant as PDF writes it."""
        return self.instant.strftime("D:%Y%m%d%H%M%SZ")


class Stream(PDFObject):
    """A stream that is deflated already or stays plain, ended as archives ask."""

    __RefOnly__ = 1  # ReportLab gives it a number of its own

    def __init__(self, data: bytes, entries: Entries, *, deflated: bool) -> None:
        self._data = data
        self._entries = dict(entries)
        if deflated:
            self._entries["Filter"] = PDFName("FlateDecode")
        self._entries["Length"] = len(data)

    def format(self, document: Any) -> bytes:
        """Return dictionary and data, with an end of line before the last word."""
        head: bytes = PDFDictionary(self._entries).format(document)
        return head + b"\nstream\n" + self._data + b"\nendstream\n"


class _Info(PDFInfo):
    """The older place for the same facts, saying what XMP says and no more."""

    def __init__(self, about: About) -> None:
        super().__init__()
        self._about = about

    def format(self, document: Any) -> bytes:
        about = self._about
        entries = {
            "Title": PDFString(about.title),
            "Author": PDFString(about.author),
            "Subject": PDFString(about.subject),
            "Creator": PDFString("labms"),
            "Producer": PDFString("labms"),
            "CreationDate": PDFString(about.stamp),
            "ModDate": PDFString(about.stamp),
        }
        found: bytes = PDFDictionary(entries).format(document)
        return found


def archive(canvas: Any, about: About) -> None:
    """Say what a file is and what its colours mean, before its pages are drawn."""
    document = canvas._doc
    document.info = _Info(about)
    document._ID = b"[<" + _UNKNOWN + b"> <" + _UNKNOWN + b">]"
    catalog = document.Catalog
    catalog.Metadata = Stream(
        metadata(about),
        {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")},
        deflated=False,
    )
    intent = {
        "Type": PDFName("OutputIntent"),
        "S": PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": PDFString(NAME),
        "Info": PDFString(NAME),
        "DestOutputProfile": document.Reference(
            Stream(_profile(), {"N": 3}, deflated=True)
        ),
    }
    extend(catalog, "OutputIntents", PDFArray([PDFDictionary(intent)]))


def extend(catalog: Any, key: str, value: Any) -> None:
    """Write a key into the catalogue that ReportLab's knows nothing of."""
    setattr(catalog, key, value)
    catalog.__NoDefault__ = [*catalog.__NoDefault__, key]


@cache
def _profile() -> bytes:
    return zlib.compress(srgb_profile(), 9)


def put_fonts(canvas: Any, fonts: Sequence[Embedded]) -> None:
    """Write the fonts that were used, under the names that pages call them by."""
    document = canvas._doc
    known = document.idToObject["BasicFonts"].dict
    for font in fonts:
        program = document.Reference(
            Stream(font.program, {"Length1": font.program_length}, deflated=True)
        )
        back = document.Reference(Stream(font.to_unicode, {}, deflated=True))
        descriptor = document.Reference(
            _Plain(lambda of, font=font: f"{font.descriptor} /FontFile2 {of}", program)
        )
        widths = " ".join(f"{width:g}" for width in font.widths)
        head = (
            f"/Type /Font /Subtype /TrueType /BaseFont /{font.base} /FirstChar 0 "
            f"/LastChar {len(font.widths) - 1} /Widths [{widths}]"
        )
        known[font.name] = document.Reference(
            _Plain(
                lambda to, of, head=head: (
                    f"{head} /ToUnicode {to} /FontDescriptor {of}"
                ),
                back,
                descriptor,
            )
        )


class _Plain(PDFObject):
    """A dictionary written by hand around references to other objects."""

    __RefOnly__ = 1

    def __init__(self, write: Any, *others: Any) -> None:
        self._write = write
        self._others = others

    def format(self, document: Any) -> bytes:
        named = [one.format(document).decode("ascii") for one in self._others]
        return f"<< {self._write(*named)} >>".encode("ascii")


def identified(data: bytes) -> bytes:
    """Return a file with an identifier that is a digest of everything in it."""
    digest = sha256(data).hexdigest()[:32].encode("ascii")
    start = data.rindex(b"[<" + _UNKNOWN)
    tail = data[start:].replace(_UNKNOWN, digest)
    return data[:start] + tail


def metadata(about: About) -> bytes:
    """Return the XMP packet: what the file is, and that it means to be PDF/A-3b."""
    instant = about.instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    title, author, subject = map(escape, (about.title, about.author, about.subject))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt>\
</dc:description>
<dc:language><rdf:Bag><rdf:li>{about.language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>labms</xmp:CreatorTool><xmp:CreateDate>{instant}</xmp:CreateDate>
<xmp:ModifyDate>{instant}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>labms</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()
