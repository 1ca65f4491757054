"""What Excel makes of codes and whole numbers, and back again as far as that can be known. Pure."""

import re
from typing import Any

from alertd.settings.source_shapes import SourceSettings

# A procedure's code is one digit, a point and six digits: as a number it loses its last zeros, and where the decimal
# mark is a comma it is read as thousands.
_SHORT = re.compile(r"\d(?:[.,]\d{1,6})?")
_WHOLE = re.compile(r"\d{7}")
_EXACT = 1e15  # a float holds 15 digits; a longer number has lost some already


def repair_code(value: Any) -> tuple[Any, bool]:
    """A procedure's code as it was before Excel made a number of it, and whether it was repaired.

    1.00422 → 1.004220, "1,004227" → 1.004227, 1004227 → 1.004227. Anything else comes back as it is: what stands in
    scientific notation is lost.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value, False
    text = value.strip() if isinstance(value, str) else _digits(value)
    if _WHOLE.fullmatch(text):
        return f"{text[0]}.{text[1:]}", True
    if not _SHORT.fullmatch(text):
        return value, False
    repaired = f"{text[0]}.{text[2:].ljust(6, '0')}"
    return repaired, repaired != text


def _digits(number: float) -> str:
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    rounded = f"{number:.6f}"
    return rounded.rstrip("0") if abs(float(rounded) - number) < 1e-9 else repr(number)


def whole(value: Any) -> Any:
    """1.0 → 1: a cell of Excel knows no whole numbers."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def code_columns(settings: SourceSettings) -> frozenset[str]:
    """Their columns that hold procedures' codes."""
    ours = {"procedure", "code"} if settings.dataset == "procedures" else {"procedure"}
    return frozenset(theirs.column for name, theirs in settings.fields.items() if name in ours and theirs.column)
