"""How what the rules found differs from the alerts that stand, as rows of the table of changes. It changes no alert.

Two statements read findings and alerts through once each; where nothing changed they write no row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlmodel import Session

from alertd.alerts.cause import BY_DATA, Circumstances
from alertd.model.alerts import alerts_table, changes_table, discarded, findings_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS
from alertd.model.freshness import Freshness
from alertd.model.polls import Poll
from alertd.model.rule import Evaluation, RuleSet
from alertd.model.words import Cause, PollState, Reason

# Words of the table of changes beside the Reasons: the finding is the same, only what it stands on is another (a new row of
# its record, another copy, a new version of its rule); and: the rule finds it no more, nobody knows why yet.
KEPT, MISSING = "kept", "missing"
_BY_RULE = (Reason.EXCLUDED.value, Reason.RULE_CHANGED.value, Reason.RULE_REMOVED.value)

_a, _f, _c = alerts_table.c, findings_table.c, changes_table.c
_p = table_of(Poll).c
# An alert as a row of changes, from its number on: at the unit and level that it has, and nothing measured.
_AS_IT_STANDS: tuple[ColumnElement[Any], ...] = (
    _a.id,
    _a.rule,
    _a.rule_version,
    _a.dataset,
    _a.key,
    _a.record_id,
    _a.source,
    _a.record_changed_at,
    _a.unit,
    _a.unit,
    _a.level,
    _a.level,
    null(),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What is known of the rules of one cycle. ``ran``: without a fault; ``known``: those set aside included."""

    ran: tuple[str, ...]
    known: tuple[str, ...]
    versions: Mapping[str, str]
    datasets: Mapping[str, str]

    @classmethod
    def of(cls, rules: RuleSet, evaluation: Evaluation) -> "Ran":
        return cls(
            ran=tuple(name for name in evaluation.ran if name in rules.rules and name not in evaluation.faults),
            known=(*rules.rules, *rules.set_aside),
            versions={name: rule.version for name, rule in rules.rules.items()},
            datasets={name: rule.dataset.name for name, rule in rules.rules.items()},
        )

    def version_of(self, rule: ColumnElement[str]) -> ColumnElement[str]:
        return _each(self.versions, rule)

    def dataset_of(self, rule: ColumnElement[str]) -> ColumnElement[str]:
        return _each(self.datasets, rule)

    def outdated(self, version: ColumnElement[str]) -> ColumnElement[bool]:
        """That no rule has this version any more. One list for all rules: a version is the hash of one rule's content."""
        return version.not_in(list(self.versions.values()))


def _each(words: Mapping[str, str], rule: ColumnElement[str]) -> ColumnElement[str]:
    return case(words, value=rule, else_="") if words else literal("")


def compare(session: Session, ran: Ran, when: Circumstances) -> bool:
    """Write every difference between findings and alerts into the (empty) table of changes. False: there is none."""
    connection = session.connection()
    names = [column.name for column in changes_table.columns]
    connection.execute(insert(changes_table).from_select(names, _found(ran, when)))
    connection.execute(insert(changes_table).from_select(names, _not_found(ran, when)))
    connection.execute(insert(changes_table).from_select(names, _discarded_and_not_found(ran)))
    if connection.execute(select(_c.what).limit(1)).first() is None:
        return False
    connection.execute(_found_in_another_copy())
    connection.execute(_found_again())
    connection.execute(_discarded_and_the_same())
    return True


