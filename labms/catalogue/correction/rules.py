"""What has to hold when a body corrects a procedure by the official text."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labms.catalogue.files.faults import Fault
from labms.catalogue.rules import Confidence
from labms.catalogue.wording import (
    field_name,
    figure_said,
    reasons_said,
    source_said,
    thing_name,
)
from labms.errors import Conflict, Invalid
from labms.i18n import N_

Document = Mapping[str, Any]
Path = tuple[str, ...]


class CorrectionFaults(Invalid):
    """The rules of the catalogue find something wrong with what was typed."""

    code = "catalogue.correction_faults"
    message = N_("The rules of the catalogue find faults. Nothing was saved.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


class NotADraft(Conflict):
    """What was confirmed or discarded is not changed any more."""

    code = "catalogue.not_a_draft"
    message = N_("This revision is no draft any more.")


class NotYourDraft(Conflict):
    """Only its author works on a draft: whoever reads it second must be another."""

    code = "catalogue.not_your_draft"
    message = N_("Only its author changes a draft. Begin one of your own.")


class SecondReaderNeeded(Conflict):
    """Nobody confirms what they corrected themselves."""

    code = "catalogue.second_reader_needed"
    message = N_("The second reader has to be somebody else than the author.")


class NothingCorrected(Conflict):
    """The draft says what its origin says."""

    code = "catalogue.nothing_corrected"
    message = N_("Nothing has been corrected yet.")


class NotAllCompared(Invalid):
    """The second reader has not compared every figure."""

    code = "catalogue.not_all_compared"
    message = N_("Compare every figure with the official text, and tick each.")


class CitationMissing(Invalid):
    """Without the place in the official text nothing is corrected."""

    code = "catalogue.citation_missing"
    message = N_("Name the official text and the page or clause.")


def shown_hash(content: str) -> str:
    """Return what tells whether a draft is still the one that was shown."""
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Corrected:
    """A figure that was corrected, or only compared, by its author."""

    key: str
    path: tuple[Document, ...]
    """The things that it stands in, from the outside."""
    tail: str
    """What of the last of them it is, as "limit"; empty for the thing itself."""

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        names = [thing_name(each) for each in self.path if _is_named(each)]
        if self.tail:
            names.append(field_name(self.tail))
        if self.tail == "limit" and "reasons" in self.figure:
            names.append(reasons_said(self.figure["reasons"]))
        return " · ".join(names)

    @property
    def source(self) -> str:
        """Where the author read it."""
        return source_said(self.figure)

    @property
    def says(self) -> str:
        """What it says now, in words."""
        return figure_said(self.figure)

    @property
    def figure(self) -> Document:
        """What bears the source."""
        return self.path[-1]


def _is_named(thing: Document) -> bool:
    return any(f"{key}_vi" in thing for key in ("name", "title", "text"))


def corrected_figures(origin: Document, document: Document) -> tuple[Corrected, ...]:
    """Return the figures of which the author said where they stand.

    Those that differ from the origin and that one person has compared so far.
    """
    before = {key: _figure(things[-1]) for key, things, _ in _figures((), (), origin)}
    return tuple(
        Corrected("/".join(key), things[1:] or things, tail)
        for key, things, tail in _figures((), (), document)
        if len(things[-1].get("checked_by", ())) == 1
        and before.get(key) != _figure(things[-1])
    )


#: What a revision is called is nothing that anybody compares.
_NAMES = frozenset({"slug", "revision"})


def _figure(thing: Document, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Return what a source stands for: a thing without the things within it."""
    return {
        key: value
        for key, value in thing.items()
        if not _has_sources(value) and key not in _NAMES and key not in without
    }


def _has_sources(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "confidence" in value or any(map(_has_sources, value.values()))
    return isinstance(value, list) and any(map(_has_sources, value))


def _figures(
    key: Path, around: tuple[Document, ...], thing: Document, tail: str = ""
) -> Iterator[tuple[Path, tuple[Document, ...], str]]:
    """Yield everything with a source: its key, what it stands in, what of it."""
    here = (*around, thing)
    if "confidence" in thing:
        yield key, here, tail
    for name, value in thing.items():
        if isinstance(value, Mapping):
            yield from _figures((*key, name), here, value, name)
        elif isinstance(value, list):
            for place, each in enumerate(value, start=1):
                if isinstance(each, Mapping):
                    own = str(each.get("slug") or each.get("key") or place)
                    what = "" if thing_name(each) else name
                    yield from _figures((*key, name, own), here, each, what)


def confirmed(origin: Document, document: Document, *, reader: str) -> dict[str, Any]:
    """Return the document in which a second reader has compared what was corrected."""
    changed = deepcopy(dict(document))
    for each in corrected_figures(origin, changed):
        figure = each.figure
        assert isinstance(figure, dict)  # noqa: S101 (a copy of what was read)
        figure["confidence"] = str(Confidence.SEEN)
        figure["checked_by"] = [*figure["checked_by"], reader]
    return changed


def with_citations(
    origin: Document, document: Document, *, source: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a document in which whatever differs from its origin is cited.

    For one that was written elsewhere: who compared it before counts for nothing here.
    """
    changed = deepcopy(dict(document))
    before = {
        key: _figure(things[-1], without=source)
        for key, things, _ in _figures((), (), origin)
    }
    for key, things, _ in list(_figures((), (), changed)):
        figure = things[-1]
        assert isinstance(figure, dict)  # noqa: S101 (a copy of what was read)
        if before.get(key) != _figure(figure, without=source):
            figure.update(deepcopy(dict(source)))
    return changed
