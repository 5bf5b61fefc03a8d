"""An instance folder with keys of its own, and a laboratory that signs with them."""

from dataclasses import replace

import pytest

from labms import clock
from labms.accounts.services import set_password
from labms.certificates.models import CertificateFile, Signing
from labms.db import db, transaction
from labms.policy import Role
from labms.settings import Settings
from labms.signing.rules import SigningWay
from labms.signing.services import choose_way
from tests.certificates.conftest import issue, reserve, work
from tests.conftest import NOW

__all__ = ["issue", "reserve", "work"]

PASSWORD = "mot mat khau rat dai"


@pytest.fixture
def instance(tmp_path):
    """Settings of a new instance, without a database."""
    with clock.at(NOW):
        yield lambda **given: Settings(
            instance=tmp_path,
            secret_key="for-tests-only-0123456789abcdefghij",
            public_url="http://localhost",
            **given,
        )


@pytest.fixture
def signs(make, work):
    """Let the body sign in some way from now on."""
    manager = make.user(Role.QUALITY_MANAGER, body=work.body)

    def choose(way=SigningWay.SERVER):
        with transaction():
            choose_way(work.body, way, actor=manager)

    return choose


@pytest.fixture
def differing(settings):
    """The settings of the instance, but for what is said."""
    return lambda **given: replace(settings, **given)


def rows_of(certificate):
    return db.session.scalars(
        db.select(CertificateFile)
        .where(CertificateFile.certificate_id == certificate.id)
        .order_by(CertificateFile.id)
    ).all()


def signing_of(certificate):
    return db.session.scalar(
        db.select(Signing).where(Signing.certificate_id == certificate.id)
    )


@pytest.fixture
def desk(make, client, work):
    """The signatory's browser."""
    with transaction():
        set_password(work.signatory, PASSWORD, actor=work.signatory)
    return make.sign_in(client, work.signatory)
