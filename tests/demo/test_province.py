"""The demo province in full, which takes a minute."""

import pytest
import sqlalchemy as sa

from labms import clock
from labms.audit.queries import verify_trail
from labms.certificates.models import Certificate, CertificateFile
from labms.certificates.rules import FileKind
from labms.db import db, scoped
from labms.demo.filling import SEED
from labms.filestore import stored
from labms.jobs.models import Job
from labms.metrology.verdicts import Verdict
from labms.organisations.models import Body, Organisation
from labms.policy import EVERYTHING
from labms.registry.models import Instrument
from tests.conftest import NOW
from tests.demo.conftest import province


def number(kind, *where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*where))


def facts(app):
    """Everything that may not differ between two provinces of one seed."""
    with app.app_context(), clock.at(NOW), scoped(EVERYTHING):
        found = [
            db.session.execute(sa.select(*columns).order_by(*columns)).all()
            for columns in (
                (Organisation.name, Organisation.commune_key),
                (Instrument.serial, Instrument.registered_on),
                (Certificate.number, Certificate.issued_on, Certificate.state),
                (Job.performed_on, Job.verdict, Job.state, Job.place),
            )
        ]
        db.session.remove()
    return found


@pytest.mark.demo
def test_the_province_is_as_large_as_promised(tmp_path, fonts):
    app = province(tmp_path / "full", fonts=fonts, seed=SEED, scale=1)
    with app.app_context(), clock.at(NOW), scoped(EVERYTHING):
        assert number(Body) == 3
        outside = 3  # waterworks, power company, a body from elsewhere
        assert number(Organisation) == 1 + 3 + 60 + outside
        assert 760 <= number(Instrument) <= 840
        types = sa.select(sa.func.count(Instrument.type_slug.distinct()))
        assert db.session.scalar(types) == 15
        papers = number(Certificate)
        assert 450 <= papers <= 560
        by_token = number(CertificateFile, CertificateFile.kind == FileKind.TOKEN)
        assert by_token > 0
        files = set(stored(app.extensions["labms"].files_dir))
        assert len(files) == papers + by_token  # as made, and as signed
        failed = number(Job, Job.verdict == Verdict.FAIL)
        assert 0.03 <= failed / number(Job, Job.verdict.is_not(None)) <= 0.09
        assert verify_trail() is None
        db.session.remove()


@pytest.mark.demo
def test_the_same_seed_gives_the_same_province_and_another_one_another(tmp_path, fonts):
    first, again, other = (
        province(tmp_path / name, fonts=fonts, seed=seed, scale=0.05)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    assert facts(first) == facts(again)
    assert facts(first) != facts(other)
