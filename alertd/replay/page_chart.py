"""The chart of messages a day, before and after, as SVG made by hand: bars, a dashed line, days off; a long time by weeks. Pure."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from alertd.replay.compare import Change
from alertd.replay.page_style import AFTER, BEFORE, OFF
from alertd.replay.page_words import Voice
from alertd.replay.report import Report
from alertd.replay.tally import week_of

_WIDTH, _HEIGHT = 960.0, 270.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 8.0, 28.0, 40.0
_LABELS = 16  # on the axis of days, at most
_LINES = 5  # across
_MOST_DAYS = 92
_STEPS = (1, 2, 5)


def chart(report: Report, voice: Voice) -> Markup:
    """A figure with a legend; each day's numbers stand in its title."""
    changes = _changes(report)
    before = None if report.difference is None else [change.before for change in changes.values()]
    plot = _Plot(list(changes), [change.after for change in changes.values()], before)
    parts = [
        *(() if by_weeks(report) else _shades(plot, report)),
        *_lines(plot, voice),
        *_bars(plot, changes, voice, compared=before is not None),
        *(_before(plot, before) if before is not None else ()),
        *_days(plot),
        *_held(plot, _held_in(report), voice),
    ]
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="11" font-family="inherit">').format(
        int(_WIDTH), int(_HEIGHT), voice.say("chart")
    )
    return head + Markup("").join(parts) + Markup("</svg>") + _legend(report, voice)


def by_weeks(report: Report) -> bool:
    return len(report.tally.days) > _MOST_DAYS


def _changes(report: Report) -> dict[date, Change]:
    """Each day, or the Monday of each week, with its numbers before and after."""
    days = {day: Change(0, count) for day, count in report.tally.days.items()}
    if report.difference is not None:
        days = dict(report.difference.days)
    if not by_weeks(report):
        return days
    weeks: dict[date, Change] = {}
    for day, change in days.items():
        so_far = weeks.get(week_of(day), Change(0, 0))
        weeks[week_of(day)] = Change(so_far.before + change.before, so_far.after + change.after)
    return weeks


def _held_in(report: Report) -> frozenset[date]:
    return frozenset(week_of(day) if by_weeks(report) else day for day in report.after.held)


class _Plot:
    """Where a day and a number stand."""

    def __init__(self, days: Sequence[date], after: Sequence[int], before: Sequence[int] | None) -> None:
        self.days, self.after = days, after
        self.step, self.top = _scale(max([*after, *(before or ()), 1]))
        self.wide = (_WIDTH - _LEFT - _RIGHT) / len(days)

    def x(self, place: int) -> float:
        return round(_LEFT + place * self.wide, 1)

    def y(self, count: int) -> float:
        return round(_HEIGHT - _BOTTOM - count / self.top * (_HEIGHT - _TOP - _BOTTOM), 1)


def _scale(most: int) -> tuple[int, int]:
    """The step between two lines, and the number at the top: round ones."""
    tens = 1
    while True:
        for step in _STEPS:
            if step * tens * _LINES >= most:
                wide = step * tens
                return wide, -(-most // wide) * wide
        tens *= 10


def _shades(plot: _Plot, report: Report) -> Iterator[Markup]:
    for place, day in enumerate(plot.days):
        if day in report.off:
            yield Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                plot.x(place), _TOP, round(plot.wide, 1), _HEIGHT - _TOP - _BOTTOM, OFF
            )


def _lines(plot: _Plot, voice: Voice) -> Iterator[Markup]:
    for count in range(0, plot.top + 1, plot.step):
        y = plot.y(count)
        yield Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(
            _LEFT, _WIDTH - _RIGHT, y, y, "#1b1f24" if count == 0 else "#c9ced6"
        )
        yield Markup('<text x="{}" y="{}" text-anchor="end" fill="#57606a">{}</text>').format(
            _LEFT - 6, y + 4, voice.number(count)
        )
    yield Markup('<text x="{}" y="{}" fill="#57606a">{}</text>').format(4, 11, voice.say("chart_axis"))