def _found(ran: Ran, when: Circumstances) -> Select[Any]:
    """Findings that no alert stands for yet, or that differ from the one that does."""
    moved = _a.unit.is_distinct_from(_f.unit)
    what = case(
        (_f.level == 0, Reason.EXCLUDED.value),
        (_a.id.is_(None), Reason.OPENED.value),
        (moved, Reason.MOVED.value),
        (_f.level > _a.level, Reason.WORSE.value),
        (_f.level < _a.level, Reason.EASED.value),
        else_=KEPT,
    )
    differs = or_(
        _a.id.is_(None),
        _f.level != _a.level,
        moved,
        _a.record_id != _f.record_id,
        _a.source != _f.source,
        _a.record_changed_at.is_distinct_from(_f.record_changed_at),
        ran.outdated(_a.rule_version),
    )
    stands = and_(_a.rule == _f.rule, _a.key == _f.key, standing(_a.state))
    return (
        select(
            what,
            _a.id,
            _f.rule,
            ran.version_of(_f.rule),
            ran.dataset_of(_f.rule),
            _f.key,
            _f.record_id,
            _f.source,
            _f.record_changed_at,
            _f.unit,
            _a.unit,
            case((_f.level == 0, _a.level), else_=_f.level),
            _a.level,
            _f.measure,
            when.cause(),
        )
        .select_from(findings_table.outerjoin(alerts_table, stands))
        .where(or_(and_(_f.level > 0, differs), and_(_f.level == 0, _a.id.is_not(None))))
    )


def _not_found(ran: Ran, when: Circumstances) -> Select[Any]:
    """Alerts that stand and whose rule, though it ran, does not find the row of their record; or whose rule is no more.

    Rows are told apart by their numbers, half the work of comparing keys. The key is compared as an expression, or SQLite
    would build its index over the keys all the same.
    """
    removed = _a.rule.not_in(ran.known)
    alike = and_(_a.rule == _f.rule, _a.record_id == _f.record_id, func.coalesce(_f.key, "") == _a.key)
    return (
        select(
            case((removed, Reason.RULE_REMOVED.value), else_=MISSING),
            *_AS_IT_STANDS,
            literal(when.missing()),
        )
        .select_from(alerts_table.outerjoin(findings_table, alike))
        .where(standing(_a.state), _f.rule.is_(None), or_(_a.rule.in_(ran.ran), removed))
    )


def _found_in_another_copy() -> Delete:
    """What is missed by the number of its row is there all the same: `_found` has it, with another row."""
    found = select(_c.alert_id).where(_c.what != MISSING, _c.alert_id.is_not(None))
    return delete(changes_table).where(_c.what == MISSING, _c.alert_id.in_(found))


def _found_again() -> Update:
    """What seemed new has an alert that had ended."""
    ended = and_(_c.what == Reason.OPENED.value, _a.rule == _c.rule, _a.key == _c.key)
    again = {"what": Reason.REOPENED.value, "alert_id": _a.id, "unit_before": _a.unit, "level_before": _a.level}
    # what the rule itself had taken away comes back by the rule, unless the record says something new
    by_rule = and_(_a.reason.in_(_BY_RULE), _c.cause.not_in(BY_DATA))
    again["cause"] = case((by_rule, Cause.RULE.value), else_=_c.cause)
    return update(changes_table).where(ended).values(again)


def _discarded_and_the_same() -> Delete:
    """What the office has thrown away stays quiet as long as the record is the same: its row, and the rule's finding of it."""
    same = exists().where(
        _a.id == _c.alert_id,
        discarded(_a.reason),
        _a.record_id == _c.record_id,
        _a.record_changed_at.is_not_distinct_from(_c.record_changed_at),
    )
    return delete(changes_table).where(_c.what == Reason.REOPENED.value, same)


def _discarded_and_not_found(ran: Ran) -> Select[Any]:
    """What was thrown away and is not found any more has ended like everything else: found once more, it is new."""
    # asked only where anything was thrown away, and then once for all of it
    found = select(_f.rule, _f.key).where(_f.level > 0)
    return (
        select(
            literal(Reason.MOVED_ON.value),
            *_AS_IT_STANDS,
            literal(Cause.OFFICE.value),
        )
        # the rule is compared as an expression, or SQLite would read all alerts of each rule by their key's index
        .where(discarded(_a.reason), func.coalesce(_a.rule, "").in_(ran.ran), tuple_(_a.rule, _a.key).not_in(found))
    )


