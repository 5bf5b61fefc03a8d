"""The faces that documents and pages are set in, and what they can print.

Documents use two families: a serif (certificates) and a sans (records, pages). Each
face exists twice, as two subsets: the letters of Vietnamese with the usual symbols,
and the rest of Latin with Greek and mathematical signs, so that a maker called
"Dräger" can be certified without every document carrying what it doesn't need.

ReportLab's TrueType fonts keep state while they draw and are not safe under threads.
So they never draw: what a document holds is made of them once, under a lock, and from
then on only read (`labms.paper.embedding`).
"""

import os
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from threading import Lock, RLock

from reportlab.pdfbase.ttfonts import TTFont

from labms.errors import Invalid
from labms.i18n import N_
from labms.paper.embedding import MOST, Embedded, embedded

#: Held while fonts are made ready for files: see the module's docstring.
_PREPARING = RLock()

_CUTTING = Lock()

#: Grows when the recipe below changes, so that cached faces are made anew.
RECIPE = "1"

#: The 134 letters of Vietnamese that are not in ASCII, as Unicode composes them.
VIETNAMESE = (
    "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
    "ẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊị"
    "ỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ"
)
SYMBOLS = "\u00a0±×÷≤≥≈√µμΩΔ°²³−–—…“”‘’·•"
ASCII = "".join(map(chr, range(0x20, 0x7F)))

#: What the second subset may hold, where the font has it.
_REST = (
    (0x00A1, 0x00AC),  # Latin, without the soft hyphen, which nobody sees
    (0x00AE, 0x024F),
    (0x0370, 0x03FF),  # Greek
    (0x1E00, 0x1EFF),  # Latin with several marks
    (0x2010, 0x2027),  # dashes, quotation marks
    (0x2030, 0x205E),  # per mille, primes
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currencies
    (0x2100, 0x218F),  # № and other letter-like signs, fractions
    (0x2190, 0x22FF),  # arrows, mathematics
    (0x25A0, 0x27BF),  # boxes and ticks
)


@dataclass(frozen=True, slots=True)
class Face:
    """One static face: where it comes from and at which place of its axes."""

    package: str
    file: str
    axes: tuple[tuple[str, float], ...]
    name: str
    """Its own PostScript name: ReportLab keeps one face for each."""


_SERIF = "fontpkg_source_serif_4"
_SANS = "fontpkg_source_sans_3"
FACES: Mapping[str, Face] = {
    "serif": Face(
        _SERIF,
        "SourceSerif4[opsz,wght].ttf",
        (("opsz", 10), ("wght", 400)),
        "LabSerif-Regular",
    ),
    "serif-bold": Face(
        _SERIF,
        "SourceSerif4[opsz,wght].ttf",
        (("opsz", 12), ("wght", 650)),
        "LabSerif-Bold",
    ),
    "serif-italic": Face(
        _SERIF,
        "SourceSerif4-Italic[opsz,wght].ttf",
        (("opsz", 9), ("wght", 400)),
        "LabSerif-Italic",
    ),
    "serif-bold-italic": Face(
        _SERIF,
        "SourceSerif4-Italic[opsz,wght].ttf",
        (("opsz", 12), ("wght", 650)),
        "LabSerif-BoldItalic",
    ),
    "sans": Face(_SANS, "SourceSans3[wght].ttf", (("wght", 400),), "LabSans-Regular"),
    "sans-bold": Face(_SANS, "SourceSans3[wght].ttf", (("wght", 650),), "LabSans-Bold"),
}
#: Where a character that a face lacks is looked for.
_SUBSTITUTES = {
    "serif": "sans",
    "serif-bold": "sans-bold",
    "serif-italic": "sans",
    "serif-bold-italic": "sans-bold",
}
_WEB = {
    "regular": Face(
        _SANS, "SourceSans3[wght].ttf", (("wght", 400),), "LabSansWeb-Regular"
    ),
    "semibold": Face(
        _SANS, "SourceSans3[wght].ttf", (("wght", 600),), "LabSansWeb-Semibold"
    ),
}


