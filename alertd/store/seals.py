"""What the audit chain seals besides its own rows: notices as written and as sent, their attachments, people's signs; and
whether they are still what was sealed. It reads."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.notices import NoticeFile, notices_table
from alertd.model.words import NoticeState

WRITTEN, ATTACHED, SETTLED = "notices.written", "notices.attached", "notices.settled"
BOUNCED, CONFIRMED = "notices.bounced", "notices.confirmed"
_n, _files = notices_table.c, table_of(NoticeFile)
# Named one by one: a column that a later version adds must not change what earlier seals cover.
_WRITTEN = (
    *("id", "code", "kind", "unit", "recipient", "person", "meant_for", "created_at", "copy_of", "subject", "text"),
    *("html", "chat", "short", "language", "rule_versions"),
)
_SENT = ("id", "channel", "address", "server_id", "sent_at")


def as_written(row: Mapping[Any, Any]) -> str:
    """The seal over what a notice says, to whom, about which versions of the rules. ``row``: by the columns' names."""
    return _seal([row[name] for name in _WRITTEN])


def as_sent(row: Mapping[Any, Any]) -> str:
    """The seal over where it went, when, and what the server called it."""
    return _seal([row[name] for name in _SENT])


def as_attached(name: str, media_type: str, content: bytes) -> str:
    return _seal([name, media_type, hashlib.sha256(content).hexdigest()])


def _seal(values: list[Any]) -> str:
    plain = [_moment(value) if isinstance(value, datetime) else value for value in values]
    # JSON of a list: no joining mark that could be moved from one field into the next
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Seal:
    """``row``: the number of the audit row that holds it; ``value``: what was sealed."""

    row: int
    value: Any


@dataclass
class Seals:
    """All seals of the chain by the notice's number, gathered row by row in the chain's order."""

    written: dict[int, Seal] = field(default_factory=dict)
    attached: dict[int, Seal] = field(default_factory=dict)
    sent: dict[int, Seal] = field(default_factory=dict)
    confirmed: dict[int, Seal] = field(default_factory=dict)

    def take(self, row: int, at: datetime, action: str, detail: Mapping[str, Any]) -> Iterator[str]:
        """Add what an audit row seals; gives what is wrong with it. Raises KeyError, TypeError, ValueError for a detail that
        alertd never wrote."""
        if action == WRITTEN:
            for number, seal in detail.items():
                if int(number) in self.written:
                    yield f"notice {number} was written already, by row {self.written[int(number)].row}"
                self.written[int(number)] = Seal(row, str(seal))
        elif action == ATTACHED:
            self.attached |= {int(number): Seal(row, sorted(map(str, seals))) for number, seals in detail.items()}
        elif action == SETTLED:
            self.sent |= {int(number): Seal(row, str(seal)) for number, seal in detail.get("sent", {}).items()}
        elif action == BOUNCED:
            for number in detail["again"]:
                self.sent.pop(int(number), None)
        elif action == CONFIRMED:
            self.confirmed |= {int(number): Seal(row, at) for number in detail["ids"]}


def only(number: int, action: str, detail: str) -> dict[str, Any] | None:
    """Of the detail of an audit row what concerns one notice; None where nothing does. Raises as `Seals.take`."""
    whole, name = json.loads(detail), str(number)
    if action in (WRITTEN, ATTACHED):
        return {name: whole[name]} if name in whole else None
    if action == SETTLED:
        return {"sent": {name: whole["sent"][name]}} if name in whole.get("sent", {}) else None
    listed = "again" if action == BOUNCED else "ids"
    return {listed: [number]} if number in whole[listed] else None


def faults(session: Session, seals: Seals) -> Iterator[tuple[int, str]]:
    """Each notice and attachment that is not what was sealed: the number of the audit row (0: none) and what is wrong."""
    names = sorted({*_WRITTEN, *_SENT, "state", "bounced_at", "confirmed_at"})
    rows = session.connection().execute(
        select(*[_n[name] for name in names]).order_by(_n.id).execution_options(yield_per=500)
    )
    there = set()
    for row in rows.mappings():
        there.add(int(row["id"]))
        yield from faults_of(row, seals)
    for number, seal in seals.written.items():
        if number not in there:
            yield seal.row, f"notice {number} was removed"
    yield from _file_faults(session, seals)


def faults_of(row: RowMapping, seals: Seals) -> Iterator[tuple[int, str]]:
    """Of one notice, its attachments apart."""
    number = int(row["id"])
    written, sent, confirmed = (kept.get(number) for kept in (seals.written, seals.sent, seals.confirmed))
    if written is None:
        yield 0, f"notice {number} stands in no row of the audit: it was put in past alertd"
        return
    if as_written(row) != written.value:
        yield written.row, f"notice {number} was changed: its text, recipient or rule versions are not what was written"
    if sent is not None and (row["state"] != NoticeState.SENT.value or as_sent(row) != sent.value):
        yield (
            sent.row,
            f"notice {number} was changed: address, time, state or server's number are not those of its sending",
        )
    if sent is None and row["state"] == NoticeState.SENT.value:
        yield written.row, f"notice {number} was changed: it is called sent, and no row of the audit says so"
    at = row["confirmed_at"]
    if (confirmed is None) != (at is None) or (confirmed is not None and _moment(confirmed.value) != _moment(at)):
        row_number = confirmed.row if confirmed is not None else written.row
        yield row_number, f"notice {number} was changed: when it was confirmed is not what the audit says"


def _file_faults(session: Session, seals: Seals) -> Iterator[tuple[int, str]]:
    c = _files.c
    rows = session.connection().execute(select(_files).order_by(c.notice_id, c.id).execution_options(yield_per=10))
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(int(row.notice_id), []).append(as_attached(row.name, row.media_type, row.content))
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield 0, f"attachment {row.name} of notice {row.notice_id} was changed: its hash is not that of its content"
    for number in sorted({*found, *seals.attached}):
        sealed = seals.attached.get(number)
        if sealed is None:
            yield 0, f"an attachment of notice {number} stands in no row of the audit: it was put in past alertd"
        elif sorted(found.get(number, ())) != sealed.value:
            yield sealed.row, f"the attachments of notice {number} were changed, removed or added to"
