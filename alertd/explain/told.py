"""What became of a record's findings: its alerts with their events, and who was told what, when and over which channel."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.base import table_of
from alertd.model.notices import Attempt, NoticeAlert, notices_table

_events, _links, _attempts = table_of(AlertEvent), table_of(NoticeAlert), table_of(Attempt)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice about the alert: its row, why the alert stood in it, and each try to deliver it."""

    notice: RowMapping
    why: str
    attempts: tuple[RowMapping, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An alert's row, its events and the notices about it, the oldest first."""

    alert: RowMapping
    events: tuple[RowMapping, ...]
    told: tuple[Told, ...]


def stories(session: Session, dataset: str, keys: Collection[str]) -> dict[str, list[Story]]:
    """The alerts of these records by their code; four statements, however many they are."""
    connection = session.connection()
    chosen = select(alerts_table).where(alerts_table.c.dataset == dataset, alerts_table.c.key.in_(keys))
    alerts = connection.execute(chosen.order_by(alerts_table.c.id)).mappings().all()
    ids = [alert["id"] for alert in alerts]
    events = _grouped(session, _events, "alert_id", ids)
    notice = notices_table.c
    columns = (
        *(notice[name] for name in ("id", "kind", "unit", "recipient", "meant_for", "channel", "address", "state")),
        *(notice[name] for name in ("reason", "attempts", "created_at", "sent_at", "confirmed_at", "subject")),
        _links.c.alert_id,
        _links.c.why,
    )
    told = (
        select(*columns)
        .join_from(_links, notices_table, _links.c.notice_id == notice.id)
        .where(_links.c.alert_id.in_(ids))
        .order_by(notice.id)
    )
    notices = connection.execute(told).mappings().all()
    attempts = _grouped(session, _attempts, "notice_id", sorted({row["id"] for row in notices}))
    by_alert: dict[int, list[Told]] = defaultdict(list)
    for row in notices:
        by_alert[row["alert_id"]].append(Told(row, str(row["why"]), tuple(attempts.get(row["id"], ()))))
    found: dict[str, list[Story]] = defaultdict(list)
    for alert in alerts:
        number = alert["id"]
        found[alert["key"]].append(Story(alert, tuple(events.get(number, ())), tuple(by_alert.get(number, ()))))
    return found


def _grouped(session: Session, table: Table, by: str, ids: Sequence[int]) -> dict[Any, list[RowMapping]]:
    rows: dict[Any, list[RowMapping]] = defaultdict(list)
    statement = select(table).where(table.c[by].in_(ids)).order_by(table.c.id)
    for row in session.connection().execute(statement).mappings():
        rows[row[by]].append(row)
    return rows
