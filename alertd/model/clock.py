"""The clocks of a process, handed in from above: the site's time, the pace's time, and waiting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """``now``: the site's time (aware), which a trial may start elsewhere. ``pace``: real seconds since the epoch, the same on
    all machines, for the limits of bot and mail servers. ``sleep`` waits so many real seconds."""

    now: Callable[[], datetime]
    pace: Callable[[], float]
    sleep: Callable[[float], None]
