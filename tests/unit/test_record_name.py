"""A record is called by a code that people know, or in words where alertd has put its code together."""

import pytest

from alertd.model.datasets import DATASETS
from alertd.model.directory import Directory, UnitRow
from alertd.model.record_name import has_words, record_name

DIRECTORY = Directory((UnitRow("H26.1", "Sở Xây dựng"),))


@pytest.mark.parametrize(
    ("dataset", "code", "vi", "en"),
    [
        (
            "index_readings",
            "2026-09/H26.1/TOTAL",
            "Chỉ số tháng 9/2026, Sở Xây dựng: tổng điểm",
            "Index, September 2026, Sở Xây dựng: total",
        ),
        (
            "index_readings",
            "2026-Q3/H26.1/PUBLISH_ON_TIME",
            "Chỉ số quý III/2026, Sở Xây dựng: TTHC công bố đúng hạn",
            "Index, quarter III of 2026, Sở Xây dựng: announced on time",
        ),
        (
            "index_readings",
            "2026/UBND xã A/B/NEW",
            "Chỉ số năm 2026, UBND xã A/B: NEW",
            "Index, 2026, UBND xã A/B: NEW",
        ),
        (
            "index_readings",
            "2026-09//TDGQ",
            "Chỉ số tháng 9/2026: tiến độ giải quyết",
            "Index, September 2026: progress",
        ),
        (
            "unit_periods",
            "2026-Q4/unit/H26.1",
            "Kết quả quý IV/2026, Sở Xây dựng",
            "Results of quarter IV of 2026, Sở Xây dựng",
        ),
        (
            "unit_periods",
            "2026-11/field/H26.1/Đất đai",
            "Kết quả tháng 11/2026, lĩnh vực Đất đai, Sở Xây dựng",
            "Results of November 2026, field Đất đai, Sở Xây dựng",
        ),
        (
            "unit_periods",
            "2026-11/procedure/1.004227",
            "Kết quả tháng 11/2026, thủ tục 1.004227",
            "Results of November 2026, procedure 1.004227",
        ),
        (
            "unit_periods",
            "2026-11/city",
            "Kết quả tháng 11/2026, toàn thành phố",
            "Results of November 2026, the whole city",
        ),
        (
            "changes",
            "H26.1-261001-0001/end_moved_back/20261005T010000Z",
            "H26.1-261001-0001: ngày kết thúc lùi về trước",
            "H26.1-261001-0001: end moved back",
        ),
        (
            "changes",
            "poll 12/due_moved_later",
            "Lần đọc nguồn số 12: ngày hẹn trả lùi về sau",
            "Reading 12 of the source: due date moved later",
        ),
        ("files", "H26.1-261001-0001", "H26.1-261001-0001", "H26.1-261001-0001"),
        ("sync_gaps", "H26.1-261001-0001", "H26.1-261001-0001", "H26.1-261001-0001"),
        ("assignments", "12/UBND-TH", "12/UBND-TH", "12/UBND-TH"),
        ("announcements", "1.004227/61/2018/NĐ-CP/QĐ 5", "1.004227/61/2018/NĐ-CP/QĐ 5", "1.004227/61/2018/NĐ-CP/QĐ 5"),
    ],
)
def test_a_record_is_called_as_people_know_it(dataset: str, code: str, vi: str, en: str) -> None:
    assert dataset in DATASETS
    assert record_name(dataset, code, "vi", DIRECTORY) == vi
    assert record_name(dataset, code, "en", DIRECTORY) == en
    assert has_words(dataset) is (vi != code)


def test_beside_its_unit_it_is_called_without_it() -> None:
    assert record_name("index_readings", "2026-09/H26.1/TOTAL", "vi") == "Chỉ số tháng 9/2026: tổng điểm"
    assert record_name("unit_periods", "2026-Q4/unit/H26.1", "vi") == "Kết quả quý IV/2026"


@pytest.mark.parametrize("dataset", ["index_readings", "unit_periods", "changes"])
@pytest.mark.parametrize("code", ["", "a", "a/b", "TOTAL/x", "2026-09", "/", "2026-09/H26.1/TOTAL/"])
def test_a_code_of_another_shape_breaks_nothing(dataset: str, code: str) -> None:
    for language in ("vi", "en"):
        record_name(dataset, code, language, DIRECTORY)
