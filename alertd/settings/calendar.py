"""Build the site's working calendar: the country's public holidays, alertd's corrections, the site's own days on top.

The only module that imports `holidays` (60 ms). All the years of the calendar are counted at once, and kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import EntityLoader

from alertd.errors import Said
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar, working_calendar
from alertd.settings.kinds import WEEKDAYS
from alertd.settings.shapes import Calendar, Settings


class DayKind(StrEnum):
    OFF = "off"
    WORKED = "worked"


class Origin(StrEnum):
    """Who says so; each later one overrules those before it."""

    LIBRARY = "library"
    ALERTD = "alertd"
    CONFIG = "config"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not as its weekday says. ``remembered``: alertd knows it by hearsay, no text was at hand."""

    day: date
    name: str
    kind: DayKind
    origin: Origin
    confirmed: bool
    remembered: bool = False


# The library (0.109) misses the swap of Friday 2 January 2026 with Saturday 10 January 2026.
_CORRECTIONS: dict[str, tuple[tuple[date, DayKind, str, str], ...]] = {
    "VN": (
        (date(2026, 1, 2), DayKind.OFF, "Nghỉ hoán đổi với 10/01/2026", "Day off, swapped with 10 January 2026"),
        (date(2026, 1, 10), DayKind.WORKED, "Làm bù cho 02/01/2026", "Worked for 2 January 2026"),
    )
}
_WORDS = {
    "vi": ("Ngày làm bù", "Ngày nghỉ theo config.toml", "Ngày làm việc theo config.toml"),
    "en": ("Make-up working day", "Day off by config.toml", "Day worked by config.toml"),
}


def unknown_country(country: str) -> Said:
    """The cure for a country that has no public holidays here; empty where it has, or where none is named."""
    # their names alone: the library's own list of them imports every country
    supported = {*EntityLoader.get_country_codes()}
    if not country or country in supported:
        return Said("", "")
    # two letters are too few to guess from, but the case of them is not
    if country.upper() in supported:
        return Said(f"did you mean {country.upper()!r}?", f"có phải là {country.upper()!r}?")
    return Said(
        'write an ISO code like "VN", or "" for none',
        'đề nghị viết mã nước theo ISO như "VN", hoặc để "" nếu không dùng ngày lễ của nước nào',
    )


def calendar_of(settings: Settings) -> WorkingCalendar:
    return _counted(settings.site.timezone, settings.site.language, settings.calendar)


@lru_cache(maxsize=4)  # 20 ms for all the years of the calendar, and a reload asks again
def _counted(zone: ZoneInfo, language: str, given: Calendar) -> WorkingCalendar:
    known = _special_days(given, language, range(FIRST_DAY.year, LAST_DAY.year + 1))
    return working_calendar(
        zone=zone,
        weekend=[WEEKDAYS.index(day) for day in given.weekend],
        days_off=[day for day, special in known.items() if special.kind is DayKind.OFF],
        days_worked=[day for day, special in known.items() if special.kind is DayKind.WORKED],
        hours=given.office_hours,
        roll_forward=given.roll_forward,
        confirmed_until=given.confirmed_until,
    )


def calendar_sources(settings: Settings, year: int) -> list[SpecialDay]:
    """The special days of a year in their order, each with who says so."""
    known = _special_days(settings.calendar, settings.site.language, range(year, year + 1))
    return [known[day] for day in sorted(known) if day.year == year]


def _special_days(given: Calendar, language: str, years: range) -> dict[date, SpecialDay]:
    known: dict[date, SpecialDay] = {}
    for special in (*_library(given, language, years), *_corrections(given, language), *_own(given, language)):
        known[special.day] = special
    return known


def _library(given: Calendar, language: str, years: range) -> Iterator[SpecialDay]:
    country, confirmed = given.country, given.confirmed_until
    if not country:
        return
    for day, name, kind in _public_holidays(country, language, years):
        yield SpecialDay(day, name, kind, Origin.LIBRARY, day <= confirmed)


@lru_cache(maxsize=4)  # 100 ms for all the years of the calendar, and a reload asks again
def _public_holidays(country: str, language: str, years: range) -> tuple[tuple[date, str, DayKind], ...]:
    """Public holidays alone: observances and half days are worked. A language it does not have falls back to its own."""
    spoken = {"en": "en_US"}.get(language, language)
    found = _class_of(country)(years=years, categories=holidays.PUBLIC, language=spoken)
    off = [(day, name, DayKind.OFF) for day, name in found.items()]
    return (*off, *((day, _WORDS[language][0], DayKind.WORKED) for day in found.weekend_workdays))


def _class_of(country: str) -> Any:
    """The library's class of a country, from its module alone: the package around it imports those of all countries, which cost
    8 MB for as long as the process lives, and 0.1 s of its start."""
    named: EntityLoader = getattr(holidays, country)
    spec = PathFinder.find_spec(named.module_name, [str(Path(holidays.__file__).with_name("countries"))])
    if spec is None or spec.loader is None:  # a library that is laid out in another way
        return named
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, named.entity_name)


def _corrections(given: Calendar, language: str) -> Iterator[SpecialDay]:
    for day, kind, vi, en in _CORRECTIONS.get(given.country, ()):
        name = vi if language == "vi" else en
        confirmed = day <= given.confirmed_until
        yield SpecialDay(day, name, kind, Origin.ALERTD, confirmed, remembered=True)


def _own(given: Calendar, language: str) -> Iterator[SpecialDay]:
    """A day that the site itself names is confirmed by that."""
    _, off, worked = _WORDS[language]
    for day in given.days_off:
        yield SpecialDay(day, off, DayKind.OFF, Origin.CONFIG, confirmed=True)
    for day in given.days_worked:
        yield SpecialDay(day, worked, DayKind.WORKED, Origin.CONFIG, confirmed=True)
