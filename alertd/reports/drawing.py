"""The process that draws: charts as JSON on stdin, files as base64 in JSON on stdout. The sole importer of matplotlib.

Run as ``python -m alertd.reports.drawing`` by charts.draw; the form of the charts is that of the dataclasses there.
"""

import base64
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

_INK, _GREY, _LINE = "#1b1f24", "#57606a", "#c9ced6"
_BAR, _STRONG, _TARGET = "#8fb8d8", "#1f5a8a", "#b35900"
_STEPS = ("#dce9f4", "#9cc3df", "#4e8fbf", "#123a5c")  # light to dark: their order shows in grey as well
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_COLOURS = ("#1f5a8a", "#b35900", "#57606a", "#6a3d9a")
_WIDTH = 8.0  # inches
_PART = 3.4  # inches of one chart of a poster, at least
_DPI = 150
_TITLE = 92  # characters of a line of a title

Spec = Mapping[str, Any]


def main() -> None:
    """Draw what is asked for on stdin."""
    mpl.use("agg")
    mpl.rcParams.update(
        {
            "font.family": ["DejaVu Sans"],  # has every Vietnamese letter, and comes with matplotlib
            "font.size": 9,
            "svg.fonttype": "none",  # text stays text: to be searched, read aloud, and small
            "svg.hashsalt": "alertd",
            "text.color": _INK,
            "axes.edgecolor": _LINE,
            "axes.labelcolor": _GREY,
            "xtick.color": _GREY,
            "ytick.color": _INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    asked = json.load(sys.stdin)
    made = [base64.b64encode(_file(chart, asked["form"])).decode() for chart in asked["charts"]]
    json.dump(made, sys.stdout)


def _file(chart: Spec, form: str) -> bytes:
    inner = chart["charts"] if chart["kind"] == "Poster" else [chart]
    heights = [_height(each) for each in inner]
    head = 0.9 if chart["kind"] == "Poster" else 0.0
    whole = sum(heights) + head
    below_the_head = ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - head * 0.66 / whole))
    figure = Figure(figsize=(_WIDTH, whole), layout=below_the_head)
    if head:
        figure.suptitle(
            fill(chart["title"], _TITLE), fontsize=13, fontweight="bold", x=0.01, y=0.995, ha="left", va="top"
        )
        figure.text(0.01, 1 - 0.34 / figure.get_figheight(), chart["subtitle"], fontsize=9, color=_GREY, va="top")
    parts = figure.subfigures(len(inner), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, each in zip(parts, inner, strict=True):
        axes = part.subplots()
        _DRAWN[each["kind"]](axes, each)
        part.suptitle(fill(each["title"], _TITLE), x=0.01, ha="left", fontsize=10.5, fontweight="bold", color=_INK)
        if len(each["legend"]) > 1:
            handles, names = axes.get_legend_handles_labels()
            part.legend(handles, names, loc="outside lower left", ncols=len(names), frameon=False, fontsize=8)
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=_DPI, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()


def _height(chart: Spec) -> float:
    if chart["kind"] == "Lines":
        return _PART
    rows = len(chart["labels"])
    return max(1.2, 0.7 + 0.23 * rows)


def _rows(axes: Axes, labels: Sequence[str]) -> list[float]:
    """Places of the rows, the first on top."""
    places = [float(-place) for place in range(len(labels))]
    axes.set_yticks(places, labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-len(labels) + 0.4, 0.6)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    return places


def _bars(axes: Axes, chart: Spec) -> None:
    places = _rows(axes, chart["labels"])
    strong = set(chart["strong"])
    colours = [_STRONG if place in strong else _BAR for place in range(len(places))]
    axes.barh(places, chart["values"], height=0.72, color=colours, label=_named(chart, 0))
    targets = [(place, target) for place, target in zip(places, chart["targets"], strict=False) if target is not None]
    if targets:
        ys, xs = zip(*targets, strict=True)
        axes.plot(
            xs, ys, linestyle="", marker="|", markersize=11, markeredgewidth=2.2, color=_TARGET, label=_named(chart, 1)
        )
    most = chart["most"] or max([*chart["values"], *(target for _, target in targets), 1])
    axes.set_xlim(0, most * 1.16)
    for place, value, note in zip(places, chart["values"], chart["notes"], strict=True):
        axes.annotate(note, (value, place), xytext=(4, 0), textcoords="offset points", **_NOTE)


def _stacks(axes: Axes, chart: Spec) -> None:
    places = _rows(axes, chart["labels"])
    ends = [0.0] * len(places)
    for number, name in enumerate(chart["legend"]):
        widths = [parts[number] for parts in chart["parts"]]
        split = number < len(_STEPS)
        look: dict[str, Any] = {
            "color": _STEPS[number] if split else "white",
            "edgecolor": _INK,
            "hatch": "" if split else "///",
        }
        axes.barh(places, widths, left=ends, height=0.72, linewidth=0.4, label=name, **look)
        ends = [end + width for end, width in zip(ends, widths, strict=True)]
    most = max([*ends, 1])
    axes.set_xlim(0, most * 1.16)
    for place, end, note in zip(places, ends, chart["notes"] or [f"{end:g}" for end in ends], strict=True):
        axes.annotate(note, (end, place), xytext=(4, 0), textcoords="offset points", **_NOTE)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _moves(axes: Axes, chart: Spec) -> None:
    places = _rows(axes, chart["labels"])
    for place, before, now in zip(places, chart["before"], chart["now"], strict=True):
        axes.annotate(
            "",
            (now, place),
            (before, place),
            arrowprops={"arrowstyle": "-|>", "color": _STRONG if now < before else _TARGET, "linewidth": 1.6},
        )
        axes.annotate(
            f"{before} → {now}", (max(before, now), place), xytext=(-8, 0), textcoords="offset points", **_END
        )
    axes.plot(chart["before"], places, "o", markersize=5, markerfacecolor="white", color=_GREY, label=_named(chart, 0))
    axes.plot(chart["now"], places, "o", markersize=5, color=_STRONG, label=_named(chart, 1))
    ranks = [*chart["before"], *chart["now"], 1]
    spare = max(2.0, (max(ranks) - min(ranks)) * 0.22)
    axes.set_xlim(max(ranks) + spare, max(0.5, min(ranks) - 1))  # the first rank stands on the right
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


_BEHIND = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}  # a tick does not cross a number
_NOTE: Mapping[str, Any] = {"va": "center", "fontsize": 8, "bbox": _BEHIND}
_END: Mapping[str, Any] = {"ha": "right", "va": "center", "fontsize": 8}


