"""The ledger of stamps that were put on."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labms import clock
from labms.db import transaction
from labms.errors import NotFound
from labms.i18n import N_, gettext
from labms.organisations.queries import find_body
from labms.paper.fonts import prepare_fonts
from labms.paper.stickers import sticker_pdf
from labms.policy import Permission
from labms.registry.standings import STANDINGS
from labms.stamps.forms import ReleaseForm
from labms.stamps.print_forms import RollForm, asked_for, file_of
from labms.stamps.printing import BadRange, roll
from labms.stamps.queries import body_codes, stamp_by_id, stamps, standings_of
from labms.stamps.rules import (
    STAMP_STATES,
    BadStampSerial,
    ReleaseUnexplained,
    StampState,
    StampUsed,
)
from labms.stamps.services import release_stamp
from labms.web.access import current_actor, requires
from labms.web.lists import page_of, settings

bp = Blueprint("stamps", __name__, url_prefix="/stamps")


@bp.get("/")
@requires(Permission.STAMP_READ)
def index() -> ResponseReturnValue:
    """Every stamp with where it is and what became of it, the newest first."""
    q = request.args.get("q", "").strip()
    state = request.args.get("state", "")
    waiting = request.args.get("waiting") == "1"
    chosen = StampState(state) if state in set(StampState) else None
    page = page_of(stamps(q=q, state=chosen, only_waiting=waiting))
    return render_template(
        "stamps/index.html",
        page=page,
        standings=standings_of(
            page.rows, on=clock.today(), expiring_days=settings().expiring_days
        ),
        STANDINGS=STANDINGS,
        codes=body_codes(page.rows),
        q=q,
        state=chosen,
        states=STAMP_STATES,
        waiting=waiting,
    )


@bp.get("/print")
@requires(Permission.STAMP_PRINT)
def print_roll() -> ResponseReturnValue:
    """Print a roll of stamps that nobody has used yet, on a label printer."""
    form, wanted = asked_for(RollForm)
    body_id = current_actor().organisation_id
    if body_id is None or (body := find_body(body_id)) is None:
        raise NotFound
    if wanted:
        try:
            stickers = roll(
                body,
                form.first.data or "",
                form.last.data or "",
                public_url=settings().public_url,
                on=clock.today(),
                actor=current_actor(),
            )
        except (BadRange, BadStampSerial, StampUsed) as error:
            form.refuse("last" if isinstance(error, BadRange) else "first", error)
        else:
            prepare_fonts(settings().cache_dir / "fonts")
            data = sticker_pdf(
                stickers,
                size=form.label,
                dpi=form.dpi.data,
                made_on=clock.today().isoformat(),
                test_print=settings().demo,
            )
            return file_of(data, f"tem-{stickers[0].number}-{stickers[-1].number}")
    return render_template("stamps/print.html", form=form, body=body)


@bp.route("/<int:stamp_id>/release", methods=["GET", "POST"])
@requires(Permission.STAMP_RELEASE)
def release(stamp_id: int) -> ResponseReturnValue:
    """Note that a stamp which counts as destroyed was never used."""
    form = ReleaseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                stamp = stamp_by_id(stamp_id, for_update=True)
                release_stamp(
                    stamp, actor=current_actor(), reason=form.reason.data or ""
                )
                serial = stamp.serial
        except ReleaseUnexplained as error:
            form.refuse("reason", error)
        else:
            flash(gettext(N_("The serial number is free again.")))
            return redirect(url_for(".index", q=serial))
    return render_template(
        "stamps/release.html", stamp=stamp_by_id(stamp_id), form=form
    )