class NotPrintable(Invalid):
    """A document would lack a character that none of its fonts has."""

    code = "paper.not_printable"
    message = N_(
        "The character {character} ({code}) at position {position} of “{where}” "
        "cannot be printed. Write it in another way."
    )


class NotComposed(NotPrintable):
    """A letter and its accent are two characters, and would be printed apart."""

    code = "paper.not_composed"
    message = N_(
        "The letter {character} at position {position} of “{where}” is written with "
        "a separate accent. Type the text again."
    )


class Part:
    """At most 255 characters of a face: what becomes one font of a file."""

    def __init__(self, font: TTFont, characters: str, number: int) -> None:
        self.font = font
        self.characters = characters
        self._number = number
        self._made: Embedded | None = None

    def ready(self) -> Embedded:
        """Return the font as files hold it, made when it is first asked for."""
        if self._made is None:
            with _PREPARING:
                self._made = self._made or embedded(
                    self.font,
                    self.characters,
                    name=f"F{self._number}",
                    tag="LABM" + "".join(map(_letter, divmod(self._number, 26))),
                    refuse=lambda code: _refusal(chr(code), 0, chr(code)),
                )
        return self._made


def _letter(number: int) -> str:
    return chr(ord("A") + number)


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters that one font prints."""

    part: Part
    text: str

    @property
    def font(self) -> str:
        """Return the name of the font."""
        return str(self.part.font.fontName)


class Fonts:
    """The faces: what they can print, how wide, and with which of them."""

    def __init__(self, chains: Mapping[str, tuple[TTFont, ...]]) -> None:
        parts: dict[str, list[Part]] = {}
        count = 0
        for font in dict.fromkeys(font for chain in chains.values() for font in chain):
            parts[font.fontName] = found = []
            for characters in _portions(font):
                found.append(Part(font, characters, count))
                count += 1
        self._parts: dict[str, dict[str, Part]] = {}
        self._widths: dict[str, dict[str, float]] = {}
        for face, chain in chains.items():
            holds: dict[str, Part] = {}
            for font in chain:
                for part in parts[font.fontName]:
                    holds = dict.fromkeys(part.characters, part) | holds
            self._parts[face] = holds
            self._widths[face] = {
                one: part.font.face.getCharWidth(ord(one))
                for one, part in holds.items()
            }
        self._first = {
            face: parts[chain[0].fontName][0] for face, chain in chains.items()
        }
        self._usual = {
            face: frozenset(part.characters) for face, part in self._first.items()
        }
        first, *others = self._parts.values()
        self._printable = set(first).intersection(*others)

    def unprintable(self, text: str) -> str:
        """Return the first character that some face cannot print; empty if none."""
        if self._printable.issuperset(text):
            return ""
        return next(one for one in text if one not in self._printable)

    def runs(self, text: str, face: str) -> list[Run]:
        """Split text into what each font of a face's chain prints."""
        if self._usual[face].issuperset(text):
            return [Run(self._first[face], text)] if text else []
        holds = self._parts[face]
        found: list[Run] = []
        for place, character in enumerate(text):
            part = holds.get(character)
            if part is None:
                raise _refusal(text, place, text)
            if found and found[-1].part is part:
                found[-1] = Run(part, found[-1].text + character)
            else:
                found.append(Run(part, character))
        return found

    def width(self, text: str, face: str, size: float) -> float:
        """Return the width of a text in points, before any wrapping."""
        widths = self._widths[face]
        try:
            return sum(map(widths.__getitem__, text)) * size * 0.001
        except KeyError as missing:
            place = text.index(str(missing.args[0]))
            raise _refusal(text, place, text) from missing


def _portions(font: TTFont) -> list[str]:
    """Return the characters of a face, in portions that fit one font of a file."""
    characters = "".join(map(chr, sorted(font.face.charToGlyph)))
    return [
        characters[start : start + MOST] for start in range(0, len(characters), MOST)
    ]


_prepared: list[Fonts] = []


