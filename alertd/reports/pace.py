"""The last savable moment: at each section's pace of the last weeks, which open files will be late by the week's end. Reads.

A section is believed to go on as it did: so many files a working day finished in time (those that are finished on the day on
which they come in never wait, and do not count), the first due first. What is beyond that by its due day will be late. Files that
are late already, and those for which the citizen is waited, are not in this queue; the former are a duty all the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Integer, and_, cast, func, not_, or_, select
from sqlmodel import Session

from alertd.model import file_terms
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table

_FRIDAY = 4
_FIRST = 10  # files to take first that are named


@dataclass(frozen=True, slots=True)
class Section:
    """``open``: files due by the week's end, in time still. ``finished``: in time in the last weeks. ``late``: of the open ones
    that will be late if nothing changes, by due day number."""

    unit: str | None
    section: str | None
    open: int
    finished: int
    per_day: float
    late: int
    days: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Urgent:
    """A file to take first, among those of which some will be late. ``due``: local day."""

    code: str
    unit: str | None
    section: str | None
    procedure: str | None
    due: date


@dataclass(frozen=True, slots=True)
class Outlook:
    """Up to and including ``until``, the last working day of the week. ``open``: files due by then; ``late``: of them those that
    will be late at the pace of the last ``weeks``. ``sections``: where any will, the most first."""

    until: date
    weeks: int
    open: int
    late: int
    sections: tuple[Section, ...]
    first: tuple[Urgent, ...]


def week_end(calendar: WorkingCalendar, today: date) -> date:
    """The last working day up to Friday; from Saturday on, and where none is left of this week, of the next."""
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    for end in (friday, friday + timedelta(days=7), friday + timedelta(days=14)):
        last = calendar.day_of(calendar.number(end))
        if today <= last:
            return last
    return friday


def days_left(calendar: WorkingCalendar, today: date, due_number: int, *, closed: bool) -> int:
    """Working days up to and including the due day; today counts where it is one and the office has not ``closed``."""
    counted = 1 if calendar.is_working(today) and not closed else 0
    return due_number - calendar.number(today) + counted


def beyond(due: Mapping[int, int], per_day: float, left: Mapping[int, int]) -> dict[int, int]:
    """How many of the files due on each day (by its number) will be late: the first due come first, and no work goes into one
    that is late anyway. ``left``: working days up to each."""
    served, late = 0, {}
    for day in sorted(due):
        room = max(0, int(per_day * left[day] + 1e-9) - served)
        done = min(due[day], room)
        served += done
        if due[day] > done:
            late[day] = due[day] - done
    return late


def outlook(session: Session, at: AsOf, unit: str | None, *, weeks: int) -> Outlook:
    """``unit`` None: the whole city. Three statements."""
    calendar, today = at.calendar, at.today
    until = week_end(calendar, today)
    closed = at.now >= calendar.closing(today)
    scope = Scope(files_table, live=at.live)
    due = _due(session, scope, at, unit, calendar.number(until))
    finished = _finished(session, scope, at, unit, weeks)
    yesterday = calendar.number(today - timedelta(days=1))
    days = max(1, yesterday - calendar.number(today - timedelta(days=7 * weeks + 1)))
    sections = []
    for (of_unit, of_section), by_day in due.items():
        done = finished.get((of_unit, of_section), 0)
        left = {day: days_left(calendar, today, day, closed=closed) for day in by_day}
        late = beyond(by_day, done / days, left)
        counted = sum(by_day.values())
        sections.append(Section(of_unit, of_section, counted, done, done / days, sum(late.values()), late))
    behind = [each for each in sections if each.late]
    behind.sort(key=lambda each: (-each.late, each.unit or "", each.section or ""))
    first = _first(session, scope, at, behind)
    opened = sum(each.open for each in sections)
    return Outlook(until, weeks, opened, sum(each.late for each in behind), tuple(behind), first)


def _due(
    session: Session, scope: Scope, at: AsOf, unit: str | None, until: int
) -> dict[tuple[str | None, str | None], dict[int, int]]:
    """Open files that are in time and due by a day, by unit and section: how many for each due day number."""
    c = scope.column
    statement = (
        select(c("unit"), c("section"), c("due_day_no"), func.count())
        .where(_in_time(scope), c("due_day_no") <= until, *_of(scope, unit))
        .group_by(c("unit"), c("section"), c("due_day_no"))
    )
    found: dict[tuple[str | None, str | None], dict[int, int]] = defaultdict(dict)
    for of_unit, section, day, count in session.connection().execute(statement, at.parameters):
        found[of_unit, section][day] = count
    return found


def _in_time(scope: Scope) -> file_terms.SQL:
    """Open, not waiting for the citizen, and not late yet."""
    c = scope.column
    # the stored number bounds it on the index of what is open and due: a due day is a working day
    ahead = and_(c("due_day_no") >= scope.today_no, c("due_day") >= scope.today_day)
    return and_(FILES.present(scope), file_terms.is_open(scope).is_(True), not_(file_terms.waiting(scope)), ahead)


def _finished(
    session: Session, scope: Scope, at: AsOf, unit: str | None, weeks: int
) -> dict[tuple[str | None, str | None], int]:
    """Files that ended in time in the last weeks, up to yesterday, and not on the day of their receipt, by unit and section."""
    c, today = scope.column, at.today
    since = today - timedelta(days=7 * weeks)
    ended = and_(
        # what has ended since then was read since then: the index of what was read bounds the pass
        c("changed_at") >= at.calendar.midnight(since),
        not_(file_terms.is_open(scope)),
        c("ended_day").between(since.toordinal(), today.toordinal() - 1),
        c("ended_day_no") > func.coalesce(c("accepted_day_no"), cast(0, Integer)),
        or_(c("due_day").is_(None), c("ended_day") <= c("due_day")),
    )
    statement = (
        select(c("unit"), c("section"), func.count())
        .where(FILES.present(scope), ended, *_of(scope, unit))
        .group_by(c("unit"), c("section"))
    )
    rows = session.connection().execute(statement, at.parameters)
    return {(of_unit, section): count for of_unit, section, count in rows}


def _first(session: Session, scope: Scope, at: AsOf, behind: Sequence[Section]) -> tuple[Urgent, ...]:
    """The soonest due among the files of which some will be late; of one day the oldest."""
    groups = _soonest(behind)
    if not groups:
        return ()
    c = scope.column
    mine = or_(
        *(
            and_(
                c("unit").is_(None) if unit is None else c("unit") == unit,
                c("section").is_(None) if section is None else c("section") == section,
                c("due_day_no") == day,
            )
            for unit, section, day in groups
        )
    )
    columns = [c(name) for name in ("code", "unit", "section", "procedure", "due_day")]
    statement = (
        select(*columns)
        .where(_in_time(scope), mine)
        .order_by(c("due_day_no"), c("accepted_at"), c("code"))
        .limit(_FIRST)
    )
    rows = session.connection().execute(statement, at.parameters)
    return tuple(Urgent(code, of, section, what, date.fromordinal(day)) for code, of, section, what, day in rows)


def _soonest(behind: Iterable[Section]) -> list[tuple[str | None, str | None, int]]:
    """As many (unit, section, day) as are needed for the files that are named, the soonest first."""
    every = [(day, -count, each) for each in behind for day, count in each.days.items()]
    every.sort(key=lambda row: (row[0], row[1], row[2].unit or "", row[2].section or ""))
    return [(each.unit, each.section, day) for day, _, each in every[:_FIRST]]


def _of(scope: Scope, unit: str | None) -> list[file_terms.SQL]:
    return [] if unit is None else [scope.column("unit") == unit]
