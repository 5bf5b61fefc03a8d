"""Bodies that work without labms, and what they state."""

from datetime import date

from flask import current_app

from labms import clock
from labms.catalogue.rules import VerificationReason
from labms.db import transaction
from labms.demand.columns import COLUMNS
from labms.demand.importing import example_rows, send_file
from labms.indicators.services import freeze_figures
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.plan.data import plans
from labms.policy import Role
from labms.sheets.writing import csv_of
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
        """What a body reported; a line of seven pumps unless it is said."""
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
            return enter_report(work=work or (total(7),), **defaults | given)

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

    def sheet(self):
        """A spreadsheet of demand that was sent, and not entered yet."""
        heading = [column.key for column in COLUMNS]
        data = csv_of(heading, example_rows(clock.today())).encode()
        folder = current_app.extensions["labms"].files_dir
        with transaction():
            sent = send_file("nhu-cau.csv", data, actor=self.manager, folder=folder)
            return sent.id

    def frozen(self, on=None):
        """A report that was frozen."""
        with transaction():
            return freeze_figures(
                plans()[0],
                area="ben-tre-old",
                on=on or clock.today(),
                title="Báo cáo quý",
                actor=self.manager,
            ).id


def total(passed, slug=PUMP, **given):
    """A line of a report: all that were verified passed."""
    return Work(**{"type_slug": slug, "turns": passed, "passed": passed} | given)
