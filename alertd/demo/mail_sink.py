"""A mail server on loopback that speaks real SMTP, for the demo and the tests; it keeps every mail and passes none on."""

import base64
import email
import itertools
import socketserver
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, cast

from alertd.demo.loopback import Loopback
from alertd.demo.mail_faults import Stage, Trouble, Troubles

_MAX_SIZE = 30_000_000
_LINE = 2000  # of commands; RFC 5321 asks for 512 at least


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Parsed when looked at: a server that parses while it takes mail would be the slow end of a benchmark."""
        return email.message_from_bytes(self.raw, policy=SMTP)


class MailSink(Loopback):
    """``port`` is for ``[email]``. ``latency``: seconds before each mail is taken. ``folder``: each mail as an .eml too.

    With ``tls`` it offers STARTTLS (or, with ``wrapped``, speaks TLS from the first byte); with ``login`` (name and
    password) it takes mail only from who logged in.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
        wrapped: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(_Session)
        self.mails: list[Mail] = []
        self.connections = 0
        self.latency = latency
        self.tls = tls
        self.wrapped = wrapped
        self.login = login
        self.troubles = Troubles()
        self._folder = folder
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()

    def fail_next(self, at: Stage, reply: str = "", *, times: int = 1, **how: Any) -> None:
        """The next ``times`` that a conversation comes to ``at``: that reply, a pause, or a hang-up.

        A reply of 421 hangs up too. ``how``: drop, seconds and keep, as in `Trouble`.
        """
        self.troubles.order(Trouble(at, reply, **how), times)

    def connected(self) -> None:
        with self._guard:
            self.connections += 1

    def take(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> int:
        """Keep the mail; gives its number here."""
        with self._guard:
            number = next(self._numbers)
            self.mails.append(Mail(sender, recipients, raw))
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = "".join(c if c.isalnum() or c in "@.-_" else "_" for c in recipients[0])
            (self._folder / f"{number:05d}-{name}.eml").write_bytes(raw)
        return number


class _Session(socketserver.StreamRequestHandler):
    """One conversation."""

    disable_nagle_algorithm = True

    def setup(self) -> None:
        self.sink = cast(MailSink, self.server.owner)  # type: ignore[attr-defined]
        self.sender = ""
        self.recipients: list[str] = []
        self.known = self.sink.login is None
        self.over = False
        if self.sink.wrapped:
            self._encrypt()
        super().setup()

    def handle(self) -> None:
        self.sink.connected()
        self._say("220 mail.example ESMTP", Stage.CONNECT)
        while not self.over:
            line = self.rfile.readline(_LINE)
            if not line:
                return
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            act = _COMMANDS.get(verb.upper())
            if act is None:
                self._say("502 5.5.2 command not recognised")
            else:
                act(self, rest)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            self.rfile.close()  # the client is gone, and what was left to say with it
        if isinstance(self.request, ssl.SSLSocket):
            self.sink.forget(self.request)
            self.request.close()

    def _say(self, usual: str, at: Stage | None = None, trouble: Trouble | None = None) -> bool:
        """Say the usual, or what was ordered for this stage; True if it was the usual."""
        trouble = trouble or (self.sink.troubles.next(at) if at is not None else None)
        if trouble is not None and trouble.seconds:
            self.sink.stopping.wait(trouble.seconds)
        if trouble is not None and trouble.drop:
            self.over = True
            return False
        reply = (trouble.reply if trouble is not None else "") or usual
        self.wfile.write(f"{reply}\r\n".encode())
        self.over = self.over or reply.startswith("421")
        return reply == usual

    def _hello(self, name: str) -> None:
        offers = [f"mail.example greets {name}", "8BITMIME", f"SIZE {_MAX_SIZE}"]
        if self.sink.tls is not None and not isinstance(self.request, ssl.SSLSocket):
            offers.append("STARTTLS")
        if self.sink.login is not None:
            offers.append("AUTH PLAIN LOGIN")
        self._say("\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]))

    def _simple_hello(self, _: str) -> None:
        self._say("250 mail.example")

    def _starttls(self, _: str) -> None:
        if self.sink.tls is None or isinstance(self.request, ssl.SSLSocket):
            self._say("502 5.5.1 not offered")
            return
        self._say("220 2.0.0 go ahead")
        self.rfile.close()
        self.wfile.close()
        self._encrypt()
        super().setup()

    def _encrypt(self) -> None:
        if self.sink.tls is None:
            raise ValueError("wrapped needs tls")
        self.sink.forget(self.request)
        self.request = self.sink.tls.wrap_socket(self.request, server_side=True)
        self.sink.adopt(self.request)

    def _auth(self, words: str) -> None:
        kind, _, first = words.partition(" ")
        try:
            if kind.upper() == "PLAIN":
                _, name, password = _decoded(first or self._ask("")).split("\0")
            else:
                name = _decoded(first or self._ask("Username:"))
                password = _decoded(self._ask("Password:"))
        except ValueError:
            self._say("501 5.5.2 cannot decode")
            return
        self.known = (name, password) == self.sink.login
        self._say("235 2.7.0 welcome" if self.known else "535 5.7.8 authentication credentials invalid")

    def _ask(self, what: str) -> str:
        self._say(f"334 {base64.b64encode(what.encode()).decode()}")
        return self.rfile.readline(_LINE).decode().strip()

    def _mail(self, words: str) -> None:
        if not self.known:
            self._say("530 5.7.0 authentication required")
        elif self._say("250 2.1.0 ok", Stage.MAIL):
            self.sender, self.recipients = _address(words), []

    def _rcpt(self, words: str) -> None:
        if not self.known:
            self._say("530 5.7.0 authentication required")
        elif self._say("250 2.1.5 ok", Stage.RCPT):
            self.recipients.append(_address(words))

    def _data(self, _: str) -> None:
        if not self.recipients:
            self._say("503 5.5.1 need RCPT first")
            return
        if not self._say("354 end with a dot", Stage.DATA):
            return
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                self.over = True
                return
            lines.append(line[1:] if line.startswith(b".") else line)
        self.sink.stopping.wait(self.sink.latency)
        trouble = self.sink.troubles.next(Stage.TEXT)
        usual = "250 2.0.0 ok"
        if trouble is None or trouble.keep or not (trouble.reply or trouble.drop):
            number = self.sink.take(self.sender, tuple(self.recipients), b"".join(lines))
            usual = f"250 2.0.0 ok: queued as {number}"
        self._say(usual, trouble=trouble)
        self.recipients = []

    def _reset(self, _: str) -> None:
        self.sender, self.recipients = "", []
        self._say("250 2.0.0 ok")

    def _noop(self, _: str) -> None:
        self._say("250 2.0.0 ok")

    def _quit(self, _: str) -> None:
        self._say("221 2.0.0 bye")
        self.over = True


_COMMANDS = {
    "EHLO": _Session._hello,
    "HELO": _Session._simple_hello,
    "STARTTLS": _Session._starttls,
    "AUTH": _Session._auth,
    "MAIL": _Session._mail,
    "RCPT": _Session._rcpt,
    "DATA": _Session._data,
    "RSET": _Session._reset,
    "NOOP": _Session._noop,
    "QUIT": _Session._quit,
}


def _address(words: str) -> str:  # FROM:<a@b> SIZE=…
    return words.partition("<")[2].partition(">")[0]


def _decoded(text: str) -> str:
    return base64.b64decode(text, validate=True).decode()
