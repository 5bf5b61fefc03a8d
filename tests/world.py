"""What is there before anything happens: the communes that tests stand in."""

from labms.db import db, transaction
from labms.places.models import Commune

HERE = "28756@2025-07-01"


def lay_the_ground() -> None:
    """Add one commune, once for all tests."""
    with transaction():
        db.session.add(
            Commune(
                key=HERE,
                code="28756",
                name="Phường Phú Khương",
                province_code="86",
                former_province_code="83",
                folded="phuong phu khuong",
            )
        )
