"""The plain HTTP channel against a gateway on loopback."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

import pytest

from alertd.channels.http import HttpChannel
from alertd.demo.loopback import Loopback
from alertd.errors import CannotRun, Misconfigured
from alertd.model.message import Message, Outcome, Outgoing, Result, Scope
from alertd.settings.secret import Secret
from alertd.settings.shapes import Http

KEY = "khoá-bí-mật".encode().hex()
OUTGOING = Outgoing(1, "0900 000 000", "A", Message("s", "t", short='Có "3" hồ sơ\nquá hạn'))


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    seconds: float = 0.0
    drop: bool = False


class Gateway(Loopback):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.next = Answer()
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sms?account=7"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_POST(self) -> None:
        gateway = cast(Gateway, self.server.owner)  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        gateway.asked.append((self.command, self.path, dict(self.headers), body))
        answer = gateway.next
        gateway.stopping.wait(answer.seconds)
        if answer.drop:
            self.close_connection = True
            return
        self.send_response_only(answer.status)  # without a Date of its own
        content = b"" if answer.status == 204 else answer.body
        for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_POST  # noqa: N815 - the names are the base class's

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


@pytest.fixture
def gateway(no_thread_stays: None) -> Iterator[Gateway]:
    with Gateway() as gateway:
        yield gateway


def body(outgoing: Outgoing) -> str:
    return json.dumps({"to": outgoing.address, "text": outgoing.message.short}, ensure_ascii=False)


def channel(url: str, **more: Any) -> HttpChannel:
    return HttpChannel(Http(url=url, **more), render_body=body)


def send(gateway: Gateway, answer: Answer | None = None, **more: Any) -> Outcome:
    gateway.next = answer or Answer()
    way = channel(gateway.url, headers={"Authorization": Secret("env:KEY", KEY)}, **more)
    outcome = way.send(OUTGOING)
    way.close()
    return outcome


def test_the_body_arrives_as_it_was_written(gateway: Gateway) -> None:
    assert send(gateway).result is Result.ACCEPTED
    method, path, headers, content = gateway.asked[0]
    assert (method, path) == ("POST", "/sms?account=7")
    assert json.loads(content) == {"to": OUTGOING.address, "text": OUTGOING.message.short}
    assert (headers["Authorization"], headers["Content-Type"]) == (KEY, "application/json; charset=utf-8")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (202, Result.ACCEPTED),
        (204, Result.ACCEPTED),
        (206, Result.UNCERTAIN),
        (302, Result.RETRY),
        (400, Result.CONTENT_REFUSED),
        (401, Result.RETRY),
        (404, Result.ADDRESS_REFUSED),
        (410, Result.ADDRESS_REFUSED),
        (413, Result.CONTENT_REFUSED),
        (422, Result.ADDRESS_REFUSED),
        (429, Result.RETRY),
        (500, Result.RETRY),
        (503, Result.RETRY),
    ],
)
def test_every_status_has_its_outcome(gateway: Gateway, status: int, result: Result) -> None:
    outcome = send(gateway, Answer(status))
    assert outcome.result is result
    assert str(status) in outcome.detail


def test_what_counts_as_accepted_is_configured(gateway: Gateway) -> None:
    assert send(gateway, Answer(200), accepted=(201,)).result is Result.UNCERTAIN
    assert send(gateway, Answer(418), accepted=(418,)).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "Tue, 06 Oct 2026 01:02:00 GMT", "Date": "Tue, 06 Oct 2026 01:00:00 GMT"}, 120.0),
        ({"Retry-After": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_gateway_says_when_to_come_back(gateway: Gateway, headers: dict[str, str], seconds: float) -> None:
    outcome = send(gateway, Answer(429, headers))
    assert (outcome.retry_after, outcome.scope) == (seconds, Scope.CHANNEL)


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    with Gateway() as strange:
        outcome = send(gateway, Answer(307, {"Location": strange.url}))
        assert (len(gateway.asked), strange.asked) == (1, [])
    assert "redirects are not followed" in outcome.detail


def test_an_answer_that_does_not_come_in_time_is_uncertain(gateway: Gateway) -> None:
    assert send(gateway, Answer(seconds=30), timeout="1s").result is Result.UNCERTAIN


def test_a_connection_that_breaks_after_writing_is_uncertain(gateway: Gateway) -> None:
    assert send(gateway, Answer(drop=True)).result is Result.UNCERTAIN


def test_a_status_counts_even_where_the_rest_of_the_answer_breaks_off(gateway: Gateway) -> None:
    assert send(gateway, Answer(200, {"Content-Length": "999", "Connection": "close"})).result is Result.ACCEPTED


def test_one_connection_is_used_again(gateway: Gateway) -> None:
    way = channel(gateway.url)
    threads = set()
    for _ in range(3):
        way.send(OUTGOING)
        threads |= {t for t in threading.enumerate() if "process_request_thread" in t.name}
    way.close()
    assert len(threads) == 1


def test_a_gateway_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        way = channel(f"http://127.0.0.1:{taken.getsockname()[1]}/x")
        outcome = way.send(OUTGOING)
        with pytest.raises(CannotRun, match=r"check \[http\] url"):
            way.probe()
        way.close()
    assert (outcome.result, outcome.scope) == (Result.RETRY, Scope.CHANNEL)


def test_a_secret_that_the_gateway_repeats_stands_in_no_detail(gateway: Gateway) -> None:
    outcome = send(gateway, Answer(400, body=f"bad key {KEY}".encode()))
    assert "bad key" in outcome.detail
    assert KEY not in outcome.detail


def test_a_secret_over_plain_http_goes_to_this_machine_only() -> None:
    with pytest.raises(Misconfigured, match="plain http"):
        channel("http://sms.example/send", headers={"X-Key": Secret("env:KEY", KEY)})


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"http\.url"):
        channel("sms.example/send")


def test_a_header_of_two_lines_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"http\.headers: a line break in the value of X-Key") as raised:
        channel("https://sms.example/send", headers={"X-Key": Secret("env:KEY", f"{KEY}\nX: y")})
    assert KEY not in str(raised.value)


def test_a_text_that_no_server_could_read_is_refused(gateway: Gateway) -> None:
    way = channel(gateway.url)
    outcome = way.send(Outgoing(1, "a", "A", Message("s", "t", short="half a \ud83d")))
    way.close()
    assert (outcome.result, gateway.asked) == (Result.CONTENT_REFUSED, [])


def test_a_probe_sends_nothing(gateway: Gateway) -> None:
    way = channel(gateway.url)
    gateway.next = Answer(405)
    assert "answers (405 to HEAD" in way.probe()
    gateway.next = Answer(401)
    with pytest.raises(CannotRun, match=r"check \[http\] headers"):
        way.probe()
    way.close()
    assert {method for method, *_ in gateway.asked} == {"HEAD"}
