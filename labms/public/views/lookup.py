"""Look-up without signing in: is this paper real, and what is it worth today?"""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from labms import clock
from labms.accounts.throttling import count_try, tries
from labms.certificates.queries import certificate_by_token
from labms.certificates.rules import (
    WrongSerial,
    read_token,
)
from labms.certificates.serials import knows_serial
from labms.dcc.rules import NoTwin
from labms.dcc.writing import dcc_of
from labms.filestore import read
from labms.policy import Permission, allowed
from labms.proof.queries import proof_today
from labms.proof.rules import document_id
from labms.public.pages import FOUND, filled, frame, shape_of, values_of
from labms.public.queries import (
    Found,
    document_by_code,
    stamp_by_serial,
)
from labms.public.rules import (
    MOST_IN_ALL,
    MOST_PER_ADDRESS,
    MOST_PER_DOCUMENT,
    WINDOW,
    CannotTell,
    TooManyGuesses,
)
from labms.web.access import public, who_is_asking
from labms.web.lists import settings

bp = Blueprint("public", __name__)

#: So much of what was typed wrongly comes back, as the field itself takes.
LONGEST_TYPED = 20

WHY = "anybody with the paper in hand may ask what it is worth"


def when() -> dict[str, Any]:
    return {"on": clock.today(), "expiring_days": settings().expiring_days}


def answer_with(
    template: str,
    status: int = 200,
    *,
    values: Mapping[str, str] | None = None,
    **shape: Hashable,
) -> Response:
    """Answer with a public page: small, never stored, never found by search engines."""
    page = filled(template, shape=shape | frame(settings()), values=values or {})
    return Response(page, status, HEADERS, mimetype="text/html")


HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def _unknown() -> ResponseReturnValue:
    """Answer alike for what never was, is not issued yet, or was given up."""
    return answer_with("public/unknown.html", 404)


@bp.errorhandler(CannotTell)
def cannot_tell(_error: CannotTell) -> ResponseReturnValue:
    """Say that nothing can be said now, which is not the same as "not valid"."""
    answer = answer_with("public/unavailable.html", 503)
    answer.headers["Retry-After"] = "30"
    return answer


@bp.get("/c/<code>")
@public(WHY)
def certificate(code: str) -> ResponseReturnValue:
    """What the document with this code is worth today."""
    found = _found(code)
    return _unknown() if found is None else _shown(found)


def _found(code: str) -> Found | None:
    token = read_token(code)
    return document_by_code(token, **when()) if token else None


def _shown(
    found: Found, status: int = 200, *, problem: str = "", instrument_at: str = ""
) -> Response:
    typed = request.args.get("serial", "")[:LONGEST_TYPED] if problem else ""
    values = values_of(found, problem=problem, typed=typed, instrument_at=instrument_at)
    return answer_with(FOUND, status, values=values, **shape_of(found))


@bp.get("/c/<code>.json")
@public(WHY)
def certificate_json(code: str) -> ResponseReturnValue:
    """The same as data; with the end of the serial number, all that the paper says."""
    found = _found(code)
    if found is None:
        return {"error": "not_found"}, 404, {"Cache-Control": "no-store"}
    told = as_json(found)
    if "serial" in request.args or _is_insider(found):
        try:
            _check_opens(found)
        except (WrongSerial, TooManyGuesses) as error:
            answer = {"error": error.code, "message": str(error.text)}
            return answer, error.status, {"Cache-Control": "no-store"}
        told["content"] = dict(found.content or {})
    return told, 200, {"Cache-Control": "no-store"}


def as_json(found: Found) -> dict[str, Any]:
    """Return what the public page shows, as data with names that stay."""

    def day(value: Any) -> str | None:
        return value.isoformat() if value else None

    return {
        "standing": str(found.standing),
        "on": clock.today().isoformat(),
        "kind": str(found.kind) if found.kind else "stamp",
        "number": found.number,
        "instrument": {
            "name_vi": found.instrument.name_vi,
            "name_en": found.instrument.name_en,
            "maker": found.instrument.maker,
            "model": found.instrument.model,
            "serial": found.instrument.serial,
        },
        "owner": found.owner_name or None,
        "commune": found.commune,
        "issuer": found.body_name,
        "issued_on": day(found.issued_on),
        "valid_until": day(found.valid_until),
        "stamp_number": found.stamp_number or None,
        "ended_on": day(found.ended_on),
        "ended_reason": str(found.ended_reason) if found.ended_reason else None,
        "revoked_on": day(found.revoked_on),
        "revocation_reason": (
            str(found.revocation_reason) if found.revocation_reason else None
        ),
        "held_on": day(found.held_on),
        "hold_reason": str(found.hold_reason) if found.hold_reason else None,
        "supersedes": found.corrects or None,
        "superseded_by": (
            {"number": found.other_number, "code": found.other_code}
            if found.kind and found.other_code
            else None
        ),
        "test_print": found.is_test,
    }


