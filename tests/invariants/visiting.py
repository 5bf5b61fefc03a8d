"""Every address of the site, and every kind of person who may try it.

A new part of an address needs a line in `Ground`: then the tests over all routes visit
it too, with a row of the person's own body, of another body and of nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from labms import clock
from labms.bulk.models import BulkRun
from labms.bulk.rules import BulkKind
from labms.bulk.services import propose
from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.services import reserve_certificate
from labms.db import db, transaction
from labms.filestore import store
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.jobs.sheets import snapshot_of
from labms.organisations.models import Body
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.public.models import ProblemReport
from labms.public.problems import ProblemKind
from labms.public.services import report_problem
from labms.registry.models import EvidenceEnding
from labms.registry.queries import instrument_by_id
from labms.registry.rules import EndingReason
from labms.stamps.models import Stamp
from labms.stamps.rules import StampState
from labms.traceability.models import ReceivedDcc
from tests.dcc.examples import released
from tests.factories import PAST, SPRING_SCALE, Make
from tests.supply.stating import Stated
from tests.tasks.work import Work
from tests.world import HERE

#: What no row has.
NOBODYS = 999_999
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: A job must be at the right step for its page to be of use.
STATE_FOR = {
    "jobs.assign": JobState.REGISTERED,
    "jobs.take": JobState.REGISTERED,
    "jobs.agree": JobState.REGISTERED,
    "jobs.start": JobState.REGISTERED,
    "jobs.measure": JobState.IN_PROGRESS,
    "jobs.evaluate": JobState.IN_PROGRESS,
    "jobs.bench": JobState.IN_PROGRESS,
    "jobs.fill_bench": JobState.IN_PROGRESS,
    "jobs.evaluate_bench": JobState.IN_PROGRESS,
    "jobs.submit": JobState.IN_PROGRESS,
    "jobs.cancel": JobState.IN_PROGRESS,
    "jobs.review": JobState.AWAITING_REVIEW,
    "jobs.approve": JobState.AWAITING_REVIEW,
    "jobs.return_": JobState.AWAITING_REVIEW,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address and one method."""

    rule: Rule
    method: str

    @property
    def name(self) -> str:
        """As the reviewed table has it."""
        return f"{self.rule.endpoint} {self.method}"


