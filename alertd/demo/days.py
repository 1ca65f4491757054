"""The days through which the make-believe city lives, and its times as its systems write them: yyyyMMddHHmmss, local.

Texts of that form compare as the moments do, so the whole city is drawn and looked at in them.
"""

import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

from alertd.model.calendar import WorkingCalendar, working_calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Monday to Wednesday, after the digest's hour and within office hours.
MORNINGS = tuple(datetime(2026, 10, day, 8, 0, tzinfo=ZONE) for day in (5, 6, 7))

# Public holidays and make-up Saturdays between the oldest file's day and the year's end.
_OFF = (
    (2025, ((1, 1), (1, 27), (1, 28), (1, 29), (1, 30), (1, 31), (4, 7), (4, 30), (5, 1), (5, 2), (9, 1), (9, 2))),
    (2026, ((1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 27), (4, 30), (5, 1), (8, 31), (9, 1))),
    (2026, ((9, 2), (11, 24))),
)
_WORKED = (date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22))

_HOUR = 3600
# What happens in an office happens from 08:30 on: on no morning has its own day begun.
_MORNING = (8 * _HOUR + 1800, 11 * _HOUR + 1800)
_AFTERNOON = (13 * _HOUR, 15 * _HOUR + 2700)
_LATE = (16 * _HOUR, 17 * _HOUR)
_EVENING = (19 * _HOUR, 22 * _HOUR)


def city_calendar() -> WorkingCalendar:
    """What the site's own settings give for these years, without the look into the library of holidays."""
    off = [date(year, month, day) for year, days in _OFF for month, day in days]
    return working_calendar(zone=ZONE, days_off=off, days_worked=_WORKED)


def stamp(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y%m%d%H%M%S")


class Days:
    """Working days by their number. ``today`` is that of the first morning."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._calendar = city_calendar()
        self._texts: dict[int, str] = {}
        self.today = self.number(MORNINGS[0].date())

    def number(self, day: date) -> int:
        """The number of a working day, or of the next one where it is a day off."""
        return self._calendar.rolled_number(day)

    def date(self, number: int) -> date:
        return self._calendar.day_of(number)

    def office(self, number: int) -> str:
        """Some moment in office hours, before four."""
        return self._at(number, _MORNING if self._rng.random() < 0.55 else _AFTERNOON)

    def late(self, number: int) -> str:
        """Some moment after every `office` one of that day."""
        return self._at(number, _LATE)

    def evening(self, number: int) -> str:
        """After closing time."""
        return self._at(number, _EVENING)

    def due(self, number: int) -> str:
        return self._text(number) + "170000"

    def _at(self, number: int, span: tuple[int, int]) -> str:
        second = span[0] + int(self._rng.random() * (span[1] - span[0]))
        return f"{self._text(number)}{second // _HOUR:02}{second // 60 % 60:02}{second % 60:02}"

    def _text(self, number: int) -> str:
        text = self._texts.get(number)
        if text is None:
            text = self._texts[number] = self.date(number).strftime("%Y%m%d")
        return text
