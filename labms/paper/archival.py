"""What makes a PDF fit for an archive: PDF/A-3b.

The file says in itself what it is called, by whom it was made and in which language,
what its colours mean, and which files lie within; all of that from the content, so that
the same content gives the same bytes. Nothing is left to the reader's machine.

Source: ISO 19005-3:2012, 6.1.3 (identifier), 6.1.7 (streams), 6.2.3 (output intent),
6.6 (metadata), 6.8 (embedded files).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from xml.sax.saxutils import escape

from labms.paper.colour import NAME, srgb_profile
from labms.paper.embedding import Embedded
from labms.paper.writer import File, deflated_once, text_string


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


def put_catalogue(file: File, about: About, *, pages: int, more: str) -> int:
    """Write the root of a file, with what it is and what its colours mean."""
    facts = file.stream(
        metadata(about), "/Type /Metadata /Subtype /XML", deflated=False
    )
    profile = file.stream(deflated_once(srgb_profile()), "/N 3", deflated=True)
    intent = (
        f"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier ({NAME}) "
        f"/Info ({NAME}) /DestOutputProfile {profile} 0 R >>"
    )
    return file.add(
        f"<< /Type /Catalog /Pages {pages} 0 R /Lang ({about.language}) "
        f"/Metadata {facts} 0 R /OutputIntents [{intent}] "
        f"/ViewerPreferences << /DisplayDocTitle true >>{more} >>"
    )


def put_info(file: File, about: About) -> int:
    """Write the older place for the same facts: what XMP says, and no more."""
    return file.add(
        f"<< /Title {text_string(about.title)} /Author {text_string(about.author)} "
        f"/Subject {text_string(about.subject)} /Creator (labms) /Producer (labms) "
        f"/CreationDate ({about.stamp}) /ModDate ({about.stamp}) >>"
    )


def put_font(file: File, font: Embedded) -> int:
    """Write a font with all that belongs to it."""
    program = file.stream(
        font.program, f"/Length1 {font.program_length}", deflated=True
    )
    back = file.stream(font.to_unicode, deflated=True)
    descriptor = file.add(f"<< {font.descriptor} /FontFile2 {program} 0 R >>")
    return file.add(
        f"<< {font.head} /ToUnicode {back} 0 R /FontDescriptor {descriptor} 0 R >>"
    )


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