def routes(app: Flask) -> list[Route]:
    """Every address with every method that it takes, in a fixed order."""
    found = [
        Route(rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: (route.name, route.rule.rule))


class Ground:
    """Rows of one body, and what of them stands in addresses."""

    def __init__(self, make: Make, app: Flask) -> None:
        self.make = make
        self.body: Body = make.body()
        self.customer = make.organisation()
        self.verifier = make.user(Role.VERIFIER, body=self.body)
        self.card = make.card(self.verifier, SPRING_SCALE)
        self.order = make.order(self.body, customer_id=self.customer.id)
        self.designation = make.designation(self.body, SPRING_SCALE)
        self.standard = make.traceable_standard(self.body)
        self.release = make.procedure_release(self.body)
        self.cycle_release = make.cycle_release(self.body)
        self.own_revision = make.own_revision(self.body)
        self.jobs = {state: self._job(state) for state in set(STATE_FOR.values())}
        self.jobs[JobState.APPROVED] = self._job(JobState.APPROVED)
        self.instrument = make.instrument(owner_id=self.customer.id)
        self.ending = self._ending()
        self.certificate = self._certificate(app)
        self.stamp = self._stamp()
        self.run = self._run()
        self.problem = self._problem()
        self.received = self._received(app)

    def _job(self, state: JobState) -> Job:
        instrument = self.make.instrument(owner_id=self.customer.id)
        return self.make.job(
            state,
            body=self.body,
            performed_by=self.verifier,
            instrument_id=instrument.id,
            standards=[self.standard],
            subject_snapshot=snapshot_of(
                instrument_by_id(instrument.id), commune_name="Phường Phú Khương"
            ),
        )

    def _ending(self) -> EvidenceEnding:
        return self.make._add(
            EvidenceEnding(
                instrument_id=self.instrument.id,
                reason=EndingReason.REPAIRED,
                ended_at=clock.now(),
                ended_on=clock.today(),
                note="Thay lò xo chính",
                recorded_by_id=self.verifier.id,
            )
        )

    def _certificate(self, app: Flask) -> Any:
        job = self._job(JobState.APPROVED)
        settings = app.extensions["labms"]
        signatory = self.make.user(Role.SIGNATORY, body=self.body)
        with transaction():
            reserved = reserve_certificate(
                job, actor=signatory, shown=content_hash(job), settings=settings
            )
        return finish_issuing(reserved.id, settings=settings)

    def _stamp(self) -> Stamp:
        job = self.jobs[JobState.APPROVED]
        return self.make._add(
            Stamp(
                body_id=self.body.id,
                serial=f"TEM-{self.body.id:05}",
                state=StampState.APPLIED,
                instrument_id=job.instrument_id,
                job_id=job.id,
                applied_at=job.submitted_at,
                applied_on=PAST,
                applied_by_id=self.verifier.id,
            )
        )

    def _received(self, app: Flask) -> ReceivedDcc:
        data = released("calibration-1")
        return self.make._add(
            ReceivedDcc(
                standard_id=self.standard.id,
                file_hash=store(app.extensions["labms"].files_dir, data),
                file_name="HC31.xml",
                schema_version="3.3.0",
                identifier="HC31.00001",
                received_at=clock.now(),
                received_by_id=self.verifier.id,
            )
        )

    def _problem(self) -> ProblemReport:
        with transaction():
            return report_problem(
                kind=ProblemKind.STAMP,
                text="Tem trên máy bị rách.",
                about=self.certificate.lookup_token,
            )

    def _run(self) -> BulkRun:
        reviewer = self.make.user(Role.REVIEWER, body=self.body)
        waiting = self.jobs[JobState.AWAITING_REVIEW]
        with transaction():
            return propose(
                BulkKind.APPROVE, [waiting.id], actor=reviewer, test_print=False
            )

    def values(self, endpoint: str) -> dict[str, Any]:
        """Return what each part of an address stands for."""
        state = STATE_FOR.get(endpoint, JobState.APPROVED)
        job = self.jobs[state]
        release = (
            self.cycle_release if endpoint.endswith("withdraw_list") else self.release
        )
        calibration_id = self.make._calibration_id(self.standard)
        organisation = (
            self.body.organisation
            if endpoint.startswith(("organisations.", "certificates.twins"))
            else self.customer
        )
        return {
            "job_id": job.id,
            "order_id": self.order.id,
            "certificate_id": self.certificate.id,
            "run_id": self.run.id,
            "report_id": self.problem.id,
            "series": f"{self.body.id}-verification-2031",
            "standard_id": self.standard.id,
            "calibration_id": calibration_id,
            "received_id": self.received.id,
            "instrument_id": self.instrument.id,
            "ending_id": self.ending.id,
            "organisation_id": organisation.id,
            "customer_id": self.customer.id,
            "designation_id": self.designation.id,
            "card_id": self.card.id,
            "user_id": self.verifier.id,
            "release_id": release.id,
            "own_id": self.own_revision.id,
            "stamp_id": self.stamp.id,
            "code": self.certificate.lookup_token,
            "body": self.body.code,
            "serial": self.stamp.serial,
            "digest": self.certificate.file_hash,
            "file_hash": self.certificate.file_hash,
        }


#: Parts of addresses that belong to no body.
COMMON: dict[str, Any] = {
    "slug": SPRING_SCALE,
    "type_slug": SPRING_SCALE,
    "commune_key": HERE,
    "key": HERE,
    "filename": "labms.css",
    "weight": "400",
    "area": "ben-tre-old",
    "year": 2031,
    "plan_code": "3446",
    "kind": "csv",
    "golden_name": "rounding",
}
#: Where the same word stands for something else.
ONE_ADDRESS: dict[str, dict[str, Any]] = {
    "catalogue.procedure": {"slug": "can-dong-ho-lo-xo", "revision": "2026-1"},
    "catalogue.correct": {"slug": "can-dong-ho-lo-xo", "revision": "2026-1"},
    "catalogue.own_check": {"check": "loads"},
    "catalogue.own_question": {"stage": "external"},
    "catalogue.own_remove": {"check": "markings"},
    "catalogue.own_standard": {"need": "weights"},
    "catalogue.cycle_list": {"slug": "tt-04-2026"},
    "indicators.export": {"code": "verified-share"},
    "log.entries": {"rest": "000.p/1"},
    "log.tile": {"level": "0", "rest": "000.p/1"},
    "indicators.rows": {"code": "verified-share"},
    "languages.choose": {"code": "en"},
    "plan.enter": {"what": "training"},
    "supply.enter": {"what": "capacity"},
    "reports.file": {"part": "q1", "form": "xlsx"},
    "bootstrap.static": {"filename": "css/bootstrap.min.css"},
}


def provincial(make: Make) -> dict[str, dict[str, Any]]:
    """Return rows that belong to no body, for addresses that show one."""
    training = make.training()
    statements = Stated(make)
    sheet = statements.sheet()
    frozen = {"report_id": statements.frozen()}
    return {
        "demand.correct": {"figure_id": make.demand_figure().id},
        "demand.enter_import": {"import_id": sheet},
        "demand.import_problems": {"import_id": sheet},
        "demand.show_import": {"import_id": sheet},
        "indicators.recount_file": frozen,
        "indicators.recounted": frozen,
        "supply.report": {"report_id": statements.report().id},
        "supply.strike": {"what": "capacity", "number": statements.capacity(5).id},
        "plan.strike": {"what": "training", "number": training.id},
        **work_on_tasks(make, training.id),
    }


def work_on_tasks(make: Make, training_id: int) -> dict[str, dict[str, Any]]:
    """Return the rows of the work on a plan."""
    work = Work(make)
    item, line = work.funded()
    purchase, programme = work.purchase(item), work.programme()
    raised = make.body_raised(RaisedKind.CAPABILITY)
    return {
        "tasks.item": {"item_id": item},
        "tasks.progress": {"item_id": item},
        "tasks.new_line": {"item_id": item},
        "tasks.new_purchase": {"item_id": item},
        "tasks.decide": {"line_id": line},
        "tasks.move": {"purchase_id": purchase},
        "tasks.strike": {"entry": "item", "entry_id": item},
        "tasks.training": {"training_id": training_id},
        "tasks.take_list": {"training_id": training_id},
        "tasks.programme": {"programme_id": programme},
        "tasks.step": {"programme_id": programme},
        "tasks.accredit": {"raised_id": raised.id},
        "tasks.assessment": {"assessment_id": work.assessment()},
        "outlook.strike": {"option_id": work.option()},
    }


class UnknownPart(Exception):
    """An address has a part that nobody has given a meaning here."""


def address(
    app: Flask, route: Route, *grounds: dict[str, Any], nobodys: bool = False
) -> str:
    """Return an address with its parts filled in; `nobodys`, with rows that aren't."""
    known = dict(COMMON)
    for ground in grounds:
        known |= ground
    known |= ONE_ADDRESS.get(route.rule.endpoint, {})
    given = {}
    for part in route.rule.arguments:
        if part not in known:
            raise UnknownPart(f"{part} in {route.rule.rule}: see {__name__}")
        given[part] = known[part]
        if nobodys and part not in COMMON:
            given[part] = NOBODYS if isinstance(known[part], int) else "khong-co"
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(route.rule.endpoint, given)
    return str(built)


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Let what a request changes be gone after it."""
    connection = db.engines[None]
    nested = connection.begin_nested()  # type: ignore[attr-defined]
    try:
        with app.app_context():  # its own session, its own person
            yield
    finally:
        nested.rollback()


def visit(
    app: Flask, client: FlaskClient, route: Route, target: str, **given: Any
) -> TestResponse:
    """Ask for an address as somebody, and forget what came of it, cookies too."""
    cookies = dict(client._cookies)
    try:
        with undone(app):
            return client.open(target, method=route.method, **given)
    finally:
        client._cookies = cookies
