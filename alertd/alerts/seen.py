"""When a rule last looked: derived from the cycles, so that no alert has to be written for having been seen again."""

import json
from bisect import bisect_left
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.alerts import Cycle
from alertd.model.base import table_of

_y = table_of(Cycle).c


def last_ran(session: Session) -> dict[str, datetime]:
    """The last cycle in which each rule ran without a fault, by rule."""
    rows = session.connection().execute(select(_y.ran, func.max(_y.now)).group_by(_y.ran))
    newest: dict[str, datetime] = {}
    for ran, now in rows:
        for rule in json.loads(ran):
            newest[rule] = max(now, newest.get(rule, now))
    return newest


class Cycles:
    """All cycles, by which rules ran in them: few different lists, however many cycles."""

    def __init__(self, session: Session) -> None:
        rows = session.connection().execute(select(_y.ran, _y.now).order_by(_y.now))
        by_list: dict[str, list[datetime]] = {}
        for ran, now in rows:
            by_list.setdefault(ran, []).append(now)
        self._moments: dict[str, list[list[datetime]]] = {}
        for ran, moments in by_list.items():
            for rule in json.loads(ran):
                self._moments.setdefault(rule, []).append(moments)

    def last_before(self, rule: str, end: datetime) -> datetime | None:
        """The last cycle before ``end`` in which the rule ran."""
        found = None
        for moments in self._moments.get(rule, ()):
            place = bisect_left(moments, end)
            if place and (found is None or moments[place - 1] > found):
                found = moments[place - 1]
        return found
