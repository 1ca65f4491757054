"""Lists behind an HTTP address, page by page. Memory is flat in the number of pages; what is unchanged is not parsed."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from itertools import chain
from typing import Any, Self

from alertd.errors import SourceFailed
from alertd.intake.sources.asking import Periods
from alertd.intake.sources.body import parse, records_in
from alertd.intake.sources.columns import keep, kept_columns
from alertd.intake.sources.index_replies import readings_in
from alertd.intake.sources.paging import Ask, Walk
from alertd.intake.sources.remarks import NOT_A_RECORD, Remarks
from alertd.intake.sources.wall import refuse_an_error
from alertd.intake.sources.wire import Answer, Wire
from alertd.model.source import Page, Probed, Raw, Snapshot
from alertd.settings.source_shapes import SourceSettings

_MOST_PAGES = 100_000
_IN_MEMORY = 8 * 1024 * 1024  # bytes of equal pages that are kept in memory; more wait on disk
_DIGEST = 8  # bytes


@dataclass(frozen=True, slots=True)
class _Reply:
    number: int
    ask: Ask
    body: bytes
    content_type: str
    link: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """A page of the last believed reading: how many records it had, and its digest."""

    count: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.count}-{self.digest.hex()}"


class HttpSource:
    def __init__(
        self,
        settings: SourceSettings,
        *,
        sleep: Callable[[float], None],
        zone: tzinfo = UTC,
        page_seconds: float | None = None,
    ) -> None:
        """``zone``: in which a period of the index begins and ends; ``page_seconds``: a page that takes longer is given up
        (default: ten time-outs, at least five minutes)."""
        self._settings = settings
        self._zone = zone
        self._sleep = sleep
        self._page_seconds = page_seconds

    def open(self, marks: Mapping[str, str], now: datetime) -> Snapshot:
        """Asks nothing yet: the first request goes out with the first page. Marks: etag, last_modified, pages."""
        reading = self._reading(self._wire(), marks, now)
        reading.snapshot.pages = reading.pages()
        return reading.snapshot

    def probe(self, now: datetime) -> Probed:
        with closing(self._wire()) as wire:
            page, columns = self._reading(wire, {}, now).first_page()
        return Probed(f"{wire.place}: {page} records on the first page, columns {', '.join(columns) or 'none'}")

    def _reading(self, wire: Wire, marks: Mapping[str, str], now: datetime) -> "_Reading":
        return _Reading(self._settings, wire, marks, now.astimezone(self._zone).date())

    def _wire(self) -> Wire:
        return Wire(self._settings, sleep=self._sleep, page_seconds=self._page_seconds)


class _Reading:
    """One reading of the list. While its pages equal those of the last believed reading they are only put by."""

    def __init__(self, settings: SourceSettings, wire: Wire, marks: Mapping[str, str], today: date) -> None:
        self._today = today
        self.snapshot = Snapshot(pages=iter(()))
        self._settings = settings
        self._wire = wire
        self._marks = marks
        self._known = _known(marks.get("pages", ""))
        self._columns = kept_columns(settings)
        self._remarks = Remarks()

    def pages(self) -> Iterator[Page]:
        with closing(self._wire), _Spool() as spool:
            changed = self._first_change(spool)
            if changed is None:
                self.snapshot.unchanged = True
                self.snapshot.marks = {**self._marks, **self.snapshot.marks}
                return
            yield from self._read(chain(spool.replies(), (changed,)))
            self.snapshot.notes.extend(self._remarks.lines())

    def first_page(self) -> tuple[int, list[str]]:
        """Records on the first page, and the names of all columns that the first of them has."""
        reply = self._fetch(1, self._walk().first())
        if reply is None:
            raise SourceFailed("not_data", f"{self._wire.place}: answers 304 although nothing was asked")
        records = self._records(reply, self._document(reply))
        return len(records), [str(name) for name in next((item for item in records if isinstance(item, dict)), {})]

    def _first_change(self, spool: "_Spool") -> _Reply | None:
        """The first page that is not as it was (those before it are in the spool); None where all are."""
        walk = self._walk()
        ask: Ask | None = walk.first()
        reply = self._fetch(1, walk.first(), conditions=self._conditions())
        for number, known in enumerate(self._known, 1):
            if reply is None or reply.digest != known.digest:
                return reply
            if number == len(self._known):
                return None
            document = self._document(reply) if self._settings.paging.style == "cursor" else None
            ask = walk.after(reply.ask, known.count, reply.link, document)
            if ask is None:
                return reply
            spool.add(reply)
            reply = self._fetch(number + 1, ask)
        return reply

    def _read(self, at_hand: Iterator[_Reply]) -> Iterator[Page]:
        walk = self._walk()
        ask: Ask | None = walk.first()
        number, before, seen = 0, list[Any](), list[_Known]()
        while ask is not None:
            number += 1
            reply = next(at_hand, None) or self._fetch(number, ask)
            if reply is None:  # 404 beyond the last page: what comes next time cannot be foretold from these pages
                seen.clear()
                break
            document = self._document(reply)
            records = self._records(reply, document)
            if records and records == before:
                raise self._endless(number)
            before = records
            seen.append(_Known(len(records), reply.digest))
            if records:
                yield Page(list(self._rows(records, reply)))
            ask = walk.after(reply.ask, len(records), reply.link, document)
        self._finish(walk, seen)

    def _finish(self, walk: Walk | Periods, seen: list[_Known]) -> None:
        if seen:
            self.snapshot.marks["pages"] = " ".join(map(str, seen))
        if walk.expected is not None and walk.seen < walk.expected:
            self.snapshot.complete = False
            self.snapshot.notes.append(f"the source counts {walk.expected:,} records, its pages held {walk.seen:,}")

    def _rows(self, records: Iterable[Any], reply: _Reply) -> Iterator[tuple[str, Raw]]:
        # A short reply holds no long value: nothing to measure.
        limit = self._settings.max_cell if len(reply.body) > self._settings.max_cell else None
        part = reply.ask.period or f"page {reply.number}"
        for position, item in enumerate(records, 1):
            place = f"{part} #{position}"
            if not isinstance(item, dict):
                self._remarks.add(NOT_A_RECORD, f"{place}: {str(item)[:80]}")
                item = {}
            yield place, keep(item, self._columns, place, limit, self._remarks)

    def _fetch(self, number: int, ask: Ask, conditions: Mapping[str, str] | None = None) -> _Reply | None:
        if number > _MOST_PAGES:
            raise self._endless(number)
        beyond = number > 1 and self._settings.paging.style in ("page", "offset")
        answer = self._wire.get(ask, conditions or {}, beyond_the_end=beyond)
        if number == 1:
            self._note_headers(answer)
        if answer.status != 200 and answer.status != 203:
            return None
        digest = blake2b(answer.body, digest_size=_DIGEST)
        # the same page with a next one now, or the same figures for another period, are not the same
        digest.update((answer.link + ask.period).encode())
        content_type = answer.headers.get("Content-Type", "")
        return _Reply(number, ask, answer.body, content_type, answer.link, digest.digest())

    def _conditions(self) -> dict[str, str]:
        """ETag and Last-Modified speak of one page: they are sent only where that page is the whole list, and a further
        record would have changed it."""
        if self._settings.reply != "records":
            return {}
        paging = self._settings.paging
        filled = [page for page in self._known if page.count]
        whole = paging.style == "none" or (
            bool(paging.size) and len(filled) <= 1 and all(page.count < paging.per_page for page in filled)
        )
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"} if whole and self._known else {}
        return {header: self._marks[mark] for mark, header in names.items() if self._marks.get(mark)}

    def _note_headers(self, answer: Answer) -> None:
        for mark, header in (("etag", "ETag"), ("last_modified", "Last-Modified")):
            if value := answer.headers.get(header):
                self.snapshot.marks[mark] = value
        if isinstance(self._settings.as_of, dict) and (name := self._settings.as_of.get("header")):
            self.snapshot.as_of = _moment(answer.headers.get(name, ""))
            if self.snapshot.as_of is None:
                self.snapshot.notes.append(f"the reply has no time in its header {name} (as_of)")

    def _walk(self) -> Walk | Periods:
        if self._settings.reply != "records":
            return Periods(self._settings, self._wire.url, self._today)
        return Walk(self._settings.paging, self._wire.url, self._settings.parameters)

    def _document(self, reply: _Reply) -> Any:
        return parse(reply.body, reply.content_type, self._place(reply))

    def _records(self, reply: _Reply, document: Any) -> list[Any]:
        place = self._place(reply)
        try:
            if self._settings.reply == "records":
                return records_in(document, self._settings, place)
            refuse_an_error(document, place)
            return readings_in(document, self._settings, reply.ask.period, place)
        except SourceFailed as error:
            raise self._wire.scrubbed(error) from None

    def _place(self, reply: _Reply) -> str:
        return f"{self._wire.place}, {reply.ask.period or f'page {reply.number}'}"

    def _endless(self, number: int) -> SourceFailed:
        return SourceFailed(
            "incomplete",
            f"{self._wire.place}: the list does not end (page {number:,} is as the one before, or one too many);"
            " check style and parameter names in [sources.paging], or name paging.total",
        )


class _Spool:
    """Equal pages put by, in memory or on disk, until it is known whether anybody needs them."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._kept: list[tuple[int, Ask, int, str, str, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, reply: _Reply) -> None:
        self._file.write(reply.body)
        self._kept.append((reply.number, reply.ask, len(reply.body), reply.content_type, reply.link, reply.digest))

    def replies(self) -> Iterator[_Reply]:
        self._file.seek(0)
        for number, ask, size, content_type, link, digest in self._kept:
            yield _Reply(number, ask, self._file.read(size), content_type, link, digest)


def _known(mark: str) -> list[_Known]:
    pages = []
    for word in mark.split():
        count, _, digest = word.partition("-")
        pages.append(_Known(int(count), bytes.fromhex(digest)))
    return pages


def _moment(text: str) -> datetime | None:
    """A time in a header, by HTTP's own format or ISO 8601; without a zone it is UTC."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text.strip())
        except (TypeError, ValueError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
