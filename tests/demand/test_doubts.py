"""Figures that look like slips of the keys: shown first, and entered with a reason."""

import pytest

from labms.db import db, transaction
from labms.demand.columns import COLUMNS
from labms.demand.doubts import Beside, Doubtful, doubts
from labms.demand.importing import (
    check_rows,
    enter_file,
    import_by_id,
    send_file,
)
from labms.demand.models import DemandFigure
from labms.demand.rules import USUAL, About
from labms.organisations.rules import OrganisationKind
from labms.policy import Role
from labms.sheets.writing import csv_of
from tests.demand.test_importing import RIGHT
from tests.demand.test_pages import sent
from tests.factories import SPRING_SCALE
from tests.world import HERE

KEYS = [column.key for column in COLUMNS]
#: Typed on the form: 1,200 spring scales where six are known.
TYPED = {
    "type_slug": SPRING_SCALE,
    "commune_key": HERE,
    "year": "2031",
    "in_use_count": "1.200",
    "source": "survey",
    "document": "Báo cáo số 7",
    "method": "Đếm tại chợ",
    "counted_on": "01/03/2031",
}
REASON = "Chợ đầu mối mới mở, có danh sách"


def sheet(*rows):
    table = [[(RIGHT | row).get(key, "") for key in KEYS] for row in rows]
    return csv_of(KEYS, table).encode()


@pytest.mark.parametrize(
    ("in_use", "beside", "count"),
    [
        (1200, Beside(), 0),
        (50_000, Beside(), 0),
        (50_001, Beside(), 1),
        (50_001, Beside(entered=(49_000, 2030)), 0),
        (1200, Beside(registered=6), 1),
        (1200, Beside(entered=(14, 2030)), 1),
        (1200, Beside(entered=(900, 2030), registered=6), 0),
        (14, Beside(entered=(1200, 2030)), 1),
        (54, Beside(entered=(5, 2030)), 0),
        (55, Beside(entered=(5, 2030)), 1),
        (249, Beside(entered=(50, 2030)), 0),
        (250, Beside(entered=(50, 2030)), 1),
        (0, Beside(entered=(50, 2030)), 1),
    ],
)
def test_what_is_five_times_and_fifty_apart_looks_wrong(in_use, beside, count):
    assert len(doubts(in_use, USUAL, beside)) == count


def test_more_new_or_repaired_ones_than_in_use_look_wrong():
    found = doubts(10, About(initial_count=11, after_repair_count=12), Beside())

    assert [str(each) for each in found] == [
        "số mới (11) nhiều hơn số đang sử dụng (10)",
        "số sửa chữa (12) nhiều hơn số đang sử dụng (10)",
    ]


def test_a_row_is_held_against_the_register_or_the_newest_figure(make):
    for _ in range(6):
        make.instrument()
    [row] = check_rows(sheet({})).rows
    make.demand_figure(in_use_count=14, year=2030)
    [then] = check_rows(sheet({})).rows
    of_others = {"holder": OrganisationKind.PERSON}
    [other] = check_rows(sheet(of_others)).rows

    assert str(row.doubts[0]) == "1.200 đang sử dụng, nhưng sổ đăng ký có 6"
    assert "theo số liệu năm 2030 là 14" in str(then.doubts[0])
    assert not other.doubts, "the register knows none of these holders"


def test_a_file_with_doubtful_figures_needs_a_reason_which_is_kept(make, tmp_path):
    make.demand_figure(in_use_count=14, year=2030)
    actor, data = make.user(Role.MANAGER), sheet({}, {"commune": "28757"})
    commune = make.commune(code="28757")
    with transaction():
        number = send_file("a.csv", data, actor=actor, folder=tmp_path).id

    def enter(checked=""):
        with transaction():
            given = {"actor": actor, "folder": tmp_path, "checked": checked}
            return enter_file(import_by_id(number), **given)

    with pytest.raises(Doubtful):
        enter()
    with pytest.raises(Doubtful):
        enter("đúng")
    assert enter(REASON) == 2
    methods = dict(
        db.session.execute(
            db.select(DemandFigure.commune_key, DemandFigure.method).where(
                DemandFigure.year == 2031
            )
        ).all()
    )
    assert methods == {HERE: f"Đã kiểm tra: {REASON}", commune.key: ""}


@pytest.fixture
def manager(client, make):
    return make.sign_in(client, make.user(Role.MANAGER))


def test_the_form_warns_and_takes_it_with_tick_and_reason(manager, make):
    make.demand_figure(in_use_count=14, year=2030)

    page = manager.post("/demand/enter", data=TYPED).text
    ticked = manager.post("/demand/enter", data=TYPED | {"is_checked": "y"}).text
    untied = manager.post("/demand/enter", data=TYPED | {"checked": REASON}).text

    for shown in (page, ticked, untied):
        assert "theo số liệu năm 2030 là 14" in shown
        assert 'name="is_checked"' in shown
        assert "1.200" in shown
    confirmed = TYPED | {"is_checked": "y", "checked": REASON}
    assert manager.post("/demand/enter", data=confirmed).status_code == 302
    newest = db.session.scalars(
        db.select(DemandFigure).where(DemandFigure.year == 2031)
    ).one()
    assert newest.method == f"Đếm tại chợ. Đã kiểm tra: {REASON}"


def test_a_figure_that_fits_is_entered_without_a_word(manager, make):
    make.demand_figure(in_use_count=1000, year=2030)

    assert 'name="is_checked"' not in manager.get("/demand/enter").text
    assert manager.post("/demand/enter", data=TYPED).status_code == 302


def test_the_dry_run_lists_doubtful_rows_first(manager, make):
    make.demand_figure(in_use_count=14, year=2030)
    for code in ("28757", "28759"):
        make.commune(code=code)
    rows = ({"commune": "28757"}, {"commune": "28759"}, {})
    address = sent(manager, sheet(*rows)).location

    page = manager.get(address).text
    first = page[page.index("<tbody>") :]
    assert first.index("28756") < first.index("28757")
    assert "có vẻ sai" in page
    manager.post(f"{address}/enter")
    assert "có vẻ sai" in manager.get(address).text
    entered = db.select(db.func.count()).where(DemandFigure.year == 2031)
    assert db.session.scalar(entered) == 0
    manager.post(f"{address}/enter", data={"checked": "y", "reason": REASON})
    assert db.session.scalar(entered) == 3
