"""Put messages into the outbox, in the caller's transaction: each once, with one row of the audit chain for all of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.message import Button, Message
from alertd.model.notices import notices_table
from alertd.model.reach import Recipient, Way
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices.clean import one_line
from alertd.notices.stamp import draw, stamped
from alertd.notices.verdict import Why
from alertd.store import audit, seals
from alertd.store.dialect import Dialect

URGENT, NORMAL, DIGEST = 0, 1, 2
NO_WORDS = Message(subject="", text="")  # of a replay that counts
_n = notices_table.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A message and where it goes. ``once``: a key under which there can be only one; ``unit``: as lists show it; ``ways``:
    other than all of the recipient's. ``button``: label of the one by which he says that he received it, ``dispute``: of the
    one by which he says that a figure is wrong. ``copy_of``: the notice
    that goes once more by this one, for that ``reason``. ``held_by``: the cycle with which it waits for the office."""

    kind: NoticeKind
    to: Recipient
    message: Message
    once: str
    unit: str | None = None
    meant_for: str = ""
    urgency: int = NORMAL
    ways: tuple[Way, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rule_versions: Sequence[str] = ()
    digest_on: date | None = None
    button: str = ""
    dispute: str = ""
    copy_of: int | None = None
    reason: str = ""
    held_by: int | None = None


def put(session: Session, drafts: Sequence[Draft], at: AsOf, cycle_id: int | None = None) -> dict[str, int]:
    """The numbers of the new notices by their ``once``; one that is in the outbox already is left out."""
    connection = session.connection()
    new = _new(session, drafts)
    if not new:
        return {}
    dialect = Dialect(connection.engine)
    numbers = dialect.next_ids(connection, notices_table, len(new))
    worded = any(draft.message is not NO_WORDS for draft in new)
    codes = _codes(session, len(new)) if worded else [None] * len(new)
    rows = [_row(draft, at, cycle_id, number, code) for draft, number, code in zip(new, numbers, codes, strict=True)]
    insert = dialect.insert(notices_table).on_conflict_do_nothing(index_elements=[_n.once])
    made = connection.execute(insert.returning(_n.id, _n.once), rows)
    ids = {str(row.once): int(row.id) for row in made}
    written = [row for row in rows if row["once"] in ids]
    if written and worded:
        _record(session, written, at)
    return ids


def pressed(notice: int) -> str:
    """What the button under a notice sends back."""
    return f"ack:{notice}"


def disputed(notice: int) -> str:
    """What the other one sends back."""
    return f"dis:{notice}"


def _buttons(draft: Draft, number: int) -> tuple[Button, ...]:
    of = draft.copy_of or number
    labels = ((draft.button, pressed(of)), (draft.dispute, disputed(of)))
    return tuple(Button(label, data) for label, data in labels if label) or draft.message.buttons


def _new(session: Session, drafts: Sequence[Draft]) -> list[Draft]:
    """Those that are not in the outbox yet, each once: a number is drawn for nothing else."""
    asked = {draft.once: draft for draft in reversed(drafts)}
    if not asked:
        return []
    there = session.connection().execute(select(_n.once).where(_n.once.in_(list(asked)))).scalars()
    known = set(there)
    return [draft for draft in drafts if draft.once not in known and asked[draft.once] is draft]


def _codes(session: Session, count: int) -> list[str]:
    """So many codes that no notice has."""
    found: list[str] = []
    while len(found) < count:
        drawn = {draw() for _ in range(count - len(found))} - set(found)
        taken = session.connection().execute(select(_n.code).where(_n.code.in_(list(drawn)))).scalars()
        found += sorted(drawn - set(taken))
    return found


def _row(draft: Draft, at: AsOf, cycle_id: int | None, number: int, code: str | None) -> dict[str, Any]:
    message = draft.message if code is None else stamped(draft.message, number, code)
    ways = draft.ways or draft.to.ways
    own = _buttons(draft, number)
    return {
        "id": number,
        "code": code,
        "kind": draft.kind.value,
        "unit": draft.unit,
        "recipient": one_line(draft.to.contact.name),
        "person": draft.to.person,
        "meant_for": draft.meant_for,
        "channel": ways[0].channel.value,
        "address": ways[0].address,
        "state": NoticeState.PENDING.value if draft.held_by is None else NoticeState.HELD.value,
        "reason": draft.reason if draft.held_by is None else Why.BRAKE.value,
        "urgency": draft.urgency,
        "attempts": 0,
        "created_at": at.now,
        "claimed_by": "",
        "cycle_id": cycle_id,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "chat": json.dumps(message.chat, ensure_ascii=False),
        "short": message.short,
        "buttons": json.dumps([[button.label, button.data] for button in own], ensure_ascii=False),
        "silent": message.silent,
        "bulk": message.bulk,
        "thread": message.thread,
        "language": message.language,
        "parts_sent": 0,
        "server_id": "",
        "rule_versions": json.dumps(list(draft.rule_versions)),
        "counts": json.dumps(draft.counts, ensure_ascii=False, sort_keys=True),
        "once": draft.once,
        "digest_on": draft.digest_on,
        "other_ways": json.dumps([[way.channel.value, way.address] for way in ways[1:]]),
        "copy_of": draft.copy_of,
        "held_by": draft.held_by,
        "bounce": "",
    }


def _record(session: Session, rows: Sequence[Mapping[str, Any]], at: AsOf) -> None:
    """What was written is sealed, so that a text or a recipient that is changed later is found out."""
    sealed = {str(row["id"]): seals.as_written(row) for row in rows}
    kinds = sorted({str(row["kind"]) for row in rows})
    audit.record(
        session, at=at.now, actor="alertd", action=seals.WRITTEN, subject=f"outbox:{','.join(kinds)}", detail=sealed
    )


def with_list(draft: Draft, *, summary: bool) -> list[Draft]:
    """The message; and where the chat could hold its summary alone, the same with its list by mail."""
    mail = by_mail(draft.to.ways)
    if not (summary and mail and draft.to.ways[0] != mail[0]):
        return [draft]
    return [draft, replace(draft, once=f"{draft.once}:list", ways=mail, counts={}, button="", dispute="")]


def by_mail(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The first way by which a list can go."""
    return tuple(way for way in ways if way.channel is ChannelName.EMAIL)[:1]
