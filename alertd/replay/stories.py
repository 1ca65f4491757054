"""Alerts, and what was told of them, as they stood at a moment: from their events and notices until then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, Cycle, alerts_table
from alertd.model.base import table_of
from alertd.model.dataset import Dataset
from alertd.model.notices import Attempt, NoticeAlert, notices_table
from alertd.model.words import AlertState, NoticeState, Reason
from alertd.notices.gather import LISTED
from alertd.notices.share import UNREAD
from alertd.replay.small import add, copy
from alertd.store.dialect import Dialect

_events, _links, _attempts, _cycles = table_of(AlertEvent), table_of(NoticeAlert), table_of(Attempt), table_of(Cycle)
_a, _e, _l, _n, _tries, _y = alerts_table.c, _events.c, _links.c, notices_table.c, _attempts.c, _cycles.c
Row = Mapping[str, Any]

_OPENS = frozenset((Reason.OPENED.value, Reason.REOPENED.value, Reason.MOVED.value))
_STATES = {
    **dict.fromkeys(_OPENS, AlertState.OPEN),
    Reason.ACKNOWLEDGED.value: AlertState.ACKNOWLEDGED,
    Reason.DISPUTED.value: AlertState.DISPUTED,
    Reason.UPHELD.value: AlertState.DISPUTED,
    Reason.REJECTED.value: AlertState.OPEN,
    **dict.fromkeys((Reason.RESOLVED.value, Reason.MOVED_ON.value, Reason.GONE.value), AlertState.RESOLVED),
    Reason.EXCLUDED.value: AlertState.WITHDRAWN,
    Reason.RULE_CHANGED.value: AlertState.WITHDRAWN,
    Reason.RULE_REMOVED.value: AlertState.WITHDRAWN,
    Reason.CALENDAR_CHANGED.value: AlertState.WITHDRAWN,
    Reason.DISCARDED.value: AlertState.WITHDRAWN,
}
_ENDS = (AlertState.RESOLVED, AlertState.WITHDRAWN)
_LATER_OF_A_NOTICE = ("confirmed_at", "bounced_at")


def stories_then(source: Session, into: Session, dataset: Dataset, keys: Sequence[str], moment: datetime) -> None:
    """The alerts of these records with their events, notices and tries; what came later is left out. Where alertd did not write
    down how something stood (a measure, a mark of the brake), it is left empty unless it has not changed since."""
    connection = source.connection()
    known = Dialect(connection.engine).among(_a.key, keys)
    alerts = connection.execute(select(alerts_table).where(_a.dataset == dataset.name, known)).mappings().all()
    numbers = [alert["id"] for alert in alerts]
    happened = copy(source, into, _events, _e.alert_id.in_(numbers), _e.at <= moment)
    events: defaultdict[int, list[Row]] = defaultdict(list)
    for event in sorted(happened, key=lambda event: int(event["id"])):
        events[event["alert_id"]].append(event)
    told = _told_by(source, into, numbers, moment)
    made = [_alert(alert, events[alert["id"]], told.get(alert["id"], ()), moment) for alert in alerts]
    add(into, alerts_table, (alert for alert in made if alert is not None))
    _cycles_until(source, into, happened, moment)


def _told_by(source: Session, into: Session, alerts: Sequence[int], moment: datetime) -> Mapping[int, list[Row]]:
    """The notices of that time with their tries; gives by alert what told of it."""
    connection = source.connection()
    links = select(_links).join(notices_table, _n.id == _l.notice_id)
    before = links.where(_l.alert_id.in_(alerts), _n.created_at <= moment)
    mine = [dict(row) for row in connection.execute(before.order_by(_l.notice_id)).mappings()]
    numbers = sorted({row["notice_id"] for row in mine})
    tries = copy(source, into, _attempts, _tries.notice_id.in_(numbers), _tries.started_at <= moment)
    counts: defaultdict[int, int] = defaultdict(int)
    for attempt in tries:
        counts[attempt["notice_id"]] += 1
    rows = connection.execute(select(notices_table).where(_n.id.in_(numbers))).mappings()
    notices = {row["id"]: _notice(row, counts[row["id"]], moment) for row in rows}
    add(into, notices_table, notices.values())
    add(into, _links, mine)
    told: defaultdict[int, list[Row]] = defaultdict(list)
    for row in mine:
        notice = notices[row["notice_id"]]
        if row["why"] != LISTED and notice["state"] not in UNREAD:
            told[row["alert_id"]].append({"at": notice["created_at"], "level": row["level"]})
    return told


def _notice(row: RowMapping, attempts: int, moment: datetime) -> dict[str, Any]:
    """A notice as it stood: gone out by then, or waiting."""
    found = dict(row) | {"attempts": attempts}
    found |= {name: None for name in _LATER_OF_A_NOTICE if row[name] is not None and row[name] > moment}
    if found["bounced_at"] is None:
        found["bounce"] = ""
    if row["sent_at"] is not None and row["sent_at"] > moment:
        waits = NoticeState.RETRY if attempts else NoticeState.PENDING
        found |= {"state": waits.value, "reason": "", "sent_at": None, "server_id": ""}
    return found


def _alert(row: RowMapping, events: Sequence[Row], told: Sequence[Row], moment: datetime) -> dict[str, Any] | None:
    """None: there was none yet."""
    if not events:
        return None
    found = dict(row)
    if row["changed_at"] > moment:
        found |= {"measure": None, "held_by": None, "kept_level": None} | _replayed(events)
    if row["told_at"] is not None and row["told_at"] > moment:
        found |= _told(events, told)
    return found


def _replayed(events: Sequence[Row]) -> dict[str, Any]:
    """What the events say of an alert, one after the other."""
    found: dict[str, Any] = {"times_opened": 0, "acknowledged_at": None, "acknowledged_by": "", "resolved_at": None}
    for event in events:
        what, state = event["what"], _STATES.get(event["what"])
        found |= {"level": event["level"], "unit": event["unit"], "changed_at": event["at"], "reason": what}
        if event["cause"] is not None:
            found["cause"] = event["cause"]
        if what == Reason.WORSE and found.get("state") == AlertState.ACKNOWLEDGED:
            state = AlertState.OPEN
        if state is None:
            continue
        found["state"] = state.value
        found["resolved_at"] = event["at"] if state in _ENDS else None
        if state is AlertState.ACKNOWLEDGED:
            found |= {"acknowledged_at": event["at"], "acknowledged_by": event["actor"]}
        elif state is AlertState.OPEN:
            found |= {"acknowledged_at": None, "acknowledged_by": ""}
        by_a_cycle = what in (Reason.OPENED, Reason.REOPENED) and event["cycle_id"] is not None
        if by_a_cycle or "opened_at" not in found:
            found |= {"opened_at": event["at"], "times_opened": found["times_opened"] + 1}
    return found


def _told(events: Sequence[Row], told: Sequence[Row]) -> dict[str, Any]:
    """When its reader was told last in its life of then, and at which level; a baseline counts as told at no moment."""
    since = max((event["at"] for event in events if event["what"] in _OPENS), default=None)
    last = [each for each in told if since is None or each["at"] >= since]
    if last:
        return {"told_at": last[-1]["at"], "told_level": max(each["level"] for each in last)}
    taken = [event for event in events if event["what"] == Reason.BASELINE and (since is None or event["at"] >= since)]
    return {"told_at": None, "told_level": taken[-1]["level"] if taken else None}


def _cycles_until(source: Session, into: Session, events: Sequence[Row], moment: datetime) -> None:
    """The last one, and those of the events."""
    numbers = {event["cycle_id"] for event in events if event["cycle_id"] is not None}
    last = select(func.max(_y.id)).where(_y.now <= moment)
    copy(source, into, _cycles, _y.id.in_(sorted(numbers)) | _y.id.in_(last))
