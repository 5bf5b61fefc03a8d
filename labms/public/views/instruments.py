"""The instrument behind a document or a stamp, as it stands today."""

from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.rules import DOCUMENT_KINDS, WrongSerial, read_token
from labms.i18n import N_
from labms.public.instruments import (
    InstrumentToday,
    instrument_by_document,
    instrument_by_stamp,
)
from labms.public.pages import frame
from labms.public.queries import stamp_by_serial
from labms.public.rules import MEANINGS, TooManyGuesses
from labms.public.views.lookup import (
    HEADERS,
    WHY,
    answer_with,
    bp,
    check_serial,
    when,
)
from labms.registry.rules import ENDING_REASONS
from labms.registry.standings import STANDINGS, Paper
from labms.web.access import public
from labms.web.lists import settings

#: What a paper is called, by its kind.
PAPERS = {str(kind): name for kind, name in DOCUMENT_KINDS.items()} | {
    "stamp": N_("Verification stamp"),
    "mark": N_("Verification mark"),
}


@bp.get("/c/<code>/instrument")
@public(WHY)
def instrument_of_document(code: str) -> ResponseReturnValue:
    """What the instrument of the document with this code is worth today."""
    found = _by_code(code)
    return _unknown() if found is None else _shown(found, back=f"/c/{code}")


@bp.get("/c/<code>/instrument.json")
@public(WHY)
def instrument_json(code: str) -> ResponseReturnValue:
    """The same as data."""
    found = _by_code(code)
    if found is None:
        return {"error": "not_found"}, 404, {"Cache-Control": "no-store"}
    return as_json(found), 200, {"Cache-Control": "no-store"}


def _by_code(code: str) -> InstrumentToday | None:
    token = read_token(code)
    return instrument_by_document(token, **when()) if token else None


@bp.get("/s/<body>/<serial>/instrument")
@public(WHY)
def instrument_of_stamp(body: str, serial: str) -> ResponseReturnValue:
    """What the instrument under a stamp is worth, for whoever can read its serial."""
    key = (body.lower(), serial.strip().upper())
    stamp = stamp_by_serial(*key, **when())
    found = instrument_by_stamp(*key, **when()) if stamp else None
    if stamp is None or found is None:
        return _unknown()
    if "serial" not in request.args:
        return _ask()
    typed = request.args["serial"]
    try:
        check_serial(typed, [stamp], about=f"stamp {body}/{stamp.number}")
    except (WrongSerial, TooManyGuesses) as error:
        return _ask(error.status, problem=str(error.text))
    return _shown(found, back=f"/s/{key[0]}/{key[1]}", serial=typed)


def _unknown() -> Response:
    return answer_with("public/unknown.html", 404)


def _ask(status: int = 200, *, problem: str = "") -> Response:
    """Ask how the serial number ends."""
    page = render_template("public/serial.html", problem=problem, **frame(settings()))
    return Response(page, status, HEADERS, mimetype="text/html")


def _shown(found: InstrumentToday, *, back: str, serial: str = "") -> Response:
    page = render_template(
        "public/instrument.html",
        found=found,
        back=back,
        serial=serial,
        is_test=settings().demo,
        word=STANDINGS[found.standing],
        meaning=MEANINGS[found.standing],
        PAPERS=PAPERS,
        STANDINGS=STANDINGS,
        ENDING_REASONS=ENDING_REASONS,
        **frame(settings()),
    )
    return Response(page, 200, HEADERS, mimetype="text/html")


def as_json(found: InstrumentToday) -> dict[str, Any]:
    """Return what the page shows, as data with names that stay."""
    name = found.name
    return {
        "standing": str(found.standing),
        "on": clock.today().isoformat(),
        "instrument": {
            "name_vi": name if isinstance(name, str) else name.vi,
            "name_en": name if isinstance(name, str) else name.en,
            "maker": found.maker,
            "model": found.model,
            "serial": found.serial,
        },
        "owner": found.owner_name or None,
        "commune": found.commune,
        "out_of_use_on": _day(found.out_of_use_on),
        "counts": _paper(found.counts) if found.counts else None,
        "papers": [_paper(one) for one in found.papers],
        "older_count": found.older_count,
        "test_print": settings().demo,
    }


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "number": paper.number or None,
        "code": paper.code or None,
        "standing": str(paper.standing),
        "given_on": _day(paper.given_on),
        "valid_until": _day(paper.valid_until),
        "stamp_number": paper.stamp_number or None,
        "ended_on": _day(paper.ended_on),
        "ended_reason": str(paper.ended_reason) if paper.ended_reason else None,
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
