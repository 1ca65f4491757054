"""What is disputed, for the office's digest: what waits for it, what is late, what was decided, and how often. Reads only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, distinct, func, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.disputes import CORRECTED, OPEN, PENDING, DisputeState, Remedy, disputes_table
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.record_name import record_name
from alertd.model.words import NoticeKind, NoticeState, Reason
from alertd.notices.clean import one_line
from alertd.notices.gather import LISTED
from alertd.notices.writer import Desk

_a, _d, _n, _l = alerts_table.c, disputes_table.c, notices_table.c, table_of(NoticeAlert).c
_MOST = 200  # rows of one kind that a digest takes in
_WORDS, _NAME = 160, 60  # characters of a reason, and of a name or title: a mail program cuts what is too long
RATED = timedelta(days=30)  # over which the rate is counted
_UNREAD = [state.value for state in (NoticeState.HELD, NoticeState.WITHDRAWN, NoticeState.SUPERSEDED, NoticeState.DEAD)]
_TO_HEADS = [NoticeKind.ALERT.value, NoticeKind.DIGEST.value]


def disputed(session: Session, desk: Desk, at: AsOf, since: datetime) -> dict[str, Any]:
    """By name, as the templates of the city's digest know it; ``since``: the last one."""
    connection, language = session.connection(), desk.settings.site.language
    waiting = connection.execute(select(func.count()).where(OPEN)).scalar_one()
    open_rows = select(disputes_table).where(OPEN).order_by(_d.raised_at, _d.id).limit(_MOST)
    late = and_(PENDING, ~OPEN, _d.correct_by <= at.now)
    late_rows = select(disputes_table).where(late).order_by(_d.correct_by, _d.id).limit(_MOST)
    decided = func.coalesce(_d.confirmed_at, _d.decided_at)
    done = and_(~OPEN, decided > since, decided <= at.now)
    settled = select(disputes_table).where(done).order_by(decided, _d.id).limit(_MOST)
    return {
        "disputes": int(waiting),
        "dispute_rows": [row_of(desk, at, row, language) for row in connection.execute(open_rows).mappings()],
        "uncorrected_rows": [row_of(desk, at, row, language) for row in connection.execute(late_rows).mappings()],
        "settled_rows": [row_of(desk, at, row, language) for row in connection.execute(settled).mappings()],
        "rate_rows": rates(session, desk, at),
    }


def row_of(desk: Desk, at: AsOf, row: RowMapping, language: str) -> dict[str, Any]:
    """One dispute as the templates know it. ``days``: working days since it was raised; ``outcome``: how it stands."""
    local = at.calendar.local
    rule = desk.rules.rules.get(row["rule"])
    raised = at.calendar.number(at.calendar.today(row["raised_at"]))
    return {
        "alert": row["alert_id"],
        "code": one_line(record_name(row["dataset"], row["key"], language), _NAME),
        "title": one_line(rule.name(language) if rule is not None else row["rule"], _NAME),
        "rule": row["rule"],
        "unit": one_line(desk.reach.directory.name_of(row["unit"]), _NAME),
        "name": one_line(row["raised_by"], _NAME),
        "at": local(row["raised_at"]),
        "text": one_line(row["reason"], _WORDS),
        "days": max(0, at.calendar.number(at.today) - raised),
        "by": one_line(row["decided_by"], _NAME),
        "why": one_line(row["decided_why"], _WORDS),
        "outcome": outcome_of(row),
        "end": _end(row["ended_why"]),
        "until": local(row["correct_by"]) if row["correct_by"] is not None else None,
        "day": row["exclude_until"],
    }


def outcome_of(row: RowMapping | Mapping[str, Any]) -> str:
    """Of one that is upheld the remedy, of every other its state; ``proposed``: an exclusion that waits for a second person."""
    if row["state"] == DisputeState.UPHELD:
        return str(row["remedy"])
    proposed = row["state"] == DisputeState.OPEN and row["remedy"] == Remedy.EXCLUDED
    return "proposed" if proposed else str(row["state"])


def _end(reason: str) -> str:
    """Why it ended by itself, as far as the templates tell apart."""
    if reason in (Reason.RESOLVED, Reason.MOVED, Reason.MOVED_ON, Reason.GONE, CORRECTED):
        return reason
    return "other" if reason else ""


def rates(session: Session, desk: Desk, at: AsOf) -> list[dict[str, Any]]:
    """Of each unit that disputed anything in the last 30 days: how many records it disputed, of how many it was told in that time,
    by whatever rule, and the share (per cent; None where it was told of none). The largest share first."""
    since = at.now - RATED
    connection = session.connection()
    record = distinct(_d.dataset + ":" + _d.key)
    raised = and_(_d.raised_at > since, _d.raised_at <= at.now, _d.state != DisputeState.WITHDRAWN.value)
    counted = select(_d.unit, func.count(record)).where(raised, _d.unit.is_not(None)).group_by(_d.unit)
    by_unit = {unit: int(count) for unit, count in connection.execute(counted)}
    if not by_unit:
        return []
    told = and_(
        _n.created_at > since,
        _n.kind.in_(_TO_HEADS),
        _n.state.not_in(_UNREAD),
        _n.copy_of.is_(None),
        _l.why != LISTED,
        _a.unit.in_(sorted(by_unit)),
    )
    joined = notices_table.join(table_of(NoticeAlert), _l.notice_id == _n.id).join(alerts_table, _a.id == _l.alert_id)
    each = distinct(_a.dataset + ":" + _a.key)
    heard = select(_a.unit, func.count(each)).select_from(joined).where(told).group_by(_a.unit)
    by_notice = {unit: int(count) for unit, count in connection.execute(heard)}
    rows: list[dict[str, Any]] = [
        {
            "unit": one_line(desk.reach.directory.name_of(unit), _NAME),
            "records": records,
            "of": by_notice.get(unit, 0),
            "rate": round(100 * records / by_notice[unit], 1) if by_notice.get(unit) else None,
        }
        for unit, records in by_unit.items()
    ]
    return sorted(rows, key=lambda row: (-(row["rate"] or 0), -row["records"], row["unit"]))[:_MOST]
