"""Communes and districts as rows, so that other rows can point at them."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from labms.db import Model


class District(Model):
    """A district or town of before 2025-07-01, when districts ended."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    province_code: Mapped[str]
    valid_until: Mapped[date | None]


class Commune(Model):
    """A commune or ward, from a day to a day."""

    __tablename__ = "commune"

    #: Code and first day, since new communes reuse codes of old ones.
    key: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    #: With its kind, as people say it: "Xã Giao Long", "Phường An Hội".
    name: Mapped[str]
    province_code: Mapped[str] = mapped_column(index=True)
    #: The province that its ground belonged to until 2025-06-30.
    former_province_code: Mapped[str] = mapped_column(index=True)
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    folded: Mapped[str]


class CommuneSuccession(Model):
    """What became of an old commune: it, or a part of it, went into a new one."""

    __tablename__ = "commune_succession"

    old_key: Mapped[str] = mapped_column(ForeignKey("commune.key"), primary_key=True)
    new_key: Mapped[str] = mapped_column(
        ForeignKey("commune.key"), primary_key=True, index=True
    )
    is_whole: Mapped[bool]
