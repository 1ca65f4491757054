"""Causes of delay summed up, for the bulletin: by unit, of the files that became late in a span of days. It reads.

A file counts once, in the span in which its due day lies, if it is late: still open after that day, or ended after it. Its cause is
the last one that its head gave, else the one that its source records; of which kind, its words say (model/cause_words.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.apologies import CauseKind, cause_alerts_table, causes_table
from alertd.model.asof import AsOf
from alertd.model.cause_words import Words, kind_of
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table

_c, _l, _a = causes_table.c, cause_alerts_table.c, alerts_table.c


@dataclass(frozen=True, slots=True)
class UnitCauses:
    """Of the files of a unit (None: of no known unit) that became late: how many, and by kind those of which a cause is known, the
    most first; ``said``: of how many their head gave it."""

    unit: str | None
    late: int
    said: int = 0
    kinds: Mapping[CauseKind, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """Of which nobody gave a cause."""
        return self.late - sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Causes:
    """Of all units, the one with most late files first; ``total``: of the whole city. ``first``, ``last``: the days, inclusive."""

    first: date
    last: date
    units: tuple[UnitCauses, ...]
    total: UnitCauses

    def of(self, unit: str) -> UnitCauses:
        """None late: all zero."""
        return next((each for each in self.units if each.unit == unit), UnitCauses(unit, 0))


def causes_of(session: Session, at: AsOf, first: date, last: date, own: Words | None = None) -> Causes:
    """Of the files whose due day lies between two local days, inclusive. ``own``: the site's words ([apologies] causes)."""
    kind = cache(lambda text: kind_of(text, own))
    late: Counter[str | None] = Counter()
    said: Counter[str | None] = Counter()
    kinds: dict[str | None, Counter[CauseKind]] = {}
    rows: Any = session.connection().execute(_late(at, first, last), at.parameters)
    for unit, spoken, text, count in rows:
        late[unit] += count
        if text is not None and text.strip():
            said[unit] += count if spoken else 0
            kinds.setdefault(unit, Counter())[kind(text)] += count
    units = [_unit(unit, late[unit], said[unit], kinds.get(unit, Counter())) for unit in late]
    whole = sum(kinds.values(), Counter[CauseKind]())
    ordered = sorted(units, key=lambda each: (-each.late, each.unit or ""))
    return Causes(first, last, tuple(ordered), _unit(None, late.total(), said.total(), whole))


def _unit(unit: str | None, late: int, said: int, kinds: Counter[CauseKind]) -> UnitCauses:
    order: Sequence[CauseKind] = tuple(CauseKind)
    return UnitCauses(unit, late, said, dict(sorted(kinds.items(), key=lambda pair: (-pair[1], order.index(pair[0])))))


def _late(at: AsOf, first: date, last: date) -> Select[Any]:
    """Unit, whether a head said it, the words, how many files."""
    scope, f = Scope(files_table, at.live), files_table.c
    nth = func.row_number().over(partition_by=_a.key, order_by=[_c.at.desc(), _c.id.desc()]).label("nth")
    told = (
        select(_a.key, _c.text, nth)
        .select_from(
            causes_table.join(cause_alerts_table, _l.cause_id == _c.id).join(alerts_table, _a.id == _l.alert_id)
        )
        .where(_a.dataset == FILES.name, _c.at <= at.now)
        .subquery()
    )
    spoken = told.c.text.is_not(None)
    words = func.coalesce(told.c.text, f.late_cause)
    return (
        select(f.unit, spoken, words, func.count())
        .select_from(files_table.outerjoin(told, and_(told.c.key == f.code, told.c.nth == 1)))
        .where(
            FILES.present(scope),
            FILES.fields["is_overdue"].sql(scope),
            f.due_day.between(first.toordinal(), last.toordinal()),
        )
        .group_by(f.unit, spoken, words)
    )
