"""Printing the stickers of an order on a label printer."""

from flask import render_template
from flask.typing import ResponseReturnValue

from labms import clock
from labms.certificates.stickers import stickers_of_order
from labms.certificates.views.document import bp
from labms.jobs.queries import order_by_id
from labms.paper.fonts import prepare_fonts
from labms.paper.stickers import sticker_pdf
from labms.policy import Permission
from labms.stamps.print_forms import StickersForm, asked_for, file_of
from labms.web.access import current_actor, requires
from labms.web.lists import settings


@bp.get("/stickers/<int:order_id>")
@requires(Permission.STAMP_PRINT)
def stickers(order_id: int) -> ResponseReturnValue:
    """The stickers of an order's jobs, as a list and as a roll for the printer."""
    order = order_by_id(order_id)
    found = stickers_of_order(
        order, public_url=settings().public_url, actor=current_actor()
    )
    form, wanted = asked_for(StickersForm)
    if wanted and found:
        prepare_fonts(settings().cache_dir / "fonts")
        data = sticker_pdf(
            found,
            size=form.label,
            dpi=form.dpi.data,
            made_on=clock.today().isoformat(),
            test_print=settings().demo,
        )
        return file_of(data, f"tem-{order_id}")
    return render_template(
        "certificates/stickers.html", order=order, found=found, form=form
    )
