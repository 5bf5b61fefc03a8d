from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from labms.certificates.content import content_hash
from labms.certificates.finishing import finish_issuing
from labms.certificates.models import Certificate
from labms.certificates.services import reserve_certificate
from labms.db import transaction
from labms.policy import Role
from tests.factories import SPRING_SCALE


@pytest.fixture
def work(make) -> SimpleNamespace:
    """A body with a verifier who has a card, and a signatory."""
    body = make.body()
    verifier = make.user(Role.VERIFIER, body=body)
    make.card(verifier, SPRING_SCALE)
    signatory = make.user(Role.SIGNATORY, body=body)

    def job(*args: Any, **given: Any) -> Any:
        given.setdefault("performed_by", verifier)
        return make.job(*args, body=body, **given)

    return SimpleNamespace(body=body, verifier=verifier, signatory=signatory, job=job)


@pytest.fixture
def reserve(settings, work) -> Callable[..., Certificate]:
    """Reserve what the signatory was shown."""

    def act(job: Any, *, actor: Any = None, shown: str | None = None) -> Certificate:
        with transaction():
            return reserve_certificate(
                job,
                actor=actor or work.signatory,
                shown=content_hash(job) if shown is None else shown,
                settings=settings,
            )

    return act


@pytest.fixture
def issue(settings, reserve) -> Callable[..., Certificate]:
    """Reserve and finish."""

    def act(job: Any, **given: Any) -> Certificate:
        return finish_issuing(reserve(job, **given).id, settings=settings)

    return act
