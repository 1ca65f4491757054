"""The working calendar against a plain loop over its days: ten years day by day, and whatever hypothesis thinks of."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar, working_calendar

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEGIN, END = date(2020, 1, 1), date(2029, 12, 31)
# Tết over the year's end of the moon, a bridge with its make-up Saturday, a holiday in the middle of a week.
OFF = {date(2024, 2, 8) + timedelta(days=n) for n in range(7)} | {date(2024, 4, 29), date(2027, 1, 1)}
OFF |= {date(2024, 4, 30), date(2024, 5, 1)}
WORKED = {date(2024, 5, 4), date(2026, 1, 10)}


def plain(day: date) -> bool:
    """Is it a working day? As an official would say it."""
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def site(*, roll_forward: bool = True) -> WorkingCalendar:
    return working_calendar(zone=HANOI, days_off=OFF, days_worked=WORKED, roll_forward=roll_forward)


ROLLING, STAYING = site(), site(roll_forward=False)
DAYS = st.dates(BEGIN, END)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def counted(after: date, until: date) -> int:
    """Working days after one day, up to and including another, counted one by one; day zero is not counted."""
    return sum(plain(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def rolled(day: date) -> date:
    while not plain(day):
        day += timedelta(days=1)
    return day


# --- numbers ---------------------------------------------------------------------------------------------------------
def test_the_number_grows_by_one_on_working_days_and_stays_on_others_for_ten_years() -> None:
    days = [BEGIN + timedelta(days=n) for n in range((END - BEGIN).days + 1)]
    for before, day in pairwise(days):
        assert ROLLING.number(day) - ROLLING.number(before) == (1 if plain(day) else 0), day
        assert ROLLING.is_working(day) == plain(day), day


def test_the_next_working_day_is_the_first_one_that_a_loop_finds_for_ten_years() -> None:
    day = BEGIN
    while day <= END:
        assert ROLLING.next_working(day) == rolled(day), day
        assert ROLLING.rolled_number(day) == ROLLING.number(rolled(day)), day
        day += timedelta(days=1)


def test_the_day_of_a_number_is_the_working_day_that_carries_it() -> None:
    day = BEGIN
    while day <= END:
        if plain(day):
            assert ROLLING.day_of(ROLLING.number(day)) == day
        day += timedelta(days=1)


@pytest.mark.parametrize("calendar", [ROLLING, STAYING], ids=["roll_forward", "stays"])
@given(due=DAYS, until=DAYS)
@settings(max_examples=300, deadline=None)
def test_lateness_is_what_a_loop_counts(calendar: WorkingCalendar, due: date, until: date) -> None:
    from_day = rolled(due) if calendar.roll_forward else due
    assert calendar.effective_due(due) == from_day
    assert calendar.working_days_late(due, until) == counted(from_day, until)


@given(day=DAYS, days=st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_adding_working_days_walks_them_one_by_one(day: date, days: int) -> None:
    """Day zero is not counted; one that is a day off moves to the next working day first."""
    found, left = rolled(day), days
    while left:
        found += timedelta(days=1)
        left -= plain(found)
    assert ROLLING.add_working_days(day, days) == found
    assert ROLLING.add_working_days(found, -days) == rolled(day)


@given(day=DAYS, seconds=st.integers(0, 86_399))
@settings(max_examples=300, deadline=None)
def test_what_comes_after_closing_or_on_a_day_off_was_received_on_the_next_working_day(day: date, seconds: int) -> None:
    moment = datetime.combine(day, time(), HANOI) + timedelta(seconds=seconds)
    zero = rolled(day)
    if plain(day) and moment.time() > time(17):
        zero = rolled(day + timedelta(days=1))
    assert ROLLING.received_number(moment) == ROLLING.number(zero)
    assert ROLLING.received_number(moment.astimezone(UTC)) == ROLLING.number(zero)


@pytest.mark.parametrize(
    ("moment", "zero"),
    [
        ("2024-04-26T16:59:59", "2024-04-26"),
        ("2024-04-26T17:00:00", "2024-04-26"),
        ("2024-04-26T17:00:00.9", "2024-04-26"),
        ("2024-04-26T17:00:01", "2024-05-02"),
        ("2024-05-03T18:00:00", "2024-05-04"),
        ("2024-05-04T09:00:00", "2024-05-04"),
        ("2024-05-04T17:30:00", "2024-05-06"),
        ("2024-02-07T20:00:00", "2024-02-15"),
    ],
)
def test_the_second_of_closing_time_still_belongs_to_the_day(moment: str, zero: str) -> None:
    assert ROLLING.received_number(at(moment)) == ROLLING.number(date.fromisoformat(zero))


# --- spans that an official would check by hand ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "until", "late"),
    [
        ("2024-02-07", "2024-02-07", 0),
        ("2024-02-07", "2024-02-14", 0),
        ("2024-02-07", "2024-02-15", 1),
        ("2024-02-09", "2024-02-15", 0),
        ("2024-02-09", "2024-02-16", 1),
        ("2024-04-26", "2024-05-06", 4),
        ("2024-05-04", "2024-05-06", 1),
        ("2024-12-31", "2025-01-02", 2),
        ("2026-12-31", "2027-01-04", 1),
        ("2024-05-06", "2024-05-03", 0),
    ],
)
def test_lateness_over_tet_a_make_up_saturday_and_the_years_end(due: str, until: str, late: int) -> None:
    assert ROLLING.working_days_late(date.fromisoformat(due), date.fromisoformat(until)) == late


def test_without_roll_forward_a_due_date_on_a_day_off_counts_from_that_day() -> None:
    saturday, monday = date(2024, 6, 1), date(2024, 6, 3)
    assert ROLLING.working_days_late(saturday, monday) == 0
    assert STAYING.working_days_late(saturday, monday) == 1


def test_outside_its_range_the_nearest_end_stands() -> None:
    assert ROLLING.number(date(1, 1, 1)) == ROLLING.number(FIRST_DAY)
    assert ROLLING.number(date.max) == ROLLING.number(LAST_DAY)
    assert ROLLING.working_days_late(date(1900, 1, 1), FIRST_DAY) == 0
    assert ROLLING.working_days_late(date.max, LAST_DAY) == 0
    assert ROLLING.add_working_days(LAST_DAY, 10) == LAST_DAY
    assert ROLLING.add_working_days(BEGIN, -(10**6)) == FIRST_DAY


def test_days_beyond_the_confirmed_ones_are_provisional() -> None:
    calendar = working_calendar(zone=HANOI, confirmed_until=date(2026, 12, 31))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))


def test_another_weekend_is_another_calendar() -> None:
    calendar = working_calendar(zone=ZoneInfo("Asia/Dubai"), weekend=(4, 5))
    assert [calendar.is_working(date(2024, 6, 5) + timedelta(days=n)) for n in range(5)] == [
        True,
        True,
        False,
        False,
        True,
    ]


# --- moments ---------------------------------------------------------------------------------------------------------
@given(moment=st.datetimes(datetime(2024, 1, 1), datetime(2024, 6, 30)), days=st.integers(-60, 60))
@settings(max_examples=200, deadline=None)
def test_shifting_by_working_days_keeps_the_time_of_day(moment: datetime, days: int) -> None:
    moment = moment.replace(tzinfo=HANOI, microsecond=0)
    shifted = ROLLING.shift_working_days(moment, days).astimezone(HANOI)
    assert shifted.time() == moment.time()
    assert plain(shifted.date())
    assert ROLLING.number(shifted.date()) - ROLLING.number(moment.date()) == days


@pytest.mark.parametrize(
    ("moment", "seconds", "expected"),
    [
        ("2024-06-03T09:00:00", 3600, "2024-06-03T10:00:00"),
        ("2024-06-03T11:00:00", 3600, "2024-06-03T13:30:00"),
        ("2024-06-03T16:30:00", 3600, "2024-06-04T08:00:00"),
        ("2024-06-07T16:30:00", 3600, "2024-06-10T08:00:00"),
        ("2024-06-08T12:00:00", 0, "2024-06-10T07:30:00"),
        ("2024-06-03T12:00:00", 0, "2024-06-03T13:00:00"),
        ("2024-06-03T11:00:00", 1800, "2024-06-03T11:30:00"),
        ("2024-05-03T16:00:00", 7200, "2024-05-04T08:30:00"),
        ("2024-02-07T16:00:00", 7200, "2024-02-15T08:30:00"),
        ("2024-06-03T10:00:00", -3600, "2024-06-03T09:00:00"),
        ("2024-06-03T13:30:00", -3600, "2024-06-03T11:00:00"),
        ("2024-06-10T08:00:00", -3600, "2024-06-07T16:30:00"),
        ("2024-06-09T12:00:00", 0, "2024-06-10T07:30:00"),
    ],
)
def test_office_hours_are_walked_through_one_after_the_other(moment: str, seconds: int, expected: str) -> None:
    assert ROLLING.shift_working_seconds(at(moment), seconds) == at(expected)


@given(moment=st.datetimes(datetime(2024, 1, 1), datetime(2024, 6, 30)), seconds=st.integers(1, 400_000))
@settings(max_examples=100, deadline=None)
def test_walking_through_office_hours_and_back_ends_where_it_began(moment: datetime, seconds: int) -> None:
    start = ROLLING.next_opening(moment.replace(tzinfo=HANOI, microsecond=0))
    there = ROLLING.shift_working_seconds(start, seconds)
    assert start < there
    assert ROLLING.shift_working_seconds(there, -seconds) == start


def test_no_amount_of_working_time_leaves_the_calendar() -> None:
    moment = at("2024-06-03T09:00:00")
    assert ROLLING.shift_working_seconds(moment, 10**16) == ROLLING.midnight(LAST_DAY)
    assert ROLLING.shift_working_seconds(moment, -(10**16)) == ROLLING.midnight(FIRST_DAY)
    assert ROLLING.shift_working_days(moment, 10**9).astimezone(HANOI).date() == LAST_DAY


def test_a_night_shift_over_the_change_to_summer_time_has_the_length_that_the_clock_on_the_wall_hides() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = working_calendar(zone=berlin, weekend=(), hours=((time(0), time(6)),))
    moment = datetime(2024, 3, 31, 1, 0, tzinfo=berlin)  # at two the clocks go on three
    shifted = calendar.shift_working_seconds(moment, 2 * 3600)
    assert shifted - moment.astimezone(UTC) == timedelta(hours=2)
    assert shifted.astimezone(berlin).hour == 4


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2024-06-03T07:00:00", "2024-06-03T07:30:00"),
        ("2024-06-03T07:30:00", "2024-06-03T07:30:00"),
        ("2024-06-03T11:29:59", "2024-06-03T11:29:59"),
        ("2024-06-03T11:30:00", "2024-06-03T13:00:00"),
        ("2024-06-03T17:00:00", "2024-06-04T07:30:00"),
        ("2024-06-07T18:00:00", "2024-06-10T07:30:00"),
        ("2024-02-07T17:00:00", "2024-02-15T07:30:00"),
        ("2024-05-04T06:00:00", "2024-05-04T07:30:00"),
    ],
)
def test_the_next_opening_is_now_or_the_first_hour_of_the_next_span(moment: str, opening: str) -> None:
    assert ROLLING.next_opening(at(moment)) == at(opening)
    assert ROLLING.is_open_at(at(opening))


def test_a_moment_belongs_to_the_local_day() -> None:
    assert ROLLING.today(datetime(2024, 6, 2, 17, 0, tzinfo=UTC)) == date(2024, 6, 3)
    assert ROLLING.midnight(date(2024, 6, 3)) == datetime(2024, 6, 2, 17, 0, tzinfo=UTC)
