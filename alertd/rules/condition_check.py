"""sqlglot's tree → our checked tree: every node on the closed list, every type right. Complaints are collected, not raised."""

from collections.abc import Mapping
from typing import NoReturn

from sqlglot import exp

from alertd.model.dataset import Field
from alertd.rules.condition_tree import (
    ARITHMETIC,
    COMPARISONS,
    FLIPPED,
    arguments,
    branches,
    cure_of_kinds,
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
from alertd.rules.functions import COUNTING, FUNCTIONS
from alertd.rules.literals import number_literal, typed_literal
from alertd.rules.nearest import did_you_mean


class Stop(Exception):
    pass


class Checker:
    """Reads one condition. ``complaints`` holds what was wrong; the tree counts only where it is empty."""

    def __init__(self, fields: Mapping[str, Field], multiplications: int) -> None:
        self.complaints: list[Complaint] = []
        self._fields = fields
        self._multiplications = multiplications

    def complain(self, at: exp.Expr, what: str, cure: str = "") -> None:
        places = [node.meta["start"] for node in at.walk() if "start" in node.meta]
        self.complaints.append(Complaint(min(places, default=0), what, cure))

    def condition(self, tree: exp.Expr) -> Node | None:
        try:
            return self._yes_no(tree)
        except Stop:
            return None

    def whole_number(self, tree: exp.Expr) -> Node | None:
        try:
            node = self._value(tree)
            if node.kind is not Kind.INTEGER:
                self._stop(tree, f"a measure is a whole number, this is a {node.kind}", "name a field that counts")
            return node
        except Stop:
            return None

    def _stop(self, at: exp.Expr, what: str, cure: str = "") -> NoReturn:
        self.complain(at, what, cure)
        raise Stop

    def _yes_no(self, tree: exp.Expr) -> Node:
        node = self._node(tree)
        if node.kind is not Kind.BOOLEAN:
            self._stop(tree, f"a {node.kind} stands where a yes/no is needed", "compare it with something")
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
        own, other = (exp.And, exp.Or) if isinstance(tree, exp.And) else (exp.Or, exp.And)
        parts = []
        for branch in branches(tree, own):
            if isinstance(branch, other):
                self.complain(
                    branch, "and and or are mixed without brackets", "put brackets around what belongs together"
                )
                continue
            try:
                parts.append(self._yes_no(branch))
            except Stop:
                continue
        return Logic("and" if own is exp.And else "or", tuple(parts))

    def _negated(self, inner: exp.Expr) -> Node:
        return Not(self._yes_no(inner))

    # --- comparisons ---
    def _compare(self, tree: exp.Expr, op: str) -> Node:
        left, right = self._pair(tree, tree.this, tree.expression)
        if left.kind is Kind.BOOLEAN:
            if op not in ("=", "<>"):
                self._stop(tree, f"yes/no values are not ordered, {op} cannot stand between them", "use = or <>")
            if isinstance(left, Literal):
                left, right = right, left
            if not isinstance(right, Literal):
                self._stop(tree, "two yes/no values are compared with each other", "use and, or, not")
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, op = right, left, FLIPPED[op]
        return Compare(op, left, right)

    def _pair(self, tree: exp.Expr, one: exp.Expr, two: exp.Expr) -> tuple[Node, Node]:
        """Both sides, a text literal typed by the other side."""
        if isinstance(one, exp.Null):
            self._stop(tree, "a comparison with null never holds", "write is null or is not null")
        if is_text(one) and is_text(two):
            self._stop(tree, "two texts are compared with each other", "compare a field with a text")
        if is_text(one):
            right = self._node(two)
            return self._literal(one, right), right
        left = self._node(one)
        return left, self._beside(tree, left, two)

    def _beside(self, tree: exp.Expr, left: Node, two: exp.Expr) -> Node:
        """What stands on the right of ``left``: a text literal is typed by it."""
        if isinstance(two, exp.Null):
            self._stop(tree, "a comparison with null never holds", "write is null or is not null")
        right = self._literal(two, left) if is_text(two) else self._node(two)
        self._agree(two, left, right)
        return right

    def _agree(self, at: exp.Expr, left: Node, right: Node) -> None:
        one, two = left.kind, right.kind
        if one is not two and not {one, two} <= set(NUMBERS) and not {one, two} <= set(TEXTS):
            self._stop(at, f"a {one} is compared with a {two}", cure_of_kinds({one, two}))

    def _literal(self, tree: exp.Expr, other: Node) -> Literal:
        value, what, cure = typed_literal(tree.this, other)
        if value is None:
            self._stop(tree, what, cure)
        return value

    def _is(self, tree: exp.Is) -> Node:
        if not isinstance(tree.expression, exp.Null):
            self._stop(tree, "is stands before null only", "write a yes/no field by itself, or not in front of it")
        if isinstance(tree.this, (exp.Literal, exp.Null)):
            self._stop(tree, "a value as written is never null", "name a field")
        return IsNull(self._node(tree.this))

    def _in(self, tree: exp.In) -> Node:
        value = self._value(tree.this)
        written = tree.args.get("expressions") or []
        if not written:
            self._stop(tree, "in needs a list", "write it in brackets: in ('a', 'b')")
        items = []
        for item in written:
            literal = self._literal(item, value) if is_text(item) else self._node(item)
            if not isinstance(literal, Literal):
                self._stop(item, "a list holds values as written only", "write each value out")
            self._agree(item, value, literal)
            items.append(literal)
        if value.kind is Kind.BOOLEAN:
            self._stop(tree, "a yes/no value is not looked up in a list", "write it by itself, or not in front of it")
        return In(value, tuple(items))

    def _between(self, tree: exp.Between) -> Node:
        value = self._value(tree.this)
        if tree.args.get("symmetric") or value.kind is Kind.BOOLEAN:
            self._stop(tree, "between needs values that are ordered", "write field between 1 and 5")
        low = self._beside(tree, value, tree.args["low"])
        return Between(value, low, self._beside(tree, value, tree.args["high"]))

    def _like(self, tree: exp.Like) -> Node:
        value = self._value(tree.this)
        if value.kind not in TEXTS or not is_text(tree.expression):
            self._stop(tree, "like compares a text field with a pattern", "write field like 'H26.%'")
        pattern = str(tree.expression.this)
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            self._stop(tree.expression, "the pattern ends in the middle of an escape", "write \\\\ for a backslash")
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
        self.complain(tree, f"{type(tree).__name__.lower()} cannot stand here", "see docs/rules.md for what can")
        raise Stop

    def _name(self, tree: exp.Column) -> Node:
        name = tree.name
        if name == "today":
            return Clock(Kind.DATE)
        if name == "now":
            return Clock(Kind.MOMENT)
        if name not in self._fields:
            self._stop(tree, f"unknown field {name!r}", did_you_mean(name, self._fields))
        return FieldRef(self._fields[name])

    def _number(self, tree: exp.Literal) -> Node:
        text = str(tree.this)
        if tree.is_string:
            self._stop(tree, f"the text '{text}' stands alone", "compare a field with it")
        if (number := number_literal(text)) is None:
            self._stop(tree, f"{text} is not a number that can be compared", "write digits, up to 1000000000")
        return number

    def _minus(self, tree: exp.Neg) -> Node:
        node = self._node(tree.this)
        if isinstance(node, Literal) and node.kind in NUMBERS and isinstance(node.value, (int, float)):
            return Literal(node.kind, -node.value)
        return self._arithmetic(tree, "-", Literal(Kind.INTEGER, 0), node)

    def _arithmetic(self, tree: exp.Expr, op: str, left: Node, right: Node) -> Node:
        for side in (left, right):
            if side.kind not in NUMBERS:
                cure = "count days with working_days_since(field)" if side.kind in (Kind.DATE, Kind.MOMENT) else ""
                self._stop(tree, f"{op} works on numbers, not on a {side.kind}", cure)
        if op in "*/":
            self._multiplications -= 1
            if self._multiplications < 0:
                self._stop(tree, "too many multiplications and divisions", "at most 8 stand in one condition")
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
                self._stop(tree, f"abs works on numbers, not on a {value.kind}")
            return Call(name, (value,), value.kind)
        if len(written) < 2:
            self._stop(tree, "coalesce needs at least two values", f"write {FUNCTIONS[Called.COALESCE].usage}")
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
            self._stop(tree, f"{name} counts from the day of one field", f"possible are {', '.join(counted)}")
        return Call(name, (node,), Kind.INTEGER)
