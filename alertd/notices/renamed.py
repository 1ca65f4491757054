"""A rule that is called otherwise: the figures that people read under its old name count on under the new one."""

import json
from collections.abc import Mapping

from sqlalchemy import func, update
from sqlmodel import Session

from alertd.model.notices import notices_table
from alertd.model.rule import one_by_one

_n = notices_table.c


def carry_over(session: Session, renames: Mapping[str, str]) -> None:
    """No sealed word of a notice is touched: only what the next notice is compared with. In the caller's transaction."""
    for old, new in one_by_one(renames):
        key, name = json.dumps(old), json.dumps(new)
        # as `put` writes them: a rule's figures, and those of a rule in doubt with the notice that they are of
        counts = func.replace(func.replace(_n.counts, f"{key}: {{", f"{name}: {{"), f"{key[:-1]}@", f"{name[:-1]}@")
        mentioned = _n.counts.contains(key[:-1], autoescape=True)
        session.connection().execute(update(notices_table).where(mentioned).values(counts=counts))
