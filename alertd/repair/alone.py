"""Nobody else is at work meanwhile: no cycle, and where records are to change, no poll."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from alertd.errors import CannotRun, Said
from alertd.site import Site
from alertd.store import lock

_TRIES, _PAUSE = 20, 0.5  # how often it is looked, and the seconds between


@contextmanager
def alone(site: Site, *, polls: bool = True) -> Iterator[None]:
    """Waits some seconds for a cycle that runs, or a poll of any source. Raises CannotRun where it goes on."""
    with ExitStack() as locks:
        for name in ("cycle", *(f"poll:{source.name}" for source in site.settings.sources if polls)):
            if not _taken(locks, site, name):
                what, _, source = name.partition(":")
                of, von = (f" of {source}", f" nguồn {source}") if source else ("", "")
                vi = "lượt đọc" if source else "lượt xét"
                raise CannotRun(
                    Said(
                        f"a {what}{of} is running; try again when it has ended, in a minute or two",
                        f"đang có {vi}{von}; xin thử lại sau một, hai phút",
                    )
                )
        yield


def _taken(locks: ExitStack, site: Site, name: str) -> bool:
    for left in reversed(range(_TRIES)):
        with ExitStack() as one:
            if one.enter_context(lock.held(site.store, name)):
                locks.push(one.pop_all())
                return True
        if left:
            site.clock.sleep(_PAUSE)
    return False
