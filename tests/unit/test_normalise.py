"""Records of any shape → rows: words, lists, units, states, and what cannot be read."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from alertd.intake.normalise import Normaliser, raw_hash
from alertd.intake.units import UnitReader
from alertd.intake.values import Expected, Unreadable, clean, fold, shown
from alertd.model.datasets import TAKEN_IN
from alertd.model.polls import STAGES
from tests.integration.intake_site import ANNOUNCED, FIELDS, MONDAY, file, settings_of, site_of


def normaliser(**more: Any) -> Normaliser:
    return Normaliser(settings_of(**more), site_of(), MONDAY)


def read(record: dict[str, Any], **more: Any) -> tuple[dict[str, Any], list[tuple[str, str, Expected]]]:
    reader = normaliser(**more)
    values = reader.columns.values(record)
    row = reader.row(values, reader.code(values), 4)
    return dict(zip(reader.row_columns, row, strict=True)), list(reader.problems)


@pytest.mark.parametrize("dataset", TAKEN_IN)
def test_a_row_fills_the_whole_stage(dataset: str) -> None:
    own = {"announcements": ANNOUNCED, "index_readings": {name: name for name in ("period", "unit", "indicator")}}
    fields = own.get(dataset, {"code": "Ma"})
    columns = normaliser(dataset=dataset, fields=fields, values={}).row_columns
    staged = {column.name for column in STAGES[dataset].columns} - {"poll_id", "row_no", "fresh"}
    no_events = {"first_event_at", "last_event_at"} if dataset == "procedures" else set()
    assert set(columns) == staged - no_events


def test_a_file_is_read_in_our_words() -> None:
    row, problems = read(file(1))
    assert (row["code"], row["unit"], row["status"], row["is_open"]) == (file(1)["Ma"], "H26.1", "processing", True)
    assert (row["accepted_at"], row["due_at"]) == ("2026-09-01 01:00:00", "2026-10-09 10:00:00")
    assert (row["first_event_at"], row["last_event_at"]) == ("2026-09-01 01:00:00", "2026-09-01 01:00:00")
    assert (row["ended_at"], row["supplement_requests"], row["raw_hash"]) == (None, 0, 4)
    assert problems == []


@pytest.mark.parametrize(
    ("status", "ended", "is_open", "assumed"),
    [
        ("4", "", True, None),
        ("", "", True, None),
        ("9", "", False, "2026-09-01 01:00:00"),
        ("9", "2026-09-04T10:00:00", False, None),
        ("4", "2026-09-04T10:00:00", False, None),  # an event contradicts the word
        ("DONE", "", False, "2026-09-01 01:00:00"),  # a word of ours
        (9, "", False, "2026-09-01 01:00:00"),
    ],
)
def test_events_say_whether_it_is_open_and_the_word_only_where_none_does(
    status: Any, ended: str, is_open: bool, assumed: str | None
) -> None:
    row, _ = read(file(1, TrangThai=status, KetThuc=ended))
    assert (row["is_open"], row["assumed_end_at"]) == (is_open, assumed)
    assert (row["stop_at"] is None) == is_open


@pytest.mark.parametrize(
    ("supplements", "status", "waiting", "requests"),
    [
        ([], "4", False, 0),
        ([], "5", True, 0),
        (None, "4", False, 0),
        ([{"Ngay": "2026-09-10T08:00:00", "TraLoi": ""}], "4", True, 1),
        ([{"Ngay": "2026-09-10T08:00:00", "TraLoi": "2026-09-12T08:00:00"}], "5", False, 1),
        ([{"Ngay": "2026-09-10T08:00:00", "TraLoi": "2026-09-09T08:00:00"}], "4", True, 1),
        (
            [
                {"Ngay": "2026-09-02T08:00:00", "TraLoi": "2026-09-03T08:00:00"},
                {"Ngay": "2026-09-10T08:00:00", "TraLoi": None},
            ],
            "4",
            True,
            2,
        ),
    ],
)
def test_the_citizen_is_waited_for_while_the_last_request_is_not_answered(
    supplements: Any, status: str, waiting: bool, requests: int
) -> None:
    row, _ = read(file(1, BoSung=supplements, TrangThai=status))
    assert (row["waiting_for_citizen"], row["supplement_requests"]) == (waiting, requests)
    if waiting and requests:
        assert row["stop_at"] == row["supplement_requested_at"] == "2026-09-10 01:00:00"
    ended, _ = read(file(1, BoSung=supplements, TrangThai=status, KetThuc="2026-09-20T08:00:00"))
    assert (ended["waiting_for_citizen"], ended["stop_at"]) == (False, "2026-09-20 01:00:00")


@pytest.mark.parametrize("due", ["", None, "0001-01-01", "1999-12-31T17:00:00", "1753-01-01T00:00:00"])
def test_a_due_date_before_2000_is_none_and_no_fault(due: Any) -> None:
    row, problems = read(file(1, HenTra=due))
    assert (row["due_at"], row["due_day"], row["due_day_no"], problems) == (None, None, None, [])


def test_a_year_before_1900_in_an_event_is_taken_for_nothing_and_said() -> None:
    row, problems = read(file(1, KetThuc="0001-01-01T00:00:00"))
    assert (row["ended_at"], row["is_open"], row["raw_hash"]) == (None, True, 5)
    assert problems == [("ended_at", "0001-01-01T00:00:00", Expected.YEAR)]


def test_a_due_date_on_a_day_off_counts_from_the_next_working_day() -> None:
    row, _ = read(file(1, HenTra="2026-10-10T17:00:00"))
    assert date.fromordinal(row["due_day"]) == date(2026, 10, 12)
    assert row["due_at"] == "2026-10-10 10:00:00"


def test_by_the_minute_a_due_day_lasts_until_its_end() -> None:
    assert read(file(1, HenTra="2026-10-09"), due_by="minute")[0]["due_at"] == "2026-10-09 16:59:59"
    assert read(file(1, HenTra="2026-10-09"))[0]["due_at"] == "2026-10-08 17:00:00"
    assert read(file(1), due_by="minute")[0]["by_minute"] is True


@pytest.mark.parametrize("field", ["TiepNhan", "HenTra", "KetThuc"])
@pytest.mark.parametrize("value", ["31/02/2026", "2026-02-31", "soon", 7, True, {"at": 1}, ["2026-09-01"]])
def test_a_time_that_is_none_keeps_the_row_apart(field: str, value: Any) -> None:
    with pytest.raises(Unreadable) as raised:
        read(file(1, **{field: value}))
    assert (raised.value.expected, raised.value.value) == (Expected.TIME, shown(value))


@pytest.mark.parametrize("code", ["", None, "  ", "\x00", "x" * 201, [], {}, ["H26"]])
def test_a_row_without_a_code_is_kept_apart(code: Any) -> None:
    with pytest.raises(Unreadable) as raised:
        read(file(1, Ma=code))
    assert raised.value.field == "code"


@pytest.mark.parametrize(
    ("code", "ours"), [(101000295613, "101000295613"), (7.0, "7"), (" H26 \n 1 ", "H26 1"), ("H26\u200b.1", "H26.1")]
)
def test_codes_are_text_on_one_line(code: Any, ours: str) -> None:
    assert read(file(1, Ma=code))[0]["code"] == ours


@pytest.mark.parametrize(
    ("named", "unit", "kept", "problem"),
    [
        ("H26.2", "H26.2", None, None),
        ("ubnd phường  ba đình", "H26.2", None, None),
        ("Sở Không Có", None, "Sở Không Có", Expected.UNIT),
        ("", None, None, Expected.UNIT),
        (None, None, None, Expected.UNIT),
        ("Văn phòng Đăng ký đất đai Hà Nội", "H26.9", None, None),
    ],
)
def test_units_by_code_or_full_name(named: Any, unit: str | None, kept: str | None, problem: Expected | None) -> None:
    row, problems = read(file(1, DonVi=named))
    assert (row["unit"], row["unit_named"]) == (unit, kept)
    assert [what for _, _, what in problems] == ([problem] if problem else [])


def test_a_name_that_two_units_bore_is_that_of_the_records_day() -> None:
    named = "Văn phòng Đăng ký đất đai Hà Nội"
    assert read(file(1, DonVi=named, TiepNhan="2025-06-30T08:00:00"))[0]["unit"] == "H26.8"
    assert read(file(1, DonVi=named, TiepNhan="2025-07-01T08:00:00"))[0]["unit"] == "H26.9"
    reader = UnitReader(site_of().directory, date(2026, 10, 5))
    assert [reader.read(named, None), reader.read(named, None)] == [("H26.9", None)] * 2


def test_a_source_without_units_is_not_reproached_for_it() -> None:
    fields = {name: theirs for name, theirs in FIELDS.items() if name != "unit"}
    row, problems = read(file(1), fields=fields)
    assert (row["unit"], problems) == (None, [])


def test_first_and_last_of_a_list_and_columns_inside_objects() -> None:
    fields = {
        "code": "ho_so.ma",
        "submitted_at": {"first": "lich_su", "field": "luc.nao"},
        "returned_at": {"last": "lich_su", "field": "luc.nao"},
        "kind": "a.b",
    }
    record = {
        "ho_so": {"ma": "H26-1"},
        "lich_su": [{"luc": {"nao": "2026-09-01"}}, {"luc": {"nao": "2026-09-03"}}],
        "a.b": "x",
    }
    row, problems = read(record, fields=fields, values={})
    assert (row["code"], row["kind"]) == ("H26-1", "x")
    assert (row["submitted_at"], row["returned_at"]) == ("2026-08-31 17:00:00", "2026-09-02 17:00:00")
    assert problems == []
    _, problems = read({**record, "lich_su": "none", "ho_so": {"ma": 1}}, fields=fields, values={})
    assert {what for _, _, what in problems} == {Expected.LIST}


def test_what_cannot_be_read_otherwise_is_taken_for_nothing_and_said() -> None:
    fields = {**FIELDS, "section": "Phong", "channel": "Kenh", "supplement_requests": "SoLan"}
    row, problems = read(file(1, TrangThai="lạ", Phong=["a"], Kenh={"x": 1}, SoLan="nhiều"), fields=fields)
    assert [row[name] for name in ("status", "section", "channel", "supplement_requests")] == [None] * 4
    assert {(field, what) for field, _, what in problems} == {
        ("status", Expected.WORD),
        ("section", Expected.TEXT),
        ("channel", Expected.WORD),
        ("supplement_requests", Expected.NUMBER),
    }


@pytest.mark.parametrize(
    ("value", "number"), [("3", 3), (3.0, 3), (" 3 ", 3), ("", None), (2**40, None), ("3.5", None)]
)
def test_numbers_fit_their_column(value: Any, number: int | None) -> None:
    fields = {**FIELDS, "supplement_requests": "SoLan"}
    assert read(file(1, SoLan=value), fields=fields)[0]["supplement_requests"] == number


def test_the_hash_is_the_same_in_every_process_and_leaves_its_last_bit() -> None:
    assert raw_hash(["H26", None, 7, [{"a": "ờ"}]]) == -854642619272548656
    assert raw_hash(["a"]) % 2 == 0
    assert raw_hash(["\ud800", 2**70]) != raw_hash(["\ud800", 2**71])
    assert all(-(2**62) <= raw_hash([number]) < 2**62 for number in range(1_000))


def test_the_newest_event_is_one_that_has_happened() -> None:
    reader = normaliser()
    assert (reader.newest, reader.latest) == (None, None)
    values = reader.columns.values(file(1, KetThuc="2027-01-01T00:00:00"))
    reader.row(values, "x", 0)
    assert reader.newest == datetime(2026, 9, 1, 1, tzinfo=UTC)
    assert reader.latest == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_text_is_cleaned_and_words_are_folded() -> None:
    assert clean(" a\r\nb\x00\ud800c\u200b ") == "a b c"
    assert clean("😀 {{7*7}}") == "😀 {{7*7}}"
    assert fold(" Đa\u0303  XONG ") == fold("đã xong")
    assert len(shown("x" * 50_000_000)) == 200
