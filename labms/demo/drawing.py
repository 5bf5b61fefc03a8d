"""Drawing certificates in other processes, while the first goes on with the work."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from labms.certificates.enclosing import enclosures
from labms.certificates.models import Certificate
from labms.certificates.pdf import draw, ready_to_draw
from labms.paper.attachments import Attachment
from labms.paper.fonts import web_font

Drawing = Callable[..., bytes]


class Easel:
    """Draws what is laid on it, here or in processes beside this one."""

    def __init__(self, cache_dir: Path, pool: ProcessPoolExecutor | None) -> None:
        self._cache_dir = cache_dir
        self._pool = pool
        self._fonts: Future[None] | None = None
        if pool is not None:
            self._fonts = pool.submit(ready_to_draw, cache_dir)
            pool.submit(web_font, cache_dir / "fonts")

    def get_ready(self) -> None:
        """Have the fonts at hand: cut by another process, if there is one."""
        if self._fonts is not None:
            self._fonts.result()
        ready_to_draw(self._cache_dir)

    def lay_on(self, paper: Certificate) -> Drawing | None:
        """Begin to draw a document; return who hands over the file, if anybody."""
        if self._pool is None:
            return None
        file = self._pool.submit(
            _draw, paper.content, enclosures(paper), self._cache_dir
        )
        return partial(_when_done, file)


def _when_done(file: Future[bytes], *_: object, **_given: object) -> bytes:
    return file.result()


def _draw(content: str, inside: list[Attachment], cache_dir: Path) -> bytes:
    return draw(json.loads(content), cache_dir=cache_dir, attachments=inside)


@contextmanager
def easel(cache_dir: Path, *, side_by_side: bool) -> Iterator[Easel]:
    """Draw within the block, in processes beside this one or in this one."""
    if not side_by_side:
        yield Easel(cache_dir, None)
        return
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield Easel(cache_dir, pool)
