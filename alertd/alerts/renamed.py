"""A rule that is called otherwise: its alerts go on under its new name, with all that was told and answered. Nothing is news."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, exists, literal, null, or_, update
from sqlmodel import Session

from alertd.alerts import dispute_rows, events
from alertd.alerts.turn import take_turn
from alertd.model.alerts import alerts_table, standing
from alertd.model.rule import one_by_one, real_name
from alertd.model.words import AlertState, Reason

_a = alerts_table.c
_THEIR_OWN = ("id", "rule", "key")


def carry_over(session: Session, renames: Mapping[str, str], now: datetime, cycle: int) -> int:
    """Give the alerts of each old name to the new one; gives how many of them stand. In the caller's transaction."""
    if not renames:
        return 0
    take_turn(session)
    carried = 0
    for old, new in one_by_one(renames):
        if new in renames.values():
            carried += _rename(session, old, new, now, cycle)
        else:  # a name on the way
            session.connection().execute(update(alerts_table).where(_a.rule == old).values(rule=new))
            dispute_rows.carry_over(session, old, new)
    return carried


def _rename(session: Session, old: str, new: str, now: datetime, cycle: int) -> int:
    connection = session.connection()
    note = f"{real_name(old)} → {new}"
    _give_life(session, old, new, now, cycle, note)
    other = alerts_table.alias("other").c
    taken = exists().where(other.rule == new, other.key == _a.key)
    twin = alerts_table.alias("twin").c
    just_ended = and_(twin.reason == Reason.RULE_REMOVED.value, twin.resolved_at == now)
    given = and_(_a.rule == new, exists().where(twin.rule == old, twin.key == _a.key, just_ended))
    carried = and_(standing(_a.state), or_(and_(_a.rule == old, ~taken), given))
    events.write(session, carried, Reason.RULE_RENAMED, now, cycle=cycle, note=note)
    counted = connection.execute(
        update(alerts_table).where(carried).values(reason=Reason.RULE_RENAMED.value),
        execution_options={"preserve_rowcount": True},
    )
    connection.execute(update(alerts_table).where(_a.rule == old, ~taken).values(rule=new))
    dispute_rows.carry_over(session, old, new)
    return int(counted.rowcount)


def _give_life(session: Session, old: str, new: str, now: datetime, cycle: int, note: str) -> None:
    """The new name has an ended alert about a record already: that takes over the life of the one that stands, which ends.
    One that stands under both stays as it is."""
    life = alerts_table.alias("life")
    both = and_(_a.rule == new, life.c.rule == old, _a.key == life.c.key, standing(life.c.state))
    values = {column.name: life.c[column.name] for column in alerts_table.columns if column.name not in _THEIR_OWN}
    session.connection().execute(update(alerts_table).where(both, ~standing(_a.state)).values(values))
    twin = alerts_table.alias("twin").c
    left = and_(_a.rule == old, standing(_a.state), exists().where(twin.rule == new, twin.key == _a.key))
    events.write(session, left, Reason.RULE_REMOVED, now, cycle=cycle, note=note)
    ended = {
        "state": literal(AlertState.WITHDRAWN.value),
        "reason": literal(Reason.RULE_REMOVED.value),
        "resolved_at": now,
        "changed_at": now,
        "held_by": null(),
    }
    session.connection().execute(update(alerts_table).where(left).values(ended))
