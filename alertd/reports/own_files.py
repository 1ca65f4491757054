"""A unit's or the city's own files of a period, counted by the index's rules as they stand now. Reads; one pass each.

Source: Quyết định 766/QĐ-TTg, chỉ số 2.1 (Tiến độ giải quyết): on time ÷ received. Ended = refused, stopped, done or withdrawn;
unfinished: the last day of the period stands for the end; waiting for a supplement: the day of the request stands for the end;
the citizen's time is subtracted from finished files, unless their due date was moved for it; more than one supplement request
counts as late ([index] second_supplement_is_late: the text is ambiguous). By local days, whatever a source says of minutes; due
today is not late, and a due day off is the next working day (Bộ luật Dân sự 2015, Điều 148).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlmodel import Session

from alertd.model import file_terms
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.model.period import Period
from alertd.reports.winnable import Step

SQL = ColumnElement[Any]
_SHOWN = 5  # codes


class Verdict(IntEnum):
    """What the index makes of a file as it stands."""

    ON_TIME = 0
    LATE = 1
    PENDING = 2
    WITHOUT_DUE = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """Files received in the period, once each: ``on_time`` and ``late`` whatever is still done, ``pending`` still to be decided:
    open, in time, and due before the period's last day; and those ``without_due`` date, of which nothing can be said. Late and
    still open: ``late_open``. ``fell_due``: files whose due day lay in the last weeks, of which ``kept`` ended in time."""

    on_time: int
    late: int
    late_open: int
    pending: int
    pending_since: int  # of the pending those received after the day of the portal's reading
    without_due: int
    fell_due: int
    kept: int

    @property
    def received(self) -> int:
        return self.on_time + self.late + self.pending


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides of a file: in a scope, over a period, as of a moment."""

    scope: Scope
    first: int  # days as their ordinals
    last: int
    last_no: int  # working days up to and including the last one
    again_is_late: bool

    @property
    def is_open(self) -> SQL:
        return file_terms.is_open(self.scope)

    @property
    def again(self) -> SQL:
        asked = func.coalesce(self.scope.column("supplement_requests"), 0)
        return asked > 1 if self.again_is_late else asked < 0

    @property
    def late_end(self) -> SQL:
        """What has ended, or waits for the citizen, after its due day; the citizen's time before that day is subtracted."""
        c, waited = self.scope.column, self._waited
        day, number = file_terms.stop_day(self.scope), file_terms.stop_number(self.scope)
        return case((waited > 0, number > c("due_day_no") + waited), else_=day > c("due_day"))

    @property
    def _waited(self) -> SQL:
        """Working days, where the due date was not moved for them."""
        c, event = self.scope.column, self.scope.event
        answered = event("supplement_answered_at") >= event("supplement_requested_at")
        in_time = c("requested_day") <= c("due_day")
        as_promised = and_(c("new_due_at").is_(None), c("due_at") == func.coalesce(c("first_due_at"), c("due_at")))
        return case((and_(answered, in_time, as_promised), c("answered_day_no") - c("requested_day_no")), else_=0)

    @property
    def verdict(self) -> SQL:
        """One of `Verdict`. An open file for which the citizen is not waited is late once it is due before today, or before the
        period's last day where that is over; due on that day or after it, it is in time for the period whatever happens."""
        due, today = self.scope.column("due_day"), self.scope.today_day
        before = case((today < self.last, today), else_=self.last)
        waits = file_terms.waiting(self.scope)
        return case(
            (due.is_(None), Verdict.WITHOUT_DUE),
            (self.again, Verdict.LATE),
            (or_(not_(self.is_open), waits), case((self.late_end, Verdict.LATE), else_=Verdict.ON_TIME)),
            (due < before, Verdict.LATE),
            (due < self.last, Verdict.PENDING),
            else_=Verdict.ON_TIME,
        )

    @property
    def pending(self) -> SQL:
        """The same in plain predicates, which the index of what is open and due serves."""
        c, last_no = self.scope.column, self.last_no
        ahead = and_(c("due_day_no") >= self.scope.today_no, c("due_day_no") <= last_no)
        waits = file_terms.waiting(self.scope)
        runs = and_(self.is_open.is_(True), not_(waits), not_(self.again))
        return and_(ahead, runs, c("due_day") >= self.scope.today_day, c("due_day") < self.last)

    @property
    def received(self) -> SQL:
        return self.scope.column("received_day").between(self.first, self.last)


def terms_of(span: Period, at: AsOf, *, again_is_late: bool) -> Terms:
    scope = Scope(files_table, live=at.live)
    first, last = span.first.toordinal(), span.last.toordinal()
    return Terms(scope, first, last, at.calendar.number(span.last), again_is_late)


def tally(session: Session, terms: Terms, at: AsOf, unit: str | None, *, since: date | None, weeks: int) -> Tally:
    """``unit`` None: the whole city. ``since``: the local day of the portal's reading. One pass over the period and the last
    ``weeks``."""
    c, today = terms.scope.column, at.today
    due_since = (today - timedelta(weeks=weeks)).toordinal()
    fell = and_(c("due_day") >= due_since, c("due_day") < terms.scope.today_day)
    since_read = c("received_day") > (since or today).toordinal()
    parts = (terms.verdict, terms.received, fell, terms.is_open, since_read)
    named = [part.label(name) for part, name in zip(parts, _PARTS, strict=True)]
    # the index of the day of receipt bounds the pass
    earliest = min(terms.first, due_since - _LONGEST)
    judged = select(*named).where(FILES.present(terms.scope), c("received_day") >= earliest, *_of(terms, unit))
    # each row is judged once: put into the sums, a judgement is worked out as often as it is asked for
    each = judged.cte("judged").prefix_with("MATERIALIZED").c
    late, pending = each.verdict == Verdict.LATE, each.verdict == Verdict.PENDING
    asked = (
        and_(each.mine, each.verdict == Verdict.ON_TIME),
        and_(each.mine, late),
        and_(each.mine, late, each.open),
        and_(each.mine, pending),
        and_(each.mine, pending, each.since),
        and_(each.mine, each.verdict == Verdict.WITHOUT_DUE),
        each.fell,
        and_(each.fell, not_(late)),
    )
    counts = select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in asked))
    return Tally(*(int(count) for count in session.connection().execute(counts, at.parameters).one()))


_PARTS = ("verdict", "mine", "fell", "open", "since")
_LONGEST = 31  # calendar days from receipt to the due day of files by which the share of kept dates is measured


def pending_steps(
    session: Session, terms: Terms, at: AsOf, unit: str | None
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The pending files by due day, and the codes of a few, the soonest first."""
    c = terms.scope.column
    asked = and_(FILES.present(terms.scope), terms.received, terms.pending, *_of(terms, unit))
    connection = session.connection()
    days = select(c("due_day"), func.count()).where(asked).group_by(c("due_day")).order_by(c("due_day"))
    few = select(c("code")).where(asked).order_by(c("due_day_no"), c("code")).limit(_SHOWN)
    steps = tuple(Step(date.fromordinal(day), count) for day, count in connection.execute(days, at.parameters))
    return steps, tuple(connection.execute(few, at.parameters).scalars()) if steps else ()


def _of(terms: Terms, unit: str | None) -> list[SQL]:
    return [] if unit is None else [terms.scope.column("unit") == unit]
