"""Whose the days late are of a record that its reader did not have from the beginning: he answers for his own alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import Dataset, Scope
from alertd.model.files import FileHistory
from alertd.model.ledger import Holder, Known, Ledger, Span, known_of, ledger
from alertd.model.rule import Addressee, Rule
from alertd.notices.letter import Shares
from alertd.notices.writer import Desk
from alertd.store.dialect import Dialect

Row = Mapping[Any, Any]

_history = table_of(FileHistory)
_PREFIX = "file_"
_OF_ROW = (
    *("unit", "section", "status", "field", "unit_since", "supplement_requested_at", "supplement_answered_at"),
    *("version_since", "first_seen_at", "accepted_at", "submitted_at", "ended_at", "returned_at", "assumed_end_at"),
    *("due_day_no", "source"),
)
# That its present row alone does not say whose its days were.
_TRACES = (f"{_PREFIX}unit_since", f"{_PREFIX}supplement_requested_at")


def columns(dataset: Dataset, scope: Scope) -> list[ColumnElement[Any]]:
    """What a ledger needs of a record's row; nothing where the dataset has no days of its own."""
    if not dataset.late_shares:
        return []
    plain = [scope.column(name).label(f"{_PREFIX}{name}") for name in _OF_ROW]
    waits = dataset.fields["waiting_for_citizen"].sql(scope)
    return [*plain, dataset.stop_number(scope).label(f"{_PREFIX}stop"), waits.label(f"{_PREFIX}waits")]


def with_versions(session: Session, dataset: Dataset, rows: Iterable[RowMapping]) -> list[Row]:
    """The rows, each with its earlier versions where it has been in another unit or a supplement was asked for, which may not
    have been the first. One statement, or none."""
    found: list[dict[Any, Any]] = [{**row} for row in rows]
    keys = sorted(
        {row["key"] for row in found if dataset.late_shares and any(row[name] is not None for name in _TRACES)}
    )
    if not keys:
        return list(found)
    connection, h = session.connection(), _history.c
    statement = select(_history).where(Dialect(connection.engine).among(h.code, keys)).order_by(h.known_from, h.id)
    versions: dict[tuple[Any, Any], list[RowMapping]] = {}
    for version in connection.execute(statement).mappings():
        versions.setdefault((version["source"], version["code"]), []).append(version)
    for row in found:
        row["versions"] = versions.get((row.get(f"{_PREFIX}source"), row["key"]), ())
    return list(found)


def shares_of(desk: Desk, at: AsOf, rule: Rule, row: Row) -> Shares | None:
    """How the working days late are shared; None where all of them are the reader's own, or where he is not the unit's head.
    ``row``: with `columns`."""
    late = rule.fields.get("working_days_late")
    due = row.get(f"{_PREFIX}due_day_no")
    if rule.to.kind is not Addressee.UNIT_HEAD or late is None or not late.due_number or due is None or not row["unit"]:
        return None
    found = _ledger(desk, at, row, due)
    reader = desk.reach.answering(row["unit"], row[f"{_PREFIX}field"] or "")
    if found is None or reader is None or not found.late:
        return None
    mine = [_is_own(desk, span, reader.person) for span in found.spans]
    citizen = sum(span.late for span in found.spans if span.holder is Holder.CITIZEN)
    own = sum(span.late for span, is_mine in zip(found.spans, mine, strict=True) if is_mine)
    before = found.late - own - citizen
    if not before and not citizen:
        return None
    last = max((place for place, span in enumerate(found.spans) if _others(span, mine[place])), default=0)
    back = any(mine[place] and found.spans[place].days for place in range(last))
    return Shares(before, own, citizen, yours=reader.instead is None, back=back)


def paused(rule: Rule, row: Row, at: AsOf) -> dict[str, Any]:
    """That a supplement is waited for, so that no further day counts, and since when: for what is late."""
    due, stop = row.get(f"{_PREFIX}due_day_no"), row.get(f"{_PREFIX}stop")
    late = rule.fields.get("working_days_late")
    if not row.get(f"{_PREFIX}waits") or due is None or late is None or not late.due_number or stop <= due:
        return {}
    asked = row[f"{_PREFIX}supplement_requested_at"]
    return {"paused": True, "paused_since": None if asked is None else at.calendar.local(asked)}


def _others(span: Span, is_mine: bool) -> bool:
    return not is_mine and span.holder is not Holder.CITIZEN


def _is_own(desk: Desk, span: Span, person: str) -> bool:
    """The unit's own days, and those of other units that last and have the same head today."""
    if span.holder in (Holder.SECTION, Holder.UNIT):
        return True
    directory, day = desk.reach.directory, desk.reach.day
    unit = directory.by_code.get(span.unit)
    if span.holder is Holder.CITIZEN or unit is None or not unit.valid_on(day):
        return False
    return any(contact.person == person for contact in directory.heads(span.unit, day)[:1])


def _ledger(desk: Desk, at: AsOf, row: Row, due: int) -> Ledger | None:
    given = {name: row[f"{_PREFIX}{name}"] for name in _OF_ROW}
    begin = given["accepted_at"] or given["submitted_at"] or given["first_seen_at"]
    if begin is None:
        return None
    versions = [known_of(version, version["known_from"]) for version in row.get("versions", ())]
    versions.append(known_of(given, given["version_since"]))
    return ledger(
        _taken_over(desk, at, versions, given["field"] or ""),
        at.calendar,
        begin=begin,
        ended=given["ended_at"] or given["returned_at"] or given["assumed_end_at"],
        now=at.now,
        exact_since=given["first_seen_at"],
        due_number=due,
        stop_number=row[f"{_PREFIX}stop"],
    )


def _taken_over(desk: Desk, at: AsOf, versions: list[Known], field: str) -> list[Known]:
    """Where the unit has ended, its successor has the file from the day on which he took over."""
    directory, day = desk.reach.directory, desk.reach.day
    unit = versions[-1].unit or ""
    heir, since = directory.answering(unit, field, day), directory.taken_over(unit, field, day)
    if heir is None or since is None:
        return versions
    moment = at.calendar.midnight(since) - timedelta(seconds=1)  # of the last day of the unit before: from the next on
    came = versions[-1].unit_since
    if came is not None and came >= moment:
        return versions
    before = [version for version in versions if version.since < moment]
    after = [
        replace(v, unit=heir if v.unit == unit else v.unit, unit_since=moment) for v in versions if v not in before
    ]
    last = before[-1] if before else replace(after[0], unit=unit, unit_since=came)
    handed = replace(last, since=moment, unit=heir, unit_since=moment)
    return [*(before or [last]), handed, *after]
