"""Documents that are signed electronically elsewhere, and the files of each."""

import re
import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms.certificates.files import file_of, newest_file, to_be_signed
from labms.certificates.models import Certificate
from labms.certificates.queries import certificate_by_id, content_of_document
from labms.certificates.rules import NotIssued
from labms.certificates.signatures.scanning import attach_scan
from labms.certificates.signatures.sending import (
    BadScan,
    NotAZip,
    ScanIsIssued,
    ScanThere,
    TooLarge,
    unpacked,
)
from labms.certificates.signatures.signed_elsewhere import Sent, Taken, take_signed
from labms.certificates.views.document import WORDS, bp, page_about
from labms.db import db, transaction
from labms.filestore import read
from labms.i18n import N_, gettext
from labms.policy import Permission
from labms.text import file_name
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings

#: So many documents are packed at once; the rest with the next download.
MOST_PACKED = 500


@bp.get("/to-sign")
@requires(Permission.CERTIFICATE_HAND_OVER)
def to_sign() -> ResponseReturnValue:
    """Documents that wait for the signatory's token."""
    return _to_sign()


def _to_sign(taken: tuple[Taken, ...] = (), problem: str = "") -> str:
    page = page_of(to_be_signed())
    return render_template(
        "certificates/to_sign.html",
        page=page,
        says={one.id: content_of_document(one) for one in page.rows},
        taken=taken,
        problem=problem,
        most=MOST_PACKED,
        megabytes=settings().upload_megabytes,
        **WORDS,
    )


@bp.get("/to-sign.zip")
@requires(Permission.CERTIFICATE_HAND_OVER)
def packed() -> ResponseReturnValue:
    """All that wait, in one file."""
    waiting = db.session.scalars(to_be_signed().limit(MOST_PACKED)).all()
    made = SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 (it is sent)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as zipped:
        for one in waiting:
            data = read(settings().files_dir, newest_file(one).file_hash)
            zipped.writestr(f"{_called(one)}.pdf", data)
    made.seek(0)
    return Response(
        _parts(made),
        mimetype="application/zip",
        headers={"Content-Disposition": 'attachment; filename="cho-ky.zip"'},
    )


def _parts(file: Any) -> Iterator[bytes]:
    with file:
        while part := file.read(64 * 1024):
            yield part


def _called(certificate: Certificate) -> str:
    """Return a name for a document's file that any computer takes."""
    number = re.sub(r"[^0-9A-Za-z.-]+", "-", certificate.number).strip("-.")
    return f"{number}_{certificate.lookup_token}"


@bp.post("/to-sign")
@requires(Permission.CERTIFICATE_HAND_OVER)
def send_signed() -> ResponseReturnValue:
    """Take what was signed: one file, several, or a ZIP of them."""
    sent = [
        (file_name(one.filename or ""), one.read())
        for one in request.files.getlist("files")
        if one.filename
    ]
    if not sent:
        return _to_sign(problem=gettext(N_("Choose the files that were signed."))), 422
    taken = []
    try:
        for name, data in unpacked(sent):
            if data is None:
                taken.append(Taken(name, refusal=TooLarge().text))
                continue
            taken.append(
                take_signed(
                    Sent(name, data),
                    actor=current_actor(),
                    settings=settings(),
                    nevertheless="nevertheless" in request.form,
                )
            )
    except NotAZip as error:
        taken.append(Taken("ZIP", refusal=error.text))
    status = 422 if any(one.refusal or one.is_asked for one in taken) else 200
    return _to_sign(taken=tuple(taken)), status


@bp.get("/<int:certificate_id>/files/<digest>")
@requires(Permission.CERTIFICATE_READ)
def file(certificate_id: int, digest: str) -> ResponseReturnValue:
    """One file of a document, to be kept."""
    certificate = certificate_by_id(certificate_id)
    found = file_of(certificate, digest)
    endings = {"image/jpeg": "jpg", "image/png": "png"}
    name = f"{_called(certificate)}.{endings.get(found.media_type, 'pdf')}"
    return Response(
        read(settings().files_dir, digest),
        mimetype=found.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post("/<int:certificate_id>/scan")
@requires(Permission.CERTIFICATE_HAND_OVER)
def scan(certificate_id: int) -> ResponseReturnValue:
    """Keep the scan of a paper that was signed by hand."""
    sent = request.files.get("scan")
    try:
        with transaction():
            attach_scan(
                certificate_by_id(certificate_id, for_update=True),
                sent.read() if sent else b"",
                actor=current_actor(),
                settings=settings(),
            )
    except (BadScan, ScanIsIssued, ScanThere, NotIssued) as error:
        return page_about(certificate_id, scan_problem=str(error.text)), error.status
    flash(gettext(N_("The scan was attached.")))
    return redirect(url_for(".show", certificate_id=certificate_id))
