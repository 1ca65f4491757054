"""The targets in force, from the table that is believed; and whether it is another one than at the last look."""

import json

from sqlalchemy import select
from sqlmodel import Session

from alertd.model.base import table_of
from alertd.model.people import BelievedTable
from alertd.model.targets import Targets
from alertd.settings.shapes import Settings
from alertd.settings.tables import read_tables
from alertd.store.site import keep_fact, read_fact

_b = table_of(BelievedTable).c
_FACT = "derived:unit_periods:targets"
_TABLES = ("units", "targets")  # a target of a unit that there is not is set aside


def changed(session: Session, settings: Settings) -> bool:
    """Whether the tables are others than when this was last asked; that it was asked is noted."""
    now = json.dumps(_hashes(session)) if settings.online.targets is not None else ""
    known = read_fact(session, _FACT) or ""
    if known == now:
        return False
    keep_fact(session, _FACT, now)
    return True


def in_force(session: Session, settings: Settings) -> Targets:
    """None while no table of targets is named, or none has been believed yet."""
    stored = select(_b.name, _b.content).where(_b.name.in_(_TABLES))
    contents = {row.name: bytes(row.content) for row in session.connection().execute(stored)}
    if settings.online.targets is None or contents.keys() != {*_TABLES}:
        return Targets({})
    alone = settings.units.model_copy(update={"contacts": None, "successors": None, "owners": None})
    return Targets.of(read_tables(settings.model_copy(update={"units": alone}), contents).directory.targets)


def _hashes(session: Session) -> list[list[str]]:
    rows = session.connection().execute(select(_b.name, _b.sha256).where(_b.name.in_(_TABLES)).order_by(_b.name))
    return [[row.name, row.sha256] for row in rows]
