"""A laboratory works with a procedure only after releasing it, having seen it."""

import pytest

from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.queries import cycle_on, release_for
from labms.catalogue.releasing import (
    AlreadyReleased,
    CatalogueChanged,
    WithdrawalReasonMissing,
)
from labms.catalogue.rules import UnknownOption
from labms.catalogue.services import (
    release_cycles,
    release_procedure,
    withdraw_procedure,
)
from labms.catalogue.shipped import shipped_catalogue
from labms.clock import today
from labms.db import db, transaction
from labms.errors import NotAllowed
from labms.i18n import speaking
from labms.policy import Role

SCALE, DISPENSER = "can-dong-ho-lo-xo", "cot-do-xang-dau"


def release(body, actor, slug=SCALE, **given):
    """Release the newest revision, as it stands in the catalogue."""
    procedure = shipped_catalogue().procedure(slug)
    defaults = {
        "revision": procedure.revision,
        "options": {},
        "shown": shipped_catalogue().content_hash(procedure),
    }
    with transaction():
        return release_procedure(body.id, slug=slug, actor=actor, **defaults | given)


@pytest.fixture
def body(make):
    return make.body()


@pytest.fixture
def manager(make, body):
    return make.user(Role.QUALITY_MANAGER, body=body)


def test_a_released_procedure_is_the_one_that_jobs_find(body, manager):
    assert release_for(body.id, SCALE) is None

    made = release(body, manager)

    found, procedure = release_for(body.id, SCALE)
    assert found.id == made.id
    assert procedure.slug == SCALE


def test_a_release_remembers_what_was_unchecked(body, manager):
    made = release(body, manager)

    assert len(made.unchecked) > 0


def test_where_sources_disagree_the_release_names_the_one_that_is_used(body, manager):
    with pytest.raises(UnknownOption) as refused:
        release(body, manager, DISPENSER)
    with speaking("vi"):
        assert str(refused.value.text) == (
            "Với bảng sai số cho phép “Sai số cho phép lớn nhất của cột đo xăng dầu”, "
            "phải chọn một trong các phương án: ±0,3 % ở mọi lần kiểm định "
            "(ĐLVN 10:2013); "
            "±0,5 %, cấp chính xác 0,5 (ĐLVN 10:2011)."
        )

    table = shipped_catalogue().procedure(DISPENSER).choices[0]
    made = release(
        body, manager, DISPENSER, options={table.slug: table.options[0].slug}
    )

    assert made.options == {table.slug: table.options[0].slug}


def test_only_the_bodys_own_quality_manager_releases(make, body):
    with pytest.raises(NotAllowed):
        release(body, make.user(Role.QUALITY_MANAGER, body=make.body()))
    with pytest.raises(NotAllowed):
        release(body, make.user(Role.VERIFIER, body=body))


def test_nobody_releases_what_they_did_not_see(body, manager):
    with pytest.raises(CatalogueChanged):
        release(body, manager, shown="something else")


def test_the_same_is_not_released_twice(body, manager):
    release(body, manager)

    with pytest.raises(AlreadyReleased):
        release(body, manager)


def test_a_withdrawal_says_why_and_jobs_find_nothing(body, manager):
    made = release(body, manager)
    with pytest.raises(WithdrawalReasonMissing), transaction():
        withdraw_procedure(
            db.session.get_one(ProcedureRelease, made.id), reason="no", actor=manager
        )

    with transaction():
        withdraw_procedure(
            db.session.get_one(ProcedureRelease, made.id),
            reason="The text of 2026 has other limits.",
            actor=manager,
        )

    assert release_for(body.id, SCALE) is None


def test_only_cycles_of_released_lists_apply(body, manager):
    assert cycle_on(body.id, SCALE, today()) is None
    legal = shipped_catalogue().lists["tt-04-2026"]

    with transaction():
        made = release_cycles(
            body.id,
            list_slug=legal.slug,
            shown=shipped_catalogue().content_hash(legal),
            actor=manager,
        )

    found = cycle_on(body.id, SCALE, today())
    assert isinstance(made, CycleRelease)
    assert found.entry.cycle_months == 24
    assert found.release.id == made.id


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/types",
        "/catalogue/types?q=nuoc",
        "/catalogue/types?q=zzz",
        f"/catalogue/types/{SCALE}",
        "/catalogue/procedures",
        f"/catalogue/procedures/{SCALE}/2026-1",
        f"/catalogue/procedures/{DISPENSER}/2026-1",
        "/catalogue/cycles",
        "/catalogue/cycles/tt-07-2019",
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_answers(client, make, manager, path, language):
    make.sign_in(client, manager)
    client.set_cookie("language", language)

    assert client.get(path).status_code == 200


def test_whoever_releases_sees_what_an_uncertainty_follows_from(client, make, manager):
    make.sign_in(client, manager)
    page = client.get("/catalogue/procedures/can-o-to/2026-1").text
    for seen in (
        "steps = round_up(substitution / available, 1)",
        "U không quá 1/3 giới hạn",
        "Độ phân giải khi đọc ở các lần thế tải (chữ nhật)",
        "gối 12",
        "≤ mpe",
    ):
        assert seen in page, seen


def test_who_chooses_among_sources_reads_them_in_their_language(client, make, manager):
    make.sign_in(client, manager)
    path = f"/catalogue/procedures/{DISPENSER}/2026-1"
    seen = client.get(f"{path}?lang=vi").text.split("<fieldset", 1)[1]
    assert "theo trung tâm kỹ thuật" in seen
    assert "as reported by" not in seen
    assert "as reported by" in client.get(f"{path}?lang=en").text


def test_a_release_on_the_page_needs_the_tick(client, make, body, manager):
    make.sign_in(client, manager)
    path = f"/catalogue/procedures/{SCALE}/2026-1"
    shown = shipped_catalogue().content_hash(shipped_catalogue().procedure(SCALE))

    refused = client.post(path, data={"shown": shown})
    accepted = client.post(path, data={"shown": shown, "seen": "y"})

    assert refused.status_code == 200
    assert "đánh dấu" in refused.text
    assert accepted.status_code == 302
    assert release_for(body.id, SCALE) is not None


def test_a_withdrawal_on_the_page(client, make, body, manager):
    made = release(body, manager)
    make.sign_in(client, manager)
    path = f"/catalogue/releases/{made.id}/withdraw"

    assert client.get(path).status_code == 200
    assert client.post(path, data={"reason": "x"}).status_code == 200
    answer = client.post(path, data={"reason": "Có bản quy trình mới hơn."})
    assert answer.status_code == 302
