"""Days and times as a clerk writes them: as they are, or in words from the moment of the test. Pure."""

import re
from datetime import date, datetime, time, timedelta

from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar
from alertd.rules.wrong import Wrong, wrong

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}):(\d{2}))?")
_AT = re.compile(r"^(.*?)(?: (?:at |lúc )?(\d{1,2}):(\d{2}))?$")
_NAMED = {"today": 0, "hôm nay": 0, "yesterday": -1, "hôm qua": -1, "tomorrow": 1, "ngày mai": 1}
_N = r"(\d{1,4})"
# how it is written; whether in working days; ahead or back
_COUNTED: tuple[tuple[re.Pattern[str], bool, int], ...] = tuple(
    (re.compile(pattern), working, sign)
    for pattern, working, sign in (
        (rf"{_N} working days? ago", True, -1),
        (rf"in {_N} working days?", True, 1),
        (rf"{_N} days? ago", False, -1),
        (rf"in {_N} days?", False, 1),
        (rf"{_N} ngày làm việc trước", True, -1),
        (rf"(?:sau )?{_N} ngày làm việc(?: sau| nữa)?", True, 1),
        (rf"{_N} ngày trước", False, -1),
        (rf"(?:sau )?{_N} ngày(?: sau| nữa)?", False, 1),
    )
)


class NoTime(ValueError):
    """What is written is no day or time; ``found`` says why, and how to write one."""

    def __init__(self, found: Wrong) -> None:
        self.found = found
        super().__init__(found.what)


def moment_of(text: str, calendar: WorkingCalendar) -> datetime:
    """The moment of a test: a local day and time; a day alone means the opening of the office. Raises NoTime."""
    day, at = _plain(text)
    if day < FIRST_DAY:
        raise _outside(text)
    opening = calendar.hours[0][0] if calendar.hours else time(8)
    return datetime.combine(day, at or opening, calendar.zone)


def written_of(text: str, now: datetime, calendar: WorkingCalendar) -> str:
    """A day or time of a record in ISO, local: as it is written, or counted from ``now``; a day alone stays one. Raises NoTime."""
    text = " ".join(text.split())
    if _MOMENT.fullmatch(text):
        day, at = _plain(text)
    else:
        words = _AT.fullmatch(text.casefold())
        assert words is not None  # anything matches
        day = _counted(words[1], text, now.date(), calendar)
        at = _time(text, words[2], words[3])
    return day.isoformat() if at is None else datetime.combine(day, at).isoformat()


def _plain(text: str) -> tuple[date, time | None]:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise NoTime(
            wrong(
                f"{text!r} is no moment",
                f"{text!r} không phải là thời điểm",
                "write a day, or a day and a time: 2026-10-08 08:00",
                "viết ngày, hoặc ngày và giờ: 2026-10-08 08:00",
            )
        )
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        raise NoTime(
            wrong(f"{found[1]} is no day", f"không có ngày {found[1]}", "write YYYY-MM-DD", "viết NĂM-THÁNG-NGÀY")
        ) from None
    return _within(day, text), _time(text, found[2], found[3])


def _time(text: str, hour: str | None, minute: str | None) -> time | None:
    if hour is None or minute is None:
        return None
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise NoTime(
            wrong(
                f"{text!r} holds no time of day",
                f"giờ trong {text!r} không có thật",
                "write hours from 0 to 23 and minutes from 00 to 59",
                "viết giờ từ 0 đến 23, phút từ 00 đến 59",
            )
        ) from None


def _counted(words: str, text: str, today: date, calendar: WorkingCalendar) -> date:
    if words in _NAMED:
        return _within(today + timedelta(days=_NAMED[words]), text)
    for pattern, working, sign in _COUNTED:
        found = pattern.fullmatch(words)
        if found:
            days = sign * int(found[1])
            return (
                calendar.day_of(max(1, calendar.number(today) + days)) if working else _within_days(today, days, text)
            )
    raise NoTime(
        wrong(
            f"{text!r} is no day",
            f"{text!r} không phải là ngày",
            "write 2026-10-08, today, 3 working days ago, in 2 working days, 10 days ago",
            "viết 2026-10-08, hôm nay, 3 ngày làm việc trước, 2 ngày làm việc nữa, 10 ngày trước",
        )
    )


def _within_days(today: date, days: int, text: str) -> date:
    return _within(today + timedelta(days=days), text)


def _within(day: date, text: str) -> date:
    """What lies outside the calendar cannot be counted; a year like 0001 is how systems write that there is none."""
    if day > LAST_DAY or (day < FIRST_DAY and day.year > 1900):
        raise _outside(text)
    return day


def _outside(text: str) -> NoTime:
    return NoTime(
        wrong(
            f"{text!r} lies outside the calendar",
            f"{text!r} nằm ngoài lịch",
            f"write a day from {FIRST_DAY} to {LAST_DAY}",
            f"viết ngày từ {FIRST_DAY} đến {LAST_DAY}",
        )
    )
