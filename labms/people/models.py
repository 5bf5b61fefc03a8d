"""Verifier cards."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model
from labms.organisations.rules import Standing, holds_on, standing_on
from labms.people.rules import WARN_DAYS


class VerifierCardField(Model):
    """One type of instrument that a card covers."""

    __tablename__ = "verifier_card_field"

    card_id: Mapped[int] = mapped_column(
        ForeignKey("verifier_card.id", ondelete="CASCADE"), primary_key=True
    )
    type_slug: Mapped[str] = mapped_column(primary_key=True)


class VerifierCard(Audited, Identified, Model):
    """The decision that certifies a person as verifier, and their card."""

    __tablename__ = "verifier_card"
    __table_args__ = (
        UniqueConstraint("number", "issued_on"),
        CheckConstraint("valid_until >= issued_on", name="ends_after_it_begins"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="RESTRICT"), index=True
    )
    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[str]
    holder_name: Mapped[str]
    birth_year: Mapped[int | None]
    decision_number: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    #: Name and number, folded: what a search looks into.
    folded: Mapped[str] = mapped_column(default="")

    field_rows: Mapped[list[VerifierCardField]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def fields(self) -> frozenset[str]:
        """The types that it covers, as slugs."""
        return frozenset(row.type_slug for row in self.field_rows)

    def holds(self, day: date) -> bool:
        """Return whether the card holds on a day."""
        return holds_on(
            day,
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            suspended_from=self.suspended_from,
            suspended_until=self.suspended_until,
        )

    def standing(self, day: date, *, warn_days: int = WARN_DAYS) -> Standing:
        """Return how the card stands on a day."""
        return standing_on(
            day,
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            suspended_from=self.suspended_from,
            suspended_until=self.suspended_until,
            warn_days=warn_days,
        )
