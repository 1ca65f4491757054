"""What the index report says, in both languages: points never without their day, late work never without the duty."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alertd.check.site import misfits
from alertd.model.directory import Directory, UnitRow
from alertd.model.period import Period
from alertd.model.rule import RuleSet
from alertd.reports import index_ahead, index_page
from alertd.reports.forecast import forecast
from alertd.reports.index import Report
from alertd.reports.index_document import document
from alertd.reports.index_page import Voice
from alertd.reports.index_phrases import LATE, PHRASES, SAVABLE
from alertd.reports.items import Item, Row
from alertd.reports.own_files import Tally
from alertd.reports.pace import Outlook, Section, Urgent
from alertd.reports.readings import Reading
from alertd.reports.score import Scale
from alertd.reports.winnable import Chance, Fate, Step, Work
from alertd.rules.rulebook import Rulebook
from alertd.settings.shapes import Settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DIRECTORY = Directory((UnitRow("H26", "UBND Thành phố Hà Nội", "city"), UnitRow("H26.1", "Sở Xây dựng")))
VI, EN = Voice("vi", HANOI, DIRECTORY), Voice("en", HANOI, DIRECTORY)
NOW = datetime(2026, 11, 18, 1, tzinfo=UTC)
NOTHING: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "ratio", "rank", "quality"))
DUTY = "Trách nhiệm với người dân không thay đổi: các việc này vẫn phải làm ngay, không được chờ sang kỳ sau."


def item(code: str, score: int | None, maximum: int | None = None, **given: Any) -> Item:
    of_reading = {name: given.pop(name) for name in NOTHING if name in given}
    reading = Reading("H26", code, score=score, maximum=maximum, computed_at=NOW, **NOTHING | of_reading)
    return Item(code, reading, **given)


SYNCED = item("DOSSIER_SYNC", None, quality="NO_NATIONAL_REPORT_DATA")
PUBLISHED = item("PUBLIC_UPDATE_ON_TIME", 333, computed=370)
REPORT = Report(
    unit="H26",
    name="UBND Thành phố Hà Nội",
    is_city=True,
    span=Period(date(2026, 11, 1), 1),
    at=NOW,
    is_over=False,
    computed_at=NOW,
    periods=("2026-11",),
    total=item("TOTAL", 5479, day_ago=5502, last_period=5276, last_rank=31, computed=5479, rank=33),
    groups=(
        item("CKMB", 1128, parts=(PUBLISHED, SYNCED)),
        item("TDGQ", 1477, ratio=7386),
    ),
    unknown=(item("NEW", 250, 200),),
    rows=(Row("H26", {}, 5479, 5479, 33), Row("H26.1", {}, 5500, 5400, None), Row("Lạ", {}, None, None, None)),
    chances=(
        Chance(
            "PUBLIC_UPDATE_ON_TIME",
            Work.PUBLISH,
            Fate.SAVABLE,
            6,
            5,
            31,
            (Step(date(2026, 11, 18), 2), Step(date(2026, 11, 20), 4)),
            ("1.004227", "1.001193"),
        ),
        Chance("PUBLIC_UPDATE_ON_TIME", Work.PUBLISH, Fate.LOWERS, 6, 0, -23),
        Chance("TDGQ", Work.FINISH, Fate.LOST, 1234, 0, 0),
        Chance("TDGQ", Work.FINISH, Fate.SAVABLE, 1, 0, 0, (Step(date(2026, 11, 19), 1),)),
        Chance("DOSSIER_SYNC", Work.SEND, Fate.SAVABLE, 40, None, None, (Step(date(2026, 11, 30), 40),)),
    ),
    outlook=Outlook(
        date(2026, 11, 20),
        4,
        1500,
        40,
        (Section("H26.1", "Phòng Cấp phép", 90, 24, 1.2, 39, {1: 39}), Section(None, None, 1, 0, 0.0, 1, {1: 1})),
        (Urgent("H26.1-261102-0001", "H26.1", "Phòng Cấp phép", "1.004227", date(2026, 11, 19)),),
    ),
    forecast=forecast(Tally(800, 100, 40, 100, 0, 3, fell_due=100, kept=75), Scale(2000)),
)


def lines(found: Iterable[str]) -> str:
    return "\n".join(found)


def test_the_head_says_score_rank_and_both_changes() -> None:
    assert lines(index_page.head(REPORT, VI)) == (
        "Bộ chỉ số 766: UBND Thành phố Hà Nội (H26), tháng 11/2026\n"
        "Tổng điểm: 54,79/100,00; hạng 33; kỳ trước hạng 31\n"
        "So với kỳ trước cùng thời điểm: +2,03\n"
        "So với một ngày trước: −0,23\n"
        "Số liệu của Cổng Dịch vụ công quốc gia lúc 08:00 ngày 18/11/2026; có thể thay đổi."
    )


def test_points_stand_with_their_days_and_late_work_with_the_duty() -> None:
    assert lines(index_page.winnable(REPORT, VI)) == (
        "Còn có thể đạt thêm trong kỳ\n"
        "- 6 thủ tục còn trong hạn công khai: từ +0,05 đến +0,31 điểm, chậm nhất 20/11/2026\n"
        "  Hạn: 2 đến hết 18/11/2026, 4 đến hết 20/11/2026\n"
        "  Gồm: 1.004227, 1.001193 và 4 mục khác\n"
        "- 1 hồ sơ còn trong hạn trả: thêm chưa đến 0,01 điểm, chậm nhất 19/11/2026\n"
        "- 40 hồ sơ chưa có trên Cổng: chưa tính được điểm vì Cổng không cho số đếm, chậm nhất 30/11/2026\n"
        "Đã mất trong kỳ này\n"
        "- 1.234 hồ sơ đã bị tính quá hạn, chưa giải quyết xong: làm xong cũng không thêm điểm kỳ này, nhưng vẫn phải làm "
        "ngay.\n"
        "Làm xong có thể giảm điểm (chỉ để Văn phòng biết)\n"
        "- 6 thủ tục quá hạn công khai: điểm giảm tới 0,23.\n"
        f"{DUTY}\n"
        "Điểm là ước tính: cùng lúc tính lại cả tử số và mẫu số theo số Cổng đã công bố."
    )
    english = lines(index_page.winnable(REPORT, EN))
    assert "- 6 procedures are still within their days for publishing: +0.05 to +0.31 until 20/11/2026" in english
    assert "- 6 procedures not published in time: up to −0.23." in english
    assert "- 1,234 files counted late and not finished: done now it adds no points" in english
    assert "The duty to the citizen stands in every case" in english


def test_where_nothing_lowers_the_figure_nothing_is_said_of_it() -> None:
    mine = replace(REPORT, is_city=False, chances=tuple(REPORT.of(Fate.SAVABLE)[:1]))
    assert "giảm" not in lines(index_page.winnable(mine, VI))
    assert lines(index_page.winnable(replace(mine, chances=()), VI)).endswith("Không có việc nào còn kịp để thêm điểm.")
    over = lines(index_page.winnable(replace(mine, chances=(), is_over=True), VI))
    assert over == "Kỳ đã kết thúc; không còn việc nào kịp để thêm điểm."


def test_where_the_city_has_no_reading_it_is_still_said_how_many_units_totals_come_out() -> None:
    none = replace(REPORT, computed_at=None, periods=())
    assert "khớp số công bố của 1/2 đơn vị" in lines(index_page.nothing(none, VI, ["H05"]))
    assert "khớp số công bố" not in lines(index_page.nothing(replace(none, rows=()), VI, ["H05"]))


def test_the_codes_of_the_groups_are_explained_below_the_table_of_units() -> None:
    legend = index_page.unit_legend(VI)
    assert legend.startswith("Nhóm chỉ số: CKMB – Công khai, minh bạch; ")
    assert "ONLINE – Dịch vụ công trực tuyến" in legend


def test_what_differs_is_above_its_maximum_or_flagged_is_named() -> None:
    assert lines(index_page.checks(REPORT, VI)) == (
        "Tính lại: tổng sáu nhóm là 54,79, khớp số công bố (chênh không quá 0,01).\n"
        "- TTHC công khai đúng hạn: công bố 3,33, tính lại 3,70 (lệch −0,37)\n"
        "- NEW (mã chưa rõ): điểm công bố cao hơn điểm tối đa\n"
        "Lưu ý của Cổng về số liệu:\n"
        "- Hồ sơ đồng bộ lên Cổng DVCQG: chưa có số liệu báo cáo\n"
        "Tổng điểm tính lại khớp số công bố của 1/2 đơn vị (chênh không quá 0,01).\n"
        "- Sở Xây dựng (H26.1): công bố 55,00, tính lại 54,00"
    )
    group = replace(REPORT.groups[0], aside=(600, 0))
    set_aside = lines(index_page.checks(replace(REPORT, groups=(group,)), VI))
    assert "- Công khai, minh bạch: 6,00 điểm tối đa không tính là mất, vì chưa có số liệu hoặc chỉ tính" in set_aside
    off = replace(REPORT, total=replace(REPORT.total, computed=5400), rows=())
    assert next(index_page.checks(off, EN)) == (
        "Computed: the six groups sum up to 54.00; the published total differs by +0.79."
    )


def test_the_table_and_the_lines_of_a_narrow_screen_show_the_unknown_as_unknown() -> None:
    rows = list(index_page.rows(REPORT, VI))
    assert rows[0] == ("Tổng điểm", "54,79", "100,00", "45,21", "+2,03", "−0,23", "54,79")
    assert rows[3] == ("  Hồ sơ đồng bộ lên Cổng DVCQG", "–", "6,00", "–", "–", "–", "–")
    assert {len(row) for row in rows} == {len(VI.say("columns").split("|"))}
    assert len(index_page.unit_columns(VI)) == 10
    assert list(index_page.stacked(REPORT, EN))[:3] == [
        "Total: 54.79/100.00 (lost 45.21)",
        "  +2.03 against the period before at the same age; −0.23 against a day ago",
        "Transparency: 11.28/18.00 (lost 6.72)",
    ]


def test_the_last_moment_names_sections_and_what_to_take_first() -> None:
    assert lines(index_ahead.last_moment(REPORT, VI)) == (
        "Thời điểm cuối còn kịp (đến hết 20/11/2026)\n"
        "1.500 hồ sơ phải trả đến ngày này; theo tiến độ 4 tuần qua thì 40 hồ sơ sẽ quá hạn.\n"
        "- Phòng Cấp phép, Sở Xây dựng (H26.1): 39 trong 90 hồ sơ sẽ quá hạn; bình quân mỗi ngày làm việc xong 1,2 hồ sơ\n"
        "- chưa rõ phòng, chưa rõ đơn vị: 1 trong 1 hồ sơ sẽ quá hạn; bình quân mỗi ngày làm việc xong 0,0 hồ sơ\n"
        "Cần làm trước:\n"
        "- H26.1-261102-0001, hẹn trả 19/11/2026, Phòng Cấp phép, Sở Xây dựng (H26.1)\n"
        "Hồ sơ đã quá hạn không nằm trong số này nhưng vẫn phải giải quyết dứt điểm."
    )


def test_the_estimate_is_said_to_be_one_and_stands_beside_the_portals_figure() -> None:
    found = lines(index_ahead.expected(REPORT, VI))
    assert found.startswith("Ước tính chỉ số đúng hạn từ dữ liệu của thành phố (không phải số của Cổng)\n")
    assert "Ngoài ra 3 hồ sơ không có ngày hẹn trả, không tính được." in found
    assert "- Dự kiến (theo 75,00% đúng hạn của 4 tuần qua): 87,50%, 17,50 điểm" in found
    assert found.endswith("- Cổng đã công bố: 73,86%, 14,77 điểm")


def test_both_languages_say_the_same_things() -> None:
    assert PHRASES["vi"].keys() == PHRASES["en"].keys()
    for phrases in (SAVABLE, LATE):
        assert all(set(phrases[language]) == set(Work) for language in ("vi", "en"))
    assert all("|" in text for phrases in (SAVABLE, LATE) for words in phrases.values() for text in words.values())


def test_the_document_keeps_the_unknown_as_null() -> None:
    found = document(REPORT, HANOI)
    assert (found["total"]["score"], found["total"]["reproduced"], found["computed_at"]) == (
        54.79,
        True,
        "2026-11-18T08:00:00+07:00",
    )
    sent = found["winnable"][-1]
    assert (sent["points_most"], sent["until"]) == (None, "2026-11-30")
    assert [each["indicator"] for each in found["cheapest"]] == ["PUBLIC_UPDATE_ON_TIME"]
    assert found["groups"][0]["indicators"][1]["score"] is None


def test_in_the_document_too_the_duty_stands_whatever_a_thing_is_to_the_figure() -> None:
    told = document(REPORT, HANOI)["winnable"]
    assert {each["fate"] for each in told} == {"savable", "lost", "lowers"}
    assert all(each["duty_stands"] for each in told)


@pytest.mark.parametrize(
    ("index", "units", "said"),
    [
        ({}, DIRECTORY, []),
        ({"unit": "H27"}, DIRECTORY, ["index.unit: không có đơn vị 'H27'"]),
        ({}, Directory((UnitRow("H26", "Hà Nội"),)), ["index.unit: chưa rõ đơn vị nào là toàn thành phố"]),
        ({"thresholds": {"REUSED": 80}}, DIRECTORY, ["index.thresholds: không có chỉ số 'REUSED'"]),
    ],
)
def test_a_site_is_told_what_does_not_fit_of_its_index(
    tmp_path: Path, index: dict[str, Any], units: Directory, said: list[str]
) -> None:
    source = {"name": "x", "dataset": "index_readings", "kind": "spreadsheet", "path": "x.csv"}
    fields = {"period": "p", "unit": "u", "indicator": "i", "score": "s"}
    raw = {"units": {}, "sources": [source | {"fields": fields}], "folder": tmp_path, "index": index}
    found = misfits(Settings.model_validate(raw), units, Rulebook(RuleSet({}, ""), {}, "vi"))
    assert [each.said("vi").split(": ", 1)[1].split(";")[0] for each in found] == said
