"""What would change a rule's verdict, and which version of it spoke, as JSON."""

from typing import Any
from zoneinfo import ZoneInfo

from alertd.explain.changes import ByData, ByTime, Changes
from alertd.explain.explanation import Explanation
from alertd.explain.verdicts import Verdict
from alertd.model.facts import json_value
from alertd.model.words import Level


def rule_document(found: Explanation, verdict: Verdict, zone: ZoneInfo) -> dict[str, Any]:
    version, changes = found.in_force.get(verdict.rule.id), found.changes.get(verdict.rule.id)
    return {
        "version": verdict.rule.version,
        "in_force_since": None if version is None else json_value(version.since, zone),
        "changes": None if changes is None else changes_document(changes, zone),
    }


def changes_document(changes: Changes, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "tried": changes.tried,
        "by_time": [_by_time(change, zone) for change in changes.by_time],
        "by_data": [_by_data(change, zone) for change in changes.by_data],
    }


def _by_time(change: ByTime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "since": json_value(change.turn.since, zone),
        "effect": change.effect.value,
        "level": _level(change.turn.level),
        "measure": change.turn.measure,
        "told": None if change.told is None else json_value(change.told, zone),
    }


def _by_data(change: ByData, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "field": change.field,
        "how": change.how.value,
        "values": [json_value(value, zone) for value in change.values],
        "effect": change.effect.value,
        "level": _level(change.level),
        "measure": change.measure,
    }


def _level(level: int) -> str | None:
    return Level(level).word if level else None
