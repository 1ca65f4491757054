"""Findings as lines for a person: a table where there is room, one under the other on a telephone, the worst last."""

import textwrap
from collections.abc import Iterator, Sequence

from alertd.check.health import Health, Seen

_SIGNS = {Health.OK: "ok     ", Health.WARNING: "WARNING", Health.FAULT: "FAULT  "}
_COLOURS = {Health.OK: "32", Health.WARNING: "33", Health.FAULT: "31"}
_ORDER = list(_SIGNS)
_NARROW = 100  # columns below which a table breaks apart


def lines(seen: Sequence[Seen], *, columns: int | None = None) -> Iterator[str]:
    """``columns``: of the terminal, which also shows colours; None: for a file or a pipe."""
    width = max(len(each.subject) for each in seen)
    for each in sorted(seen, key=lambda each: _ORDER.index(each.health)):
        sign = _SIGNS[each.health] if columns is None else f"\033[{_COLOURS[each.health]}m{_SIGNS[each.health]}\033[0m"
        if columns is not None and columns < _NARROW:
            yield f"{sign}  {each.subject}"
            yield from _folded(each.what, columns, "  ")
            yield from _folded(each.cure, columns, "  → ")
        else:
            yield f"{sign}  {each.subject:<{width}}  {each.what}"
            if each.cure:
                yield f"{'':<{width + 11}}→ {each.cure}"
    yield _counted(seen)


def _folded(text: str, columns: int, indent: str) -> list[str]:
    """Never broken inside a word: a path or a command is copied from here."""
    return textwrap.wrap(
        text,
        columns,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _counted(seen: Sequence[Seen]) -> str:
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for health, word in ((Health.FAULT, "fault"), (Health.WARNING, "warning"))
        if (count := sum(each.health is health for each in seen))
    ]
    return ", ".join(counts) or "all is well"
