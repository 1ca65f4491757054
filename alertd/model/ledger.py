"""The ledger of a file's days: which working day was whose, each counted once, from its acceptance to its end or now. Pure.

A working day belongs to who had the file when the day began, so the day of a hand-over counts for who gives the file away; the
day of acceptance (received after closing time or on a day off: the next working day) is day zero and counts for nobody. The
sum over the ledger is the count of working days between acceptance and stop, whatever the file went through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from alertd.model.calendar import WorkingCalendar
from alertd.model.words import FileStatus


class Holder(StrEnum):
    """Whose a day was."""

    SECTION = "section"  # the section that has it now, or had it at the end
    UNIT = "unit"  # the unit that has it now, in another section or in none that is known
    OTHER_UNIT = "other_unit"
    CITIZEN = "citizen"  # a supplement was waited for


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a file from a moment on: an earlier version, or its present row."""

    since: datetime
    unit: str | None
    section: str | None = None
    status: str | None = None
    unit_since: datetime | None = None
    requested_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A time during which one had the file. ``days``: its working days; ``late``: those of them after the due day. ``unit``:
    empty where nobody knows which it was."""

    holder: Holder
    unit: str
    section: str
    since: datetime
    until: datetime
    days: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """``exact_since``: from then on alertd has seen every change that its source showed it; before, the oldest known stands.
    ``stop``: the end, or now; ``ended``: which of the two."""

    begin: datetime
    stop: datetime
    ended: bool
    exact_since: datetime
    spans: tuple[Span, ...]

    @property
    def days(self) -> int:
        return sum(span.days for span in self.spans)

    @property
    def late(self) -> int:
        return sum(span.late for span in self.spans)


class _Wait(NamedTuple):
    since: datetime
    until: datetime


def ledger(
    versions: Sequence[Known],
    calendar: WorkingCalendar,
    *,
    begin: datetime,
    ended: datetime | None,
    now: datetime,
    exact_since: datetime,
    due_number: int | None = None,
    stop_number: int | None = None,
) -> Ledger:
    """``versions``: of one source, the oldest first, the present one last. ``begin``: of the file, its acceptance; ``ended``:
    null while it is open; what lies after ``now`` has not happened. ``due_number``: the number of its due day; ``stop_number``:
    of the day up to which lateness counts, where that is not the stop (a supplement is being waited for)."""
    stop = now if ended is None or ended > now else ended
    waits, last = _waits(versions, stop), next((v.unit for v in reversed(versions) if v.unit), None)
    present = replace(versions[-1], unit=last)
    spans = [part for span in _held(versions, begin, stop) for part in _parted(span, waits)]
    named = [replace(span, holder=_holder(span, present)) for span in spans]
    counted = _counted(_joined(named), calendar, begin, due_number, stop_number)
    return Ledger(begin, stop, stop == ended, exact_since, tuple(counted))


def known_of(row: Mapping[str, Any], since: datetime) -> Known:
    """``row``: of the history or of the table of copies."""
    return Known(
        since,
        row["unit"],
        row["section"],
        row["status"],
        row["unit_since"],
        row["supplement_requested_at"],
        row["supplement_answered_at"],
    )


class _Change(NamedTuple):
    at: datetime
    unit: str  # empty: not known
    section: str


def _changes(versions: Sequence[Known], begin: datetime) -> list[_Change]:
    """When which unit and section got it. What is said last of a time counts: it is dropped what was thought of it before."""
    first = versions[0]
    found = [_Change(begin, first.unit or "", first.section or "")]
    arrived, elsewhere = first.unit_since, None
    if arrived is not None and arrived > begin:  # the source says only since when
        elsewhere = _Change(begin, "", "")
        found = [elsewhere, _Change(arrived, first.unit or "", first.section or "")]
    for version in versions[1:]:
        last, moment = found[-1], version.since
        # that a unit is missing for once says nothing of where the file is
        unit, section = version.unit or last.unit, version.section or ""
        if version.unit_since is not None and version.unit_since != arrived:
            arrived = moment = version.unit_since
        elif not last.unit and unit:  # which one it was is known at last; it has not moved
            found = [change if change.unit or change is elsewhere else change._replace(unit=unit) for change in found]
        if (unit, section) != (found[-1].unit, found[-1].section):
            while len(found) > 1 and found[-1].at >= moment:
                found.pop()
            found.append(_Change(max(moment, begin), unit, section))
    return found


def _held(versions: Sequence[Known], begin: datetime, stop: datetime) -> list[Span]:
    """Who had it, the citizen aside: one after the other from the beginning to the stop, none overlapping, no gap."""
    changes = _changes(versions, begin)
    ends = [*(change.at for change in changes[1:]), stop]
    spans = []
    for change, end in zip(changes, ends, strict=True):
        since, until = min(change.at, max(stop, begin)), min(end, max(stop, begin))
        spans.append(Span(Holder.OTHER_UNIT, change.unit, change.section, since, until))
    return [span for span in spans if span.until > span.since] or spans[:1]


def _waits(versions: Sequence[Known], stop: datetime) -> list[_Wait]:
    """When the citizen was waited for: from each request to its answer; by the status word where nobody says when."""
    asked: dict[datetime, datetime | None] = {}
    words: list[_Wait] = []
    for place, version in enumerate(versions):
        until = versions[place + 1].since if place + 1 < len(versions) else stop
        if version.requested_at is not None:
            answer = version.answered_at
            known = asked.get(version.requested_at)
            asked[version.requested_at] = answer if answer is not None and answer >= version.requested_at else known
        elif version.status == FileStatus.SUPPLEMENT and version.answered_at is None and until > version.since:
            words.append(_Wait(version.since, until))
    requests = sorted(asked)
    waits = []
    for place, request in enumerate(requests):
        following = requests[place + 1] if place + 1 < len(requests) else stop
        answer = asked[request]
        waits.append(_Wait(request, following if answer is None else min(answer, following)))
    return sorted(_Wait(wait.since, min(wait.until, stop)) for wait in [*waits, *words] if wait.since < stop)


def _parted(span: Span, waits: Sequence[_Wait]) -> list[Span]:
    """The span without the times of waiting, and these as spans of their own."""
    parts: list[Span] = []
    at = span.since
    for wait in waits:
        begin, end = max(at, wait.since), min(span.until, wait.until)
        if begin >= end:
            continue
        if begin > at:
            parts.append(replace(span, since=at, until=begin))
        parts.append(replace(span, holder=Holder.CITIZEN, section="", since=begin, until=end))
        at = end
    return [*parts, replace(span, since=at)] if at < span.until or not parts else parts


def _holder(span: Span, present: Known) -> Holder:
    if span.holder is Holder.CITIZEN:
        return Holder.CITIZEN
    if not span.unit or span.unit != present.unit:
        return Holder.OTHER_UNIT
    return Holder.SECTION if present.section and span.section == present.section else Holder.UNIT


def _joined(spans: Sequence[Span]) -> list[Span]:
    """What changed nothing for the holder makes no line of its own."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last and (last.holder, last.unit, last.section) == (span.holder, span.unit, span.section):
            found[-1] = replace(last, until=span.until)
        else:
            found.append(span)
    return found


def _counted(
    spans: Sequence[Span], calendar: WorkingCalendar, begin: datetime, due_number: int | None, stop_number: int | None
) -> list[Span]:
    first = calendar.received_number(begin)
    late_from = due_number
    found = []
    for span in spans:
        last = max(first, calendar.number(calendar.today(span.until)))
        late = 0
        if late_from is not None:
            late_to = max(late_from, last if stop_number is None else min(last, stop_number))
            late, late_from = late_to - late_from, late_to
        found.append(replace(span, days=last - first, late=late))
        first = last
    # a moment before it came to the first unit that is known is no line of its own
    return [s for s in found if s.unit or s.days or s.late or s.holder is Holder.CITIZEN] or found[:1]
