"""A few connections to the mail server, each used again and again. It opens and counts them and sends nothing itself."""

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from alertd.errors import CannotRun, Fault, Misconfigured, Said
from alertd.settings.address import is_loopback
from alertd.settings.shapes import Email

# Servers hang up on idle clients after minutes; a NOOP after a few seconds costs nothing, one per mail would cost a
# round trip each.
_CHECK_AFTER = 5.0

# After a 421 one connection stays; so many mails in a row without another 421 let one more be opened.
_GROW_AFTER = 20


class Connection:
    """One SMTP session, ready for MAIL."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp
        self.fresh = True  # nothing was sent through it yet
        self.last_used = time.monotonic()

    def is_alive(self) -> bool:
        if time.monotonic() - self.last_used < _CHECK_AFTER:
            return True
        try:
            return self.smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self) -> None:
        self.smtp.close()

    def quit(self) -> None:
        try:
            self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()


class MailPool:
    """Up to ``settings.connections`` sessions at once; fewer after a 421. Thread-safe."""

    def __init__(self, settings: Email, *, folder: Path, hello: str) -> None:
        """``hello``: the name for EHLO. Raises Misconfigured, and CannotRun for an unreadable ca_file."""
        if settings.security == "none" and not is_loopback(settings.host):
            what = Said(
                f"email.security: none, but {settings.host} is another machine",
                f"email.security: none, nhưng {settings.host} là máy khác",
            )
            cure = Said('write "starttls" or "tls"', 'đề nghị viết "starttls" hoặc "tls"')
            raise Misconfigured([Fault("config.toml", 0, 0, what, cure)])
        self._settings = settings
        self._hello = hello
        self._tls = _tls(settings, folder)
        self._timeout = float(settings.timeout.seconds())
        self._ready = threading.Condition()
        self._idle: list[Connection] = []
        self._used = 0
        self._limit = settings.connections
        self._quiet = 0
        self._closed = False

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """A session of one's own; afterwards it goes back, or is closed where the block raised.

        Raises what opening raises: smtplib.SMTPException, OSError (ssl's errors among them).
        """
        with self._ready:
            self._ready.wait_for(lambda: self._used < self._limit)
            self._used += 1
        connection = None
        try:
            connection = self._idle_one() or self.open()
            yield connection
        except BaseException:
            if connection is not None:
                connection.close()
            connection = None
            raise
        finally:
            self._back(connection)

    def open(self) -> Connection:
        """A new session: greeted, encrypted as configured, logged in."""
        settings = self._settings
        smtp = self._connected()
        try:
            if settings.security == "starttls":
                smtp.ehlo_or_helo_if_needed()
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if settings.username:
                smtp.login(settings.username, settings.password.reveal() if settings.password else "")
        except BaseException:
            smtp.close()
            raise
        return Connection(smtp)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, self._hello, timeout=self._timeout, context=self._tls)
        return smtplib.SMTP(host, port, self._hello, timeout=self._timeout)

    def slow_down(self) -> None:
        """The server said 421 (too many connections, or shutting down): one at a time for now."""
        with self._ready:
            self._limit, self._quiet = 1, 0

    def went_well(self) -> None:
        with self._ready:
            if self._limit < self._settings.connections:
                self._quiet += 1
                if self._quiet >= _GROW_AFTER:
                    self._limit, self._quiet = self._limit + 1, 0
                    self._ready.notify()

    def close(self) -> None:
        """Close what is idle now, and what comes back later."""
        with self._ready:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

    def _idle_one(self) -> Connection | None:
        while True:
            with self._ready:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.is_alive():
                return connection
            connection.close()

    def _back(self, connection: Connection | None) -> None:
        with self._ready:
            self._used -= 1
            room = not self._closed and self._used + len(self._idle) < self._limit
            if connection is not None and room:
                connection.fresh = False
                connection.last_used = time.monotonic()
                self._idle.append(connection)
                connection = None
            self._ready.notify()
        if connection is not None:
            connection.quit()


def hello_name(domain: str) -> str:
    """This machine's name if it is a full one, else the sender's domain; never a look-up, which can hang for seconds."""
    name = socket.gethostname()
    return name if "." in name else domain


def _tls(settings: Email, folder: Path) -> ssl.SSLContext:
    if (
        settings.security == "none" and settings.ca_file is None
    ):  # reading all authorities takes 28 ms, and nobody is asked for one
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        path = folder / settings.ca_file
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:
            reason = "no certificate in it" if isinstance(error, ssl.SSLError) else error.strerror
            raise CannotRun(
                Said(
                    f"email.ca_file {path}: {reason}; name a PEM file with the server's authority",
                    f"email.ca_file {path}: {reason}; đề nghị nêu tệp PEM có chứng thư của máy chủ",
                )
            ) from None
    return context
