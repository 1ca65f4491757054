"""Which records a person means by a code, of whatever dataset; and the nearest codes where there is none."""

from collections.abc import Iterator
from difflib import get_close_matches

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from alertd.model.alerts import alerts_table
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS

_AROUND = 100  # codes looked at before and after the one that is not there
_DIGITS = 18  # of the largest number that a database takes
_a = alerts_table.c


def find(session: Session, key: str) -> list[tuple[Dataset, tuple[str, ...]]]:
    """The datasets that know the code, each with the codes of its records: of a procedure also every duty to announce it.
    A record that is there no longer but has an alert counts too."""
    found = []
    connection = session.connection()
    for dataset in DATASETS.values():  # one statement per kind of record, whatever the number of records
        code = dataset.table.c.code
        copies = select(code).where(or_(*(column == key for column in _named_by(dataset))))
        alerts = select(_a.key).where(_a.dataset == dataset.name, _a.key == key)
        codes = sorted(connection.execute(copies.union(alerts)).scalars())
        if codes:
            found.append((dataset, tuple(codes)))
    return found


def of_alert(session: Session, key: str) -> list[tuple[Dataset, tuple[str, ...]]]:
    """The record of an alert whose number was given in place of a code."""
    if not (key.isascii() and key.isdecimal() and len(key) <= _DIGITS):
        return []
    row = session.connection().execute(select(_a.dataset, _a.key).where(_a.id == int(key))).first()
    return [] if row is None else [(DATASETS[row.dataset], (row.key,))]


def _named_by(dataset: Dataset) -> Iterator[ColumnElement[str]]:
    yield dataset.table.c.code
    if dataset.name == "announcements":
        yield dataset.table.c.procedure


def nearest(session: Session, key: str, most: int = 3) -> list[str]:
    """Codes that are written much alike, the nearest first: neighbours in the order of codes, and those that hold the text."""
    known: dict[str, str] = {}
    connection = session.connection()
    for dataset in DATASETS.values():
        code = dataset.table.c.code
        for written in dict.fromkeys((key, key.upper())):
            after = select(code).where(code >= written).distinct().order_by(code).limit(_AROUND)
            before = select(code).where(code < written).distinct().order_by(code.desc()).limit(_AROUND)
            inside = select(code).where(code.contains(written, autoescape=True)).distinct().limit(_AROUND)
            for statement in (after, before, inside):
                known |= {found.casefold(): found for found in connection.execute(statement).scalars()}
    wanted = key.casefold()
    holding = [found for folded, found in sorted(known.items()) if wanted and wanted in folded]
    close = [known[folded] for folded in get_close_matches(wanted, known, n=most, cutoff=0.6)]
    return list(dict.fromkeys((*close, *holding)))[:most]
