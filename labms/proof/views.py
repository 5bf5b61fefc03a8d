"""The public log: a page for people, and tiles for programs.

Source of the addresses and of how long answers may be kept: C2SP tlog-tiles.
"""

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from labms.errors import NotFound
from labms.i18n import DEFAULT_LANGUAGE, LANGUAGES, language
from labms.proof.checkpoints import whole_number
from labms.proof.exporting import bundle_data, kept_export, tile_data
from labms.proof.notes import encoded
from labms.proof.queries import (
    checkpoint_note,
    checkpoint_row,
    consistency,
    current_key,
    log_size,
    newest_entries,
)
from labms.proof.rules import LOG_EVENTS, Entry, NoSuchSize
from labms.proof.tiles import Tile, is_there, read_level, read_number
from labms.web.access import public
from labms.web.lists import settings

bp = Blueprint("log", __name__, url_prefix="/log")

WHY = "the log names nobody, and proves only if anybody may read it"
#: A tile never changes.
FOR_EVER = "public, max-age=31536000, immutable"
#: The log may grow at any moment.
SHORTLY = "public, max-age=2"
A_WHILE = "public, max-age=300"
NEWEST = 20


def _plain(text: str, cache: str) -> Response:
    return Response(
        text, headers={"Cache-Control": cache}, content_type="text/plain; charset=utf-8"
    )


@bp.get("/")
@public(WHY)
def show() -> ResponseReturnValue:
    """What the log is, its key, its newest entries, and how anybody checks it."""
    key, newest = current_key(), checkpoint_row()
    rows = [(row.position, Entry.read(row.entry)) for row in newest_entries(NEWEST)]
    speaking = language()
    page = render_template(
        "log/show.html",
        key=key.public_key if key else "",
        name=key.name if key else "",
        size=log_size(),
        root=encoded(bytes.fromhex(newest[0].root)) if newest else "",
        entries=rows,
        events=LOG_EVENTS,
        address=settings().public_url,
        host=settings().public_url.split("://", 1)[-1],
        other=next(code for code in LANGUAGES if code != speaking),
        lang="" if speaking == DEFAULT_LANGUAGE else f"?lang={speaking}",
    )
    return Response(page, headers={"Cache-Control": "no-store"}, mimetype="text/html")


@bp.get("/checkpoint")
@public(WHY)
def checkpoint() -> ResponseReturnValue:
    """How large the log is, and its root, signed."""
    try:
        return _plain(checkpoint_note(), SHORTLY)
    except NoSuchSize as error:
        raise NotFound from error


@bp.get("/tile/entries/<path:rest>")
@public(WHY)
def entries(rest: str) -> ResponseReturnValue:
    """A bundle of entries."""
    return _tile("0", rest, bundle=True)


@bp.get("/tile/<level>/<path:rest>")
@public(WHY)
def tile(level: str, rest: str) -> ResponseReturnValue:
    """A tile of hashes."""
    return _tile(level, rest, bundle=False)


def _tile(level: str, rest: str, *, bundle: bool) -> Response:
    height, number = read_level(level), read_number(rest)
    if height is None or number is None:
        raise NotFound
    asked = Tile(height, *number)
    if not is_there(asked, log_size()):
        raise NotFound
    return Response(
        bundle_data(asked) if bundle else tile_data(asked),
        headers={"Cache-Control": FOR_EVER},
        content_type="application/octet-stream",
    )


@bp.get("/consistency")
@public(WHY)
def proof_of_consistency() -> ResponseReturnValue:
    """That the log was at first what it was at a size, and has only grown since.

    The old size, the hashes, and the newer checkpoint: what a witness is sent, as in
    C2SP tlog-witness.
    """
    try:
        old = whole_number(request.args.get("from", ""))
        new = whole_number(request.args.get("to") or str(log_size()))
    except (ValueError, IndexError) as error:
        raise NoSuchSize(size=log_size()) from error
    hashes = "".join(f"{encoded(one)}\n" for one in consistency(old, new))
    return _plain(f"old {old}\n{hashes}\n{checkpoint_note(new)}", A_WHILE)


@bp.get("/export")
@public(WHY)
def export() -> ResponseReturnValue:
    """The whole log as one file, a few minutes old at most."""
    if not log_size():
        raise NotFound
    answer = send_file(
        kept_export(settings().cache_dir),
        mimetype="application/jsonl",
        as_attachment=True,
        download_name="labms-log.jsonl",
        conditional=True,
    )
    answer.headers["Cache-Control"] = A_WHILE
    return answer
