"""The rules once more, as slow and plain as they can be said: a day at a time, a file at a time. It shares no code with alertd.

What is found: the three rules on open files that alertd ships. What becomes of a finding: docs/architecture.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.acceptance.histories.life import OFF, SPELLED, WORKED

OVERDUE, SOON, ASKED = "overdue-files", "due-soon", "second-supplement"
REMINDER, WARNING, CRITICAL = 1, 2, 3
UNITS = {spelled: unit for unit, spelled in SPELLED.items()}


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def days_after(first: date, last: date) -> int:
    """Working days after the first day, up to and including the last; negative where the last comes before the first."""
    if last < first:
        return -days_after(last, first)
    return sum(works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass
class Copy:
    """What is believed of a file. ``since``: the reading that brought it as it is; ``came``: the day on which it was first read
    under its unit, where another one had it before; ``missed``: readings without it."""

    record: Mapping[str, Any]
    since: datetime
    came: date | None = None
    missed: int = 0
    gone: bool = False

    @property
    def unit(self) -> str:
        return UNITS[self.record["DonVi"]]

    @property
    def open(self) -> bool:
        return not self.record["NgayKetThuc"] and self.record["TrangThai"] not in ("8", "9")

    @property
    def due(self) -> date | None:
        """The promised day, or the working day after it where it is off."""
        text = self.record["NgayHenTra"]
        if not text or text < "1900":
            return None
        day = datetime.fromisoformat(text).date()
        while not works(day):
            day += timedelta(days=1)
        return day

    @property
    def waiting_since(self) -> date | None:
        """The day on which the citizen was asked, while he has not answered."""
        if not self.record["BoSung"] or self.record["BoSung"][-1]["NgayBoSung"]:
            return None
        return datetime.fromisoformat(self.record["BoSung"][-1]["NgayYeuCau"]).date()

    def late(self, today: date) -> int | None:
        if self.due is None:
            return None
        until = today
        if self.record["NgayKetThuc"]:
            until = datetime.fromisoformat(self.record["NgayKetThuc"]).date()
        elif self.waiting_since is not None:
            until = self.waiting_since
        return max(0, days_after(self.due, until))

    def shares(self, today: date) -> tuple[int, int, int] | None:
        """Of the days late of an open file: before its unit had it, with the unit, with the citizen (after his last request and
        up to his answer). A day is of who had the file in its morning."""
        if self.due is None:
            return None
        before = unit = citizen = 0
        day = self.due
        while day < (self.waiting_since or today):
            day += timedelta(days=1)
            if not works(day):
                continue
            if self.waited_on(day):
                citizen += 1
            elif self.came is not None and day <= self.came:
                before += 1
            else:
                unit += 1
        return before, unit, citizen

    def waited_on(self, day: date) -> bool:
        """Whether the citizen had it in the morning, for the last time that he was asked, and has answered since."""
        if not self.record["BoSung"] or not self.record["BoSung"][-1]["NgayBoSung"]:
            return False
        asked, answered = (
            datetime.fromisoformat(self.record["BoSung"][-1][name]) for name in ("NgayYeuCau", "NgayBoSung")
        )
        return asked.date() < day <= answered.date()

    def found(self, today: date) -> Iterator[tuple[str, int]]:
        """Rules that find it, each with its level."""
        if self.gone or not self.open:
            return
        late, asked = self.late(today), len(self.record["BoSung"])
        if late:
            yield OVERDUE, CRITICAL if late >= 10 else WARNING if late >= 5 else REMINDER
        if self.due is not None and self.waiting_since is None and 0 <= days_after(today, self.due) <= 2:
            yield SOON, REMINDER
        if asked >= 2:
            yield ASKED, CRITICAL if asked >= 3 else WARNING


def _came(before: Copy | None, record: Mapping[str, Any], today: date) -> date | None:
    if before is None:
        return None
    return before.came if before.unit == UNITS[record["DonVi"]] else today


@dataclass
class Stands:
    """An alert. ``since``: of the copy on which it stands; ``opened``: when its present life began."""

    state: str
    reason: str
    level: int
    unit: str
    since: datetime
    opened: datetime


class Plain:
    """What is believed, and what stands."""

    def __init__(self) -> None:
        self.copies: dict[str, Copy] = {}
        self.alerts: dict[tuple[str, str], Stands] = {}

    def read(self, listed: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """A whole list that is believed."""
        records = {record["MaHoSo"]: record for record in listed}
        for code, record in records.items():
            copy = self.copies.get(code)
            if copy is None or copy.gone or copy.record != record:
                self.copies[code] = Copy(record, now, _came(copy, record, now.date()))
            else:
                copy.missed = 0
        for code, copy in self.copies.items():
            if code not in records and not copy.gone:
                copy.missed += 1
                copy.gone = copy.missed == 2

    def cycle(self, now: datetime, *, fresh: bool) -> None:
        found = {
            (rule, code): (level, copy) for code, copy in self.copies.items() for rule, level in copy.found(now.date())
        }
        for which, (level, copy) in found.items():
            self._find(which, level, copy, now)
        for which, alert in self.alerts.items():
            if alert.state == "open" and which not in found and (why := self._ended(which, alert, now, fresh=fresh)):
                alert.state, alert.reason = "resolved", why

    def _find(self, which: tuple[str, str], level: int, copy: Copy, now: datetime) -> None:
        alert = self.alerts.get(which)
        if alert is None or alert.state != "open":
            reason = "opened" if alert is None else "reopened"
            self.alerts[which] = Stands("open", reason, level, copy.unit, copy.since, now)
            return
        if alert.unit != copy.unit:
            alert.reason = "moved"
        elif level != alert.level:
            alert.reason = "worse" if level > alert.level else "eased"
        alert.level, alert.unit, alert.since = level, copy.unit, copy.since

    def _ended(self, which: tuple[str, str], alert: Stands, now: datetime, *, fresh: bool) -> str | None:
        rule, code = which
        copy = self.copies[code]
        if copy.gone:
            return "gone" if fresh else None
        if copy.since == alert.since:
            return "moved_on" if fresh else None
        taken_over = any(
            other.state == "open" and other.opened == now
            for another in (OVERDUE, SOON, ASKED)
            if another != rule and (other := self.alerts.get((another, code))) is not None
        )
        return "moved_on" if taken_over else "resolved"

    def standing(self) -> list[tuple[str, str, Stands]]:
        return [(rule, code, alert) for (rule, code), alert in self.alerts.items() if alert.state == "open"]
