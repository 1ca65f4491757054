"""What a source gives, whatever its kind: pages of raw records, and what is known of the snapshot as a whole."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of raw records, each with the place where a person finds it again (row 17, sheet!B4, page 3 #12)."""

    records: list[tuple[str, Raw]]


@dataclass(slots=True)
class Snapshot:
    """One reading of a source. ``pages`` is consumed once; the other marks are filled by then.

    ``unchanged`` = the source itself says that nothing is new (304, the same file): there are no pages.
    ``marks`` is what the next reading gets back (etag, last_modified, file fingerprint), kept only if it was believed.
    """

    pages: Iterator[Page]
    unchanged: bool = False
    complete: bool = True
    as_of: datetime | None = None  # where the kind knows it (header, the date in a file's name)
    columns: frozenset[str] | None = None  # columns that the snapshot has, where it says so by itself
    marks: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # repaired codes and the like, for the office
    content: str = ""  # a hash of all that was given, where the kind knows it before it is read

    def close(self) -> None:
        """Give back connections and files; needed where the pages are not read to their end (``with closing(…)``)."""
        if isinstance(self.pages, Generator):
            self.pages.close()


@dataclass(frozen=True, slots=True)
class Probed:
    """What a first look saw. ``doubts``: what can be read, but reaches too far or should not lie there (``what; cure``)."""

    seen: str
    doubts: tuple[str, ...] = ()


class Source(Protocol):
    """Three implementers: http, spreadsheet, database. `open` raises SourceFailed; so does iterating the pages."""

    def open(self, marks: Mapping[str, str], now: datetime) -> Snapshot: ...

    def probe(self, now: datetime) -> Probed:
        """Read one page and say what was seen, for `doctor`. Raises SourceFailed."""
        ...
