"""Facts about this store that outlive a process: in which mode it is used. A store of trials never goes live."""

from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.model.audit import SiteFact
from alertd.model.base import table_of
from alertd.store.dialect import Dialect

_facts = table_of(SiteFact)
LAST_BACKUP = "last_backup"  # where it went
IN_EARNEST = "in_earnest"  # when the first cycle after a rehearsal ran; empty while it is still to come


def read_fact(session: Session, name: str) -> str | None:
    found = session.connection().execute(select(_facts.c.value).where(_facts.c.name == name)).scalar()
    return None if found is None else str(found)


def keep_fact(session: Session, name: str, value: str) -> None:
    connection = session.connection()
    make = Dialect(connection.engine).insert(_facts).values(name=name, value=value)
    connection.execute(make.on_conflict_do_update(index_elements=[_facts.c.name], set_={"value": value}))


def claim_mode(session: Session, mode: str) -> None:
    """Note the mode in which the store is used. Raises CannotRun where a store of trials is to go live, or a real one is to
    be used for trials: what a made-up clock has written is no evidence. From rehearsal to live, the next cycle sees to it that
    nothing counts as told to those for whom it was only meant (brake/in_earnest.py)."""
    known = read_fact(session, "mode")
    if known == mode:
        return
    if known == "trial":
        raise CannotRun(
            f"this store was used for trials and can never be used in mode {mode}; name another one in [store] url"
        )
    if known is not None and mode == "trial":
        raise CannotRun(
            f"this store was used in mode {known} and takes no trials; name another one in [store] url, or correct [site] mode"
        )
    if known == "rehearsal" and mode == "live":
        keep_fact(session, IN_EARNEST, "")
    keep_fact(session, "mode", mode)
