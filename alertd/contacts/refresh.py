"""Read the tables anew where a file has changed, take in what is believed, and say what is in force; cheap where nothing is new."""

import socket

from alertd.contacts import tables
from alertd.contacts.table_look import Look
from alertd.errors import Refused
from alertd.model.calendar import WorkingCalendar
from alertd.model.clock import Clock
from alertd.settings.shapes import Settings
from alertd.settings.table_files import read_table_files
from alertd.store.database import Store


def refresh(
    store: Store, settings: Settings, calendar: WorkingCalendar, clock: Clock, *, version: str = ""
) -> Look | None:
    """The tables in force now; None: they are those of ``version``, and there is nothing to say of them. What is new is
    judged, and taken in by one process alone."""
    host = this_host()
    with store.read() as session:
        known = tables.known(session, host)
    files = read_table_files(settings, known.hashes, clock=clock.pace, sleep=clock.sleep)
    if known.settled(files, version):
        return None
    day = calendar.today(clock.now())
    with store.read() as session:
        look = tables.look(session, settings, files, host=host, day=day)
    if look.to_be_written:
        with store.write() as session:
            look = tables.look(tables.serialised(session), settings, files, host=host, day=day)
            tables.take(session, look, now=clock.now())
    return look


def peek(store: Store, settings: Settings, calendar: WorkingCalendar, clock: Clock) -> Look:
    """What would be in force by the files as they are now; nothing is taken in, and nothing waited for."""
    files = read_table_files(settings, clock=clock.pace, sleep=clock.sleep)
    with store.read() as session:
        return tables.look(session, settings, files, host=this_host(), day=calendar.today(clock.now()))


def accept(
    store: Store, settings: Settings, calendar: WorkingCalendar, clock: Clock, *, reason: str, by: str
) -> list[str]:
    """Take in, once, what the tables hold now although they have lost so much: it is true, says ``by``. Gives what that
    changes, a line each. Raises Refused where nothing waits for it, or where nobody can say that it is true."""
    host, day = this_host(), calendar.today(clock.now())
    with store.read() as session:
        known = tables.known(session, host)
    files = read_table_files(settings, known.hashes, clock=clock.pace, sleep=clock.sleep)
    with store.write() as session:
        tables.serialised(session)
        before = tables.look(session, settings, files, host=host, day=day)
        named = [each for each in before.judged if each.verdict.reason is not None and each.verdict.reason.acceptable]
        if not named:
            said = "\n".join(str(fault) for fault in before.doubts())
            raise Refused(said or "every table is in use as its file is; there is nothing to accept")
        wanted = [each.file.name for each in named]
        look = tables.look(session, settings, files, host=host, day=day, accept=wanted, reason=reason, by=by)
        tables.take(session, look, now=clock.now())
        return [line for name in wanted for line in look.changes(name)]


def this_host() -> str:
    return socket.gethostname()
