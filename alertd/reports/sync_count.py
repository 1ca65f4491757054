"""What the city's and the portal's copies of a period's files come to, as SQL: who counts a file, and whether it is on time. Pure.

Both systems are counted by one rule, each by its own copies: received in the period (accepted, else filed) with a due date; on
time where the end, the request for a supplement while the citizen is waited for, or else the end of the period does not lie
after the due date (Quyết định 766/QĐ-TTg, 2.1: unfinished, the end of the period stands for the end). By the day or by the
minute, as the source counts (``due_by``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)

from alertd.model import file_terms
from alertd.model.asof import AsOf
from alertd.model.base import Moment
from alertd.model.dataset import Scope
from alertd.model.files import files_table
from alertd.model.period import Period
from alertd.model.sync_sides import Copy, Pair
from alertd.model.sync_terms import Compared
from alertd.model.words import GapCause

SQL = ColumnElement[Any]
_f = files_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Then(Scope):
    """A scope as of a moment of its own, beside the one that the statement is bound to."""

    at: AsOf

    @property
    def now(self) -> SQL:
        return literal(self.at.now, Moment)

    @property
    def today(self) -> SQL:
        return literal(self.at.today, Date)

    @property
    def today_day(self) -> SQL:
        return literal(self.at.today.toordinal(), Integer)

    @property
    def today_no(self) -> SQL:
        return literal(self.at.calendar.number(self.at.today), Integer)


def counted_at(span: Period, at: AsOf) -> AsOf:
    """Now while the period runs; once it is over, its last second."""
    over: datetime = at.calendar.midnight(span.last + timedelta(days=1))
    return AsOf(min(at.now, over - timedelta(seconds=1)), at.calendar, live=False)


class Counted:
    """The files of a period by both copies. ``differs``: the two count it otherwise, for a ``cause``."""

    def __init__(self, pair: Pair, span: Period, at: AsOf, unit: str | None) -> None:
        self.pair, self.span, self.unit = pair, span, unit
        self.compared = Compared(_codes(pair, span), pair, live=at.live)
        self.then = counted_at(span, at)

    @property
    def here(self) -> Copy:
        return self.compared.here

    @property
    def there(self) -> Copy:
        return self.compared.there

    @cached_property
    def counts_here(self) -> SQL:
        return self._counts(self.here)

    @cached_property
    def counts_there(self) -> SQL:
        return self._counts(self.there)

    @cached_property
    def on_time_here(self) -> SQL:
        return and_(self.counts_here, not_(self._late(self.here)))

    @cached_property
    def on_time_there(self) -> SQL:
        return and_(self.counts_there, not_(self._late(self.there)))

    @cached_property
    def left_out(self) -> SQL:
        """One of them does not have the file, and need not have it: nothing can be compared."""
        proven = or_(self.compared.missing_there, self.compared.missing_here)
        return and_(not_(self.compared.both), not_(func.coalesce(proven, false())))

    @cached_property
    def differs(self) -> SQL:
        return or_(self.counts_here != self.counts_there, self.on_time_here != self.on_time_there)

    @cached_property
    def cause(self) -> SQL:
        """Of a file that the two count otherwise; where nothing that could be compared differs, it is unknown."""
        return func.coalesce(self.compared.cause(self.compared.kind), GapCause.UNKNOWN.value)

    @property
    def of_unit(self) -> SQL:
        return case((literal(self.unit is None), True), else_=self.compared.of("unit") == (self.unit or ""))

    def _counts(self, copy: Copy) -> SQL:
        within = copy.c.received_day.between(*_days(self.span))
        return func.coalesce(and_(copy.is_here, within, copy.c.due_day.is_not(None)), false())

    def _late(self, copy: Copy) -> SQL:
        return func.coalesce(file_terms.is_overdue(Then(copy.rows, live=False, at=self.then)), false())


def _days(span: Period) -> tuple[int, int]:
    return span.first.toordinal(), span.last.toordinal()


def _codes(pair: Pair, span: Period) -> FromClause:
    """Of all files that either received in the period."""
    within = _f.received_day.between(*_days(span))
    parts = (select(_f.code).where(_f.source == side.source, within) for side in (pair.city, pair.portal))
    return union(*parts).subquery("codes")
