"""What the make-believe portal, index and document system say fits the files: they differ where they should, and sum up."""

from collections import Counter
from typing import Any

import pytest

from alertd.demo.city import City
from alertd.demo.days import MORNINGS
from alertd.demo.index import BEFORE, CLOSED, RUNNING, computed
from alertd.demo.moved import moved
from alertd.demo.portal import MINISTRY
from alertd.demo.tasks import COLUMNS
from alertd.model.index_words import GROUPS, INDICATORS
from alertd.reports.score import Counted, Scale, score_of

Record = dict[str, Any]
MONTHS = (BEFORE, CLOSED, RUNNING)


@pytest.fixture(scope="module")
def city() -> City:
    return City()


def by_code(records: list[Record]) -> dict[str, Record]:
    return {record["MaHoSo"]: record for record in records}


def test_the_portal_differs_in_each_way_and_in_few_units(city: City) -> None:
    here, there = by_code(city.files(MORNINGS[0])), by_code(city.portal(MORNINGS[0]))
    assert not any("NgayXinLoi" in record or "NguyenNhanTre" in record for record in there.values())
    both = [(here[code], record) for code, record in there.items() if code in here]
    names = ("TrangThaiHoSo", "NgayKetThucXuLy", "NgayHenTra", "DanhSachHoSoBoSung")
    differ = [(one, other) for one, other in both if any(one[name] != other[name] for name in names)]
    kinds = Counter(tuple(one[name] != other[name] for name in names) for one, other in differ)
    assert kinds[True, True, False, False] > 20  # an end that was not sent
    assert kinds[True, False, False, True] > 5  # a pause that was not sent
    assert kinds[False, False, True, False] + kinds[False, False, True, True] > 2  # another due date
    assert len({one["DonViXuLy"] for one, _ in differ}) < 16
    alone = [record for code, record in there.items() if code not in here]
    assert len(alone) == 12
    assert Counter(record["MaTTHC"] == MINISTRY for record in alone)[True] == 9
    missing = [
        record
        for code, record in here.items()
        if record["NgayTiepNhan"] and not record["NgayKetThucXuLy"] and code not in there
    ]
    assert 5 < len(missing) < 40


def test_what_the_portal_once_had_open_it_lists_as_ended(city: City) -> None:
    before, after = by_code(city.portal(MORNINGS[0])), by_code(city.portal(MORNINGS[2]))
    assert [code for code, record in before.items() if not record["NgayKetThucXuLy"] and code not in after] == []


def test_ends_move_back_in_one_unit_at_once_and_in_another_one_by_one(city: City) -> None:
    lists = [by_code(city.files(morning)) for morning in MORNINGS]
    back = []
    later = []
    for before, after in ((lists[0], lists[1]), (lists[1], lists[2])):
        common = [(record, after[code]) for code, record in before.items() if code and code in after]
        back.append(
            Counter(
                one["DonViXuLy"]
                for one, other in common
                if one["NgayKetThucXuLy"] and other["NgayKetThucXuLy"] < one["NgayKetThucXuLy"]
            )
        )
        later.append(
            [
                other
                for one, other in common
                if "2026" <= one["NgayHenTra"] < other["NgayHenTra"]
                and not (other["NgayXinLoi"] or other["DanhSachHoSoBoSung"])
            ]
        )
    assert back == [{"Sở Tài chính": 24}, {"Sở Nội vụ": 2}]
    assert [len(each) for each in later] == [1, 1]  # on the third day somebody corrected an impossible date


def test_nothing_moves_before_the_second_day(city: City) -> None:
    listed = city.files(MORNINGS[0])
    assert moved(listed, "20261005080000") == listed


def test_causes_stand_at_some_late_files_only(city: City) -> None:
    told = [record for record in city.files(MORNINGS[0]) if record["NguyenNhanTre"]]
    assert len(told) > 200
    assert all((record["NgayKetThucXuLy"] or "20261005080000") > record["NgayHenTra"] for record in told)


@pytest.mark.parametrize("month", MONTHS)
def test_the_index_of_each_unit_sums_up_and_keeps_its_maxima(city: City, month: str) -> None:
    columns = {code: {"ONLINE": "CLGQ"}.get(code, code) for code in GROUPS}
    rows = city.index_of_units(month, MORNINGS[1])
    assert len(rows) > 140
    for row in rows:
        assert abs(sum(float(row[name]) for name in columns.values()) - float(row["TONG_SCORE"])) < 0.001
        assert all(0 < float(row[name]) <= INDICATORS[code].maximum for code, name in columns.items())
    totals = [float(row["TONG_SCORE"]) for row in rows]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("month", MONTHS)
def test_the_index_of_the_city_is_worked_out_by_the_formulas(city: City, month: str) -> None:
    record = city.index_of_city(month, MORNINGS[2])
    assert record["totalScore"] == pytest.approx(sum(record["groupScores"].values()))
    progress = record["componentIndicators"]["TDGQ_TienDoGiaiQuyet"]
    score = score_of(Counted(progress["totalOnTime"], progress["totalReceived"]), Scale(2000))
    assert record["groupScores"]["TDGQ"] * 100 == pytest.approx(score)
    for part in record["componentIndicators"].values():
        if "metrics" in part:
            assert part["score"] == pytest.approx(sum(metric["score"] for metric in part["metrics"]))


def test_the_closed_month_is_restated_on_the_second_morning_for_one_unit_and_the_city(city: City) -> None:
    first, second, third = ({row["MA_COQUAN"]: row for row in city.index_of_units(CLOSED, at)} for at in MORNINGS)
    assert [code for code in first if first[code]["TONG_SCORE"] != second[code]["TONG_SCORE"]] == ["H26.X00602"]
    assert second == third
    assert computed(CLOSED, MORNINGS[0]) < computed(CLOSED, MORNINGS[1]) == computed(CLOSED, MORNINGS[2])
    city_totals = [city.index_of_city(CLOSED, at)["totalScore"] for at in MORNINGS]
    assert city_totals[0] - city_totals[1] > 0.5
    assert city_totals[1] == city_totals[2]
    assert city.index_of_city(BEFORE, MORNINGS[0]) == city.index_of_city(BEFORE, MORNINGS[2])


def test_tasks_are_late_put_off_twice_and_untouched(city: City) -> None:
    days: list[list[Record]] = [
        [dict(zip(COLUMNS, row, strict=True)) for row in city.tasks(morning)] for morning in MORNINGS
    ]
    open_ones = [task for task in days[0] if not task["ngay_xong"]]
    assert len([task for task in open_ones if (task["gia_han_den"] or task["han"]) < "2026-10-05"]) > 5
    assert [task for task in open_ones if task["so_lan_gia_han"] == 2]
    assert [task for task in open_ones if task["trang_thai"] == "Mới giao" and task["ngay_nhan"] is None]
    assert len([task for task in days[2] if task["ngay_xong"]]) > len([task for task in days[0] if task["ngay_xong"]])
    codes = [task["so_ky_hieu"] for task in days[0]]
    assert len(set(codes)) == len(codes)
