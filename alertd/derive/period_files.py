"""What one file counts for, in the period in which it was received or in that in which it was refused or withdrawn, as SQL: pure
expressions, no session, no clock.

By the same day numbers as rules: late is after the due day, moved to a working day, up to the end, the request that is waited
for, or today (model/file_terms.py). Ended is refused, stopped, done or withdrawn (Decision 766/QĐ-TTg, indicator 2.1).
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_, select

from alertd.model import file_terms
from alertd.model.audit import CalendarDay
from alertd.model.base import table_of
from alertd.model.dataset import Scope, greatest_zero
from alertd.model.words import Filed

SQL = ColumnElement[Any]
_days = table_of(CalendarDay)
# What is added up; a quarter is the sum of its months. Counted where a file was received:
RECEIVED = (
    "received",
    "channel_known",
    "online",
    "payable",
    "paid_online",
    "ended",
    "working_days",
    "on_time",
    "late",
    "supplement_known",
    "supplemented",
    "supplemented_again",
)
# and where it was refused, or withdrawn: of a file with a long term that is months later.
GIVEN_UP = ("refused", "refused_near_due", "withdrawn", "withdrawn_late")
COUNTS = (*RECEIVED, *GIVEN_UP)


def received_day(scope: Scope) -> SQL:
    """The local day of its acceptance, else of its filing, as its ordinal; as of a moment, what is still to come has not
    happened."""
    if scope.live:
        return scope.column("received_day")
    accepted = scope.column("accepted_at")
    ahead = or_(accepted > scope.now, and_(accepted.is_(None), scope.column("submitted_at") > scope.now))
    return case((ahead, filed_day(scope)), else_=scope.column("received_day"))


def filed_day(scope: Scope) -> SQL:
    """The local day of its filing, looked up in the calendar."""
    filed = scope.event("submitted_at")
    found = select(_days.c.day).where(_days.c.starts_at <= filed).order_by(_days.c.starts_at.desc()).limit(1)
    return found.correlate_except(_days).scalar_subquery()


def received(scope: Scope, telling: Collection[str]) -> dict[str, SQL]:
    """In the order of `RECEIVED`: 0 or 1, or days. ``telling``: the sources that say of supplements, so that nothing was asked for
    where they name nothing."""
    received_no = func.coalesce(
        scope.event("accepted_day_no", of="accepted_at"), scope.event("submitted_day_no", of="submitted_at")
    )
    due, end, over = scope.column("due_day_no"), scope.column("ended_day_no"), not_(file_terms.is_open(scope))
    channel, paid = scope.column("channel"), scope.column("paid_online")
    requests, requested = scope.column("supplement_requests"), scope.event("supplement_requested_at")
    told = or_(scope.column("source").in_(sorted(telling)), requests.is_not(None), requested.is_not(None))
    found = (
        literal(1),
        _one(channel.is_not(None)),
        _one(channel == Filed.ONLINE.value),
        _one(paid.is_not(None)),
        _one(paid.is_(True)),
        _one(over),
        case((over, func.coalesce(greatest_zero(end - received_no), 0)), else_=0),
        _one(and_(over, end <= due)),
        _one(due < file_terms.stop_number(scope)),
        _one(told),
        _one(or_(requests >= 1, requested.is_not(None))),
        _one(requests >= 2),
    )
    return dict(zip(RECEIVED, found, strict=True))


def given_up(scope: Scope) -> dict[str, SQL]:
    """In the order of `GIVEN_UP`: 0 or 1."""
    terms = (file_terms.refused, file_terms.refused_near_due, file_terms.withdrawn, file_terms.withdrawn_late)
    return {name: _one(holds(scope)) for name, holds in zip(GIVEN_UP, terms, strict=True)}


def _one(condition: SQL) -> SQL:
    """1 where it holds; an unknown one does not."""
    return case((condition, 1), else_=0)
