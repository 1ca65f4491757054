"""Facts about this store that outlive a process: in which mode it is used. A store of trials never goes live."""

from sqlalchemy import select
from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.model.audit import SiteFact
from alertd.model.base import table_of
from alertd.store.dialect import Dialect

_facts = table_of(SiteFact)


def read_fact(session: Session, name: str) -> str | None:
    found = session.connection().execute(select(_facts.c.value).where(_facts.c.name == name)).scalar()
    return None if found is None else str(found)


def keep_fact(session: Session, name: str, value: str) -> None:
    connection = session.connection()
    make = Dialect(connection.engine).insert(_facts).values(name=name, value=value)
    connection.execute(make.on_conflict_do_update(index_elements=[_facts.c.name], set_={"value": value}))


def claim_mode(session: Session, mode: str) -> None:
    """Note the mode in which the store is used. Raises CannotRun where a store of trials is to go live, or a real one is to
    be used for trials: what a made-up clock has written is no evidence."""
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
    keep_fact(session, "mode", mode)
