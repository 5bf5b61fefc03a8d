"""A standard was found bad: all that rests on it is doubted, and freed, in one go."""

import html
from datetime import date

import pytest
from click.testing import CliRunner

from labms.certificates.cli import group
from labms.certificates.doubts.doubting import doubt_all, free_all, impact_of
from labms.certificates.doubts.holding import hold_certificate
from labms.certificates.life import HoldReason
from labms.certificates.queries import certificate_by_id, holds_of
from labms.certificates.rules import ReasonTooShort
from labms.certificates.views import doubting as pages
from labms.db import transaction
from labms.jobs.rules import JobState
from labms.policy import Role
from labms.registry.queries import standard_by_id
from labms.registry.standings import HoldKind

WHY = "Quả cân bị rơi, sai số vượt giới hạn."
FOUND = "Đã hiệu chuẩn lại, quả cân vẫn đạt."
FIRST, LAST = date(2031, 2, 1), date(2031, 3, 3)


@pytest.fixture
def bad(make, work, issue):
    """A standard with two documents, and a third one that rests on another."""
    standard = make.traceable_standard(work.body)
    given = {"performed_on": date(2031, 3, 1)}
    work.manager = make.user(Role.QUALITY_MANAGER, body=work.body)
    work.resting = [issue(work.job(standards=[standard], **given)).id for _ in range(2)]
    work.other = issue(work.job(**given)).id
    return standard.id


@pytest.fixture
def impact(bad):
    """What rests on it now."""
    return lambda: impact_of(standard_by_id(bad), since=FIRST, until=LAST)


def held(*keys):
    documents = [certificate_by_id(key) for key in keys]
    return {key: hold.kind for key, hold in holds_of(documents).items()}


def put(work, impact, **given):
    given = {"kind": HoldKind.UNDER_REVIEW, "text": WHY} | given
    return doubt_all(impact(), actor=work.manager, **given)


@pytest.mark.long
def test_all_that_rests_on_it_is_doubted_and_nothing_else(work, impact):
    outcome = put(work, impact)

    assert len(outcome.done) == 2
    assert (outcome.refused, outcome.left) == ({}, 0)
    assert held(*work.resting, work.other) == dict.fromkeys(
        work.resting, HoldKind.UNDER_REVIEW
    )
    (said,) = impact().doubts
    assert said.startswith(standard_by_id(impact().standard.id).inventory_number)
    assert "01/02/2031–03/03/2031" in said
    assert WHY in said


@pytest.mark.long
def test_a_second_time_nothing_is_done_and_some_at_a_time_all_of_it(work, impact):
    first = put(work, impact, most=1)
    second = put(work, impact, most=1)
    third = put(work, impact)

    assert (len(first.done), first.left) == (1, 1)
    assert (len(second.done), second.left) == (1, 0)
    assert (third.done, third.left) == ([], 0)


@pytest.mark.long
def test_one_that_refuses_keeps_no_other_back(work, impact, monkeypatch):
    stale = impact()
    with transaction():
        hold_certificate(
            certificate_by_id(work.resting[0], for_update=True),
            actor=work.manager,
            kind=HoldKind.SUSPENDED,
            reason=HoldReason.OTHER,
            text="Ai đó vừa đình chỉ.",
        )

    outcome = put(work, lambda: stale)

    assert len(outcome.done) == 1
    ((number, error),) = outcome.refused.items()
    assert number == certificate_by_id(work.resting[0]).number
    assert error.code == "certificate.held"


@pytest.mark.long
def test_without_a_reason_nothing_is_doubted(work, impact):
    with pytest.raises(ReasonTooShort):
        put(work, impact, text="sai")

    assert held(*work.resting) == {}


