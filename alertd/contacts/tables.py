"""The site's tables under guard: what the files hold is taken in when it is believed, else what was believed last stands."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from alertd.contacts import table_words
from alertd.contacts.table_look import Judged, Judging, Known, Look
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.people import BelievedTable, TableSight
from alertd.settings.shapes import Settings
from alertd.settings.table_files import TableFile
from alertd.settings.tables import read_tables
from alertd.store import audit, troubles
from alertd.store.dialect import Dialect

_LOCK = 767  # one process at a time takes a table in
_believed, _sights, _troubles = table_of(BelievedTable), table_of(TableSight), table_of(Trouble)
_b, _s, _t = _believed.c, _sights.c, _troubles.c


def known(session: Session, host: str) -> Known:
    """What is known of the tables, without their content."""
    connection = session.connection()
    believed = {row.name: row.sha256 for row in connection.execute(select(_b.name, _b.sha256))}
    seen = connection.execute(select(_s.name, _s.sha256, _s.reason).where(_s.host == host))
    sights = {row.name: (row.sha256, row.reason) for row in seen}
    standing = select(_t.subject).where(_t.until.is_(None), _t.subject.like("table:%"))
    return Known(host, believed, sights, frozenset(connection.execute(standing).scalars()))


def look(
    session: Session,
    settings: Settings,
    files: Sequence[TableFile],
    *,
    host: str,
    day: date,
    accept: Collection[str] = (),
    reason: str = "",
    by: str = "",
) -> Look:
    """Judge the files beside what was believed last. ``day``: on which heads are counted; ``accept``: tables of which ``by``
    said, with a ``reason``, that they have truly lost so much. Reads only."""
    found = known(session, host)
    stored = session.connection().execute(select(_b.name, _b.content))
    named = {file.name for file in files}
    contents = {row.name: bytes(row.content) for row in stored if row.name in named}
    before = read_tables(settings, contents).directory if "units" in contents else None
    judging = Judging(settings, found, contents, day, frozenset(accept))
    judged = tuple(judging.judge(file) for file in files)
    return Look(settings, found, judged, judging.contents, before, reason, by)


def take(session: Session, look: Look, *, now: datetime) -> None:
    """Write down what is believed now, what this machine saw, and what the office is to hear of both."""
    for each in look.judged:
        if each.news:
            _believe(session, look, each, now)
        if not each.seen_before(look.known):
            _see(session, look, each, now)
    wanted, over = look.troubles
    troubles.over(session, sorted(over), now=now)
    troubles.tell(session, sorted(wanted.items()), now=now)


def serialised(session: Session) -> Session:
    """The session, alone among those that take tables in."""
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
    return session


def _believe(session: Session, look: Look, each: Judged, now: datetime) -> None:
    connection, file = session.connection(), each.file
    values: dict[str, Any] = {"content": file.content, "sha256": file.sha256, "believed_at": now}
    make = Dialect(connection.engine).insert(_believed).values(name=file.name, **values)
    connection.execute(make.on_conflict_do_update(index_elements=[_b.name], set_=values))
    before = look.known.believed.get(file.name, "")
    audit.record(
        session,
        at=now,
        actor=look.by or "alertd",
        action="table.accepted" if look.by else "table.believed",
        subject=f"table:{file.name}",
        reason=look.reason,
        detail={"sha256": file.sha256, "before": before},
    )
    if before:
        troubles.note(session, [(f"table:{file.name}", line) for line in look.changes(file.name)], now=now)


def _see(session: Session, look: Look, each: Judged, now: datetime) -> None:
    verdict, sha256 = each.verdict, each.file.sha256
    reason = verdict.reason.value if verdict.reason else ""
    detail = table_words.not_believed(each.file, verdict, look.settings.site.language) if reason else ""
    values = {"sha256": sha256, "at": now, "reason": reason, "detail": detail}
    connection = session.connection()
    make: Any = Dialect(connection.engine).insert(_sights).values(name=each.file.name, host=look.known.host, **values)
    connection.execute(make.on_conflict_do_update(index_elements=[_s.name, _s.host], set_=values))
