"""Text as it is kept, and as it is searched.

Text is NFC from the edge on, so that one name is one string. Search ignores case,
accents and the stroke of đ, the same on both engines, since it is done here.
"""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` in NFC, without control characters and superfluous spaces.

    Line breaks stay: they mean something in an address or a note.
    """
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    visible = "".join(
        letter
        for letter in normal
        if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Co"}
    )
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return "\n".join(lines).strip()


def fold(text: str) -> str:
    """Return `text` as it is searched: "Đồng hồ NƯỚC" becomes "dong ho nuoc"."""
    stripped = "".join(
        letter
        for letter in unicodedata.normalize("NFD", text.lower())
        if not unicodedata.combining(letter)
    )
    return _SPACES.sub(" ", stripped.replace("đ", "d")).strip()


def like(text: str) -> str:
    """Return a LIKE pattern (escape character \\) for what contains folded `text`."""
    escaped = re.sub(r"([\\%_])", r"\\\1", fold(text))
    return f"%{escaped}%"


def file_name(text: str, *, longest: int = 120) -> str:
    """Return the name of a file that somebody sent, without its folders, not too long.

    The ending stays: it says what opens the file.
    """
    name = clean(text.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:longest] or "file"
    return f"{stem[: longest - len(ending) - 1]}.{ending}"
