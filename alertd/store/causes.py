"""Causes of delay, as heads give them: kept with the alerts that they are about, and asked for again."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.apologies import CauseAlert, CauseWay, LateCause, cause_alerts_table, causes_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.masked import masked
from alertd.store import audit

LONGEST = 1_000  # characters that are kept of a cause
_c, _l, _a = causes_table.c, cause_alerts_table.c, alerts_table.c
SAID = "cause.said"


def keep(
    session: Session,
    alerts: Collection[int],
    text: str,
    *,
    unit: str | None,
    by: str,
    person: str = "",
    way: CauseWay,
    at: AsOf,
    notice: int | None = None,
) -> int:
    """Keep what was said of the delay of these alerts' files, without what identifies a citizen, with a row of the audit. Gives
    its number."""
    said = masked(" ".join(text.split()))[:LONGEST]
    connection = session.connection()
    row = {"at": at.now, "unit": unit, "text": said, "by": by, "person": person, "way": way.value, "notice_id": notice}
    number = int(connection.execute(insert(table_of(LateCause)).values(row).returning(_c.id)).scalar_one())
    about = sorted(set(alerts))
    connection.execute(insert(table_of(CauseAlert)), [{"cause_id": number, "alert_id": alert} for alert in about])
    detail = {"alerts": about, "text": said, "way": way.value, "notice": notice}
    audit.record(session, at=at.now, actor=by, action=SAID, subject=f"cause:{number}", detail=detail)
    return number


def of_records(session: Session, dataset: str, keys: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """What was said of the delay of these records, under whatever alert of each, the oldest first."""
    statement = (
        select(_a.key, _c.id, _c.at, _c.text, _c.by, _c.way, _c.notice_id)
        .join(cause_alerts_table, _l.cause_id == _c.id)
        .join(alerts_table, _a.id == _l.alert_id)
        .where(_a.dataset == dataset, _a.key.in_(list(keys)))
        .distinct()
        .order_by(_c.at, _c.id)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.connection().execute(statement).mappings():
        found.setdefault(row["key"], []).append(dict(row))
    return found
