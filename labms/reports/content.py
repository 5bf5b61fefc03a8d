"""Writes a report from the figures of a day and what happened in the period."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from labms.indicators.figures import figures_on, standings
from labms.indicators.rules import Figure, Judgement, Standing, rounded
from labms.places.rules import EVE_OF_CHANGE, area_named
from labms.plan.rules import BeforeThePlan, Plan, Target, Unit
from labms.reports.document import (
    Bar,
    Chart,
    Column,
    Grid,
    Paragraph,
    Piece,
    Report,
    Section,
    Sheet,
)
from labms.reports.queries import Happened, happened
from labms.reports.rules import Around, Period
from labms.reports.wording import (
    asked,
    decimal,
    dmy,
    parts_of,
    unit_of,
    value_of,
    verdict,
    whole,
)
from labms.reports.work import work_pieces, work_sheets
from labms.tasks.models import TaskItem
from labms.tasks.queries import items_of


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a report: at its end, and on the eve of the period."""

    standings: Sequence[Standing]
    before: Mapping[str, Figure]
    happened: Happened
    on: date


def report_of(
    period: Period,
    *,
    plan: Plan,
    area: str,
    around: Around,
    today: date,
    test_print: bool = False,
) -> Report:
    """Write the report of a period; a `test_print` says of itself that it is void.

    Figures are those that `labms indicators` gives for its last day, or for today
    while it lasts. Refuses with PeriodToCome, BeforeThePlan or AreaNotYet.
    """
    on = period.until(today)
    if period.year < plan.counts_from.year:
        raise BeforeThePlan(year=plan.counts_from.year)
    eve = period.first - timedelta(days=1)
    exists_from = area_named(area).exists_from
    known = exists_from is None or eve >= exists_from
    counted = Counted(
        standings(plan, area=area, on=on, today=today),
        figures_on(plan, area, eve) if known and eve >= plan.counts_from else {},
        happened(area, first=period.first, last=on),
        on,
    )
    items = items_of(plan.code, year=period.year)
    place = area_named(area).name.vi
    if on > EVE_OF_CHANGE and area == plan.area:
        place += " (theo địa giới hành chính trước ngày 01/7/2025)"
    return Report(
        period=period,
        around=around,
        test_print=test_print,
        about=f"Kết quả thực hiện Kế hoạch số {plan.number} {period.words}",
        opening=_opening(plan, period, place, on),
        sections=[
            Section("I. KẾT QUẢ THỰC HIỆN MỤC TIÊU", _targets(counted)),
            Section("II. TÌNH HÌNH THỰC HIỆN NHIỆM VỤ", _work(counted, items, plan)),
            Section("III. ĐÁNH GIÁ CHUNG", _judgement(counted)),
            Section("IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI", _ahead(counted)),
        ],
        closing=Paragraph(
            f"Trên đây là báo cáo kết quả thực hiện Kế hoạch số {plan.number} "
            f"{period.words}, {around.office} kính báo cáo./."
        ),
        sheets=[
            _figure_sheet(counted),
            *work_sheets(plan, items, counted.happened, on=on),
        ],
    )


def _opening(plan: Plan, period: Period, place: str, on: date) -> list[Paragraph]:
    text = (
        f"Thực hiện Kế hoạch số {plan.number} ngày {dmy(plan.issued_on)} của "
        f"{plan.issuer} về triển khai thực hiện các nhiệm vụ của Đề án “Tăng cường, "
        "đổi mới hoạt động đo lường hỗ trợ doanh nghiệp Việt Nam nâng cao năng lực "
        "cạnh tranh và hội nhập quốc tế giai đoạn đến năm 2025, định hướng đến năm "
        f"2030”; kết quả thực hiện {period.words} trên địa bàn {place} như sau:"
    )
    found = [Paragraph(text)]
    if on < period.last:
        found.append(
            Paragraph(f"Số liệu tính đến ngày {dmy(on)}, khi kỳ báo cáo chưa kết thúc.")
        )
    return found


