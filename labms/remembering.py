"""Looking something up once where many jobs ask the same."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Look up standards, cards, designations and releases only once within the block.

    For work in which many jobs rest on the same ones. Whoever changes one of them
    within the block calls `forget`. A block within another remembers what that does.
    """
    known = _known.get()
    token = _known.set({} if known is None else known)
    try:
        yield
    finally:
        _known.reset(token)


def forget() -> None:
    """Look everything up anew from now on."""
    if (known := _known.get()) is not None:
        known.clear()


def once(key: Hashable, look_up: Callable[[], T]) -> T:
    """Return what `look_up` finds, or what it found before under the same key."""
    known = _known.get()
    if known is None:
        return look_up()
    if key not in known:
        known[key] = look_up()
    found: T = known[key]
    return found
