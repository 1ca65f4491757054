"""Where the city's and the portal's copies of a file differ: the dataset sync_gaps, brought up to what was read since.

Only codes whose copies were written since the last look are compared anew. While one of the two sources is in doubt nothing
is looked at: what could not be read is neither missing nor in order. A difference counts (``is_due``) once both sources have
been read again since it was first seen and [sync] within has passed since it began; until then it is taken for a delay.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.sql.selectable import SelectBase
from sqlmodel import Session

from alertd.derive.draw import columns_of, draw
from alertd.derive.gaps_look import Look, first_look, forgotten, look, noted
from alertd.model.asof import AsOf
from alertd.model.files import files_table
from alertd.model.freshness import Freshness
from alertd.model.sync import SYNC_GAPS, sync_gaps_table
from alertd.model.sync_sides import Pair, When
from alertd.model.sync_terms import Compared
from alertd.settings.shapes import Settings
from alertd.settings.sync_pair import is_compared, pair_of
from alertd.store.dialect import Dialect
from alertd.store.first_read import first_read

_f, _g = files_table.c, sync_gaps_table.c
# What is looked at; ``kind``: null where the two agree.
_compared = Table(
    "sync_compared",
    MetaData(),
    Column("code", String, primary_key=True),
    Column("kind", String),
    prefixes=["TEMPORARY"],
)


def follow(session: Session, settings: Settings, at: AsOf, fresh: Mapping[str, Freshness]) -> None:
    """In the caller's transaction. ``fresh``: how far each source is believed now."""
    if not is_compared(settings):
        _forget(session, at)
        return
    names = (settings.sync.city, settings.sync.portal)
    if not all(name in fresh and fresh[name].fresh for name in names):
        return
    pair = pair_of(settings, first_read(session, names), at.calendar)
    this = look(session, pair, at)
    if this.news:
        _compare(session, pair, this, at)
        noted(session, this, _ahead(session, pair, this, at))
    _let_count(session, settings, [fresh[name] for name in names], at)


def unconfirmed(session: Session) -> int:
    """Files that differed when the two were compared for the first time, and do not count yet, for no later reading has confirmed
    it: a backlog that would come as news."""
    first = first_look(session)
    if first is None:
        return 0
    waits = (_g.is_open.is_(True), _g.is_due.is_(False), _g.gone_at.is_(None), _g.seen_at <= first)
    return int(session.connection().execute(select(func.count()).where(*waits)).scalar_one())


def _forget(session: Session, at: AsOf) -> None:
    """Nothing is compared any more."""
    if forgotten(session):
        draw(session, SYNC_GAPS, [], at)


def _compare(session: Session, pair: Pair, this: Look, at: AsOf) -> None:
    connection = session.connection()
    _compared.create(connection)
    codes = _news(pair, this, Dialect(connection.engine))
    connection.execute(insert(_compared).from_select(["code", "kind"], _kinds(codes, pair, at)), at.parameters)
    mine = _g.code.in_(select(_compared.c.code))
    draw(session, SYNC_GAPS, _rows(pair, live=at.live), at, within=mine)
    # what agreed before it counted was a delay, and no finding
    connection.execute(delete(sync_gaps_table).where(mine, _g.is_open.is_(False), _g.is_due.is_(False)))
    _compared.drop(connection)


def _kinds(looked_at: SelectBase, pair: Pair, at: AsOf) -> Select[Any]:
    """Of the codes that are looked at: those that differ, with how, and those that are known to have differed."""
    codes = looked_at.subquery("codes")
    compared = Compared(codes, pair, live=at.live)
    known, kind = exists().where(_g.code == codes.c.code), compared.kind
    return select(codes.c.code, kind).select_from(compared.joined).where(or_(kind.is_not(None), known))


def _ours(pair: Pair) -> ColumnElement[bool]:
    return _f.source.in_((pair.city.source, pair.portal.source))


