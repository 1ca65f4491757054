"""A reader's share of a day: how many messages he may still get, and which records he was told of already; the rest is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table, routes_table, telling_table
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices.audience import Audience
from alertd.notices.gather import LISTED
from alertd.notices.writer import Desk

Key = tuple[str, str]  # of a reader's notices: whom they went to, and in a rehearsal whom they were meant for

_n, _l, _a, _r, _t = notices_table.c, table_of(NoticeAlert).c, alerts_table.c, routes_table.c, telling_table.c
# Nobody has read these.
UNREAD = (NoticeState.WITHDRAWN.value, NoticeState.SUPERSEDED.value, NoticeState.DEAD.value, NoticeState.HELD.value)


def key_of(audience: Audience) -> Key:
    return audience.to.person, audience.person if audience.meant else ""


def readers(chosen: Sequence[Audience]) -> dict[int, Key]:
    return {audience.number: key_of(audience) for audience in chosen}


def left(session: Session, desk: Desk, at: AsOf, chosen: Sequence[Audience]) -> dict[int, int]:
    """How many messages each may still get on this local day besides his digest, by his number."""
    most = desk.settings.digest.max_messages
    written = _written(session, at, {audience.to.person for audience in chosen})
    found = {}
    for audience in chosen:
        messages, digests = written.get(key_of(audience), (0, 0))
        to_come = 1 if not digests and digest_day(desk, at) else 0
        found[audience.number] = most - messages - digests - to_come
    return found


def digest_day(desk: Desk, at: AsOf) -> bool:
    """Whether there are digests on this day at all."""
    return desk.settings.digest.days == "daily" or at.calendar.is_working(at.today)


def _written(session: Session, at: AsOf, people: Collection[str]) -> dict[Key, tuple[int, int]]:
    """Messages and digests of this local day; one whose list goes by mail, or that goes a second way, is one."""
    # and not by a clock that was ahead, whose messages keep their time
    written = and_(_n.created_at >= at.calendar.midnight(at.today), _n.created_at <= at.now)
    today = and_(written, _n.state.not_in(UNREAD), _n.copy_of.is_(None))
    digest = _n.digest_on == at.today
    kinds = or_(_n.kind == NoticeKind.ALERT.value, digest)
    first = func.coalesce(_n.once, "").not_like("%:list")
    counts = (_sum(digest.is_not(True)), _sum(digest))
    statement = (
        select(_n.person, _n.meant_for, *counts)
        .where(today, kinds, first, _n.person.in_(sorted(people)))
        .group_by(_n.person, _n.meant_for)
    )
    rows: Any = session.connection().execute(statement)
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows}


def _sum(which: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((which, 1), else_=0))


def keep_known(session: Session, since: datetime) -> None:
    """Of what was gathered, whatever is about a record of which its reader was told since then under another rule, no better
    than it is now, goes with the next digest."""
    told = notices_table.join(_links_of_alerts(), _l.notice_id == _n.id)
    known = exists(
        select(_a.id)
        .select_from(told)
        .where(
            _n.created_at >= since,
            _n.state.not_in(UNREAD),
            _l.why != LISTED,
            _l.level >= _t.level,
            _a.dataset == _t.dataset,
            _a.key == _t.key,
            _a.id != _t.alert_id,
            _n.person == _r.person,
            _n.meant_for == _r.meant_for,
            _r.number == _t.number,
        )
        .correlate(telling_table)
    )
    connection = session.connection()
    found = connection.execute(select(_t.alert_id).where(known)).scalars().all()
    if not found:
        return
    keep_rows(session, _t.alert_id.in_(found))
    connection.execute(delete(telling_table).where(_t.alert_id.in_(found)))
    list_again(session)


def list_again(session: Session) -> None:
    """Where a rule that is kept back would have shown a record, one that is left does."""
    lost = (
        select(func.min(_t.alert_id)).group_by(_t.number, _t.dataset, _t.key, _t.rules).having(func.sum(_t.listed) == 0)
    )
    session.connection().execute(update(telling_table).where(_t.alert_id.in_(lost)).values(listed=1))


def _links_of_alerts() -> Any:
    return table_of(NoticeAlert).join(alerts_table, _a.id == _l.alert_id)


def keep(session: Session, numbers: Collection[int]) -> None:
    """What was gathered for these recipients goes with the next digest."""
    if numbers:
        keep_rows(session, _t.number.in_(sorted(numbers)))


def keep_rows(session: Session, which: ColumnElement[bool]) -> None:
    """What stands in these rows of what is told goes with the next digest."""
    mine = select(_t.alert_id).where(which, _t.why != LISTED)
    session.connection().execute(update(alerts_table).where(_a.id.in_(mine)).values(kept_level=_a.level))


def kept_records(session: Session) -> dict[int, int]:
    """How many records each recipient is told of only now because they were kept, by his number."""
    records = select(_t.number, _t.dataset, _t.key).where(_t.kept == 1, _t.why != LISTED).distinct().subquery()
    rows = session.connection().execute(select(records.c.number, func.count()).group_by(records.c.number))
    return {int(row[0]): int(row[1]) for row in rows}
