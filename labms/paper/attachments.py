"""Files inside a PDF: what a machine reads, or what proves the document later.

Both places that readers look at are filled: the list of embedded files, and the
associated files of the whole document (ISO 32000-2, 7.11.4 and 14.13).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFStream,
    PDFString,
    PDFZCompress,
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file, named as a reader will save it."""

    name: str
    data: bytes
    media_type: str
    description: str = ""
    relationship: str = "Data"
    """One of "Data", "Source", "Alternative" or "Supplement", as PDF/A-3 has them."""


def attach(canvas: Any, attachments: Sequence[Attachment], *, made_on: str) -> None:
    """Put files into the document that a canvas draws; none changes nothing."""
    if not attachments:
        return
    document = canvas._doc
    named: list[Any] = []
    specifications = []
    for one in sorted(attachments, key=lambda file: file.name):
        specification = document.Reference(_specification(document, one, made_on))
        named += [PDFString(one.name), specification]
        specifications.append(specification)
    catalog = document.Catalog
    catalog.Names = PDFDictionary(
        {"EmbeddedFiles": PDFDictionary({"Names": PDFArray(named)})}
    )
    catalog.AF = PDFArray(specifications)
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "AF"]  # it knows no such key


def _specification(document: Any, one: Attachment, made_on: str) -> PDFDictionary:
    stream = PDFStream(
        PDFDictionary(
            {
                "Type": PDFName("EmbeddedFile"),
                "Subtype": PDFName(one.media_type.replace("/", "#2F")),
                "Params": PDFDictionary(
                    {
                        "ModDate": PDFString(f"D:{made_on[:10].replace('-', '')}Z"),
                        "Size": len(one.data),
                    }
                ),
            }
        ),
        one.data,
        filters=[PDFZCompress],
    )
    file = document.Reference(stream)
    return PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(one.name),
            "UF": PDFString(one.name),
            "Desc": PDFString(one.description),
            "AFRelationship": PDFName(one.relationship),
            "EF": PDFDictionary({"F": file, "UF": file}),
        }
    )
