"""Forty water meters of one owner, and what a browser sends of them on one bench."""

import re
from decimal import Decimal

from werkzeug.datastructures import MultiDict

from labms import clock
from labms.catalogue.rules import Evidence, VerificationReason
from labms.db import db
from labms.jobs.models import Job
from labms.jobs.queries import jobs_of_order
from labms.jobs.rules import JobKind, JobState
from labms.jobs.sheets import snapshot_of
from labms.registry.models import Instrument
from tests.factories import PAST
from tests.world import HERE

METER = "dong-ho-do-nuoc-lanh-co-khi"
ROW = "metrological-error-{}-1"
POINTS = (1, 2, 3)


def meters(lab, number, **plate):
    """So many meters of one owner, in the register."""
    owner_id = lab.make.organisation().id
    bears = {"DN": "15", "class": "2", "Q3": "2.5", "ratio": "160"} | plate
    rows = [
        Instrument(
            type_slug=METER,
            maker="Thủy Tinh",
            maker_key="thuytinh",
            serial=f"TT{owner_id}-{place:03}",
            serial_key=f"tt{owner_id}-{place:03}",
            folded="",
            characteristics=bears,
            commune_key=HERE,
            registered_on=PAST,
            owner_id=owner_id,
        )
        for place in range(1, number + 1)
    ]
    return arranged(rows)


def arranged(rows):
    """Add rows at once, as if they had always been there."""
    db.session.add_all(rows)
    db.session.flush()
    db.session.info.clear()
    db.session.commit()
    return rows


def ordered(lab, number, **given):
    """An order of so many meters, taken in or at another step."""
    instruments = meters(lab, number)
    order = lab.make.order(lab.body, customer_id=instruments[0].owner_id)
    common = {
        "body_id": lab.body.id,
        "order_id": order.id,
        "kind": JobKind.VERIFICATION,
        "reason": VerificationReason.PERIODIC,
        "registered_at": clock.now(),
    }
    arranged(
        [
            Job(position=place, instrument_id=each.id, **common | given)
            for place, each in enumerate(instruments, start=1)
        ]
    )
    return order.id


def on_the_bench(lab, client, number):
    """Sign the verifier in, with an order on the bench: its jobs, and its address."""
    order_id = ordered(
        lab,
        number,
        state=JobState.IN_PROGRESS,
        performed_by_id=lab.verifier.id,
        procedure_slug="dong-ho-nuoc-lanh",
        procedure_revision="2026-1",
        release_id=lab.release.id,
        evidence=Evidence.STAMP_AND_MARK,
        subject_snapshot={},
    )
    for job in jobs_of_order(order_id):
        job.subject_snapshot = snapshot_of(job.instrument, commune_name="Phú Khương")
    arranged([])
    lab.make.sign_in(client, lab.verifier)
    jobs = jobs_of_order(order_id)
    return jobs, f"/jobs/{jobs[0].id}/bench"


def filled(lab, jobs, *, errors=None, action="save", **changed):
    """What a browser sends: all as they should be, but for some errors in percent."""
    form = MultiDict(
        {
            "action": action,
            "performed_on": "04/03/2031",
            "environment.water-temperature.begin": "26,5",
            "standard.water-bench": str(lab.tank.id),
            "confirmed": "1",
            "evidence": "stamp_and_mark",
            "mark": "KC-07",
        }
    )
    for point in POINTS:
        form[f"shared.{ROW.format(point)}.Vc1"] = "0"
        form[f"shared.{ROW.format(point)}.Vc2"] = "100,00"
    for place, job in enumerate(jobs):
        form.add("line", str(job.id))
        form[f"version.{job.id}"] = str(job.version)
        form[f"stamp.{job.id}"] = f"31V.{place + 1:05}"
        for point in POINTS:
            read = 1100 + Decimal((errors or {}).get((place, point), "0.5"))
            form[f"reading.{job.id}.{ROW.format(point)}.V1"] = "1000"
            form[f"reading.{job.id}.{ROW.format(point)}.V2"] = f"{read}".replace(
                ".", ","
            )
    for key, value in changed.items():
        form[key] = value
    return form


def confirmed(answer, form):
    """The form again, with every failure that was asked about ticked."""
    form = form.copy()
    form.setlist("fails", re.findall(r'name="fails" value="(\w+)"', answer.text))
    form.setlist("line", re.findall(r'name="line" value="(\d+)"', answer.text))
    for name, version in re.findall(
        r'name="(version\.\d+)" value="(\d+)"', answer.text
    ):
        form[name] = version
    return form