def prepare_fonts(folder: Path | None) -> Fonts:
    """Make the faces, or take them from `folder`, for whatever is drawn from now on.

    Takes about two seconds the first time and some milliseconds from then on; files
    are written whole or not at all, so several processes may start at once. Without a
    folder the faces live in memory only.
    """
    with _PREPARING:
        fonts: dict[str, tuple[TTFont, TTFont]] = {}
        for key, face in FACES.items():
            pair = []
            for part in ("", "-Rest"):
                name = face.name + part
                data = _cached(folder, f"{name}.ttf", face, part)
                pair.append(TTFont(name, BytesIO(data)))
            fonts[key] = (pair[0], pair[1])
        chains = {
            key: (*pair, *fonts[_SUBSTITUTES[key]]) if key in _SUBSTITUTES else pair
            for key, pair in fonts.items()
        }
        _prepared[:] = [Fonts(chains)]
        return _prepared[0]


def current_fonts() -> Fonts:
    """Return the prepared fonts; make them in memory if nobody prepared any."""
    with _PREPARING:
        return _prepared[0] if _prepared else prepare_fonts(None)


def web_font(folder: Path) -> dict[str, Path]:
    """Return the WOFF files of the pages' face, by weight (regular, semibold).

    Takes four seconds the first time: call it at start-up, not in a request.
    """
    paths = {}
    for weight, face in _WEB.items():
        name = f"{face.name}.woff"
        _cached(folder, name, face, "-Web")
        paths[weight] = _path(folder, name)
    return paths


def check_printable(text: str, *, where: str = "") -> None:
    """Raise NotPrintable unless every character of a text can be printed.

    The text must be composed (NFC): separate accents would land beside their letters.
    A line feed is allowed and breaks the line; other control characters are not.
    `where` names the field in the refusal; without it the text itself is named.
    """
    if not unicodedata.is_normalized("NFC", text):
        composed = unicodedata.normalize("NFC", text)
        place = next(
            (i for i, (a, b) in enumerate(zip(text, composed, strict=False)) if a != b),
            len(composed) - 1,
        )
        raise NotComposed(
            character=composed[place], position=place + 1, where=where or composed
        )
    if missing := current_fonts().unprintable(text.replace("\n", " ")):
        raise _refusal(text, text.index(missing), where or text)


def _refusal(text: str, place: int, where: str) -> NotPrintable:
    character = text[place]
    shown = character if character.isprintable() else "?"
    return NotPrintable(
        character=shown,
        code=f"U+{ord(character):04X}",
        position=place + 1,
        where=where,
    )


@cache
def _edition() -> str:
    """Return a short name for the faces that this machine would make."""
    parts = [RECIPE, repr(FACES), repr(_WEB), repr(_REST), SYMBOLS]
    parts += [version(name) for name in ("fontpkg-source-serif-4", "fonttools")]
    parts += [version("fontpkg-source-sans-3")]
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


def _path(folder: Path, name: str) -> Path:
    stem, _, ending = name.rpartition(".")
    return folder / f"{stem}.{_edition()}.{ending}"


def _cached(folder: Path | None, name: str, face: Face, part: str) -> bytes:
    """Return a face's file from the folder, making it there if it is missing."""
    if folder is None:
        with _CUTTING:
            return _made(face, part)
    path = _path(folder, name)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        with _CUTTING:  # the second one who asks gets what the first one made
            data = _made(face, part)
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return data


@cache
def _made(face: Face, part: str) -> bytes:
    from labms.paper.cutting import cut  # half a second: only when it is needed

    source = resources.files(face.package) / "files" / face.file
    first = {ord(character) for character in ASCII + VIETNAMESE + SYMBOLS}
    rest = {code for low, high in _REST for code in range(low, high + 1)} - first
    return cut(
        source.read_bytes(),
        name=face.name + (part if part == "-Rest" else ""),
        codes={"": first, "-Rest": rest, "-Web": first | rest}[part],
        axes=dict(face.axes),
        for_web=part == "-Web",
    )
