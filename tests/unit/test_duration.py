"""Durations as people write them, and the moments that lie so long ago."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.model.calendar import working_calendar
from alertd.model.duration import Duration, Unit

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=HANOI)
MONDAY = datetime(2024, 6, 3, 10, 0, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("30s", 30, Unit.SECONDS),
        ("15m", 15, Unit.MINUTES),
        (" 2 h ", 2, Unit.HOURS),
        ("36500d", 36500, Unit.DAYS),
        ("0d", 0, Unit.DAYS),
        ("1 working day", 1, Unit.WORKING_DAYS),
        ("5 working days", 5, Unit.WORKING_DAYS),
        ("1 working hour", 1, Unit.WORKING_HOURS),
        ("4 working hours", 4, Unit.WORKING_HOURS),
    ],
)
def test_a_duration_is_read_as_it_is_written(text: str, amount: int, unit: Unit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "-5m", "1.5h", "5 w", "5M", "1h30m", "five days", "5 working", "9" * 5000 + "s", "5m; rm"]
)
def test_anything_else_is_answered_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write a whole number and s, m, h or d"):
        Duration.parse(text)


@given(st.integers(0, 10**15 - 1), st.sampled_from(Unit))
def test_what_is_shown_is_read_back(amount: int, unit: Unit) -> None:
    duration = Duration(amount, unit)
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("2m", 120), ("3h", 10_800), ("2d", 172_800)])
def test_a_calendar_duration_has_a_fixed_length(text: str, seconds: int) -> None:
    assert Duration.parse(text).seconds() == seconds
    assert Duration.parse(text).span() == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["1 working day", "2 working hours"])
def test_working_time_has_no_fixed_length(text: str) -> None:
    with pytest.raises(ValueError, match="has no fixed length; use s, m, h or d"):
        Duration.parse(text).seconds()


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("90m", datetime(2024, 6, 3, 8, 30, tzinfo=HANOI)),
        ("3d", datetime(2024, 5, 31, 10, 0, tzinfo=HANOI)),
        ("1 working day", datetime(2024, 5, 31, 10, 0, tzinfo=HANOI)),
        ("6 working days", datetime(2024, 5, 24, 10, 0, tzinfo=HANOI)),
        ("2 working hours", datetime(2024, 6, 3, 8, 0, tzinfo=HANOI)),
        ("4 working hours", datetime(2024, 5, 31, 15, 30, tzinfo=HANOI)),
    ],
)
def test_a_moment_that_lies_so_long_before(text: str, before: datetime) -> None:
    assert Duration.parse(text).before(MONDAY, CALENDAR) == before


@pytest.mark.parametrize("text", ["999999999999999d", "999999999999999s", "740000d"])
def test_before_the_year_one_there_is_nothing(text: str) -> None:
    found = Duration.parse(text).before(datetime(1, 1, 2, tzinfo=HANOI), CALENDAR)
    assert found == datetime.min.replace(tzinfo=UTC)
    assert found.astimezone(UTC) == found


@pytest.mark.parametrize("text", ["999999999999999 working days", "999999999999999 working hours"])
def test_before_the_calendar_begins_no_working_time_is_counted(text: str) -> None:
    assert Duration.parse(text).before(MONDAY, CALENDAR).year in (1989, 1990)
