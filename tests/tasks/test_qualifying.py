"""What a record of a body needs to count, and what is said where it is missing."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.db import db, scoped, transaction
from labms.indicators.figures import Count
from labms.organisations.models import Organisation, OrganisationRoleRow
from labms.organisations.rules import OrganisationRole
from labms.places.models import CommuneSuccession
from labms.plan.data import plans
from labms.plan.models import BodyRaised
from labms.plan.rules import RaisedKind
from labms.policy import EVERYTHING, Role
from labms.tasks.models import Accreditation
from labms.tasks.qualifying import CHECKS, unfit
from labms.tasks.rules import Conclusion
from labms.tasks.services import strike_entry

TODAY = date(2031, 3, 4)


def reasons(raised, on=TODAY):
    found = unfit(BodyRaised.id == raised.id, on=on)
    return [str(message) for message in found.get(raised.id, ())]


def counted(kind):
    with scoped(EVERYTHING):
        count = Count(plans()[0], area="ben-tre-old", on=TODAY)
        return count.raised[kind].bodies if kind in count.raised else 0


@pytest.mark.parametrize("kind", RaisedKind)
def test_what_has_everything_counts(make, kind):
    raised = make.body_raised(kind)

    assert reasons(raised) == []
    assert counted(kind) == 1


@pytest.mark.parametrize("kind", RaisedKind)
def test_a_sand_yard_counts_as_no_body(make, kind):
    yard = make.organisation(commune_key=make.laboratory().commune_key)
    raised = make.body_raised(kind, organisation_id=yard.id)

    assert reasons(raised) == [
        "không phải là tổ chức kiểm định, hiệu chuẩn, thử nghiệm"
    ]
    assert counted(kind) == 0


def test_a_laboratory_elsewhere_in_the_area_is_not_one_of_the_city(make):
    make.laboratory()
    elsewhere = make.organisation(OrganisationRole.BODY)
    raised = make.body_raised(RaisedKind.CRITERIA, organisation_id=elsewhere.id)

    assert reasons(raised) == ["không ở Thành phố Bến Tre theo địa giới đến 30/06/2025"]
    assert counted(RaisedKind.CRITERIA) == 0


def test_a_commune_of_today_that_was_made_of_the_city_lies_in_it(make):
    old = db.session.get_one(Organisation, make.laboratory().id).commune_key
    new = make.commune()
    db.session.add(CommuneSuccession(old_key=old, new_key=new.key, is_whole=True))
    db.session.commit()
    body = make.organisation(OrganisationRole.BODY, commune_key=new.key)

    assert not reasons(make.body_raised(RaisedKind.CRITERIA, organisation_id=body.id))


@pytest.mark.parametrize("where", [None, "84"])
def test_a_body_from_elsewhere_or_nowhere_does_not_count(make, where):
    commune = make.commune(former_province_code=where).key if where else None
    body = make.organisation(OrganisationRole.BODY, commune_key=commune)

    told = reasons(make.body_raised(RaisedKind.CAPABILITY, organisation_id=body.id))

    assert told == ["không ở trên địa bàn này, hoặc chưa nhập xã, phường"]


def test_without_papers_each_that_is_missing_is_named(make):
    laboratory = make.body_raised(RaisedKind.CRITERIA, has_papers=False)
    raised = make.body_raised(RaisedKind.CAPABILITY, has_papers=False)

    assert len(reasons(laboratory)) == 2
    assert reasons(raised) == ["giấy chứng nhận chưa được nhập: số, nơi cấp, thời hạn"]


def test_papers_count_from_their_day_and_while_they_stand(make):
    raised = make.body_raised(RaisedKind.CAPABILITY, has_papers=False)
    make.accreditation(raised, issued_on=TODAY)

    assert reasons(raised, on=date(2031, 3, 3))
    assert not reasons(raised)
    with transaction():
        paper = db.session.scalars(db.select(Accreditation)).one()
        strike_entry(paper, reason="Nhập nhầm số", actor=make.user(Role.MANAGER))
    assert reasons(raised)


def test_an_assessment_that_found_otherwise_is_no_ground(make):
    raised = make.body_raised(RaisedKind.CRITERIA, has_papers=False)
    make.accreditation(raised)
    make.assessment(raised, conclusion=Conclusion.DOES_NOT)

    assert reasons(raised) == ["chưa có lần đánh giá nào kết luận đáp ứng bộ tiêu chí"]


def test_an_authority_is_no_non_state_body(make):
    raised = make.body_raised(RaisedKind.SOCIALISED)
    with transaction():
        db.session.add(
            OrganisationRoleRow(
                organisation_id=raised.organisation_id,
                role=OrganisationRole.AUTHORITY,
            )
        )

    assert reasons(raised) == ["là cơ quan nhà nước"]


def test_every_kind_is_checked_for_something():
    assert set(CHECKS) == set(RaisedKind)


def test_many_records_take_few_queries(make, selects):
    for kind in (*RaisedKind, *RaisedKind):
        make.body_raised(kind)
    selects.clear()
    unfit(sa.true(), on=TODAY)

    assert len(selects) <= 2
