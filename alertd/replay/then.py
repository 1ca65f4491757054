"""A few records as they were known at a past moment, in a store of their own: what explains today explains then."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session

from alertd.intake import prefer
from alertd.intake.merge import HISTORY
from alertd.model.base import moment_text
from alertd.model.dataset import Dataset
from alertd.replay import read, small
from alertd.replay.lives import Life, Lives, Row
from alertd.replay.stories import stories_then
from alertd.site import Site, as_counted
from alertd.store.dialect import Dialect
from alertd.store.scratch import scratch_store


@contextmanager
def as_then(site: Site, dataset: Dataset, keys: Collection[str], at: datetime) -> Iterator[Site]:
    """The site on a store that holds these records as they were at the moment, with their alerts, what was told of them, what
    was believed of each source, and people as they are today. The site's own store is read once, and nothing is written there."""
    codes = sorted(keys)
    with site.store.read() as session:
        counted = as_counted(session, site)
    with scratch_store(counted.calendar) as store:
        with site.store.read() as session, store.write() as into:
            small.take_over(session, into)
            small.sources_then(session, into, at)
            small.troubles_then(session, into, at)
            small.disputes_then(session, into, at)
            stories_then(session, into, dataset, codes, at)
            known = Lives(counted, counted.calendar, read.ending(session))
            _write(into, known, dataset, list(read.lives(session, dataset, codes, read.first_polls(session))), at)
            prefer.prefer(into, dataset.name, site.reading.authorities, None)
        yield replace(counted, store=store, clock=replace(site.clock, now=lambda: at))


def _write(into: Session, known: Lives, dataset: Dataset, lives: Sequence[Life], at: datetime) -> None:
    """The rows as they were, and the versions that were earlier ones by then."""
    then = known.at(at)
    found = [row for life in lives if (row := then.row(life, dataset)) is not None]
    insert(into, dataset.table, found)
    history = HISTORY.get(dataset.name)
    if history is not None:
        text = moment_text(at)
        insert(into, history, [version for life in lives for version in life.versions if version["known_to"] <= text])


def insert(into: Session, table: Table, rows: Sequence[Row | dict[str, Any]]) -> None:
    """Write rows as text, in bulk."""
    columns = [column.name for column in table.columns]
    connection = into.connection()
    Dialect(connection.engine).bulk_insert(
        connection, table, columns, ([row[name] for name in columns] for row in rows)
    )
