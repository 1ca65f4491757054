"""Months and quarters, how much of one has passed, and what is missing to a target."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.model.calendar import working_calendar
from alertd.model.period import Period, month_of, period_of
from alertd.model.targets import Passed, Target, Targets, passed, short, short_at_pace
from alertd.model.words import PeriodKind

CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"), days_off=[date(2026, 10, 1), date(2026, 10, 2)])
Q4 = Period(date(2026, 10, 1), 3)
NOVEMBER = Period(date(2026, 11, 1), 1)


def test_a_quarter_is_three_months_and_ends_with_the_last_of_them() -> None:
    assert [month.text for month in Q4.months] == ["2026-10", "2026-11", "2026-12"]
    assert (Q4.first, Q4.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (NOVEMBER.last, NOVEMBER.quarter) == (date(2026, 11, 30), Q4)
    assert month_of(date(2024, 2, 29)).last == date(2024, 2, 29)
    assert [month_of(date(2026, month, 5)).quarter.text for month in (1, 3, 4, 9, 12)] == [
        "2026-Q1",
        "2026-Q1",
        "2026-Q2",
        "2026-Q3",
        "2026-Q4",
    ]


def test_a_period_runs_through_its_last_day() -> None:
    assert NOVEMBER.runs_on(date(2026, 11, 30))
    assert not NOVEMBER.runs_on(date(2026, 12, 1))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(PeriodKind))
def test_a_period_is_found_again_by_its_name(day: date, kind: PeriodKind) -> None:
    month = month_of(day)
    period = month if kind is PeriodKind.MONTH else month.quarter
    assert period_of(period.text) == period
    assert period.first <= day <= period.last


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "2026-Q5", "2026-Q", "26-11", "2026-11-01", "0026-11", ""])
def test_what_is_no_month_quarter_or_year_has_no_days(name: str) -> None:
    assert period_of(name) is None


def test_what_has_passed_of_a_quarter_counts_working_days_and_today() -> None:
    assert passed(Q4, date(2026, 10, 5), CALENDAR) == Passed(1, 64)  # Monday after two days off and a weekend
    assert passed(Q4, date(2026, 10, 3), CALENDAR) == Passed(1, 64)  # files came in on days off, at some pace
    assert passed(Q4, date(2026, 12, 31), CALENDAR) == Passed(64, 64)
    assert passed(Q4, date(2027, 2, 1), CALENDAR) == Passed(64, 64)
    assert passed(NOVEMBER, date(2026, 11, 9), CALENDAR) == Passed(6, 21)


@pytest.mark.parametrize(
    ("target", "known", "online", "missing"),
    [
        (8_000, 100, 80, 0),
        (8_000, 100, 79, 1),
        (8_000, 101, 80, 1),  # 80.8 files: 81 would reach it
        (8_250, 40, 33, 0),
        (8_250, 41, 33, 1),
        (0, 10, 0, 0),
        (10_000, 10, 9, 1),
        (8_000, 100, 95, 0),
    ],
)
def test_missing_to_a_target_are_the_whole_files_that_would_reach_it(
    target: int, known: int, online: int, missing: int
) -> None:
    assert short(target, known, online) == missing


def test_at_pace_what_is_missing_grows_with_the_days_that_are_left() -> None:
    assert short_at_pace(8_000, 100, 70, Passed(16, 64)) == 40  # a fourth of the quarter, 10 missing
    assert short_at_pace(8_000, 100, 70, Passed(64, 64)) == 10
    assert short_at_pace(8_000, 101, 80, Passed(16, 64)) == 4  # 0.8 of a file now, 3.2 at the end
    assert short_at_pace(8_000, 100, 90, Passed(1, 64)) == 0


@given(st.integers(0, 10_000), st.integers(0, 500), st.integers(0, 500), st.integers(1, 66), st.integers(1, 66))
def test_at_pace_no_less_is_missing_than_now_and_nothing_where_the_target_is_reached(
    target: int, known: int, more: int, one: int, two: int
) -> None:
    online = min(known, more)
    now = short(target, known, online)
    end = short_at_pace(target, known, online, Passed(min(one, two), max(one, two)))
    assert end >= now
    assert (end > 0) == (now > 0)
    assert 100 * (online + now) * 100 >= target * known  # so many more of the same files reach it
    assert now == 0 or 100 * (online + now - 1) * 100 < target * known


def test_the_nearest_target_of_the_unit_stands_before_that_of_all_units() -> None:
    rows = [
        Target("", "2026", 6_000),
        Target("", "2026-Q4", 6_500),
        Target("A", "2026", 7_000),
        Target("B", "2026-11", 9_000),
    ]
    targets = Targets.of(rows)
    quarter, month, year_before = Q4, NOVEMBER, Period(date(2025, 10, 1), 3)
    assert (targets.online("A", quarter), targets.online("B", quarter), targets.online("", quarter)) == (
        7_000,
        6_500,
        6_500,
    )
    assert (targets.online("B", month), targets.online("C", month), targets.online("C", year_before)) == (
        9_000,
        6_500,
        None,
    )
