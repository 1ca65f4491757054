"""How the city's copy and the portal's copy of one file compare: the kind of difference, its cause and its beginning, as SQL. Pure.

What absence proves depends on what a source lists (`Side.lists`): a file that a source need not list is not missing there.
Two things are the same where they mean the same: a due date by its day (moved to a working day) unless both count by the minute,
accepted = in process, done = returned.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, and_, case, false, func, literal, not_, null, or_, true

from alertd.model.sync_sides import Copy, Pair, When
from alertd.model.words import GapCause, GapKind

SQL = ColumnElement[Any]


class Compared:
    """Both copies of each of some codes (a FROM with a column ``code``); `joined` is where all columns come from."""

    def __init__(self, codes: FromClause, pair: Pair, *, live: bool) -> None:
        self.codes, self.pair = codes, pair
        self.here = Copy(pair.city, "here", live=live)
        self.there = Copy(pair.portal, "there", live=live)

    @property
    def joined(self) -> FromClause:
        rows = self.codes.outerjoin(self.here.rows, self.here.joins(self.codes))
        return rows.outerjoin(self.there.rows, self.there.joins(self.codes))

    def of(self, name: str) -> SQL:
        """A column of either copy, the city's first."""
        return func.coalesce(self.here.c[name], self.there.c[name])

    @property
    def missing_there(self) -> SQL:
        return and_(self.here.is_here, not_(self.there.is_here), self.here.taken_on, _asked(self.here, self.there))

    @property
    def missing_here(self) -> SQL:
        return and_(self.there.is_here, not_(self.here.is_here), _asked(self.there, self.here))

    @property
    def both(self) -> SQL:
        return and_(self.here.is_here, self.there.is_here)

    @property
    def kind(self) -> SQL:
        """Null where they agree, or where nothing can be said."""
        return case(
            (self.missing_there, GapKind.MISSING_THERE.value),
            (self.missing_here, GapKind.MISSING_HERE.value),
            (not_(self.both), null()),
            (self._other_end(), GapKind.OTHER_END.value),
            (self._other_due(), GapKind.OTHER_DUE.value),
            (self._other_state(), GapKind.OTHER_STATE.value),
            else_=null(),
        )

    def _ended_on_one(self) -> SQL:
        comparable = self.pair.city.says_ends and self.pair.portal.says_ends
        return self.here.is_open != self.there.is_open if comparable else false()

    def _other_end(self) -> SQL:
        one, other = self.here.c, self.there.c
        alike = or_(
            and_(one.ended_at.is_not(None), other.ended_at.is_not(None)),
            and_(one.ended_at.is_(None), other.ended_at.is_(None), *(c.returned_at.is_not(None) for c in (one, other))),
        )
        both = and_(not_(self.here.is_open), not_(self.there.is_open), alike)
        return or_(self._ended_on_one(), and_(both, one.ended_day != other.ended_day))

    def _other_due(self) -> SQL:
        if not self.pair.both_give("due_at", "new_due_at"):
            return false()
        name = "due_at" if self.pair.by_minute else "due_day"
        # while one of them alone waits for the citizen, the other may still show a date that is to be set anew
        return and_(self.here.waits == self.there.waits, self.here.c[name].is_distinct_from(self.there.c[name]))

    def _other_state(self) -> SQL:
        if not self.pair.both_give("status", "supplement_requested_at"):
            return false()
        return func.coalesce(self.here.state != self.there.state, self.here.waits != self.there.waits)

    @property
    def pause_not_sent(self) -> SQL:
        """The city waited for the citizen, and the portal's copy shows nothing of it."""
        asked = self.here.asked_at.is_not(None)
        if "supplement_requested_at" not in self.pair.portal.gives:  # the city's date is later, and that may be why
            return and_(asked, func.coalesce(self.here.c.due_day > self.there.c.due_day, false()))
        unseen = or_(self.there.asked_at.is_(None), self.there.c.requested_day < self.here.c.requested_day)
        return and_(asked, unseen)

    def _wait_differs(self) -> SQL:
        begun = and_(self.here.waits, not_(self.there.waits))
        over = and_(self.there.waits, not_(self.here.waits), self.here.answered_at.is_not(None))
        return or_(begun, over)

    def cause(self, kind: SQL) -> SQL:
        """As far as the two copies show it; what they do not show is unknown."""
        told = and_(not_(self.here.is_open), self.there.is_open, self.here.c.gone_at.is_(None))
        runs = (copy.c.procedure.in_(self.pair.ministry) for copy in (self.here, self.there))
        ministry = [(or_(*runs), GapCause.MINISTRY_SYSTEM.value)] if self.pair.ministry else []
        return case(
            *ministry,
            (and_(kind == GapKind.OTHER_END, told), GapCause.END_NOT_SENT.value),
            (and_(kind == GapKind.OTHER_DUE, self.pause_not_sent), GapCause.PAUSE_NOT_SENT.value),
            (kind == GapKind.OTHER_DUE, GapCause.OTHER_DUE_DATE.value),
            (and_(kind == GapKind.OTHER_STATE, self._wait_differs()), GapCause.PAUSE_NOT_SENT.value),
            else_=GapCause.UNKNOWN.value,
        )

    def since(self, kind: SQL, cause: SQL, seen: When) -> When:
        """The event that one side lacks; where there is none, when the difference was first ``seen``."""
        here, there = self.here, self.there
        paused = _only(cause == GapCause.PAUSE_NOT_SENT, here.asked)
        resumed = _only(there.waits, here.answered)
        return _chosen(
            (kind == GapKind.MISSING_THERE, _first(there.left(seen), here.accepted, here.ended, here.submitted, seen)),
            (kind == GapKind.MISSING_HERE, _first(here.left(seen), there.submitted, there.accepted, there.ended, seen)),
            (and_(kind == GapKind.OTHER_END, here.is_open), _first(there.ended, seen)),
            (and_(kind == GapKind.OTHER_END, there.is_open), _first(here.ended, seen)),
            (kind == GapKind.OTHER_END, seen),
            (true(), _first(resumed, paused, seen)),
        )

    def behind(self, kind: SQL) -> SQL:
        """The source that lacks what the other has; the portal where that cannot be said."""
        ended_there = and_(kind == GapKind.OTHER_END, self.here.is_open)
        city = or_(kind == GapKind.MISSING_HERE, ended_there)
        return case((city, literal(self.pair.city.source, String)), else_=literal(self.pair.portal.source, String))


def _asked(file: Copy, other: Copy) -> SQL:
    """That the other side would list the file. What it has listed and lists no more is missing there as long as one of the two
    was open then; a file that both knew as ended may be put away."""
    left = or_(file.is_open, other.c.is_open.is_(True))
    return case((other.is_known, left), else_=other.side.lists(file))


# --- moments with the count of working days of their day ------------------------------------------------------------
def _first(*whens: When) -> When:
    """The first that is known."""
    numbers = [(when.at.is_not(None), when.number) for when in whens]
    return When(func.coalesce(*(when.at for when in whens)), case(*numbers, else_=null()))


def _only(condition: SQL, when: When) -> When:
    return When(case((condition, when.at), else_=null()), case((condition, when.number), else_=null()))


def _chosen(*choices: tuple[SQL, When]) -> When:
    moments = case(*((condition, when.at) for condition, when in choices), else_=null())
    return When(moments, case(*((condition, when.number) for condition, when in choices), else_=null()))
