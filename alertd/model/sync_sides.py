"""The city's and the portal's side of a file: what each source lists, and what its copy says at a moment, as SQL. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, and_, case, false, func, literal, not_, null, or_, true

from alertd.model import file_terms
from alertd.model.base import Moment
from alertd.model.dataset import Scope
from alertd.model.files import files_table
from alertd.model.words import FileStatus

SQL = ColumnElement[Any]

_ENDS = ("status", "ended_at", "returned_at")
_STATES: Mapping[FileStatus, FileStatus] = {
    FileStatus.ACCEPTED: FileStatus.PROCESSING,
    FileStatus.PROCESSING: FileStatus.PROCESSING,
    FileStatus.SUPPLEMENT: FileStatus.PROCESSING,  # answered, or it would wait
    FileStatus.PAYMENT: FileStatus.PAYMENT,
}
_RESULTS: Mapping[FileStatus, FileStatus] = {
    FileStatus.DONE: FileStatus.DONE,
    FileStatus.RETURNED: FileStatus.DONE,
    FileStatus.REFUSED: FileStatus.REFUSED,
    FileStatus.WITHDRAWN: FileStatus.WITHDRAWN,
    FileStatus.STOPPED: FileStatus.STOPPED,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sources. ``whole``: each reading lists every live record; ``ends``: what it lists no more has ended;
    ``gives``: our fields that it maps; ``known_from``: since when what it does not know has not been there (its first believed
    reading, or the day that [sync] names); None: never read."""

    source: str
    whole: bool
    ends: bool
    by_minute: bool
    gives: frozenset[str]
    known_from: datetime | None

    @property
    def says_ends(self) -> bool:
        return self.ends or not self.gives.isdisjoint(_ENDS)

    def lists(self, file: "Copy") -> SQL:
        """That this source would know the ``file`` of the other side, had it been there. A whole list has all that is open;
        what has ended only where it stays listed, and ended since the list is read. A list of changes has what began since."""
        since = literal(self.known_from, Moment)
        if self.known_from is None:
            return false()
        if not self.whole:
            return func.coalesce(file.received_at >= since, false())
        if self.ends:
            return file.is_open
        return or_(file.is_open, func.coalesce(file.ended_at, file.received_at) >= since)


@dataclass(frozen=True, slots=True)
class Pair:
    """``ministry``: codes of procedures that run in a system of a ministry."""

    city: Side
    portal: Side
    ministry: tuple[str, ...] = ()

    @property
    def by_minute(self) -> bool:
        return self.city.by_minute and self.portal.by_minute

    def both_give(self, *names: str) -> bool:
        return all(not side.gives.isdisjoint(names) for side in (self.city, self.portal))


@dataclass(frozen=True, slots=True)
class When:
    """A moment, and the count of working days of its day."""

    at: SQL
    number: SQL


class Copy:
    """One side's copy of a file, outer-joined: what it says at the moment of the scope."""

    def __init__(self, side: Side, name: str, *, live: bool) -> None:
        self.side = side
        self.rows = files_table.alias(name)
        self.scope = Scope(self.rows, live)
        self.c = self.rows.c
        c, scope = self.c, self.scope
        gone = c.gone_at.is_(None) if live else or_(c.gone_at.is_(None), c.gone_at > scope.now)
        born = true() if live else or_(c.first_event_at.is_(None), c.first_event_at <= scope.now)
        self.is_known: SQL = c.id.is_not(None)
        self.is_here: SQL = and_(self.is_known, true() if side.ends else gone, born)
        self.is_open: SQL = func.coalesce(file_terms.is_open(scope), false())
        self.waits: SQL = func.coalesce(file_terms.waiting(scope), false())
        self.accepted_at: SQL = scope.event("accepted_at")
        self.submitted_at: SQL = scope.event("submitted_at")
        self.received_at: SQL = func.coalesce(self.accepted_at, self.submitted_at)
        self.asked_at: SQL = scope.event("supplement_requested_at")
        self.answered_at: SQL = scope.event("supplement_answered_at")
        ends = (scope.event(name) for name in ("ended_at", "returned_at", "assumed_end_at"))
        self.ended_at: SQL = case((self.is_open, null()), else_=func.coalesce(*ends))
        self.is_late: SQL = case(
            (and_(self.is_here, c.due_at.is_not(None)), file_terms.is_overdue(scope)), else_=null()
        )

        self.accepted = When(self.accepted_at, c.accepted_day_no)
        self.submitted = When(self.submitted_at, c.submitted_day_no)
        self.ended = When(self.ended_at, c.ended_day_no)
        self.asked = When(self.asked_at, c.requested_day_no)
        self.answered = When(self.answered_at, c.answered_day_no)

    def left(self, seen: When) -> When:
        """When it vanished from its source, which was seen on that day."""
        return When(self.c.gone_at, seen.number)

    def joins(self, codes: FromClause) -> ColumnElement[bool]:
        return and_(self.c.source == self.side.source, self.c.code == codes.c.code)

    @property
    def taken_on(self) -> SQL:
        """Accepted, or ended: what is only filed the other side need not know yet."""
        by_word = func.coalesce(self.c.status, "").not_in(("", FileStatus.REGISTERED.value))
        unsaid = literal(self.side.gives.isdisjoint(("status", "accepted_at")), Boolean)
        return or_(not_(self.is_open), self.accepted_at.is_not(None), by_word, unsaid)

    @property
    def state(self) -> SQL:
        """What its status word means; null where it says nothing that could be compared."""
        status = self.c.status
        filed = and_(status == FileStatus.REGISTERED, self.accepted_at.is_(None))
        accepted = and_(status == FileStatus.REGISTERED, self.accepted_at.is_not(None))
        is_open = case(
            (filed, FileStatus.REGISTERED.value),
            (accepted, FileStatus.PROCESSING.value),
            *((status == word, meant.value) for word, meant in _STATES.items()),
            else_=null(),
        )
        ended = case(*((status == word, meant.value) for word, meant in _RESULTS.items()), else_=null())
        return case(
            (self.waits, FileStatus.SUPPLEMENT.value),
            (self.is_open, is_open),
            else_=ended,
        )