def _targets(counted: Counted) -> list[Piece]:
    held = [one for one in counted.standings if one.target]
    columns = [
        Column("Mục tiêu", 28),
        Column("Thời hạn", 14, "right"),
        Column("Yêu cầu", 15),
        Column("Kết quả", 14),
        Column("Chi tiết", 14),
        Column("Đánh giá", 15),
    ]
    rows = [
        [
            str(one.figure.definition.name.vi),
            dmy(one.target.judged_on),
            asked(one.target),
            value_of(one.figure, one.target),
            parts_of(one.figure),
            verdict(one),
        ]
        for one in held
        if one.target
    ]
    pieces: list[Piece] = [Paragraph(_in_short(held))] if held else []
    if held:
        pieces.append(Grid("Bảng 1. Kết quả so với mục tiêu", columns, rows))
        pieces += _charts(held)
    pieces += _others(counted)
    pieces += _unknown(counted)
    return pieces


def _in_short(held: Sequence[Standing]) -> str:
    count = Counter(one.judgement for one in held)
    unsaid = count[Judgement.UNKNOWN] + count[Judgement.NOT_JUDGED]
    parts = [f"{count[Judgement.MET]} mục tiêu đạt"]
    for number, words in (
        (count[Judgement.MISSED], "đã hết thời hạn không đạt"),
        (count[Judgement.ABOVE], "hiện trên mức, còn trong thời hạn"),
        (count[Judgement.BELOW], "chưa đạt, còn trong thời hạn"),
        (unsaid, "không xét đạt hoặc chưa đủ số liệu"),
    ):
        if number:
            parts.append(f"{number} mục tiêu {words}")
    return f"Trong {len(held)} mục tiêu của Kế hoạch: {', '.join(parts)}."


def _charts(held: Sequence[Standing]) -> list[Piece]:
    shares = [one for one in held if one.figure.share is not None and one.target]
    counts = [one for one in held if one.figure.share is None and one.target]
    found: list[Piece] = []
    if shares:
        bars = [_bar(one, Decimal(1)) for one in shares]
        note = "Vạch đứng là mức mục tiêu."
        found.append(
            Chart("Hình 1. Tỷ lệ so với mục tiêu (%)", Decimal(100), bars, note)
        )
    if counts:
        bars = [_bar(one, one.target.value / 100) for one in counts if one.target]
        top = max([Decimal(125), *(bar.value for bar in bars if bar.value is not None)])
        title = "Hình 2. Kết quả so với mục tiêu (mục tiêu = 100)"
        found.append(
            Chart(title, min(top, Decimal(300)), bars, "Vạch đứng là mục tiêu.")
        )
    return found


def _bar(one: Standing, per: Decimal) -> Bar:
    target = one.target
    value, wanted = one.figure.value, target.value if target else None
    year = f" ({target.judged_on.year})" if target else ""
    return Bar(
        one.figure.definition.name.vi + year,
        None if value is None else value / per,
        f"{value_of(one.figure, target)}; yêu cầu {asked(target) if target else ''}",
        None if wanted is None else wanted / per,
    )


def _others(counted: Counted) -> list[Piece]:
    """Return every figure of the day beside that of the eve of the period."""
    newest: dict[str, Figure] = {}
    for one in counted.standings:
        for figure in (one.figure, *one.beside):
            if figure.on == counted.on:
                newest.setdefault(figure.code, figure)
    rows = []
    for code, figure in newest.items():
        before = counted.before.get(code)
        rows.append(
            [
                figure.definition.name.vi,
                value_of(before) if before else "–",
                value_of(figure),
                _difference(before, figure),
            ]
        )
    columns = [
        Column("Chỉ tiêu", 42),
        Column("Trước kỳ", 20),
        Column("Cuối kỳ", 20),
        Column("Thay đổi", 18, "right"),
    ]
    title = "Bảng 2. Số liệu cuối kỳ và trước kỳ báo cáo"
    return [Grid(title, columns, rows)] if rows else []


def _difference(before: Figure | None, now: Figure) -> str:
    if before is None or before.value is None or now.value is None:
        return "–"
    if now.first_on != before.first_on:
        return "bắt đầu kỳ mới"  # another year or phase is counted from its first day
    if now.definition.unit is Unit.PERCENT:
        # of the values as they stand beside it, so that whoever adds finds the same
        change = (rounded(now) or Decimal(0)) - (rounded(before) or Decimal(0))
        return f"{'+' if change > 0 else ''}{decimal(change)} điểm %"
    change = now.value - before.value
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return f"{sign}{whole(abs(change))}"


