"""The outbox as a queue: claim under a lease, begin an attempt, put back, take over from the dead. It sends nothing."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, func, insert, or_, select, update
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.message import Attachment, Button, Message, Outgoing, Result
from alertd.model.notices import Attempt, NoticeFile, notices_table
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices import words
from alertd.notices.policy import Policy
from alertd.notices.verdict import Claimed, Why, ways_of
from alertd.store import troubles
from alertd.store.dialect import Dialect

_n = notices_table.c
_attempts, _files = table_of(Attempt), table_of(NoticeFile)
_WAITING = (NoticeState.PENDING.value, NoticeState.RETRY.value, NoticeState.UNCERTAIN.value)
# An attempt of which nobody knows whether it arrived: the server fell silent, or our process died (then without a result).
# No IN: an executemany takes none.
_SILENT = or_(_attempts.c.result == "", _attempts.c.result == Result.UNCERTAIN.value)
_UNCLEAR = and_(_attempts.c.ended_at.is_not(None), _SILENT)


def claim(
    session: Session,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    limit: int,
    channels: Collection[ChannelName],
) -> list[Claimed]:
    """Up to ``limit`` notices that may go now, urgent ones first; nobody else gets them until the lease ends."""
    connection = session.connection()
    due = (
        select(notices_table)
        .where(
            _n.state.in_(_WAITING),
            _n.channel.in_([channel.value for channel in channels]),
            or_(_n.not_before.is_(None), _n.not_before <= now),
        )
        .order_by(_n.urgency, _n.id)
        .limit(limit)
    )
    rows = connection.execute(Dialect(connection.engine).skip_locked(due)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    connection.execute(
        update(notices_table)
        .where(_n.id.in_(ids))
        .values(state=NoticeState.SENDING.value, claimed_by=worker, lease_until=now + lease)
    )
    unclear = connection.execute(
        select(
            _attempts.c.notice_id,
            func.count().label("all"),
            func.sum(case((_attempts.c.result == Result.UNCERTAIN.value, 1), else_=0)).label("silent"),
        )
        .where(_attempts.c.notice_id.in_(ids), _UNCLEAR)
        .group_by(_attempts.c.notice_id)
    )
    doubts = {row[0]: (int(row[1]), int(row[2])) for row in unclear}
    files: dict[int, list[Attachment]] = {}
    for file in connection.execute(select(_files).where(_files.c.notice_id.in_(ids)).order_by(_files.c.id)):
        files.setdefault(file.notice_id, []).append(Attachment(file.name, file.media_type, file.content))
    return [_claimed(row, files.get(row.id, []), *doubts.get(row.id, (0, 0))) for row in rows]


def _claimed(row: Row[Any], files: Sequence[Attachment], unclear: int, repeated: int) -> Claimed:
    message = Message(
        subject=row.subject,
        text=row.text,
        html=row.html,
        chat=tuple(json.loads(row.chat)),
        short=row.short,
        attachments=tuple(files),
        buttons=tuple(_button(button) for button in json.loads(row.buttons)),
        silent=row.silent,
        bulk=row.bulk,
        thread=row.thread,
        language=row.language,
    )
    return Claimed(
        id=row.id,
        kind=NoticeKind(row.kind),
        channel=ChannelName(row.channel),
        unit=row.unit or "",
        person=row.person,
        subject=row.subject,
        urgency=row.urgency,
        attempts=row.attempts,
        created_at=row.created_at,
        outgoing=Outgoing(row.id, row.address, row.recipient, message, row.parts_sent, possible_repeat=unclear > 0),
        others=ways_of(row.other_ways),
        unclear=unclear,
        repeated=repeated,
    )


def _button(given: Any) -> Button:
    """As a pair, or as an object with the button's own names."""
    return Button(given["label"], given["data"]) if isinstance(given, dict) else Button(*given)


