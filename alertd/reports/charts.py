"""Charts as plain values, and how they are drawn: in a process of their own, whose memory goes with it.

matplotlib costs half a second and some 60 MB; a daemon that draws once a day keeps neither. Colours are told apart by everybody
and in grey: each differs from its neighbour in lightness, and every figure stands in numbers beside its bar.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from alertd.errors import CannotRun, Said

_SECONDS = 120.0  # a chart takes about one; a machine that swaps, more
_SAID = 300  # characters of what the drawing process says


class Form(StrEnum):
    SVG = "svg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, the first on top. ``notes``: at the end of each; ``targets``: a tick on each, None for none; ``strong``:
    places of bars that are darker; ``most``: the end of the axis, None for the longest bar."""

    title: str
    labels: Sequence[str]
    values: Sequence[float]
    notes: Sequence[str]
    targets: Sequence[float | None] = ()
    strong: Sequence[int] = ()
    most: float | None = None
    legend: Sequence[str] = ()  # what a bar is, what a tick is


@dataclass(frozen=True, slots=True)
class Stacks:
    """Horizontal bars in parts, light to dark; a fifth part is hatched. ``parts``: per label a number per part; ``thousands``:
    the sign between them on the axis."""

    title: str
    labels: Sequence[str]
    parts: Sequence[Sequence[float]]
    legend: Sequence[str]
    thousands: str
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """From a rank before to a rank now, per label; the better rank is further to the right."""

    title: str
    labels: Sequence[str]
    before: Sequence[int]
    now: Sequence[int]
    legend: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lines:
    """A few series over the same days or months; None is a gap. Lines differ in dashes as well as in colour. ``ends``: what
    stands at the end of each line; ``most``: the top of the axis, None for the highest value; ``thousands`` as in `Stacks`."""

    title: str
    ticks: Sequence[str]
    series: Sequence[Sequence[float | None]]
    legend: Sequence[str]
    ends: Sequence[str]
    thousands: str
    most: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """Charts one under the other with a headline, as one picture for a telephone: narrower, so that its letters are larger."""

    title: str
    subtitle: str
    charts: Sequence["Bars | Stacks | Moves | Lines"]


Chart = Bars | Stacks | Moves | Lines | Poster


def draw(charts: Sequence[Chart], form: Form, *, seconds: float = _SECONDS) -> list[bytes]:
    """Each as a file of its own. Raises CannotRun where the drawing process fails, or takes longer."""
    if not charts:
        return []
    asked = json.dumps({"form": form.value, "charts": [_plain(chart) for chart in charts]})
    return [base64.b64decode(each) for each in json.loads(_apart(asked, seconds))]


def _apart(asked: str, seconds: float) -> str:
    """What the drawing process answers."""
    words = [sys.executable, "-m", "alertd.reports.drawing"]
    try:
        done = subprocess.run(words, input=asked.encode(), capture_output=True, check=False, timeout=seconds)  # noqa: S603 - our own
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(str(error)) from None
    if done.returncode:
        raise _failed(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return done.stdout.decode()


def _plain(chart: Chart) -> dict[str, Any]:
    if isinstance(chart, Poster):
        inner = [_plain(each) for each in chart.charts]
        return {"kind": "Poster", "title": chart.title, "subtitle": chart.subtitle, "charts": inner}
    return {"kind": type(chart).__name__, **asdict(chart)}


def _failed(why: str) -> CannotRun:
    shown = why[:_SAID] or "?"
    return CannotRun(
        Said(
            f"the charts could not be drawn ({shown}); install alertd anew with what it depends on",
            f"không vẽ được biểu đồ ({shown}); đề nghị cài lại alertd cùng các gói phụ thuộc",
        )
    )
