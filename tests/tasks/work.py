"""Work on a task with what hangs on it."""

from datetime import date
from decimal import Decimal

from labms.db import transaction
from labms.outlook.services import propose_option
from labms.policy import Role
from labms.tasks import services
from labms.tasks.data import criteria_in_use
from labms.tasks.queries import item_by_id, line_by_id
from labms.tasks.rules import (
    BudgetStage,
    Conclusion,
    FundingSource,
    OptionKind,
    Purpose,
)
from tests.factories import SPRING_SCALE, numbers

TODAY = date(2031, 3, 4)


class Work:
    """Does what a manager does, each thing in a transaction of its own."""

    def __init__(self, make):
        self.make = make
        self.manager = make.user(Role.MANAGER)

    def item(self, actor=None, **given):
        defaults = {
            "plan_code": "3446",
            "task_code": "2.1",
            "year": 2030,
            "title": f"Mua quả cân chuẩn F1, đợt {next(numbers)}",
            "lead": "Sở Khoa học và Công nghệ",
            "cooperating": "Sở Tài chính",
            "begins_on": date(2030, 1, 1),
            "ends_on": date(2030, 12, 31),
            "expected": "Một bộ quả cân",
            "document": "Kế hoạch 12/KH-SKHCN",
        }
        with transaction():
            return services.add_item(**defaults | given, actor=actor or self.manager).id

    def line(self, item_id, funding=FundingSource.PROVINCIAL_SCIENCE):
        with transaction():
            return services.add_budget_line(
                item_by_id(item_id), funding=funding, purpose="", actor=self.manager
            ).id

    def decide(self, line_id, stage, amount="150000000", day=date(2030, 2, 1)):
        with transaction():
            return services.decide_budget(
                line_by_id(line_id),
                stage=stage,
                amount=Decimal(amount),
                document="Tờ trình 3",
                decided_on=day,
                decided_by="Giám đốc Sở",
                actor=self.manager,
            ).id

    def funded(self, **given):
        """Work with money that was approved; the item's id and the line's."""
        item = self.item(**given)
        line = self.line(item)
        for stage in (
            BudgetStage.ESTIMATE,
            BudgetStage.APPRAISAL,
            BudgetStage.APPROVAL,
        ):
            self.decide(line, stage)
        return item, line

    def purchase(self, item_id, **given):
        defaults = {
            "purpose": Purpose.LABORATORY,
            "name": "Bộ quả cân F1",
            "quantity": 1,
            "holder_id": None,
            "proposed_on": date(2030, 2, 1),
            "document": "Đề xuất 1",
        }
        with transaction():
            return services.add_purchase(
                item_by_id(item_id), **defaults | given, actor=self.manager
            ).id

    def programme(self, **given):
        defaults = {
            "enterprise_id": self.make.organisation().id,
            "begun_on": date(2030, 5, 1),
            "document": "Phiếu 1",
            "area": "ben-tre-old",
        }
        with transaction():
            return services.begin_programme(**defaults | given, actor=self.manager).id

    def assessment(self, conclusion=Conclusion.DOES_NOT, of=None):
        criteria = criteria_in_use()
        laboratory = of or self.make.laboratory()
        with transaction():
            return services.enter_assessment(
                organisation_id=laboratory.id,
                criteria=criteria,
                assessed_on=date(2030, 6, 1),
                assessors="Hội đồng",
                scores={c.code: (Decimal("8.5"), "Hồ sơ 1") for c in criteria.criteria},
                conclusion=conclusion,
                document="Biên bản 7",
                area="ben-tre-old",
                actor=self.manager,
            ).id

    def option(self, **given):
        defaults = {
            "kind": OptionKind.STANDARD,
            "title": "Bộ quả cân F1",
            "type_slugs": [SPRING_SCALE],
            "cost": Decimal(150_000_000),
            "cost_source": "Báo giá 7",
        }
        if "body_id" not in given:
            defaults["body_id"] = self.make.body().id
        with transaction():
            return propose_option(**defaults | given, actor=self.manager).id
