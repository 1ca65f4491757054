"""What can still be won: numerator and denominator move together, and nothing that is late is ever offered as points."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.model.calendar import working_calendar
from alertd.reports.forecast import forecast
from alertd.reports.own_files import Tally
from alertd.reports.pace import beyond, days_left, week_end
from alertd.reports.savable import to_finish
from alertd.reports.score import Counted, Scale, score_of
from alertd.reports.winnable import Chance, Fate, Places, Step, Waiting, Work, chances, cheapest, places, told

FOUR, TWENTY = Scale(400), Scale(2000)
DAY = date(2026, 11, 20)
NOTHING = Tally(0, 0, 0, 0, 0, 0, 0, 0)
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"), days_off=[date(2026, 11, 24)])


def waiting(count: int, **given: Any) -> Waiting:
    return Waiting("PUBLIC_UPDATE_ON_TIME", Work.PUBLISH, (Step(DAY, count),) if count else (), **given)


def by_fate(found: list[Chance]) -> dict[Fate, tuple[int, int | None, int | None]]:
    return {each.fate: (each.count, each.least, each.most) for each in found}


# --- publication -------------------------------------------------------------------------------------------------------
def test_six_procedures_within_their_days_that_are_counted_already_win_31_hundredths() -> None:
    found = chances(waiting(6, certain=6), Counted(65, 78), FOUR)
    assert by_fate(found) == {Fate.SAVABLE: (6, 31, 31)}
    assert found[0].until == DAY


def test_those_that_are_not_counted_yet_come_into_both_and_win_less() -> None:
    assert by_fate(chances(waiting(6), Counted(65, 78), FOUR)) == {Fate.SAVABLE: (6, 5, 5)}


def test_where_that_is_not_known_both_ends_are_told() -> None:
    assert by_fate(chances(waiting(6, unclear=6), Counted(65, 78), FOUR)) == {Fate.SAVABLE: (6, 5, 31)}


def test_late_publications_win_nothing_and_lower_the_figure_where_they_are_not_counted() -> None:
    assert by_fate(chances(waiting(0, late=6), Counted(65, 78), FOUR)) == {Fate.LOWERS: (6, -23, -23)}
    assert by_fate(chances(waiting(0, late=6, late_certain=6), Counted(65, 78), FOUR)) == {Fate.LOST: (6, 0, 0)}


def test_late_ones_that_are_perhaps_counted_may_lower_it() -> None:
    found = by_fate(chances(waiting(0, late=6, late_certain=2, late_unclear=3), Counted(65, 78), FOUR))
    assert found == {Fate.LOWERS: (4, -4, -16), Fate.LOST: (2, 0, 0)}


def test_without_the_portals_numbers_things_are_sorted_and_no_points_are_told() -> None:
    found = by_fate(chances(waiting(3, late=2), None, FOUR))
    assert found == {Fate.SAVABLE: (3, None, None), Fate.LOWERS: (2, None, None)}


@pytest.mark.parametrize(
    ("denominator", "done", "savable", "late", "others", "shared"),
    [
        (78, 72, 6, 0, 0, Places(6, 0, 0, 0)),  # all six are in it
        (78, 78, 6, 6, 0, Places(0, 0, 0, 0)),  # only what was published is
        (80, 78, 6, 0, 0, Places(2, 0, 0, 0)),
        (80, 78, 2, 2, 0, Places(0, 2, 0, 2)),  # two places for four
        (90, 78, 6, 6, 0, Places(6, 0, 6, 0)),
        (91, 78, 6, 6, 0, Places(0, 6, 0, 6)),  # it counts one that we do not know
        (78, 72, 4, 0, 2, Places(4, 0, 0, 0)),
        (76, 72, 4, 0, 2, Places(2, 2, 0, 0)),  # some of the places may be those published since
        (70, 78, 6, 6, 0, Places(0, 0, 0, 0)),  # it counts otherwise than we do
        (None, 0, 6, 5, 0, Places(0, 6, 0, 5)),
    ],
)
def test_the_places_in_a_denominator_go_to_what_was_not_done(
    denominator: int | None, done: int, savable: int, late: int, others: int, shared: Places
) -> None:
    assert places(denominator, done, savable, late, others) == shared


@given(
    st.integers(0, 500),
    st.integers(1, 500),
    *(st.integers(0, 50) for _ in range(6)),
    st.booleans(),
    st.floats(50, 100),
)
def test_what_is_won_is_never_more_than_what_was_lost_and_late_things_never_win(
    n: int,
    d: int,
    savable: int,
    certain: int,
    unclear: int,
    late: int,
    late_in: int,
    late_perhaps: int,
    doubt: bool,
    t: float,
) -> None:
    counted, scale = Counted(min(n, d), d), Scale(400, t)
    certain, late_in = min(certain, savable), min(late_in, late)
    given_: dict[str, Any] = {
        "certain": certain,
        "unclear": min(unclear, savable - certain),
        "late": late,
        "late_certain": late_in,
    }
    todo = Waiting(
        "X",
        Work.PUBLISH,
        (Step(DAY, savable),) if savable else (),
        late_unclear=min(late_perhaps, late - late_in),
        may_not_count=doubt,
        **given_,
    )
    score = score_of(counted, scale)
    assert score is not None
    found = chances(todo, counted, scale)
    assert sum(each.count for each in found) == savable + late
    for each in found:
        assert each.least is not None
        assert each.most is not None
        if each.fate is Fate.SAVABLE:
            assert 0 <= each.least <= each.most <= scale.maximum - score
        else:
            assert each.most <= each.least <= 0
            assert each.steps == ()
    assert all(each.fate is Fate.SAVABLE for each in cheapest(found))


def test_the_cheapest_are_worth_the_most_each_and_those_without_points_are_left_out() -> None:
    files = chances(Waiting("TDGQ", Work.FINISH, (Step(DAY, 900),), certain=900), Counted(7000, 10_000), TWENTY)
    published = chances(waiting(6, certain=6), Counted(65, 78), FOUR)
    full = chances(Waiting("PUBLIC_CONTENT_FULL", Work.COMPLETE, (Step(DAY, 3),), certain=3), Counted(80, 80), FOUR)
    found = cheapest([*files, *published, *full], 3)
    assert [each.indicator for each in found] == ["PUBLIC_UPDATE_ON_TIME", "TDGQ"]


def test_what_would_lower_the_figure_is_told_to_the_office_alone() -> None:
    found = chances(waiting(3, late=6, late_certain=2), Counted(65, 78), FOUR)
    assert {each.fate for each in told(found, to_the_office=True)} == {Fate.SAVABLE, Fate.LOST, Fate.LOWERS}
    assert {each.fate for each in told(found, to_the_office=False)} == {Fate.SAVABLE, Fate.LOST}


# --- files -------------------------------------------------------------------------------------------------------------
@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_finishing_a_late_file_never_wins(on_time: int, late: int, late_open: int, pending: int, since: int) -> None:
    tally = Tally(on_time, late, min(late_open, late), pending, min(since, pending), 0, 0, 0)
    steps = (Step(DAY, pending),) if pending else ()
    found = chances(to_finish(tally, steps, ()), Counted(on_time, on_time + late + pending + 1), TWENTY)
    assert {each.fate for each in found} <= {Fate.SAVABLE, Fate.LOST}
    assert all(each.most == 0 for each in found if each.fate is Fate.LOST)
    assert sum(each.count for each in found if each.fate is Fate.SAVABLE) == pending


def test_a_forecast_lies_between_nothing_more_and_everything_in_time() -> None:
    found = forecast(Tally(80, 10, 4, 10, 0, 3, fell_due=100, kept=75), TWENTY)
    assert (found.least.ratio, found.least.score) == (8000, 1600)
    assert (found.most.ratio, found.most.score) == (9000, 1800)
    assert found.expected is not None
    assert (found.expected.on_time, found.expected.score) == (88, 1760)
    assert found.kept == 7500


def test_of_few_files_nothing_is_expected_and_of_none_nothing_is_known() -> None:
    assert forecast(Tally(8, 1, 0, 1, 0, 0, fell_due=3, kept=3), TWENTY).expected is None
    assert forecast(NOTHING, TWENTY).least.ratio is None


# --- pace --------------------------------------------------------------------------------------------------------------
def test_what_is_beyond_a_sections_pace_by_its_due_day_will_be_late() -> None:
    left = {100: 1, 101: 2, 104: 5}
    assert beyond({100: 3, 101: 1, 104: 4}, 2.0, left) == {100: 1}
    assert beyond({100: 1, 104: 20}, 2.0, left) == {104: 11}
    assert beyond({100: 2}, 0.0, left) == {100: 2}
    assert beyond({100: 2}, 5.0, {100: 0}) == {100: 2}
    assert beyond({100: 3}, 1 / 3 * 9, {100: 1}) == {}


@given(st.dictionaries(st.integers(0, 9), st.integers(1, 40), max_size=6), st.floats(0, 20), st.integers(0, 3))
def test_no_more_are_late_than_are_due_and_a_faster_section_is_never_later(
    due: dict[int, int], pace: float, more: int
) -> None:
    left = {day: day + 1 for day in due}
    slow, fast = beyond(due, pace, left), beyond(due, pace + more, left)
    assert all(0 < slow[day] <= due[day] for day in slow)
    assert sum(fast.values()) <= sum(slow.values())


def test_the_week_ends_on_friday_or_the_last_working_day_before_it() -> None:
    monday = date(2026, 11, 16)
    assert [week_end(CALENDAR, monday + timedelta(days=day)) for day in range(5)] == [date(2026, 11, 20)] * 5
    assert week_end(CALENDAR, date(2026, 11, 21)) == date(2026, 11, 27)
    off = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"), days_off=[date(2026, 11, 27)])
    assert week_end(off, date(2026, 11, 25)) == date(2026, 11, 26)
    assert week_end(off, date(2026, 11, 27)) == date(2026, 12, 4)


def test_today_counts_until_the_office_closes() -> None:
    friday = CALENDAR.number(date(2026, 11, 27))
    wednesday, tuesday_off = date(2026, 11, 25), date(2026, 11, 24)
    assert days_left(CALENDAR, wednesday, friday, closed=False) == 3
    assert days_left(CALENDAR, wednesday, friday, closed=True) == 2
    assert days_left(CALENDAR, tuesday_off, friday, closed=False) == 3
