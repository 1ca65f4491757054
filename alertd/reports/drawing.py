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
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

_INK, _GREY, _LINE = "#1b1f24", "#57606a", "#c9ced6"
_BAR, _STRONG, _TARGET = "#8fb8d8", "#1f5a8a", "#b35900"
_STEPS = ("#dce9f4", "#9cc3df", "#4e8fbf", "#123a5c")  # light to dark: their order shows in grey as well
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_COLOURS = ("#1f5a8a", "#b35900", "#57606a", "#6a3d9a")
_WIDTH = 8.0  # inches
_NARROW = 6.0  # of a poster: as a picture on a telephone is some three inches wide
_LINES = 2.4  # inches of a chart of lines
_PIXELS = 1200  # of a picture's width
_LETTER = 0.62  # of a bold letter's size is its width, on the average

Spec = Mapping[str, Any]


def main() -> None:
    """Draw what is asked for on stdin."""
    sys.stdout.write(answer(sys.stdin.read()))


def answer(question: str) -> str:
    """The files of the charts that are asked for, as JSON both."""
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
    asked = json.loads(question)
    return json.dumps([base64.b64encode(_file(chart, asked["form"])).decode() for chart in asked["charts"]])


def _file(chart: Spec, form: str) -> bytes:
    poster = chart["kind"] == "Poster"
    inner = chart["charts"] if poster else [chart]
    width = _NARROW if poster else _WIDTH
    head = [_wrapped(chart["title"], 13, width), _wrapped(chart["subtitle"], 9, width)] if poster else []
    heights = [0.3 + 0.23 * sum(text.count("\n") + 1 for text in head)] if head else []
    heights += [_height(each) for each in inner]
    figure = Figure(figsize=(width, sum(heights)), layout="constrained")
    # of a month in which no unit has a figure that is printed the title alone is left
    parts = list(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    if head:
        top = parts.pop(0)
        top.text(0.01, 1 - 0.08 / heights[0], head[0], fontsize=13, fontweight="bold", va="top")
        top.text(0.01, 0.12 / heights[0], head[1], fontsize=9, color=_GREY, va="bottom")
    for part, each in zip(parts, inner, strict=True):
        axes = part.subplots()
        _DRAWN[each["kind"]](axes, each)
        title = _wrapped(each["title"], 10.5, width)
        part.suptitle(title, x=0.01, ha="left", fontsize=10.5, fontweight="bold", color=_INK)
        if len(each["legend"]) > 1:
            handles, names = axes.get_legend_handles_labels()
            part.legend(handles, names, loc="outside lower left", ncols=len(names), **_LEGEND)
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=_PIXELS / width, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()


def _wrapped(text: str, size: float, width: float) -> str:
    return "\n".join(fill(line, int(width * 72 / (size * _LETTER))) for line in text.split("\n"))


def _height(chart: Spec) -> float:
    if chart["kind"] == "Lines":
        return _LINES
    rows: int = sum(label.count("\n") + 1 for label in chart["labels"])
    return max(1.2, 0.7 + 0.23 * rows)


def _whole(axis: Axis, thousands: str) -> None:
    """Ticks of whole numbers, as people of the site write them."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", thousands)))


def _rows(axes: Axes, labels: Sequence[str]) -> list[float]:
    """Places of the rows, the first on top."""
    lines = [label.count("\n") + 1 for label in labels]
    places = [-(sum(lines[:place]) + (lines[place] - 1) / 2) for place in range(len(labels))]
    axes.set_yticks(places, labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-sum(lines) + 0.4, 0.6)
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
    ticks = dict(targets)
    for place, value, note in zip(places, chart["values"], chart["notes"], strict=True):
        beside = ticks.get(place, value)
        at = beside if value < beside < value + most * _BREADTH else value  # a number does not stand on a tick
        axes.annotate(note, (at, place), xytext=(4, 0), textcoords="offset points", **_NOTE)


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
    _whole(axes.xaxis, chart["thousands"])


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


_BREADTH = 0.1  # of the axis is the breadth of a number
_LEGEND: Mapping[str, Any] = {"frameon": False, "fontsize": 8, "columnspacing": 1.2, "handlelength": 1.6}
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
    _whole(axes.yaxis, chart["thousands"])
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
