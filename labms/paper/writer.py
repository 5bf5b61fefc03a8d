"""The file itself: numbered objects, their places, and an identifier of it all.

Written by hand, since what archives ask for stands in exactly these bytes, and since a
library's objects for a page cost more than the page.

Source: ISO 32000-2:2020, 7.3 (objects), 7.5 (structure of files).
"""

import re
import zlib
from functools import cache
from hashlib import sha256

#: Four bytes beyond ASCII tell whoever copies the file that it is no text (7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9+._-]")
_SPECIAL = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


class File:
    """The objects of a file, in the order of their numbers."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that is put there later."""
        self._objects.append(b"")
        return len(self._objects)

    def put(self, number: int, body: str) -> None:
        """Write an object whose number is known already."""
        self._objects[number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        """Write an object and return its number."""
        self._objects.append(body.encode("ascii"))
        return len(self._objects)

    def stream(self, data: bytes, entries: str = "", *, deflated: bool) -> int:
        """Write a stream, deflated already or plain, and return its number.

        Before the last word comes an end of line: ISO 19005-3:2012, 6.1.7.1.
        """
        packed = " /Filter /FlateDecode" if deflated else ""
        head = f"<< {entries}{packed} /Length {len(data)} >>\nstream\n".encode("ascii")
        self._objects.append(head + data + b"\nendstream")
        return len(self._objects)

    def whole(self, *, root: int, info: int) -> bytes:
        """Return the file; its identifier is a digest of everything in it."""
        parts, places, place = [_HEADER], [], len(_HEADER)
        for number, body in enumerate(self._objects, start=1):
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            parts.append(part)
            places.append(b"%010d 00000 n \n" % place)
            place += len(part)
        count = len(places) + 1
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        parts += places
        data = b"".join(parts)
        identity = sha256(data).hexdigest()[:32].encode("ascii")
        return b"%btrailer\n<< /Size %d /Root %d 0 R /Info %d 0 R %b >>\n%b" % (
            data,
            count,
            root,
            info,
            b"/ID [<%b> <%b>]" % (identity, identity),
            b"startxref\n%d\n%%%%EOF\n" % place,
        )


def text_string(text: str) -> str:
    """Return a text as PDF writes one: in ASCII if it can be, else in UTF-16."""
    if text.isascii() and text.isprintable():
        return f"({text.translate(_SPECIAL)})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def name(text: str) -> str:
    """Return a name: "text/xml" becomes "/text#2Fxml"."""
    return "/" + _NOT_PLAIN.sub(lambda one: f"#{ord(one.group()):02X}", text)


@cache
def deflated_once(data: bytes) -> bytes:
    """Return what many files hold, deflated as far as it goes."""
    return zlib.compress(data, 9)
