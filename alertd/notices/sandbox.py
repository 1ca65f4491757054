"""Where templates run: they reach nothing but what they are given, and cannot make much of little, nor go round for ever."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2 import TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

_LONGEST = 10_000  # characters or items that a multiplication, a sum or a call may give
_ROUNDS = 100_000  # of all loops of one block together, and calls
_LONG, _A_ROUND = 1_000, 4  # what is longer costs a filter a round for so many of its characters or items
# They give a text of any width, or take text for a template; no notice needs them.
_WIDE = frozenset(("center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "translate"))
_NO_FILTERS = ("batch", "center", "format", "indent", "pprint", "slice", "tojson", "urlize", "wordwrap", "xmlattr")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own, in which ``'x' * 10**10`` would fill the memory of the machine, and ``9**9**9`` its time."""

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in _NO_FILTERS:
            self.filters.pop(name, None)
        for name in ("replace", "join", "sum"):
            self.filters[name] = _checked(self.filters[name])
        for name, call in self.filters.items():
            self.filters[name] = _charged(call)
        self.filters["_counted"], self.filters["_short"] = _counted, _short

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("powers (**) are not for notices")
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if numbers or (operator == "*" and isinstance(right, int) and len(left) * right <= _LONGEST):
            return super().call_binop(context, operator, left, right)
        if operator == "+":
            return _short(super().call_binop(context, operator, left, right))
        raise SecurityError(f"{operator} is for numbers; a text is repeated at most to {_LONGEST:,} characters")

    def wrap_str_format(self, value: Any) -> None:
        """``format`` is met like every attribute."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str) and attr in _WIDE:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(__self, __context: Context, /, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja's
        _spend(__context, 1)
        return _short(super().call(__context, __obj, *args, **kwargs))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Every loop is counted, every text that is put together is measured. Raises TemplateSyntaxError."""
        tree: nodes.Template = _Bounds(name, filename).visit(super()._parse(source, name, filename))
        return tree.set_environment(self)  # type: ignore[return-value] # gives itself


class _Bounds(NodeTransformer):
    """Puts the counting filters into a template."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self._place = name, filename

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        if node.recursive:
            raise TemplateSyntaxError("a loop must not call itself", node.lineno, *self._place)
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_counted", node.lineno)
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.filter = _filter(node.filter, "_short", node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(node, "_short", node.lineno)

    def _refuse(self, node: nodes.Node) -> nodes.Node:
        raise TemplateSyntaxError("a template takes in no other file", node.lineno, *self._place)

    visit_Include = visit_Import = visit_FromImport = visit_Extends = _refuse  # noqa: N815


def _filter(node: Any, name: str, line: int) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=line)


@pass_context
def _counted(context: Context, things: Any) -> Any:
    """What a loop goes over."""
    found = things if hasattr(things, "__len__") else list(things)
    _spend(context, len(found))
    return found


def _spend(context: Context, rounds: int) -> None:
    left = getattr(context, "rounds_left", _ROUNDS) - rounds
    if left < 0:
        raise SecurityError(f"loops go round more than {_ROUNDS:,} times")
    context.rounds_left = left  # type: ignore[attr-defined] # a context is of one run


def _short(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > _LONGEST:
        raise SecurityError(f"a text that is put together has at most {_LONGEST:,} characters")
    return value


def _charged(call: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, whose work over long texts counts like a loop over them."""
    wanted = getattr(call, "jinja_pass_arg", None)

    @pass_context
    @wraps(call)
    def charged(context: Context, /, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str | list | tuple) and len(value) > _LONG:
            _spend(context, len(value) // _A_ROUND)
        first = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        given = () if wanted is None else (first[wanted.name],)
        return call(*given, value, *args, **kwargs)

    return charged


def _checked(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def checked(*args: Any, **kwargs: Any) -> Any:
        return _short(call(*args, **kwargs))

    return checked
