"""A rule's own deadline: the fields of its dataset with lateness counted from it. Pure expressions, no session, no clock.

In working days everything is arithmetic on stored numbers, so an index on the number of the day from which it counts serves
it. In days (20d) the day is looked up in the table of the calendar, and moved to a working day where it falls on a day off.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, null, select

from alertd.model.audit import CalendarDay
from alertd.model.base import table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY
from alertd.model.dataset import Dataset, Expression, Field, FieldType, Scope, Share, Time, greatest_zero
from alertd.model.duration import Duration, Unit
from alertd.rules.functions import day_number
from alertd.rules.rulebook import Deadline
from alertd.store.dialect import day_ordinal, ordinal_day

SQL = ColumnElement[Any]
_calendar = table_of(CalendarDay)


_T = FieldType
# Where a dataset has them already, its own names stand.
_FIELDS = {
    "due_on": Field("due_on", _T.DATE, "hạn theo quy định", "due day by the rule", Time.DEADLINE),
    "is_overdue": Field("is_overdue", _T.BOOLEAN, "đã quá hạn", "the due day is over"),
    "days_late": Field("days_late", _T.INTEGER, "số ngày (lịch) quá hạn", "calendar days after the due date"),
    "working_days_late": Field(
        "working_days_late", _T.INTEGER, "số ngày làm việc quá hạn", "working days after the due date"
    ),
    "working_days_left": Field(
        "working_days_left", _T.INTEGER, "số ngày làm việc còn lại", "working days until the due date"
    ),
}
ADDED = tuple(_FIELDS.values())


def fields_with(dataset: Dataset, deadline: Deadline) -> dict[str, Field]:
    """The dataset's fields as a rule with this deadline sees them; `due_on` is new, lateness counts from it."""

    def late(scope: Scope) -> SQL:
        return greatest_zero(dataset.stop_number(scope) - due_number(deadline, scope))

    def left(scope: Scope) -> SQL:
        days = greatest_zero(due_number(deadline, scope) - dataset.stop_number(scope))
        if "is_open" not in dataset.fields:
            return days
        return case((dataset.fields["is_open"].sql(scope), days), else_=null())

    def days_late(scope: Scope) -> SQL:
        return greatest_zero(dataset.stop_day(scope) - due_day(deadline, scope))

    def overdue(scope: Scope) -> SQL:
        day = due_day(deadline, scope)
        return and_(day.is_not(None), dataset.stop_day(scope) > day)

    def due_on(scope: Scope) -> SQL:
        return ordinal_day(due_day(deadline, scope))

    expressions = {
        "due_on": due_on,
        "is_overdue": overdue,
        "days_late": days_late,
        "working_days_late": late,
        "working_days_left": left,
    }
    made = {
        name: replace(
            dataset.fields.get(name, field),
            derived=True,
            expression=expressions[name],
            at_least=None,
            at_most=None,
            due_number="",
        )
        for name, field in _FIELDS.items()
    }
    for name, share in dataset.late_shares.items():
        made[name] = replace(dataset.fields[name], expression=_share_of(share, deadline), at_least=None)
    if least := _least(deadline):
        number = deadline.counted_from.number
        made["is_overdue"] = replace(made["is_overdue"], at_least=lambda s, _: s.column(number) <= s.today_no - least)
        made["working_days_late"] = replace(
            made["working_days_late"], at_least=lambda s, days: s.column(number) <= s.today_no - days - least
        )
        made["working_days_left"] = replace(
            made["working_days_left"], at_most=lambda s, days: s.column(number) <= s.today_no + days - least
        )
    return dataset.fields | made


def _share_of(share: Share, deadline: Deadline) -> Expression:
    """A part of the days late, which count from this deadline."""
    return lambda scope: share(scope, due_number(deadline, scope))


def _least(deadline: Deadline) -> int:
    """The shortest period, where all are in working days: due on a day implies counted from so many days before. Else 0."""
    periods = [deadline.within, *(period for _, period in deadline.within_if)]
    return min(period.amount for period in periods) if all(p.unit is Unit.WORKING_DAYS for p in periods) else 0


def due_number(deadline: Deadline, scope: Scope) -> SQL:
    """The count of working days of the due day; null where what it counts from has not happened."""
    return _by_period(deadline, scope, _number)


def due_day(deadline: Deadline, scope: Scope) -> SQL:
    """The due day as its ordinal; always a working day, where the site rolls forward."""
    return _by_period(deadline, scope, _day)


def _by_period(deadline: Deadline, scope: Scope, make: Callable[[Field, Scope, Duration], SQL]) -> SQL:
    ordinary = make(deadline.counted_from, scope, deadline.within)
    if not deadline.within_if:
        return ordinary
    others = [(field.sql(scope), make(deadline.counted_from, scope, period)) for field, period in deadline.within_if]
    return case(*others, else_=ordinary)


def _number(start: Field, scope: Scope, period: Duration) -> SQL:
    if period.unit is Unit.WORKING_DAYS:
        return day_number(start, scope) + literal(period.amount)
    found = _calendar.alias()
    return _looked_up(select(found.c.number).where(found.c.day == _day(start, scope, period)), found)


def _day(start: Field, scope: Scope, period: Duration) -> SQL:
    found = _calendar.alias()
    if period.unit is Unit.WORKING_DAYS:
        # days off carry the number of the working day before them
        return _looked_up(select(func.min(found.c.day)).where(found.c.number == _number(start, scope, period)), found)
    day = _local_day(start, scope) + literal(period.seconds() // 86400)
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    within = case((day < first, first), (day > last, last), else_=day)
    return _looked_up(select(found.c.due_day).where(found.c.day == within), found)


def _local_day(start: Field, scope: Scope) -> SQL:
    when = start.sql(scope)
    if start.type is FieldType.DATE:
        return cast(day_ordinal(when), BigInteger)
    found = _calendar.alias()
    at = select(found.c.day).where(found.c.starts_at <= when).order_by(found.c.starts_at.desc()).limit(1)
    before_all = case((when.is_not(None), FIRST_DAY.toordinal()), else_=null())
    return func.coalesce(_looked_up(at, found), before_all)


def _looked_up(statement: Any, calendar: Any) -> SQL:
    """One value of the calendar's table for the row that is read, however deep the look-up stands."""
    found: SQL = statement.correlate_except(calendar).scalar_subquery()
    return found
