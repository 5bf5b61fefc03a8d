"""Lists that stay usable when they are long: one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, request, url_for

from labms.db import db
from labms.settings import Settings

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a longer list, and where the others are."""

    rows: Sequence[Row]
    number: int
    total: int
    size: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 if there is nothing."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """The place of the first row in the whole list, from 1."""
        return (self.number - 1) * self.size + 1

    def address(self, number: int) -> str:
        """Return the address of another page, with the same filters."""
        given = {**(request.view_args or {}), **request.args, "page": number}
        return url_for(str(request.endpoint), **given)


def settings() -> Settings:
    """Return the settings of the instance that is being served."""
    found: Settings = current_app.extensions["labms"]
    return found


def application() -> Flask:
    """Return the application itself, for a thread that outlives the request."""
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return found


def page_of(rows: sa.Select[Any], *, size: int | None = None) -> Page[Any]:
    """Fetch the page that was asked for by `?page=`: two queries, whatever the size."""
    size = size or settings().page_size
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())
    )
    last = max(1, -(-(total or 0) // size))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    found = db.session.scalars(rows.limit(size).offset((number - 1) * size))
    return Page(found.unique().all(), number, total or 0, size)


def page_in(rows: Sequence[Row], *, size: int | None = None) -> Page[Row]:
    """Return the page that was asked for by `?page=` of rows that are there already."""
    size = size or settings().page_size
    last = max(1, -(-len(rows) // size))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return Page(rows[(number - 1) * size : number * size], number, len(rows), size)
