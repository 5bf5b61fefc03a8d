"""What a signed certificate costs, and how long five hundred take to be issued.

    python -m tests.benchmarks.bench_signed

Bars: drawn, signed on the server and examined, at most 50 times the processor time of a
page that says "Hello, world" in the same run (the floor); and 500 jobs reserved, signed
and stored on SQLite in at most 60 s by the clock, none lost, each signature good, each
file at most 150 kB. The exit status is 1 beyond a bar. The last result is kept beside
this file.
"""

import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from labms import clock
from labms.app import create_app
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate, CertificateFile
from labms.certificates.rules import CertificateState
from labms.certificates.services import reserve_certificate
from labms.db import Model, db, scoped, transaction
from labms.filestore import read
from labms.jobs.models import Job
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import prepare_fonts
from labms.policy import EVERYTHING, Role
from labms.settings import Settings
from labms.signing.keys import trusted_roots
from labms.signing.reading import signatures_of
from labms.signing.rules import SigningWay
from labms.signing.sealing import seal
from labms.signing.services import choose_way
from tests.benchmarks.bench_certificate import cases, each, hello
from tests.factories import SPRING_SCALE, Make
from tests.keeping import kept_fonts
from tests.paper.examples import certificate
from tests.world import lay_the_ground

RATIO = 50
JOBS = 500
SECONDS = 60.0
BYTES = 150_000
ROUNDS = 5
COUNT = 40
RESULT = Path(__file__).with_name("signed.json")


def settings_in(folder: Path) -> Settings:
    """Return the settings of a new instance on SQLite."""
    (folder / "cache").mkdir()
    (folder / "cache" / "fonts").symlink_to(kept_fonts())
    return Settings(
        instance=folder,
        secret_key="for-benchmarks-only-0123456789abcdef",
        public_url="https://kiemdinh.example.vn",
    )


def one_by_one(settings: Settings) -> dict[str, Any]:
    """Measure drawing and signing in turns with the floor: the least disturbed."""
    prepare_fonts(kept_fonts())
    given: dict[str, Any] = {"code": "tt", "name": "Trung tâm", "settings": settings}

    def made(says: dict[str, Any], files: list[Any]) -> bytes:
        pdf = certificate_pdf(says, attachments=files)
        return seal(pdf, at=clock.now(), **given).data

    made(*cases(certificate, 1)[0])  # the key is opened, the library loaded
    times, floors = [], []
    for _ in range(ROUNDS):
        floors.append(each(hello, COUNT * 4))
        waiting = iter(cases(certificate, COUNT))
        times.append(each(lambda waiting=waiting: made(*next(waiting)), COUNT))
    ratio = min(times) / min(floors)
    return {
        "milliseconds": round(min(times), 3),
        "floor_milliseconds": round(min(floors), 3),
        "ratio": round(ratio, 2),
        "bar": RATIO,
        "cleared": ratio <= RATIO,
    }


def all_at_once(settings: Settings) -> dict[str, Any]:
    """Issue hundreds of jobs, one after the other, and look at every file."""
    app = create_app(settings)
    with app.app_context(), scoped(EVERYTHING), clock.at(date(2031, 3, 4)):
        Model.metadata.create_all(db.engine)
        lay_the_ground()
        make = Make()
        body = make.body()
        verifier = make.user(Role.VERIFIER, body=body)
        make.card(verifier, SPRING_SCALE)
        signatory = make.user(Role.SIGNATORY, body=body)
        manager = make.user(Role.QUALITY_MANAGER, body=body)
        with transaction():
            choose_way(body, SigningWay.SERVER, actor=manager)
        jobs = [make.job(body=body, performed_by=verifier).id for _ in range(JOBS)]
        began, worked = time.perf_counter(), time.process_time()
        for job_id in jobs:
            with transaction():
                job = db.session.get(Job, job_id)
                reserved = reserve_certificate(
                    job, actor=signatory, shown=content_hash(job), settings=settings
                )
                key = reserved.id
            finish_issuing(key, settings=settings)
        seconds = time.perf_counter() - began
        processor = time.process_time() - worked
        return _looked_at(settings) | {
            "seconds": round(seconds, 1),
            "bar": SECONDS,
            "processor_seconds": round(processor, 1),
        }


def _looked_at(settings: Settings) -> dict[str, Any]:
    roots = trusted_roots(settings)
    issued = db.session.scalars(
        sa.select(Certificate).where(Certificate.state == CertificateState.ISSUED)
    ).all()
    files = [read(settings.files_dir, one.file_hash or "") for one in issued]
    good = sum(signatures_of(data, roots)[0].is_good for data in files)
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(CertificateFile))
    return {
        "jobs": JOBS,
        "issued": len(issued),
        "records": rows,
        "good": good,
        "largest_bytes": max(map(len, files)),
        "bar_bytes": BYTES,
    }


def main() -> int:
    """Measure, print, keep the result, and say whether each bar was cleared."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        single, many = one_by_one(settings), all_at_once(settings)
    many["cleared"] = (
        many["seconds"] <= SECONDS
        and many["issued"] == many["good"] == many["records"] == JOBS
        and many["largest_bytes"] <= BYTES
    )
    RESULT.write_text(
        json.dumps({"signed certificate": single, "issued": many}, indent=2) + "\n",
        "utf-8",
    )
    print(
        f"signed certificate: {single['milliseconds']} ms, ratio {single['ratio']}, "
        f"bar {RATIO}, floor {single['floor_milliseconds']} ms"
        f"{'' if single['cleared'] else ': BEYOND THE BAR'}"
    )
    print(
        f"{JOBS} jobs issued, signed and stored: {many['seconds']} s, bar {SECONDS} s, "
        f"{many['processor_seconds']} s of them at work, "
        f"{many['good']} good, at most {many['largest_bytes']:,} bytes"
        f"{'' if many['cleared'] else ': BEYOND THE BAR'}"
    )
    return 0 if single["cleared"] and many["cleared"] else 1


if __name__ == "__main__":
    sys.exit(main())
