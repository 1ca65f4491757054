"""What the row of a file implies at a moment, as SQL: open or not, waiting, late, and whose the days late are. Pure expressions.

A day belongs to who had the file when it began: the day on which it is handed over still counts for who gives it away. The
day of acceptance counts for nobody.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, null, or_

from alertd.model.dataset import Scope, greatest_zero
from alertd.model.words import FileStatus

SQL = ColumnElement[Any]

# Which states end the clock. Refused (3) and stopped (8) are ends as well (DOMAIN: ended {3, 7, 8, 9, 10}).
ENDED_STATUS = (
    FileStatus.REFUSED,
    FileStatus.WITHDRAWN,
    FileStatus.STOPPED,
    FileStatus.DONE,
    FileStatus.RETURNED,
)
# A refusal so many working days before the due day, or later, is near it.
NEAR = 1


def is_open(scope: Scope) -> SQL:
    if scope.live:
        return scope.column("is_open")
    # The status word decides only where no event contradicts it: "done" with an end in the future is still open.
    no_end_known = and_(scope.column("ended_at").is_(None), scope.column("returned_at").is_(None))
    ended_by_word = and_(no_end_known, func.coalesce(scope.column("status"), "").in_(ENDED_STATUS))
    ended_by_absence = and_(scope.column("gone_at").is_not(None), scope.column("gone_at") <= scope.now)
    ended = func.coalesce(scope.event("ended_at"), scope.event("returned_at"))
    return and_(ended.is_(None), not_(ended_by_word), not_(ended_by_absence))


def refused(scope: Scope) -> SQL:
    return and_(not_(is_open(scope)), scope.column("status") == FileStatus.REFUSED.value)


def withdrawn(scope: Scope) -> SQL:
    return and_(not_(is_open(scope)), scope.column("status") == FileStatus.WITHDRAWN.value)


def refused_near_due(scope: Scope) -> SQL:
    """On the due day, `NEAR` working days before it, or after it."""
    near = scope.column("ended_day_no") >= scope.column("due_day_no") - NEAR
    return and_(refused(scope), _end_is_known(scope), near)


def withdrawn_late(scope: Scope) -> SQL:
    late = scope.column("due_day_no") < scope.column("ended_day_no")
    return and_(withdrawn(scope), _end_is_known(scope), late)


def _end_is_known(scope: Scope) -> SQL:
    """By a time of its own, or because it was open when it was read before. When a file ended that came as ended, without a time,
    nobody knows."""
    assumed = scope.column("assumed_end_at")
    return or_(assumed.is_(None), assumed > scope.column("first_seen_at"))


def waiting(scope: Scope) -> SQL:
    if scope.live:
        return scope.column("waiting_for_citizen")
    asked, answered = scope.event("supplement_requested_at"), scope.event("supplement_answered_at")
    by_events = and_(asked.is_not(None), or_(answered.is_(None), answered < asked))
    never_asked = scope.column("supplement_requested_at").is_(None)
    by_word = and_(never_asked, answered.is_(None), func.coalesce(scope.column("status"), "") == FileStatus.SUPPLEMENT)
    return and_(is_open(scope), or_(by_events, by_word))


def _stop(scope: Scope, ended: SQL, requested: str, live: str, at_most: SQL) -> SQL:
    """The end, or the request while the citizen is waited for, in one of its three forms (moment, day, number)."""
    stop = scope.column(live)
    if scope.live:
        return stop
    # Asked for by the status word alone, the file stands since it was read so: intake has put that where the end stands.
    read_so = and_(scope.column("is_open").is_(True), scope.column("waiting_for_citizen").is_(True))
    seen = case((and_(read_so, stop <= at_most), stop), else_=null())
    asked = func.coalesce(scope.column(requested), seen)
    return case((not_(is_open(scope)), ended), (waiting(scope), asked), else_=null())


def stop_number(scope: Scope) -> SQL:
    stop = _stop(scope, scope.column("ended_day_no"), "requested_day_no", "stop_day_no", scope.today_no)
    return func.coalesce(stop, scope.today_no)


def stop_day(scope: Scope) -> SQL:
    stop = _stop(scope, scope.column("ended_day"), "requested_day", "stop_day", scope.today_day)
    return func.coalesce(stop, scope.today_day)


def stop_at(scope: Scope) -> SQL:
    ended = func.coalesce(scope.column("ended_at"), scope.column("returned_at"), scope.column("assumed_end_at"))
    return func.coalesce(_stop(scope, ended, "supplement_requested_at", "stop_at", scope.now), scope.now)


def working_days_late(scope: Scope) -> SQL:
    return greatest_zero(stop_number(scope) - scope.column("due_day_no"))


def working_days_left(scope: Scope) -> SQL:
    left = greatest_zero(scope.column("due_day_no") - stop_number(scope))
    return case((is_open(scope), left), else_=null())


def days_late(scope: Scope) -> SQL:
    return greatest_zero(stop_day(scope) - scope.column("due_day"))


def apology_days_late(scope: Scope) -> SQL:
    """By the due date that stood before the apology, which usually comes with a new one."""
    return greatest_zero(scope.event("apology_day", of="apology_at") - scope.column("apology_due_day"))


def is_overdue(scope: Scope) -> SQL:
    by_minute = and_(scope.column("by_minute").is_(True), scope.column("due_at") < stop_at(scope))
    by_day = and_(scope.column("by_minute").is_(False), scope.column("due_day") < stop_day(scope))
    return and_(scope.column("due_at").is_not(None), or_(by_minute, by_day))


# --- whose the days late are: together they are working_days_late ----------------------------------------------------
def late_with_unit(scope: Scope, due: SQL) -> SQL:
    """Since the unit has it, but for the days on which the citizen was waited for."""
    stop, since = stop_number(scope), _later(due, scope.column("unit_since_day_no"))
    return greatest_zero(stop - since) - _waited(scope, since, stop)


def late_with_citizen(scope: Scope, due: SQL) -> SQL:
    """Between the last request for a supplement and its answer. While the answer is awaited nothing counts at all."""
    return case((due.is_not(None), _waited(scope, due, stop_number(scope))), else_=null())


def late_before_unit(scope: Scope, due: SQL) -> SQL:
    """The rest: before the unit had it."""
    late = greatest_zero(stop_number(scope) - due)
    return late - late_with_unit(scope, due) - late_with_citizen(scope, due)


def _waited(scope: Scope, first: SQL, last: SQL) -> SQL:
    """Working days after ``first`` up to ``last`` on which the citizen had the file."""
    asked, answered = scope.event("supplement_requested_at"), scope.event("supplement_answered_at")
    begin, end = scope.column("requested_day_no"), scope.column("answered_day_no")
    days = greatest_zero(case((end < last, end), else_=last) - _later(first, begin))
    return case((answered >= asked, days), else_=0)


def _later(one: SQL, two: SQL) -> SQL:
    """The later of two day numbers; the first where the second is unknown."""
    return case((two > one, two), else_=one)


# What lateness implies for the stored number of the due day: an end or a pause never lies after today (live mode), so
# late by k means due k working days ago or earlier. One day is added where a due minute on a day off is already past
# while the due day, moved to the next working day, still lies ahead.
def due_before(scope: Scope, days: int) -> SQL:
    return scope.column("due_day_no") <= scope.today_no - days


def due_by_now(scope: Scope, _days: int) -> SQL:
    return scope.column("due_day_no") <= scope.today_no + 1


def due_within(scope: Scope, days: int) -> SQL:
    return scope.column("due_day_no") <= scope.today_no + days
