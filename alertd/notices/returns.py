"""What mail servers report later: the address is out of use, the notice goes by the next way, the office hears. Each mail once."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import RowMapping, and_, func, select, tuple_, update
from sqlmodel import Session

from alertd.errors import AlertdError, SourceFailed
from alertd.model.alerts import Trouble
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.message import Message, mail_mark
from alertd.model.notices import Attempt, ReturnedMail, notices_table
from alertd.model.people import AddressDown, InboxState
from alertd.model.reach import Way
from alertd.model.returned import RawMail, Returned, ReturnKind
from alertd.model.words import ChannelName, NoticeState
from alertd.notices import words
from alertd.notices.verdict import Why, ways_of
from alertd.store import audit, seals, troubles
from alertd.store.database import Store
from alertd.store.dialect import Dialect

log = logging.getLogger(__name__)

_n = notices_table.c
_mails, _attempts, _down = table_of(ReturnedMail), table_of(Attempt), table_of(AddressDown)
_states, _troubles = table_of(InboxState), table_of(Trouble)
_MOVABLE = (NoticeState.SENT, NoticeState.PENDING, NoticeState.RETRY, NoticeState.UNCERTAIN)
_UNREAD = "bounces"  # the trouble of a mailbox that cannot be read


class Took(StrEnum):
    """What became of a mail."""

    BEFORE = "handled before"
    BOUNCED = "bounced"
    NOTED = "noted"  # a delay, a delivery, an automatic answer
    STRANGE = "kept for a person"  # somebody wrote, spam, a forged report, one of another site


class Open(Protocol):
    """What is needed of a mailbox or a folder while it is open."""

    @property
    def place(self) -> str: ...
    def after(self, number: int) -> Iterator[RawMail]: ...
    def done(self, mail: RawMail, *, ours: bool) -> None: ...


class Box(Protocol):
    def opened(self) -> AbstractContextManager[Open]: ...


@dataclass(frozen=True, slots=True)
class Collected:
    """How many mails came to what; for a line in the log."""

    counts: Mapping[Took, int]

    def __bool__(self) -> bool:
        return any(self.counts.values())

    def __str__(self) -> str:
        return ", ".join(f"{count} {took}" for took, count in sorted(self.counts.items())) or "no mail"


def collect(
    store: Store,
    box: Box,
    *,
    read: Callable[[bytes], Returned],
    ways: Mapping[str, Sequence[Way]],
    at: AsOf,
    language: str,
) -> Collected:
    """Handle what has come since the last time, each mail in a transaction of its own. ``ways``: of each person, today.
    Raises SourceFailed, and the office hears of it once."""
    counts: Counter[Took] = Counter()
    now = at.now
    try:
        with box.opened() as lying:
            with store.read() as session:
                last = _position(session, lying.place)
            for mail in lying.after(last):
                took = _taken(store, read(mail.raw), lying.place, mail.number, ways, at, language)
                counts[took] += 1
                lying.done(mail, ours=took is not Took.STRANGE)
    except SourceFailed as error:
        with store.write() as session:
            troubles.tell(session, [(_UNREAD, str(error))], now=now)
        raise
    with store.write() as session:
        troubles.over(session, [_UNREAD], now=now)
    return Collected(dict(counts))


def _taken(
    store: Store,
    returned: Returned,
    place: str,
    number: int,
    ways: Mapping[str, Sequence[Way]],
    at: AsOf,
    language: str,
) -> Took:
    """One mail, in a transaction of its own; one that nobody foresaw must not keep all others waiting."""

    def work(given: Returned) -> Took:
        with store.write() as session:
            took = take(session, given, place, ways=ways, now=at.now, language=language)
            _keep_position(session, place, number)
            if took is Took.STRANGE:
                _note_strange(session, place, at, language)
        return took

    try:
        return work(returned)
    except AlertdError:
        raise
    except Exception as error:
        log.exception("a mail of %s cannot be handled, and is kept for a person", place)
        detail = f"cannot be handled ({type(error).__name__})"
        return work(Returned(returned.key, ReturnKind.OTHER, detail=detail))


def take(
    session: Session,
    returned: Returned,
    place: str,
    *,
    ways: Mapping[str, Sequence[Way]],
    now: datetime,
    language: str,
) -> Took:
    """Handle one mail in the caller's transaction. A report counts only where it names a mail that went out from here, by a
    Message-ID that nobody can guess."""
    notice = _reported(session, returned.mark)
    number = int(notice["id"]) if notice is not None else None
    row = {"key": returned.key, "place": place, "at": now, "kind": returned.kind.value, "notice_id": number}
    connection = session.connection()
    made = Dialect(connection.engine).insert(_mails).on_conflict_do_nothing().returning(_mails.c.key)
    if connection.execute(made, [{**row, "detail": returned.detail}]).first() is None:
        return _again(session, returned.key)
    if returned.kind is ReturnKind.AUTO_REPLY:
        return Took.NOTED
    if notice is None or returned.kind is ReturnKind.OTHER:
        return Took.STRANGE
    if returned.kind is ReturnKind.FAILED:
        _bounced(session, notice, returned, ways.get(notice["person"], ()), now, language)
        return Took.BOUNCED
    return Took.NOTED


def _again(session: Session, key: str) -> Took:
    """A mail that was handled, and perhaps not yet marked so: it goes where it belongs, and nothing else happens."""
    c = _mails.c
    kind, notice = session.connection().execute(select(c.kind, c.notice_id).where(c.key == key)).one()
    kept = kind == ReturnKind.OTHER or (notice is None and kind != ReturnKind.AUTO_REPLY)
    return Took.STRANGE if kept else Took.BEFORE


def _reported(session: Session, mark: str) -> RowMapping | None:
    """The notice whose mail bears this mark, with the address to which it went; None where none did."""
    number = mark.split(".")[1] if mark.count(".") == 2 else ""
    if not number:
        return None
    c = _attempts.c
    mailed = and_(c.notice_id == _n.id, c.channel == ChannelName.EMAIL.value)
    found = (
        select(notices_table, c.address.label("mailed_to"))
        .join(_attempts, mailed)
        .where(_n.id == int(number))
        .order_by(c.id.desc())
        .limit(1)
    )
    row = session.connection().execute(found).mappings().first()
    if row is None or mail_mark(int(number), Message(row["subject"], row["text"])) != mark:
        return None
    return row


def _bounced(
    session: Session, notice: RowMapping, returned: Returned, ways: Sequence[Way], now: datetime, language: str
) -> None:
    connection, failed = session.connection(), Way(ChannelName.EMAIL, notice["mailed_to"])
    down = {"channel": failed.channel.value, "address": failed.address, "since": now, "detail": returned.detail}
    connection.execute(Dialect(connection.engine).insert(_down).on_conflict_do_nothing(), [down])
    values: dict[str, Any] = {"bounced_at": now, "bounce": returned.detail}
    open_still = notice["confirmed_at"] is None and notice["state"] in [state.value for state in _MOVABLE]
    there = Way(ChannelName(notice["channel"]), notice["address"]) == failed
    then, channel = "settled", ""
    if open_still and there:
        others = _usable(session, failed, [*ways, *ways_of(notice["other_ways"])])
        values |= _elsewhere(others)
        then, channel = ("again", others[0].channel.value) if others else ("nowhere", "")
    # one that a worker is sending at this moment is his; the address is out of use in any case
    same = and_(_n.id == notice["id"], _n.state == notice["state"], _n.address == notice["address"])
    moved = connection.execute(update(notices_table).where(same).values(values)).rowcount == 1
    again = moved and then != "settled"
    detail = {"again": [notice["id"]] if again else [], "address": failed.address, "status": returned.status}
    audit.record(
        session,
        at=now,
        actor="alertd",
        action=seals.BOUNCED,
        subject=f"notice:{notice['id']}",
        reason=returned.detail,
        detail={**detail, "to": channel if again else ""},
    )
    said = words.returned(notice, failed.address, returned.detail, then, channel, language)
    troubles.tell(session, [(f"address:{failed.channel}:{failed.address}", said)], now=now)


def _elsewhere(others: Sequence[Way]) -> dict[str, Any]:
    """By the next way at once, as it is; where there is none, the office has to see to it."""
    if not others:
        return {"state": NoticeState.DEAD.value, "reason": Why.BOUNCED.value}
    first, rest = others[0], others[1:]
    return {
        "state": NoticeState.RETRY.value,
        "reason": Why.BOUNCED.value,
        "channel": first.channel.value,
        "address": first.address,
        "other_ways": json.dumps([[way.channel.value, way.address] for way in rest]),
        "not_before": None,
        "sent_at": None,
        "server_id": "",
        "parts_sent": 0,
    }


def _usable(session: Session, failed: Way, ways: Sequence[Way]) -> list[Way]:
    """Another channel before another address on this one; none that is out of use."""
    wanted = [way for way in dict.fromkeys(ways) if way != failed]
    pairs = [(way.channel.value, way.address) for way in wanted]
    rows = session.connection().execute(
        select(_down.c.channel, _down.c.address).where(tuple_(_down.c.channel, _down.c.address).in_(pairs))
    )
    out = {Way(ChannelName(row.channel), row.address) for row in rows}
    return sorted((way for way in wanted if way not in out), key=lambda way: way.channel is failed.channel)


def _position(session: Session, place: str) -> int:
    found = session.connection().execute(select(_states.c.offset).where(_states.c.channel == place)).scalar()
    return int(found or 0)


def _keep_position(session: Session, place: str, number: int) -> None:
    if number:
        connection = session.connection()
        make: Any = Dialect(connection.engine).insert(_states).values(channel=place, offset=number)
        connection.execute(
            make.on_conflict_do_update(
                index_elements=[_states.c.channel], set_={"offset": number}, where=_states.c.offset < number
            )
        )


def _note_strange(session: Session, place: str, at: AsOf, language: str) -> None:
    """The office hears of such mail once a day, or spam would keep it busy."""
    subject, c = f"{_UNREAD}:{at.today.isoformat()}", _troubles.c
    if not session.connection().execute(select(func.count()).where(c.subject == subject)).scalar():
        shown = place.partition(":")[2].rpartition(":")[0] or place.partition(":")[2]
        troubles.note(session, [(subject, words.strange(shown, language))], now=at.now)
