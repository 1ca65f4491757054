"""What is read off sqlglot's tree as it stands: which sign is which, the branches of a chain, the arguments of a call."""

from collections.abc import Iterator

from sqlglot import exp

from alertd.rules.condition_types import NUMBERS, TEXTS, Kind

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


def cure_of_kinds(kinds: set[Kind]) -> str:
    if kinds == {Kind.DATE, Kind.MOMENT}:
        return "compare a date with today, a moment with now"
    if Kind.BOOLEAN in kinds:
        return "write each comparison by itself, and join them by and"
    if kinds & set(NUMBERS) and kinds & set(TEXTS):
        return "put quotes around the text: '1.004220'"
    if kinds & set(NUMBERS):
        return "count with working_days_since(field)"
    return "compare a field with a value of its own type"


def branches(tree: exp.Expr, joined_by: type[exp.Expr]) -> list[exp.Expr]:
    """What a chain of one connective joins. It is deep on its left: walked, not descended."""
    found: list[exp.Expr] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, joined_by):
            pending += [node.expression, node.this]
        else:
            found.append(node)
    return found


def arguments(tree: exp.Expr) -> Iterator[exp.Expr]:
    if tree.this is not None and not isinstance(tree, exp.Anonymous):
        yield tree.this
    yield from tree.args.get("expressions") or []


def is_text(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Literal) and bool(tree.is_string)
