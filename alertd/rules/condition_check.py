"""sqlglot's tree → our checked tree: every node on the closed list, every type right. Complaints are collected, not raised."""

from collections.abc import Mapping
from typing import NoReturn

from sqlglot import exp

from alertd.model.dataset import Field
from alertd.rules import value_said as say
from alertd.rules.condition_tree import (
    ARITHMETIC,
    COMPARISONS,
    FLIPPED,
    arguments,
    branches,
    extent,
    is_text,
)
from alertd.rules.condition_types import (
    NUMBERS,
    TEXTS,
    Arithmetic,
    Between,
    Call,
    Called,
    Clock,
    Compare,
    Complaint,
    FieldRef,
    In,
    IsNull,
    Kind,
    Like,
    Literal,
    Logic,
    Node,
    Not,
)
from alertd.rules.functions import COUNTING
from alertd.rules.literal_said import no_number, text_alone
from alertd.rules.literals import number_literal, typed_literal
from alertd.rules.name_said import unknown_field
from alertd.rules.wrong import Wrong


class Stop(Exception):
    pass


class Checker:
    """Reads one condition. ``complaints`` holds what was wrong; the tree counts only where it is empty."""

    def __init__(self, text: str, fields: Mapping[str, Field], multiplications: int) -> None:
        self.complaints: list[Complaint] = []
        self._text = text
        self._fields = fields
        self._multiplications = multiplications

    def complain(self, at: exp.Expr, found: Wrong) -> None:
        start, length = extent(at)
        self.complaints.append(Complaint(start, found.what, found.cure, length))

    def condition(self, tree: exp.Expr) -> Node | None:
        try:
            return self._yes_no(tree)
        except Stop:
            return None

    def whole_number(self, tree: exp.Expr) -> Node | None:
        try:
            node = self._value(tree)
            if node.kind is not Kind.INTEGER:
                self._stop(tree, say.no_measure(node.kind))
            return node
        except Stop:
            return None

    def _stop(self, at: exp.Expr, found: Wrong) -> NoReturn:
        self.complain(at, found)
        raise Stop

    def _written(self, at: exp.Expr) -> str:
        start, length = extent(at)
        return self._text[start : start + length]

    def _yes_no(self, tree: exp.Expr) -> Node:
        node = self._node(tree)
        if node.kind is not Kind.BOOLEAN:
            self._stop(tree, say.no_yes_no(node.kind, self._written(tree)))
        return node

    def _node(self, tree: exp.Expr) -> Node:
        if isinstance(tree, exp.Paren):
            return self._node(tree.this)
        if isinstance(tree, (exp.And, exp.Or)):
            return self._logic(tree)
        if isinstance(tree, exp.Not):
            return self._negated(tree.this)
        if type(tree) in COMPARISONS:
            return self._compare(tree, COMPARISONS[type(tree)])
        if isinstance(tree, exp.Is):
            return self._is(tree)
        if isinstance(tree, exp.In):
            return self._in(tree)
        if isinstance(tree, exp.Between):
            return self._between(tree)
        if isinstance(tree, exp.Like):
            return self._like(tree)
        return self._value(tree)

    # --- logic ---
    def _logic(self, tree: exp.And | exp.Or) -> Node:
        """Every part is read, whatever the others are; where the two are mixed is said from the tokens."""
        own = exp.And if isinstance(tree, exp.And) else exp.Or
        parts = []
        for branch in branches(tree, own):
            try:
                parts.append(self._yes_no(branch))
            except Stop:
                continue
        return Logic("and" if own is exp.And else "or", tuple(parts))

    def _negated(self, inner: exp.Expr) -> Node:
        return Not(self._yes_no(inner))

    # --- comparisons ---
    def _compare(self, tree: exp.Expr, op: str) -> Node:
        if type(tree.this) in COMPARISONS and not isinstance(tree.expression, exp.Boolean):
            one, two, end = tree.this, tree.this.expression, tree.expression
            self._stop(tree, say.chained(f"{self._written(one)} and {self._written(two)} {op} {self._written(end)}"))
        left, right = self._pair(tree, tree.this, tree.expression)
        if left.kind is Kind.BOOLEAN:
            if op not in ("=", "<>"):
                self._stop(tree, say.no_order(op))
            if isinstance(left, Literal):
                left, right = right, left
            if not isinstance(right, Literal):
                self._stop(tree, say.TWO_YES_NO)
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, op = right, left, FLIPPED[op]
        return Compare(op, left, right)

    def _pair(self, tree: exp.Expr, one: exp.Expr, two: exp.Expr) -> tuple[Node, Node]:
        """Both sides, a text literal typed by the other side."""
        if isinstance(one, exp.Null):
            self._stop(tree, say.with_null(self._written(two), COMPARISONS.get(type(tree), "")))
        if is_text(one) and is_text(two):
            self._stop(tree, say.TWO_TEXTS)
        if is_text(one):
            right = self._node(two)
            return self._literal(one, right), right
        left = self._node(one)
        return left, self._beside(tree, left, two)

    def _beside(self, tree: exp.Expr, left: Node, two: exp.Expr) -> Node:
        """What stands on the right of ``left``: a text literal is typed by it."""
        if isinstance(two, exp.Null):
            value = tree.this if tree.expression is two else None
            self._stop(tree, say.with_null(self._written(value) if value else "", COMPARISONS.get(type(tree), "")))
        right = self._literal(two, left) if is_text(two) else self._node(two)
        self._agree(two, left, right)
        return right

    def _agree(self, at: exp.Expr, left: Node, right: Node) -> None:
        one, two = left.kind, right.kind
        if one is not two and not {one, two} <= set(NUMBERS) and not {one, two} <= set(TEXTS):
            words = left.field.words if isinstance(left, FieldRef) else ()
            self._stop(at, say.unlike(one, two, self._written(at), words))

    def _literal(self, tree: exp.Expr, other: Node) -> Literal:
        value = typed_literal(tree.this, other)
        if not isinstance(value, Literal):
            self._stop(tree, value)
        return value

    def _is(self, tree: exp.Is) -> Node:
        if isinstance(tree.expression, exp.Boolean) and isinstance(tree.this, exp.Column):
            self._stop(tree, say.is_yes_no(self._written(tree.this), holds=bool(tree.expression.this)))
        if not isinstance(tree.expression, exp.Null):
            self._stop(tree, say.IS_WITHOUT_NULL)
        if isinstance(tree.this, (exp.Literal, exp.Null)):
            self._stop(tree, say.VALUE_IS_NULL)
        return IsNull(self._node(tree.this))

    def _in(self, tree: exp.In) -> Node:
        value = self._value(tree.this)
        written = tree.args.get("expressions") or []
        if not written:
            self._stop(tree, say.in_without_list(self._written(tree.args["field"]) if tree.args.get("field") else ""))
        items = []
        for item in written:
            literal = self._literal(item, value) if is_text(item) else self._node(item)
            if not isinstance(literal, Literal):
                self._stop(item, say.LIST_OF_FIELDS)
            self._agree(item, value, literal)
            items.append(literal)
        if value.kind is Kind.BOOLEAN:
            self._stop(tree, say.YES_NO_IN_LIST)
        return In(value, tuple(items))

    def _between(self, tree: exp.Between) -> Node:
        value = self._value(tree.this)
        if tree.args.get("symmetric") or value.kind is Kind.BOOLEAN:
            self._stop(tree, say.NO_ORDER_BETWEEN)
        low = self._beside(tree, value, tree.args["low"])
        return Between(value, low, self._beside(tree, value, tree.args["high"]))

    def _like(self, tree: exp.Like) -> Node:
        value = self._value(tree.this)
        if value.kind not in TEXTS or not is_text(tree.expression):
            self._stop(tree, say.NO_LIKE)
        pattern = str(tree.expression.this)
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            self._stop(tree.expression, say.HALF_ESCAPE)
        node = Like(value, pattern)
        return Not(node) if tree.args.get("negate") else node

    # --- values ---
    def _value(self, tree: exp.Expr) -> Node:
        if isinstance(tree, exp.Paren):
            return self._node(tree.this)
        if isinstance(tree, exp.Column) and not tree.args.get("table"):
            return self._name(tree)
        if isinstance(tree, exp.Boolean):
            return Literal(Kind.BOOLEAN, bool(tree.this))
        if isinstance(tree, exp.Literal):
            return self._number(tree)
        if isinstance(tree, exp.Neg):
            return self._minus(tree)
        if type(tree) in ARITHMETIC:
            left, right = self._node(tree.this), self._node(tree.expression)
            return self._arithmetic(tree, ARITHMETIC[type(tree)], left, right)
        if isinstance(tree, (exp.Coalesce, exp.Abs, exp.Anonymous)):
            return self._call(tree)
        self.complain(tree, say.cannot_stand(type(tree).__name__.lower()))
        raise Stop

    def _name(self, tree: exp.Column) -> Node:
        name = tree.name
        if name == "today":
            return Clock(Kind.DATE)
        if name == "now":
            return Clock(Kind.MOMENT)
        if name not in self._fields:
            self._stop(tree, unknown_field(name, self._fields))
        return FieldRef(self._fields[name])

    def _number(self, tree: exp.Literal) -> Node:
        text = str(tree.this)
        if tree.is_string:
            self._stop(tree, text_alone(text))
        if (number := number_literal(text)) is None:
            self._stop(tree, no_number(text))
        return number

    def _minus(self, tree: exp.Neg) -> Node:
        node = self._node(tree.this)
        if isinstance(node, Literal) and node.kind in NUMBERS and isinstance(node.value, (int, float)):
            return Literal(node.kind, -node.value)
        return self._arithmetic(tree, "-", Literal(Kind.INTEGER, 0), node)

    def _arithmetic(self, tree: exp.Expr, op: str, left: Node, right: Node) -> Node:
        for side in (left, right):
            if side.kind not in NUMBERS:
                self._stop(tree, say.no_arithmetic(op, side.kind))
        if op in "*/":
            self._multiplications -= 1
            if self._multiplications < 0:
                self._stop(tree, say.TOO_MANY)
        if op == "/" and isinstance(right, Literal) and not right.value:
            self._stop(tree, say.BY_ZERO)
        whole = op in "+-" and left.kind is right.kind is Kind.INTEGER
        return Arithmetic(op, left, right, Kind.INTEGER if whole else Kind.DECIMAL)

    def _call(self, tree: exp.Expr) -> Node:
        name = Called(tree.name if isinstance(tree, exp.Anonymous) else tree.key)  # others are refused as tokens
        written = list(arguments(tree))
        if name in COUNTING:
            return self._counting(tree, name, written)
        if name is Called.ABS:
            value = self._node(written[0])
            if value.kind not in NUMBERS:
                self._stop(tree, say.no_arithmetic("abs", value.kind))
            return Call(name, (value,), value.kind)
        if len(written) < 2:
            self._stop(tree, say.ONE_VALUE)
        first = self._node(written[0])
        others = [self._literal(item, first) if is_text(item) else self._node(item) for item in written[1:]]
        for item, other in zip(written[1:], others, strict=True):
            self._agree(item, first, other)
        decimal = any(value.kind is Kind.DECIMAL for value in (first, *others))
        return Call(name, (first, *others), Kind.DECIMAL if decimal else first.kind)

    def _counting(self, tree: exp.Expr, name: Called, written: list[exp.Expr]) -> Node:
        counted = [field.name for field in self._fields.values() if field.number]
        node = self._node(written[0]) if len(written) == 1 else None
        if not isinstance(node, FieldRef) or not node.field.number:
            self._stop(tree, say.counts_from_a_day(name, counted))
        return Call(name, (node,), Kind.INTEGER)
