"""Which charts a bulletin has, from its printed figures alone: what is not printed is not drawn. Pure."""

from collections.abc import Sequence

from alertd.reports.bulletin import Bulletin, Row
from alertd.reports.bulletin_voice import Voice
from alertd.reports.charts import Bars, Chart, Lines, Moves, Poster, Stacks

_MANY = 20  # bars of a chart that shows the most or the least alone
_A_PAGE = 45  # bars of a chart that shows every unit: what fits on a page
_EXTREMES = 5  # of the picture for a telephone
_NAME = 44  # characters of a unit's name beside its bar


def by_unit(bulletin: Bulletin, voice: Voice, group: str) -> list[Bars]:
    """The share on time of every ranked unit of a group, the best first, in as many charts as pages."""
    ranked = [row for row in bulletin.rows if row.group == group and row.rank is not None]
    title = voice.say("by_unit", group=voice.say(group))
    parts = [ranked[place : place + _A_PAGE] for place in range(0, len(ranked), _A_PAGE)]
    return [
        _shares(f"{title} ({n}/{len(parts)})" if len(parts) > 1 else title, part, voice)
        for n, part in enumerate(parts, 1)
    ]


def movers(bulletin: Bulletin, voice: Voice) -> Moves | None:
    """The units whose rank changed most since last month."""
    moved = [row for row in bulletin.rows if row.rank and row.rank_before and row.rank != row.rank_before]
    if not moved:
        return None
    moved.sort(key=lambda row: (-abs((row.rank_before or 0) - (row.rank or 0)), row.name))
    shown = sorted(moved[: _MANY // 2], key=lambda row: (row.rank or 0) - (row.rank_before or 0))
    return Moves(
        voice.say("movers"),
        [_short(row.name) for row in shown],
        [row.rank_before or 0 for row in shown],
        [row.rank or 0 for row in shown],
        [voice.say("last_month"), voice.say("this_month")],
    )


def ageing(bulletin: Bulletin, voice: Voice) -> Stacks | None:
    """The units with most open and overdue files, by how late they are."""
    rows = [row for row in bulletin.rows if row.open_overdue and row.shows("overdue")]
    whole = any(not row.shows("ages") for row in rows)
    rows.sort(key=lambda row: (-row.open_overdue, row.name))
    if not rows:
        return None
    shown = rows[:_MANY]
    return Stacks(
        voice.say("overdue_chart", n=len(shown)),
        [_short(row.name) for row in shown],
        [_aged(row) if whole else _aged(row)[:-1] for row in shown],
        voice.say("ages").split("|") + ([voice.say("not_split")] if whole else []),
        [voice.number(row.open_overdue) for row in shown],
    )


def _aged(row: Row) -> list[float]:
    """By age, and at the end what is printed as a whole alone."""
    if row.shows("ages"):
        return [*map(float, row.overdue), 0.0]
    return [0.0] * len(row.overdue) + [float(row.open_overdue)]


def publication(bulletin: Bulletin, voice: Voice) -> Bars | None:
    """The share of procedures that were published in time, of those who had any to publish."""
    rows = [row for row in bulletin.rows if row.publish_due]
    if not rows:
        return None
    shares = {row.unit: 100 * row.publish_on_time / row.publish_due for row in rows}
    rows.sort(key=lambda row: (shares[row.unit], row.name))
    shown = rows[:_MANY]
    notes = [f"{voice.number(row.publish_on_time)}/{voice.number(row.publish_due)}" for row in shown]
    values = [round(shares[row.unit], 2) for row in shown]
    return Bars(voice.say("publish_chart"), [_short(row.name) for row in shown], values, notes, most=100.0)


def online(bulletin: Bulletin, voice: Voice) -> Bars | None:
    """The units that file least online, beside their targets."""
    rows = [row for row in bulletin.rows if row.online_rate is not None and row.shows("online_rate")]
    if not rows:
        return None
    rows.sort(key=lambda row: (row.online_rate or 0.0, row.name))
    shown = rows[:_MANY]
    targets = [row.online_target for row in shown]
    legend = [voice.say("online_rate"), voice.say("target")] if any(targets) else []
    return Bars(
        voice.say("online_chart", n=len(shown)),
        [_short(row.name) for row in shown],
        [voice.drawn(row, "online_rate") for row in shown],
        [voice.cell(row, "online_rate") for row in shown],
        targets,
        most=100.0,
        legend=legend,
    )


def months(bulletin: Bulletin, voice: Voice) -> Lines | None:
    """The city's share on time, month by month."""
    known = [rate for _, rate in bulletin.history if rate is not None]
    if len(known) < 2:
        return None
    ticks = [f"{month[5:]}/{month[:4]}" for month, _ in bulletin.history]
    return Lines(
        voice.say("history"),
        ticks,
        [[rate for _, rate in bulletin.history]],
        [voice.say("city")],
        [voice.number(known[-1], 1)],
        most=100.0,
    )


def poster(bulletin: Bulletin, voice: Voice) -> Poster:
    """The head chart for a telephone: the months, the best and the last, and how late what is open is."""
    parts: list[Chart] = [chart for chart in (months(bulletin, voice),) if chart is not None]
    for group in ("departments", "communes"):
        ranked = [row for row in bulletin.rows if row.group == group and row.rank is not None]
        if ranked:
            few = ranked if len(ranked) <= 2 * _EXTREMES else [*ranked[:_EXTREMES], *ranked[-_EXTREMES:]]
            parts.append(_shares(voice.say("by_unit", group=voice.say(group)), few, voice, ranks=True))
    if (stacks := ageing(bulletin, voice)) is not None:
        few_rows = slice(0, _EXTREMES)
        parts.append(
            Stacks(
                voice.say("overdue_chart", n=len(stacks.labels[few_rows])),
                stacks.labels[few_rows],
                stacks.parts[few_rows],
                stacks.legend,
                stacks.notes[few_rows],
            )
        )
    title = voice.say("poster", month=voice.month(bulletin))
    under = voice.say("poster_sub", at=voice.moment(bulletin.made_at))
    if bulletin.released_at is None:
        under = f"{voice.say('draft')}. {under}"
    return Poster(f"{bulletin.site}: {title}", under, [part for part in parts if not isinstance(part, Poster)])


def _shares(title: str, rows: Sequence[Row], voice: Voice, *, ranks: bool = False) -> Bars:
    labels = [f"{row.rank}. {_short(row.name)}" if ranks else _short(row.name) for row in rows]
    return Bars(
        title,
        labels,
        [voice.drawn(row, "on_time_rate") for row in rows],
        [voice.cell(row, "on_time_rate") for row in rows],
        most=100.0,
    )


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
