"""What the office's daily digest says of the whole city, beside its own matters: ranking, silence, data, answers. Reads only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, case, exists, func, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import Trouble, alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.index import INDEX_READINGS
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.people import Answer
from alertd.model.polls import Poll, Reject
from alertd.model.reach import Instead
from alertd.model.words import AlertState, Level, NoticeKind, NoticeState, PollState
from alertd.notices import news
from alertd.notices.audience import ahead
from alertd.notices.clean import one_line
from alertd.notices.disputed import disputed
from alertd.notices.outlook import outlook
from alertd.notices.writer import Desk
from alertd.store import audit

_a, _n, _links = alerts_table.c, notices_table.c, table_of(NoticeAlert).c
_polls, _rejects, _answers, _troubles = table_of(Poll), table_of(Reject), table_of(Answer), table_of(Trouble)
_WAITING = (NoticeState.PENDING, NoticeState.HELD, NoticeState.SENDING, NoticeState.RETRY, NoticeState.UNCERTAIN)
_READ = (PollState.BELIEVED.value, PollState.NOT_BELIEVED.value)
_EXAMPLES = 3  # rejected rows of a source
_MOST = 200  # rows of one kind that a digest takes in
_ANSWERS = 30  # that one digest takes in; the others stand in the next
_VALUE = 60  # characters of a value that could not be read


def city(session: Session, desk: Desk, at: AsOf, since: datetime) -> dict[str, Any]:
    """Everything by name, as the templates of the city's digest know it; ``since``: the last one."""
    silent = _silent(session, desk, at)
    unheard = unheard_units(desk)
    seq, head = audit.head(session)
    return {
        "since": at.calendar.local(since),
        "ranking": ranking(session, desk),
        "silent": len(silent),
        "silent_rows": silent,
        "unheard": len(unheard),
        "unheard_rows": unheard,
        "source_rows": _sources(session, desk, at),
        "reject_rows": _reject_rows(session, since),
        "trouble_rows": _trouble_rows(session, at),
        "answer_rows": _answer_rows(session, desk, at),
        **disputed(session, desk, at, since),
        **outlook(session, desk, at, since),
        **_delivered(session, since),
        "seq": seq,
        "head": head,
    }


