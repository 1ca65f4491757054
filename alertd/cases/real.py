"""For what a rule's tests have not tried yet, a record of the site's own store that would try it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from alertd.cases.anonymous import anonymous, literals_of
from alertd.cases.coverage import statement, touched_by
from alertd.cases.edges import Plan
from alertd.model.alerts import findings_table
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.rules.evaluate import find

MOST = 20_000  # records that are looked at; those that the rule finds come first
_PER_TARGET = 3  # records that are tried for one thing: a copy without names may come out otherwise


@dataclass(frozen=True, slots=True)
class Real:
    """``targets``: what the record tries; ``values``: what is written of it."""

    targets: frozenset[str]
    values: dict[str, str]


def real_records(
    session: Session, plan: Plan, missing: Sequence[str], directory: Directory, at: AsOf, weekend: frozenset[int]
) -> list[Real]:
    """Records that try what is missing, as tests may hold them. Writes nothing but temporary tables."""
    compiled = plan.compiled
    if compiled.rule.id not in find(session, [compiled], at).ran:
        return []
    looked = statement(plan, at).order_by(findings_table.c.level.is_(None), findings_table.c.level.desc()).limit(MOST)
    chosen: dict[int, frozenset[str]] = {}
    left = dict.fromkeys(missing, _PER_TARGET)
    for row in session.connection().execute(looked, at.parameters).mappings():
        tries = {target for target in touched_by(plan, row, at, weekend) if left.get(target)}
        if tries:
            chosen[row["id"]] = frozenset(tries)
            left |= {target: left[target] - 1 for target in tries}
            if not any(left.values()):
                break
    table = compiled.rule.dataset.table
    rows = session.connection().execute(select(table).where(table.c.id.in_(list(chosen)))).mappings()
    literals = literals_of(compiled)
    return [
        Real(chosen[row["id"]], anonymous(compiled, dict(row), directory, at.today, at.calendar, literals))
        for row in sorted(rows, key=lambda row: list(chosen).index(row["id"]))
    ]
