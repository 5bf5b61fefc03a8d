"""What the tests of public pages ask and arrange."""

import re
from datetime import timedelta
from io import BytesIO

from labms import clock
from labms.db import db
from labms.policy import Role
from labms.registry.models import EvidenceEnding, Instrument
from labms.registry.rules import EndingReason
from labms.stamps.models import Stamp


def page_of(client, certificate, **args):
    return client.get(f"/c/{certificate.lookup_token}", query_string=args)


def text_of(answer):
    return answer.get_data(as_text=True)


def instrument_of(certificate):
    return db.session.scalars(
        db.select(Instrument).where(Instrument.id == certificate.instrument_id)
    ).one()


def end(make, certificate, *, reason=EndingReason.REPAIRED, **given):
    now = clock.now() + timedelta(minutes=5)
    defaults = {
        "instrument_id": certificate.instrument_id,
        "reason": reason,
        "ended_at": now,
        "ended_on": clock.day_of(now),
        "recorded_by_id": make.user(Role.VERIFIER).id,
    }
    return make._add(EvidenceEnding(**defaults | given))


def put_on(make, work, job, *, serial="26V.00001", **given):
    defaults = {
        "body_id": work.body.id,
        "serial": serial,
        "instrument_id": job.instrument_id,
        "job_id": job.id,
        "applied_at": job.submitted_at,
        "applied_on": job.performed_on,
        "applied_by_id": work.verifier.id,
        "valid_until": job.valid_until,
    }
    return make._add(Stamp(**defaults | given))


def stamp_page(client, work, stamp):
    return client.get(f"/s/{work.body.code}/{stamp.serial}")


def upload(client, data):
    return client.post("/verify", data={"file": (BytesIO(data), "giay.pdf")})


def shape(answer):
    page = re.sub(r"[0-9A-Z]{18}", "CODE", text_of(answer))
    return answer.status_code, page, sorted(answer.headers.keys())
