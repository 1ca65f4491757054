"""The first cycle after a rehearsal: what the office alone was told counts as told to nobody, and stands as news once."""

from sqlalchemy import String, and_, cast, func, null, or_, select, update
from sqlmodel import Session

from alertd.alerts import events, holds
from alertd.brake.cycle import subject
from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import CycleState, NoticeState, Reason
from alertd.notices import held_office
from alertd.notices.gather import LISTED
from alertd.notices.retract import UNSENT, end
from alertd.notices.share import UNREAD
from alertd.notices.verdict import Why
from alertd.settings.shapes import Settings
from alertd.store import audit, site, troubles

_links = table_of(NoticeAlert)
_a, _l, _n = alerts_table.c, _links.c, notices_table.c
_REHEARSED = _n.meant_for != ""


def begin(session: Session, settings: Settings, at: AsOf, cycle: int) -> int:
    """Where a rehearsal has ended and this is the first cycle since, in the cycle's own transaction; gives how many alerts are
    news again. Its held cycles, its messages that wait and its digests of the day end with it. Call it when the cycle has
    reconciled and nobody was told yet."""
    if settings.site.mode != "live" or site.read_fact(session, site.IN_EARNEST) != "":
        return 0
    untold = _as_untold(session, at, cycle)
    _end_holds(session, at, settings.site.language)
    waits = and_(_REHEARSED, _n.state.in_(UNSENT), _n.parts_sent == 0)
    messages = end(session, waits, NoticeState.SUPERSEDED, Why.NEWER, at.now)
    free = update(notices_table).where(_REHEARSED, _n.digest_on.is_not(None), _n.once.is_not(None))
    session.connection().execute(free.values(once=_n.once + ":" + cast(_n.id, String)))
    site.keep_fact(session, site.IN_EARNEST, at.now.isoformat())
    detail = {"alerts": untold, "messages": messages, "cycle": cycle}
    audit.record(session, at=at.now, actor="alertd", action="rehearsal.over", subject="site", detail=detail)
    return untold


def _as_untold(session: Session, at: AsOf, cycle: int) -> int:
    """What its head was told of in earnest, before the rehearsal, stays told at the level of then; a baseline stays one."""
    connection = session.connection()
    stands = standing(_a.state)
    marked = or_(_a.held_by.is_not(None), _a.kept_level.is_not(None))
    connection.execute(update(alerts_table).where(stands, marked).values(held_by=null(), kept_level=null()))
    heard = and_(
        _l.alert_id == _a.id,
        _l.why != LISTED,
        ~_REHEARSED,
        _n.created_at >= _a.opened_at,
        _n.state.not_in(UNREAD),
    )
    links = _links.join(notices_table, _n.id == _l.notice_id)
    level = select(func.max(_l.level)).select_from(links).where(heard).correlate(alerts_table).scalar_subquery()
    moment = select(func.max(_n.created_at)).select_from(links).where(heard).correlate(alerts_table).scalar_subquery()
    told = update(alerts_table).where(stands, _a.told_at.is_not(None))
    connection.execute(told.values(told_at=moment, told_level=level))
    # what this cycle opened is news by itself
    untold = and_(stands, _a.told_level.is_(None), _a.opened_at < at.now)
    events.write(session, untold, Reason.UNTOLD, at.now, cycle=cycle)
    return int(connection.execute(select(func.count()).where(untold)).scalar_one())


def _end_holds(session: Session, at: AsOf, language: str) -> None:
    waiting = [hold.cycle for hold in holds.open_holds(session)]
    for hold in waiting:
        holds.settle(session, hold, CycleState.OVER, by="alertd", why="", now=at.now)
        troubles.reword(session, subject(hold), held_office.rehearsed(language, hold))
    troubles.over(session, [subject(hold) for hold in waiting], now=at.now)
