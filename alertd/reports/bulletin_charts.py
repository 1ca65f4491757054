"""Which charts a bulletin has, from its printed figures alone: what is not printed is not drawn. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import fill

from alertd.reports import say
from alertd.reports.bulletin import Bulletin, Row
from alertd.reports.bulletin_voice import Voice
from alertd.reports.charts import Bars, Chart, Lines, Moves, Poster, Stacks
from alertd.reports.ranking import by_overdue

_MANY = 20  # bars of a chart that shows the most or the least alone
_A_PAGE = 45  # bars of a chart that shows every unit: what fits on a page
_EXTREMES = 5  # of the picture for a telephone
_NAME = 44  # characters of a unit's name beside its bar
_NARROW = 32  # of a line of it in the picture for a telephone


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


def ageing(bulletin: Bulletin, voice: Voice, most: int = _MANY) -> Stacks | None:
    """The units with most open and overdue files, by how late they are."""
    rows, _ = by_overdue(bulletin.rows)
    if not rows:
        return None
    shown = rows[:most]
    whole = any(not row.shows("ages") for row in shown)
    return Stacks(
        voice.say("overdue_chart", n=len(shown)),
        [_short(row.name) for row in shown],
        [_aged(row) if whole else _aged(row)[:-1] for row in shown],
        voice.say("ages").split("|") + ([voice.say("not_split")] if whole else []),
        say.thousands(voice.language),
        [voice.number(row.open_overdue) for row in shown],
    )


def _aged(row: Row) -> list[float]:
    """By age, and at the end what is printed as a whole alone."""
    if row.shows("ages"):
        return [*map(float, row.overdue), 0.0]
    return [0.0] * len(row.overdue) + [float(row.open_overdue)]


def by_publication(bulletin: Bulletin) -> list[Row]:
    """Units that had procedures to publish, the smallest share in time first."""
    rows = [row for row in bulletin.rows if row.publish_due]
    return sorted(rows, key=lambda row: (_published(row), -row.publish_due, row.name))


def _published(row: Row) -> float:
    return round(100 * row.publish_on_time / row.publish_due, 2)


def publication(bulletin: Bulletin, voice: Voice) -> Bars | None:
    """The share of procedures that were published in time, of those who had any to publish."""
    shown = by_publication(bulletin)[:_MANY]
    if not shown:
        return None
    notes = [f"{voice.number(row.publish_on_time)}/{voice.number(row.publish_due)}" for row in shown]
    values = [_published(row) for row in shown]
    return Bars(voice.say("publish_chart"), [_short(row.name) for row in shown], values, notes, most=100.0)


def by_online(bulletin: Bulletin, voice: Voice) -> list[Row]:
    """Units with files, the smallest share online first as far as it is printed; those of which it is not, last."""

    def place(row: Row) -> tuple[bool, float, str]:
        return not _drawn_online(row), voice.drawn(row, "online_rate"), row.name

    return sorted((row for row in bulletin.rows if row.received), key=place)


def _drawn_online(row: Row) -> bool:
    return row.online_rate is not None and row.shows("online_rate")


def online(bulletin: Bulletin, voice: Voice) -> Bars | None:
    """The units that file least online, beside their targets."""
    shown = [row for row in by_online(bulletin, voice) if _drawn_online(row)][:_MANY]
    if not shown:
        return None
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
        say.thousands(voice.language),
        most=100.0,
    )


def poster(bulletin: Bulletin, voice: Voice) -> Poster:
    """The head chart for a telephone: the months, the best and the last, and how late what is open is."""
    parts: list[Chart] = [chart for chart in (months(bulletin, voice),) if chart is not None]
    for group in ("departments", "communes"):
        ranked = [row for row in bulletin.rows if row.group == group and row.rank is not None]
        if ranked:
            shares = _extremes(voice.say("by_unit", group=voice.say(group)), ranked, voice)
            parts.append(replace(shares, labels=_narrow(shares.labels)))
    if (stacks := ageing(bulletin, voice, _EXTREMES)) is not None:
        parts.append(replace(stacks, labels=_narrow(stacks.labels)))
    title = voice.say("poster", month=voice.month(bulletin))
    under = voice.say("poster_sub", at=voice.moment(bulletin.made_at))
    if bulletin.released_at is None:
        under = f"{voice.say('draft')}. {under}"
    if bulletin.doubted:
        under += "\n" + voice.say("poster_doubted", sources=", ".join(bulletin.doubted))
    return Poster(f"{bulletin.site}\n{title}", under, [part for part in parts if not isinstance(part, Poster)])


def _shares(title: str, rows: Sequence[Row], voice: Voice, *, ranks: bool = False) -> Bars:
    labels = [f"{row.rank}. {_short(row.name)}" if ranks else _short(row.name) for row in rows]
    return Bars(
        title,
        labels,
        [voice.drawn(row, "on_time_rate") for row in rows],
        [voice.cell(row, "on_time_rate") for row in rows],
        most=100.0,
    )


def _extremes(title: str, ranked: Sequence[Row], voice: Voice) -> Bars:
    """The best and the last; of few units all."""
    if len(ranked) <= 2 * _EXTREMES:
        return _shares(title, ranked, voice, ranks=True)
    few = [*ranked[:_EXTREMES], *ranked[-_EXTREMES:]]
    return _shares(voice.say("extremes", title=title, n=_EXTREMES), few, voice, ranks=True)


def _narrow(labels: Sequence[str]) -> list[str]:
    return [fill(label, _NARROW) for label in labels]


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
