"""One method for each model; a test names only what it is about."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from labms import clock
from labms.accounts.models import User
from labms.catalogue.files.writing import as_toml
from labms.catalogue.models import CycleRelease, OwnRevision, ProcedureRelease
from labms.catalogue.rules import Evidence, VerificationReason
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demand.models import DemandFigure
from labms.demand.rules import DemandSource
from labms.jobs.models import Job, JobStandard, Order
from labms.jobs.rules import CLOSED_STATES, JobKind, JobState
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Body, Organisation
from labms.organisations.rules import OrganisationRole
from labms.places.models import District
from labms.plan.models import BodyRaised, ProgrammeSupport, Training
from labms.plan.rules import RaisedKind
from labms.policy import Role
from labms.registry.models import Instrument, Standard
from labms.registry.rules import StandardRank, identity_key
from labms.tasks.data import criteria_in_use
from labms.tasks.models import Accreditation, Assessment
from labms.tasks.rules import Conclusion
from labms.text import fold
from labms.traceability.models import Calibration, CalibrationReference
from labms.traceability.rules import IssuerKind
from tests.factories_bodies import FUTURE, PAST, SPRING_SCALE, MakeBodies, numbers
from tests.world import HERE

#: The city of Bến Tre, a district until 2025-06-30.
CITY = "829"


class Make(MakeBodies):
    """Adds instruments, standards, jobs and what the plan counts."""

    def demand_figure(self, **given: Any) -> DemandFigure:
        """Ten spring scales, found by a survey and entered that day."""
        counted_on = date(clock.today().year, 1, 15)
        defaults: dict[str, Any] = {
            "type_slug": SPRING_SCALE,
            "commune_key": HERE,
            "year": clock.today().year,
            "in_use_count": 10,
            "source": DemandSource.SURVEY,
            "document": "Báo cáo khảo sát số 12",
            "method": "",
            "counted_on": counted_on,
            "entered_on": given.get("counted_on", counted_on),
        }
        if "entered_by_id" not in given:
            given["entered_by_id"] = self.user(Role.MANAGER).id
        return self._add(DemandFigure(**defaults | given))  # type: ignore[no-any-return]

    def training(self, **given: Any) -> Training:
        """Twenty people at one training, today; entered on its day."""
        return self._undertaking(
            Training,
            {
                "title": "Kiểm định cân",
                "held_on": clock.today(),
                "organiser": "Sở Khoa học và Công nghệ",
                "turns": 20,
                "distinct_count": 18,
            },
            given,
        )

    def support(self, **given: Any) -> ProgrammeSupport:
        """An enterprise reached by the programme, today."""
        if "enterprise_id" not in given:
            given["enterprise_id"] = self.organisation().id
        return self._undertaking(
            ProgrammeSupport,
            {"supported_on": clock.today(), "activity": "Tư vấn bảo đảm đo lường"},
            given,
        )

    def body_raised(
        self, kind: RaisedKind, *, has_papers: bool = True, **given: Any
    ) -> BodyRaised:
        """An organisation that counts for the plan from today on."""
        if "organisation_id" not in given:
            given["organisation_id"] = self.laboratory().id
        raised: BodyRaised = self._undertaking(
            BodyRaised,
            {
                "kind": kind,
                "achieved_on": clock.today(),
                "achievement": "TCVN ISO/IEC 17025:2017",
            },
            given,
        )
        if has_papers and kind is not RaisedKind.SOCIALISED:
            self.accreditation(raised)
        if has_papers and kind is RaisedKind.CRITERIA:
            self.assessment(raised)
        return raised

    def laboratory(self) -> Organisation:
        """A body in the city of Bến Tre as it was."""
        if db.session.get(District, CITY) is None:
            self._add(District(code=CITY, name="Thành phố Bến Tre", province_code="83"))
        commune = self.commune(former_province_code="83", district_code=CITY)
        return self.organisation(OrganisationRole.BODY, commune_key=commune.key)

    def accreditation(self, raised: BodyRaised, **given: Any) -> Accreditation:
        """The certificate behind a record, from its day on for three years."""
        defaults: dict[str, Any] = {
            "raised_id": raised.id,
            "number": "VILAS 000",
            "issued_by": "BoA",
            "issued_on": raised.achieved_on,
            "valid_until": raised.achieved_on + timedelta(days=1095),
            "scope": "",
            "entered_on": raised.entered_on,
            "entered_by_id": raised.entered_by_id,
        }
        return self._add(Accreditation(**defaults | given))  # type: ignore[no-any-return]

    def assessment(self, raised: BodyRaised, **given: Any) -> Assessment:
        """What found that a laboratory meets the criteria."""
        defaults = {
            "organisation_id": raised.organisation_id,
            "criteria": criteria_in_use().reference,
            "assessed_on": raised.achieved_on,
            "assessors": "Hội đồng",
            "conclusion": Conclusion.MEETS,
            "total": 40,
            "raised_id": raised.id,
            "entered_on": raised.entered_on,
            "entered_by_id": raised.entered_by_id,
        }
        return self._undertaking(Assessment, defaults, given)  # type: ignore[no-any-return]

    def _undertaking(
        self, kind: type[Any], defaults: dict[str, Any], given: dict[str, Any]
    ) -> Any:
        if "entered_by_id" not in given:
            given["entered_by_id"] = self.user(Role.MANAGER).id
        row = {"document": "Báo cáo số 9", "area": "ben-tre-old"} | defaults | given
        days = ("held_on", "supported_on", "achieved_on", "assessed_on")
        happened_on = next(row[name] for name in days if name in row)
        return self._add(kind(**{"entered_on": happened_on} | row))

    def instrument(self, **given: Any) -> Instrument:
        """A spring dial scale of 60 kg."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "type_slug": SPRING_SCALE,
            "maker": "Nhơn Hòa",
            "model": "NHS-60",
            "serial": f"NH{n:06}",
            "characteristics": {"Max": "60", "e": "200", "class": "IIII"},
            "commune_key": HERE,
            "registered_on": PAST,
        }
        if "owner_id" not in given:
            given["owner_id"] = self.organisation().id
        row = Instrument(**defaults | given)
        row.maker_key = identity_key(row.maker)
        row.serial_key = identity_key(row.serial)
        row.folded = fold(f"{row.maker} {row.model} {row.serial}")
        return self._add(row)  # type: ignore[no-any-return]

    def standard(self, body: Body | None = None, **given: Any) -> Standard:
        """A weight set of a body, or of the national institute without one."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "body_id": body.id if body else None,
            "holder_name": "" if body else "Viện Đo lường Việt Nam",
            "inventory_number": f"ST-{n:04}",
            "name": "Bộ quả cân M1",
            "kind_slug": "weights",
            "rank": StandardRank.WORKING if body else StandardRank.NATIONAL,
            "range_from": Decimal(1),
            "range_to": Decimal(60000),
            "unit": "g",
            "accuracy_class": "M1",
        }
        row = Standard(**defaults | given)
        row.folded = fold(f"{row.inventory_number} {row.name}")
        return self._add(row)  # type: ignore[no-any-return]

    def calibration(
        self, standard: Standard, *, reference_id: int | None = None, **given: Any
    ) -> Calibration:
        """A calibration in force; a root if it refers to nothing above it."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "number": f"HC{n:05}",
            "issuer_name": "Viện Đo lường Việt Nam",
            "issuer_kind": IssuerKind.NATIONAL_INSTITUTE,
            "calibrated_on": PAST,
            "issued_on": PAST,
            "due_on": FUTURE,
            "range_from": standard.range_from,
            "range_to": standard.range_to,
            "unit": standard.unit,
            "uncertainty": Decimal(1),
            "coverage_factor": Decimal(2),
            "is_root": reference_id is None,
        }
        row = Calibration(standard_id=standard.id, **defaults | given)
        if reference_id is not None:
            row.reference_rows = [CalibrationReference(standard_id=reference_id)]
        return self._add(row)  # type: ignore[no-any-return]

    def traceable_standard(self, body: Body | None = None, **given: Any) -> Standard:
        """A standard whose chain reaches the national standard."""
        national = self.standard()
        self.calibration(national)
        standard = self.standard(body or self.body(), **given)
        self.calibration(standard, reference_id=national.id, uncertainty=Decimal(2))
        return standard

    def procedure_release(self, body: Body, **given: Any) -> ProcedureRelease:
        """A body's release of the spring scale's procedure."""
        defaults: dict[str, Any] = {
            "procedure_slug": SPRING_SCALE,
            "revision": "2026-1",
            "content_hash": "0" * 64,
            "unchecked": [],
            "options": {},
            "released_on": PAST,
        }
        if "released_by_id" not in given:
            given["released_by_id"] = self.user(Role.QUALITY_MANAGER, body=body).id
        return self._add(  # type: ignore[no-any-return]
            ProcedureRelease(body_id=body.id, **defaults | given)
        )

    def own_revision(self, body: Body, **given: Any) -> OwnRevision:
        """A body's draft of its own revision of the spring scale's procedure."""
        if "author_id" not in given:
            given["author_id"] = self.user(Role.QUALITY_MANAGER, body=body).id
        author = db.session.get_one(User, given["author_id"])
        origin = shipped_catalogue().procedure(SPRING_SCALE)
        corrected = {
            "title_en": "Verification of spring dial scales",
            "source": f"{origin.document}, 1",
            "confidence": "seen",
            "checked_by": [author.full_name],
        }
        revision = f"{origin.revision}-{body.code.lower()}.{next(numbers)}"
        defaults: dict[str, Any] = {
            "procedure_slug": origin.slug,
            "revision": revision,
            "origin_revision": origin.revision,
            "document": origin.document,
            "content": as_toml({**origin.raw, "revision": revision, **corrected}),
            "tables": as_toml({key: each.raw for key, each in origin.tables.items()}),
            "written_on": PAST,
        }
        return self._add(OwnRevision(body_id=body.id, **defaults | given))  # type: ignore[no-any-return]

    def cycle_release(self, body: Body, **given: Any) -> CycleRelease:
        """A body's release of the newest list of cycles."""
        defaults: dict[str, Any] = {
            "list_slug": "tt-04-2026",
            "content_hash": "0" * 64,
            "unchecked": [],
            "released_on": PAST,
        }
        if "released_by_id" not in given:
            given["released_by_id"] = self.user(Role.QUALITY_MANAGER, body=body).id
        return self._add(  # type: ignore[no-any-return]
            CycleRelease(body_id=body.id, **defaults | given)
        )

    def order(self, body: Body, **given: Any) -> Order:
        """What somebody brought."""
        n = next(numbers)
        defaults: dict[str, Any] = {"number": f"P31.{n:05}", "received_at": clock.now()}
        if "customer_id" not in given:
            given["customer_id"] = self.organisation().id
        if "received_by_id" not in given:
            given["received_by_id"] = self.user(Role.RECEPTIONIST, body=body).id
        return self._add(Order(body_id=body.id, **defaults | given))  # type: ignore[no-any-return]

    def job(
        self,
        state: JobState = JobState.APPROVED,
        *,
        body: Body | None = None,
        performed_by: User | None = None,
        standards: Iterable[Standard] | None = None,
        verdict: Verdict = Verdict.PASS,
        **given: Any,
    ) -> Job:
        """A periodic verification of a spring scale at the step that is asked for."""
        body = body or self.body()
        order = (
            db.session.get_one(Order, given.pop("order_id"))
            if "order_id" in given
            else self.order(body)
        )
        now: datetime = clock.now()
        instrument = None
        if "instrument_id" not in given and "standard_id" not in given:
            instrument = self.instrument(owner_id=order.customer_id)
            given["instrument_id"] = instrument.id
        defaults: dict[str, Any] = {
            "kind": JobKind.VERIFICATION,
            "reason": VerificationReason.PERIODIC,
            "state": state,
            "registered_at": now,
        }
        if state not in {JobState.REGISTERED, JobState.CANCELLED}:
            verifier = performed_by or self.user(Role.VERIFIER, body=body)
            defaults |= {
                "assigned_to_id": verifier.id,
                "performed_by_id": verifier.id,
                "procedure_slug": SPRING_SCALE,
                "procedure_revision": "2026-1",
                "release_id": self._release_id(body),
            }
        if state not in {JobState.REGISTERED, JobState.CANCELLED, JobState.IN_PROGRESS}:
            defaults |= {
                "performed_on": clock.today(),
                "verdict": verdict,
                "submitted_at": now,
                "evidence_at": now,
                "evidence": Evidence.CERTIFICATE if verdict is Verdict.PASS else None,
                "cycle_months": 12,
                "cycle_list": "tt-04-2026",
                "valid_until": date(2032, 3, 31),
            }
        if state in CLOSED_STATES | {JobState.APPROVED}:
            reviewer = self.user(Role.REVIEWER, body=body)
            defaults |= {"reviewed_by_id": reviewer.id, "reviewed_at": now}
        if state in CLOSED_STATES:
            defaults["closed_at"] = now
        row = Job(body_id=body.id, order_id=order.id, **defaults | given)
        if standards is None and "performed_by_id" in defaults:
            standards = [self.traceable_standard(body)]
        row.used = [
            JobStandard(
                standard_id=standard.id,
                calibration_id=self._calibration_id(standard),
                need="weights",
            )
            for standard in standards or ()
        ]
        return self._add(row)  # type: ignore[no-any-return]

    @staticmethod
    def first_job_of(order_id: int) -> int:
        """The key of the first job of an order."""
        found = db.session.scalars(
            db.select(Job.id).where(Job.order_id == order_id).order_by(Job.position)
        ).first()
        assert found is not None
        return found

    def _release_id(self, body: Body) -> int:
        found = db.session.scalar(
            db.select(ProcedureRelease.id).where(ProcedureRelease.body_id == body.id)
        )
        return found or self.procedure_release(body).id

    @staticmethod
    def _calibration_id(standard: Standard) -> int:
        return db.session.scalars(
            db.select(Calibration.id).where(Calibration.standard_id == standard.id)
        ).first()
