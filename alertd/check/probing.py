"""Probes side by side, each with its own end: one that hangs delays nobody and is reported as what it is."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alertd.check.health import Seen, fault
from alertd.errors import AlertdError


@dataclass(frozen=True, slots=True)
class Probe:
    subject: str
    look: Callable[[], Sequence[Seen]]


def run(probes: Sequence[Probe], *, seconds: float, done: Callable[[], None] = lambda: None) -> list[Seen]:
    """What all probes saw, in their order. ``done`` is called after each. One that takes longer than ``seconds`` is left
    behind in a thread that dies with the process."""
    results: list[Sequence[Seen] | None] = [None] * len(probes)
    ended = threading.Semaphore(0)

    def work(place: int, probe: Probe) -> None:
        try:
            results[place] = _looked(probe)
        finally:
            ended.release()

    for place, probe in enumerate(probes):
        threading.Thread(target=work, args=(place, probe), name=probe.subject, daemon=True).start()
    until = time.monotonic() + seconds
    for _ in probes:
        if not ended.acquire(timeout=max(0.0, until - time.monotonic())):
            break
        done()
    late = f"no answer within {seconds:.0f} s"
    return [
        seen
        for probe, found in zip(probes, results, strict=True)
        for seen in (found if found is not None else [fault(probe.subject, late, "see whether it runs")])
    ]


def _looked(probe: Probe) -> Sequence[Seen]:
    try:
        return probe.look()
    except AlertdError as error:
        return [fault(probe.subject, str(error))]
    except Exception as error:  # noqa: BLE001 - one probe's own fault must not hide what the others saw
        # the type alone: the text of an unforeseen error may hold an address with a secret in it
        what = f"a fault of alertd's own ({type(error).__name__})"
        return [fault(probe.subject, what, "hand this line to those who look after alertd")]
