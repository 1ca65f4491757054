"""Replies of the index as flat records: every shape, what is null, what is missing, what is none."""

from datetime import date
from typing import Any

import pytest

from alertd.errors import SourceFailed
from alertd.intake.sources.index_replies import readings_in
from alertd.intake.sources.wall import refuse_an_error, wall_in_page
from alertd.settings.index_shapes import IndexAsked, filled, words_of
from alertd.settings.source_shapes import SourceSettings

ROW = {
    "TEN_COQUAN": "UBND tỉnh A",
    "MA_COQUAN": "H90",
    "TDGQ": "19.5",
    "CLGQ": "8",
    "TONG_SCORE": "27.5",
    "ROW_STT": "3",
}
METRICS = [
    {"code": "PUBLISH_ON_TIME", "numerator": 0, "denominator": 0, "ratio": None, "score": None, "maxScore": 6},
    {
        "code": "DOSSIER_SYNC",
        "numerator": 9,
        "denominator": 10,
        "ratio": 90,
        "score": 5.4,
        "maxScore": 6,
        "dataQualityStatus": "TEMP",
    },
]


def settings(reply: str = "index_evaluation", **index: Any) -> SourceSettings:
    made = {"name": "n", "dataset": "index_readings", "kind": "http", "url": "http://127.0.0.1/", "reply": reply}
    return SourceSettings.model_validate({**made, "index": {"running": "month", **index}})


def read(document: Any, reply: str = "index_evaluation", **index: Any) -> list[dict[str, Any]]:
    return readings_in(document, settings(reply, **index), "2024-09", "portal")


def scores(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    return {(row["unit"], row["indicator"]): row["score"] for row in rows}


# --- the older rows --------------------------------------------------------------------------------------------------
def test_an_older_row_gives_its_groups_by_their_codes_of_today_and_the_place_to_the_total_alone() -> None:
    rows = read([ROW], "index_rows")
    assert scores(rows) == {("H90", "TDGQ"): "19.5", ("H90", "ONLINE"): "8", ("H90", "TOTAL"): "27.5"}
    assert {row["indicator"]: row["rank"] for row in rows} == {"TDGQ": None, "ONLINE": None, "TOTAL": "3"}
    assert {(row["period"], row["unit_name"]) for row in rows} == {("2024-09", "UBND tỉnh A")}


def test_an_older_row_without_a_code_is_known_by_its_name_and_what_is_no_row_is_passed_over() -> None:
    nameless = {name: value for name, value in ROW.items() if name != "MA_COQUAN"}
    assert {row["unit"] for row in read([nameless, None, 5], "index_rows")} == {"UBND tỉnh A"}


@pytest.mark.parametrize("document", [{"data": {"a": 1}}, [{"MaHoSo": "1"}], "text", None])
def test_what_is_no_list_of_index_rows_is_refused_with_its_cure_in_both_languages(document: Any) -> None:
    with pytest.raises(SourceFailed, match="check url, body, reply and records") as raised:
        read(document, "index_rows")
    assert raised.value.reason == "schema"
    assert "đề nghị kiểm tra" in raised.value.vi


# --- the trees -------------------------------------------------------------------------------------------------------
def test_parent_and_children_call_their_totals_differently_and_are_read_alike() -> None:
    parent = {"departmentCode": "H90", "departmentName": "A", "totalReceived": 10, "totalOnTime": 7}
    child = {"departmentCode": "H90.1", "totalReceived": 4, "totalOnTime": 1, "ratio": 25, "score": 5, "maxScore": 20}
    below = {"departmentCode": "H90.1.1", "totalOnTime": 0, "totalReceived": 0, "score": None, "maxScore": 20}
    data = {
        "parent": {**parent, "ratio": 70, "totalScore": 14, "totalMaxScore": 20},
        "children": [{**child, "children": [below]}],
    }
    rows = read({"code": "OK", "data": data})
    assert [(row["unit"], row["numerator"], row["denominator"], row["score"], row["maximum"]) for row in rows] == [
        ("H90", 7, 10, 14, 20),
        ("H90.1", 1, 4, 5, 20),
        ("H90.1.1", 0, 0, None, 20),
    ]


def test_metrics_are_indicators_of_their_group_and_null_stays_null_with_its_flag() -> None:
    node = {"departmentName": "UBND tỉnh A", "totalScore": 5.4, "totalMaxScore": 18, "ratio": 30, "metrics": METRICS}
    rows = {row["indicator"]: row for row in read({"code": "OK", "data": {"overview": node, "evaluation": []}})}
    assert set(rows) == {"CKMB", "PUBLISH_ON_TIME", "DOSSIER_SYNC"}
    assert (rows["CKMB"]["score"], rows["CKMB"]["maximum"], rows["CKMB"]["unit"]) == (5.4, 18, "UBND tỉnh A")
    assert (rows["PUBLISH_ON_TIME"]["score"], rows["PUBLISH_ON_TIME"]["ratio"]) == (None, None)
    assert (rows["DOSSIER_SYNC"]["numerator"], rows["DOSSIER_SYNC"]["quality"]) == (9, "TEMP")


def test_a_tree_that_does_not_show_its_group_asks_for_it_and_takes_it_from_the_settings() -> None:
    tree = {"data": {"parent": {"departmentCode": "H90", "totalScore": 9, "totalMaxScore": 12}, "children": []}}
    with pytest.raises(SourceFailed, match=r"write index\.group"):
        read(tree)
    assert scores(read(tree, group="ONLINE")) == {("H90", "ONLINE"): 9}


def test_a_national_record_gives_the_total_with_its_rank_all_groups_and_their_metrics() -> None:
    record = {
        "departmentCode": "H90",
        "totalScore": 30.4,
        "totalMaxScore": 100,
        "rank": 7,
        "groupScores": {"CKMB": 5.4, "TDGQ": 15, "ONLINE": 10, "NEW_GROUP": 0},
        "componentIndicators": {
            "CKMB_CongKhai": {"score": 5.4, "maxScore": 18, "metrics": METRICS},
            "TDGQ_TienDo": {"totalReceived": 4, "totalOnTime": 3, "score": 15, "maxScore": 20},
        },
    }
    for document in (record, [record], {"code": "OK", "data": record}, {"data": [record]}):
        rows = read(document)
        assert scores(rows) == {
            ("H90", "TOTAL"): 30.4,
            ("H90", "CKMB"): 5.4,
            ("H90", "PUBLISH_ON_TIME"): None,
            ("H90", "DOSSIER_SYNC"): 5.4,
            ("H90", "TDGQ"): 15,
            ("H90", "ONLINE"): 10,
            ("H90", "NEW_GROUP"): 0,
        }
        assert [row.get("rank") for row in rows if row["indicator"] == "TOTAL"] == [7]


@pytest.mark.parametrize("document", [{"data": None}, {"data": {"rows": []}}, [None], "x", {"data": [[1]]}])
def test_what_is_no_tree_and_no_record_is_refused(document: Any) -> None:
    with pytest.raises(SourceFailed) as raised:
        read(document)
    assert raised.value.reason == "schema"


def test_only_some_units_can_be_read_and_the_time_of_computing_found_in_the_reply() -> None:
    document = {"at": "2024-10-02T10:00:00", "rows": [ROW, {**ROW, "MA_COQUAN": "H91", "TEN_COQUAN": "B"}]}
    made = settings("index_rows", only=["B"], computed_at="at").model_copy(update={"records": "rows"})
    rows = readings_in(document, made, "2024-09", "portal")
    assert {(row["unit"], row["computed_at"]) for row in rows} == {("H91", "2024-10-02T10:00:00")}


# --- walls -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"code": "UNAUTHORIZED", "message": "token expired"}, "login"),
        ({"code": 401}, "login"),
        ({"code": "E1", "message": "Phiên đăng nhập đã hết hạn"}, "login"),
        ({"code": "CAPTCHA_REQUIRED", "data": {"parent": {}}}, "captcha"),
        ({"code": "E9", "message": "Vui lòng nhập mã xác nhận"}, "captcha"),
        ({"code": "BAD_PERIOD", "message": "no data"}, "refused"),
        ({"error_code": "05"}, "refused"),
    ],
)
def test_a_reply_that_says_it_is_none_is_told_as_what_it_is(document: Any, reason: str) -> None:
    with pytest.raises(SourceFailed) as raised:
        refuse_an_error(document, "portal")
    assert raised.value.reason == reason
    assert raised.value.vi
    if reason == "captcha":
        assert "never works around" in str(raised.value)


