"""What is kept of a poll: its row, what is believed of its source, and the trouble that the office hears. No decision here."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from alertd.intake import stage
from alertd.model.base import table_of
from alertd.model.polls import Poll, SourceState
from alertd.model.words import PollState
from alertd.store import audit, troubles
from alertd.store.dialect import Dialect

INTERRUPTED = "interrupted"

_polls, _states = table_of(Poll), table_of(SourceState)
# Polls that say something: one that was killed says nothing about its source.
ENDED = (_polls.c.state != PollState.RUNNING.value) & (_polls.c.reason != INTERRUPTED)
_DETAIL = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed of a source now, and what goes back to it at its next reading."""

    dataset: str
    fingerprint: str
    mapping: str
    poll: int | None
    at: datetime | None
    as_of: datetime | None
    records: int
    last_event_at: datetime | None
    newest_event_at: datetime | None
    marks: Mapping[str, str]
    accept_next: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one poll, in records; ``rejected`` and ``duplicates`` in rows."""

    records: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    rejected: int = 0
    duplicates: int = 0


def begin(session: Session, source: str, dataset: str, now: datetime) -> tuple[int, Believed]:
    """The row of a new poll, and what is believed until now. What a poll that was killed left behind is cleared away: only the
    last one can have left anything, for this one did the same."""
    connection = session.connection()
    c = _polls.c
    last = connection.execute(select(c.id, c.dataset).where(c.source == source).order_by(c.id.desc()).limit(1)).first()
    if last is not None:
        stage.clear(session, last.dataset, last.id)
        dead = {"state": PollState.FAILED.value, "reason": INTERRUPTED, "ended_at": now, "detail": "alertd was ended"}
        connection.execute(update(_polls).where(c.id == last.id, c.state == PollState.RUNNING.value).values(dead))
    row = Poll(source=source, dataset=dataset, started_at=now, state=PollState.RUNNING.value)
    values = row.model_dump(exclude={"id"})
    poll = connection.execute(insert(_polls).values(values).returning(c.id)).scalar_one()
    make = Dialect(connection.engine).insert(_states)
    connection.execute(make.values(SourceState(source=source, dataset=dataset).model_dump()).on_conflict_do_nothing())
    return int(poll), _believed(session, source)


def _believed(session: Session, source: str) -> Believed:
    row = session.connection().execute(select(_states).where(_states.c.source == source)).one()
    return Believed(
        dataset=row.dataset,
        fingerprint=row.fingerprint,
        mapping=row.mapping,
        poll=row.believed_poll,
        at=row.believed_at,
        as_of=row.as_of,
        records=row.records,
        last_event_at=row.last_event_at,
        newest_event_at=row.newest_event_at,
        marks=json.loads(row.marks),
        accept_next=row.accept_next,
        trouble=row.trouble,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """How a poll ended. ``reason`` is one word, ``detail`` a sentence for a person; both empty where it is believed."""

    state: PollState
    reason: str = ""
    detail: str = ""
    counts: Counts = field(default_factory=Counts)


def close(
    session: Session,
    poll: int,
    ended: Ended,
    at: datetime,
    *,
    as_of: datetime | None = None,
    complete: bool = False,
    notes: Sequence[str] = (),
    because: str = "",
    content: str = "",
    remapped: bool = False,
) -> None:
    """Write the poll's row to its end; ``because``: why what nobody would believe was let through; ``remapped``: it was read by
    another mapping than before."""
    values: dict[str, Any] = {
        "state": ended.state.value,
        "ended_at": at,
        "reason": ended.reason,
        "detail": ended.detail[:_DETAIL],
        "as_of": as_of,
        "complete": complete,
        "notes": json.dumps(list(notes), ensure_ascii=False),
        "accepted_because": because,
        "content": content,
        "remapped": remapped,
        **asdict(ended.counts),
    }
    session.connection().execute(update(_polls).where(_polls.c.id == poll).values(values))


def replaced(session: Session, source: str, content: str, believed: int | None) -> datetime | None:
    """When a file of this content was last believed, where another one has taken its place since."""
    c = _polls.c
    known = (c.source == source) & (c.content == content) & (c.state == PollState.BELIEVED.value)
    last = session.connection().execute(select(c.id, c.ended_at).where(known).order_by(c.id.desc()).limit(1)).first()
    return last.ended_at if last is not None and last.id != believed else None


def believe(session: Session, source: str, **facts: Any) -> None:
    """Write what is believed of a source from now on; ``marks`` as a mapping."""
    if "marks" in facts:
        facts["marks"] = json.dumps(dict(facts["marks"]), ensure_ascii=False)
    session.connection().execute(update(_states).where(_states.c.source == source).values(facts))


def tell(session: Session, source: str, known: str, word: str, sentence: str, now: datetime) -> None:
    """The office hears of a trouble once; of another one (``word``) anew, for its cure is another, but not that the first is
    over: nothing is in order yet. ``known``: the words that were told since it was, so that two in turn are told once each."""
    words = known.split()
    if word in words:
        return
    troubles.instead(session, f"source:{source}", sentence, now=now)
    believe(session, source, trouble=" ".join([*words, word]))


def all_well(session: Session, source: str, known: str, sentence: str, now: datetime) -> None:
    if known:
        troubles.over(session, [f"source:{source}"], now=now, what=sentence)
        believe(session, source, trouble="")


def forget(session: Session, dataset: str, poll: int) -> None:
    """A reading that was only a look: neither its row nor what lies on the stage stays."""
    stage.clear(session, dataset, poll)
    session.connection().execute(delete(_polls).where(_polls.c.id == poll, _polls.c.state == PollState.RUNNING.value))


def accept_next(session: Session, source: str, reason: str) -> bool:
    """Note that the next snapshot is let in; False for a source that is not known."""
    known = update(_states).where(_states.c.source == source).values(accept_next=reason)
    return session.connection().execute(known).rowcount == 1


def spend(session: Session, source: str, reason: str, poll: int, *, let_in: str, now: datetime) -> None:
    """`sources accept` holds for one snapshot; what it let through is on record (empty: nothing)."""
    believe(session, source, accept_next="")
    audit.record(
        session,
        at=now,
        actor="alertd",
        action="source.accepted" if let_in else "source.accept_unneeded",
        subject=f"source:{source}",
        reason=reason,
        detail={"poll": poll, "let_in": let_in},
    )


def taken_out(session: Session, configured: Collection[str], now: datetime) -> None:
    """What was out of order with sources that the config no longer names: a person took them out, so nobody needs to hear that
    it is over. One that comes back begins anew."""
    named = (
        (
            subject,
            subject.partition(":")[2].rpartition(":")[0]
            if subject.startswith("readings:")
            else subject.partition(":")[2],
        )
        for subject in troubles.open_subjects(session, ("source:", "readings:", "twice:"))
    )
    for subject, source in named:
        if source not in configured:
            troubles.settled(session, subject, now=now)
            believe(session, source, trouble="")
