"""What is read off sqlglot's tree as it stands: which sign is which, the branches of a chain, the arguments of a call."""

from collections.abc import Iterator

from sqlglot import exp

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


def extent(tree: exp.Expr) -> tuple[int, int]:
    """From which character on it stands, and how many: names and values as written carry their places, signs do not."""
    places = [(node.meta["start"], node.meta["end"]) for node in tree.walk() if "start" in node.meta]
    if not places:
        return 0, 0
    start = min(place for place, _ in places)
    return start, max(end for _, end in places) - start + 1


def is_text(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Literal) and bool(tree.is_string)
