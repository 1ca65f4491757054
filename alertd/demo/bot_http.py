"""HTTP of the make-believe bot server: one request in, parameters out, an answer back. It knows no method of the API."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlsplit


class Dropped(Exception):
    """Hang up without an answer."""


class Answers(Protocol):
    def before_reading(self, method: str) -> None:
        """Called with the API method's name before the body is read; may raise Dropped."""
        ...

    def answer(self, token: str, method: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any] | bytes]:
        """Status and JSON (or bytes of a page); may raise Dropped. A file's parameter is (name, content)."""
        ...


class BotHandler(BaseHTTPRequestHandler):
    """``/bot<token>/<method>`` by GET or POST, form or multipart or JSON."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one packet
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        token, _, method = address.path.removeprefix("/bot").rpartition("/")
        owner = cast(Answers, self.server.owner)  # type: ignore[attr-defined]
        try:
            owner.before_reading(method)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parameters = dict(parse_qsl(address.query)) | _parameters(self.headers.get("Content-Type", ""), body)
            status, content = owner.answer(token, method, parameters)
        except Dropped:
            self.close_connection = True
            return
        page = isinstance(content, bytes)
        answer = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if page else "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - the names are the base class's

    def log_message(self, *args: Any) -> None:
        """The address holds the token; nothing is logged."""


def _parameters(kind: str, body: bytes) -> dict[str, Any]:
    if kind.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    if kind.startswith("multipart/form-data"):
        parts = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        return {str(part.get_param("name", header="content-disposition")): _part(part) for part in parts.iter_parts()}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _part(part: Any) -> Any:
    content = part.get_payload(decode=True)
    name = part.get_filename()
    return (name, content) if name else content.decode()
