"""Kinds of values in config.toml, each read with a message that says how to write it."""

import itertools
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

from alertd.errors import Said
from alertd.model.duration import Duration


class Shape(BaseModel):
    """Base of every table of config.toml: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise ValueError(
            Said(
                'a duration is written in quotes: "15m", "2h", "1 working days"',
                'khoảng thời gian phải đặt trong ngoặc kép: "15m", "2h", "1 working days"',
            )
        )
    return Duration.parse(value)


def optional_duration(value: Any) -> Duration | None:
    return None if value in ("", None) else duration(value)


def zone(value: Any) -> ZoneInfo | None:
    if value is None or isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise ValueError(
            Said(
                f"{value!r} is no time zone; write one like Asia/Ho_Chi_Minh",
                f"{value!r} không phải là múi giờ; đề nghị viết như Asia/Ho_Chi_Minh",
            )
        ) from None


def clock(value: Any) -> time:
    try:
        read = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            Said(
                f"{value!r} is no time of day; write one like 07:30",
                f"{value!r} không phải là giờ trong ngày; đề nghị viết như 07:30",
            )
        ) from None
    if read.tzinfo is not None:
        raise ValueError(
            Said(
                f"{value!r} has an offset; times of day are the site's, write one like 07:30",
                f"{value!r} có kèm múi giờ; giờ trong ngày tính theo múi giờ của hệ thống, đề nghị viết như 07:30",
            )
        )
    return read


def hours(value: Any) -> tuple[tuple[time, time], ...]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, list):
        raise ValueError(
            Said(
                'office hours are a list: ["07:30-11:30", "13:00-17:00"]',
                'giờ làm việc phải viết thành danh sách: ["07:30-11:30", "13:00-17:00"]',
            )
        )
    spans = []
    for text in value:
        start, dash, end = str(text).partition("-")
        if not dash or clock(start.strip()) >= clock(end.strip()):
            raise ValueError(
                Said(
                    f"{text!r} is no span of hours; write one like 07:30-11:30",
                    f"{text!r} không phải là khoảng giờ; đề nghị viết như 07:30-11:30",
                )
            )
        spans.append((clock(start.strip()), clock(end.strip())))
    if not spans or any(a[1] > b[0] for a, b in itertools.pairwise(spans)):
        raise ValueError(
            Said(
                "office hours need at least one span, in order, without overlap",
                "giờ làm việc cần ít nhất một khoảng, xếp theo thứ tự và không chồng lên nhau",
            )
        )
    return tuple(spans)


Period = Annotated[Duration, BeforeValidator(duration)]
Zone = Annotated[ZoneInfo, BeforeValidator(zone)]
Clock = Annotated[time, BeforeValidator(clock)]
Hours = Annotated[tuple[tuple[time, time], ...], BeforeValidator(hours)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
