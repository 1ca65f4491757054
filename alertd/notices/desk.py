"""What the office may do with a single notice by hand: send it again, let it go, throw it away. Each is an audit row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from alertd.errors import Refused
from alertd.model.base import table_of
from alertd.model.notices import notices_table
from alertd.model.people import AddressDown
from alertd.model.words import NoticeState
from alertd.notices.verdict import Why
from alertd.store import audit, troubles

_n = notices_table.c
_down = table_of(AddressDown)


def retry(session: Session, notice: int, *, by: str, now: datetime, reason: str = "") -> None:
    """Into the outbox again, at once; a mark that its address is out of use is lifted. Its age and attempts stay what they
    are, so one that is given up goes once more, not eight times.

    Raises Refused where it is unknown, sent, or being sent."""
    states = (NoticeState.DEAD, NoticeState.RETRY, NoticeState.UNCERTAIN, NoticeState.WITHDRAWN, NoticeState.SUPERSEDED)
    fresh = {"state": NoticeState.RETRY.value, "reason": "", "not_before": None}
    channel, address = _move(session, notice, states, fresh, "notice.retry", by, now, reason)
    session.connection().execute(delete(_down).where(_down.c.channel == channel, _down.c.address == address))
    troubles.over(session, [f"notice:{notice}", f"address:{channel}:{address}"], now=now)


def release(session: Session, notice: int, *, by: str, now: datetime, reason: str = "") -> None:
    """Let a held notice go. Raises Refused where it is not held."""
    values = {"state": NoticeState.PENDING.value, "reason": "", "not_before": None}
    _move(session, notice, (NoticeState.HELD,), values, "notice.release", by, now, reason)


def drafts(session: Session, cycle: int | None = None) -> list[int]:
    """The numbers of the corrections that wait until somebody lets them go; of one repair, or of all."""
    which = [_n.state == NoticeState.HELD.value, _n.reason == Why.DRAFT.value]
    if cycle is not None:
        which.append(_n.cycle_id == cycle)
    return list(session.connection().execute(select(_n.id).where(*which).order_by(_n.id)).scalars())


def discard(session: Session, notice: int, *, by: str, now: datetime, reason: str = "") -> None:
    """Never send it. Raises Refused where it was sent, is being sent, or has ended otherwise."""
    states = (NoticeState.PENDING, NoticeState.HELD, NoticeState.RETRY, NoticeState.UNCERTAIN, NoticeState.DEAD)
    values = {"state": NoticeState.WITHDRAWN.value, "reason": Why.DISCARDED.value}
    _move(session, notice, states, values, "notice.discard", by, now, reason)
    troubles.over(session, [f"notice:{notice}"], now=now)


def _move(
    session: Session,
    notice: int,
    states: Sequence[NoticeState],
    values: Mapping[str, Any],
    action: str,
    by: str,
    now: datetime,
    reason: str,
) -> tuple[str, str]:
    connection = session.connection()
    allowed = [state.value for state in states]
    change = update(notices_table).where(_n.id == notice, _n.state.in_(allowed)).values(dict(values))
    row = connection.execute(change.returning(_n.channel, _n.address)).first()
    if row is None:
        found = connection.execute(select(_n.state).where(_n.id == notice)).scalar()
        if found is None:
            raise Refused(f"there is no notice {notice}; see `alertd notices list`")
        raise Refused(f"notice {notice} is {found}; this needs one that is {', '.join(allowed)}")
    audit.record(session, at=now, actor=by, action=action, subject=f"notice:{notice}", reason=reason)
    return str(row.channel), str(row.address)
