"""Days as a clerk writes them: as they are, or in words from the moment of the test."""

from datetime import datetime

import pytest

from alertd.cases.when import NoTime, moment_of, written_of
from tests.integration.rules_site import CALENDAR, HANOI

NOW = datetime(2026, 10, 21, 8, 0, tzinfo=HANOI)  # a Wednesday; Monday 19 is off here, Saturday 24 is worked


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-05", "2026-10-05"),
        ("2026-10-05 8:05", "2026-10-05T08:05:00"),
        ("2026-10-05T17:00", "2026-10-05T17:00:00"),
        ("0001-01-01", "0001-01-01"),
        ("today", "2026-10-21"),
        ("Hôm nay", "2026-10-21"),
        ("yesterday 16:30", "2026-10-20T16:30:00"),
        ("hôm qua lúc 16:30", "2026-10-20T16:30:00"),
        ("1 working day ago", "2026-10-20"),
        ("2 working days ago", "2026-10-16"),
        ("2 ngày làm việc trước", "2026-10-16"),
        ("in 3 working days", "2026-10-24"),
        ("3 ngày làm việc nữa", "2026-10-24"),
        ("sau 3 ngày làm việc", "2026-10-24"),
        ("10 days ago", "2026-10-11"),
        ("10 ngày trước", "2026-10-11"),
        ("in 1 day at 09:00", "2026-10-22T09:00:00"),
        ("1 ngày nữa", "2026-10-22"),
    ],
)
def test_a_day_in_words_counts_from_the_moment_of_the_test(written: str, meant: str) -> None:
    assert written_of(written, NOW, CALENDAR) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-10-05 25:00",
        "3 working weeks ago",
        "9999-01-01",
        "9999 days hence",
        "1899-01-01x",
    ],
)
def test_what_is_no_day_is_refused_in_both_languages(written: str) -> None:
    with pytest.raises(NoTime) as raised:
        written_of(written, NOW, CALENDAR)
    assert raised.value.found.what.vi != str(raised.value.found.what)
    assert raised.value.found.cure.vi


def test_a_moment_is_local_and_a_day_alone_is_the_opening_of_the_office() -> None:
    assert moment_of("2026-10-08", CALENDAR).isoformat() == "2026-10-08T07:30:00+07:00"
    assert moment_of("2026-10-08 22:15", CALENDAR).isoformat() == "2026-10-08T22:15:00+07:00"
