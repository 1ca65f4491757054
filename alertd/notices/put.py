"""Put messages into the outbox, in the caller's transaction: each once, with one row of the audit chain for all of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.message import Button, Message
from alertd.model.notices import notices_table
from alertd.model.reach import Recipient, Way
from alertd.model.words import ChannelName, NoticeKind, NoticeState
from alertd.notices.clean import one_line
from alertd.store import audit
from alertd.store.dialect import Dialect

URGENT, NORMAL, DIGEST = 0, 1, 2
_n = notices_table.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A message and where it goes. ``once``: a key under which there can be only one; ``unit``: as lists show it; ``ways``:
    other than all of the recipient's. ``button``: label of the one by which he says that he received it."""

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


def put(session: Session, drafts: Sequence[Draft], at: AsOf, cycle_id: int | None = None) -> dict[str, int]:
    """The numbers of the new notices by their ``once``; one that is in the outbox already is left out."""
    if not drafts:
        return {}
    connection = session.connection()
    rows = [_row(draft, at, cycle_id) for draft in drafts]
    new = Dialect(connection.engine).insert(notices_table).on_conflict_do_nothing(index_elements=[_n.once])
    made = connection.execute(new.returning(_n.id, _n.once), rows)
    ids = {str(row.once): int(row.id) for row in made}
    _add_buttons(session, drafts, ids)
    written = [row for row in rows if row["once"] in ids]
    if written:
        _record(session, written, ids, at)
    return ids


def pressed(notice: int) -> str:
    """What the button under a notice sends back."""
    return f"ack:{notice}"


def _add_buttons(session: Session, drafts: Sequence[Draft], ids: Mapping[str, int]) -> None:
    """Known only now: a button names its notice."""
    rows = [
        {
            "b_id": ids[draft.once],
            "b_buttons": json.dumps([[draft.button, pressed(ids[draft.once])]], ensure_ascii=False),
        }
        for draft in drafts
        if draft.button and draft.once in ids
    ]
    if rows:
        to = update(notices_table).where(_n.id == bindparam("b_id")).values(buttons=bindparam("b_buttons"))
        session.connection().execute(to, rows)


def _row(draft: Draft, at: AsOf, cycle_id: int | None) -> dict[str, Any]:
    message, ways = draft.message, draft.ways or draft.to.ways
    return {
        "kind": draft.kind.value,
        "unit": draft.unit,
        "recipient": one_line(draft.to.contact.name),
        "person": draft.to.person,
        "meant_for": draft.meant_for,
        "channel": ways[0].channel.value,
        "address": ways[0].address,
        "state": NoticeState.PENDING.value,
        "reason": "",
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
        "buttons": _buttons(message.buttons),
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
    }


def _buttons(buttons: Sequence[Button]) -> str:
    return json.dumps([[button.label, button.data] for button in buttons], ensure_ascii=False)


def _record(session: Session, rows: Sequence[Mapping[str, Any]], ids: Mapping[str, int], at: AsOf) -> None:
    """What was written, by the hash of each text, so that one that is changed later is found out."""
    texts = {
        str(ids[row["once"]]): hashlib.sha256(f"{row['subject']}\n{row['text']}".encode()).hexdigest() for row in rows
    }
    kinds = sorted({str(row["kind"]) for row in rows})
    audit.record(
        session, at=at.now, actor="alertd", action="notices.written", subject=f"outbox:{','.join(kinds)}", detail=texts
    )


def with_list(draft: Draft, *, summary: bool) -> list[Draft]:
    """The message; and where the chat could hold its summary alone, the same with its list by mail."""
    mail = by_mail(draft.to.ways)
    if not (summary and mail and draft.to.ways[0] != mail[0]):
        return [draft]
    return [draft, replace(draft, once=f"{draft.once}:list", ways=mail, counts={}, button="")]


def by_mail(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The first way by which a list can go."""
    return tuple(way for way in ways if way.channel is ChannelName.EMAIL)[:1]