def _lines(axes: Axes, chart: Spec) -> None:
    places = range(len(chart["ticks"]))
    for number, series in enumerate(chart["series"]):
        values = [float("nan") if value is None else value for value in series]
        style = {"color": _COLOURS[number % len(_COLOURS)], "linestyle": _DASHES[number % len(_DASHES)]}
        axes.plot(places, values, linewidth=1.9, label=chart["legend"][number], **style)
        known = [place for place, value in enumerate(series) if value is not None]
        if known:
            last = known[-1]
            axes.annotate(
                chart["ends"][number],
                (last, series[last]),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
    step = max(1, -(-len(chart["ticks"]) // 10))
    shown = list(places)[::step]
    axes.set_xticks(shown, [chart["ticks"][place] for place in shown])
    if all(isinstance(value, int) for series in chart["series"] for value in series if value is not None):
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, chart["most"])
    axes.margins(x=0.04)
    axes.grid(axis="y", color=_LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    if chart["note"]:
        axes.set_xlabel(chart["note"], fontsize=8, loc="left")


def _named(chart: Spec, place: int) -> str:
    legend = chart["legend"]
    return str(legend[place]) if place < len(legend) else "_"  # matplotlib leaves out what begins so


_DRAWN: Mapping[str, Callable[[Axes, Spec], None]] = {
    "Bars": _bars,
    "Stacks": _stacks,
    "Moves": _moves,
    "Lines": _lines,
}

if __name__ == "__main__":
    main()
