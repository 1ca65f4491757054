"""A checked tree as the text that a person would write: one form for all that mean the same by their signs alone."""

from typing import assert_never

from alertd.rules.condition_types import (
    Arithmetic,
    Between,
    Call,
    Clock,
    Compare,
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


def written(node: Node) -> str:
    """``working_days_late >= 10``; joined parts stand in brackets where they stand inside something."""
    match node:
        case FieldRef(field):
            return field.name
        case Literal():
            return _literal(node)
        case Clock(kind):
            return "today" if kind is Kind.DATE else "now"
        case Compare(op, left, right):
            return f"{written(left)} {op} {written(right)}"
        case Logic(op, parts):
            return f" {op} ".join(_inside(part) for part in parts)
        case Not(part):
            return f"not {_inside(part)}"
        case IsNull() | In() | Between() | Like():
            return _among(node)
        case Arithmetic(op, left, right):
            return f"({written(left)} {op} {written(right)})"
        case Call(name, arguments):
            return f"{name}({', '.join(map(written, arguments))})"
        case _:
            assert_never(node)


def _among(node: IsNull | In | Between | Like) -> str:
    match node:
        case IsNull(value):
            return f"{written(value)} is null"
        case In(value, items):
            return f"{written(value)} in ({', '.join(sorted(map(_literal, items)))})"
        case Between(value, low, high):
            return f"{written(value)} between {written(low)} and {written(high)}"
        case Like(value, pattern):
            return f"{written(value)} like '{pattern}'"


def meaning(node: Node) -> str:
    """The same for two conditions of which one joins the parts of the other in another order."""
    if isinstance(node, Logic):
        return f" {node.op} ".join(sorted({f"({meaning(part)})" for part in node.parts}))
    return f"not ({meaning(node.part)})" if isinstance(node, Not) else written(node)


def _inside(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, Logic) else written(node)


def _literal(node: Literal) -> str:
    if node.kind is Kind.BOOLEAN:
        return "true" if node.value else "false"
    if isinstance(node.value, int | float):
        return str(node.value)
    return "'" + str(node.value).replace("'", "''") + "'"
