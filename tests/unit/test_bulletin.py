"""The monthly bulletin: who is ranked, what is printed of few files, what is drawn, and that every form says the same."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from alertd.errors import CannotRun
from alertd.reports.bulletin import Amended, Bulletin, Count, IndexLine, Row, read
from alertd.reports.bulletin_charts import ageing, by_unit, movers, online, poster, publication
from alertd.reports.bulletin_document import document
from alertd.reports.bulletin_html import page
from alertd.reports.bulletin_voice import Voice
from alertd.reports.bulletin_xlsx import workbook
from alertd.reports.charts import Bars, Form, draw
from alertd.reports.month import month_given
from alertd.reports.ranking import amended, bound, by_overdue, hidden, ranked

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2024, 10, 2, 3, 0, tzinfo=UTC)
VI, EN = Voice("vi", ZONE, 5), Voice("en", ZONE, 5)


def row(name: str, on_time: int = 90, late: int = 10, **more: object) -> Row:
    ended = on_time + late
    rate = round(100 * on_time / ended, 2) if ended else None
    values = {"received": ended, "online": ended // 2, "ended": ended, "on_time_rate": rate} | more
    if "online_rate" not in values:
        received = int(str(values["received"]))
        values["online_rate"] = round(100 * int(str(values["online"])) / received, 2) if received else None
    return Row(f"H26.{name}", f"UBND phường {name}", "communes", on_time=on_time, late=late, **values)  # type: ignore[arg-type]


def bulletin(rows: Sequence[Row], **more: Any) -> Bulletin:
    city = row("", sum(each.on_time for each in rows), sum(each.late for each in rows))
    made = Bulletin("2024-09", 1, "UBND Thành phố Hà Nội", AT, AT, 30, 5, tuple(rows), city, sources=(("một cửa", AT),))
    return replace(made, **more)


# --- ranks -----------------------------------------------------------------------------------------------------------
def test_equal_shares_have_equal_ranks_and_the_next_rank_counts_them_all() -> None:
    rows = ranked([row("C", 80, 20), row("A", 90, 10), row("B", 180, 20), row("D", 50, 50)], {}, 30)
    assert [(each.name[-1], each.rank) for each in rows] == [("A", 1), ("B", 1), ("C", 3), ("D", 4)]


def test_a_unit_with_few_files_has_no_rank_and_stands_last() -> None:
    rows = ranked([row("A", 20, 0), row("B", 20, 20)], {"H26.B": 4}, 30)
    assert [(each.name[-1], each.rank, each.rank_before) for each in rows] == [("B", 1, 4), ("A", None, None)]


def test_departments_are_not_ranked_among_communes() -> None:
    rows = ranked([row("A", 50, 50), replace(row("B", 90, 10), group="departments")], {}, 30)
    assert {each.name[-1]: each.rank for each in rows} == {"A": 1, "B": 1}


# --- small numbers ---------------------------------------------------------------------------------------------------
def test_a_count_under_five_is_hidden_with_what_would_tell_it_and_its_rate_is_a_bound() -> None:
    (one, _) = hidden([row("A", 497, 3), row("B", 480, 20)], 5)
    assert {"late", "on_time"} <= set(one.hidden)
    assert (VI.cell(one, "late"), VI.cell(one, "on_time")) == ("*", "*")
    assert bound(one, "on_time_rate", 5) == ("≥", 100 * 496 / 500)
    assert VI.cell(one, "on_time_rate") == "≥ 99,2"
    assert VI.cell(one, "received") == "500"


def test_of_two_rows_a_hidden_count_cannot_be_found_from_the_citys_sum() -> None:
    one, two = hidden([row("A", 497, 3), row("B", 480, 20)], 5)
    assert not one.shows("late")
    assert not two.shows("late")


def test_nothing_is_hidden_where_nobody_was_late_and_all_of_it_where_hardly_anything_came_in() -> None:
    one, few, large = hidden([row("A", 100, 0, online=40), row("B", 3, 0), row("C", 500, 0)], 5)
    assert few.hidden == (
        "average_working_days",
        "ended",
        "on_time",
        "on_time_rate",
        "online",
        "online_rate",
        "received",
    )
    # else the city's sums would tell those of B, or what is printed of A the sum that is not
    assert one.hidden == ("ended", "on_time", "online", "online_rate", "received")
    assert large.hidden == ()


def test_zero_switches_hiding_off() -> None:
    assert hidden([row("A", 3, 1)], 0)[0].hidden == ()
    assert bound(row("A", 497, 3), "on_time_rate", 0) is None


def test_ages_are_hidden_where_one_is_small_though_their_sum_is_printed() -> None:
    (one, two, _) = hidden(
        [row("A", overdue=(40, 2, 9, 0)), row("B", overdue=(40, 9, 0, 9)), row("C", overdue=(1, 9, 9, 9))], 5
    )
    assert (one.shows("overdue"), one.shows("ages")) == (True, False)
    assert VI.ages(one) == ["*", "*", "*", "*"]
    assert VI.ages(two) == ["40", "9", "0", "9"]


_ROWS = st.lists(
    st.builds(
        lambda n, on_time, late, online: row(str(n), on_time, late, online=min(online, on_time + late)),
        st.integers(0, 99),
        st.integers(0, 40),
        st.integers(0, 40),
        st.integers(0, 80),
    ),
    min_size=2,
    max_size=8,
)


@given(_ROWS)
def test_no_printed_figure_tells_a_small_count(rows: list[Row]) -> None:
    found = hidden(rows, 5)
    for name in ("received", "online", "ended", "on_time", "late"):
        printed = [each for each in found if each.shows(name)]
        assert all(not 0 < getattr(each, name) < 5 for each in printed)
        away = [each for each in found if not each.shows(name)]
        others = [each for each in found if each not in away and getattr(each, name) > 0]
        assert len(away) != 1 or not others  # one alone could be reckoned from the sum
    for each in found:
        assert each.shows("received") or not each.shows("online_rate")  # the share would tell of how many it is one
        assert each.shows("on_time") == each.shows("late") or 0 in (each.on_time, each.late)
        limit = bound(each, "on_time_rate", 5)
        if limit is not None and each.on_time_rate is not None:
            assert limit[1] <= each.on_time_rate + 0.01 if limit[0] == "≥" else limit[1] >= each.on_time_rate - 0.01


# --- editions --------------------------------------------------------------------------------------------------------
def test_an_edition_is_read_back_as_it_was_kept() -> None:
    made = bulletin([row("A")], index=(IndexLine("TOTAL", "Tổng điểm", "Total", 55.99, 100.0, None, AT),))
    assert read(made.json()) == made


def test_its_hash_is_of_its_figures_not_of_who_released_it() -> None:
    made = bulletin([row("A")])
    assert replace(made, released_by="An", released_at=AT, edition=2).content == made.content
    assert bulletin([row("A", 89, 11)]).content != made.content


def test_what_changed_since_the_edition_before_is_named_with_both_figures() -> None:
    before = bulletin([row("A", 90, 10), row("B", 50, 50)])
    now = [row("A", 92, 8), row("B", 50, 50), row("C", 60, 40)]
    found = {(each.name[-1], each.what, each.before, each.after) for each in amended(before, now, before.city)}
    assert {("A", "on_time", "90", "92"), ("A", "on_time_rate", "90", "92"), ("C", "unit", "", "")} <= found
    assert not any(name == "B" for name, *_ in found)
    assert {each.what for each in amended(before, now[:1], before.city) if each.name[-1] == "B"} == {"no_unit"}


def test_what_changed_of_the_whole_city_its_index_and_what_is_overdue_is_named_too() -> None:
    total = IndexLine("TOTAL", "Tổng điểm", "Total", 55.99, 100.0, None, AT)
    before = bulletin([row("A", overdue=(9, 9, 0, 0), publish_due=7, publish_on_time=5)], index=(total,))
    now = [row("A", overdue=(9, 9, 9, 0), publish_due=7, publish_on_time=6)]
    city = replace(before.city, name="Hà Nội", on_time_rate=91.25)
    found = amended(before, now, city, [replace(total, score=57.06)])
    assert [VI.amended(each) for each in found] == [
        ("Tỷ lệ đúng hạn (%)", "90,00", "91,25"),
        ("Chỉ số 766: Tổng điểm", "55,99", "57,06"),
        ("Quá hạn chưa giải quyết", "18", "27"),
        ("Công khai đúng hạn", "5", "6"),
    ]
    assert VI.amended(Amended("H26.A", "A", "rank", "", "1234")) == ("Hạng", "–", "1.234")
    assert VI.amended(Amended("H26.A", "A", "dispute", "", "1")) == ("Số phản ánh được chấp nhận", "", "1")


def test_what_was_not_printed_is_not_told_by_what_changed() -> None:
    before = bulletin(hidden([row("A", 97, 3), row("B", 97, 3)], 5))
    assert not [
        each
        for each in amended(before, [row("A", 90, 10), row("B", 97, 3)], before.city)
        if each.what in ("late", "on_time_rate")
    ]


def test_a_month_is_written_as_such_and_nothing_else() -> None:
    assert [str(month_given("2024-12").after), str(month_given("2025-01").before)] == ["2025-01", "2024-12"]
    assert (month_given("2024-02").first.day, month_given("2024-02").last.day) == (1, 29)
    for wrong in ("2024", "2024-13", "09-2024", "1999-01", "2024-9", "x"):
        with pytest.raises(CannotRun, match="2024-09"):
            month_given(wrong)


# --- forms -----------------------------------------------------------------------------------------------------------
ROWS = hidden(
    ranked(
        [
            row("A<b>&", 90, 10, overdue=(10, 7, 6, 30), publish_due=7, publish_on_time=5),
            row("Bưởi", 96, 4, disputes=2, marks=("began:2024-09-12",), online_target=80.0),
            row("C", 3, 1),
            replace(row("D", 50, 50), group="departments", name="Sở Đất đai"),
        ],
        {"H26.A<b>&": 1, "H26.Bưởi": 2},
        30,
    ),
    5,
)
WHOLE = bulletin(
    ROWS,
    index=(IndexLine("TOTAL", "Tổng điểm", "Total", 55.99, 100.0, 59.92, AT),),
    causes=(Count("Chờ phối hợp", 12),),
    sources=(("Cổng", AT), ("một cửa", AT)),
    doubted=("Cổng",),
    amended=(Amended("H26.A", "UBND phường A", "dispute", "", "91"),),
    history=(("2024-08", 90.0), ("2024-09", 91.5)),
    unplaced=3,
)


def test_causes_are_named_in_the_language_of_the_page_and_few_of_one_are_a_star_in_every_form() -> None:
    made = replace(WHOLE, causes=(Count("staff", 12), Count("system", 4), Count("unknown", 30)))
    told = document(made, VI)
    assert told["causes"] == {"staff": 12, "system": None, "unknown": 30}
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(made, EN)))
    assert sheets.get_sheet_by_name("Cause").to_python()[1:] == [
        ["too few people, too much work", 12],
        ["fault of a system", "*"],
        ["no cause given", 30],
    ]
    assert any("*" in note for note in VI.notes(replace(made, rows=())))


def test_of_units_whose_number_of_overdue_files_is_not_printed_the_order_does_not_tell_it() -> None:
    rows = hidden([row("A", overdue=(1, 0, 0, 0)), row("B", overdue=(4, 0, 0, 0)), row("C", overdue=(9, 0, 0, 0))], 5)
    printed, others = by_overdue(rows)
    assert [[each.name[-1] for each in some] for some in (printed, others)] == [["C"], ["A", "B"]]
    text = page(bulletin(rows), VI)
    assert "không công bố số lượng (*), 2 đơn vị: UBND phường A; UBND phường B." in text
    lines = CalamineWorkbook.from_filelike(io.BytesIO(workbook(bulletin(rows), VI))).get_sheet_by_name(
        VI.say("overdue")
    )
    assert [line[:2] for line in lines.to_python()[1:]] == [
        ["UBND phường C", 9],
        ["UBND phường A", "*"],
        ["UBND phường B", "*"],
    ]


def test_the_first_bulletin_says_once_that_there_are_no_ranks_to_compare_with() -> None:
    first = bulletin(ranked([row("A"), row("B")], {}, 30))
    text = page(first, VI)
    assert text.count("Chưa có thứ hạng công bố của tháng trước để so sánh.") == 1
    assert ("mới xếp hạng" in text, "So với tháng trước" in text) == (False, False)
    later = page(bulletin(ranked([row("A"), row("B")], {"H26.A": 2}, 30)), VI)
    assert later.count("mới xếp hạng") == 1
    assert "để so sánh" not in later
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook(first, VI)))
    assert [line[2] for line in sheets.get_sheet_by_name("Phường, xã").to_python()[1:]] == ["–", "–"]
    assert ["Chưa có thứ hạng công bố của tháng trước để so sánh."] in sheets.get_sheet_by_name("Ghi chú").to_python()


def test_the_workbook_says_who_released_it_what_changed_and_when_the_index_was_computed() -> None:
    made = workbook(replace(WHOLE, released_at=AT, released_by="Nguyễn Văn An"), VI)
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert sheets.get_sheet_by_name("Ghi chú").to_python()[1] == [
        "Người phát hành: Nguyễn Văn An, lúc 10:00 ngày 02/10/2024"
    ]
    assert sheets.get_sheet_by_name("Thay đổi").to_python()[1:] == [
        ["UBND phường A", "Số phản ánh được chấp nhận", "", "91"]
    ]
    assert sheets.get_sheet_by_name("Chỉ số 766").to_python()[1:] == [
        ["Tổng điểm", 55.99, 100, -3.93, "10:00 ngày 02/10/2024"]
    ]
    assert ["Tiếp nhận", 304] in sheets.get_sheet_by_name("Toàn thành phố").to_python()


def test_how_the_figures_are_counted_stands_under_them() -> None:
    notes = " ".join(VI.notes(WHOLE))
    assert "Tỷ lệ đúng hạn = đúng hạn ÷ (đúng hạn + quá hạn)" in notes
    assert "“≥”, “≤”: tỷ lệ chỉ công bố ở mức tối thiểu" in notes
    assert "“≥”" not in " ".join(VI.notes(bulletin([row("A")])))


def test_of_a_source_that_was_never_read_no_last_figures_are_told() -> None:
    never = replace(WHOLE, sources=(("Cổng", None),))
    assert VI.doubts(never) == ["Lưu ý: nguồn “Cổng” chưa đọc được lần nào khi tổng hợp."]
    assert EN.doubts(never) == ["Note: the source “Cổng” had never been read when the figures were drawn up."]


def test_axes_write_numbers_as_people_of_the_site_do() -> None:
    late = bulletin([row("A", overdue=(0, 0, 0, 2600))])
    stacks = [ageing(late, voice) for voice in (VI, EN)]
    vi, en = (svg.decode() for svg in draw([each for each in stacks if each is not None], Form.SVG))
    assert (">1.000<" in vi, ">1,000<" in vi) == (True, False)
    assert ">1,000<" in en


def test_few_files_from_other_units_are_told_without_their_number() -> None:
    few = replace(row("A"), marks=("moved:3",))
    assert VI.marks(few) == "dưới 5 hồ sơ chuyển từ đơn vị khác đến"
    assert document(bulletin([few]), VI)["units"][0]["marks"] == ["moved"]


def test_files_that_came_from_other_units_are_told_beside_the_figures() -> None:
    assert VI.marks(replace(row("A"), marks=("moved:12",), disputes=1)) == (
        "1 số liệu đang được phản ánh; 12 hồ sơ chuyển từ đơn vị khác đến"
    )


def test_the_page_has_every_part_and_runs_and_fetches_nothing() -> None:
    text = page(WHOLE, VI)
    for said in (
        "Bản tin kết quả giải quyết thủ tục hành chính tháng 9/2024",
        "DỰ THẢO – chưa phát hành",
        "UBND phường A&lt;b&gt;&amp;",
        "tăng 1 bậc",
        "2 số liệu đang được phản ánh; đơn vị mới từ 12/09/2024",
        "55,99",
        "-3,93",
        "Chờ phối hợp",
        "Số phản ánh được chấp nhận",
        "Lưu ý: dữ liệu của nguồn “Cổng” chưa đủ tin cậy khi tổng hợp; số liệu cuối lúc 10:00 ngày 02/10/2024.",
        "3 hồ sơ trong tháng chưa xác định được đơn vị",
        "10:00 ngày 02/10/2024",
    ):
        assert said in text, said
    assert "<script" not in text
    assert "src=" not in text
    assert "<b>&" not in text
    assert text.count("<svg") == 7


def test_a_released_edition_says_by_whom_and_a_quiet_month_says_that_there_is_nothing() -> None:
    text = page(replace(WHOLE, released_at=AT, released_by="Nguyễn Văn An"), EN)
    assert "Released by Nguyễn Văn An, 10:00 on 02/10/2024" in text
    assert "DRAFT" not in text
    empty = page(Bulletin("2024-09", 1, "X", AT, AT, 30, 5, (), row("", 0, 0)), EN)
    assert "There are no figures of this month yet." in empty
    assert "<svg" not in empty


def test_the_workbook_says_the_same_and_holds_no_formula() -> None:
    made = workbook(replace(WHOLE, rows=(*ROWS, replace(row("=1+1"), name="=1+1"))), VI)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names[:4] == ["Toàn thành phố", "Sở, ban, ngành", "Phường, xã", "Quá hạn chưa giải quyết"]
    cells = [cell for line in book.get_sheet_by_name("Phường, xã").to_python() for cell in line]
    assert "≥ 96,0" in cells
    assert "*" in cells
    assert "=1+1" in cells
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)


def test_the_document_prints_no_more_than_the_page() -> None:
    units = {each["unit"]: each for each in document(WHOLE, VI)["units"]}
    few, good = units["H26.C"], units["H26.Bưởi"]
    assert [few[name] for name in ("received", "late", "on_time_rate", "overdue")] == [None, None, None, 0]
    assert (good["late"], good["on_time_rate"], good["on_time_rate_at_least"]) == (None, None, 96.0)
    assert document(WHOLE, VI)["sources"]["Cổng"] is None


def test_charts_show_what_is_printed_alone() -> None:
    (shares,) = by_unit(WHOLE, VI, "communes")
    assert shares.labels == ["UBND phường Bưởi", "UBND phường A<b>&"]
    assert shares.values == [96.0, 90.0]
    assert shares.notes == ["≥ 96,0", "90,0"]
    moves, ages, published = movers(WHOLE, VI), ageing(WHOLE, VI), publication(WHOLE, VI)
    assert moves is not None
    assert (moves.labels, moves.before, moves.now) == (["UBND phường Bưởi", "UBND phường A<b>&"], [2, 1], [1, 2])
    assert ages is not None
    assert ages.parts == [[10.0, 7.0, 6.0, 30.0]]
    assert published is not None
    assert published.notes == ["5/7"]
    rates = online(WHOLE, VI)
    assert rates is not None
    assert 80.0 in rates.targets
    assert movers(bulletin([row("A")]), VI) is None


def test_pictures_are_drawn_and_a_chart_that_cannot_be_drawn_says_so() -> None:
    quiet = bulletin([row("H26.1", 0, 0)])  # no unit has a figure
    pictures = draw([poster(WHOLE, VI), poster(quiet, VI)], Form.PNG)
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"] * 2
    with pytest.raises(CannotRun, match="could not be drawn"):
        draw([Bars("x", ["a"], [1.0, 2.0], ["1"])], Form.SVG)
    assert draw([], Form.PNG) == []
