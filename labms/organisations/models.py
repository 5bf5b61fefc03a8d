"""Organisations, and what makes some of them verification bodies."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from labms.db import Audited, Identified, Model, enum_column
from labms.frozen import freeze
from labms.organisations.rules import (
    TEST_PATTERN,
    DocumentLanguage,
    NumberKind,
    OrganisationKind,
    OrganisationRole,
    Standing,
    ValidityRule,
    holds_on,
    standing_on,
)


class OrganisationRoleRow(Model):
    """One thing that an organisation is."""

    __tablename__ = "organisation_role"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[OrganisationRole] = enum_column(OrganisationRole, primary_key=True)


class Organisation(Audited, Identified, Model):
    """A legal person, a household business or a natural person."""

    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind] = enum_column(OrganisationKind)
    name: Mapped[str]
    tax_code: Mapped[str | None] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(default="")
    commune_key: Mapped[str | None] = mapped_column(
        ForeignKey("commune.key"), index=True
    )
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    #: Name, tax code and address, folded: what a search looks into.
    folded: Mapped[str]

    role_rows: Mapped[list[OrganisationRoleRow]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[OrganisationRole]:
        """What it is in measurement."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def is_natural_person(self) -> bool:
        """Whether the name is a person's, which the public page keeps back."""
        return self.kind is OrganisationKind.PERSON


class Body(Audited, Model):
    """An organisation that verifies, calibrates or tests, and its own rules."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"),
        primary_key=True,
        autoincrement=False,
    )
    #: In addresses of stamps: lower-case letters, digits and hyphens.
    code: Mapped[str] = mapped_column(unique=True)
    head_name: Mapped[str]
    head_title: Mapped[str]
    #: For example "V{yy}.{n:05}"; the law leaves it to the body.
    certificate_pattern: Mapped[str]
    notice_pattern: Mapped[str]
    calibration_pattern: Mapped[str]
    order_pattern: Mapped[str]
    test_pattern: Mapped[str] = mapped_column(
        default=TEST_PATTERN, server_default=TEST_PATTERN
    )
    validity_rule: Mapped[ValidityRule] = enum_column(
        ValidityRule, default=ValidityRule.END_OF_MONTH
    )

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The name of the organisation."""
        return self.organisation.name

    @property
    def body_id(self) -> int:
        """Whose it is: its own."""
        return self.id

    def pattern(self, kind: NumberKind) -> str:
        """How it writes numbers of this kind."""
        return {
            NumberKind.CERTIFICATE: self.certificate_pattern,
            NumberKind.NOTICE: self.notice_pattern,
            NumberKind.CALIBRATION: self.calibration_pattern,
            NumberKind.TEST: self.test_pattern,
            NumberKind.ORDER: self.order_pattern,
        }[kind]


class Picture(Model):
    """A picture by what is in it: documents name it for ever, so it never changes."""

    __tablename__ = "picture"

    #: SHA-256 of the data, which are a PNG.
    hash: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


freeze(Picture.__table__, frozen=("hash", "data"))


class Letterhead(Audited, Model):
    """What a body prints on its documents beside its name; no row says nothing."""

    __tablename__ = "letterhead"

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"),
        primary_key=True,
        autoincrement=False,
    )
    language: Mapped[DocumentLanguage] = enum_column(
        DocumentLanguage, default=DocumentLanguage.BILINGUAL
    )
    logo_hash: Mapped[str | None] = mapped_column(
        ForeignKey("picture.hash", ondelete="RESTRICT")
    )

    @property
    def id(self) -> int:
        """How the trail calls it: by the body."""
        return self.body_id


class Registration(Audited, Identified, Model):
    """A body's registration certificate (NĐ 105/2016); its number lives on."""

    __tablename__ = "registration"

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    file_hash: Mapped[str | None]


class Designation(Audited, Identified, Model):
    """A decision that a body may verify certain types, from a day to a day."""

    __tablename__ = "designation"
    __table_args__ = (
        UniqueConstraint("body_id", "decision_number"),
        CheckConstraint("valid_until >= issued_on", name="ends_after_it_begins"),
    )

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    decision_number: Mapped[str]
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    suspended_from: Mapped[date | None]
    suspended_until: Mapped[date | None]
    file_hash: Mapped[str | None]

    scopes: Mapped[list["DesignationScope"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", back_populates="designation"
    )

    def holds(self, day: date) -> bool:
        """Return whether the decision holds on a day."""
        return holds_on(
            day,
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            suspended_from=self.suspended_from,
            suspended_until=self.suspended_until,
        )

    def standing(self, day: date, *, warn_days: int = 90) -> Standing:
        """Return how the decision stands on a day.

        Renewal is asked for three months before the end (TT 24/2013, Art. 17).
        """
        return standing_on(
            day,
            issued_on=self.issued_on,
            valid_until=self.valid_until,
            suspended_from=self.suspended_from,
            suspended_until=self.suspended_until,
            warn_days=warn_days,
        )


class DesignationScope(Identified, Model):
    """One type that a decision covers, with range, class and reasons."""

    __tablename__ = "designation_scope"
    __table_args__ = (UniqueConstraint("designation_id", "type_slug"),)

    designation_id: Mapped[int] = mapped_column(
        ForeignKey("designation.id", ondelete="CASCADE"), index=True
    )
    type_slug: Mapped[str] = mapped_column(index=True)
    range_text: Mapped[str] = mapped_column(default="")
    class_text: Mapped[str] = mapped_column(default="")
    #: Values of VerificationReason that are covered.
    reasons: Mapped[list[Any]] = mapped_column(JSON)

    designation: Mapped[Designation] = relationship(
        lazy="raise_on_sql", back_populates="scopes"
    )


class NumberSeries(Model):
    """How far a body has counted in one kind of number and year."""

    __tablename__ = "number_series"

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), primary_key=True
    )
    #: A NumberKind.
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class LostNumbers(Audited, Identified, Model):
    """Numbers known outside of which a restored instance has no record."""

    __tablename__ = "lost_numbers"
    __table_args__ = (
        UniqueConstraint("body_id", "kind", "year", "first"),
        CheckConstraint("first >= 1 AND first <= last", name="first_before_last"),
    )

    body_id: Mapped[int] = mapped_column(
        ForeignKey("body.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[str]
    year: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    reason: Mapped[str]
    noted_on: Mapped[date]
