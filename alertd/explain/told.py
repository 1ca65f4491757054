"""What became of a record's findings: its alerts with their events, and who was told what, when and over which channel."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.disputes import disputes_table
from alertd.notices.list import told_of
from alertd.notices.waiting import Asked, Wait, why_untold

_a, _e = alerts_table.c, table_of(AlertEvent).c


@dataclass(frozen=True, slots=True)
class Story:
    """An alert's row, its events, and the notices about it as the outbox lists them with each try; the oldest first. ``waits``:
    for what it waits, where there is something of which nobody has heard yet; ``until``: when that comes, where it is known.
    ``disputes``: who said that it is wrong, and what was decided, the oldest first."""

    alert: RowMapping
    events: tuple[RowMapping, ...]
    told: tuple[Mapping[str, Any], ...]
    waits: Wait | None = None
    until: datetime | None = None
    disputes: tuple[RowMapping, ...] = ()


def stories(
    session: Session, dataset: str, keys: Sequence[str], zone: ZoneInfo, asked: Asked
) -> dict[str, list[Story]]:
    """The alerts of these records by their code; a number of statements that does not depend on theirs."""
    connection = session.connection()
    chosen = select(alerts_table).where(_a.dataset == dataset, _a.key.in_(keys)).order_by(_a.id)
    alerts = connection.execute(chosen).mappings().all()
    events: dict[int, list[RowMapping]] = defaultdict(list)
    happened = select(table_of(AlertEvent)).where(_e.alert_id.in_([alert["id"] for alert in alerts])).order_by(_e.id)
    for event in connection.execute(happened).mappings():
        events[event["alert_id"]].append(event)
    told: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for lines in told_of(session, zone, keys, dataset).values():
        for line in lines:
            told[line["alert"]].append(line)
    d = disputes_table.c
    disputed: dict[int, list[RowMapping]] = defaultdict(list)
    raised = select(disputes_table).where(d.alert_id.in_([alert["id"] for alert in alerts])).order_by(d.id)
    for dispute in connection.execute(raised).mappings():
        disputed[dispute["alert_id"]].append(dispute)
    waits = why_untold(session, asked, [alert["id"] for alert in alerts])
    found: dict[str, list[Story]] = defaultdict(list)
    for alert in alerts:
        number = alert["id"]
        wait = waits.get(number)
        until = None if wait is None else asked.until(wait)
        happenings = (tuple(events[number]), tuple(told[number]))
        found[alert["key"]].append(Story(alert, *happenings, wait, until, tuple(disputed[number])))
    return found
