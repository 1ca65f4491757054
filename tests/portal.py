"""A portal on loopback that answers a GET or a POST under an address with what the test says, and keeps what it was asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from alertd.demo.loopback import Loopback


@dataclass(frozen=True, slots=True)
class Question:
    method: str
    path: str  # with its query
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Page:
    """A reply that is no document."""

    body: bytes
    status: int = 200
    kind: str = "text/html; charset=utf-8"


Answer = Callable[[Question], Any]


class Portal(Loopback):
    """``answers``: by path, without query; what each gives is a `Page`, or a document that goes out as JSON."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.asked: list[Question] = []
        self.answers: dict[str, Answer] = {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        portal = cast(Portal, self.server.owner)  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        question = Question(self.command, self.path, dict(self.headers), body)
        portal.asked.append(question)
        answer = portal.answers.get(self.path.partition("?")[0])
        given = answer(question) if answer else Page(b"nowhere", 404, "text/plain")
        page = given if isinstance(given, Page) else Page(json.dumps(given).encode(), kind="application/json")
        self.send_response_only(page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""
