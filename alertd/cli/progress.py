"""A bar on stderr while something takes long; nothing where stderr is no terminal, so that logs and scripts stay clean."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bar:
    """What a long work calls as it goes on."""

    def __init__(self, shown: Progress | None, task: TaskID) -> None:
        self._shown = shown
        self._task = task

    def step(self) -> None:
        """One more is done."""
        if self._shown is not None:
            self._shown.advance(self._task)

    def reach(self, done: int, total: int) -> None:
        """So many of so many are done."""
        if self._shown is not None:
            self._shown.update(self._task, completed=done, total=total)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Bar]:
    """``total``: how many steps, where it is known from the start. The bar is gone when the work is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(None, TaskID(0))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        yield Bar(shown, shown.add_task(what, total=total))
