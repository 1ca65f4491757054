"""What messages said, or are about to say, and would not say by another calendar, with the same records.

The rules are run as of the moment of each message twice, by the old calendar and by the new one, over the records of which it
tells as they are now; what differs between the two is the calendar's doing alone, whatever else has changed since.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Join, and_, func, insert, literal, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import alerts_table, findings_table
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.notices import NoticeAlert, notices_table, replayed_table
from alertd.model.words import NoticeState
from alertd.notices.correction import TooHigh, Wrong
from alertd.rules import evaluate
from alertd.rules.rulebook import Rulebook
from alertd.store.dialect import Dialect

_links = table_of(NoticeAlert)
_n, _l, _a, _f, _p = notices_table.c, _links.c, alerts_table.c, findings_table.c, replayed_table.c
# Read, or perhaps read, by somebody.
_TOLD = (NoticeState.SENT.value, NoticeState.UNCERTAIN.value, NoticeState.SENDING.value)
_UNSENT = (NoticeState.PENDING.value, NoticeState.RETRY.value)
_LEVEL = or_(_p.after.is_(None), and_(_p.after < _p.before, _p.after < _l.level))


def moments(session: Session, since: datetime) -> list[datetime]:
    """When the messages about alerts were written that went out since then, or will; each is a run of the rules by each
    calendar."""
    about = select(_l.notice_id).where(_l.notice_id == _n.id).exists()
    written = select(_n.created_at).where(_n.created_at >= since, _n.state.in_([*_TOLD, *_UNSENT]), about).distinct()
    return list(session.connection().execute(written.order_by(_n.created_at)).scalars())


def find(
    session: Session,
    book: Rulebook,
    calendar: WorkingCalendar,
    at: Sequence[datetime],
    *,
    repaired: bool,
    step: Callable[[], None],
) -> None:
    """Note how each record was found that a message told of: by the old calendar, or by the repaired one."""
    connection = session.connection()
    if not repaired:
        Dialect(connection.engine).empty(connection, replayed_table)
    for moment in at:
        linked = _links.join(notices_table, _n.id == _l.notice_id).join(alerts_table, _a.id == _l.alert_id)
        written = and_(_n.created_at == moment, _n.state.in_([*_TOLD, *_UNSENT]))
        of = select(_a.key).select_from(linked).where(written)
        evaluate.find(session, book.compiled.values(), AsOf(moment, calendar, live=False), of=of)
        found = and_(_f.rule == _a.rule, _f.key == _a.key, _f.level > 0)
        if repaired:
            alike = and_(found, _a.id == _p.alert_id)
            level, measure = (select(func.max(each)).where(alike).scalar_subquery() for each in (_f.level, _f.measure))
            connection.execute(update(replayed_table).where(_p.moment == moment).values(after=level, measures=measure))
        else:
            told = (
                select(_l.notice_id, _l.alert_id, literal(moment, Moment), _f.level, _f.measure)
                .select_from(linked.join(findings_table, found))
                .where(written)
            )
            names = ["notice_id", "alert_id", "moment", "before", "measured"]
            connection.execute(insert(replayed_table).from_select(names, told))
        step()


def wrong(session: Session) -> Iterator[Wrong]:
    """What went out at a level that the repaired calendar does not bear out. What it finds worse is no fault of the message:
    the next one says so."""
    columns = (_p.notice_id, _p.moment, _n.unit, _a.rule, _a.key, _l.level, _p.after)
    statement = (
        select(*columns).select_from(_replayed()).where(_n.state.in_(_TOLD), _LEVEL).order_by(_n.id, _a.rule, _a.key)
    )
    for row in session.connection().execute(statement):
        yield Wrong(row.notice_id, row.moment, row.unit or "", row.rule, row.key, row.level, row.after)


def too_high(session: Session) -> Iterator[TooHigh]:
    """Of how many other records it gave more days than there were, by message and rule."""
    columns = (_p.notice_id, _p.moment, _n.unit, _a.rule)
    statement = (
        select(*columns, func.count().label("records"))
        .select_from(_replayed())
        .where(_n.state.in_(_TOLD), _LEVEL.is_not(True), _p.measures < _p.measured)
        .group_by(*columns)
        .order_by(_p.notice_id, _a.rule)
    )
    for row in session.connection().execute(statement):
        yield TooHigh(row.notice_id, row.moment, row.unit or "", row.rule, row.records)


def unsent(session: Session) -> list[int]:
    """Messages that wait to be sent and would say something else by now, their lists by mail with them."""
    differs = or_(_p.after.is_distinct_from(_p.before), _p.measures.is_distinct_from(_p.measured))
    waiting = and_(_n.state.in_(_UNSENT), _n.parts_sent == 0)
    statement = select(_n.id, _n.once).select_from(_replayed()).where(waiting, differs).distinct()
    rows = session.connection().execute(statement).all()
    lists = select(_n.id).where(waiting, _n.once.in_([f"{row.once}:list" for row in rows]))
    return sorted({row.id for row in rows} | set(session.connection().execute(lists).scalars()))


def _replayed() -> Join:
    link = and_(_l.notice_id == _p.notice_id, _l.alert_id == _p.alert_id)
    return (
        replayed_table.join(_links, link)
        .join(notices_table, _n.id == _p.notice_id)
        .join(alerts_table, _a.id == _p.alert_id)
    )
