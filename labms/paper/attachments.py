"""Files inside a PDF: what a machine reads, or what proves the document later.

Both places that readers look at are filled: the list of embedded files, and the
associated files of the whole document (ISO 32000-2, 7.11.4 and 14.13).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from labms.paper.archival import Stream, extend


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file, named as a reader will save it."""

    name: str
    data: bytes
    media_type: str
    description: str = ""
    relationship: str = "Data"
    """One of "Data", "Source", "Alternative" or "Supplement", as PDF/A-3 has them."""


def attach(canvas: Any, attachments: Sequence[Attachment], *, stamp: str) -> None:
    """Put files into the document that a canvas draws; none changes nothing.

    `stamp` is the day of the content, as PDF writes instants.
    """
    if not attachments:
        return
    document = canvas._doc
    named: list[Any] = []
    specifications = []
    for one in sorted(attachments, key=lambda file: file.name):
        specification = document.Reference(_specification(document, one, stamp))
        named += [PDFString(one.name), specification]
        specifications.append(specification)
    catalog = document.Catalog
    catalog.Names = PDFDictionary(
        {"EmbeddedFiles": PDFDictionary({"Names": PDFArray(named)})}
    )
    extend(catalog, "AF", PDFArray(specifications))


def _specification(document: Any, one: Attachment, stamp: str) -> PDFDictionary:
    stream = Stream(
        zlib.compress(one.data),
        {
            "Type": PDFName("EmbeddedFile"),
            "Subtype": "/" + one.media_type.replace("/", "#2F"),  # PDFName would not
            "Params": PDFDictionary(
                {"ModDate": PDFString(stamp), "Size": len(one.data)}
            ),
        },
        deflated=True,
    )
    file = document.Reference(stream)
    return PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(one.name),
            "UF": PDFString(one.name),
            "Desc": PDFString(one.description or one.name),
            "AFRelationship": PDFName(one.relationship),
            "EF": PDFDictionary({"F": file, "UF": file}),
        }
    )