@bp.get("/c/<code>.pdf")
@public("opens with the end of the instrument's serial number only")
def certificate_pdf(code: str) -> ResponseReturnValue:
    """The file, for whoever has the instrument before them or is signed in."""
    found = _found(code)
    if found is None:
        return _unknown()
    try:
        _check_opens(found)
    except (WrongSerial, TooManyGuesses) as error:
        return _shown(found, error.status, problem=str(error.text))
    return Response(
        read(settings().files_dir, found.file_hash),
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{found.code}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@bp.get("/c/<code>.xml")
@public("opens with the end of the instrument's serial number only")
def certificate_xml(code: str) -> ResponseReturnValue:
    """The same for machines (DCC), for whoever may open the file."""
    found = _found(code)
    if found is None or found.content is None:
        return _unknown()
    try:
        _check_opens(found)
        data = dcc_of(found.content)
    except (WrongSerial, TooManyGuesses, NoTwin) as error:
        return _shown(found, error.status, problem=str(error.text))
    return Response(
        data,
        mimetype="text/xml",
        headers={
            "Content-Disposition": f'attachment; filename="{found.code}.xml"',
            "Cache-Control": "no-store",
        },
    )


@bp.get("/c/<code>/proof")
@public("proves that the log has the document, and says nothing else of it")
def certificate_proof(code: str) -> ResponseReturnValue:
    """The proof that the public log has this document, as it is today."""
    found = _found(code)
    if found is None:
        return _unknown()
    text = proof_today(document_id(found.code))
    return Response(text, content_type="text/plain; charset=utf-8", headers=HEADERS)


def _is_insider(found: Found) -> bool:
    """Return whether this reader is signed in and may see the whole document."""
    return (
        current_user.is_authenticated
        and allowed(current_user, Permission.CERTIFICATE_READ)
        and certificate_by_token(found.code) is not None
    )


def _check_opens(found: Found) -> None:
    """Raise WrongSerial or TooManyGuesses unless this reader may see it all."""
    if _is_insider(found):
        return
    check_serial(request.args.get("serial", ""), [found])


def check_serial(typed: str, candidates: list[Found], *, about: str = "") -> Found:
    """Return the one whose serial number ends so; count a miss, slow down guessers."""
    limits = {
        f"serial:from:{who_is_asking()}": MOST_PER_ADDRESS,
        f"serial:of:{about or candidates[0].code}": MOST_PER_DOCUMENT,
        "serial": MOST_IN_ALL,
    }
    if any(tries(bucket, within=WINDOW) >= most for bucket, most in limits.items()):
        raise TooManyGuesses
    for one in candidates:
        if knows_serial(typed, one.instrument.serial):
            return one
    for bucket in limits:
        count_try(bucket, within=WINDOW)
    raise WrongSerial(permission="")


@bp.get("/s/<body>/<serial>")
@public(WHY)
def stamp(body: str, serial: str) -> ResponseReturnValue:
    """What the stamp with this serial is worth today.

    Serials of stamps follow each other, so that anybody can walk along them: the
    instrument's own serial is masked, and no document opens from here, until somebody
    who has read it off the instrument types how it ends.
    """
    found = stamp_by_serial(body.lower(), serial.strip().upper(), **when())
    if found is None:
        return _unknown()
    found = replace(found, is_test=settings().demo)
    if "serial" not in request.args:
        return _shown(found.masked())
    try:
        check_serial(
            request.args["serial"], [found], about=f"stamp {body}/{found.number}"
        )
    except (WrongSerial, TooManyGuesses) as error:
        return _shown(found.masked(), error.status, problem=str(error.text))
    given = {"serial": request.args["serial"], "lang": request.args.get("lang")}
    at = url_for(".instrument_of_stamp", body=body, serial=found.number)
    typed = {key: value for key, value in given.items() if value}
    return _shown(found, instrument_at=f"{at}?{urlencode(typed)}")