def _news(pair: Pair, this: Look, dialect: Dialect) -> SelectBase:
    """Codes to be compared anew, each once."""
    if this.whole:
        return union(select(_f.code).where(_ours(pair)), select(_g.code))
    parts = _read_or_ahead(pair, this, dialect)
    if this.new_day:  # what is open is later by a day
        parts.append(select(_g.code).where(_g.preferred.is_(True), _g.is_open.is_(True)))
    return union(*parts) if len(parts) > 1 else parts[0].distinct()


def _read_or_ahead(pair: Pair, this: Look, dialect: Dialect) -> list[Select[Any]]:
    # as an expression, or SQLite would read all files in the order of their codes to have each once
    code = (_f.code + "").label("code")
    parts: list[Select[Any]] = []
    if this.polled_from is not None:
        parts.append(select(code).where(_ours(pair), _f.changed_at >= this.polled_from))
    if this.ahead:
        parts.append(select(code).where(_ours(pair), dialect.among(_f.code, this.ahead)))
    return parts


def _ahead(session: Session, pair: Pair, this: Look, at: AsOf) -> list[str]:
    """Codes of which an event still lies in the future: what they say changes without being read. Nobody else can be among them."""
    if at.live:
        return []
    connection = session.connection()
    later = _f.last_event_at > at.now
    if this.whole:
        parts = [select(_f.code).where(_ours(pair), later)]
    else:
        parts = [part.where(later) for part in _read_or_ahead(pair, this, Dialect(connection.engine))]
    return sorted({code for part in parts for code in connection.execute(part).scalars()})


@lru_cache(maxsize=4)
def _rows(pair: Pair, *, live: bool) -> Select[Any]:
    """In the order of `columns_of`: what differs, and what is known to have differed."""
    compared, known, kind = Compared(_compared, pair, live=live), sync_gaps_table.alias("known"), _compared.c.kind
    here, there, k = compared.here, compared.there, known.c
    same = and_(k.is_open.is_(True), k.gone_at.is_(None), k.kind == kind)  # null where nothing is known: no difference
    cause = compared.cause(kind)
    seen = When(case((same, k.seen_at), else_=here.scope.now), case((same, k.since_day_no), else_=here.scope.today_no))
    began = compared.since(kind, cause, seen)
    found: dict[str, ColumnElement[Any]] = {
        "kind": kind,
        "cause": cause,
        "since": began.at,
        "since_day_no": began.number,
        "seen_at": seen.at,
        "is_due": case((same, k.is_due), else_=false()),
    }
    values: dict[str, ColumnElement[Any]] = {
        "source": compared.behind(kind),
        "code": _compared.c.code,
        "unit": func.coalesce(compared.of("unit"), k.unit),
        "procedure": func.coalesce(compared.of("procedure"), k.procedure),
        "section": func.coalesce(compared.of("section"), k.section),
        "is_open": kind.is_not(None),
        "status_here": case((here.is_here, here.c.status)),
        "status_there": case((there.is_here, there.c.status)),
        "due_here": case((here.is_here, here.c.due_at)),
        "due_there": case((there.is_here, there.c.due_at)),
        "ended_here": case((here.is_here, here.ended_at)),
        "ended_there": case((there.is_here, there.ended_at)),
        "late_here": here.is_late,
        "late_there": there.is_late,
        # where they agree by now, what it was stays on record
        **{name: case((kind.is_(None), k[name]), else_=value) for name, value in found.items()},
    }
    columns = [values[name].label(name) for name in columns_of(SYNC_GAPS)]
    return select(*columns).select_from(compared.joined.outerjoin(known, k.code == _compared.c.code))


def _let_count(session: Session, settings: Settings, fresh: Sequence[Freshness], at: AsOf) -> None:
    """What both systems, read since it was seen, still differ about counts from now on."""
    ages = [each.as_of for each in fresh if each.as_of is not None]
    if len(ages) < len(fresh):
        return
    read = min(ages)
    counts = and_(
        _g.is_open.is_(True),
        _g.is_due.is_(False),
        _g.gone_at.is_(None),
        _g.since <= settings.sync.within.before(read, at.calendar),
        _g.seen_at < read,
    )
    values = {"is_due": True, "changed_at": at.now, "version_since": at.now}
    session.connection().execute(update(sync_gaps_table).where(counts).values(values))