@pytest.mark.parametrize("document", [{"code": "OK"}, {"code": "00"}, {"code": 200}, {"data": 1}, [], None])
def test_a_reply_that_is_well_passes(document: Any) -> None:
    refuse_an_error(document, "portal")


def test_pages_are_told_apart() -> None:
    assert wall_in_page(b"<html><div class='g-recaptcha'></div>") == "captcha"
    assert wall_in_page("<p>Nhập mã xác nhận".encode()) == "captcha"
    assert wall_in_page(b"<form><input type='password'></form>") == "login"
    assert wall_in_page(b"<h1>503 Service Unavailable</h1>") is None


# --- periods ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("index", "asked"),
    [
        ({"running": "month"}, ["2024-01", "2023-12"]),
        ({"running": "month", "before": 2}, ["2024-01", "2023-12", "2023-11"]),
        ({"running": "quarter"}, ["2024-Q1", "2023-Q4"]),
        ({"running": "year", "before": 0, "periods": ["2024", "2022"]}, ["2024", "2022"]),
        ({"periods": ["2024-09"]}, ["2024-09"]),
        ({}, []),
    ],
)
def test_the_running_period_is_asked_for_and_closed_ones_before_it(index: dict[str, Any], asked: list[str]) -> None:
    assert [span.text for span in IndexAsked.model_validate(index).spans(date(2024, 1, 31))] == asked


def test_placeholders_are_filled_wherever_they_stand_and_other_braces_stay() -> None:
    (span,) = IndexAsked(periods=("2024-09",)).spans(date(2026, 1, 1))
    body = {
        "q": '{"p_nam": "{year}", "thang": "{month}/{month_number}"}',
        "in": [{"to": "{last_day}"}, 5],
        "x": "{other}",
    }
    assert filled(body, words_of(span)) == {
        "q": '{"p_nam": "2024", "thang": "09/9"}',
        "in": [{"to": "2024-09-30"}, 5],
        "x": "{other}",
    }
