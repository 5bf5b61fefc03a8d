"""Stickers for what an order came to: stamps that were put on, calibrations issued."""

import json
from collections.abc import Iterable

import sqlalchemy as sa

from labms import clock
from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, DocumentKind
from labms.db import db
from labms.errors import NotFound
from labms.jobs.models import Job, Order
from labms.organisations.models import Body
from labms.organisations.queries import body_by_id
from labms.paper.stickers import Sticker, StickerKind
from labms.policy import Actor, Permission, authorize
from labms.stamps.models import Stamp
from labms.stamps.printing import authority_of, stickers_of
from labms.stamps.rules import StampState


def stickers_of_order(order: Order, *, public_url: str, actor: Actor) -> list[Sticker]:
    """Return a sticker for each job of an order that has something to stick on.

    A verification its stamp, with the last day; a calibration that was certified its
    own label, which leads to the certificate. In the order of the jobs. Refuses with
    NotAllowed.
    """
    authorize(actor, Permission.STAMP_PRINT, order)
    body = body_by_id(order.body_id)
    stamps = db.session.execute(
        sa.select(Job.position, Stamp)
        .join(Stamp, Stamp.job_id == Job.id)
        .where(Job.order_id == order.id, Stamp.state == StampState.APPLIED)
    ).all()
    calibrations = db.session.execute(
        sa.select(Job.position, Certificate)
        .join(Certificate, Certificate.job_id == Job.id)
        .where(
            Job.order_id == order.id,
            Certificate.kind == DocumentKind.CALIBRATION,
            Certificate.state == CertificateState.ISSUED,
        )
    ).all()
    found = [
        (position, sticker)
        for (position, _), sticker in zip(
            stamps,
            _verified(body, (stamp for _, stamp in stamps), public_url),
            strict=True,
        )
    ]
    found += [(position, _calibrated(body, paper)) for position, paper in calibrations]
    return [sticker for _, sticker in sorted(found, key=lambda each: each[0])]


def _verified(body: Body, stamps: Iterable[Stamp], public_url: str) -> list[Sticker]:
    return stickers_of(
        body,
        [
            (one.serial, one.valid_until.isoformat() if one.valid_until else "")
            for one in stamps
        ],
        public_url=public_url,
        on=clock.today(),
        is_blank=False,
    )


def _calibrated(body: Body, paper: Certificate) -> Sticker:
    says = json.loads(paper.content)
    return Sticker(
        kind=StickerKind.CALIBRATED,
        body=body.name,
        authority=authority_of(body, paper.issued_on),
        number=paper.number,
        serial=says["instrument"]["serial"],
        day=says["performed_on"],
        until=says.get("recalibration_on", ""),
        url=says["lookup"]["url"],
        host=says["lookup"]["host"],
    )


def order_called(number: str) -> Order:
    """Return the order with this number, of a body that one may see; or NotFound."""
    found = db.session.scalar(sa.select(Order).where(Order.number == number.strip()))
    if found is None:
        raise NotFound
    return found
