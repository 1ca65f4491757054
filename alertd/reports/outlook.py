"""What the city digest says of the city beside alerts, from the reports: index, sync, changes, the last days. Reads only."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from sqlalchemy import and_, func, select

from alertd.errors import CannotRun, Said
from alertd.model.changes import field_changes_table
from alertd.model.freshness import Freshness
from alertd.model.outlook import Asked, ChangesNow, CityOutlook, DaysNow, GapsNow, IndexNow, Looking, Scored, Winning
from alertd.model.words import WatchedChange
from alertd.reports.charts import Chart, Form, Lines, draw
from alertd.reports.index import index_report, newest_period
from alertd.reports.items import Item
from alertd.reports.last_days import LastDays, last_days
from alertd.reports.readings import sources_of
from alertd.reports.say import number, thousands
from alertd.reports.sync import open_gaps
from alertd.reports.winnable import Chance
from alertd.settings.shapes import Settings
from alertd.settings.sync_pair import is_compared

_c = field_changes_table.c
_PATIENCE = 20.0  # seconds for the chart: the digest is written in the cycle's transaction, and nobody else can write
_WORDS = {
    "vi": {
        "title": "Hồ sơ quá hạn trong 30 ngày qua",
        "overdue": "Đang quá hạn cuối ngày",
        "became": "Mới quá hạn trong ngày",
        "note": "Ngày làm việc; không tính hồ sơ tạm dừng chờ công dân bổ sung trước hạn.",
    },
    "en": {
        "title": "Overdue files of the last 30 days",
        "overdue": "Overdue at the end of the day",
        "became": "Became overdue on the day",
        "note": "Working days; without files that had been waiting for the citizen since before they were due.",
    },
}

Draw = Callable[[Sequence[Chart], Form], list[bytes]]


def looking(settings: Settings, drawing: Draw | None = None) -> Looking:
    """What the desk asks for a city digest that is being written, and only then. ``drawing``: other than by `draw`."""
    return partial(look, settings, drawing or _draw)


def look(settings: Settings, drawing: Draw, asked: Asked) -> CityOutlook:
    """Everything; what is not set up, or of which nothing is known, is None."""
    return CityOutlook(
        _index(settings, asked), _gaps(settings, asked), _changes(asked), _days(settings, asked, drawing)
    )


def _draw(charts: Sequence[Chart], form: Form) -> list[bytes]:
    return draw(charts, form, seconds=_PATIENCE)


def _doubts(asked: Asked, names: Iterable[str]) -> tuple[Freshness, ...]:
    found = (asked.freshness[name] for name in names if name in asked.freshness)
    return tuple(each for each in found if each.doubt is not None)


def _of(settings: Settings, dataset: str) -> list[str]:
    return [source.name for source in settings.sources if source.dataset == dataset]


def _index(settings: Settings, asked: Asked) -> IndexNow | None:
    city, sources = settings.index.city(asked.directory), _of(settings, "index_readings")
    if not (city and sources):
        return None
    period = newest_period(asked.session, city, asked.at)
    report = index_report(asked.session, settings, asked.directory, asked.at, city, period, city=city)
    if report.computed_at is None:
        return None
    return IndexNow(
        unit=report.name,
        period=report.span.text,
        computed_at=asked.at.calendar.local(report.computed_at),
        total=_scored(report.total),
        groups=tuple(_scored(group) for group in report.groups if group.score is not None),
        cheapest=tuple(_winning(chance) for chance in report.cheapest),
        doubts=_doubts(asked, sorted(sources_of(asked.session, city, period))),
    )


def _scored(item: Item) -> Scored:
    return Scored(
        item.code,
        _points(item.score),
        _points(item.maximum),
        _points(item.since_day),
        _points(item.since_period),
        item.reading.rank if item.reading else None,
        item.last_rank,
    )


def _winning(chance: Chance) -> Winning:
    return Winning(
        chance.indicator, chance.work.value, chance.count, _points(chance.least), _points(chance.most), chance.until
    )


def _points(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _gaps(settings: Settings, asked: Asked) -> GapsNow | None:
    if not is_compared(settings):
        return None
    pair = (settings.sync.city, settings.sync.portal)
    if any(asked.freshness[name].as_of is None for name in pair):
        return None  # there is nothing to compare yet
    found = open_gaps(asked.session)
    return GapsNow(found.kinds, found.causes, _doubts(asked, pair))


def _changes(asked: Asked) -> ChangesNow | None:
    """Of the copies that rules see."""
    standing = and_(_c.explained_at.is_(None), _c.gone_at.is_(None), _c.preferred.is_(True))
    kinds: dict[WatchedChange, int] = dict.fromkeys(WatchedChange, 0)
    total = 0
    new = (_c.seen_at > asked.since).label("new")
    counted = select(_c.kind, new, func.sum(_c.files).label("files")).where(standing).group_by(_c.kind, new)
    for row in asked.session.connection().execute(counted):
        total += int(row.files)
        if row.new:
            kinds[WatchedChange(row.kind)] += int(row.files)
    return ChangesNow(kinds, total) if total else None


def _days(settings: Settings, asked: Asked, drawing: Draw) -> DaysNow | None:
    found = last_days(asked.session, asked.at)
    if len(found.days) < 2 or not any((*found.overdue, *found.became)):  # a line of nothing says nothing
        return None
    picture = _picture(found, asked.language, drawing)
    return DaysNow(found.days, found.overdue, found.became, picture, _doubts(asked, _of(settings, "files")))


def _picture(found: LastDays, language: str, drawing: Draw) -> bytes | Said:
    try:
        (content,) = drawing([chart(found, language)], Form.PNG)
    except CannotRun as error:
        why: Said = error.args[0]
        return why
    return content


def chart(found: LastDays, language: str) -> Lines:
    words, series = _WORDS[language], (found.overdue, found.became)
    return Lines(
        title=words["title"],
        ticks=[f"{day:%d/%m}" for day in found.days],
        series=series,
        legend=(words["overdue"], words["became"]),
        ends=[number(values[-1], language) for values in series],
        thousands=thousands(language),
        note=words["note"],
    )
