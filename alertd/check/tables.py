"""Whether units, contacts and the tables beside them are in use as their files are on this machine, and since when. Reads."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from alertd.check.health import Seen, ok, warning
from alertd.contacts.refresh import this_host
from alertd.model.base import table_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.model.people import BelievedTable, TableSight
from alertd.settings.shapes import Settings
from alertd.settings.table_files import read_table_files
from alertd.settings.tables import read_tables

SUBJECT = "tables"
_b, _s = table_of(BelievedTable).c, table_of(TableSight).c


def in_use(session: Session, settings: Settings) -> Directory | None:
    """Units and people as they are in use; None: the store knows of none yet."""
    rows = session.connection().execute(select(_b.name, _b.content))
    contents = {row.name: bytes(row.content) for row in rows}
    return read_tables(settings, contents).directory if "units" in contents else None


def tables(session: Session, settings: Settings, calendar: WorkingCalendar) -> Iterator[Seen]:
    """One line, or one for each table whose file is not the content that is in use."""
    connection = session.connection()
    believed = {row.name: row for row in connection.execute(select(_b.name, _b.sha256, _b.believed_at))}
    seen = connection.execute(select(_s.name, _s.sha256, _s.detail).where(_s.host == this_host(), _s.reason != ""))
    doubts = {row.name: row for row in seen}
    calm = True
    for file in read_table_files(settings, clock=lambda: 0.0, sleep=lambda _: None):
        row = believed.get(file.name)
        if row is None or row.sha256 == file.sha256:
            continue
        calm = False
        since = f"{calendar.local(row.believed_at):%d/%m/%Y %H:%M}"
        doubt = doubts.get(file.name)
        if doubt is not None and doubt.sha256 == file.sha256:
            what = f"{doubt.detail} (in use: the content of {since})"
            yield warning(SUBJECT, what, "correct the file, or `alertd contacts accept` where so many are truly gone")
        else:
            what = f"{file.path.name} is not the content in use, which was read at {since}"
            yield warning(SUBJECT, what, "the next cycle reads it; where it does not, another machine has a newer one")
    if calm:
        yield ok(SUBJECT, f"{', '.join(sorted(believed)) or 'none'} in use as the files are")
