"""Rows of the audit chain for people to look at; what the chain itself promises stands in the store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from alertd.model.audit import AuditRow
from alertd.model.base import table_of

_rows = table_of(AuditRow)
_c = _rows.c


def listed(
    session: Session,
    *,
    subject: str = "",
    actor: str = "",
    action: str = "",
    since: datetime | None = None,
    limit: int | None = None,
) -> Sequence[Row[Any]]:
    """The newest ``limit`` rows, newest last. ``subject`` and ``action`` are beginnings: ``source:``, ``contact``."""
    statement = select(_rows).order_by(_c.seq.desc()).limit(limit)
    if subject:
        statement = statement.where(_c.subject.startswith(subject, autoescape=True))
    if action:
        statement = statement.where(_c.action.startswith(action, autoescape=True))
    if actor:
        statement = statement.where(_c.actor == actor)
    if since is not None:
        statement = statement.where(_c.at >= since)
    return list(reversed(session.connection().execute(statement).all()))


def length(session: Session) -> int:
    return session.connection().execute(select(func.count()).select_from(_rows)).scalar_one()


def hash_of(session: Session, seq: int) -> str | None:
    found = session.connection().execute(select(_c.hash).where(_c.seq == seq)).scalar()
    return None if found is None else str(found)
