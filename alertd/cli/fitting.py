"""Long lines on a terminal: broken between words, and going on set in; into a pipe they stay whole."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

_HANGING = 4  # columns by which a line that goes on is set in
_NARROWEST = 40


def fitting(lines: Iterable[str]) -> Iterator[str]:
    if not sys.stdout.isatty():
        yield from lines
        return
    width = max(shutil.get_terminal_size().columns, _NARROWEST)
    for line in lines:
        if len(line) <= width:
            yield line
            continue
        hanging = " " * (len(line) - len(line.lstrip()) + _HANGING)
        yield from textwrap.wrap(line, width, subsequent_indent=hanging, break_on_hyphens=False)
