"""A stored record as a test may hold it: days, words, numbers, yes/no; no code, no unit, no text but the rule's own. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from alertd.cases.given import defaults
from alertd.cases.people import ENDED, NO_HEAD, UNIT
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import FieldType
from alertd.model.directory import Directory
from alertd.rules.condition_types import Literal, children
from alertd.rules.rulebook import CompiledRule

_UNITS = ("unit", "receiving_unit")
_LEFT_OUT = ("code", "new_due_at", "first_due_at", "unit_since")


def anonymous(
    compiled: CompiledRule,
    row: Mapping[str, Any],
    directory: Directory,
    day: date,
    calendar: WorkingCalendar,
    literals: frozenset[Any],
) -> dict[str, str]:
    """The values that differ from what a test's record has by itself, as they are written in one. ``literals``: what the rule
    itself names; a text is kept where it is one of those."""
    plain = defaults(compiled.rule.dataset, "A")
    found: dict[str, str] = {}
    for field in compiled.rule.dataset.given:
        if field.name in _LEFT_OUT:
            continue
        value = row[field.name]
        if field.name in _UNITS:
            if field.name == "unit":
                found["unit"] = _unit(value, directory, day, literals)
            continue
        if field.type is FieldType.TEXT:
            if value in literals:
                found[field.name] = str(value)
            continue
        found[field.name] = written(value, calendar)
    return {name: value for name, value in found.items() if value != plain.get(name, "")}


def written(value: Any, calendar: WorkingCalendar) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = calendar.local(value).replace(tzinfo=None, second=0)
        return local.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def literals_of(compiled: CompiledRule) -> frozenset[Any]:
    """What the conditions of a rule compare with."""
    from_nodes = []
    lines = [*compiled.when, *compiled.ends_when, *(line for each in compiled.exclusions for line in each.when)]
    lines += [step.condition for step in compiled.levels if step.condition is not None]
    pending = [line.node for line in lines]
    while pending:
        node = pending.pop()
        if isinstance(node, Literal):
            from_nodes.append(node.value)
        pending += children(node)
    return frozenset(from_nodes)


def _unit(code: str | None, directory: Directory, day: date, literals: frozenset[Any]) -> str:
    if code is None:
        return ""
    if code in literals:
        return code
    if directory.answering(code, "", day) is None:
        return ENDED
    return UNIT if directory.heads(code, day) else NO_HEAD
