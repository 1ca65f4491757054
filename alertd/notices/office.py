"""Tell the office what is out of order in alertd's own work, what is in order again, and which contacts changed; each once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlmodel import Session

from alertd.model.alerts import Trouble
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.reach import Recipient
from alertd.model.words import NoticeKind
from alertd.notices.clean import one_line
from alertd.notices.compose import Composer
from alertd.notices.drafted import drafted
from alertd.notices.put import Draft, put
from alertd.notices.trouble import NOBODY
from alertd.notices.writer import Desk
from alertd.store import troubles

_t = table_of(Trouble)
_c = _t.c
_MOST = 30  # in one message; the others follow with the next cycle
_LINE = 700  # characters: what is wrong with a source, before and now, and the cure
_HAPPENED = _c.until == _c.since  # it does not last


def tell_office(session: Session, desk: Desk, at: AsOf, cycle_id: int | None) -> int:
    """One message about all that the office has not heard yet; gives 1, or 0 where there is nothing, or nobody to hear it."""
    office = desk.reach.office()
    if office is None:
        return 0
    troubles.over(session, [NOBODY], now=at.now)
    begun = and_(_c.told_at.is_(None), or_(_c.until.is_(None), _HAPPENED))
    over = and_(_c.over_told_at.is_(None), _c.until.is_not(None), ~_HAPPENED)
    statement = select(_t).where(or_(begun, over)).order_by(_c.id).limit(_MOST)
    rows = session.connection().execute(statement).all()
    if not rows:
        return 0
    drafts = _drafts(session, desk, at, office, rows, cycle_id)
    put(session, drafts, at, cycle_id)
    ids = [row.id for row in rows]
    told = update(_t).where(_c.id.in_(ids))
    session.connection().execute(told.where(_c.told_at.is_(None)).values(told_at=at.now))
    session.connection().execute(told.where(_c.until.is_not(None)).values(over_told_at=at.now))
    return len(drafts)


def _drafts(
    session: Session, desk: Desk, at: AsOf, office: Recipient, rows: Sequence[Row[Any]], cycle_id: int | None
) -> list[Draft]:
    begun = [_line(row, at) for row in rows if row.until is None]
    noted = [_line(row, at) for row in rows if row.until == row.since]
    over = [_line(row, at) for row in rows if row.until is not None and row.until != row.since]
    more = {"begun_rows": begun, "over_rows": over, "noted_rows": noted}
    counts = {"begun": len(begun), "over": len(over), "noted": len(noted)}
    letter = Composer(desk, at, ()).letter("office", office, None, more=more | counts)
    once = f"office:{cycle_id if cycle_id is not None else at.now.isoformat()}"
    return drafted(session, desk, at, letter, office, kind=NoticeKind.SYSTEM, about="system", once=once)


def _line(row: Row[Any], at: AsOf) -> dict[str, Any]:
    local = at.calendar.local
    return {
        "what": one_line(row.what, _LINE),
        "since": local(row.since),
        "until": local(row.until) if row.until is not None else None,
    }
