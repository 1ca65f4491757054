"""Which set of rules is in force, and whether a change waits for its release; from the store alone, without a rule being read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.rule_sets import RuleFolderRow, RuleSetRow

_s, _f = table_of(RuleSetRow).c, table_of(RuleFolderRow).c
_AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class InForce:
    """``waiting``: since when a change waits on some machine; None: none does."""

    version: str
    at: datetime
    waiting: datetime | None


def newest(session: Session, *, live: bool) -> InForce | None:
    """None: no cycle has run by any set yet. ``live``: what was taken at once counts no more."""
    connection = session.connection()
    sets = select(_s.version, _s.at).order_by(_s.id.desc()).limit(1)
    row = connection.execute(sets.where(_s.how != _AT_ONCE) if live else sets).first()
    if row is None:
        return None
    waiting = connection.execute(select(func.min(_f.since)).where(_f.waiting.is_(True))).scalar() if live else None
    return InForce(row.version, row.at, waiting)
