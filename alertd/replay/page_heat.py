"""The heat map of recipients by day: a table whose cells hold numbers, so that it is read without its colours. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from alertd.replay.compare import Change
from alertd.replay.page_words import Voice
from alertd.replay.report import Report
from alertd.replay.tally import days_of, week_of

_MOST_DAYS = 45  # columns; a longer period is shown by weeks
_MOST_HEADS = 400
_SHADES = (1, 2, 4)  # messages from which the next darker shade begins


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    cells: Mapping[date, Change]
    total: Change


def heat(report: Report, voice: Voice) -> Markup:
    days = list(report.tally.days)
    weekly = len(days) > _MOST_DAYS
    columns = sorted({week_of(day) for day in days}) if weekly else days
    rows = _rows(report, voice, weekly=weekly)
    compared = report.difference is not None
    off = frozenset() if weekly else report.off
    body = Markup("").join(
        _row(row, columns, off, voice, compared=compared, weekly=weekly) for row in rows[:_MOST_HEADS]
    )
    table = Markup('<div class="scroll"><table class="heat"><thead>{}</thead><tbody>{}</tbody></table></div>').format(
        _head(columns, off, voice), body
    )
    return Markup("<h2>{}</h2>{}{}").format(
        voice.say("heat_weeks" if weekly else "heat"), _notes(len(rows), voice, compared=compared, weekly=weekly), table
    )


def _rows(report: Report, voice: Voice, *, weekly: bool) -> list[_Row]:
    """Those who get most first, then those who get nothing any more."""
    if report.difference is not None:
        changes = [
            (voice.unit_name(head.unit), head.name, head.days, head.messages) for head in report.difference.heads
        ]
    else:
        changes = [
            (
                voice.unit_name(head.unit),
                head.name,
                {day: Change(0, count) for day, count in head.days.items()},
                Change(0, head.messages),
            )
            for head in report.tally.heads
        ]
    rows = [_Row(f"{unit} – {name}", _weeks(days) if weekly else days, total) for unit, name, days, total in changes]
    return sorted(rows, key=lambda row: (-row.total.after, -row.total.before, row.name))


def _weeks(days: Mapping[date, Change]) -> dict[date, Change]:
    found: dict[date, Change] = {}
    for day, change in days.items():
        week = week_of(day)
        so_far = found.get(week, Change(0, 0))
        found[week] = Change(so_far.before + change.before, so_far.after + change.after)
    return found


def _head(columns: Sequence[date], off: frozenset[date], voice: Voice) -> Markup:
    cells = [Markup("<th>{}</th>").format(voice.say("col_head")), Markup('<th class="sum">Σ</th>')]
    for place, day in enumerate(columns):
        first = place == 0 or day.month != columns[place - 1].month
        shown = Markup("{:02d}<br>{:02d}").format(day.day, day.month) if first else Markup("{:02d}").format(day.day)
        cells.append(
            Markup('<th{} title="{}">{}</th>').format(
                Markup(' class="off"') if day in off else "", voice.weekday(day), shown
            )
        )
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _row(
    row: _Row, columns: Sequence[date], off: frozenset[date], voice: Voice, *, compared: bool, weekly: bool
) -> Markup:
    cells = Markup("").join(_cells(row, columns, off, voice, compared=compared, weekly=weekly))
    return Markup('<tr><th title="{}">{}</th><td class="sum">{}</td>{}</tr>').format(
        row.name, row.name, voice.number(row.total.after), cells
    )


def _cells(
    row: _Row, columns: Sequence[date], off: frozenset[date], voice: Voice, *, compared: bool, weekly: bool
) -> Iterator[Markup]:
    for day in columns:
        change = row.cells.get(day)
        shade = " ".join(["off"] * (day in off) + ([f"h{_shade(change.after)}"] if change is not None else []))
        kind = Markup(' class="{}"').format(shade) if shade else Markup("")
        if change is None:
            yield Markup("<td{}></td>").format(kind)
            continue
        sign = "" if not compared or not change.change else ("▲" if change.change > 0 else "▼")
        when = _when(day, voice, weekly=weekly)
        if compared:
            said = voice.say(
                "heat_cell_change",
                who=row.name,
                when=when,
                before=voice.number(change.before),
                after=voice.number(change.after),
            )
        else:
            said = voice.say("heat_cell", who=row.name, when=when, messages=voice.things("messages", change.after))
        yield Markup('<td{} title="{}">{}{}</td>').format(kind, said, voice.number(change.after), sign)


def _when(day: date, voice: Voice, *, weekly: bool) -> str:
    if not weekly:
        return voice.weekday(day)
    first, *_, last = days_of(day, day + timedelta(days=6))
    return f"{voice.day(first)}–{voice.day(last)}"


def _shade(count: int) -> int:
    return 0 if not count else 1 + sum(count > step for step in _SHADES)


def _notes(heads: int, voice: Voice, *, compared: bool, weekly: bool) -> Markup:
    unit = voice.say("heat_week" if weekly else "heat_day")
    said = [voice.say("heat_note", unit=unit)]
    if compared:
        said.append(voice.say("heat_note_change"))
    if heads > _MOST_HEADS:
        said.append(voice.say("heat_cut", shown=voice.number(_MOST_HEADS), total=voice.number(heads)))
    first, second, third = _SHADES
    shades = ((1, f"{first}"), (2, f"{second}"), (3, f"{second + 1}–{third}"), (4, f">{third}"))
    legend = Markup("").join(Markup('<span class="legend h{}">{}</span>').format(shade, text) for shade, text in shades)
    return Markup('<p class="note">{} {}</p>').format(" ".join(said), legend)
