"""Rows and values that could not be read: kept within bounds while a snapshot is read, and asked for afterwards."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, insert, select
from sqlmodel import Session

from alertd.intake.values import Expected, Problems, Unreadable
from alertd.intake.words import expected
from alertd.model.base import table_of
from alertd.model.polls import Poll, Reject
from alertd.model.words import PollState

# Of either kind; a snapshot of a million bad rows is told by its count and its first ones.
MOST = 1_000
_PLACE = re.compile(r"(?:(?P<part>.+?)(?:(?P<record> #)|!row | row )|row )(?P<number>\d+)")

_rejects, _polls = table_of(Reject), table_of(Poll)


class Rejects:
    """What one reading could not read. ``dropped`` rows were kept apart; a remark's row was taken in without the value."""

    def __init__(self, language: str, example: str) -> None:
        """``example``: how a time of this source looks."""
        self.dropped = 0
        self._language = language
        self._example = example
        self._drops: list[dict[str, Any]] = []
        self._remarks: dict[tuple[str, str, Expected], dict[str, Any]] = {}

    def drop(self, place: str, code: str, error: Unreadable) -> None:
        self.dropped += 1
        if len(self._drops) < MOST:
            self._drops.append(self._row(place, code, error.field, error.value, error.expected, dropped=True))

    def remark(self, place: str, code: str, problems: Problems) -> None:
        """Each distinct value of a field is kept once, with the first place and how often it occurred."""
        for field, value, what in problems:
            known = self._remarks.get((field, value, what))
            if known is not None:
                known["times"] += 1
            elif len(self._remarks) < MOST:
                self._remarks[field, value, what] = self._row(place, code, field, value, what, dropped=False)

    def repeated(self, code: str, times: int) -> None:
        """A code that stands in several rows of the snapshot."""
        self.remark("", code, [("code", f"{code} ({times}×)", Expected.ONCE)])

    def remarked(self) -> dict[Expected, list[str]]:
        """The distinct values that were remarked on, by what should have stood there."""
        found: dict[Expected, list[str]] = {}
        for _, value, what in self._remarks:
            found.setdefault(what, []).append(value)
        return found

    def keep(self, session: Session, poll: int, source: str, believed: int | None) -> None:
        """Write them, and forget those of older polls but the one that is believed."""
        connection = session.connection()
        older = and_(_rejects.c.source == source, _rejects.c.poll_id.not_in([poll, believed or poll]))
        connection.execute(delete(_rejects).where(older))
        rows = [{**row, "poll_id": poll, "source": source} for row in (*self._drops, *self._remarks.values())]
        if rows:
            connection.execute(insert(_rejects), rows)

    def _row(self, place: str, code: str, field: str, value: str, what: Expected, *, dropped: bool) -> dict[str, Any]:
        should = expected(what, self._language, self._example)
        return {
            "place": _place(place, self._language),
            "code": code,
            "field": field,
            "value": value,
            "expected": should,
            "dropped": dropped,
            "times": 1,
        }


def _place(place: str, language: str) -> str:
    """A page's record or a table's row, as the office names it."""
    found = _PLACE.fullmatch(place)
    if language != "vi" or found is None:
        return place
    part, there = found["part"] or "", f"dòng {found['number']}"
    if found["record"]:
        part, there = part.replace("page ", "trang "), f"bản ghi {found['number']}"
    return f"{part}, {there}" if part else there


@dataclass(frozen=True, slots=True)
class Rejected:
    """One value that could not be read. ``times``: in how many rows it stands."""

    place: str
    code: str
    field: str
    value: str
    expected: str
    dropped: bool
    times: int


@dataclass(frozen=True, slots=True)
class RejectReport:
    """Of the last poll of a source that read rows: ``dropped`` rows kept apart, ``remarks`` rows taken in without a value
    (per value), the first of both, and what the source itself repaired or cut."""

    source: str
    poll: int
    dropped: int
    remarks: int
    first: tuple[Rejected, ...]
    notes: tuple[str, ...]

    @property
    def anything(self) -> bool:
        return bool(self.dropped or self.remarks or self.notes)


def reject_reports(session: Session, sources: Sequence[str], *, first: int = 10) -> Mapping[str, RejectReport]:
    """By source; one that has never read a row has none. What an unchanged snapshot confirms is that of the poll before."""
    read = (PollState.BELIEVED.value, PollState.NOT_BELIEVED.value)
    latest = (
        select(func.max(_polls.c.id))
        .where(_polls.c.source.in_(sources), _polls.c.state.in_(read), _polls.c.records > 0)
        .group_by(_polls.c.source)
    )
    connection = session.connection()
    polls = connection.execute(
        select(_polls.c.id, _polls.c.source, _polls.c.rejected, _polls.c.notes).where(_polls.c.id.in_(latest))
    ).all()
    ids = [poll.id for poll in polls]
    place = func.row_number().over(partition_by=_rejects.c.poll_id, order_by=(_rejects.c.dropped.desc(), _rejects.c.id))
    taken = func.sum(_rejects.c.times).filter(_rejects.c.dropped.is_(False)).over(partition_by=_rejects.c.poll_id)
    numbered = (
        select(_rejects, place.label("position"), taken.label("remarks")).where(_rejects.c.poll_id.in_(ids)).subquery()
    )
    rows: dict[int, list[Rejected]] = {number: [] for number in ids}
    remarks: dict[int, int] = {}
    for row in connection.execute(
        select(numbered).where(numbered.c.position <= max(first, 1)).order_by(numbered.c.position)
    ):
        remarks[row.poll_id] = int(row.remarks or 0)
        rows[row.poll_id].append(
            Rejected(row.place, row.code, row.field, row.value, row.expected, row.dropped, row.times)
        )
    return {
        poll.source: RejectReport(
            poll.source,
            poll.id,
            poll.rejected,
            remarks.get(poll.id, 0),
            tuple(rows[poll.id][:first]),
            tuple(json.loads(poll.notes)),
        )
        for poll in polls
    }
