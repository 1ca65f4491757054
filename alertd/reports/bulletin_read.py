"""The figures of a bulletin, read from the store in a handful of statements. It changes nothing."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.directory import Directory, UnitRow
from alertd.model.files import FILES
from alertd.model.index import INDEX_READINGS
from alertd.model.index_words import GROUPS, INDICATORS, TOTAL
from alertd.model.period import Period
from alertd.model.periods import UNIT_PERIODS
from alertd.model.procedures import ANNOUNCEMENTS
from alertd.model.words import Grain, PeriodKind
from alertd.reports.bulletin import AGES, IndexLine, Row

_COMMUNES = ("ward", "commune", "town", "district", "special_zone")
_LATE_FOR = 6  # months of which the city's share on time is shown
_p = UNIT_PERIODS.table.c


def group_of(unit: UnitRow) -> str:
    """Whom a unit is compared with: communes are not departments."""
    return "communes" if unit.kind in _COMMUNES else "departments"


def counted_at(at: AsOf, month: Period) -> datetime:
    """The end of the month, or now while it runs."""
    end = at.calendar.midnight(month.after.first) - timedelta(seconds=1)
    return min(at.now, end)


def rows(session: Session, directory: Directory, at: AsOf, month: Period) -> tuple[tuple[Row, ...], Row, int]:
    """Of each unit that was valid in the month or has files of it; of the city; and how many files of the month have no unit
    that is known."""
    found: dict[str, dict[str, Any]] = {}
    city: dict[str, Any] = {}
    statement = select(UNIT_PERIODS.table).where(
        _p.preferred.is_(True),
        _p.kind == PeriodKind.MONTH.value,
        _p.period == month.text,
        _p.grain.in_([Grain.UNIT.value, Grain.CITY.value]),
    )
    for row in session.connection().execute(statement).mappings():
        values = _figures(row)
        if row["grain"] == Grain.CITY.value:
            city = values
        elif row["unit"] is not None:
            found[row["unit"]] = values
    overdue = _overdue(session, at, month)
    published = _published(session, at, month)
    moved = _moved(session, at, month)
    units = [unit for unit in directory.units if unit.kind != "city" and (_valid(unit, month) or unit.code in found)]
    made = tuple(
        Row(
            unit=unit.code,
            name=unit.name,
            group=group_of(unit),
            **found.get(unit.code, {}),
            overdue=overdue.get(unit.code, (0,) * len(AGES)),
            publish_due=published.get(unit.code, (0, 0))[0],
            publish_on_time=published.get(unit.code, (0, 0))[1],
            marks=(*_changes_of(unit, month), *([f"moved:{moved[unit.code]}"] if unit.code in moved else [])),
        )
        for unit in units
    )
    sums = [tuple(each) for each in zip(*overdue.values(), strict=True)] if overdue else []
    whole = Row(
        unit="",
        name="",
        group="",
        **city,
        overdue=tuple(sum(each) for each in sums) if sums else (0,) * len(AGES),
        publish_due=sum(due for due, _ in published.values()),
        publish_on_time=sum(done for _, done in published.values()),
    )
    placed = sum(values["received"] for values in found.values())
    return made, whole, max(0, whole.received - placed)


def history(session: Session, month: Period, min_files: int) -> tuple[tuple[str, float | None], ...]:
    """The city's share on time of this month and of those before it, the oldest first; none where there were hardly any files,
    as before a site was set up."""
    months = [month]
    while len(months) < _LATE_FOR:
        months.insert(0, months[0].before)
    statement = select(_p.period, _p.on_time_rate).where(
        _p.preferred.is_(True),
        _p.kind == PeriodKind.MONTH.value,
        _p.grain == Grain.CITY.value,
        _p.received >= min_files,
        _p.period.in_([each.text for each in months]),
    )
    known = {row.period: row.on_time_rate for row in session.connection().execute(statement)}
    return tuple((each.text, _rate(known.get(each.text))) for each in months)


def index(session: Session, at: AsOf, month: Period, unit: str) -> tuple[IndexLine, ...]:
    """Total and groups of the whole city for the month, as the portal computed them last."""
    table = INDEX_READINGS.table.c
    scope = Scope(INDEX_READINGS.table, live=at.live)
    wanted = [TOTAL, *GROUPS]
    statement = select(table.indicator, table.score, table.maximum, table.score_last_period, table.computed_at).where(
        INDEX_READINGS.present(scope), table.unit == unit, table.period == month.text, table.indicator.in_(wanted)
    )
    known = {row.indicator: row for row in session.connection().execute(statement, at.parameters)}
    lines = []
    for code in wanted:
        if (row := known.get(code)) is not None:
            called = INDICATORS[code]
            lines.append(
                IndexLine(
                    code,
                    called.vi,
                    called.en,
                    _rate(row.score),
                    _rate(row.maximum),
                    _rate(row.score_last_period),
                    row.computed_at,
                )
            )
    return tuple(lines)


def _figures(row: Any) -> dict[str, Any]:
    counts = {name: row[name] for name in ("received", "online", "ended", "on_time", "late")}
    rates = ("on_time_rate", "online_rate", "online_target", "average_working_days")
    return counts | {name: _rate(row[name]) for name in rates}


def _rate(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _overdue(session: Session, at: AsOf, month: Period) -> dict[str, tuple[int, ...]]:
    """By unit, how many files were open and overdue at the end of the month, by working days late."""
    then = AsOf(counted_at(at, month), at.calendar, live=False)
    scope = Scope(FILES.table, live=False)
    late = FILES.fields["working_days_late"].sql(scope)
    unit = scope.column("unit")
    columns = [
        func.sum(case((and_(late >= low, *([late <= high] if high is not None else [])), 1), else_=0))
        for low, high in AGES
    ]
    statement = (
        select(unit, *columns)
        .where(
            FILES.present(scope),
            FILES.fields["is_open"].sql(scope),
            FILES.fields["is_overdue"].sql(scope),
            unit.is_not(None),
        )
        .group_by(unit)
    )
    found = session.connection().execute(statement, then.parameters)
    return {row[0]: tuple(int(count) for count in row[1:]) for row in found}


def _published(session: Session, at: AsOf, month: Period) -> dict[str, tuple[int, int]]:
    """By unit, the procedures that had to be published in the month, and those of them that were in time."""
    c = ANNOUNCEMENTS.table.c
    until = min(month.last, at.calendar.today(at.now))
    in_time = and_(c.published_on.is_not(None), c.published_on <= c.publish_due_on, c.published_on <= until)
    statement = (
        select(c.unit, func.count(), func.sum(case((in_time, 1), else_=0)))
        .where(
            ANNOUNCEMENTS.present(Scope(ANNOUNCEMENTS.table, live=at.live)),
            c.unit.is_not(None),
            c.publish_due_on.between(month.first, month.last),
        )
        .group_by(c.unit)
    )
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for unit, due, done in session.connection().execute(statement, at.parameters):
        found[unit] = (int(due), int(done))
    return found


def _moved(session: Session, at: AsOf, month: Period) -> dict[str, int]:
    """By unit, the files of the month that were accepted before it had them: another unit's time is in their result."""
    c, scope = FILES.table.c, Scope(FILES.table, live=at.live)
    came = and_(c.unit_since_day_no > c.accepted_day_no, c.unit_since <= at.now)
    of_month = c.received_day.between(month.first.toordinal(), month.last.toordinal())
    statement = (
        select(c.unit, func.count()).where(FILES.present(scope), of_month, came, c.unit.is_not(None)).group_by(c.unit)
    )
    return {unit: int(count) for unit, count in session.connection().execute(statement, at.parameters)}


def _valid(unit: UnitRow, month: Period) -> bool:
    begun = unit.valid_from is None or unit.valid_from <= month.last
    return begun and (unit.valid_to is None or unit.valid_to >= month.first)


def _changes_of(unit: UnitRow, month: Period) -> tuple[str, ...]:
    """That the unit began or ended in the month: its figures are of a part of it."""
    marks = []
    if unit.valid_from is not None and month.first < unit.valid_from <= month.last:
        marks.append(f"began:{unit.valid_from.isoformat()}")
    if unit.valid_to is not None and month.first <= unit.valid_to < month.last:
        marks.append(f"ended:{unit.valid_to.isoformat()}")
    return tuple(marks)
