"""The conditions of a rule's file, read line by line; each complaint becomes a fault at its character in the file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alertd.errors import Fault
from alertd.model.dataset import Field
from alertd.rules.condition import read_condition
from alertd.rules.condition_said import COMMA, HASH
from alertd.rules.condition_types import Compare, FieldRef, In, Kind, Literal, Node, children
from alertd.rules.name_said import no_unit
from alertd.rules.rulebook import Condition
from alertd.rules.yaml_said import in_quotes
from alertd.rules.yaml_text import Document, Path_

_MOST = 50  # faults, and warnings, of the conditions of one rule: whoever has mended them sees the others


@dataclass
class Lines:
    """``units``: the codes that a unit can have; empty: not known. ``codes``: the same by the units' full names."""

    document: Document
    fields: Mapping[str, Field]
    units: Collection[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, path: Path_, value: str | Sequence[str]) -> tuple[Condition, ...]:
        """All lines of a condition that can be read."""
        if isinstance(value, str):
            return tuple(self._one(path, value))
        return tuple(found for index, text in enumerate(value) for found in self._one((*path, index), text))

    def measure(self, path: Path_, text: str) -> Condition | None:
        return next(self._one(path, text, number=True), None)

    def _one(self, path: Path_, text: str, *, number: bool = False) -> Iterator[Condition]:
        if sum(not fault.warning for fault in self.faults) >= _MOST:
            return
        node, complaints = read_condition(text, self.fields, number=number)
        for complaint in complaints:
            cure = complaint.cure
            if self.document.is_in_brackets(path) and _open_brackets(text):
                cure = COMMA
            elif self.document.rest_of_line(path).startswith(" #") and text.count("'") % 2:
                cure = HASH
            place = complaint.offset, complaint.what, cure
            self.faults.append(self.document.fault_inside(path, *place, length=complaint.length))
        if node is not None:
            self._unknown_units(path, text, node)
            yield Condition(" ".join(text.split()), node)

    def _unknown_units(self, path: Path_, text: str, node: Node) -> None:
        for code in dict.fromkeys(_units_in(node)):
            if self.units and code not in self.units and len(self.faults) < _MOST:
                found, written = no_unit(code, self.units, self.codes), in_quotes(code)
                place = text.find(written), *found
                self.faults.append(self.document.fault_inside(path, *place, length=len(written), warning=True))


def _open_brackets(text: str) -> bool:
    return text.count("(") != text.count(")") or text.count("'") % 2 == 1


def _units_in(node: Node) -> Iterator[Any]:
    match node:
        case Compare("=" | "<>", FieldRef(Field(name="unit" | "receiving_unit")), Literal(Kind.TEXT, code)):
            yield code
        case In(FieldRef(Field(name="unit" | "receiving_unit")), items):
            yield from (item.value for item in items)
        case _:
            for child in children(node):
                yield from _units_in(child)
