"""A row of the dataset files: its state, its end and its day numbers, from events first and the status word second. Pure.

Computed as if every event had happened: in live mode no event lies after now (model/dataset.py). The as-of expressions of
model/files.py derive the same again from what was known at a moment.
"""

from typing import Any

from alertd.intake.rows import HEAD, Dated, Row, Surroundings
from alertd.intake.times import Instant
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FILES
from alertd.model.words import FileStatus

_ENDED = frozenset(status.value for status in ENDED_STATUS)
_SUPPLEMENT = FileStatus.SUPPLEMENT.value
GIVEN = tuple(field.name for field in FILES.given)


class FileRows(Dated):
    """Order of ``row``'s values: `columns`."""

    columns: tuple[str, ...] = (
        *HEAD,
        "unit_since",
        "receiving_unit",
        "procedure",
        "kind",
        "status",
        "channel",
        "submitted_at",
        "accepted_at",
        "due_at",
        "first_due_at",
        "ended_at",
        "returned_at",
        "supplement_requests",
        "supplement_requested_at",
        "supplement_answered_at",
        "apology_at",
        "section",
        "field",
        "new_due_at",
        "paid_online",
        "late_cause",
        "extended_at",
        "times_put_off",
        "by_minute",
        "is_open",
        "waiting_for_citizen",
        "stop_at",
        "stop_day",
        "stop_day_no",
        "due_day",
        "due_day_no",
        "submitted_day_no",
        "accepted_day_no",
        "received_day",
        "assumed_end_at",
        "ended_day",
        "ended_day_no",
        "requested_day",
        "requested_day_no",
        "answered_day_no",
        "unit_since_day_no",
        "apology_day",
        "apology_due_day",
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.code = around.code
        self._now = around.times.instant(around.now)
        self._by_minute = around.settings.due_by == "minute"
        self._first_due = "first_due_at" in around.settings.fields

    def row(self, given: list[Any], code: str, raw_hash: int) -> Row:
        (_, unit, unit_since, receiving, procedure, kind, status, channel, submitted, accepted, due, first_due) = given[
            :12
        ]
        (ended, returned, requests, requested, answered, apology, section, field, new_due) = given[12:21]
        paid_online, late_cause, extended, put_off = given[21:]
        if not self._first_due:
            first_due = due
        if new_due is not None and not (requested and (answered is None or answered[0] < requested[0])):
            due = new_due  # given for the time after the answer; before it nobody knows that day
        code_of_unit, unit_named = self._around.unit(unit, submitted or accepted or requested or due)
        first, last = self._events(
            unit_since, submitted, accepted, ended, returned, requested, answered, apology, extended
        )

        end, assumed = ended or returned, None
        if end is None and status in _ENDED:
            # Ended, nobody says when: not before its last event. A file that was known as open ends when it is read as
            # ended (see merge).
            assumed = end = last if last is not None and last[0] <= self._now[0] else self._now
        waiting = end is None and _waits(status, requested, answered)
        # Asked for, nobody says when: the file stands since it is read so (see merge).
        stop = end or ((requested or self._now) if waiting else None)
        moved = self._moved(first_due, due) and not waiting and answered is None
        return (
            code,
            code_of_unit,
            unit_named,
            self._around.hashed(raw_hash),
            first and first[0],
            last and last[0],
            unit_since and unit_since[0],
            receiving and (self._around.unit_reader.read(receiving, submitted or accepted)[0] or receiving),
            procedure,
            kind,
            status,
            channel,
            submitted and submitted[0],
            accepted and accepted[0],
            due and due[0],
            first_due and first_due[0],
            ended and ended[0],
            returned and returned[0],
            requests,
            requested and requested[0],
            answered and answered[0],
            apology and apology[0],
            section,
            field,
            new_due and new_due[0],
            paid_online,
            late_cause,
            extended and extended[0],
            int(moved) if put_off is None else put_off,
            self._by_minute,
            end is None,
            waiting,
            stop and stop[0],
            stop and stop[1].ordinal,
            stop and stop[1].number,
            due and due[1].due_day,
            due and due[1].due_number,
            submitted and _received(submitted),
            accepted and _received(accepted),
            _day_of(accepted or submitted),
            assumed and assumed[0],
            end and end[1].ordinal,
            end and end[1].number,
            requested and requested[1].ordinal,
            requested and requested[1].number,
            answered and answered[1].number,
            unit_since and unit_since[1].number,
            apology and apology[1].ordinal,
            _promised(apology, first_due if moved else due),
        )

    def _moved(self, first_due: Instant | None, due: Instant | None) -> bool:
        """The source gives a later due date than the first one."""
        if first_due is None or due is None:
            return False
        return due[0] > first_due[0] if self._by_minute else due[1].due_day > first_due[1].due_day

    def _events(self, *events: Instant | None) -> tuple[Instant | None, Instant | None]:
        """The first and the last; what has happened is noted as a sign of life."""
        known = [event for event in events if event is not None]
        if not known:
            return None, None
        first, last = min(known), max(known)
        now = self._now[0]
        self.latest = max(self.latest, last[0])
        if last[0] <= now:
            self.newest = max(self.newest, last[0])
        else:  # a time in the future is no fault, and no sign of life
            self.newest = max(self.newest, max((event[0] for event in known if event[0] <= now), default=""))
        return first, last


def _waits(status: str | None, requested: Instant | None, answered: Instant | None) -> bool:
    """A supplement was asked for and not answered since; without any such time the status word says it."""
    if requested is not None:
        return answered is None or answered[0] < requested[0]
    return answered is None and status == _SUPPLEMENT


def _promised(apology: Instant | None, due: Instant | None) -> int | None:
    """The due day that an apology is for."""
    return due[1].due_day if apology is not None and due is not None else None


def _day_of(instant: Instant | None) -> int | None:
    return None if instant is None else instant[1].ordinal


def _received(instant: Instant) -> int:
    return instant[1].received_late if instant[2] else instant[1].received
