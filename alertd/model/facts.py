"""The facts of a record as a rule sees them: columns for a SELECT, and how each value is written in JSON. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from alertd.model.dataset import Scope
from alertd.model.rule import Rule

PREFIX = "fact_"


def fact_columns(rule: Rule, scope: Scope, names: Iterable[str] | None = None) -> list[ColumnElement[Any]]:
    """One labelled column per shown field (``fact_due_at``), over the rows of the rule's dataset."""
    shown = rule.shows if names is None else names
    return [rule.fields[name].sql(scope).label(f"{PREFIX}{name}") for name in shown]


def facts_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """The facts in a result row (a mapping), by field name."""
    return {name: row[f"{PREFIX}{name}"] for name in names}


def json_value(value: Any, zone: ZoneInfo) -> Any:
    """Moments in ISO 8601 with the site's offset, days as YYYY-MM-DD, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
