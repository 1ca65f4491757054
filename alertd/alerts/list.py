"""Alerts as people and scripts read them: the list, and everything about one. It changes nothing."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, literal, select, true
from sqlmodel import Session

from alertd.alerts.seen import Cycles, last_ran
from alertd.alerts.then import Then, fill_moments
from alertd.errors import Refused
from alertd.model.alerts import AlertEvent, alerts_table, moments_table, standing
from alertd.model.asof import AsOf
from alertd.model.base import Moment, table_of
from alertd.model.datasets import DATASETS
from alertd.model.facts import fact_columns, facts_of, json_value
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.rule import Addressee, Rule, RuleSet, To
from alertd.model.words import Level

_events, _links = table_of(AlertEvent), table_of(NoticeAlert)
_a, _e, _l, _n, _m = alerts_table.c, _events.c, _links.c, notices_table.c, moments_table.c
_AT_ONCE = 5_000  # rows that the driver fetches at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts; None: whatever it is."""

    unit: str | None = None
    rule: str | None = None
    state: str | None = None
    id: int | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        given = {"unit": self.unit, "rule": self.rule, "state": self.state, "id": self.id}
        return and_(true(), *(_a[name] == value for name, value in given.items() if value is not None))


def listed(
    session: Session, rules: RuleSet, at: AsOf, wanted: Wanted | None = None, *, most: int | None = None
) -> Generator[dict[str, Any], None, None]:
    """The alerts as the values of `alerts list --json`, rule by rule, those that stand first, the worst first (``most`` of each
    rule); to be read while the session lasts.

    Facts are those of the record as of the last cycle in which the rule ran, or as of the alert's end. A number of statements
    that depends on the rules, not on the alerts.
    """
    which = (wanted or Wanted()).condition
    connection = session.connection()
    kinds = connection.execute(select(_a.rule, _a.dataset).where(which).distinct()).all()
    ends = (
        connection.execute(select(_a.resolved_at).where(which, _a.resolved_at.is_not(None)).distinct()).scalars().all()
    )
    newest = last_ran(session)
    cycles = Cycles(session) if ends else None
    fill_moments(session, [*ends, *newest.values(), at.now], at.calendar)
    for name, dataset in sorted(kinds):
        rule = _as_far_as_known(rules, name, dataset)
        seen = newest.get(name, at.now)
        with connection.execute(_with_facts(rule, which, seen, most)) as rows:  # closed by a reader who stops early too
            for row in rows.mappings():
                before = cycles.last_before(name, row["resolved_at"]) if cycles and row["resolved_at"] else None
                last = (before or row["opened_at"]) if row["resolved_at"] else seen
                yield _shown(row, rule, last, at)


def shown(session: Session, rules: RuleSet, at: AsOf, alert: int) -> dict[str, Any]:
    """One alert with its rule's version, what happened to it, and the notices that told of it. Raises Refused."""
    found = list(listed(session, rules, at, Wanted(id=alert)))
    if not found:
        raise Refused(f"there is no alert {alert}; see `alertd alerts list`")
    connection = session.connection()
    own = connection.execute(
        select(
            _a.rule_version, _a.reason, _a.measure, _a.times_opened, _a.acknowledged_by, _a.source, _a.held_by
        ).where(_a.id == alert)
    ).mappings()
    events = connection.execute(
        select(_e.at, _e.what, _e.level, _e.unit, _e.unit_before, _e.actor, _e.note, _e.cycle_id.label("cycle"))
        .where(_e.alert_id == alert)
        .order_by(_e.id)
    ).mappings()
    notices = connection.execute(
        select(
            _n.id,
            _n.kind,
            _n.recipient,
            _n.channel,
            _n.state,
            _l.why,
            _l.level,
            _n.created_at,
            _n.sent_at,
            _n.confirmed_at,
        )
        .join(_links, _l.notice_id == _n.id)
        .where(_l.alert_id == alert)
        .order_by(_n.id)
    ).mappings()
    return {
        **found[0],
        **own.one(),
        "events": [_plain(row, at.calendar.zone) for row in events],
        "notices": [_plain(row, at.calendar.zone) for row in notices],
    }


def _plain(row: RowMapping, zone: ZoneInfo) -> dict[str, Any]:
    plain = {name: json_value(value, zone) for name, value in row.items()}
    return plain | {"level": Level(row["level"]).word if row["level"] else None}


def _with_facts(rule: Rule, which: ColumnElement[bool], seen: datetime, most: int | None) -> Select[Any]:
    record, key = rule.dataset.table, rule.dataset.key
    own = and_(record.c.id == _a.record_id, record.c[key] == _a.key)
    moment = func.coalesce(_a.resolved_at, literal(seen, Moment))
    return (
        select(
            *(
                _a[name]
                for name in (
                    "id",
                    "key",
                    "unit",
                    "level",
                    "state",
                    "opened_at",
                    "acknowledged_at",
                    "resolved_at",
                )
            ),
            record.c.id.label("record"),
            *fact_columns(rule, Then(rule.dataset)),
        )
        .select_from(alerts_table.outerjoin(record, own).outerjoin(moments_table, _m.at == moment))
        .where(which, _a.rule == rule.id, _a.dataset == rule.dataset.name)
        .order_by(case((standing(_a.state), 0), else_=1), _a.level.desc(), _a.opened_at, _a.id)
        .limit(most)
        .execution_options(yield_per=_AT_ONCE)
    )


def _as_far_as_known(rules: RuleSet, name: str, dataset: str) -> Rule:
    """The rule, or, where it is gone or set aside, one that shows the dataset's defaults."""
    rule = rules.rules.get(name)
    if rule is not None and rule.dataset.name == dataset:
        return rule
    known = DATASETS[dataset]
    return Rule(
        id=name,
        version="",
        file="",
        text="",
        dataset=known,
        fields=known.fields,
        title={},
        to=To(Addressee.OFFICE),
        send={},
        template="",
        shows=known.shows,
    )


def _shown(row: RowMapping, rule: Rule, last_seen: datetime, at: AsOf) -> dict[str, Any]:
    facts = facts_of(row, rule.shows) if row["record"] is not None else dict.fromkeys(rule.shows)
    zone = at.calendar.zone
    return {
        "id": row["id"],
        "rule": rule.id,
        "dataset": rule.dataset.name,
        "key": row["key"],
        "unit": row["unit"],
        "level": Level(row["level"]).word,
        "state": row["state"],
        "opened_at": json_value(row["opened_at"], zone),
        "last_seen_at": json_value(last_seen, zone),
        "acknowledged_at": json_value(row["acknowledged_at"], zone),
        "resolved_at": json_value(row["resolved_at"], zone),
        "facts": {name: json_value(value, zone) for name, value in facts.items()},
    }
