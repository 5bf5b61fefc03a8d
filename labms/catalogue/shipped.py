"""The catalogue that comes with the program, or another in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from labms.catalogue.files.loading import Catalogue, load_catalogue

_PACKAGE = Path(__file__).resolve().parents[1]
_in_place: list[Catalogue] = []


def shipped_folder() -> Path:
    """Return where the files are: beside the package, or inside it when installed."""
    beside = _PACKAGE.parent / "instruments_catalog"
    return beside if beside.is_dir() else _PACKAGE / "_instruments_catalog"


@cache
def _load() -> Catalogue:
    return load_catalogue(shipped_folder())


def shipped_catalogue() -> Catalogue:
    """Return the catalogue in use, read once."""
    return _in_place[-1] if _in_place else _load()


@contextmanager
def use_catalogue(catalogue: Catalogue) -> Iterator[Catalogue]:
    """Let the whole program use another catalogue within the block.

    For every thread of the process, so that a server that was started in a test
    sees it as well.
    """
    _in_place.append(catalogue)
    try:
        yield catalogue
    finally:
        _in_place.pop()
