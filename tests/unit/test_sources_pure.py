"""What the sources decide without reading anything: codes, columns, dates in names, the walk through pages."""

from datetime import date
from typing import Any

import pytest

from alertd.errors import SourceFailed
from alertd.intake.sources.arrival import day_in_name
from alertd.intake.sources.columns import header_position, keep, kept_columns, locate
from alertd.intake.sources.excel_codes import code_columns, repair_code, whole
from alertd.intake.sources.paging import Walk, dig, origin
from alertd.intake.sources.remarks import SHORTENED_CODE, Remarks
from alertd.settings.source_shapes import Paging, SourceSettings


def settings(**more: Any) -> SourceSettings:
    made = {"name": "n", "dataset": "files", "kind": "spreadsheet", "fields": {"code": "Mã HS", "due_at": "Ngày hẹn"}}
    return SourceSettings.model_validate({**made, **more})


@pytest.mark.parametrize(
    ("value", "repaired"),
    [
        (1.00422, "1.004220"),
        ("1.00422", "1.004220"),
        ("1,00422", "1.004220"),
        ("1,004227", "1.004227"),
        (1, "1.000000"),
        (2.0, "2.000000"),
        (1004227, "1.004227"),
        (1004227.0, "1.004227"),
        (" 1.0042 ", "1.004200"),
        (1.1, "1.100000"),
    ],
)
def test_a_code_that_excel_shortened_is_repaired(value: Any, repaired: str) -> None:
    assert repair_code(value) == (repaired, True)


@pytest.mark.parametrize(
    "value",
    [
        "1.004227",
        "1.004227.000.00.00.H26",
        "1.23E+15",
        1.23e15,
        "",
        None,
        True,
        "H26",
        12.5,
        -1,
        1.00000049,
        float("nan"),
        "12",
    ],
)
def test_what_is_whole_or_lost_stays_as_it_is(value: Any) -> None:
    code, repaired = repair_code(value)
    assert (repr(code), repaired) == (repr(value), False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.0, 1), (1.5, 1.5), ("1.0", "1.0"), (1e15, 1e15), (float("inf"), float("inf")), (True, True)],
)
def test_whole_numbers_are_whole(value: Any, expected: Any) -> None:
    assert repr(whole(value)) == repr(expected)


def test_only_columns_of_procedures_codes_are_repaired() -> None:
    fields = {"code": "A", "procedure": "B", "supplement_requests": {"count": "C"}}
    assert code_columns(settings(fields=fields)) == {"B"}
    assert code_columns(settings(dataset="procedures", fields={"code": "A", "name": "B"})) == {"A"}


def test_a_poll_says_each_kind_of_remark_once() -> None:
    remarks = Remarks()
    for row in (5, 6):
        remarks.add(SHORTENED_CODE, f"row {row}: 1.00422 → 1.004220")
    assert remarks.lines() == ["2 codes shortened by Excel were repaired, e.g. row 5: 1.00422 → 1.004220"]


def test_kept_columns_are_the_mapped_roots_and_that_of_as_of() -> None:
    fields = {"code": "a.b", "supplement_requests": {"count": "L.x"}}
    assert set(kept_columns(settings(fields=fields))) == {"a", "a.b", "L"}
    assert "t" in kept_columns(settings(as_of={"field": "t"}))
    assert "code" not in kept_columns(settings(as_of={"field": "code"}))


def test_a_record_loses_what_is_not_mapped_and_keeps_lists_whole() -> None:
    remarks = Remarks()
    raw = {"a": 1, "name": "Nguyễn Văn A", "list": [{"b": 2}]}
    assert keep(raw, ("a", "list", "c"), "row 1", 10, remarks) == {"a": 1, "list": [{"b": 2}]}
    assert remarks.lines() == []


def test_headers_are_compared_composed_and_trimmed() -> None:
    decomposed = "Ma\u0303 HS"
    assert locate([f" {decomposed}\n", "x", "Ngày  hẹn"], settings(), "f.csv") == {0: "Mã HS", 2: "Ngày hẹn"}


def test_a_name_with_a_dot_may_be_one_column() -> None:
    assert locate(["S.No"], settings(fields={"code": "S.No"}), "f.csv") == {0: "S.No"}
    assert locate(["S"], settings(fields={"code": "S.No"}), "query") == {0: "S"}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Mã hs", "Ngày hẹn"], ["no column Mã HS (for code)", "did you mean 'Mã hs'?", "Ngày hẹn"]),
        ([], ["there are: none"]),
        (["Mã HS", "Ngày hẹn", "Mã HS"], ["'Mã HS' is there 2 times"]),
    ],
)
def test_a_header_that_does_not_fit_is_told_in_full(header: list[str], words: list[str]) -> None:
    with pytest.raises(SourceFailed) as raised:
        locate(header, settings(), "f.csv")
    assert raised.value.reason == "schema"
    assert all(word in str(raised.value) for word in words)


def test_a_title_above_the_header_is_passed_over() -> None:
    rows = [["DANH SÁCH HỒ SƠ"], [], ["STT", "Mã HS", "Ngày hẹn"], ["1", "H26-240902-0003", "02/09/2024"]]
    assert header_position(rows, settings()) == 2
    assert header_position([[], ["a"]], settings()) == 1


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ho-so-20240902.csv", date(2024, 9, 2)),
        ("20240902081500.csv", date(2024, 9, 2)),
        ("ho_so_2024-09-02_v2.xlsx", date(2024, 9, 2)),
        ("ho so 02.09.2024.csv", date(2024, 9, 2)),
        ("2-9-2024.csv", date(2024, 9, 2)),
        ("31-02-2024.csv", None),
        ("20241399.csv", None),
        ("12345678901.csv", None),
        ("ho-so.csv", None),
    ],
)
def test_the_date_in_a_name(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


def test_dig_reaches_into_objects_only() -> None:
    assert dig({"a": {"b": [1]}}, "a.b") == [1]
    assert dig([1], "") == [1]
    assert not isinstance(dig({"a": [1]}, "a.b"), list)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://A.vn/x") == origin("https://a.vn:443/y")
    assert origin("http://a.vn") != origin("https://a.vn")
    assert origin("http://a.vn:99999") != origin("http://a.vn")


def test_an_offset_goes_by_what_came_not_by_what_was_asked() -> None:
    walk = Walk(Paging(style="offset", size="n", per_page=1000), "http://a/", {"k": "v"})
    first = walk.first()
    second = walk.after(first, 100, "", None)
    assert first.parameters == (("k", "v"), ("offset", "0"), ("n", "1000"))
    assert second is not None
    assert dict(second.parameters)["offset"] == "100"


def test_an_address_of_the_next_page_that_is_none_is_told() -> None:
    walk = Walk(Paging(style="link"), "https://h/x", {})
    with pytest.raises(SourceFailed, match="the next page has an address that is none: http://"):
        walk.after(walk.first(), 5, "http://[::1", None)


@pytest.mark.parametrize("total", ["²", "9" * 5_000, "many", True, None, 1.5])
def test_a_total_that_is_no_number_is_told(total: Any) -> None:
    walk = Walk(Paging(style="page", total="total"), "https://h/x", {})
    with pytest.raises(SourceFailed, match="no number stands at 'total'"):
        walk.after(walk.first(), 5, "", {"total": total})


def test_a_message_of_a_source_is_one_line_without_commands_of_a_terminal() -> None:
    assert str(SourceFailed("schema", "a\r\n b\x1b[1m\0 \ud83d c")) == "a b [1m c"
