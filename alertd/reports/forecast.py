"""The on-time figure of a period as alertd's own files have it: what is certain, what can be reached, what to expect. Pure.

It is an estimate: the portal counts by its own copy of the files. Source of the formula: reports/own_files.py and reports/score.py
(Quyết định 766/QĐ-TTg, chỉ số 2.1).
"""

from dataclasses import dataclass

from alertd.reports.own_files import Tally
from alertd.reports.score import Counted, Scale, ratio_of, score_of

FEWEST = 20  # files that fell due: of fewer no share is taken


@dataclass(frozen=True, slots=True)
class Figure:
    """``ratio``: hundredths of a per cent; ``score``: hundredths of a point. None: nothing was received."""

    on_time: int
    received: int
    ratio: int | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """``least``: nothing more is finished in time; ``most``: all that still can be is; ``expected``: as large a share of it as of
    the files that fell due in the last weeks, None where too few did or nothing is pending. ``kept``: that share, hundredths of a
    per cent."""

    tally: Tally
    least: Figure
    most: Figure
    expected: Figure | None
    kept: int | None


def forecast(tally: Tally, scale: Scale) -> Forecast:
    asked = tally.pending > 0 and tally.fell_due >= FEWEST
    kept = ratio_of(Counted(tally.kept, tally.fell_due)) if asked else None
    expected = None
    if kept is not None:
        # half a file counts as one
        more = (2 * tally.pending * tally.kept + tally.fell_due) // (2 * tally.fell_due)
        expected = _figure(tally.on_time + more, tally.received, scale)
    return Forecast(
        tally=tally,
        least=_figure(tally.on_time, tally.received, scale),
        most=_figure(tally.on_time + tally.pending, tally.received, scale),
        expected=expected,
        kept=kept,
    )


def _figure(on_time: int, received: int, scale: Scale) -> Figure:
    counted = Counted(on_time, received)
    return Figure(on_time, received, ratio_of(counted), score_of(counted, scale))
