"""The demand from the register and from surveys, on a real database."""

from datetime import date

import pytest

from labms.audit.models import AuditEvent
from labms.db import db, transaction
from labms.demand.growth import growth_of
from labms.demand.models import DemandFigure
from labms.demand.queries import coverage, demand_of
from labms.demand.registered import Of
from labms.demand.rules import (
    AlreadyReplaced,
    BadFigure,
    DemandSource,
    Purpose,
    Subject,
)
from labms.demand.services import correct_figure, enter_figure
from labms.demand.summing import by_type
from labms.errors import NotAllowed
from labms.organisations.rules import OrganisationKind
from labms.places.models import CommuneSuccession
from labms.policy import Role
from labms.registry.rules import InstrumentState
from tests.factories import SPRING_SCALE
from tests.world import HERE

OLD = "ben-tre-old"
NEW = "vinh-long-new"
TODAY = date(2031, 3, 4)


def cells(area=OLD, year=2031, **given):
    return demand_of(area, year, **{"on": TODAY} | given)


def enter(actor, **given):
    with transaction():
        return enter_figure(
            **{
                "type_slug": SPRING_SCALE,
                "commune_key": HERE,
                "year": 2031,
                "in_use_count": 12,
                "source": DemandSource.SURVEY,
                "document": "Báo cáo số 5",
                "method": "Đếm tại chợ",
                "counted_on": TODAY,
                "actor": actor,
            }
            | given
        )


def test_the_register_counts_what_is_in_use(make):
    make.instrument()
    make.instrument()
    make.instrument(state=InstrumentState.OUT_OF_USE, out_of_use_on=TODAY)

    [found] = cells()

    assert (found.in_use, found.due, found.commune_name) == (2, 1, "Phường Phú Khương")


def test_what_went_out_of_use_still_counts_for_the_years_before(make):
    make.instrument(state=InstrumentState.OUT_OF_USE, out_of_use_on=TODAY)

    assert [cell.in_use for cell in cells(year=2030)] == [1]
    assert cells() == []


def test_what_is_registered_later_was_not_there_before(make):
    make.instrument(registered_on=date(2031, 3, 1))

    assert cells(year=2030) == []
    assert cells(on=date(2031, 2, 28)) == []


def test_what_was_counted_later_was_not_known_before(make):
    make.demand_figure(counted_on=date(2031, 3, 1))

    assert cells(on=date(2031, 2, 28)) == []
    assert len(cells()) == 1


def test_a_survey_counts_until_there_is_a_newer_one(make):
    make.demand_figure(year=2029, counted_on=date(2029, 5, 1), in_use_count=40)

    assert [c.in_use for c in cells(year=2031)] == [40]
    assert cells(year=2028) == []


def test_figures_of_an_old_commune_count_in_the_one_it_became(make):
    old = make.commune(valid_from=None, valid_until=date(2025, 6, 30))
    db.session.add(CommuneSuccession(old_key=old.key, new_key=HERE, is_whole=True))
    make.demand_figure(commune_key=old.key, year=2024, in_use_count=7)
    make.instrument(commune_key=old.key)

    [found] = cells()

    assert (found.commune_key, found.in_use, found.registered) == (HERE, 7, 1)


def test_old_ben_tre_is_a_part_of_new_vinh_long(make):
    elsewhere = make.commune(former_province_code="84")
    make.instrument(commune_key=elsewhere.key)
    make.instrument()

    assert [c.commune_key for c in cells(OLD)] == [HERE]
    assert {c.commune_key for c in cells(NEW)} == {HERE, elsewhere.key}


def test_communes_that_were_never_surveyed_are_named(make):
    other = make.commune()
    make.demand_figure()

    found = coverage(OLD, 2031, on=TODAY)

    assert other.name in found.never
    assert found.surveyed == ("Phường Phú Khương",)
    assert found.total == 2


def test_a_type_adds_up_its_communes(make):
    make.demand_figure(in_use_count=5)
    make.instrument(commune_key=make.commune().key)

    [found] = by_type(cells())

    assert (found.in_use, found.due, found.unsurveyed_in_use) == (6, 3, 1)
    assert (found.communes, found.communes_surveyed) == (2, 1)


