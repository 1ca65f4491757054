"""A process's place among those that deliver from one store, under a lock that dies with the process."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from alertd.store.database import Store
from alertd.store.lock import held

_PLACES = 64


@contextmanager
def place(store: Store) -> Iterator[str]:
    """The first free place among the processes that deliver, under a lock that dies with the process: whoever has the
    place knows that all that was claimed from it before is nobody's."""
    with ExitStack() as stack:
        for number in range(_PLACES):
            if stack.enter_context(held(store, f"deliver-{number}")):
                yield f"{number}/"
                return
        yield "-/"  # more than _PLACES: their claims are freed by the lease alone