def _unknown(counted: Counted) -> list[Piece]:
    """Say what a share does not know; an unknown commune never improves it."""
    for one in counted.standings:
        for figure in (one.figure, *one.beside):
            unknown = figure.unknown
            if unknown is None or figure.on != counted.on:
                continue
            return [
                Paragraph(
                    f"Về độ phủ của số liệu: {whole(unknown.communes_never_surveyed)}/"
                    f"{whole(unknown.communes)} xã, phường chưa từng được khảo sát; "
                    f"{whole(unknown.unsurveyed_in_use)}/{whole(unknown.in_use)} "
                    "phương tiện đo ở nơi chưa khảo sát hoặc mới khảo sát một phần, "
                    f"trong đó {whole(unknown.unsurveyed_due)} đến hạn: có trong mẫu "
                    "số, không được tính vào tử số, kể cả khi đã kiểm định đạt."
                )
            ]
    return []


def _work(counted: Counted, items: Sequence[TaskItem], plan: Plan) -> list[Piece]:
    return work_pieces(plan, items, counted.happened, on=counted.on)


def _judgement(counted: Counted) -> list[Piece]:
    good = [(one, target) for one, target in _held(counted) if one.met is True]
    bad = [(one, target) for one, target in _held(counted) if one.met is False]
    if good:
        pieces: list[Piece] = [Paragraph("1. Kết quả đạt được:")]
        pieces += [Paragraph(f"- {_named(*each)}{_if_open(each[0])}.") for each in good]
    else:
        pieces = [Paragraph("1. Kết quả đạt được: chưa có mục tiêu nào đạt.")]
    if bad:
        pieces.append(Paragraph("2. Hạn chế:"))
        pieces += [Paragraph(f"- {_named(*each)}.") for each in bad]
    else:
        pieces.append(Paragraph("2. Hạn chế: không có mục tiêu nào không đạt."))
    return pieces


def _if_open(one: Standing) -> str:
    """Say of a target that is reached before its day that it is open still."""
    return "" if one.is_closed else ", hiện trên mức, còn trong thời hạn"


def _held(counted: Counted) -> list[tuple[Standing, Target]]:
    """Return the standings that have a target, each with it."""
    return [(one, one.target) for one in counted.standings if one.target]


def _named(one: Standing, target: Target) -> str:
    name = one.figure.definition.name.vi
    return (
        f"{name} (mục tiêu {target.judged_on.year}: "
        f"{asked(target)}) là {value_of(one.figure, target)}"
    )


def _ahead(counted: Counted) -> list[Piece]:
    pieces: list[Piece] = []
    for one, target in _held(counted):
        value = one.figure.value
        if one.met is not False or one.is_closed or value is None:
            continue
        gap = target.value - value
        if one.figure.share is not None:
            shown = target.value - (one.shown or Decimal(0))
            missing = f"còn thiếu {decimal(shown)} điểm %"
        else:
            missing = f"còn thiếu {whole(gap)} {unit_of(target.unit)}"
        name = one.figure.definition.name.vi
        pieces.append(
            Paragraph(
                f"- {name}: {missing} để đạt mục tiêu ngày {dmy(target.judged_on)}."
            )
        )
    if not pieces:
        pieces.append(
            Paragraph("Tiếp tục thực hiện các nhiệm vụ theo kế hoạch năm đã phê duyệt.")
        )
    return pieces


def _figure_sheet(counted: Counted) -> Sheet:
    heading = (
        "Mã",
        "Chỉ tiêu",
        "Ngày số liệu",
        "Giá trị",
        "Đơn vị",
        "Tử số",
        "Mẫu số",
        "Lượt",
        "Khác nhau",
        "Yêu cầu",
        "Mức",
        "Thời hạn",
        "Đánh giá",
        "Xã, phường",
        "Chưa khảo sát",
        "Giá trị trước kỳ",
    )
    rows: list[Sequence[object]] = []
    for one in counted.standings:
        figure, target, share = one.figure, one.target, one.figure.share
        before = counted.before.get(figure.code)
        unknown = figure.unknown
        rows.append(
            (
                figure.code,
                figure.definition.name.vi,
                figure.on,
                figure.value,
                unit_of(figure.definition.unit),
                share.numerator if share else None,
                share.denominator if share else None,
                figure.turns,
                figure.distinct,
                target.comparison.value if target else None,
                target.value if target else None,
                target.judged_on if target else None,
                verdict(one) or None,
                unknown.communes if unknown else None,
                unknown.communes_never_surveyed if unknown else None,
                before.value if before else None,
            )
        )
    return Sheet("Chi tieu", heading, rows)
