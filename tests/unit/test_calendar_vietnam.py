"""The calendar of a Vietnamese site: the library's days, alertd's correction of them, the site's own on top."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import orjson
import pytest

from alertd.model.calendar import WorkingCalendar
from alertd.settings.calendar import DayKind, Origin, calendar_of, calendar_sources, unknown_country
from alertd.settings.shapes import Settings


def site(language: str = "vi", **calendar: Any) -> Settings:
    source = {"name": "n", "dataset": "files", "kind": "spreadsheet", "path": "*.csv", "fields": {"code": "c"}}
    raw = {"site": {"language": language}, "units": {}, "sources": [source], "calendar": calendar, "folder": Path()}
    return Settings.model_validate(raw)


@pytest.fixture(scope="module")
def hanoi() -> WorkingCalendar:
    return calendar_of(site())


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def test_the_swap_of_january_2026_that_the_library_misses_is_corrected(hanoi: WorkingCalendar) -> None:
    assert not hanoi.is_working(date(2026, 1, 2))
    assert hanoi.is_working(date(2026, 1, 10))


@pytest.mark.parametrize("country", ["VN", "LA", "KR", "DE", "US"])
def test_the_days_of_a_country_are_those_that_the_library_gives_when_it_is_asked_the_usual_way(country: str) -> None:
    settings = site(country=country)
    found = {
        special.day: special.name
        for year in (2025, 2026, 2027)
        for special in calendar_sources(settings, year)
        if special.origin is Origin.LIBRARY and special.kind is DayKind.OFF
    }
    usual = holidays.country_holidays(country, years=range(2025, 2028), categories=holidays.PUBLIC, language="vi")
    overruled = {special.day for year in (2025, 2026, 2027) for special in calendar_sources(settings, year)} - {*found}
    assert found == {day: name for day, name in usual.items() if day not in overruled}


def test_24_november_is_a_holiday_from_2026_on(hanoi: WorkingCalendar) -> None:
    assert hanoi.is_working(date(2025, 11, 24))
    assert not hanoi.is_working(date(2026, 11, 24))
    assert not hanoi.is_working(date(2027, 11, 24))


@pytest.mark.parametrize("day", [date(2024, 5, 4), date(2025, 4, 26), date(2026, 8, 22)])
def test_a_make_up_saturday_is_a_working_day(hanoi: WorkingCalendar, day: date) -> None:
    assert day.weekday() == 5
    assert hanoi.is_working(day)


@pytest.mark.parametrize(
    ("due", "until", "late"),
    [
        ("2026-02-13", "2026-02-23", 1),  # the Friday before Tết, the Monday after it
        ("2026-02-17", "2026-02-23", 0),  # promised for a day of Tết: the first working day after it
        ("2025-12-31", "2026-01-05", 1),
        ("2026-01-09", "2026-01-12", 2),  # over the Saturday that is worked for 2 January
        ("2024-04-26", "2024-05-06", 4),  # 29 and 30 April and 1 May off, Saturday 4 May worked
    ],
)
def test_lateness_over_tet_and_over_the_years_end(hanoi: WorkingCalendar, due: str, until: str, late: int) -> None:
    assert hanoi.working_days_late(date.fromisoformat(due), date.fromisoformat(until)) == late


def test_the_calendar_agrees_with_the_days_off_that_were_published(hanoi: WorkingCalendar, cases: Path) -> None:
    known = orjson.loads((cases / "vn_calendar_2023_2026.json").read_bytes())
    for year, off in known["off"].items():
        for day in days_of(int(year)):
            worked = day.isoformat() in known["makeup_working_saturdays"]
            assert hanoi.is_working(day) == (worked or (day.weekday() < 5 and day.isoformat() not in off)), day


def test_the_sites_own_days_stand_on_top_of_everything(hanoi: WorkingCalendar) -> None:
    calendar = calendar_of(site(days_off=["2026-03-02"], days_worked=["2026-01-02", "2026-03-07"]))
    assert hanoi.is_working(date(2026, 3, 2))
    assert not calendar.is_working(date(2026, 3, 2))
    assert calendar.is_working(date(2026, 3, 7))
    assert calendar.is_working(date(2026, 1, 2))


def test_each_special_day_says_who_says_so_and_whether_it_is_confirmed() -> None:
    settings = site(days_off=["2027-03-01"], confirmed_until="2026-06-30")
    found = {special.day: special for year in (2026, 2027) for special in calendar_sources(settings, year)}
    january = found[date(2026, 1, 2)]
    assert (january.kind, january.origin, january.confirmed, january.remembered) == (
        DayKind.OFF,
        Origin.ALERTD,
        True,
        True,
    )
    assert found[date(2026, 1, 10)].kind is DayKind.WORKED
    assert (found[date(2026, 9, 2)].origin, found[date(2026, 9, 2)].confirmed) == (Origin.LIBRARY, False)
    assert (found[date(2027, 3, 1)].origin, found[date(2027, 3, 1)].confirmed) == (Origin.CONFIG, True)
    assert list(found) == sorted(found)


@pytest.mark.parametrize(("language", "name"), [("vi", "Quốc khánh"), ("en", "National Day")])
def test_the_days_are_named_in_the_sites_language(language: str, name: str) -> None:
    names = {special.day: special.name for special in calendar_sources(site(language), 2026)}
    assert name in names[date(2026, 9, 2)]


def test_a_site_without_a_country_has_its_own_days_only() -> None:
    calendar = calendar_of(site(country="", days_off=["2026-05-04"]))
    assert calendar.is_working(date(2026, 1, 1))
    assert calendar.is_working(date(2026, 1, 2))
    assert not calendar.is_working(date(2026, 5, 4))


def test_another_countrys_correction_is_not_taken() -> None:
    assert calendar_of(site(country="FR")).is_working(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("country", "cure"),
    [("VN", ""), ("", ""), ("VNM", ""), ("vn", "did you mean 'VN'?"), ("Vietnam", 'write an ISO code like "VN"')],
)
def test_an_unknown_country_is_answered_with_how_to_write_one(country: str, cure: str) -> None:
    assert unknown_country(country).startswith(cure)
    assert bool(unknown_country(country)) == bool(cure)
