"""By what findings come to differ from what stands: a record that says something new, or time, a rule or the calendar alone."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlmodel import Session

from alertd.model.alerts import Cycle, alerts_table, findings_table
from alertd.model.base import Moment, table_of
from alertd.model.files import FileHistory, files_table
from alertd.model.polls import Poll
from alertd.model.rule import RuleSet
from alertd.model.words import Cause, Reason
from alertd.store.site import keep_fact, read_fact

_y, _p = table_of(Cycle).c, table_of(Poll).c
_a, _f = alerts_table.c, findings_table.c
_history = table_of(FileHistory)
_h, _r = _history.c, files_table.c
BY_DATA = (Cause.DATA.value, Cause.SET_BACK.value)
_FACT = "rule versions"  # by which each rule ran last
_POLLS = 200  # back from the newest, among which one that ran beside the cycle before is looked for


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else than records has changed. ``seen``: rows that changed up to then were seen by the cycle before; None: there was
    none, so everything is new. ``rules``: those that are new, or another version than ran last."""

    seen: datetime | None
    rules: Collection[str] = ()
    calendar: bool = False

    def cause(self) -> ColumnElement[str]:
        """Of a finding, beside the alert that stands for it, if any."""
        if self.seen is None:
            return literal(Cause.DATA.value)
        since = literal(self.seen, Moment)
        new_row = or_(
            and_(_a.id.is_(None), _f.record_changed_at > since),
            and_(
                _a.id.is_not(None),
                or_(
                    _a.record_id != _f.record_id,
                    _a.source != _f.source,
                    _a.record_changed_at.is_distinct_from(_f.record_changed_at),
                ),
            ),
        )
        by_rule = [(_f.rule.in_(sorted(self.rules)), Cause.RULE.value)] if self.rules else []
        set_back = and_(_a.id.is_(None), new_row, _set_back(since))
        return case((set_back, Cause.SET_BACK.value), (new_row, Cause.DATA.value), *by_rule, else_=self.missing())

    def missing(self) -> str:
        """Of an alert that is found no more although its record's row is the same."""
        return (Cause.CALENDAR if self.calendar else Cause.TIME).value


def _set_back(since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """That the due date of the file that was found was later, or missing, in a version that was known until after ``since``."""
    later = or_(_h.due_at.is_(None), _h.due_at > _r.due_at)
    pair = and_(_r.id == _f.record_id, _r.code == _f.key, _h.code == _f.key, _h.source == _r.source)
    return exists(select(_h.id).select_from(files_table.join(_history, pair)).where(_h.known_to > since, later))


def circumstances(
    session: Session, rules: RuleSet, ran: Collection[str], cycle: int, because: Reason | None = None
) -> Circumstances:
    """What a cycle has to know of the one before; it notes by which versions the rules run now."""
    return Circumstances(
        seen=_seen(session, cycle),
        rules=_changed(session, rules, ran),
        calendar=because is Reason.CALENDAR_CHANGED,
    )


def _seen(session: Session, cycle: int) -> datetime | None:
    connection = session.connection()
    before = select(_y.now).where(_y.id < cycle).order_by(_y.id.desc()).limit(1)
    now: datetime | None = connection.execute(before).scalar()
    if now is None:
        return None
    # a poll that ended after that cycle began has brought rows which it did not see, with the moment at which the poll began
    newest = select(func.max(_p.id)).scalar_subquery()
    beside = select(func.min(_p.started_at)).where(_p.id > newest - _POLLS, _p.ended_at > now)
    begun: datetime | None = connection.execute(beside).scalar()
    return now if begun is None else min(now, begun - timedelta(seconds=1))


def _changed(session: Session, rules: RuleSet, ran: Collection[str]) -> frozenset[str]:
    kept = read_fact(session, _FACT)
    known = json.loads(kept) if kept is not None else {}
    now = {name: rules.rules[name].version for name in ran}
    changed = frozenset(name for name, version in now.items() if known.get(name) != version)
    if changed:
        keep_fact(session, _FACT, json.dumps(known | now, sort_keys=True))
    return changed if kept is not None else frozenset()
