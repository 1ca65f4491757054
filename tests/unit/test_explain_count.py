"""How a due date counts day by day: the days that count add up to what rules see, and each other day says why it does not."""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alertd.explain.count import Count, DayWhy, Stop, count
from alertd.explain.phrases import PHRASES
from alertd.explain.words import WORDS
from alertd.model.calendar import WorkingCalendar, working_calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NATIONAL_DAY, SWAPPED = date(2026, 9, 2), date(2026, 8, 22)  # a holiday, and a Saturday that is worked
NAMES = {NATIONAL_DAY: "Quốc khánh", SWAPPED: "Ngày làm bù"}


@cache
def calendar(*, roll_forward: bool = True) -> WorkingCalendar:
    return working_calendar(
        zone=ZONE,
        days_off=[NATIONAL_DAY],
        days_worked=[SWAPPED],
        roll_forward=roll_forward,
        confirmed_until=date(2026, 12, 31),
    )


def counted(due: date, until: date, *, today: date | None = None, stop: Stop = Stop.TODAY, roll: bool = True) -> Count:
    days = calendar(roll_forward=roll)
    return count(
        days,
        NAMES,
        field="due_at",
        due=due,
        due_number=days.due_number(due),
        stop_number=days.number(until),
        until=until,
        stop=stop,
        today=today or until,
    )


def whys(found: Count) -> list[tuple[str, str, int | None]]:
    return [(f"{day.day:%d/%m}", day.why.value, day.number) for day in found.days]


def test_each_day_after_the_due_date_says_whether_it_counts_and_why() -> None:
    found = counted(date(2026, 8, 28), date(2026, 9, 3))
    assert whys(found) == [
        ("28/08", "due", None),
        ("29/08", "weekend", None),
        ("30/08", "weekend", None),
        ("31/08", "counted", 1),
        ("01/09", "counted", 2),
        ("02/09", "holiday", None),
        ("03/09", "counted", 3),
    ]
    assert found.late == 3
    assert found.days[5].name == "Quốc khánh"


def test_a_saturday_that_is_worked_counts() -> None:
    found = counted(date(2026, 8, 21), date(2026, 8, 22))
    assert whys(found) == [("21/08", "due", None), ("22/08", "made_up", 1)]


def test_a_due_date_on_a_day_off_is_shown_with_the_days_until_the_working_day_that_it_means() -> None:
    found = counted(date(2026, 8, 29), date(2026, 9, 1))
    assert found.effective == date(2026, 8, 31)
    assert whys(found) == [
        ("29/08", "moved", None),
        ("30/08", "weekend", None),
        ("31/08", "due", None),
        ("01/09", "counted", 1),
    ]
    unmoved = counted(date(2026, 8, 29), date(2026, 8, 31), roll=False)
    assert unmoved.effective == date(2026, 8, 29)
    assert unmoved.late == 1


def test_days_on_which_the_citizen_is_waited_for_are_shown_and_do_not_count() -> None:
    found = counted(date(2026, 8, 3), date(2026, 8, 5), today=date(2026, 8, 7), stop=Stop.WAITING)
    assert found.late == 2
    assert [day.why for day in found.days[-2:]] == [DayWhy.PAUSED, DayWhy.PAUSED]


def test_what_has_ended_is_counted_up_to_its_end() -> None:
    found = counted(date(2026, 8, 3), date(2026, 8, 5), today=date(2026, 8, 20), stop=Stop.ENDED)
    assert found.days[-1].day == date(2026, 8, 5)
    in_time = counted(date(2026, 8, 10), date(2026, 8, 5), today=date(2026, 8, 20), stop=Stop.ENDED)
    assert in_time.days == ()
    assert in_time.late < 0


def test_before_the_due_date_the_days_still_to_go_are_counted() -> None:
    found = counted(date(2026, 8, 25), date(2026, 8, 20))
    assert found.left
    assert whys(found)[-1] == ("25/08", "counted", 4)  # Friday, the worked Saturday, Monday, Tuesday
    assert counted(date(2026, 8, 20), date(2026, 8, 20)).days == ()


def test_days_beyond_the_confirmed_calendar_are_marked() -> None:
    found = counted(date(2026, 12, 31), date(2027, 1, 4))
    assert [day.provisional for day in found.days] == [False, True, True, True, True]


_DAYS = st.dates(date(2026, 7, 1), date(2026, 10, 31))


@settings(deadline=None)
@given(due=_DAYS, today=_DAYS, roll=st.booleans(), stopped=st.integers(0, 40))
def test_the_days_add_up_to_what_rules_see(due: date, today: date, roll: bool, stopped: int) -> None:
    for stop, until in ((Stop.TODAY, today), (Stop.WAITING, today - timedelta(days=stopped))):
        found = counted(due, until, today=today, stop=stop, roll=roll)
        numbers = [day.number for day in found.days if day.number is not None]
        assert numbers == list(range(1, len(numbers) + 1))
        seen = calendar(roll_forward=roll).working_days_late(due, until)
        assert len(numbers) == (max(0, -found.late) if found.left else seen)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_of_an_explanation_is_there_in_both_languages(language: str) -> None:
    assert PHRASES[language].keys() == PHRASES["vi"].keys()
    assert WORDS[language].keys() == WORDS["vi"].keys()
    for kind, words in WORDS[language].items():
        assert set(words) == set(kind)