def begin(
    session: Session, claimed: Sequence[Claimed], *, now: datetime, worker: str, lease: timedelta
) -> dict[int, int]:
    """Write an attempt for each notice that is still the worker's own, before it is sent; attempt by notice."""
    if not claimed:
        return {}
    connection = session.connection()
    mine = connection.execute(
        update(notices_table)
        .where(_held(worker, [notice.id for notice in claimed]))
        # counted before sending: a crash while sending must count, or a poison message loops for ever
        .values(attempts=_n.attempts + 1, lease_until=now + lease)
        .returning(_n.id, _n.attempts)
    )
    numbers = {row.id: row.attempts for row in mine}
    rows = [
        {
            "notice_id": notice.id,
            "number": numbers[notice.id],
            "channel": notice.channel.value,
            "address": notice.address,
            "started_at": now,
            "result": "",
            "detail": "",
            "server_id": "",
        }
        for notice in claimed
        if notice.id in numbers
    ]
    if not rows:
        return {}
    made = connection.execute(insert(_attempts).returning(_attempts.c.notice_id, _attempts.c.id), rows)
    return {row.notice_id: row.id for row in made}


def put_back(session: Session, waits: Mapping[int, datetime | None], *, worker: str) -> None:
    """Claimed notices that were not begun wait again; with a moment: until then, because the pace says so."""
    connection = session.connection()
    at_once = [notice for notice, until in waits.items() if until is None]
    if at_once:
        connection.execute(update(notices_table).where(_held(worker, at_once)).values(_free()))
    later = [{"b_id": notice, "b_until": until} for notice, until in waits.items() if until is not None]
    if later:
        turn = {"not_before": bindparam("b_until"), "reason": Why.PACE.value}
        mine = and_(_n.id == bindparam("b_id"), _n.claimed_by == worker, _n.state == NoticeState.SENDING.value)
        connection.execute(update(notices_table).where(mine).values(_free() | turn), later)


def reclaim(session: Session, *, now: datetime, worker: str, slot: str, policy: Policy) -> int:
    """Take what a dead process left: its lease ended, or it held the ``slot`` (a lock that dies with its process) that is
    now ours. What it had begun may have arrived; what kills every process is given up after ``policy.attempts``."""
    connection = session.connection()
    left = and_(
        _n.state == NoticeState.SENDING.value,
        _n.claimed_by != worker,
        or_(_n.lease_until < now, _n.claimed_by.startswith(slot, autoescape=True)),
    )
    columns = select(_n.id, _n.attempts, _n.recipient, _n.unit)
    rows = connection.execute(Dialect(connection.engine).skip_locked(columns.where(left))).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    connection.execute(
        update(_attempts)
        .where(_attempts.c.notice_id.in_(ids), _attempts.c.ended_at.is_(None))
        .values(ended_at=now, detail="the process ended while it was sending")
    )
    connection.execute(update(notices_table).where(_n.id.in_(ids)).values(_free()))
    poison = [row for row in rows if row.attempts >= policy.attempts]
    if poison:
        dead = {"state": NoticeState.DEAD.value, "reason": Why.GIVEN_UP.value}
        connection.execute(update(notices_table).where(_n.id.in_([row.id for row in poison])).values(dead))
        lines = [words.poison(row.id, row.recipient, row.unit or "", policy.language) for row in poison]
        troubles.tell(session, lines, now=now)
    return len(ids)


def next_turn(session: Session, channels: Collection[ChannelName]) -> datetime | None:
    """When the first notice that waits for nothing but the pace may go."""
    first = select(func.min(_n.not_before)).where(
        _n.state.in_(_WAITING),
        _n.reason == Why.PACE.value,
        _n.channel.in_([channel.value for channel in channels]),
    )
    found: datetime | None = session.connection().execute(first).scalar()
    return found


def _held(worker: str, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(_n.id.in_(ids), _n.claimed_by == worker, _n.state == NoticeState.SENDING.value)


def _free() -> dict[str, Any]:
    """The state of a notice in nobody's hands, told from what was tried so far."""
    doubt = exists().where(_attempts.c.notice_id == _n.id, _UNCLEAR)
    state = case(
        (doubt, NoticeState.UNCERTAIN.value),
        (_n.attempts == 0, NoticeState.PENDING.value),
        else_=NoticeState.RETRY.value,
    )
    return {"state": state, "claimed_by": "", "lease_until": None}
