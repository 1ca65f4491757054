"""Which fields a rule compares so that an empty one counts as "no", and which records the rest of its condition takes in. Pure."""

from collections.abc import Iterator

from alertd.model.dataset import Field, FieldType
from alertd.rules.condition_sql import conjuncts
from alertd.rules.condition_types import (
    Call,
    Called,
    Compare,
    FieldRef,
    IsNull,
    Kind,
    Literal,
    Logic,
    Node,
    Not,
    children,
    fields_in,
)
from alertd.rules.rulebook import CompiledRule


def conditions_of(rule: CompiledRule) -> tuple[Node, ...]:
    """What decides whether a rule finds a record: its lines, the conditions of its levels, the measure whose steps they are."""
    levels = [step.condition.node for step in rule.levels if step.condition is not None]
    return (*(line.node for line in rule.when), *levels)


def compared_fields(rule: CompiledRule) -> tuple[Field, ...]:
    """Each field once, in the order in which they are written; without those that the rule itself asks whether they are empty."""
    nodes = conditions_of(rule)
    found = [field for node in nodes for field in _compared(node, negated=False)]
    if rule.measure is not None and any(step.step is not None for step in rule.levels):
        found += _read(rule.measure.node)
    asked = {name for node in nodes for name in _asked(node)}
    return tuple({field.name: field for field in found if field.name not in asked}.values())


def takes_in(rule: CompiledRule, field: Field) -> tuple[Node, ...]:
    """The parts of `when` by which the share of an empty ``field`` is counted: those that only a yes/no field, or a test for
    empty, decides. An `ended_at` that is empty for every open file says nothing of a rule on files that have ended; and parts
    that compare are left out, or two fields that are empty together would hide each other."""
    parts = [part for line in rule.when for part in conjuncts(line.node)]
    return tuple(part for part in parts if field.name not in fields_in(part) and _plain(part))


def _plain(part: Node) -> bool:
    return all(field.type is FieldType.BOOLEAN for field in _compared(part, negated=False))


def _compared(node: Node, *, negated: bool) -> Iterator[Field]:
    match node:
        case IsNull():
            return
        case FieldRef(field):
            if negated:  # `not fast_track` leaves out the records of which nobody knows; `fast_track` means to
                yield field
        case Not(part):
            yield from _compared(part, negated=not negated)
        case Compare(op, left, Literal(Kind.BOOLEAN, value)):
            yield from _compared(left, negated=negated != ((op == "=") != value))
        case Logic(_, parts):
            for part in parts:
                yield from _compared(part, negated=negated)
        case _:
            yield from _read(node)


def _read(node: Node) -> Iterator[Field]:
    """The fields of a value that is empty where one of them is."""
    match node:
        case FieldRef(field):
            yield field
        case Call(Called.COALESCE):
            return
        case _:
            for child in children(node):
                yield from _read(child)


def _asked(node: Node) -> Iterator[str]:
    match node:
        case IsNull(value):
            yield from fields_in(value)
        case _:
            for child in children(node):
                yield from _asked(child)
