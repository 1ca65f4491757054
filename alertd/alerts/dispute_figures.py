"""What the figures of a period said when they were disputed, and whether they have been corrected since. Reads only.

An alert about a period that is over ends as moved on, whatever changes in it (alerts/difference.py): so the figures say themselves
whether its dispute ended because they were corrected. Corrected is what is lower now and could not get lower by itself: a figure
that grew has not been put right, and while a period runs a rate falls and rises with each file that comes in.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping, Table, and_, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.dataset import Dataset, FieldType
from alertd.model.datasets import DATASETS
from alertd.model.disputes import disputes_table
from alertd.model.rule import Rule, RuleSet
from alertd.model.words import Reason

_a, _d = alerts_table.c, disputes_table.c
_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)


def _of_periods(dataset: Dataset | None) -> Dataset | None:
    return dataset if dataset is not None and "is_running" in dataset.table.c else None


def figures(session: Session, dataset: str, record: int | None) -> str:
    """The record's numbers as JSON, by their fields; empty where it is not about a period. Of one that runs only counts of what has
    ended in it, which stays so."""
    known = _of_periods(DATASETS.get(dataset))
    if known is None or record is None:
        return ""
    row = session.connection().execute(select(known.table).where(known.table.c.id == record)).mappings().first()
    if row is None:
        return ""
    fields = [field for field in known.declared if field.type in _NUMBERS and field.name in row]
    return json.dumps(
        {field.name: row[field.name] for field in fields if field.files is not None or not row["is_running"]}
    )


def corrected(session: Session, rules: RuleSet, ended: Iterable[int]) -> list[int]:
    """Of disputes whose alerts have ended, those whose own figures are lower now than they were when they were disputed."""
    numbers = sorted(ended)
    found: list[int] = []
    for dataset in filter(None, map(_of_periods, DATASETS.values())):
        for row in _beside(session, dataset.table, dataset.name, numbers):
            then, rule = json.loads(row["figures"]), rules.rules.get(row["rule"])
            if rule is not None and any(_fell(then[name], row[f"now_{name}"]) for name in _looked_at(rule, then)):
                found.append(row["id"])
    return found


def _beside(session: Session, table: Table, dataset: str, numbers: list[int]) -> Iterable[RowMapping]:
    now = [column.label(f"now_{column.name}") for column in table.columns]
    joined = disputes_table.join(alerts_table, _a.id == _d.alert_id).join(table, table.c.id == _a.record_id)
    mine = and_(_d.id.in_(numbers), _d.dataset == dataset, _d.figures != "", _a.reason == Reason.MOVED_ON.value)
    return (
        session.connection()
        .execute(select(_d.id, _d.rule, _d.figures, *now).select_from(joined).where(mine))
        .mappings()
    )


def _fell(then: int | None, now: int | None) -> bool:
    return then is not None and now is not None and now < then


def _looked_at(rule: Rule, known: Mapping[str, Any]) -> list[str]:
    """The figure by which the rule counts; else those that it names itself, but for the whole city's."""
    if rule.measure in known:
        return [rule.measure]
    own = (name for name in rule.shows if name not in rule.dataset.shows and not name.startswith("city_"))
    return [name for name in own if name in known]
