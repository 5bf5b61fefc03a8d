"""Questions of a draft that the official text asks and its origin does not, or not.

A question that goes is named under `removed`, with the place in the text: so its second
reader compares that too, and whoever is given the file back knows why.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labms.catalogue.correction.editing import Changed, Citation, checks_of, find_check

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionTyped:
    """A question that is answered by yes or no, as it stands in the form."""

    name_vi: str
    name_en: str
    note_vi: str = ""
    note_en: str = ""
    may_not_apply: bool = False


def with_question(
    document: Document, stage: str, typed: QuestionTyped, *, cited: Citation
) -> Changed:
    """Return the document with one more question at the end of a stage."""
    changed = deepcopy(dict(document))
    found = next(each for each in changed["stage"] if each["slug"] == stage)
    names = {
        "name_vi": typed.name_vi,
        "name_en": typed.name_en,
        "note_vi": typed.note_vi,
        "note_en": typed.note_en,
    }
    found.setdefault("check", []).append(
        {
            "slug": _free_slug(changed),
            "kind": "yes_no",
            **{key: value for key, value in names.items() if value},
            **({"may_not_apply": True} if typed.may_not_apply else {}),
            **cited.source,
        }
    )
    return changed


def _free_slug(document: Document) -> str:
    """Return a name that no check has or had: those taken out are remembered too."""
    taken = {check["slug"] for _, check in checks_of(document)}
    taken |= {each["slug"] for each in document.get("removed", ())}
    number = 1
    while f"own-{number}" in taken:
        number += 1
    return f"own-{number}"


def without_question(document: Document, slug: str, *, cited: Citation) -> Changed:
    """Return the document without a question, and with where the text says so."""
    changed = deepcopy(dict(document))
    found = find_check(changed, slug)
    assert found is not None  # noqa: S101 (the page has found it)
    stage, check = found
    stage["check"] = [each for each in stage["check"] if each["slug"] != slug]
    names = {key: check[key] for key in ("name_vi", "name_en")}
    changed["removed"] = [
        *changed.get("removed", ()),
        {"slug": slug, **names, **cited.source},
    ]
    return changed