def ranking(session: Session, desk: Desk) -> list[dict[str, Any]]:
    """Units by what is open and late (not what is only due soon), each record once under its worst rule, the most first.
    ``doubt``: a source of it is in doubt, so the figures are its last and not those of now."""
    late = [rule.id for rule in desk.rules.rules.values() if not ahead(rule.template)]
    waiting = and_(_a.state == AlertState.OPEN.value, _a.told_at.is_not(None))
    records = (
        select(
            func.coalesce(_a.unit, "").label("unit"),
            func.max(_a.level).label("level"),
            func.max(case((waiting, 1), else_=0)).label("silent"),
            func.max(case((_a.source.not_in(sorted(desk.believed)), 1), else_=0)).label("doubt"),
        )
        .where(standing(_a.state), _a.held_by.is_(None), ~news.waits(desk.believed), _a.rule.in_(late))
        .group_by(_a.unit, _a.dataset, _a.key)
        .subquery()
    )
    r = records.c
    critical = func.sum(case((r.level == int(Level.CRITICAL), 1), else_=0))
    statement = select(
        r.unit,
        func.count().label("total"),
        critical.label("critical"),
        func.sum(r.silent).label("silent"),
        func.max(r.doubt).label("doubt"),
    )
    rows = session.connection().execute(statement.group_by(r.unit)).all()
    named = _distinct({row.unit: one_line(desk.reach.directory.name_of(row.unit)) for row in rows})
    found = [
        {
            "name": named[row.unit],
            "total": row.total,
            "critical": row.critical,
            "silent": row.silent,
            "doubt": bool(row.doubt),
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: (-row["total"], -row["critical"], row["name"]))


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """By code. A unit often has the name of one that ended: then both show their codes."""
    often = Counter(names.values())
    return {code: f"{name} ({code})" if often[name] > 1 else name for code, name in names.items()}


def unheard_units(desk: Desk) -> list[dict[str, Any]]:
    """Valid units for which the office hears; what stands under ended ones is a task of its own (notices/orphans.py)."""
    directory, day = desk.reach.directory, desk.reach.day
    reasons: dict[str, str] = {}
    for unit in directory.units:
        if unit.valid_on(day) and unit.code != directory.office:
            recipient = desk.reach.answering(unit.code)
            if recipient is None or recipient.instead is not None:
                why = recipient.instead if recipient else None
                reasons[unit.code] = (why or Instead.NOT_REACHABLE).value
    return [{"name": one_line(directory.name_of(code)), "reason": why} for code, why in reasons.items()]


def _silent(session: Session, desk: Desk, at: AsOf) -> list[dict[str, Any]]:
    """Heads who gave no sign of notices sent before today of which something still stands unacknowledged. ``both``: how many of
    these went by a second channel as well, without a sign either; such heads come first."""
    still = exists().where(_links.notice_id == _n.id, _a.id == _links.alert_id, _a.state == AlertState.OPEN.value)
    copy, today = notices_table.alias("copy"), at.calendar.midnight(at.today)
    again = exists().where(copy.c.copy_of == _n.id, copy.c.state == NoticeState.SENT.value, copy.c.sent_at < today)
    both = func.sum(case((again, 1), else_=0))
    statement = (
        select(
            _n.recipient, _n.unit, func.count().label("total"), func.min(_n.sent_at).label("since"), both.label("both")
        )
        .where(
            _n.kind == NoticeKind.ALERT.value,
            _n.state == NoticeState.SENT.value,
            _n.meant_for == "",
            _n.confirmed_at.is_(None),
            _n.copy_of.is_(None),
            _n.sent_at < today,
            still,
        )
        .group_by(_n.person, _n.recipient, _n.unit)
        .order_by(both.desc(), func.count().desc(), func.min(_n.sent_at), _n.recipient)
        .limit(_MOST)
    )
    return [
        {
            "name": one_line(row.recipient),
            "unit": one_line(desk.reach.directory.name_of(row.unit)),
            "total": row.total,
            "since": at.calendar.local(row.since),
            "both": int(row.both),
        }
        for row in session.connection().execute(statement)
    ]


def _sources(session: Session, desk: Desk, at: AsOf) -> list[dict[str, Any]]:
    # the last that read rows: one that found nothing new says nothing of those that are there
    last = (
        select(func.max(_polls.c.id)).where(_polls.c.state.in_(_READ), _polls.c.records > 0).group_by(_polls.c.source)
    )
    statement = select(_polls.c.source, _polls.c.rejected).where(_polls.c.id.in_(last))
    rejected = {row.source: row.rejected for row in session.connection().execute(statement)}
    return [
        {
            "name": one_line(source.source),
            "doubt": source.doubt.value if source.doubt else "",
            "as_of": at.calendar.local(source.as_of) if source.as_of else None,
            "rejected": rejected.get(source.source, 0),
        }
        for source in desk.freshness.values()
    ]


def _reject_rows(session: Session, since: datetime) -> list[dict[str, Any]]:
    """The first rows of each source that could not be read by its last poll since then that had any. What cannot be right in
    readings of the index stands among the troubles, in words."""
    c = _rejects.c
    last = (
        select(func.max(_polls.c.id))
        .where(_polls.c.started_at > since, _polls.c.rejected > 0)
        .group_by(_polls.c.source)
    )
    place = func.row_number().over(partition_by=c.source, order_by=c.id).label("nth")
    of_index = exists().where(_polls.c.id == c.poll_id, _polls.c.dataset == INDEX_READINGS.name)
    found = select(_rejects, place).where(c.poll_id.in_(last), or_(c.dropped.is_(True), ~of_index)).subquery()
    statement = select(found).where(found.c.nth <= _EXAMPLES).order_by(found.c.source, found.c.nth)
    names = ("source", "place", "code", "field", "value", "expected")
    return [
        {name: one_line(row[name], _VALUE) for name in names}
        for row in session.connection().execute(statement).mappings()
    ]


def _trouble_rows(session: Session, at: AsOf) -> list[dict[str, Any]]:
    c = _troubles.c
    statement = select(c.what, c.since).where(c.until.is_(None)).order_by(c.id).limit(_MOST)
    rows = session.connection().execute(statement)
    return [{"what": one_line(row.what, 300), "since": at.calendar.local(row.since)} for row in rows]


def _answer_rows(session: Session, desk: Desk, at: AsOf) -> list[dict[str, Any]]:
    c = _answers.c
    statement = select(_answers).where(c.told_at.is_(None)).order_by(c.id).limit(_ANSWERS)
    return [
        {
            "id": row.id,
            "name": one_line(row.name),
            "unit": one_line(desk.reach.directory.name_of(row.unit)),
            "at": at.calendar.local(row.at),
            "text": one_line(row.text, 300),
            "notice": row.notice_id,
        }
        for row in session.connection().execute(statement)
    ]


def mark_answers(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """The office has been told of these answers."""
    if rows:
        told = update(_answers).where(_answers.c.id.in_([row["id"] for row in rows])).values(told_at=now)
        session.connection().execute(told)


def _delivered(session: Session, since: datetime) -> dict[str, int]:
    table: Table = notices_table
    sent = and_(_n.state == NoticeState.SENT.value, _n.sent_at > since)
    failed = and_(_n.state == NoticeState.DEAD.value, _n.created_at > since)
    waiting = _n.state.in_([state.value for state in _WAITING])
    counts = [func.sum(case((which, 1), else_=0)) for which in (sent, failed, waiting)]
    row = session.connection().execute(select(*counts).select_from(table)).one()
    return {name: int(value or 0) for name, value in zip(("sent", "failed", "waiting"), row, strict=True)}
