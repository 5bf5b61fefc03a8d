"""The page on which anybody checks: by number, by code, by stamp, or by the file."""

import hashlib
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from labms.accounts.throttling import count_try, tries
from labms.certificates.examination.examined import Examination
from labms.certificates.examination.faults import Fault
from labms.certificates.rules import WrongSerial, read_token
from labms.i18n import N_, gettext
from labms.proof.rules import document_id
from labms.public.examination import (
    MOST_BYTES,
    MOST_FILES,
    MOST_FROM_ADDRESS,
    Busy,
    TooLarge,
    examined,
)
from labms.public.pages import frame
from labms.public.queries import (
    Found,
    Signed,
    bodies_with_stamp,
    document_by_code,
    document_by_file,
    documents_by_number,
    signature_in,
)
from labms.public.rules import MEANINGS, WINDOW, TooManyGuesses
from labms.public.views.lookup import HEADERS, WHY, answer_with, bp, check_serial, when
from labms.registry.standings import STANDINGS, Standing
from labms.signing.rules import TRUSTS
from labms.web.access import public, who_is_asking
from labms.web.lists import application, settings

#: What a genuine file may be worth without a warning.
GOOD = frozenset(
    {Standing.VALID, Standing.EXPIRING, Standing.NOTICE, Standing.CALIBRATED}
)


@bp.route("/verify", methods=["GET", "POST"])
@public(WHY)
def verify() -> ResponseReturnValue:
    """Type a code, or a number with the end of the serial, or give the file."""
    if request.method == "POST":
        return _by_file()
    code = request.args.get("code", "").strip()
    if code:
        token = read_token(code.rstrip("/").rsplit("/", 1)[-1])
        if token and document_by_code(token, **when()):
            return redirect(_url(".certificate", code=token))
        told = N_("There is no document with this code. Compare it letter by letter.")
        return _verify_page(404, problem=gettext(told), about="code")
    if number := request.args.get("number", "").strip():
        return _by_number(number, request.args.get("serial", ""))
    if stamp := request.args.get("stamp", "").strip():
        return _by_stamp(stamp)
    return _verify_page()


def _verify_page(status: int = 200, *, problem: str = "", about: str = "") -> Response:
    return answer_with(
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
        found = check_serial(
            serial, documents_by_number(number, **when()), about=f"number {number}"
        )
    except WrongSerial:
        told = N_("There is no document with this number and this serial number.")
        return _verify_page(404, problem=gettext(told), about="number")
    except TooManyGuesses as error:
        return _verify_page(error.status, problem=str(error.text), about="number")
    return redirect(_url(".certificate", code=found.code))


def _by_file() -> ResponseReturnValue:
    """Compare a file with what was issued, and name what is wrong with it."""
    given = request.files.get("file")
    data = given.read(MOST_BYTES + 1) if given else b""
    if not data:
        told = N_("Choose the PDF file first.")
        return _verify_page(422, problem=gettext(told), about="file")
    try:
        _slow_down()
        return _told(data)
    except (TooManyGuesses, TooLarge) as error:
        return _verify_page(error.status, problem=str(error.text), about="file")
    except Busy as error:
        told = str(error.text)
        page = _verify_page(error.status, problem=told, about="file")
        page.headers["Retry-After"] = "60"
        return page


def _slow_down() -> None:
    """Count the files that are sent, over all processes. Raises TooManyGuesses."""
    limits = {
        f"file:from:{who_is_asking()}": MOST_FROM_ADDRESS,
        "file": MOST_FILES,
    }
    if any(tries(bucket, within=WINDOW) >= most for bucket, most in limits.items()):
        raise TooManyGuesses
    for bucket in limits:
        count_try(bucket, within=WINDOW)


def _told(data: bytes) -> Response:
    """Say what a file is: by its hash if it is kept here, else by examining it."""
    digest = hashlib.sha256(data).hexdigest()
    known = document_by_file(digest, **when())
    found, signed = None, Signed()
    if known is not None:
        signed = signature_in(digest)
    else:
        found = examined(application(), data)
        known = _document_in(found)
    is_genuine = found is None or found.is_genuine
    is_unaltered = found is not None and found.is_unaltered
    page = render_template(
        "public/file.html",
        is_genuine=is_genuine,
        is_unaltered=is_unaltered,
        signed=signed,
        stranger=_stranger(found) if found else "",
        holding=_holding(found) if found else "",
        is_signed_since=found is not None and is_genuine,
        is_not_ours=found is not None and Fault.NOT_OURS in found.faults,
        is_no_pdf=found is not None and Fault.NOT_A_PDF in found.faults,
        findings=[str(one.text) for one in found.findings] if found else [],
        signatures=found.signatures if found else (),
        trusts=TRUSTS,
        document=known,
        word=STANDINGS[known.standing] if known else "",
        meaning=MEANINGS[known.standing] if known else "",
        counts=known is not None and known.standing in GOOD,
        **frame(settings()),
    )
    status = 200 if is_genuine else 404
    return Response(page, status, HEADERS, mimetype="text/html")


def _stranger(found: Examination) -> str:
    """Return who signed a file since, of whom nothing is known; empty if nobody did."""
    names = [
        str(one.details["signer"])
        for one in found.findings
        if one.fault is Fault.SIGNED_SINCE
    ]
    return "; ".join(names)


def _holding(found: Examination) -> str:
    """Return whose signatures hold beside it: the body's own, as a rule."""
    return "; ".join(
        one.signer for one in found.signatures if one.is_good and not one.is_timestamp
    )


def _document_in(found: Examination) -> Found | None:
    """Return the document that a file claims to be, if its proof vouches for that."""
    code = read_token(found.code)
    if not code or found.document != document_id(code):
        return None
    return document_by_code(code, **when())
