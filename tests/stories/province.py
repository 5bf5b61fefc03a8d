"""The people of the stories: one body that may verify, and the Department."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from argon2 import PasswordHasher

from labms import clock
from labms.accounts.models import User
from labms.catalogue.shipped import shipped_catalogue
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.policy import Role
from tests.factories import SPRING_SCALE, Make
from tests.world import HERE

PASSWORD = "bon mua thay la"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class Province:
    """Logins by role, and what the stories ask about."""

    logins: dict[Role, str]
    body_id: int
    customer: str
    weights: str

    @classmethod
    def found(cls) -> Self:
        """Make a body with released procedure and cycles, staff, cards and weights."""
        make, day = Make(), clock.today()
        long_ago, far = day - timedelta(days=400), day + timedelta(days=700)
        body = make.body(code="xu-dua")
        make.designation(body, SPRING_SCALE, issued_on=long_ago, valid_until=far)
        catalogue = shipped_catalogue()
        procedure = catalogue.procedure(SPRING_SCALE)
        make.procedure_release(
            body,
            revision=procedure.revision,
            content_hash=catalogue.content_hash(procedure),
            released_on=long_ago,
        )
        make.cycle_release(body, released_on=long_ago)
        staff = {
            role: make.user(role, body=body, login=role.value, password_hash=HASH)
            for role in (
                Role.RECEPTIONIST,
                Role.VERIFIER,
                Role.REVIEWER,
                Role.SIGNATORY,
                Role.QUALITY_MANAGER,
                Role.ASSESSOR,
            )
        }
        make.card(
            staff[Role.VERIFIER], SPRING_SCALE, issued_on=long_ago, valid_until=far
        )
        department = make.organisation(
            OrganisationRole.AUTHORITY,
            kind=OrganisationKind.ORGANISATION,
            name="Sở Khoa học Thử nghiệm",
        )
        enterprise = make.organisation(name="Cửa hàng Gạo Thử nghiệm")
        people: dict[Role, User] = staff | {
            Role.MANAGER: make.user(
                Role.MANAGER,
                login="manager",
                password_hash=HASH,
                organisation_id=department.id,
            ),
            Role.ENTERPRISE: make.user(
                Role.ENTERPRISE,
                login="enterprise",
                password_hash=HASH,
                organisation_id=enterprise.id,
            ),
            Role.ADMINISTRATOR: make.user(
                Role.ADMINISTRATOR, login="administrator", password_hash=HASH
            ),
        }
        national = make.standard()
        make.calibration(
            national, calibrated_on=long_ago, issued_on=long_ago, due_on=far
        )
        weights = make.standard(body, inventory_number="QC-01")
        make.calibration(
            weights,
            reference_id=national.id,
            calibrated_on=day - timedelta(days=100),
            issued_on=day - timedelta(days=99),
            due_on=far,
        )
        return cls(
            logins={role: user.login for role, user in people.items()},
            body_id=body.id,
            customer=enterprise.name,
            weights=weights.inventory_number,
        )


__all__ = ["HASH", "HERE", "PASSWORD", "Province"]