@pytest.mark.long
def test_what_was_said_is_lifted_together_and_no_other_doubt(work, impact):
    with transaction():
        hold_certificate(
            certificate_by_id(work.resting[0], for_update=True),
            actor=work.manager,
            kind=HoldKind.UNDER_REVIEW,
            reason=HoldReason.REPORTED,
            text="Người dân phản ánh sai.",
        )
    put(work, impact)
    (said,) = impact().doubts

    nothing = free_all(impact(), actor=work.manager, said="another", text=FOUND)
    outcome = free_all(impact(), actor=work.manager, said=said, text=FOUND)

    assert nothing.done == []
    assert outcome.done == [certificate_by_id(work.resting[1]).number]
    assert held(*work.resting) == {work.resting[0]: HoldKind.UNDER_REVIEW}


@pytest.mark.long
def test_a_stamp_alone_is_counted_apart(make, work, bad, impact):
    work.job(
        JobState.EVIDENCED,
        standards=[standard_by_id(bad)],
        performed_on=date(2031, 3, 1),
    )

    assert impact().without_document == 1
    assert len(impact().in_force) == 2


@pytest.mark.long
def test_the_page_doubts_shows_progress_and_frees(make, client, work, bad, monkeypatch):
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    desk = make.sign_in(client, work.manager)
    days = "since=2031-02-01&until=2031-03-03"

    def post(what, **given):
        answer = desk.post(f"/certificates/impact/{bad}/{what}?{days}", data=given)
        return answer.status_code, html.unescape(answer.text)

    before = html.unescape(desk.get(f"/certificates/impact/{bad}?{days}").text)
    assert ">0/2<" in before
    status, wrong = post("doubt", kind="under_review", text="sai")
    assert status == 422
    assert "\nsai</textarea>" in wrong.replace("\r", ""), "what was typed stays"
    status, some = post("doubt", kind="under_review", text=WHY)
    assert status == 200
    assert ">1/2<" in some
    assert WHY in some, "for who goes on"
    assert ">2/2<" in post("doubt", kind="under_review", text=WHY)[1]
    (said,) = impact_of(standard_by_id(bad), since=FIRST, until=LAST).doubts
    assert post("free", said=said, text="ổn")[0] == 422
    assert ">1/2<" in post("free", said=said, text=FOUND)[1]
    assert ">0/2<" in post("free", said=said, text=FOUND)[1]


@pytest.mark.long
def test_days_are_typed_as_people_write_them(make, client, work, bad):
    desk = make.sign_in(client, work.manager)
    address = f"/certificates/impact/{bad}"

    typed = desk.get(f"{address}?since=01/02/2031&until=03/03/2031").text
    wrong = desk.get(f"{address}?since=32/02/2031").text

    assert 'value="01/02/2031"' in typed
    assert ">0/2<" in typed
    assert 'value="32/02/2031"' in wrong
    assert 'id="since-errors"' in wrong


@pytest.mark.long
def test_who_may_not_examine_looks_only(make, client, work, bad):
    desk = make.sign_in(client, work.verifier)
    address = f"/certificates/impact/{bad}"

    page = desk.get(address)

    assert page.status_code == 200
    assert 'name="text"' not in page.text
    assert desk.post(f"{address}/doubt").status_code == 403
    assert f"/certificates/impact/{bad}" in desk.get(f"/standards/{bad}").text


@pytest.mark.long
def test_commands_do_the_same_over_all_of_it(app, make, work, bad):
    name = standard_by_id(bad).inventory_number
    words = [name, "--from", "2031-02-01", "--as", work.manager.login]

    def told(command, *more):
        return CliRunner().invoke(group, [command, *words, *more])

    done = told("doubt", "--text", WHY)
    again = told("doubt", "--text", WHY)
    freed = told("free", "--text", FOUND)

    numbers = sorted(certificate_by_id(key).number for key in work.resting)
    assert (done.exit_code, sorted(done.output.split())) == (0, numbers)
    assert (again.exit_code, again.output) == (0, "")
    assert (freed.exit_code, sorted(freed.output.split())) == (0, numbers)
    assert held(*work.resting) == {}
