"""A tracking system on loopback: lists of records in every style of paging, with login, ETag, and faults as told."""

import gzip
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Any, assert_never, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from alertd.demo.loopback import Loopback
from alertd.settings.source_shapes import Paging

Records = Sequence[Any] | Callable[[], Sequence[Any]]

_DRIP = 0.02  # seconds between two bytes


class FaultKind(StrEnum):
    STATUS = "status"  # an error by its number
    HTML = "html"  # a login page, with 200
    REDIRECT = "redirect"
    DRIP = "drip"  # byte by byte, without end
    SILENT = "silent"  # takes the request and says nothing
    ENDLESS = "endless"  # as fast as it goes, without end
    HALF = "half"  # less than Content-Length says
    CUT = "cut"  # whole by its length, but half a document
    GARBAGE = "garbage"
    EMPTY = "empty"
    BOMB = "bomb"  # small, unpacks into much
    HANG_UP = "hang_up"
    GIVEN = "given"  # status, headers and body as told


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    status: int = 503
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": "made up"}'


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list under an address. ``at``: where it stands in the reply (``a.b``, empty: the reply is the list)."""

    records: Records
    paging: Paging = field(default_factory=Paging)
    at: str = "data"
    login: Mapping[str, str] = field(default_factory=dict)  # headers that a request must bring
    headers: Mapping[str, str] = field(default_factory=dict)  # headers of each reply
    etag: bool = True
    envelope: Mapping[str, Any] = field(default_factory=dict)  # further keys of the reply

    def all(self) -> Sequence[Any]:
        return self.records() if callable(self.records) else self.records


class Feed(Loopback):
    """Serves what `serve` registers. ``asked`` keeps every request; `fail` makes the next ones go wrong."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.asked: list[Asked] = []
        self._listings: dict[str, Listing] = {}
        self._faults: dict[str, deque[Fault]] = {}

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, path: str, records: Records, **more: Any) -> str:
        """Register a Listing under ``path`` (anew, if it is known) and return its address."""
        self._listings[path] = Listing(records, **more)
        return self.url(path)

    def fail(self, path: str, kind: FaultKind, *, times: int = 1, after: int = 0, **more: Any) -> None:
        """``after`` so many good replies, the next ``times`` requests of ``path`` meet this fault."""
        queue = self._faults.setdefault(path, deque())
        queue.extend([Fault(FaultKind.STATUS, status=200)] * after + [Fault(kind, **more)] * times)

    def listing(self, path: str) -> Listing | None:
        return self._listings.get(path)

    def next_fault(self, path: str) -> Fault | None:
        queue = self._faults.get(path)
        fault = queue.popleft() if queue else None
        return None if fault is None or (fault.kind is FaultKind.STATUS and fault.status == 200) else fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    @property
    def feed(self) -> Feed:
        return cast(Feed, self.server.owner)  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.feed.asked.append(Asked(parts.path, query, dict(self.headers)))
        listing = self.feed.listing(parts.path)
        try:
            if (fault := self.feed.next_fault(parts.path)) is not None:
                self._break(fault)
            elif listing is None:
                self._send(404, b'{"error": "not found"}')
            elif any(self.headers.get(name) != value for name, value in listing.login.items()):
                self._send(401, b'{"error": "login"}')
            else:
                self._answer(listing, parts.path, query)
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has heard enough

    def _answer(self, listing: Listing, path: str, query: dict[str, str]) -> None:
        records = listing.all()
        document, headers = page_of(listing, records, query, self.feed.url(path))
        body = json.dumps(document, ensure_ascii=False).encode()
        if listing.etag:
            headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
        modified = headers.get("Last-Modified")
        same_tag = "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]
        same_time = modified is not None and self.headers.get("If-Modified-Since") == modified
        if same_tag or (same_time and "If-None-Match" not in self.headers):
            self._send(304, b"", headers)
        else:
            self._send(200, body, headers)

    def _send(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, kind: str = "application/json"
    ) -> None:
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _break(self, fault: Fault) -> None:
        match fault.kind:
            case FaultKind.STATUS | FaultKind.GIVEN:
                self._send(fault.status, fault.body, fault.headers)
            case FaultKind.HTML:
                self._send(200, b"<!DOCTYPE html><form>Dang nhap</form>", kind="text/html; charset=utf-8")
            case FaultKind.REDIRECT:
                self._send(fault.status if 300 <= fault.status < 400 else 302, b"", {"Location": fault.location})
            case FaultKind.HALF:
                self._open_ended({"Content-Length": "100000"}, b'{"data": [{"MaHoSo": "H26')
            case FaultKind.CUT:
                self._send(200, b'{"data": [{"MaHoSo": "H26')
            case FaultKind.GARBAGE:
                self._send(200, b'{"data": [}, "MaHoSo": nan]}')
            case FaultKind.EMPTY:
                self._send(200, b"")
            case FaultKind.BOMB:
                self._send(200, gzip.compress(b"[" + b" " * 5_000_000 + b"]"), {"Content-Encoding": "gzip"})
            case FaultKind.HANG_UP:
                self.close_connection = True
            case FaultKind.SILENT:
                self.close_connection = True
                self.feed.stopping.wait()
            case FaultKind.DRIP | FaultKind.ENDLESS:
                self._without_end(fault.kind)
            case _:
                assert_never(fault.kind)

    def _open_ended(self, headers: Mapping[str, str], body: bytes) -> None:
        self.close_connection = True
        self.send_response_only(200)
        for name, value in {"Content-Type": "application/json", "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _without_end(self, kind: FaultKind) -> None:
        self._open_ended({}, b"[")
        part = b" " if kind is FaultKind.DRIP else b" " * 65_536
        while not self.feed.stopping.wait(_DRIP if kind is FaultKind.DRIP else 0):
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Addresses can hold secrets; nothing is logged."""


def page_of(listing: Listing, records: Sequence[Any], query: Mapping[str, str], url: str) -> tuple[Any, dict[str, str]]:
    """The document and the headers of the page that ``query`` asks for."""
    paging, headers = listing.paging, dict(listing.headers)
    size = int(query.get(paging.size, paging.per_page)) if paging.size else paging.per_page
    start, following = _span(paging, query, size, len(records))
    page = list(records[start:following])
    rest = following < len(records)
    document: dict[str, Any] = dict(listing.envelope)
    if paging.style == "link" and rest:
        headers["Link"] = f'<{url}?{urlencode({**query, "from": following})}>; rel="next"'
    if paging.style == "cursor":
        _put(document, paging.next, str(following) if rest else None)
    if paging.total:
        _put(document, paging.total, len(records))
    if not listing.at:
        return page, headers
    _put(document, listing.at, page)
    return document, headers


def _span(paging: Paging, query: Mapping[str, str], size: int, count: int) -> tuple[int, int]:
    match paging.style:
        case "none":
            return 0, count
        case "page":
            start = (int(query.get(paging.page, paging.first)) - paging.first) * size
        case "offset":
            start = int(query.get(paging.offset, 0))
        case "cursor":
            start = int(query.get(paging.cursor, 0))
        case "link":
            start = int(query.get("from", 0))
        case _:
            assert_never(paging.style)
    return start, start + size


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *folders, name = path.split(".")
    for folder in folders:
        document = document.setdefault(folder, {})
    document[name] = value
