"""A source and its polls as the commands show them: a row of a table, a line, JSON."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alertd.check.status import SourceStatus
from alertd.intake.poll import Polled

_COUNTS = ("records", "new", "changed", "unchanged", "gone", "rejected", "duplicates")
COLUMNS = ("name", "dataset", "state", "data as of", "records", "last poll", "new", "changed", "gone", "rejected")


def source_row(source: SourceStatus, zone: ZoneInfo) -> tuple[object, ...]:
    poll, fresh = source.poll, source.freshness
    state = "fresh" if fresh.doubt is None else fresh.doubt.value.replace("_", " ")
    begin = (source.name, source.dataset, state, local(fresh.as_of, zone), f"{source.records:,}")
    if poll is None:
        return (*begin, "never", "", "", "", "")
    return (*begin, f"{local(poll.started_at, zone)} {poll.state}", poll.new, poll.changed, poll.gone, poll.rejected)


def source_json(source: SourceStatus, zone: ZoneInfo) -> dict[str, Any]:
    fresh = source.freshness
    return {
        "name": source.name,
        "dataset": source.dataset,
        "kind": source.kind,
        "fresh": fresh.fresh,
        "doubt": fresh.doubt,
        "detail": fresh.detail,
        "as_of": iso(fresh.as_of, zone),
        "believed_at": iso(fresh.believed_at, zone),
        "records": source.records,
        "accept_next": source.accept_next,
        "last_poll": None if source.poll is None else _row_json(source.poll, zone),
    }


def _row_json(poll: Any, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "state": poll.state,
        "reason": poll.reason,
        "detail": poll.detail,
        "started_at": iso(poll.started_at, zone),
        "ended_at": iso(poll.ended_at, zone),
        **{name: getattr(poll, name) for name in _COUNTS},
    }


def poll_json(done: Polled) -> dict[str, Any]:
    """A poll that was made just now."""
    counts = {name: getattr(done.counts, name) for name in _COUNTS}
    return {"source": done.source, "state": done.state, "reason": done.reason, "detail": done.detail, **counts}


def poll_line(done: Polled) -> str:
    return f"{done.source}: {done}"


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"


def iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