def test_a_manager_enters_a_figure_and_the_trail_knows(make):
    figure = enter(make.user(Role.MANAGER))

    assert figure.entered_on == TODAY
    event = db.session.scalars(db.select(AuditEvent)).one()
    assert (event.event_type, event.subject_id) == ("demand:entered", figure.id)


def test_nobody_else_enters_figures(make):
    with pytest.raises(NotAllowed):
        enter(make.user(Role.VERIFIER))


def test_a_figure_from_the_future_is_refused(make):
    with pytest.raises(BadFigure):
        enter(make.user(Role.MANAGER), counted_on=date(2031, 3, 5))


def correct(figure, actor, **given):
    with transaction():
        return correct_figure(
            db.session.get(DemandFigure, figure.id),
            **{
                "in_use_count": 21,
                "source": DemandSource.SURVEY,
                "document": "Báo cáo số 5, đính chính",
                "method": "",
                "counted_on": TODAY,
                "reason": "Ghi nhầm số",
                "actor": actor,
            }
            | given,
        )


def test_a_correction_replaces_a_figure_and_keeps_it(make):
    manager = make.user(Role.MANAGER)
    wrong = enter(manager, in_use_count=900)

    right = correct(wrong, manager)

    assert db.session.get(DemandFigure, wrong.id).replaced_by_id == right.id
    assert [c.in_use for c in cells()] == [21]


def test_a_figure_is_corrected_once(make):
    manager = make.user(Role.MANAGER)
    wrong = enter(manager)
    correct(wrong, manager)

    with pytest.raises(AlreadyReplaced):
        correct(wrong, manager)


def test_counting_takes_as_many_queries_for_one_cell_as_for_many(make, selects):
    make.demand_figure()
    cells()
    selects.clear()
    cells()
    few = len(selects)
    for _ in range(3):
        key = make.commune().key
        make.instrument(commune_key=key)
        make.demand_figure(commune_key=key)
    selects.clear()
    cells()

    assert few == len(selects) == 4


def test_what_standards_and_calibrations_are_wanted_is_kept_apart(make):
    make.demand_figure()
    make.demand_figure(
        type_slug="weights",
        subject=Subject.STANDARD,
        purpose=Purpose.CALIBRATION,
        interval_months=24,
        in_use_count=6,
    )

    assert [c.type_slug for c in cells()] == [SPRING_SCALE]
    [found] = cells(of=Of(Purpose.CALIBRATION, Subject.STANDARD))
    assert (found.type_slug, found.due) == ("weights", 3)


def test_standards_that_bodies_hold_are_calibrated_once_a_year_unless_it_is_said(make):
    body = make.body()
    make.standard(body)
    make.standard(body, interval_months=24)
    make.standard()  # of the national institute

    [found] = cells(of=Of(Purpose.CALIBRATION, Subject.STANDARD))

    assert (found.registered, found.cycle_months) == (2, 12)


def test_demand_is_told_by_kind_of_holder(make):
    make.demand_figure(in_use_count=10)
    make.demand_figure(in_use_count=4, holder=OrganisationKind.PERSON)
    make.instrument(owner_id=make.organisation(kind=OrganisationKind.PERSON).id)
    make.instrument()

    [persons] = cells(of=Of(holder=OrganisationKind.PERSON))
    [enterprises] = cells(of=Of(holder=OrganisationKind.ENTERPRISE))

    assert (persons.in_use, persons.registered) == (4, 1)
    assert (enterprises.in_use, enterprises.is_surveyed) == (1, False)


def test_growth_compares_only_what_was_surveyed_in_both_years(make):
    first = make.commune().key
    for year, count in ((2030, 10), (2031, 12)):
        make.demand_figure(year=year, in_use_count=count, counted_on=date(year, 1, 5))
    make.demand_figure(commune_key=first, in_use_count=500)

    found = growth_of(OLD, 2031, on=TODAY)[SPRING_SCALE]

    assert (found.cells, found.before, found.now, found.percent) == (1, 10, 12, 20)
    assert growth_of(OLD, 2030, on=TODAY) == {}
