"""The e-mail channel against a mail server on loopback, and against an independent one (aiosmtpd)."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any, Self

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from alertd.channels.email import EmailChannel
from alertd.demo.mail_faults import Stage
from alertd.demo.mail_sink import MailSink
from alertd.errors import CannotRun, Misconfigured
from alertd.model.message import Attachment, Message, Outcome, Outgoing, Result, Scope
from alertd.settings.secret import Secret
from alertd.settings.shapes import Email

NOW = datetime(2026, 10, 6, 1, 0, tzinfo=UTC)
MESSAGE = Message("Hồ sơ quá hạn — Phường Ba Đình", "Kính gửi: Đồng chí\n.\n..chấm\n", html="<p>Kính gửi</p>")
PASSWORD = "mật khẩu".encode().hex()


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) - before == set()


@pytest.fixture
def sink(no_thread_stays: None) -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A throw-away certificate of localhost and its key, in one PEM file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl program to make a certificate with")
    pem = tmp_path_factory.mktemp("tls") / "localhost.pem"
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    command = [openssl, "req", "-x509", *kind, *names, "-keyout", str(pem), "-out", f"{pem}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    return pem


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def channel(port: int, **more: Any) -> EmailChannel:
    keys: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "sender": "Cảnh báo <alertd@hanoi.example>"}
    return EmailChannel(Email(**(keys | {"port": port} | more)), folder=Path("/"), clock=lambda: NOW)


def outgoing(number: int = 1, address: str = "head@hanoi.example", *, repeat: bool = False) -> Outgoing:
    return Outgoing(number, address, "Nguyễn Văn A", MESSAGE, possible_repeat=repeat)


def send(sink: MailSink, **more: Any) -> Outcome:
    way = channel(sink.port, **more)
    try:
        return way.send(outgoing())
    finally:
        way.close()


def text_of(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


def test_a_mail_arrives_whole_and_the_server_gave_it_a_number(sink: MailSink) -> None:
    outcome = send(sink)
    assert (outcome.result, outcome.server_id) == (Result.ACCEPTED, "250 2.0.0 ok: queued as 1")
    mail = sink.mails[0]
    assert (mail.sender, mail.recipients) == ("alertd@hanoi.example", ("head@hanoi.example",))
    assert mail.message["Subject"] == MESSAGE.subject
    assert text_of(mail.message) == MESSAGE.text


def test_one_connection_carries_many_mails(sink: MailSink) -> None:
    way = channel(sink.port)
    assert {way.send(outgoing(n)).result for n in range(5)} == {Result.ACCEPTED}
    way.close()
    assert (len(sink.mails), sink.connections) == (5, 1)


def test_no_more_connections_than_configured(sink: MailSink) -> None:
    sink.latency = 0.005
    way = channel(sink.port, connections=3)
    threads = [threading.Thread(target=way.send, args=(outgoing(n),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    way.close()
    assert (len(sink.mails), way.width) == (12, 3)
    assert sink.connections <= 3


@pytest.mark.parametrize(
    ("at", "reply", "result"),
    [
        (Stage.CONNECT, "554 5.3.2 no service here", Result.RETRY),
        (Stage.MAIL, "451 4.3.0 later", Result.RETRY),
        (Stage.MAIL, "550 5.7.1 not your sender", Result.RETRY),
        (Stage.MAIL, "552 5.3.4 too large", Result.CONTENT_REFUSED),
        (Stage.RCPT, "450 4.2.0 grey", Result.RETRY),
        (Stage.RCPT, "550 5.1.1 no such user", Result.ADDRESS_REFUSED),
        (Stage.RCPT, "530 5.7.0 log in first", Result.RETRY),
        (Stage.DATA, "452 4.3.1 disk full", Result.RETRY),
        (Stage.DATA, "554 5.5.1 no", Result.CONTENT_REFUSED),
        (Stage.TEXT, "451 4.7.1 later", Result.RETRY),
        (Stage.TEXT, "550 5.7.1 spam", Result.CONTENT_REFUSED),
        (Stage.TEXT, "huh", Result.UNCERTAIN),
    ],
)
def test_every_answer_of_the_server_has_its_outcome(sink: MailSink, at: Stage, reply: str, result: Result) -> None:
    sink.fail_next(at, reply)
    way = channel(sink.port)
    outcome = way.send(outgoing())
    assert (outcome.result, sink.mails) == (result, [])
    assert reply[:3] in outcome.detail or result is Result.UNCERTAIN
    assert way.send(outgoing()).result is Result.ACCEPTED
    way.close()


@pytest.mark.parametrize(
    ("at", "result"),
    [
        (Stage.CONNECT, Result.RETRY),
        (Stage.MAIL, Result.RETRY),
        (Stage.RCPT, Result.RETRY),
        (Stage.DATA, Result.RETRY),
        (Stage.TEXT, Result.UNCERTAIN),
    ],
)
def test_a_connection_that_breaks_is_uncertain_only_after_the_final_dot(
    sink: MailSink, at: Stage, result: Result
) -> None:
    sink.fail_next(at, drop=True)
    assert send(sink).result is result


def test_a_mail_that_was_taken_without_an_answer_is_uncertain_and_its_repeat_is_the_same_mail(sink: MailSink) -> None:
    sink.fail_next(Stage.TEXT, drop=True, keep=True)
    way = channel(sink.port)
    first, second = way.send(outgoing()), way.send(outgoing(repeat=True))
    way.close()
    assert (first.result, second.result) == (Result.UNCERTAIN, Result.ACCEPTED)
    assert len({mail.message["Message-ID"] for mail in sink.mails}) == 1
    assert [mail.message["X-Alertd-Possible-Repeat"] for mail in sink.mails] == [None, "yes"]


def test_an_answer_that_does_not_come_in_time_is_uncertain(sink: MailSink) -> None:
    sink.fail_next(Stage.TEXT, seconds=30)
    assert send(sink, timeout="1s").result is Result.UNCERTAIN


def test_a_session_that_died_while_idle_is_replaced_in_silence(sink: MailSink) -> None:
    way = channel(sink.port)
    way.send(outgoing(1))
    sink.fail_next(Stage.MAIL, drop=True)
    assert way.send(outgoing(2)).result is Result.ACCEPTED
    way.close()
    assert (len(sink.mails), sink.connections) == (2, 2)


def test_a_421_leaves_one_connection(sink: MailSink) -> None:
    way = channel(sink.port)
    sink.fail_next(Stage.CONNECT, "421 4.7.0 too many connections")
    assert way.send(outgoing()).result is Result.RETRY
    before, sink.latency = sink.connections, 0.002
    threads = [threading.Thread(target=way.send, args=(outgoing(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    way.close()
    assert (len(sink.mails), sink.connections - before) == (8, 1)


def test_after_a_421_connections_come_back_one_by_one(sink: MailSink) -> None:
    way = channel(sink.port, connections=2)
    sink.fail_next(Stage.CONNECT, "421 4.7.0 too many connections")
    way.send(outgoing())
    for n in range(20):
        way.send(outgoing(n))
    before, sink.latency = sink.connections, 0.02
    threads = [threading.Thread(target=way.send, args=(outgoing(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    way.close()
    assert sink.connections - before == 1


def test_a_text_that_no_server_could_read_is_refused(sink: MailSink) -> None:
    way = channel(sink.port)
    assert way.send(Outgoing(1, "a@b.example", "", Message("s", "half a \ud83d"))).result is Result.CONTENT_REFUSED
    way.close()
    assert sink.mails == []


def test_a_line_break_in_the_subject_is_refused_before_anything_is_sent(sink: MailSink) -> None:
    way = channel(sink.port)
    outcome = way.send(Outgoing(1, "a@b.example", "", Message("x\r\nBcc: c@d.example", "t")))
    assert outcome.result is Result.CONTENT_REFUSED
    assert way.send(outgoing(address="a@b.example\r\nX: y")).result is Result.ADDRESS_REFUSED
    way.close()
    assert sink.connections == 0


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        way = channel(taken.getsockname()[1])
        outcome = way.send(outgoing())
        with pytest.raises(CannotRun, match=r"check \[email\] host and port"):
            way.probe()
    assert (outcome.result, outcome.scope) == (Result.RETRY, Scope.CHANNEL)


def test_plain_smtp_to_another_machine_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"mail\.hanoi\.example is another machine"):
        channel(25, host="mail.hanoi.example")


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"email\.sender"):
        channel(25, sender="alertd")


def test_a_certificate_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(CannotRun, match=r"email\.ca_file"):
            channel(25, ca_file=tmp_path / name)


# Encrypted and logged in


def secure(port: int, certificate: Path | None, **more: Any) -> EmailChannel:
    keys = {"host": "localhost", "security": "starttls", "username": "alertd", "password": Secret("env:P", PASSWORD)}
    return channel(port, **(keys | {"ca_file": certificate} | more))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_after_a_login(certificate: Path, tls: ssl.SSLContext, security: str) -> None:
    with MailSink(tls=tls, wrapped=security == "tls", login=("alertd", PASSWORD)) as sink:
        way = secure(sink.port, certificate, security=security)
        assert way.send(outgoing()).result is Result.ACCEPTED
        assert way.probe() == f"localhost:{sink.port}: ready, TLSv1.3, logged in"
        way.close()
    assert len(sink.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tls: ssl.SSLContext) -> None:
    with MailSink(tls=tls, login=("alertd", PASSWORD)) as sink:
        outcome = secure(sink.port, None).send(outgoing())
    assert outcome.result is Result.RETRY
    assert "certificate is not trusted" in outcome.detail


def test_a_certificate_of_another_name_is_not_believed(certificate: Path, tls: ssl.SSLContext) -> None:
    with MailSink(tls=tls) as sink:
        outcome = secure(sink.port, certificate, host="127.0.0.1").send(outgoing())
    assert "certificate is not trusted" in outcome.detail


def test_a_server_without_encryption_gets_neither_password_nor_mail(certificate: Path) -> None:
    with MailSink(login=("alertd", PASSWORD)) as sink:
        outcome = secure(sink.port, certificate).send(outgoing())
    assert (outcome.result, sink.mails) == (Result.RETRY, [])
    assert "does not offer" in outcome.detail


def test_a_wrong_password_loses_nothing_and_stands_in_no_detail(certificate: Path, tls: ssl.SSLContext) -> None:
    with MailSink(tls=tls, login=("alertd", "another")) as sink:
        way = secure(sink.port, certificate)
        outcome = way.send(outgoing())
        with pytest.raises(CannotRun, match=r"check \[email\] username, password") as raised:
            way.probe()
    assert (outcome.result, outcome.scope) == (Result.RETRY, Scope.CHANNEL)
    assert PASSWORD not in outcome.detail + str(raised.value) + repr(way)


# Against aiosmtpd, which was written by others


class Kept:
    """The handler of an aiosmtpd server; keeps what came."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        return "250 ok: queued as 42"


