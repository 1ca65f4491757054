"""Where templates run: they reach nothing but what they are given, and cannot make much of little."""

from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LONGEST = 10_000  # characters or items that a multiplication may give


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own, in which ``'x' * 10**10`` would fill the memory of the machine, and ``9**9**9`` its time."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("powers (**) are not for notices")
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if numbers or (operator == "*" and isinstance(right, int) and len(left) * right <= _LONGEST):
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"{operator} is for numbers; a text is repeated at most to {_LONGEST:,} characters")
