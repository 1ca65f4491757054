"""A mailbox on loopback that speaks as much IMAP4rev1 as a reader of mail needs; it keeps the mails and their flags."""

import base64
import re
import socketserver
from dataclasses import dataclass, field
from typing import cast

from alertd.demo.loopback import Loopback

LOGIN = ("bao-loi", 'p"w\\d')
_LITERAL = re.compile(rb"\{(\d+)\}$")


@dataclass
class Kept:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer(Loopback):
    """``plain``: AUTHENTICATE PLAIN is offered; else LOGIN alone. ``validity``: another one makes all numbers begin anew."""

    def __init__(self, *, plain: bool = True) -> None:
        super().__init__(_Session)
        self.mails: list[Kept] = []
        self.plain = plain
        self.validity = 1
        self.sessions = 0
        self.refuse_store = False

    def put(self, raw: bytes) -> Kept:
        kept = Kept(
            max((mail.uid for mail in self.mails), default=0) + 1, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        )
        self.mails.append(kept)
        return kept


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.server_ = cast(ImapServer, self.server.owner)  # type: ignore[attr-defined]
        self.server_.sessions += 1
        self.known = self.selected = self.over = False
        self._say("* OK IMAP4rev1 ready")
        while not self.over and (line := self.rfile.readline()):
            tag, _, rest = line.strip().partition(b" ")
            self._answer(tag.decode(), self._whole(rest).decode())

    def _whole(self, rest: bytes) -> bytes:
        while found := _LITERAL.search(rest):
            self._say("+ go on")
            rest = rest[: found.start()] + b'"' + self.rfile.read(int(found[1])) + b'"' + self.rfile.readline().strip()
        return rest

    def _answer(self, tag: str, command: str) -> None:
        word, _, rest = command.partition(" ")
        act = getattr(self, f"_{word.lower()}", None)
        if act is None:
            self._say(f"{tag} BAD unknown command")
        elif word.upper() in ("SELECT", "UID") and not self.known:
            self._say(f"{tag} NO log in first")
        else:
            self._say(f"{tag} {act(rest)}")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _capability(self, _: str) -> str:
        self._say("* CAPABILITY IMAP4rev1" + (" AUTH=PLAIN" if self.server_.plain else ""))
        return "OK done"

    def _login(self, rest: str) -> str:
        words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r'"((?:[^"\\]|\\.)*)"', rest)]
        return self._enter(tuple(words))

    def _authenticate(self, _: str) -> str:
        self._say("+ ")
        _, name, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
        return self._enter((name, password))

    def _enter(self, given: tuple[str, ...]) -> str:
        self.known = given == LOGIN
        return "OK logged in" if self.known else "NO [AUTHENTICATIONFAILED] invalid credentials"

    def _select(self, rest: str) -> str:
        if rest.strip('"') != "INBOX":
            return "NO [NONEXISTENT] no such mailbox"
        self.selected = True
        self._say(f"* {len(self.server_.mails)} EXISTS")
        self._say("* FLAGS (\\Seen)")
        self._say(f"* OK [UIDVALIDITY {self.server_.validity}] valid")
        return "OK [READ-WRITE] selected"

    def _uid(self, rest: str) -> str:
        word, _, more = rest.partition(" ")
        return {"SEARCH": self._search, "FETCH": self._fetch, "STORE": self._store}[word.upper()](more)

    def _search(self, rest: str) -> str:
        first = int(re.findall(r"UID (\d+):\*", rest)[0])
        uids = [mail.uid for mail in self.server_.mails]
        # "n:*" means from n or the newest, whichever is less (RFC 3501)
        found = [uid for uid in uids if uid >= first] or uids[-1:]
        self._say(" ".join(["* SEARCH", *map(str, found)]))
        return "OK done"

    def _fetch(self, rest: str) -> str:
        uid, most = map(int, re.findall(r"^(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)$", rest)[0])
        for place, mail in enumerate(self.server_.mails, 1):
            if mail.uid == uid:
                raw = mail.raw[:most]
                self.wfile.write(f"* {place} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return "OK done"

    def _store(self, rest: str) -> str:
        if self.server_.refuse_store:
            return "NO this mailbox is for reading"
        uid, flags = re.findall(r"^(\d+) \+FLAGS\.SILENT \((.*)\)$", rest)[0]
        for mail in self.server_.mails:
            if mail.uid == int(uid):
                mail.flags |= set(flags.split())
        return "OK done"

    def _noop(self, _: str) -> str:
        return "OK done"

    def _logout(self, _: str) -> str:
        self.over = True
        self._say("* BYE")
        return "OK done"