def _bars(plot: _Plot, changes: Mapping[date, Change], voice: Voice, *, compared: bool) -> Iterator[Markup]:
    gap = min(4.0, plot.wide * 0.2)
    for place, (day, change) in enumerate(changes.items()):
        said, count = f"{voice.weekday(day)}: {voice.things('messages', change.after)}", change.after
        if compared:
            numbers = (voice.say("before"), voice.number(change.before), voice.say("after"), voice.number(change.after))
            said = f"{voice.weekday(day)}: {numbers[0]} {numbers[1]}, {numbers[2]} {numbers[3]}"
        y = plot.y(count)
        # the whole column can be pointed at, also where its bar is low
        yield Markup(
            '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" fill="#fff" fill-opacity="0"/>'
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/></g>'
        ).format(
            said,
            plot.x(place),
            _TOP,
            round(plot.wide, 1),
            _HEIGHT - _TOP - _BOTTOM,
            round(plot.x(place) + gap / 2, 1),
            y,
            round(plot.wide - gap, 1),
            round(_HEIGHT - _BOTTOM - y, 1),
            AFTER,
        )


def _before(plot: _Plot, counts: Sequence[int]) -> Iterator[Markup]:
    """White under the line, so that it is seen before dark bars."""
    middles = [(round(plot.x(place) + plot.wide / 2, 1), plot.y(count)) for place, count in enumerate(counts)]
    path = " ".join(f"{x},{y}" for x, y in middles)
    for colour, width, dash in (("#fff", 4, ""), (BEFORE, 2, "6 3")):
        yield Markup(
            '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}" pointer-events="none"/>'
        ).format(path, colour, width, dash)
    for x, y in middles:
        yield Markup(
            '<circle cx="{}" cy="{}" r="3" fill="#fff" stroke="{}" stroke-width="1.8" pointer-events="none"/>'
        ).format(x, y, BEFORE)


def _days(plot: _Plot) -> Iterator[Markup]:
    every = -(-len(plot.days) // _LABELS)
    for place in range(0, len(plot.days), every):
        day = plot.days[place]
        middle = round(plot.x(place) + plot.wide / 2, 1)
        yield Markup('<text x="{}" y="{}" text-anchor="middle" fill="#57606a">{}</text>').format(
            middle, _HEIGHT - _BOTTOM + 16, f"{day:%d/%m}"
        )
        if place == 0 or day.year != plot.days[place - every].year:
            yield Markup('<text x="{}" y="{}" text-anchor="middle" fill="#57606a">{}</text>').format(
                middle, _HEIGHT - _BOTTOM + 31, day.year
            )


def _held(plot: _Plot, held: Container[date], voice: Voice) -> Iterator[Markup]:
    for place, day in enumerate(plot.days):
        if day in held:
            yield Markup('<text x="{}" y="{}" text-anchor="middle" fill="{}"><title>{}</title>▼</text>').format(
                round(plot.x(place) + plot.wide / 2, 1), _TOP - 5, BEFORE, voice.say("chart_legend_held")
            )


def _legend(report: Report, voice: Voice) -> Markup:
    signs = [(AFTER, voice.say("chart_legend_only" if report.before is None else "chart_legend_after"), False)]
    if report.before is not None:
        signs.append((BEFORE, voice.say("chart_legend_before"), True))
    if report.off and not by_weeks(report):
        signs.append((OFF, voice.say("chart_legend_off"), False))
    said = [_sign(colour, dashed=dashed) + Markup(" {}").format(text) for colour, text, dashed in signs]
    if report.after.held:
        said.append(Markup("{}").format(voice.say("chart_legend_held")))
    return Markup("<figcaption>{}</figcaption>").format(Markup(" &nbsp; ").join(said))


def _sign(colour: str, *, dashed: bool) -> Markup:
    inner = (
        Markup('<line x1="0" x2="22" y1="6" y2="6" stroke="{}" stroke-width="2" stroke-dasharray="6 3"/>')
        if dashed
        else Markup('<rect width="22" height="12" fill="{}"/>')
    )
    return (
        Markup('<svg viewBox="0 0 22 12" style="display:inline-block;width:22px;min-width:0;height:12px">')
        + inner.format(colour)
        + Markup("</svg>")
    )
