"""The register as a sheet, and the account of numbers."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.account import COLUMNS, Series, lines_of, number_accounts
from labms.certificates.queries import certificates
from labms.certificates.register import headings, register_rows
from labms.certificates.rules import DOCUMENT_KINDS, CertificateState, DocumentKind
from labms.certificates.views.document import WORDS, asked, bp
from labms.db import scoped
from labms.errors import NotFound
from labms.i18n import gettext
from labms.policy import Permission, Scope, scope_of
from labms.registry.standings import Standing
from labms.sheets.writing import XLSX, harmless, xlsx_of
from labms.web.access import current_actor, requires
from labms.web.lists import page_in, settings

#: What a spreadsheet knows UTF-8 by.
BOM = "\ufeff"
#: Sheets up to so many bytes stay in memory.
IN_MEMORY = 1024 * 1024


def asked_register() -> sa.Select[Any]:
    """Return the query of the register, narrowed as the address says."""
    year = request.args.get("year", type=int)
    return certificates(
        on=clock.today(),
        text=request.args.get("q", ""),
        state=asked(CertificateState, "state"),
        kind=asked(DocumentKind, "kind"),
        worth=asked(Standing, "worth"),
        year=year if year and 1900 <= year <= 2200 else None,
    )


def _register() -> Iterator[Sequence[object]]:
    return register_rows(
        asked_register(),
        scope=scope_of(current_actor()),
        on=clock.today(),
        expiring_days=settings().expiring_days,
    )


@bp.get("/register.csv")
@requires(Permission.CERTIFICATE_READ)
def register_csv() -> ResponseReturnValue:
    """The register as the screen narrows it, line by line."""
    return _as_csv(headings(), _register(), "so-giay-chung-nhan")


@bp.get("/register.xlsx")
@requires(Permission.CERTIFICATE_READ)
def register_xlsx() -> ResponseReturnValue:
    """The register as the screen narrows it, for a spreadsheet."""
    return _as_xlsx(headings(), _register(), "so-giay-chung-nhan")


@bp.get("/numbers")
@requires(Permission.JOB_READ)
def numbers() -> ResponseReturnValue:
    """Every series from 1 to its last number, and what became of its numbers."""
    every = _accounts()
    year, kind = request.args.get("year", type=int), asked(DocumentKind, "kind")
    return render_template(
        "certificates/numbers.html",
        accounts=[
            one
            for one in every
            if year in (None, one.year) and kind in (None, one.kind)
        ],
        years=sorted({one.year for one in every if one.year}, reverse=True),
        **WORDS,
    )


@bp.get("/numbers/<series>")
@requires(Permission.JOB_READ)
def number_series(series: str) -> ResponseReturnValue:
    """One series, number by number."""
    found = _series(series)
    page = page_in(list(lines_of(found)))
    return render_template(
        "certificates/number_series.html", one=found, page=page, **WORDS
    )


@bp.get("/numbers.csv")
@requires(Permission.JOB_READ)
def numbers_csv() -> ResponseReturnValue:
    """Every number of every series, the missing ones in their places."""
    return _as_csv(
        list(map(gettext, COLUMNS)),
        _lines(_accounts(), scope_of(current_actor())),
        "so-theo-doi-so",
    )


@bp.get("/numbers.xlsx")
@requires(Permission.JOB_READ)
def numbers_xlsx() -> ResponseReturnValue:
    """The same for a spreadsheet."""
    return _as_xlsx(
        list(map(gettext, COLUMNS)),
        _lines(_accounts(), scope_of(current_actor())),
        "so-theo-doi-so",
    )


def _accounts() -> list[Series]:
    return number_accounts(body_id=scope_of(current_actor()).body_id)


def _series(name: str) -> Series:
    for one in _accounts():
        if one.name == name:
            return one
    raise NotFound


def _lines(accounts: Iterable[Series], scope: Scope) -> Iterator[Sequence[object]]:
    for one in accounts:
        kind = gettext(DOCUMENT_KINDS[one.kind])
        with scoped(scope):  # the request may be over when this is read
            lines = list(lines_of(one))
        for line in lines:
            yield (
                one.body_name,
                kind,
                one.year or "",
                line.sequence,
                line.number,
                gettext(line.word),
                line.issued_on or "",
                line.reason,
            )


def _as_csv(
    heading: Sequence[str], rows: Iterable[Sequence[object]], name: str
) -> Response:
    """Answer with what was written to a file of its own: a year need not fit memory."""
    kept = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed once sent)
    text = io.TextIOWrapper(kept, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.detach()
    kept.seek(0)
    return send_file(
        kept, mimetype="text/csv", as_attachment=True, download_name=f"{name}.csv"
    )


def _as_xlsx(
    heading: Sequence[str], rows: Iterable[Sequence[object]], name: str
) -> Response:
    data = xlsx_of(heading, rows, title=name)
    return Response(data, mimetype=XLSX, headers=_to_be_kept(f"{name}.xlsx"))


def _to_be_kept(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