def explain_missing(
    session: Session, ran: Ran, freshness: Mapping[str, Freshness], at: AsOf, because: Reason | None = None
) -> None:
    """Say of every alert that its rule finds no more why that is; what cannot be said yet stays MISSING, and stands.

    Call it when the alerts of this cycle are open: what one of them took over has moved on.
    """
    fresh = _c.source.in_([name for name, source in freshness.items() if source.fresh])
    for dataset in DATASETS.values():
        reason = _reason(dataset, fresh, ran.outdated(_c.rule_version), at, because)
        session.connection().execute(
            update(changes_table).where(_c.what == MISSING, _c.dataset == dataset.name).values(what=reason)
        )


def _reason(
    dataset: Dataset, fresh: ColumnElement[bool], outdated: ColumnElement[bool], at: AsOf, because: Reason | None
) -> ColumnElement[str]:
    """In the order of evidence: the record's row is the one on which the alert stood; it is another; there is none.

    Its own new row ends an alert whatever the state of the source: somebody read it. Time and absence end one only while the
    source is fresh: of a source in doubt nobody knows what it would say today. A row whose moment of change is not the one
    that the alert remembers is a new row; which of the two clocks was ahead is not asked.
    """
    row = dataset.table.c
    believed = and_(row.code == _c.key, row.preferred.is_(True))
    own = and_(row.id == _c.record_id, row.code == _c.key)
    seen = exists().where(believed)
    same = exists().where(own, row.preferred.is_(True), row.changed_at == _c.record_changed_at)
    not_gone = exists().where(own, row.gone_at.is_(None))
    taken_over = exists().where(
        _a.key == _c.key, _a.dataset == _c.dataset, _a.rule != _c.rule, standing(_a.state), _a.opened_at == at.now
    )
    by_calendar = [(same, because.value)] if because is Reason.CALENDAR_CHANGED else []
    read_anew = exists().where(believed, row.changed_at == at.now, *_never_ended(row, at))
    by_mapping = [(read_anew, because.value)] if because is Reason.MAPPING_CHANGED else []
    return case(
        (and_(same, outdated), Reason.RULE_CHANGED.value),
        *by_calendar,
        (and_(same, fresh), Reason.MOVED_ON.value),
        (same, MISSING),
        *by_mapping,
        (and_(seen, taken_over), Reason.MOVED_ON.value),
        *_over(row, believed, fresh),
        (seen, Reason.RESOLVED.value),
        (and_(fresh, ~not_gone), Reason.GONE.value),
        else_=MISSING,
    )


def _over(row: Any, believed: ColumnElement[bool], fresh: ColumnElement[bool]) -> list[tuple[ColumnElement[bool], str]]:
    """A period that has ended is no longer looked at: files of it change every day, and none of them shows that anybody has dealt
    with what its figures said."""
    if "is_running" not in row:
        return []
    over = exists().where(believed, row.is_running.is_(False))
    return [(and_(over, fresh), Reason.MOVED_ON.value), (over, MISSING)]


def _never_ended(row: Any, at: AsOf) -> list[ColumnElement[bool]]:
    """That a record which was read anew has not ended since it was read before. What the old mapping took for open may have
    ended long ago: nobody has dealt with it now."""
    if "is_open" not in row:
        return []
    believed = _p.state.in_((PollState.BELIEVED.value, PollState.UNCHANGED.value))
    before = select(_p.started_at).where(_p.source == row.source, _p.started_at < at.now, believed)
    read = before.order_by(_p.id.desc()).limit(1).scalar_subquery()
    ends = [row[name] for name in ("ended_at", "returned_at", "done_at") if name in row]
    never = [and_(*(or_(end.is_(None), end <= read) for end in ends))] if ends else []
    return [or_(row.is_open.is_(True), *never)]
