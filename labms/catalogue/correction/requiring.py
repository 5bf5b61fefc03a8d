"""What a draft says of the standards that are needed."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labms.catalogue.correction.editing import Changed, Citation

Document = Mapping[str, Any]
#: The texts and formulas of a need that may be corrected, and are left out if empty.
OPTIONAL = ("accuracy", "tolerance", "reach", "text_vi", "text_en")
FLAGS = ("required", "several")


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardTyped:
    """What is needed of a standard, as it stands in the form."""

    name_vi: str
    name_en: str
    text_vi: str = ""
    text_en: str = ""
    accuracy: str = ""
    tolerance: str = ""
    reach: str = ""
    required: bool = False
    several: bool = False
    checks: Sequence[str] = ()


def standard_called(document: Document, slug: str) -> Document | None:
    """Return what a document says of one need, or None."""
    needs: list[Document] = document.get("standard", [])
    return next((each for each in needs if each["slug"] == slug), None)


def standard_typed(raw: Document) -> StandardTyped:
    """Return a need as a person would type it."""
    return StandardTyped(
        name_vi=raw["name_vi"],
        name_en=raw["name_en"],
        **{key: raw.get(key, "") for key in OPTIONAL},
        **{key: raw.get(key, False) for key in FLAGS},
        checks=tuple(raw["checks"]),
    )


def corrected_standard(
    document: Document, slug: str, typed: StandardTyped, *, cited: Citation
) -> Changed:
    """Return the document with a need as typed, cited."""
    changed = deepcopy(dict(document))
    need = standard_called(changed, slug)
    assert isinstance(need, dict)  # noqa: S101 (the page has found it)
    need.update(name_vi=typed.name_vi, name_en=typed.name_en, checks=[*typed.checks])
    for key in FLAGS:
        if getattr(typed, key) or key in need:
            need[key] = getattr(typed, key)
    for key in OPTIONAL:
        if value := getattr(typed, key).strip():
            need[key] = value
        else:
            need.pop(key, None)
    need.update(cited.source)
    return changed
