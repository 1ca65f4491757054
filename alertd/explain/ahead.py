"""What time alone would make of each rule's verdict: the same conditions over the record, at the beginning of each coming day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, true
from sqlmodel import Session

from alertd.alerts.then import Then, fill_moments
from alertd.explain.candidates import FAR
from alertd.explain.records import Record
from alertd.explain.varied import Judged
from alertd.model.alerts import moments_table
from alertd.model.asof import AsOf
from alertd.model.calendar import LAST_DAY
from alertd.model.dataset import Dataset
from alertd.rules.compile import may_end, measured, verdict
from alertd.rules.rulebook import CompiledRule

_m = moments_table.c


@dataclass(frozen=True, slots=True)
class Turn:
    """From ``since`` on the verdict is another: ``level``, 0 for none; ``before``: what it was until then."""

    since: datetime
    level: int
    before: int
    measure: int | None


class Ahead:
    """The coming moments of this connection's table, and what a rule says at each."""

    def __init__(self, session: Session, dataset: Dataset, records: Mapping[str, Record], at: AsOf) -> None:
        self._session, self._dataset, self._at = session, dataset, at
        self._keys = {record.row_id: key for key, record in records.items() if record.row_id is not None}
        fill_moments(session, _moments(records.values(), at), at.calendar)

    def judge(self, compiled: CompiledRule) -> dict[str, list[tuple[datetime, Judged]]]:
        """By the record's code, in the order of the moments; one statement."""
        scope, zone, table = Then(self._dataset), self._at.calendar.zone, self._dataset.table
        statement = (
            select(
                table.c.id,
                _m.at,
                verdict(compiled, scope, zone).label("level"),
                measured(compiled, scope, zone).label("measure"),
                may_end(compiled, scope, zone).label("ends"),
            )
            .select_from(table.join(moments_table, true()))
            .where(table.c.id.in_(list(self._keys)))
            .order_by(_m.at)
        )
        found: dict[str, list[tuple[datetime, Judged]]] = defaultdict(list)
        for row in self._session.connection().execute(statement):
            found[self._keys[row.id]].append((row.at, Judged(row.level or 0, row.measure, bool(row.ends))))
        return found


def turns(judged: Sequence[tuple[datetime, Judged]], level: int, *, stands: bool) -> list[Turn]:
    """Where the verdict turns, beginning with ``level``. ``stands``: there is an alert, which stays where the rule finds the
    record no more until what ends it holds."""
    found = []
    for moment, now in judged:
        kept = stands and not now.level and not now.ends
        value = level if kept else now.level
        if value != level:
            found.append(Turn(moment, value, level, now.measure))
        level, stands = value, bool(value)
    return found


def last_day(at: AsOf) -> date:
    """How far is looked."""
    return min(at.calendar.day_of(at.calendar.number(at.today) + FAR), LAST_DAY)


def _moments(records: Iterable[Record], at: AsOf) -> list[datetime]:
    """The beginning of each day, and the second after each moment of the records that lies ahead."""
    last = last_day(at)
    days = (last - at.today).days
    found = [at.calendar.midnight(at.today + timedelta(days=step)) for step in range(1, days + 1)]
    end = at.calendar.midnight(last)
    copies = (copy for record in records for copy in record.copies if copy.preferred)
    ahead = (value for copy in copies for value in copy.given.values() if isinstance(value, datetime) and value < end)
    found += [value + timedelta(seconds=1) for value in ahead if value > at.now]
    return found