def _login(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


class Independent:
    """An aiosmtpd server on a free port of 127.0.0.1, in a thread of its own; STARTTLS and login required."""

    def __init__(self, kept: Kept, tls: ssl.SSLContext) -> None:
        self._loop = asyncio.new_event_loop()
        self._kept, self._tls = kept, tls
        self._thread = threading.Thread(target=self._loop.run_forever)

    async def _open(self) -> asyncio.Server:
        def session() -> SMTP:
            return SMTP(
                self._kept,
                hostname="mail.example",
                loop=self._loop,
                tls_context=self._tls,
                require_starttls=True,
                auth_required=True,
                authenticator=_login,
            )

        return await self._loop.create_server(session, host="127.0.0.1", port=0)

    async def _shut(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def test_an_independent_server_takes_our_mail_over_starttls(certificate: Path, tls: ssl.SSLContext) -> None:
    kept = Kept()
    with Independent(kept, tls) as server:
        way = secure(server.port, certificate)
        sheet = Attachment("danh sách.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 40)
        message = Message("Hồ sơ", "a\n.\nb\n", html="<p>b</p>", attachments=(sheet,))
        outcomes = [way.send(Outgoing(n, "head@hanoi.example", "A", message)) for n in (1, 2)]
        outcomes.append(way.send(outgoing(3, "nobody@hanoi.example")))
        outcomes.append(way.send(outgoing(4)))
        way.close()
    accepted, refused = Result.ACCEPTED, Result.ADDRESS_REFUSED
    assert [o.result for o in outcomes] == [accepted, accepted, refused, accepted]
    assert outcomes[0].server_id == "250 ok: queued as 42"
    assert len(kept.contents) == 3
    assert text_of(message_from_bytes(kept.contents[0], policy=SMTP_POLICY)) == "a\n.\nb\n"


def test_an_independent_server_refuses_a_wrong_password(certificate: Path, tls: ssl.SSLContext) -> None:
    with Independent(Kept(), tls) as server:
        outcome = secure(server.port, certificate, password=Secret("env:P", "wrong")).send(outgoing())
    assert outcome.result is Result.RETRY
    assert "the login was refused" in outcome.detail
