"""Bodies that work without labms, and what they state."""

from datetime import date

import pytest

from labms.catalogue.rules import VerificationReason
from labms.db import transaction
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.policy import Role
from labms.supply.rules import Limit, ReportForm
from labms.supply.services import (
    Work,
    enter_report,
    state_capacity,
    state_scope,
)

PUMP = "cot-do-xang-dau"
METER = "dong-ho-do-nuoc-lanh-co-khi"
LAST_YEAR = {"first_on": date(2030, 1, 1), "last_on": date(2030, 12, 31)}
THIS_YEAR = {"first_on": date(2031, 1, 1), "last_on": date(2031, 2, 28)}


class Stated:
    """Enters what bodies state, as the manager does."""

    def __init__(self, make):
        self.make = make
        self.manager = make.user(Role.MANAGER)

    def body(self, **given):
        """A body without labms; in the area unless it is said."""
        return self.make.organisation(
            OrganisationRole.BODY, kind=OrganisationKind.ORGANISATION, **given
        )

    def outside(self):
        """A body of another province."""
        commune = self.make.commune(province_code="79", former_province_code="79")
        return self.body(commune_key=commune.key)

    def report(self, *work, body=None, **given):
        defaults = {
            "organisation_id": (body or self.body()).id,
            "form": ReportForm.MAU_04,
            "received_on": date(2031, 3, 1),
            "area": "ben-tre-old",
            "document": "Báo cáo số 4",
            "actor": self.manager,
            **THIS_YEAR,
        }
        with transaction():
            return enter_report(work=work, **defaults | given)

    def capacity(self, per_year, body=None, **given):
        defaults = {
            "organisation_id": (body or self.body()).id,
            "type_slug": PUMP,
            "from_on": date(2030, 1, 1),
            "limited_by": Limit.TIME,
            "basis": "1 người × 200 ngày",
            "document": "Công văn số 8",
            "actor": self.manager,
        }
        with transaction():
            return state_capacity(per_year=per_year, **defaults | given)

    def scope(self, body=None, **given):
        defaults = {
            "organisation_id": (body or self.body()).id,
            "type_slug": PUMP,
            "reasons": [*VerificationReason][:3],
            "issued_on": date(2028, 1, 1),
            "valid_until": date(2033, 1, 1),
            "document": "Quyết định số 77/QĐ-TĐC",
            "actor": self.manager,
        }
        with transaction():
            return state_scope(**defaults | given)


def total(passed, slug=PUMP, **given):
    """A line of a report: all that were verified passed."""
    return Work(**{"type_slug": slug, "turns": passed, "passed": passed} | given)


@pytest.fixture
def stated(make):
    return Stated(make)
