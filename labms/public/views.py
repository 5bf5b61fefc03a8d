"""Look-up without signing in: is this paper real, and what is it worth today?"""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from labms import clock
from labms.accounts.throttling import count_try, tries
from labms.certificates.queries import certificate_by_token
from labms.certificates.rules import (
    STANDINGS,
    WrongSerial,
    read_token,
)
from labms.certificates.serials import knows_serial
from labms.dcc.rules import NoTwin
from labms.dcc.writing import dcc_of
from labms.filestore import read
from labms.i18n import N_, gettext
from labms.policy import Permission, allowed
from labms.public.pages import FOUND, filled, frame, shape_of, values_of
from labms.public.queries import (
    Found,
    bodies_with_stamp,
    document_by_code,
    document_by_file,
    documents_by_number,
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

WHY = "anybody with the paper in hand may ask what it is worth"


def _when() -> dict[str, Any]:
    return {"on": clock.today(), "expiring_days": settings().expiring_days}


def _page(
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
    return _page("public/unknown.html", 404)


@bp.errorhandler(CannotTell)
def cannot_tell(_error: CannotTell) -> ResponseReturnValue:
    """Say that nothing can be said now, which is not the same as "not valid"."""
    answer = _page("public/unavailable.html", 503)
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
    return document_by_code(token, **_when()) if token else None


def _shown(found: Found, status: int = 200, *, problem: str = "") -> Response:
    values = values_of(found, problem=problem)
    return _page(FOUND, status, values=values, **shape_of(found))


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
    _check_serial(request.args.get("serial", ""), [found])


def _check_serial(typed: str, candidates: list[Found], *, about: str = "") -> Found:
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
    found = stamp_by_serial(body.lower(), serial.strip().upper(), **_when())
    if found is None:
        return _unknown()
    found = replace(found, is_test=settings().demo)
    if "serial" not in request.args:
        return _shown(found.masked())
    try:
        _check_serial(
            request.args["serial"], [found], about=f"stamp {body}/{found.number}"
        )
    except (WrongSerial, TooManyGuesses) as error:
        return _shown(found.masked(), error.status, problem=str(error.text))
    return _shown(found)


@bp.route("/verify", methods=["GET", "POST"])
@public(WHY)
def verify() -> ResponseReturnValue:
    """Type a code, or a number with the end of the serial, or give the file."""
    if request.method == "POST":
        return _by_file()
    code = request.args.get("code", "").strip()
    if code:
        token = read_token(code.rstrip("/").rsplit("/", 1)[-1])
        if token and document_by_code(token, **_when()):
            return redirect(_url(".certificate", code=token))
        told = N_("There is no document with this code. Compare it letter by letter.")
        return _verify_page(404, problem=gettext(told), about="code")
    if number := request.args.get("number", "").strip():
        return _by_number(number, request.args.get("serial", ""))
    if stamp := request.args.get("stamp", "").strip():
        return _by_stamp(stamp)
    return _verify_page()


def _verify_page(
    status: int = 200, *, problem: str = "", about: str = ""
) -> ResponseReturnValue:
    return _page(
        "public/verify.html",
        status,
        about=about,
        values={
            "problem": problem,
            "csrf": generate_csrf(),
            "number": request.args.get("number", ""),
            "serial": request.args.get("serial", ""),
            "code": request.args.get("code", ""),
            "stamp": request.args.get("stamp", ""),
        },
    )


def _url(endpoint: str, **given: Any) -> str:
    """Return an address in the language that the reader chose in this one."""
    return url_for(endpoint, **given, lang=request.args.get("lang"))


def _by_stamp(typed: str) -> ResponseReturnValue:
    """Go to the stamp with this serial; name the bodies if several have one."""
    serial = "".join(typed.split()).upper()
    bodies = bodies_with_stamp(serial)
    if not bodies:
        told = N_("There is no stamp with this number. Compare it letter by letter.")
        return _verify_page(404, problem=gettext(told), about="stamp")
    if len(bodies) == 1:
        return redirect(_url(".stamp", body=bodies[0][0], serial=serial))
    page = render_template(
        "public/stamps.html", serial=serial, bodies=bodies, **frame(settings())
    )
    return Response(page, 200, HEADERS, mimetype="text/html")


def _by_number(number: str, serial: str) -> ResponseReturnValue:
    try:
        found = _check_serial(
            serial, documents_by_number(number, **_when()), about=f"number {number}"
        )
    except WrongSerial:
        told = N_("There is no document with this number and this serial number.")
        return _verify_page(404, problem=gettext(told), about="number")
    except TooManyGuesses as error:
        return _verify_page(error.status, problem=str(error.text), about="number")
    return redirect(_url(".certificate", code=found.code))


def _by_file() -> ResponseReturnValue:
    given = request.files.get("file")
    data = given.read() if given else b""
    if not data:
        told = N_("Choose the PDF file first.")
        return _verify_page(422, problem=gettext(told), about="file")
    found = document_by_file(hashlib.sha256(data).hexdigest(), **_when())
    return _page(
        "public/file.html",
        200 if found else 404,
        is_known=found is not None,
        word=STANDINGS[found.standing] if found else "",
        values={"number": found.number, "body": found.body_name, "code": found.code}
        if found
        else {},
    )
