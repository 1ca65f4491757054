"""A bulletin from what the store holds: read, ranked, small numbers marked, compared with the edition before. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.freshness import Freshness
from alertd.model.period import Period
from alertd.reports import bulletin_read as figures
from alertd.reports import editions
from alertd.reports.bulletin import Amended, Bulletin, Count
from alertd.reports.ranking import amended, hidden, ranked
from alertd.settings.shapes import Settings


def make(
    session: Session,
    settings: Settings,
    directory: Directory,
    at: AsOf,
    month: Period,
    *,
    sources: Mapping[str, Freshness],
    disputes: Mapping[str, int],
    upheld: Sequence[Amended] = (),
    causes: Sequence[Count] = (),
) -> Bulletin:
    """``sources``: those whose figures stand in it; ``disputes``: open ones by unit; ``upheld``: those that were upheld since the
    edition before, as they are printed; ``causes``: what the units gave as causes of what was late in the month."""
    rows, city, unplaced = figures.rows(session, directory, at, month)
    limits = settings.bulletin
    before = editions.released(session, month)
    last_month = editions.released(session, month.before)
    ranks = {row.unit: row.rank for row in last_month.rows if row.rank is not None} if last_month else {}
    rows = ranked([replace(row, disputes=disputes.get(row.unit, 0)) for row in rows], ranks, limits.min_files)
    rows = hidden(rows, limits.hide_below)
    city = replace(city, name=settings.site.name)
    index = figures.index(session, at, month, city_unit(settings, directory))
    return Bulletin(
        month=month.text,
        edition=editions.next_number(session, month),
        site=settings.site.name,
        made_at=at.now,
        counted_at=figures.counted_at(at, month),
        min_files=limits.min_files,
        hide_below=limits.hide_below,
        rows=rows,
        city=city,
        index=index,
        causes=tuple(causes),
        sources=tuple((name, source.as_of) for name, source in sorted(sources.items())),
        doubted=tuple(name for name, source in sorted(sources.items()) if not source.fresh),
        amended=(*amended(before, rows, city, index), *upheld),
        history=figures.history(session, month, limits.min_files),
        unplaced=unplaced,
    )


def city_unit(settings: Settings, directory: Directory) -> str:
    """As which the whole city stands in the index: what ``[index] unit`` says, else the unit of kind city."""
    return settings.index.unit or next((unit.code for unit in directory.units if unit.kind == "city"), "")
