"""What could be bought or added, as somebody proposed it."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, enum_column
from labms.organisations.models import Organisation
from labms.tasks.rules import OptionKind


class InvestmentOption(Audited, Identified, Model):
    """A standard, a designation or a person that a body could have, and its cost."""

    __tablename__ = "investment_option"
    __table_args__ = (
        CheckConstraint(
            "(struck_on IS NULL) = (struck_reason IS NULL)", name="reason_if_struck"
        ),
    )

    kind: Mapped[OptionKind] = enum_column(OptionKind)
    title: Mapped[str]
    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    #: Slugs of the types of instruments for which it helps.
    type_slugs: Mapped[list[Any]] = mapped_column(JSON)
    #: In whole đồng, once; None if nobody knows.
    cost: Mapped[Decimal | None]
    #: Where the cost is from: an offer, a price list, with number and day.
    cost_source: Mapped[str]
    entered_on: Mapped[date]
    entered_by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT")
    )
    struck_on: Mapped[date | None]
    struck_reason: Mapped[str | None]
    #: How many more of each type the body can do in a year with it; None: nobody said.
    per_year: Mapped[int | None]
    #: How that was worked out: "1 bench × 4 scales × 200 days".
    per_year_basis: Mapped[str | None]

    organisation: Mapped[Organisation] = relationship(
        lazy="raise_on_sql",
        primaryjoin="foreign(InvestmentOption.body_id) == Organisation.id",
        viewonly=True,
    )
