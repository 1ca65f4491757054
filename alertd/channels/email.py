"""E-mail as a way out: one mail to one address through a pool of connections, and what the server said, step by step."""

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alertd.channels.base import one_line
from alertd.channels.email_message import BadAddress, mail_of, sender_of
from alertd.channels.email_pool import Connection, MailPool, hello_name
from alertd.errors import CannotRun, Fault, Misconfigured, Said
from alertd.model.message import Outcome, Outgoing, Result, Scope
from alertd.model.words import ChannelName
from alertd.settings.shapes import Email

# A login that is refused stays refused until someone edits the config; servers lock out who asks too often.
_LOGIN_PAUSE = 60.0
_CLOSING = 421  # too many connections, or shutting down
_NEEDS_LOGIN = (530, 535, 538)  # said at MAIL or RCPT: the operator's fault, not the recipient's
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)  # a line of one dot would end the text


class _Said(Exception):
    """The server's "no" before the text went out; the session is of no further use."""

    def __init__(self, outcome: Outcome, code: int = 0) -> None:
        self.outcome = outcome
        self.code = code
        super().__init__(outcome.detail)


class _Stale(Exception):
    """A session that was used before had died in the meantime: nothing was sent, so another is opened."""


class EmailChannel:
    """Sends through the configured server. ``address`` is a bare mail address."""

    name = ChannelName.EMAIL

    def __init__(self, settings: Email, *, folder: Path, clock: Callable[[], datetime]) -> None:
        """``folder``: where ca_file starts; ``clock`` gives the Date header. Raises Misconfigured, CannotRun."""
        self._settings = settings
        self._clock = clock
        self.width = settings.connections
        try:
            self._sender = sender_of(settings.sender)
        except BadAddress as error:
            sample = '"alertd <alertd@example.gov.vn>"'
            what = Said(f"email.sender: {error}", "email.sender: không phải là một địa chỉ thư điện tử")
            cure = Said(f"write {sample}", f"đề nghị viết {sample}")
            raise Misconfigured([Fault("config.toml", 0, 0, what, cure)]) from None
        self._pool = MailPool(settings, folder=folder, hello=hello_name(self._sender.domain))

    def send(self, outgoing: Outgoing) -> Outcome:
        try:
            mail = mail_of(outgoing, sender=self._sender, now=self._clock())
        except BadAddress as error:
            return Outcome(Result.ADDRESS_REFUSED, one_line(str(error)))
        except ValueError as error:
            return Outcome(Result.CONTENT_REFUSED, one_line(str(error)))
        content = mail.as_bytes()
        while True:
            try:
                outcome = self._attempt(outgoing.address, content)
            except _Stale:
                continue  # each round uses up one idle session, so this ends with a fresh one
            except _Said as said:
                if said.code == _CLOSING:
                    self._pool.slow_down()
                return said.outcome
            if outcome.result is Result.ACCEPTED:
                self._pool.went_well()
            return outcome

    def probe(self) -> str:
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            connection = self._pool.open()
        except (smtplib.SMTPException, OSError) as error:
            raise CannotRun(self._not_ready(error).detail) from None
        sock = connection.smtp.sock
        seen = sock.version() if isinstance(sock, ssl.SSLSocket) else "not encrypted"
        connection.quit()
        return f"{where}: ready, {seen}" + (", logged in" if self._settings.username else "")

    def close(self) -> None:
        self._pool.close()

    def _attempt(self, address: str, content: bytes) -> Outcome:
        in_session = False
        try:
            with self._pool.connection() as connection:
                in_session = True  # from here on the errors are those of the session, not of its opening
                return _deliver(connection, self._sender.addr_spec, address, content)
        except (smtplib.SMTPException, OSError) as error:
            if in_session:
                raise _Said(_broken(error)) from None
            code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
            raise _Said(self._not_ready(error), code) from None

    def _not_ready(self, error: Exception) -> Outcome:
        """No session: nothing was sent, and nothing will be until the server or the config changes."""
        where = f"{self._settings.host}:{self._settings.port}"
        pause = 0.0
        if isinstance(error, smtplib.SMTPAuthenticationError):
            pause = _LOGIN_PAUSE
            what = (
                f"the login was refused ({_reply(error.smtp_code, error.smtp_error)}); check [email] username, password"
            )
        elif isinstance(error, ssl.SSLCertVerificationError):
            what = f"its certificate is not trusted ({error.verify_message}); check [email] host, or set ca_file"
        elif isinstance(error, ssl.SSLError):
            what = f"no encrypted connection ({error.reason}); check [email] port and security"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            what = f"it does not offer what the config asks for ({error}); check [email] security and username"
        elif isinstance(error, smtplib.SMTPResponseException):
            what = f"it answered {_reply(error.smtp_code, error.smtp_error)}"
        else:
            what = f"not reached ({str(error) or type(error).__name__}); check [email] host and port"
        password = self._settings.password
        detail = f"mail server {where}: {what}"
        if password is not None:
            detail = detail.replace(password.reveal(), "…")
        return Outcome(Result.RETRY, one_line(detail), retry_after=pause, scope=Scope.CHANNEL)


def _deliver(connection: Connection, sender: str, address: str, content: bytes) -> Outcome:
    """One mail through one session. Raises _Said, _Stale, and smtplib's errors where the text was not sent whole."""
    smtp = connection.smtp
    options = [f"SIZE={len(content)}"] if smtp.has_extn("size") else []
    try:
        code, text = smtp.mail(sender, options)
    except (smtplib.SMTPServerDisconnected, OSError):
        if connection.fresh:
            raise
        raise _Stale from None
    if code == _CLOSING and not connection.fresh:
        raise _Stale
    if code != 250:
        too_large = code == 552
        refused = Result.CONTENT_REFUSED if too_large else Result.RETRY
        raise _Said(Outcome(refused, f"at MAIL: {_reply(code, text)}", scope=Scope.CHANNEL), code)
    code, text = smtp.rcpt(address)
    if code not in (250, 251):
        permanent = code >= 500 and code not in _NEEDS_LOGIN
        refused = Result.ADDRESS_REFUSED if permanent else Result.RETRY
        return _no(connection, Outcome(refused, f"at RCPT: {_reply(code, text)}"), code)
    code, text = smtp.docmd("DATA")
    if code != 354:
        return _no(connection, _refused_text(code, text), code)
    smtp.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
    try:
        code, text = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise _Said(Outcome(Result.UNCERTAIN, one_line(f"no answer after the text: {error}"))) from None
    if code == 250:
        return Outcome(Result.ACCEPTED, server_id=_reply(code, text))
    if code < 400:
        raise _Said(Outcome(Result.UNCERTAIN, f"a strange answer after the text: {_reply(code, text)}"))
    return _no(connection, _refused_text(code, text), code)


def _no(connection: Connection, outcome: Outcome, code: int) -> Outcome:
    """The mail was refused and the session lives on, unless the server takes leave of it."""
    if code == _CLOSING:
        raise _Said(outcome, code)
    try:
        ready = connection.smtp.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        ready = False
    if not ready:
        raise _Said(outcome)
    return outcome


def _refused_text(code: int, text: bytes) -> Outcome:
    refused = Result.CONTENT_REFUSED if code >= 500 else Result.RETRY
    return Outcome(refused, f"at DATA: {_reply(code, text)}")


def _broken(error: Exception) -> Outcome:
    return Outcome(Result.RETRY, one_line(f"the connection broke before the text was sent whole: {error}"))


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {words}")
