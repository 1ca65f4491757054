"""Read a snapshot to its end: page by page through the normaliser onto the stage, in memory that does not grow with it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from alertd.intake.normalise import Normaliser, raw_hash
from alertd.intake.rejects import Rejects
from alertd.intake.rows import Row
from alertd.intake.stage import Stage
from alertd.intake.values import Unreadable
from alertd.model.source import Page, Raw, Snapshot

# place in the snapshot, place for a person, code, hash, values of the mapped columns
_Keyed = tuple[int, str, str, int, list[Any]]
_CHUNK = 4_000  # rows that are looked up and written at once: some 10 MB


@dataclass
class Reading:
    """What was seen of a snapshot besides its rows. ``absent``: mapped columns that no record had."""

    rows: int = 0
    absent: set[str] = field(default_factory=set)


class Reader:
    """``fresh``: what is stored does not count (first reading, another mapping): every row is staged in full."""

    def __init__(self, stage: Stage, normaliser: Normaliser, rejects: Rejects, *, fresh: bool) -> None:
        self._stage = stage
        self._normaliser = normaliser
        self._rejects = rejects
        self._fresh = fresh

    def read(self, snapshot: Snapshot) -> Reading:
        """Raises SourceFailed as the source does; the snapshot is closed in any case."""
        seen = Reading(absent=set(self._normaliser.columns.names))
        with closing(snapshot):
            for chunk in _chunks(snapshot.pages):
                self._take(chunk, seen)
        return seen

    def _take(self, chunk: list[tuple[str, Raw]], seen: Reading) -> None:
        """One chunk: codes and hashes first, so that what is stored is looked up once for all of them."""
        read = self._keyed(chunk, seen)
        known = {} if self._fresh else self._stage.known([code for _, _, code, _, _ in read])
        poll, full, keys = self._stage.poll, list[Row](), list[Row]()
        for number, place, code, hashed, values in read:
            stored = known.get(code)
            unchanged = stored is not None and stored | 1 == hashed | 1
            # An unchanged row with something unreadable in it is read again, only to say so again.
            row = self._row(place, code, hashed, values) if not unchanged or stored != hashed else None
            if unchanged:
                keys.append((poll, number, False, code, hashed))
            elif row is not None:
                full.append((poll, number, True, *row))
            else:
                keys.append((poll, number, False, code, None))
        self._stage.write(self._normaliser.row_columns, full, keys)

    def _keyed(self, chunk: list[tuple[str, Raw]], seen: Reading) -> list[_Keyed]:
        normaliser = self._normaliser
        values_of, code_of, problems = normaliser.columns.values, normaliser.code, normaliser.problems
        read: list[_Keyed] = []
        for number, (place, raw) in enumerate(chunk, seen.rows):
            if seen.absent:
                seen.absent &= normaliser.columns.absent(raw)
            if normaliser.tells_age:
                normaliser.note_age(raw)
            values = values_of(raw)
            try:
                read.append((number, place, code_of(values), raw_hash(values), values))
            except Unreadable as error:
                self._rejects.drop(place, "", error)
        problems.clear()
        seen.rows += len(chunk)
        return read

    def _row(self, place: str, code: str, hashed: int, values: list[Any]) -> Row | None:
        """None where it cannot be read; what is wrong with it is kept either way."""
        problems = self._normaliser.problems
        try:
            row = self._normaliser.row(values, code, hashed)
        except Unreadable as error:
            self._rejects.drop(place, code, error)
            problems.clear()
            return None
        if problems:
            self._rejects.remark(place, code, problems)
            problems.clear()
        return row


def _chunks(pages: Iterator[Page]) -> Iterator[list[tuple[str, Raw]]]:
    chunk: list[tuple[str, Raw]] = []
    for page in pages:
        chunk.extend(page.records)
        if len(chunk) >= _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
