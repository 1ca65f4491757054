"""The audit chain: append a row that holds the hash of the row before, and verify the whole."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlmodel import Session

from alertd.model.alerts import AlertEvent
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.store import seals
from alertd.store.dialect import Dialect
from alertd.store.site import keep_fact, read_fact

GENESIS = "0" * 64
_LOCK = 118  # any number that nobody else serialises on
_END = "audit_end"  # the fact that names the newest row: without it, rows cut off at the end would not be missed
_audit, _events = table_of(AuditRow), table_of(AlertEvent)
# Named one by one: a column that a later version adds must not change what the digests of earlier cycles cover.
_c = _events.c
_COVERED = (
    _c.id,
    _c.alert_id,
    _c.cycle_id,
    _c.at,
    _c.what,
    _c.level,
    _c.unit,
    _c.unit_before,
    _c.actor,
    _c.note,
    _c.cause,
)


def _hash(
    seq: int, at: datetime, actor: str, action: str, subject: str, reason: str, detail: str, previous: str
) -> str:
    parts = [
        str(seq),
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        actor,
        action,
        subject,
        reason,
        detail,
        previous,
    ]
    # JSON of a list: no joining mark that could be moved from one field into the next
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def record(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append one row to the chain, in the caller's transaction; gives its number. ``actor``: a person, or ``alertd``."""
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
    last = connection.execute(select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    at = at.astimezone(UTC).replace(microsecond=0)
    text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str)
    values = {
        "actor": actor,
        "action": action,
        "subject": subject,
        "reason": reason,
        "detail": text,
        "previous": previous,
    }
    made = _hash(seq, at, **values)
    connection.execute(insert(_audit).values(seq=seq, at=at, hash=made, **values))
    keep_fact(session, _END, _end(seq, made))
    return int(seq)


def _end(seq: int, made: str) -> str:
    return f"{seq} {made}"


def events_digest(session: Session, first: int, last: int) -> str:
    """The hash over the alert events ``first`` to ``last`` (both included) that are of the cycle of the first, as the row that
    seals them keeps it. What others did meanwhile may have its number in between, and its own row in the chain."""
    return _digest_of_events(session, first, last)[0]


def _digest_of_events(session: Session, first: int, last: int) -> tuple[str, int]:
    """The hash, and over how many."""
    digest, count = hashlib.sha256(), 0
    cycle = select(_c.cycle_id).where(_c.id == first).scalar_subquery()
    rows = session.connection().execute(
        select(*_COVERED)
        .where(_c.id.between(first, last), _c.cycle_id.is_not_distinct_from(cycle))
        .order_by(_c.id)
        .execution_options(yield_per=5000)
    )
    for row in rows:
        digest.update(
            json.dumps([str(value) if value is not None else None for value in row], ensure_ascii=False).encode()
        )
        count += 1
    return digest.hexdigest(), count


def events_sealed(session: Session, first: int, last: int) -> dict[str, Any]:
    """What the detail of an audit row holds of the events under it."""
    return {"events_first": first, "events_last": last, "events_digest": events_digest(session, first, last)}


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: the row's number and what is wrong with it."""

    seq: int
    what: str


def verify(session: Session, *, contents: bool = False, walked: Callable[[], None] = lambda: None) -> Iterator[Break]:
    """Walk the chain from its first row; every changed, removed or inserted row, and sealed alert event, is a Break. With
    ``contents``, so is every notice, attachment, sign of a person and alert event that is not as some row seals it. ``walked``
    is called at each row.

    Somebody who rewrites the chain from a row to its end, hashes included, is found only by comparing its `head` with one
    that was noted elsewhere.
    """
    sealed = _Sealed(session)
    previous, expected = GENESIS, 1
    rows = session.connection().execute(select(_audit).order_by(_audit.c.seq).execution_options(yield_per=5000))
    for row in rows:
        walked()
        if row.seq != expected:
            missing = f"row {expected} is" if row.seq == expected + 1 else f"rows {expected} to {row.seq - 1} are"
            yield Break(row.seq, f"{missing} missing")
        if row.previous != previous:
            yield Break(
                row.seq, "does not follow from the row before it: one of the two was changed, removed or inserted"
            )
        if is_whole(row):
            yield from sealed.take(row)
        else:
            yield Break(row.seq, "was changed: its hash is not that of its content")
        previous, expected = row.hash, row.seq + 1
    end = read_fact(session, _END)
    if end is not None and end != _end(expected - 1, previous):
        yield Break(expected - 1, f"the chain ends here, and its newest row was {end.split()[0]}")
    if contents:
        yield from sealed.breaks(expected - 1)


def is_whole(row: Row[Any]) -> bool:
    """Whether a row of the chain is what it was when it was written, by its own hash."""
    return bool(
        row.hash == _hash(row.seq, row.at, row.actor, row.action, row.subject, row.reason, row.detail, row.previous)
    )


class _Sealed:
    """What the rows of the chain seal, gathered while it is walked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seals = seals.Seals()
        self._events = 0
        self._whole = True  # no event under any row was touched, so that all of them can be counted

    def take(self, row: Row[Any]) -> Iterator[Break]:
        try:
            detail = json.loads(row.detail)
            for what in self._seals.take(row.seq, row.at, row.action, detail):
                yield Break(row.seq, what)
            if detail.get("events_digest"):
                found, count = _digest_of_events(self._session, detail["events_first"], detail["events_last"])
                self._events += count
                if found != detail["events_digest"]:
                    self._whole = False
                    yield Break(row.seq, "the alert events of this row were changed, removed or added")
        except (AttributeError, KeyError, TypeError, ValueError):
            yield Break(row.seq, "holds what alertd never wrote")

    def breaks(self, last: int) -> Iterator[Break]:
        there = int(self._session.connection().execute(select(func.count()).select_from(_events)).scalar_one())
        if self._whole and there > self._events:
            yield Break(last, f"{there - self._events} alert events stand under no row of the audit: they were put in")
        for row, what in seals.faults(self._session, self._seals):
            yield Break(row, what)


def head(session: Session) -> tuple[int, str]:
    """Number and hash of the newest row; (0, zeros) for an empty chain."""
    last = (
        session.connection().execute(select(_audit.c.seq, _audit.c.hash).order_by(_audit.c.seq.desc()).limit(1)).first()
    )
    return (int(last.seq), str(last.hash)) if last else (0, GENESIS)
