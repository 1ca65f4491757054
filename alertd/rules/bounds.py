"""What parts of a condition that must all hold leave for each value: bounds of whole numbers and days, words, empty or not.

Sound, not complete: what it calls impossible is impossible whatever the records are; what it does not understand it leaves out.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from alertd.rules.condition_sql import conjuncts
from alertd.rules.condition_types import (
    Between,
    Compare,
    FieldRef,
    In,
    IsNull,
    Kind,
    Like,
    Literal,
    Node,
    Not,
)
from alertd.rules.written import written

# Counts of days past or left: never below nought, whatever the record is.
_FROM_NOUGHT = frozenset(("days_late", "working_days_late", "working_days_left"))
CONTRARY = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MOST_OUT = 1_000  # values counted out one by one


@dataclass
class _Value:
    """What is left for one value, and which part said so."""

    low: float = -math.inf
    high: float = math.inf
    low_by: str = ""
    high_by: str = ""
    words: frozenset[object] | None = None
    words_by: str = ""
    out: dict[object, str] = field(default_factory=dict)
    empty_by: str = ""
    filled_by: str = ""

    def clash(self) -> tuple[str, str] | None:
        if self.empty_by and self.filled_by:
            return self.filled_by, self.empty_by
        if self.low > self.high:
            return self.low_by, self.high_by
        if self.words is not None:
            return self._words_clash()
        if self.low == self.high and self.low in self.out:
            return self.low_by or self.high_by, self.out[self.low]
        return None

    def _words_clash(self) -> tuple[str, str] | None:
        assert self.words is not None
        if not self.words:
            return self.words_by, self.words_by
        if all(word in self.out for word in self.words):
            return self.words_by, next(self.out[word] for word in self.words)
        return None


class Bounds:
    """Takes parts one by one. ``clash``: the two parts (as text) that exclude each other, as soon as there are such."""

    def __init__(self) -> None:
        self.clash: tuple[str, str] | None = None
        self._values: dict[str, _Value] = {}

    def add(self, parts: Iterable[Node]) -> "Bounds":
        for part in parts:
            for each in conjuncts(part):
                self._take(each)
        return self

    def compares(self, value: Node) -> bool:
        """That the parts hold only where there is such a value."""
        return bool(self._of(value).filled_by)

    def _take(self, part: Node) -> None:
        match part:
            case Not(inner):
                self._take_contrary(inner, written(part))
            case FieldRef() if part.kind is Kind.BOOLEAN:
                self._keep(part, frozenset((True,)), written(part))
            case Compare(op, left, Literal() as right):
                self._compare(left, op, right, written(part))
            case Compare(_, left, right):
                self._filled(left, written(part))
                self._filled(right, written(part))
            case Between(value, Literal() as low, Literal() as high):
                self._compare(value, ">=", low, written(part))
                self._compare(value, "<=", high, written(part))
            case In(value, items):
                self._keep(value, frozenset(map(_plain, items)), written(part))
            case Like(value, _):
                self._filled(value, written(part))
            case IsNull(value):
                self._of(value).empty_by = self._of(value).empty_by or written(part)
                self._look(value)
            case _:
                return

    def _take_contrary(self, part: Node, said: str) -> None:
        match part:
            case Not(inner):
                self._take(inner)
            case FieldRef() if part.kind is Kind.BOOLEAN:
                self._keep(part, frozenset((False,)), said)
            case Compare(op, left, Literal() as right):
                self._compare(left, CONTRARY[op], right, said)
            case In(value, items):
                for item in items:
                    self._leave_out(value, _plain(item), said)
            case IsNull(value):
                self._filled(value, said)
            case _:
                return

    def _compare(self, value: Node, op: str, literal: Literal, said: str) -> None:
        self._filled(value, said)
        found = _plain(literal)
        if op == "=":
            self._keep(value, frozenset((found,)), said)
        elif op == "<>":
            self._leave_out(value, found, said)
        elif value.kind in (Kind.INTEGER, Kind.DATE) and isinstance(found, int | float):
            self._bound(value, op, found, said)

    def _bound(self, value: Node, op: str, limit: float, said: str) -> None:
        own = self._of(value)
        match op:
            case ">" | ">=":
                least = math.floor(limit) + 1 if op == ">" else math.ceil(limit)
                if least > own.low:
                    own.low, own.low_by = least, said
            case _:
                most = math.ceil(limit) - 1 if op == "<" else math.floor(limit)
                if most < own.high:
                    own.high, own.high_by = most, said
        self._look(value)

    def _keep(self, value: Node, words: frozenset[object], said: str) -> None:
        self._filled(value, said)
        if value.kind in (Kind.INTEGER, Kind.DATE) and len(words) == 1:
            (only,) = words
            if isinstance(only, int | float):
                self._bound(value, ">=", only, said)
                self._bound(value, "<=", only, said)
            return
        if value.kind not in (Kind.TEXT, Kind.WORD, Kind.BOOLEAN):
            return
        own = self._of(value)
        before, by = own.words, own.words_by
        own.words, own.words_by = (words, said) if before is None else (before & words, by)
        if not own.words and before is not None and self.clash is None:
            self.clash = by, said
        self._look(value)

    def _leave_out(self, value: Node, word: object, said: str) -> None:
        self._filled(value, said)
        own = self._of(value)
        if len(own.out) < _MOST_OUT:
            own.out.setdefault(word, said)
        self._look(value)

    def _filled(self, value: Node, said: str) -> None:
        own = self._of(value)
        own.filled_by = own.filled_by or said
        self._look(value)

    def _of(self, value: Node) -> _Value:
        key = written(value)
        if key not in self._values:
            least = 0 if isinstance(value, FieldRef) and value.field.name in _FROM_NOUGHT else -math.inf
            self._values[key] = _Value(low=least, low_by=f"{key} >= 0")
        return self._values[key]

    def _look(self, value: Node) -> None:
        self.clash = self.clash or self._of(value).clash()


def _plain(literal: Literal) -> object:
    """A value that can be compared with its like: a day as its number."""
    value = literal.value
    if literal.kind is Kind.MOMENT or isinstance(value, datetime):
        return str(value)
    return value.toordinal() if isinstance(value, date) else value
