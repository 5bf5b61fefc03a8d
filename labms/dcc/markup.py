"""Pieces of XML that every part of a DCC is made of."""

from collections.abc import Iterable
from functools import lru_cache

_LINE = "\n"


def plain(text: str) -> str:
    """Return a text with single spaces and nothing that XML would read as markup.

    What the schema calls a non-empty string neither begins nor ends with a space.
    """
    found = " ".join(text.split())
    if "&" in found or "<" in found or ">" in found:
        found = found.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return found


@lru_cache(maxsize=1024)
def contents(vi: str, en: str = "") -> str:
    """Return a text in both languages, or once without naming a language.

    Most texts are those of every certificate, and are kept.

    A text that declares a language has to be there in every language of the document
    (PTB's rules): names of people and firms, and words that nobody translated, declare
    none.
    """
    if en:
        return (
            f'<dcc:content lang="vi">{plain(vi)}</dcc:content>'
            f'<dcc:content lang="en">{plain(en)}</dcc:content>'
        )
    return f"<dcc:content>{plain(vi)}</dcc:content>"


def text(tag: str, vi: str, en: str = "") -> str:
    """Return an element with a text of one or both languages."""
    return f"<dcc:{tag}>{contents(vi, en)}</dcc:{tag}>"


def name(vi: str, en: str = "") -> str:
    """Return the name of something."""
    return text("name", vi, en)


def only(tag: str, value: str) -> str:
    """Return an element with one value, or nothing if there is none."""
    found = plain(value)
    return f"<dcc:{tag}>{found}</dcc:{tag}>" if found else ""


def within(tag: str, parts: Iterable[str], *, kind: str = "") -> str:
    """Return an element around others; `kind` is its `refType`."""
    begin = f'<dcc:{tag} refType="{kind}">' if kind else f"<dcc:{tag}>"
    return f"{begin}{_LINE}{''.join(parts)}</dcc:{tag}>{_LINE}"


def identification(issuer: str, value: str, vi: str, en: str, *, kind: str = "") -> str:
    """Return a number that somebody knows a thing by, or nothing if it has none."""
    if not value.strip():
        return ""
    return within(
        "identification",
        (only("issuer", issuer), only("value", value), name(vi, en)),
        kind=kind,
    )


def contact(tag: str, called: str, *, address: str = "", phone: str = "") -> str:
    """Return a person or a firm with its address in Vietnam."""
    further = text("further", address) if address.strip() else ""
    return within(
        tag,
        (
            name(called),
            only("phone", phone),
            within("location", (only("countryCode", "VN"), further)),
        ),
    )
