"""Made-up outcomes of a replay, for tests of what is told of one: so many heads, so many days, the same each time."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alertd.model.words import Level, NoticeKind
from alertd.replay.outcome import Message, Replayed
from alertd.replay.report import Report

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SINCE = date(2026, 9, 1)
LATE, SOON = "overdue-files", "files-due-soon"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng")
_GIVEN = ("Thị Lan", "Văn Minh", "Quang Hải", "Thị Thu Hương", "Đức Anh")


def message(day: date, person: str, **given: Any) -> Message:
    """One notice by mail that tells of one overdue file; ``given``: what is otherwise."""
    at = datetime.combine(day, given.pop("time", time(7, 30)), ZONE)
    values: dict[str, Any] = {"kind": NoticeKind.ALERT, "name": f"Đồng chí {person}", "unit": f"H26.{person}"}
    values |= {"channel": "email", "tells": {LATE: 1}, "level": Level.WARNING}
    return Message(at=at, person=person, **(values | given))


def replayed(*messages: Message, found: Mapping[tuple[str, str], date] | None = None, **given: Any) -> Replayed:
    values: dict[str, Any] = {"version": "v1", "since": SINCE, "until": SINCE + timedelta(days=6), "looks": 14}
    values |= {"exact_from": SINCE}
    return Replayed(messages=messages, found=found or {}, **(values | given))


def city(heads: int, days: int, *, shift: int = 0, text: str = "") -> Replayed:
    """``shift``: how much later the rule finds its records, and how many heads hear nothing of it."""
    messages = []
    for number in range(shift, heads):
        name = f"{_FAMILY[number % 7]} {_GIVEN[number % 5]}"
        for offset in range(days):
            day = SINCE + timedelta(days=offset)
            if day.weekday() >= 5 or (number * 7 + offset * 3 + shift) % (3 + number % 9):
                continue
            messages += [
                message(
                    day,
                    str(number),
                    name=name,
                    time=time(7 + place * 3, 30),
                    kind=NoticeKind.ALERT if place else NoticeKind.DIGEST,
                    channel="telegram" if number % 4 else "email",
                    tells={LATE: 1 + number % 5, SOON: number % 2},
                    subject="Hồ sơ quá hạn" if text else "",
                    text=text,
                )
                for place in range(1 + (number + offset) % 3 // 2)
            ]
    found = {
        (LATE, f"000.00.{number % heads:02d}.H26-2609{number % 30 + 1:02d}-{number:04d}"): SINCE
        + timedelta(days=(number * 5 + (shift if number % 3 else 0)) % max(days, 1))
        for number in range(heads * 2 - shift)
    }
    return replayed(*messages, found=found, until=SINCE + timedelta(days=days - 1), looks=days * 4, version=f"v{shift}")


def report(after: Replayed, before: Replayed | None = None, **given: Any) -> Report:
    days = (SINCE + timedelta(days=offset) for offset in range((after.until - SINCE).days + 1))
    values: dict[str, Any] = {"site": "Thành phố Hà Nội", "made": datetime(2026, 10, 5, 8, 0, tzinfo=ZONE)}
    values |= {"off": frozenset(day for day in days if day.weekday() >= 5)}
    return Report(after, before, **(values | given))
