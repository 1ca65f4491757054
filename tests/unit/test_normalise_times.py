"""Their times as instants: every way of writing them, quick and slow path alike, and what is no time."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.intake.formats import WHOLE, Format
from alertd.intake.times import NEVER, TimeReader
from alertd.model.calendar import WorkingCalendar, working_calendar
from alertd.settings.source_shapes import Times

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)])
NATIONAL = "%Y%m%d%H%M%S"


def reader(
    written: str = "iso", zone: str | None = None, calendar: WorkingCalendar = CALENDAR, **more: Any
) -> TimeReader:
    day_first = more.pop("day_first", True)
    times = Times.model_validate({"format": written, "timezone": zone, "day_first": day_first})
    return TimeReader(times, calendar, **more)


def utc(found: Any) -> str:
    assert found is not None
    return str(found[0])


@pytest.mark.parametrize(
    ("written", "text", "expected"),
    [
        ("iso", "2026-09-18T17:00:00", "2026-09-18 10:00:00"),
        ("iso", "2026-09-18 17:00", "2026-09-18 10:00:00"),
        ("iso", " 2026-09-18T17:00:00 ", "2026-09-18 10:00:00"),
        ("iso", "2026-09-18", "2026-09-17 17:00:00"),
        ("iso", "20260918", "2026-09-17 17:00:00"),
        ("iso", "2026-09-18T17:00:00Z", "2026-09-18 17:00:00"),
        ("iso", "2026-09-18T17:00Z", "2026-09-18 17:00:00"),
        ("iso", "2026-09-18T17:00:00+09:00", "2026-09-18 08:00:00"),
        ("iso", "2026-09-18T17:00:00.123+07:00", "2026-09-18 10:00:00"),
        ("iso", "2026-09-18T17:00:00.9999999", "2026-09-18 10:00:00"),
        ("iso", datetime(2026, 9, 18, 17, 0, 5, 999), "2026-09-18 10:00:05"),
        ("iso", datetime(2026, 9, 18, 17, tzinfo=UTC), "2026-09-18 17:00:00"),
        ("iso", date(2026, 9, 18), "2026-09-17 17:00:00"),
        (NATIONAL, "20260918170000", "2026-09-18 10:00:00"),
        (NATIONAL, 20260918170000, "2026-09-18 10:00:00"),
        ("%Y%m%d", 20260918.0, "2026-09-17 17:00:00"),
        ("%d/%m/%Y %H:%M", "18/09/2026 17:00", "2026-09-18 10:00:00"),
        ("%d/%m/%Y %H:%M", "8/9/2026 7:05", "2026-09-08 00:05:00"),
        ("%H:%M %d/%m/%Y", "17:00 18/09/2026", "2026-09-18 10:00:00"),
        ("%d %B %Y", "18 September 2026", "2026-09-17 17:00:00"),
        ("%Y-%m-%d %H:%M:%S %z", "2026-09-18 17:00:00 +0900", "2026-09-18 08:00:00"),
    ],
)
def test_times_are_read_as_they_are_written(written: str, text: Any, expected: str) -> None:
    times = reader(written)
    assert utc(times.read(text)) == expected
    assert utc(times.read(text)) == expected  # from what was remembered


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("iso", "2026-02-31"),
        ("iso", "31/02/2026"),
        ("iso", "2026-09-18T25:00:00"),
        ("iso", "2026-09-18T17:60:00"),
        ("iso", "46283"),
        ("iso", "never"),
        ("iso", True),
        ("iso", 46283.5),
        ("iso", float("nan")),
        ("iso", ["2026-09-18"]),
        ("iso", "9" * 5_000),
        (NATIONAL, "20260231170000"),
        (NATIONAL, "2026918170000"),
        (NATIONAL, "20260918176000"),
        (NATIONAL, "20260918 70000"),
        (NATIONAL, "202609181700000"),
        ("%d/%m/%Y", "09/18/2026"),
    ],
)
def test_what_is_no_time_is_refused_also_after_good_ones(written: str, text: Any) -> None:
    times = reader(written)
    for good in ("2026-09-18T17:00:00", "2026-09-18T17:00:00Z", "20260918170000", "20260918"):
        try:
            times.read(good)
        except ValueError:
            continue
    with pytest.raises(ValueError, match=r".*"):
        times.read(text)


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u00a0"])
def test_nothing_is_no_time(nothing: Any) -> None:
    assert reader().read(nothing) is None


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00", "1753-01-01", "1899-12-30T00:00:00"])
def test_a_year_before_1900_is_never(text: str) -> None:
    found = reader().read(text)
    assert found is not None
    assert found[1] is NEVER


def test_a_year_that_cannot_be_counted_in_utc_is_refused() -> None:
    west = working_calendar(zone=ZoneInfo("America/New_York"))
    with pytest.raises(ValueError, match="beyond"):
        reader(calendar=west).read("9999-12-31T23:00:00")
    assert utc(reader().read("9999-12-31T23:00:00")) == "9999-12-31 16:00:00"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("02/09/2026", "2026-09-01 17:00:00"),
        ("2.9.2026 08:15", "2026-09-02 01:15:00"),
        ("02-09-2026 08:15:30", "2026-09-02 01:15:30"),
        ("2026-09-02", "2026-09-01 17:00:00"),
        (46267, "2026-09-01 17:00:00"),
        ("46267.34375", "2026-09-02 01:15:00"),
        (datetime(2026, 9, 2, 8, 14, 59, 999_997), "2026-09-02 01:15:00"),
    ],
)
def test_sheets_hold_days_as_people_and_excel_write_them(value: Any, expected: str) -> None:
    assert utc(reader(spreadsheet=True).read(value)) == expected


def test_the_declared_order_of_day_and_month_counts() -> None:
    assert utc(reader(spreadsheet=True, day_first=False).read("02/09/2026")) == "2026-02-08 17:00:00"
    for value in ("13/13/2026", 2024, "202609", "1899"):
        with pytest.raises(ValueError, match=r".*"):
            reader(spreadsheet=True).read(value)


def test_a_day_alone_may_mean_its_last_second() -> None:
    whole, sheet = reader(end_of_day=True), reader(end_of_day=True, spreadsheet=True)
    assert utc(whole.read("2026-09-18")) == "2026-09-18 16:59:59"
    assert utc(whole.read("2026-09-18T00:00:00")) == "2026-09-17 17:00:00"
    assert utc(sheet.read(datetime(2026, 9, 18))) == "2026-09-18 16:59:59"
    assert utc(sheet.read("18/09/2026 07:00")) == "2026-09-18 00:00:00"


def test_a_day_is_the_sites_whatever_zone_the_times_are_in() -> None:
    abroad = reader(zone="America/New_York")
    assert utc(abroad.read("2026-09-18")) == "2026-09-17 17:00:00"
    found = abroad.read("2026-09-18T17:00:00")
    assert found is not None
    assert (found[0], found[1].text) == ("2026-09-18 21:00:00", "2026-09-19")


def test_a_day_carries_its_numbers() -> None:
    wednesday, saturday = reader().read("2026-09-02T09:00:00"), reader().read("2026-09-05T09:00:00")
    assert wednesday is not None
    assert saturday is not None
    for instant in (wednesday, saturday):
        day, of = instant[1], date.fromordinal(instant[1].ordinal)
        assert (day.number, day.due_number) == (CALENDAR.number(of), CALENDAR.due_number(of))
        assert day.due_day == CALENDAR.effective_due(of).toordinal()
    assert saturday[1].due_day - saturday[1].ordinal == 2


STAMPS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31))


@given(stamps=st.lists(STAMPS, min_size=1, max_size=20), zone=st.sampled_from(["Asia/Kathmandu", "Europe/London"]))
def test_the_quick_path_gives_what_the_calendar_gives(stamps: list[datetime], zone: str) -> None:
    """Zones off by 15 minutes, and clocks that are changed."""
    calendar = working_calendar(zone=ZoneInfo(zone))
    for written, source in (("iso", None), (NATIONAL, "Asia/Ho_Chi_Minh"), ("%d/%m/%Y %H:%M:%S", zone)):
        times = reader(written, source, calendar)
        for stamp in [*stamps, *stamps]:
            stamp = stamp.replace(microsecond=0)
            text = stamp.isoformat() if written == "iso" else stamp.strftime(written)
            moment = stamp.replace(tzinfo=ZoneInfo(source or zone)).astimezone(UTC)
            found = times.read(text)
            assert found is not None
            assert found[0] == f"{moment:%Y-%m-%d %H:%M:%S}"
            assert found[1].ordinal == calendar.today(moment).toordinal()
            received = found[1].received_late if found[2] else found[1].received
            assert received == calendar.received_number(moment)


def test_a_format_is_taken_apart_where_the_hour_ends() -> None:
    assert Format(NATIONAL).cut == 10
    assert Format("%d/%m/%Y %H:%M").cut == 13
    assert Format("%H:%M %d/%m/%Y").cut == WHOLE
    assert Format("%d/%m/%Y").cut == WHOLE
    assert Format("%Y%m%d%H%M%S%z").cut == WHOLE
