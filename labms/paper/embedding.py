"""Fonts as documents hold them: made once, and the same bytes in every file.

All of Vietnamese with its usual symbols fits the 255 codes of one simple TrueType
font. Program, widths and the way back to Unicode are built and deflated when a face is
first needed; a document only copies them. So nothing is measured or cut while drawing,
and threads share what never changes.

Source: ISO 32000-2:2020, 9.6.3, 9.8 and 9.10; ISO 19005-3:2012, 6.2.11.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reportlab.pdfbase.ttfonts import TTFont

#: The most characters that one simple font holds: code 0 is left for "no character".
MOST = 255

_SYMBOLIC = 4
_ASCII = range(0x20, 0x7F)
#: What stands for itself between parentheses, and what does not.
_ESCAPED = {"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r", "\n": "\\n"}


class Codes(dict[int, str]):
    """What `str.translate` needs; a character that is not in it raises."""

    def __init__(self, codes: Mapping[int, str], refuse: Callable[[int], Exception]):
        super().__init__(codes)
        self._refuse = refuse

    def __missing__(self, code: int) -> str:
        """Raise the refusal: `translate` would keep what raises a LookupError."""
        raise self._refuse(code)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One font of at most 255 characters, as it is written into files."""

    name: str
    """In the resources of a page, without the slash."""
    base: str
    """Its PostScript name, with the six letters that mark a subset."""
    codes: Codes
    """Character → its code, escaped as it stands between parentheses."""
    head: str
    """Entries of the font but for references, widths in thousandths of the size."""
    descriptor: str
    """Entries of the descriptor but for the program."""
    program: bytes
    """Deflated."""
    program_length: int
    to_unicode: bytes
    """Deflated."""

    def encoded(self, text: str) -> str:
        """Return a text as the operand of Tj; raises for what it has not."""
        return f"({text.translate(self.codes)})"


def coded(characters: Sequence[str]) -> dict[str, int]:
    """Return a code for every character; those of ASCII keep their own.

    Raises ValueError for more than 255.
    """
    if len(characters) > MOST:
        raise ValueError(f"{len(characters)} characters need more than one font")
    others = iter([*range(0x7F, 0x100), *range(1, 0x20)])
    codes: dict[str, int] = {}
    waiting = []
    for character in characters:
        if ord(character) in _ASCII:
            codes[character] = ord(character)
        else:
            waiting.append(character)
    free = [*others, *(code for code in _ASCII if chr(code) not in codes)]
    codes.update(zip(waiting, free, strict=False))
    return codes


def embedded(
    font: TTFont,
    characters: Sequence[str],
    *,
    name: str,
    tag: str,
    refuse: Callable[[int], Exception],
) -> Embedded:
    """Return the font that holds these characters of a face.

    Reads the face's file through its one cursor: never for one face from two threads.
    """
    codes = coded(characters)
    by_code = {code: character for character, code in codes.items()}
    last = max(by_code)
    unused = next(iter(codes))
    subset = [ord(by_code.get(code, unused)) for code in range(last + 1)]
    face = font.face
    program = face.makeSubset(subset)
    base = f"{tag}+{font.fontName}"
    widths = " ".join(f"{face.getCharWidth(code):g}" for code in subset)
    box = " ".join(f"{value:g}" for value in face.bbox)
    return Embedded(
        name=name,
        base=base,
        codes=Codes(
            {
                ord(character): _ESCAPED.get(chr(code), chr(code))
                for character, code in codes.items()
            },
            refuse,
        ),
        head=(
            f"/Type /Font /Subtype /TrueType /BaseFont /{base} /FirstChar 0 "
            f"/LastChar {last} /Widths [{widths}]"
        ),
        descriptor=(
            f"/Type /FontDescriptor /FontName /{base} /Flags {_SYMBOLIC} "
            f"/FontBBox [{box}] /ItalicAngle {face.italicAngle:g} "
            f"/Ascent {face.ascent:g} /Descent {face.descent:g} "
            f"/CapHeight {face.capHeight:g} /StemV {face.stemV:g}"
        ),
        program=zlib.compress(program, 9),
        program_length=len(program),
        to_unicode=zlib.compress(_to_unicode(base, by_code).encode("ascii"), 9),
    )


def _to_unicode(name: str, characters: Mapping[int, str]) -> str:
    """Return the map back to Unicode, in parts of at most 100 as readers expect."""
    pairs = [f"<{code:02X}> <{ord(one):04X}>" for code, one in characters.items()]
    parts = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(
                line
                for part in parts
                for line in (f"{len(part)} beginbfchar", *part, "endbfchar")
            ),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
