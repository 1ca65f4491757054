"""The checked tree of a condition: a closed list of node types, every name resolved, every literal typed. No text, no SQL."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from alertd.model.dataset import Field, FieldType


class Kind(StrEnum):
    """The type of a value in a condition."""

    TEXT = "text"
    WORD = "word"
    INTEGER = "whole number"
    DECIMAL = "number"
    BOOLEAN = "yes/no"
    MOMENT = "moment"
    DATE = "date"


KIND_OF = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.WORD: Kind.WORD,
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.MOMENT: Kind.MOMENT,
    FieldType.DATE: Kind.DATE,
}
NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
TEXTS = (Kind.TEXT, Kind.WORD)


@dataclass(frozen=True, slots=True)
class FieldRef:
    field: Field

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.field.type]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written. A MOMENT holds an aware datetime, a naive one (local) or a date (local midnight)."""

    kind: Kind
    value: str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """``today`` (DATE) or ``now`` (MOMENT)."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Compare:
    op: str  # = <> < <= > >=
    left: "Node"
    right: "Node"
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    op: str  # and | or
    parts: tuple["Node", ...]
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class IsNull:
    value: "Node"
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class In:
    value: "Node"
    items: tuple[Literal, ...]
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class Between:
    value: "Node"
    low: "Node"
    high: "Node"
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class Like:
    """Case-sensitive; ``%`` any text, ``_`` any letter, a backslash takes the next character as it is."""

    value: "Node"
    pattern: str
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``+`` and ``-`` of whole numbers stay whole; ``*`` and ``/`` give a number with decimals."""

    op: str
    left: "Node"
    right: "Node"
    kind: Kind


class Called(StrEnum):
    """The functions that a condition may call; what they mean to a reader stands in functions.py."""

    COALESCE = "coalesce"
    ABS = "abs"
    WORKING_DAYS_SINCE = "working_days_since"
    WORKING_DAYS_UNTIL = "working_days_until"


@dataclass(frozen=True, slots=True)
class Call:
    """The counting ones have one argument, which is a field with a day number (`Field.number`)."""

    name: Called
    arguments: tuple["Node", ...]
    kind: Kind


Node = FieldRef | Literal | Clock | Compare | Logic | Not | IsNull | In | Between | Like | Arithmetic | Call


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a condition, from which character of its text on (from 0), the cure, and how many characters are at
    fault (0: unknown)."""

    offset: int
    what: str
    cure: str = ""
    length: int = 0


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order in which they are written."""
    parts: list[Any] = []
    for name in ("left", "right", "parts", "part", "value", "items", "low", "high", "arguments"):
        found = getattr(node, name, None)
        if isinstance(found, tuple):
            parts.extend(found)
        elif found is not None and not isinstance(node, Literal):
            parts.append(found)
    return tuple(parts)


def depth_of(node: Node) -> int:
    """Levels of the tree, found without descending."""
    depth, level = 0, [node]
    while level:
        depth, level = depth + 1, [child for above in level for child in children(above)]
    return depth


def fields_in(node: Node) -> tuple[str, ...]:
    """The names of the fields that the tree reads, each once, in the order in which they are written."""
    if isinstance(node, FieldRef):
        return (node.field.name,)
    return tuple(dict.fromkeys(name for child in children(node) for name in fields_in(child)))
