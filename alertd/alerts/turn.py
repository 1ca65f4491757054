"""One at a time changes alerts: the cycle, or a person. So neither overwrites what the other just did."""

from sqlmodel import Session

from alertd.store.dialect import Dialect

_LOCK = 119  # any number that nobody else serialises on


def take_turn(session: Session) -> None:
    """Wait until nobody else changes alerts; the turn ends with the caller's transaction.

    Take it before anything that writes to the audit chain, which has a turn of its own: two that hold one and wait for the
    other would wait for ever.
    """
    connection = session.connection()
    Dialect(connection.engine).serialise(connection, _LOCK)
