"""What stands open in the units of a person, for /status: counts only, in one statement."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.contacts import phrases
from alertd.model.alerts import alerts_table, standing
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.words import Level

_a = alerts_table.c


def status(session: Session, directory: Directory, person: str, at: AsOf, language: str) -> str:
    """A line for each unit for which the person is named today."""
    named = [c.unit for c in directory.contacts if c.person == person and c.valid_on(at.today)]
    units = list(dict.fromkeys(named))
    if not units:
        return phrases.say("status_no_unit", language)
    return status_of(session, directory, units, language)


def status_of(session: Session, directory: Directory, units: Sequence[str], language: str) -> str:
    """A line for each of these units."""
    counts: dict[str, dict[Level, int]] = defaultdict(dict)
    rows = session.connection().execute(
        select(_a.unit, _a.level, func.count())
        .where(standing(_a.state), _a.held_by.is_(None), _a.unit.in_(units))
        .group_by(_a.unit, _a.level)
    )
    for unit, level, count in rows:
        counts[unit][Level(level)] = count
    return "\n".join(phrases.standing(directory.name_of(unit), counts[unit], language) for unit in units)
