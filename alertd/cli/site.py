"""The whole site, for the commands that need more of it than what is stored; importing all that it may use takes its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alertd import wiring
from alertd.cli.common import clock_from, load, refuse_made_up_clock, say_faults
from alertd.site import Site


@contextmanager
def open_site(config: Path | None, now: str | None = None, *, writes: bool = False) -> Iterator[Site]:
    """The whole Site of the config; what is wrong with its tables and rules is said on stderr, and it runs without those.

    ``writes``: the command writes or sends, so a made-up clock is refused in mode live."""
    settings = load(config)
    refuse_made_up_clock(settings, now, writes=writes)
    site, faults = wiring.build(settings, clock_from(now))
    try:
        say_faults(faults, settings.site.language)
        yield site
    finally:
        site.close()
