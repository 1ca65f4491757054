"""Disputes as people and scripts read them: the list, and those about one alert. It changes nothing."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.model.disputes import DisputeState, Remedy, disputes_table
from alertd.model.facts import json_value
from alertd.model.words import Level

_d = disputes_table.c
_NAMES = (
    *("id", "rule", "dataset", "key", "unit", "state", "raised_at", "raised_by", "reason", "quiet_until"),
    *("decided_at", "decided_by", "decided_why", "correct_by", "exclude_until", "confirmed_at", "confirmed_by"),
    *("closed_at", "told_at"),
)
Json = dict[str, Any]


def listed(
    session: Session, zone: ZoneInfo, *, state: DisputeState | None = None, unit: str | None = None
) -> list[Json]:
    """The values of `alerts disputes --json`: what waits for the office first, of all the oldest first."""
    statement = select(disputes_table)
    if state is not None:
        statement = statement.where(_d.state == state.value)
    if unit is not None:
        statement = statement.where(_d.unit == unit)
    rows = session.connection().execute(statement.order_by(_d.raised_at, _d.id)).mappings().all()
    return sorted((_json(row, zone) for row in rows), key=lambda each: each["state"] != DisputeState.OPEN)


def of_alert(session: Session, alert: int, zone: ZoneInfo) -> list[Json]:
    """Those about one alert, the oldest first."""
    rows = session.connection().execute(select(disputes_table).where(_d.alert_id == alert).order_by(_d.id))
    return [_json(row, zone) for row in rows.mappings()]


def _json(row: RowMapping, zone: ZoneInfo) -> Json:
    return {
        **{name: json_value(row[name], zone) for name in _NAMES},
        "alert": row["alert_id"],
        "level": Level(row["level"]).word,
        "remedy": row["remedy"] or None,
        "waits_for_second": row["state"] == DisputeState.OPEN and row["remedy"] == Remedy.EXCLUDED,
        "ended_why": row["ended_why"] or None,
    }
