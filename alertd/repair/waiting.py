"""Days of which the config says otherwise than the store counted: a trouble until somebody has looked at what they move."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from alertd.model.calendar import WorkingCalendar
from alertd.store import troubles

SUBJECT = "calendar:waiting"
_SHOWN = 5  # days that one sentence names
_SAID = {
    "vi": "Lịch làm việc trong config.toml khác với lịch đã dùng để tính những ngày đã qua: {days}. Số liệu vẫn tính theo lịch cũ; "
    "xem những gì thay đổi bằng `alertd calendar repair`, rồi áp dụng bằng `alertd calendar repair --apply`",
    "en": "The calendar in config.toml differs from the one by which past days were counted: {days}. Figures still follow the old "
    "one; see what moves with `alertd calendar repair`, then apply it with `alertd calendar repair --apply`",
}
_REPAIRED = {
    "vi": "Lịch làm việc của những ngày đã qua đã được sửa: {days}; số liệu nay tính theo lịch mới",
    "en": "The calendar of past days was repaired: {days}; figures follow the new one now",
}
_DAY = {"vi": ("{day} là ngày nghỉ", "{day} là ngày làm việc"), "en": ("{day} is off", "{day} is worked")}
_MORE = {"vi": "và {count} ngày khác", "en": "and {count} more"}


def watch(session: Session, waiting: Sequence[date], wanted: WorkingCalendar, *, language: str, now: datetime) -> None:
    """Open the trouble where days wait, close it where none does; each once."""
    if waiting:
        troubles.tell(session, [(SUBJECT, _SAID[language].format(days=listed(waiting, wanted, language)))], now=now)
    else:
        troubles.over(session, [SUBJECT], now=now)


def repaired(session: Session, days: Sequence[date], wanted: WorkingCalendar, *, language: str, now: datetime) -> None:
    """Close the trouble, and say so in its place: what it said of the figures is true no more."""
    troubles.reword(session, SUBJECT, _REPAIRED[language].format(days=listed(days, wanted, language)))
    troubles.over(session, [SUBJECT], now=now)


def listed(days: Sequence[date], wanted: WorkingCalendar, language: str) -> str:
    """``23/11/2026 is off, 28/11/2026 is worked``: as the config has them."""
    said = [_DAY[language][wanted.is_working(day)].format(day=f"{day:%d/%m/%Y}") for day in days[:_SHOWN]]
    if len(days) > _SHOWN:
        said.append(_MORE[language].format(count=len(days) - _SHOWN))
    return ", ".join(said)
