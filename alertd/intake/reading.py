"""Read a snapshot to its end: page by page through the normaliser onto the stage, in memory that does not grow with it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from alertd.intake.normalise import Normaliser, raw_hash
from alertd.intake.rejects import Rejects
from alertd.intake.rows import Row
from alertd.intake.stage import Stage
from alertd.intake.values import Unreadable
from alertd.model.source import Page, Raw, Snapshot

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
        self._full: list[Row] = []
        self._keys: list[Row] = []

    def read(self, snapshot: Snapshot) -> Reading:
        """Raises SourceFailed as the source does; the snapshot is closed in any case."""
        seen = Reading(absent=set(self._normaliser.columns.names))
        with closing(snapshot):
            for chunk in _chunks(snapshot.pages):
                self._take(chunk, seen)
        return seen

    def _take(self, chunk: list[tuple[str, Raw]], seen: Reading) -> None:
        """One chunk: codes and hashes first, so that what is stored is looked up once for all of them."""
        normaliser = self._normaliser
        read: list[tuple[int, str, str, int, list[object]]] = []
        for number, (place, raw) in enumerate(chunk, seen.rows):
            if seen.absent:
                seen.absent &= normaliser.columns.absent(raw)
            normaliser.note_age(raw)
            values = normaliser.columns.values(raw)
            try:
                code = normaliser.code(values)
            except Unreadable as error:
                self._rejects.drop(place, "", error)
            else:
                read.append((number, place, code, raw_hash(values), values))
            normaliser.problems.clear()
        seen.rows += len(chunk)
        known = {} if self._fresh else self._stage.known([code for _, _, code, _, _ in read])
        for number, place, code, hashed, values in read:
            self._place(number, place, code, hashed, values, known.get(code))
        self._stage.write(normaliser.row_columns, self._full, self._keys)
        self._full, self._keys = [], []

    def _place(self, number: int, place: str, code: str, hashed: int, values: list[object], stored: int | None) -> None:
        unchanged = stored is not None and stored | 1 == hashed | 1
        if unchanged and stored == hashed:
            self._keys.append((self._stage.poll, number, False, code, hashed))
            return
        # An unchanged row with something unreadable in it is read again, only to say so again.
        problems = self._normaliser.problems
        try:
            row = self._normaliser.row(values, code, hashed)
        except Unreadable as error:
            self._rejects.drop(place, code, error)
            self._keys.append((self._stage.poll, number, False, code, None))
        else:
            if problems:
                self._rejects.remark(place, code, problems)
            if unchanged:
                self._keys.append((self._stage.poll, number, False, code, hashed))
            else:
                self._full.append((self._stage.poll, number, True, *row))
        problems.clear()


def _chunks(pages: Iterator[Page]) -> Iterator[list[tuple[str, Raw]]]:
    chunk: list[tuple[str, Raw]] = []
    for page in pages:
        chunk.extend(page.records)
        if len(chunk) >= _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
