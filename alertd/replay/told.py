"""What a replay came to, read off its store: the messages that went out, and when each record was found first."""

from collections import Counter, defaultdict
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import Level, NoticeKind, NoticeState, Reason
from alertd.notices.gather import LISTED
from alertd.replay.outcome import Found, Message

_a, _e, _l, _n = alerts_table.c, table_of(AlertEvent).c, table_of(NoticeAlert).c, notices_table.c
_BEGINS = (Reason.OPENED.value, Reason.REOPENED.value)


def messages(session: Session, calendar: WorkingCalendar, after: datetime, *, texts: bool) -> tuple[Message, ...]:
    """Those that were sent, in their order; the beginning is none of them. One whose list goes by mail is one."""
    connection = session.connection()
    first = func.coalesce(_n.once, "").not_like("%:list")
    sent = and_(_n.state == NoticeState.SENT.value, _n.created_at > after, first)
    tells: defaultdict[int, Counter[str]] = defaultdict(Counter)
    levels: dict[int, int] = {}
    counted = (
        select(_l.notice_id, _a.rule, func.count(), func.max(_l.level))
        .join_from(table_of(NoticeAlert), alerts_table, _a.id == _l.alert_id)
        .join(notices_table, _n.id == _l.notice_id)
        .where(sent, _l.why != LISTED)
        .group_by(_l.notice_id, _a.rule)
        .order_by(_l.notice_id, _a.rule)
    )
    for notice, rule, count, level in connection.execute(counted):
        tells[notice][rule] = count
        levels[notice] = max(level, levels.get(notice, level))
    words = [_n.subject, _n.text] if texts else []
    columns = [_n[name] for name in ("id", "sent_at", "kind", "person", "recipient", "unit", "channel")]
    rows = connection.execute(select(*columns, *words).where(sent).order_by(_n.id))
    return tuple(
        Message(
            at=calendar.local(row.sent_at),
            kind=NoticeKind(row.kind),
            person=row.person,
            name=row.recipient,
            unit=row.unit or "",
            channel=row.channel,
            tells=dict(tells[row.id]),
            level=Level(levels[row.id]) if row.id in levels else None,
            subject=row.subject if texts else "",
            text=row.text if texts else "",
        )
        for row in rows
    )


def found(session: Session, calendar: WorkingCalendar, cycle: int) -> dict[Found, date]:
    """The day on which each alert was opened first, after this cycle."""
    opened = (
        select(_a.rule, _a.key, func.min(_e.at))
        .join_from(table_of(AlertEvent), alerts_table, _a.id == _e.alert_id)
        .where(_e.cycle_id > cycle, _e.what.in_(_BEGINS))
        .group_by(_a.rule, _a.key)
    )
    return {(rule, key): calendar.today(at) for rule, key, at in session.connection().execute(opened)}
