"""A dispenser is verified where it stands, in whatever weather there is."""

import pytest

from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import speaking
from labms.jobs.bench.page import bench_page
from labms.jobs.models import Job
from labms.jobs.page import measure_page
from labms.jobs.queries import job_by_id
from labms.jobs.rules import condition_doubt, condition_problem
from labms.jobs.shown import review_shown
from tests.jobs.laboratory import laboratory, rewrite

DISPENSER = "cot-do-xang-dau"
AMBIENT, FUEL = shipped_catalogue().procedure(DISPENSER).environment[:2]


@pytest.fixture
def dispensers(make):
    """A body that may verify fuel dispensers."""
    lab = laboratory(make, type_slug=DISPENSER)
    make.procedure_release(
        lab.body,
        procedure_slug=DISPENSER,
        options={DISPENSER: "dlvn-10-2013"},
    )
    return lab


def started(lab, **given):
    plate = {"Qmax": "50", "Qmin": "5", "Vmin": "2", "liquid": "xăng"}
    instrument = lab.make.instrument(
        type_slug=DISPENSER,
        characteristics=plate,
        place_of_use="Trụ 3, cửa hàng Ba Tri",
    )
    return lab.started(instrument, **given)


def test_the_place_of_a_dispenser_is_offered_where_it_stands(dispensers):
    place = measure_page(started(dispensers)).typed.place
    assert place.startswith("Trụ 3, cửa hàng Ba Tri, ")

    agreed = started(dispensers, place="Kho Tân Thạch")
    assert measure_page(agreed).typed.place == "Kho Tân Thạch"


def test_a_scale_is_taken_to_the_laboratory_as_before(lab):
    assert measure_page(lab.started()).typed.place == ""


@pytest.mark.parametrize(
    ("begin", "end", "asks"),
    [("31", "", False), ("99", "", True), ("31", "-31", True), ("nóng", "", False)],
)
def test_weather_that_cannot_be_is_asked_about_and_not_refused(begin, end, asks):
    assert (condition_doubt(FUEL, begin=begin, end=end) is not None) == asks
    if asks:
        assert condition_problem(FUEL, begin=begin, end=end) is None


def test_where_the_procedure_has_bounds_those_are_what_counts(lab):
    [item] = lab.sheet(lab.started()).procedure.environment
    assert condition_doubt(item, begin="99", end="") is None
    assert condition_problem(item, begin="99", end="") is not None


def test_the_page_asks_at_once_and_the_reviewer_sees_it(dispensers):
    job = started(dispensers)
    hot = {AMBIENT.key: {"begin": "99", "end": ""}}
    page = measure_page(job, typed=dispensers.typed(job, environment=hot, standards={}))
    with speaking("vi"):
        assert "99 °C, có đúng không?" in page.results()["doubts"][AMBIENT.key]
        assert not any("99" in each for each in page.lacking)
    rewrite(type(job), environment=hot, performed_on=page.typed.performed_on)
    with speaking("vi"):
        [doubt] = review_shown(job_by_id(job.id)).doubts
    assert doubt.startswith("Nhiệt độ môi trường: 99 °C, có đúng không?")


def test_dispensers_on_one_bench_share_no_more_of_their_places_than_is_common(
    dispensers,
):
    second, third = started(dispensers), started(dispensers)
    alike = bench_page(second, [second, third])
    assert alike.lines[0].page.typed.place.startswith("Trụ 3, cửa hàng Ba Tri, ")
    snapshot = third.subject_snapshot | {"place_of_use": "Trụ 4"}
    rewrite(Job, Job.id == third.id, subject_snapshot=snapshot)
    jobs = [job_by_id(second.id), job_by_id(third.id)]
    apart = bench_page(jobs[0], jobs)
    assert {line.page.typed.place for line in apart.lines} == {snapshot["commune_name"]}
