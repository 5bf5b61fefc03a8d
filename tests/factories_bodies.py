"""Bodies, people and places for tests; `tests.factories` has the rest."""

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient

from labms import clock
from labms.accounts.models import LoginSession, User, UserRole
from labms.accounts.rules import new_token, token_hash
from labms.catalogue.rules import VerificationReason
from labms.db import db
from labms.organisations.models import (
    Body,
    Designation,
    DesignationScope,
    Organisation,
    OrganisationRoleRow,
)
from labms.organisations.rules import OrganisationKind, OrganisationRole
from labms.people.models import VerifierCard, VerifierCardField
from labms.places.models import Commune
from labms.policy import Role
from labms.text import fold
from tests.world import HERE

numbers = itertools.count(1)

SPRING_SCALE = "can-dong-ho-lo-xo"
PAST = date(2030, 1, 1)
FUTURE = date(2034, 12, 31)


class MakeBodies:
    """Adds rows as if they had always been there."""

    def _add(self, row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        db.session.info.clear()  # arranged, not changed: no audit event is owed
        session = db.session()
        session.expire_on_commit = False  # nobody else can have changed anything
        session.commit()  # to a savepoint, so that a refusal can't undo it
        session.expire_on_commit = True
        return row

    def commune(self, **given: Any) -> Commune:
        """A commune of today in old Bến Tre."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "code": f"9{n:04}",
            "name": f"Xã Thử {n}",
            "province_code": "86",
            "former_province_code": "83",
            "valid_from": date(2025, 7, 1),
        }
        row = Commune(**defaults | given)
        row.key, row.folded = f"{row.code}@{row.valid_from}", fold(row.name)
        return self._add(row)  # type: ignore[no-any-return]

    def organisation(self, *roles: OrganisationRole, **given: Any) -> Organisation:
        """An enterprise, unless roles say otherwise."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "kind": OrganisationKind.ENTERPRISE,
            "name": f"Công ty TNHH Thử nghiệm {n}",
            "address": "12 đường số 1",
            "commune_key": HERE,
        }
        row = Organisation(**defaults | given)
        row.folded = fold(row.name)
        row.role_rows = [
            OrganisationRoleRow(role=role) for role in roles or (OrganisationRole.USER,)
        ]
        return self._add(row)  # type: ignore[no-any-return]

    def body(self, **given: Any) -> Body:
        """A verification body."""
        n = next(numbers)
        organisation = self.organisation(
            OrganisationRole.BODY,
            kind=OrganisationKind.ORGANISATION,
            name=f"Trung tâm Kiểm định {n}",
        )
        defaults: dict[str, Any] = {
            "id": organisation.id,
            "code": f"tt{n}",
            "head_name": "Trần Văn Đầu",
            "head_title": "Giám đốc",
            "certificate_pattern": "V{yy}.{n:05}",
            "notice_pattern": "TB{yy}.{n:05}",
            "calibration_pattern": "HC{yy}.{n:05}",
            "order_pattern": "P{yy}.{n:05}",
        }
        return self._add(Body(**defaults | given))  # type: ignore[no-any-return]

    def designation(
        self,
        body: Body,
        *slugs: str,
        reasons: Iterable[str] = VerificationReason,
        **given: Any,
    ) -> Designation:
        """A decision that covers these types for all reasons."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "decision_number": f"{n}/QĐ-TĐC",
            "issued_by": "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
            "issued_on": PAST,
            "valid_until": FUTURE,
        }
        row = Designation(body_id=body.id, **defaults | given)
        row.scopes = [
            DesignationScope(type_slug=slug, reasons=list(reasons)) for slug in slugs
        ]
        return self._add(row)  # type: ignore[no-any-return]

    def user(self, *roles: Role, body: Body | None = None, **given: Any) -> User:
        """Somebody with these roles, of a body if one is given."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "login": f"user{n}",
            "full_name": f"Nguyễn Văn {n}",
            "password_hash": "not a hash",
            "organisation_id": body.id if body else None,
        }
        row = User(**defaults | given)
        row.role_rows = [UserRole(role=role) for role in roles]
        return self._add(row)  # type: ignore[no-any-return]

    def sign_in(self, client: FlaskClient, user: User) -> FlaskClient:
        """Give a browser this person's session."""
        token = new_token()
        now = clock.now()
        self._add(
            LoginSession(
                token_hash=token_hash(token),
                user_id=user.id,
                started_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    def card(self, user: User, *slugs: str, **given: Any) -> VerifierCard:
        """A verifier's card for these types."""
        n = next(numbers)
        defaults: dict[str, Any] = {
            "body_id": user.organisation_id,
            "number": f"{n:04}-01",
            "holder_name": user.full_name,
            "decision_number": f"{n}/QĐ-TĐC",
            "issued_by": "Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia",
            "issued_on": PAST,
            "valid_until": FUTURE,
        }
        row = VerifierCard(user_id=user.id, **defaults | given)
        row.folded = fold(f"{row.holder_name} {row.number}")
        row.field_rows = [VerifierCardField(type_slug=slug) for slug in slugs]
        return self._add(row)  # type: ignore[no-any-return]
