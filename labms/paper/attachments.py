"""Files inside a PDF: what a machine reads, or what proves the document later.

Both places that readers look at are filled: the list of embedded files, and the
associated files of the whole document (ISO 32000-2, 7.11.4 and 14.13).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from labms.paper.writer import File, name, text_string


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file, named as a reader will save it."""

    name: str
    data: bytes
    media_type: str
    description: str = ""
    relationship: str = "Data"
    """One of "Data", "Source", "Alternative" or "Supplement", as PDF/A-3 has them."""


def attach(file: File, attachments: Sequence[Attachment], *, stamp: str) -> str:
    """Put files into a file, and return what its catalogue says of them.

    `stamp` is the day of the content, as PDF writes instants.
    """
    if not attachments:
        return ""
    named, listed = [], []
    for one in sorted(attachments, key=lambda file: file.name):
        specification = _put(file, one, stamp)
        named.append(f"{text_string(one.name)} {specification} 0 R")
        listed.append(f"{specification} 0 R")
    return (
        f" /Names << /EmbeddedFiles << /Names [{' '.join(named)}] >> >>"
        f" /AF [{' '.join(listed)}]"
    )


def _put(file: File, one: Attachment, stamp: str) -> int:
    data = file.stream(
        zlib.compress(one.data),
        f"/Type /EmbeddedFile /Subtype {name(one.media_type)} "
        f"/Params << /ModDate ({stamp}) /Size {len(one.data)} >>",
        deflated=True,
    )
    called = text_string(one.name)
    return file.add(
        f"<< /Type /Filespec /F {called} /UF {called} "
        f"/Desc {text_string(one.description or one.name)} "
        f"/AFRelationship {name(one.relationship)} "
        f"/EF << /F {data} 0 R /UF {data} 0 R >> >>"
    )
