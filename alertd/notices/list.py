"""The outbox and its log as the commands show it: a line per notice, one notice in full, who was told of a record. Reads."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlmodel import Session

from alertd.errors import Refused
from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.facts import json_value
from alertd.model.notices import Attempt, NoticeAlert, NoticeFile, ReturnedMail, notices_table
from alertd.model.words import Level, NoticeKind, NoticeState
from alertd.notices.stamp import shown

_n, _a = notices_table.c, alerts_table.c
_links, _attempts, _files = table_of(NoticeAlert), table_of(Attempt), table_of(NoticeFile)
_mails = table_of(ReturnedMail)
_SHOWN = (
    "id",
    "kind",
    "unit",
    "recipient",
    "channel",
    "address",
    "state",
    "reason",
    "attempts",
    "copy_of",
    "bounce",
    "held_by",
)
_TIMES = ("created_at", "sent_at", "confirmed_at", "bounced_at")
Json = dict[str, Any]


def notices(
    session: Session,
    zone: ZoneInfo,
    *,
    states: Collection[NoticeState] = (),
    kinds: Collection[NoticeKind] = (),
    unit: str | None = None,
) -> list[Json]:
    """All of them, the oldest first, unless filtered; two statements."""
    which: list[ColumnElement[bool]] = []
    if states:
        which.append(_n.state.in_([state.value for state in states]))
    if kinds:
        which.append(_n.kind.in_([kind.value for kind in kinds]))
    if unit is not None:
        which.append(_n.unit == unit)
    columns = [_n[name] for name in (*_SHOWN, *_TIMES, "subject", "meant_for", "code")]
    rows = session.connection().execute(select(*columns).where(*which).order_by(_n.id)).mappings().all()
    count = select(_links.c.notice_id, func.count()).group_by(_links.c.notice_id)
    if which:
        count = count.join(notices_table, _n.id == _links.c.notice_id).where(*which)
    counts = {int(notice): int(total) for notice, total in session.connection().execute(count)}
    return [_line(row, counts.get(row["id"], 0), zone) for row in rows]


def notice(session: Session, number: int, zone: ZoneInfo) -> Json:
    """One notice with its text, its attempts, its alerts and its attachments. Raises Refused where there is none."""
    connection = session.connection()
    row = connection.execute(select(notices_table).where(_n.id == number)).mappings().first()
    if row is None:
        raise Refused(f"there is no notice {number}; see `alertd notices list`")
    told = _told(session, _links.c.notice_id == number)
    attempts = select(_attempts).where(_attempts.c.notice_id == number).order_by(_attempts.c.id)
    mails = select(_mails.c.at, _mails.c.kind, _mails.c.detail).where(_mails.c.notice_id == number)
    files = select(_files.c.name, _files.c.media_type, _files.c.sha256).where(_files.c.notice_id == number)
    return _line(row, len(told), zone) | {
        "not_before": json_value(row["not_before"], zone),
        "text": row["text"],
        "html": row["html"],
        "chat": json.loads(row["chat"]),
        "short": row["short"],
        "language": row["language"],
        "rule_versions": json.loads(row["rule_versions"]),
        "counts": json.loads(row["counts"]),
        "other_ways": json.loads(row["other_ways"]),
        "server_id": row["server_id"],
        "tries": [_attempt(each, zone) for each in connection.execute(attempts).mappings()],
        "told": [_alert(each) for each in told],
        "returned": [
            {"at": json_value(each.at, zone), "kind": each.kind, "detail": each.detail}
            for each in connection.execute(mails.order_by(_mails.c.at, _mails.c.key))
        ],
        "files": [dict(each) for each in connection.execute(files.order_by(_files.c.id)).mappings()],
    }


def told_of(session: Session, zone: ZoneInfo, keys: Sequence[str], dataset: str | None = None) -> dict[str, list[Json]]:
    """Who was told of these records: each notice about one of their alerts, with its tries; three statements."""
    connection = session.connection()
    which = _a.key.in_(keys) if dataset is None else (_a.key.in_(keys) & (_a.dataset == dataset))
    told = _told(session, which)
    ids = sorted({int(row["notice_id"]) for row in told})
    columns = [_n[name] for name in (*_SHOWN, *_TIMES, "subject", "meant_for", "code")]
    rows = connection.execute(select(*columns).where(_n.id.in_(ids))).mappings().all()
    by_id = {int(row["id"]): row for row in rows}
    tries: dict[int, list[Json]] = {}
    for row in connection.execute(
        select(_attempts).where(_attempts.c.notice_id.in_(ids)).order_by(_attempts.c.id)
    ).mappings():
        tries.setdefault(int(row["notice_id"]), []).append(_attempt(row, zone))
    found: dict[str, list[Json]] = {key: [] for key in keys}
    for row in told:
        about = by_id[int(row["notice_id"])]
        line = _alert(row) | {"notice": _short(about, zone), "tries": tries.get(int(about["id"]), [])}
        found[row["key"]].append(line)
    return found


def _told(session: Session, which: ColumnElement[bool]) -> Sequence[RowMapping]:
    columns = (_links.c.notice_id, _links.c.why, _links.c.level.label("told_level"), _a.id, _a.rule, _a.key, _a.unit)
    joined = _links.join(alerts_table, _a.id == _links.c.alert_id)
    statement = select(*columns).select_from(joined).where(which).order_by(_links.c.notice_id, _a.id)
    return session.connection().execute(statement).mappings().all()


def _short(row: Mapping[Any, Any], zone: ZoneInfo) -> Json:
    times = {name: json_value(row[name], zone) for name in _TIMES}
    about = {"subject": row["subject"], "meant_for": row["meant_for"], "code": shown(row["code"] or "")}
    return {name: row[name] for name in _SHOWN} | times | about


def _line(row: Mapping[Any, Any], alerts: int, zone: ZoneInfo) -> Json:
    return _short(row, zone) | {"alerts": alerts}


def _attempt(row: Mapping[Any, Any], zone: ZoneInfo) -> Json:
    moments: dict[str, datetime | None] = {name: row[name] for name in ("started_at", "ended_at")}
    plain = {name: row[name] for name in ("number", "channel", "address", "result", "detail", "server_id")}
    return plain | {name: json_value(moment, zone) for name, moment in moments.items()}


def _alert(row: Mapping[Any, Any]) -> Json:
    level = Level(row["told_level"]).word
    return {
        "alert": row["id"],
        "rule": row["rule"],
        "key": row["key"],
        "unit": row["unit"],
        "why": row["why"],
        "level": level,
    }
