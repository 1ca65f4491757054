"""Where mail servers' reports lie: a mailbox by IMAP, or a folder of messages. It reads, and marks what was handled."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from alertd.channels.base import one_line
from alertd.channels.returned import MOST
from alertd.errors import CannotRun, SourceFailed
from alertd.model.returned import RawMail
from alertd.settings.shapes import Email

_AT_ONCE = 200  # mails in one run; the others follow with the next
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload")
_Faults = (imaplib.IMAP4.error, OSError)


class OpenBox(Protocol):
    """A box while it is open. ``place``: what the numbers of its mails are counted in; with another place they begin anew."""

    @property
    def place(self) -> str: ...

    def after(self, number: int) -> Iterator[RawMail]:
        """Mails with a higher number, the lowest first, not more than are good for one run; of each the first bytes. Raises
        SourceFailed."""
        ...

    def done(self, mail: RawMail, *, ours: bool) -> None:
        """It was handled; one that is not ours is left where a person sees it. Raises SourceFailed."""
        ...


class ReturnBox(Protocol):
    def opened(self) -> AbstractContextManager[OpenBox]:
        """Raises SourceFailed with the cure."""
        ...

    def probe(self) -> str:
        """Look in without marking anything and say what was seen. Raises CannotRun with the cure."""
        ...


def return_box(email: Email, folder: Path) -> ReturnBox | None:
    """As [email.bounces] says; None where it names neither mailbox nor folder. ``folder``: where relative paths start."""
    settings = email.bounces
    if settings.host:
        return ImapBox(email, folder)
    return FolderBox(folder / settings.folder) if settings.folder is not None else None


class FolderBox:
    """Each file is a mail. What was handled goes to ``done``, what is not ours to ``other``, both inside the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def opened(self) -> Iterator[OpenBox]:
        yield _OpenFolder(self._folder)

    def probe(self) -> str:
        try:
            found = sum(1 for _ in _OpenFolder(self._folder).after(0))
        except SourceFailed as error:
            raise CannotRun(str(error)) from None
        return f"{self._folder}: {found} messages"


class _OpenFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = f"folder:{folder.name}"

    def after(self, number: int) -> Iterator[RawMail]:  # noqa: ARG002 - files have no numbers: what was handled is moved away
        try:
            files = sorted(path for path in self._folder.iterdir() if _is_whole(path))[:_AT_ONCE]
        except OSError as error:
            what = f"[email.bounces] folder {self._folder}: {error.strerror}; create it, or check its owner and mode"
            raise SourceFailed("unreachable", what) from None
        for path in files:
            with suppress(OSError):  # taken away meanwhile, or not to be read: it stays for the next time
                before = path.stat()
                with path.open("rb") as file:
                    raw = file.read(MOST)
                after = path.stat()
                if raw and (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                    yield RawMail(0, path.name, raw)

    def done(self, mail: RawMail, *, ours: bool) -> None:
        target = self._folder / ("done" if ours else "other")
        try:
            target.mkdir(mode=0o700, exist_ok=True)
            number, to = 0, target / mail.name
            while to.exists():
                number += 1
                to = target / f"{mail.name}.{number}"
            (self._folder / mail.name).rename(to)
        except OSError as error:
            what = f"[email.bounces] {mail.name} cannot be moved to {target} ({error.strerror}); check owner and mode"
            raise SourceFailed("refused", what) from None


def _is_whole(path: Path) -> bool:
    """A file that is no longer being written, as far as its name tells."""
    hidden = path.name.startswith(".") or path.suffix.lower() in _UNFINISHED
    return not hidden and path.is_file() and not path.is_symlink()


class ImapBox:
    """One session for each run. It keeps what was handled flagged as seen, and leaves what is not ours as it is."""

    def __init__(self, email: Email, folder: Path) -> None:
        self._settings, self._timeout = email.bounces, float(email.timeout.seconds())
        self._ca_file = folder / email.ca_file if email.ca_file is not None else None

    @contextmanager
    def opened(self) -> Iterator[OpenBox]:
        try:
            imap = self._logged_in()
        except _Faults as error:
            raise self.failed(error) from None
        try:
            yield _OpenMailbox(self, imap, self._selected(imap))
        finally:
            with suppress(*_Faults):
                imap.logout()

    def probe(self) -> str:
        settings = self._settings
        try:
            with self.opened() as box:
                return f"{settings.host}:{settings.port}: mailbox {settings.mailbox} is open ({box.place.rpartition(':')[2]})"
        except SourceFailed as error:
            raise CannotRun(str(error)) from None

    def _logged_in(self) -> imaplib.IMAP4:
        settings = self._settings
        if settings.security == "tls":
            imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                settings.host, settings.port, ssl_context=self._tls(), timeout=self._timeout
            )
        else:
            imap = imaplib.IMAP4(settings.host, settings.port, timeout=self._timeout)
        try:
            if settings.security == "starttls":
                imap.starttls(ssl_context=self._tls())
            password = settings.password.reveal() if settings.password is not None else ""
            if "AUTH=PLAIN" in imap.capabilities:
                imap.authenticate("PLAIN", lambda _: f"\0{settings.username}\0{password}".encode())
            else:
                imap.login(_quoted(settings.username), password)
        except BaseException:
            with suppress(*_Faults):
                imap.shutdown()
            raise
        return imap

    def _selected(self, imap: imaplib.IMAP4) -> str:
        """Open the mailbox; gives what its numbers are counted in."""
        settings = self._settings
        try:
            said, why = imap.select(_quoted(settings.mailbox))
            if said != "OK":
                raise imaplib.IMAP4.error(f"mailbox {settings.mailbox}: {why!r}")
            _, validity = imap.response("UIDVALIDITY")
        except _Faults as error:
            raise self.failed(error) from None
        number = re.sub(rb"\D", b"", validity[0] or b"").decode() if validity else ""
        return f"imap:{settings.username}@{settings.host}/{settings.mailbox}:{number or '0'}"

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(cafile=self._ca_file)
        return context

    def failed(self, error: Exception) -> SourceFailed:
        settings = self._settings
        said = one_line(" ".join(str(each) for each in error.args) or type(error).__name__)
        if settings.password is not None:
            said = said.replace(settings.password.reveal(), "…")
        cure = "check [email.bounces] host, port, security, username, password and mailbox"
        return SourceFailed("unreachable", f"mailbox for reports {settings.host}:{settings.port}: {said}; {cure}")


class _OpenMailbox:
    def __init__(self, box: ImapBox, imap: imaplib.IMAP4, place: str) -> None:
        self._box, self._imap, self.place = box, imap, place

    def after(self, number: int) -> Iterator[RawMail]:
        found = self._ask("SEARCH", f"UID {number + 1}:*")
        listed = [int(uid) for line in found if isinstance(line, bytes) for uid in line.split() if uid.isdigit()]
        # "n:*" names the newest mail even where its number is below n
        for uid in sorted(each for each in listed if each > number)[:_AT_ONCE]:
            answer = self._ask("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST}>)")
            raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            yield RawMail(uid, f"UID {uid}", raw)

    def done(self, mail: RawMail, *, ours: bool) -> None:
        if ours:
            self._ask("STORE", str(mail.number), "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        try:
            said, answer = self._imap.uid(command, *words)
            if said != "OK":
                raise imaplib.IMAP4.error(f"{command}: {answer!r}")
        except _Faults as error:
            raise self._box.failed(error) from None
        return list(answer)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
