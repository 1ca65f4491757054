"""Three mornings of the make-believe city: a look ahead, the first day, a held cycle, the month's bulletin; a few people answer.
It prints nothing."""

import io
import json
import re
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from alertd.demo.bot_api import BotApi
from alertd.demo.bot_sent import Sent
from alertd.demo.city import City
from alertd.demo.days import MORNINGS
from alertd.demo.feed import Feed
from alertd.demo.mail_sink import MailSink
from alertd.demo.people import people
from alertd.demo.site import CLOSED_ON, move_files, serve_files, write_site
from alertd.demo.units import units
from alertd.model.directory import Contact, Directory

Run = Callable[[Sequence[str]], int]
_LINK = re.compile(r"https://t\.me/\w+\?start=([A-Za-z0-9_-]+)")
_CYCLE = re.compile(r"notices discard --cycle (\d+)")
_LATE = re.compile(r"(H26\S+) · [^\n]*quá \d+ ngày")
_BREATH = 1.1  # seconds: the bot server takes one message a second for a chat
_EARLY = (timedelta(minutes=90), timedelta(minutes=60))  # before the first morning
_FIRST_CHAT = 5001
_OFFICE = "H26.VP"  # as in the city's own config
_DISPUTE = "Phản ánh số liệu"
_WRONG = "Hồ sơ đã trả kết quả, phần mềm một cửa chưa cập nhật; có phiếu trả kết quả kèm theo"
_SECOND = "Lê Thu Sương"  # of the office
_MONTH = "2026-09"


@dataclass(frozen=True, slots=True)
class Head:
    """A head whose mailbox and telephone are looked at. ``chat``: his number in Telegram; 0: he has none."""

    contact: Contact
    unit_name: str
    chat: int


@dataclass(frozen=True, slots=True)
class Morning:
    """What one morning brought: the code of the run, and what arrived after it began."""

    at: datetime
    code: int
    mails: tuple[EmailMessage, ...]
    chats: tuple[Sent, ...]


class Play:
    """A context manager. ``say`` hears what comes next; ``run`` runs a command of alertd's by its words and gives its exit code.
    Everything that is sent stands in ``folder``/mail and ``folder``/telegram afterwards."""

    def __init__(self, folder: Path, run: Run, say: Callable[[str], None] = lambda _: None) -> None:
        self.folder, self.say = folder, say
        self.city = City()
        self.failed: list[str] = []  # commands that ended otherwise than they should, each in words with its exit code
        self._opened = set[str]()  # links, by their token
        self._run = run
        self._stack = ExitStack()
        today = MORNINGS[0].date()
        directory = Directory(tuple(units()), tuple(people(units(), self.city.seed)))
        offices = directory.people(_OFFICE, today)
        self.office = next((found.email for found in offices if found.email), "")
        self.office_head = next(found.name for found in offices)
        named = [heads[0] for code in self.city.troubled if (heads := directory.heads(code, today))]
        # the first two have a telephone, the third reads mail
        self.heads = tuple(
            Head(contact, directory.name_of(contact.unit), _FIRST_CHAT + number if number < 2 else 0)
            for number, contact in enumerate(found for found in named if found.email)
            if number < 3
        )

    def __enter__(self) -> Self:
        self.feed = self._stack.enter_context(Feed())
        self.bot = self._stack.enter_context(BotApi(folder=self.folder / "telegram", per_second=30, per_chat_second=1))
        self.mail = self._stack.enter_context(MailSink(folder=self.folder / "mail"))
        url = serve_files(self.feed, self.city, MORNINGS[0])
        self.config = write_site(
            self.folder / "site",
            city=self.city,
            feed_url=url,
            bot_url=self.bot.root,
            mail_port=self.mail.port,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def mornings(self) -> Iterator[Morning]:
        """One after the other; between them people open the links that were mailed to them, and press a button. The first
        begins with a look at what it would send, and with the beginning itself; on the second a head says that a figure is
        wrong; on the last the one-stop system errs."""
        first, second, last = MORNINGS
        for at in MORNINGS:
            if at == first:
                self._read_twice(at)
            self._serve(at)
            if at == first:
                self._begin(at)
            if at == last:
                serve_files(self.feed, self.city, at, mistaken=True)
            yield self._morning(at)
            self._answer()
            if at == second:
                yield from self._disputed(at)
        if cycle := self._held():
            self.say("The office has the due dates repaired: what was not true ends by itself, and nobody was accused")
            repaired, released = last + timedelta(minutes=30), last + timedelta(minutes=45)
            serve_files(self.feed, self.city, repaired)
            yield self._morning(repaired)
            self.say(f"It lets the rest of cycle {cycle} go")
            reason = ("--reason", "đã sửa ngày hẹn trả")
            self.alertd("notices", "release", "--cycle", cycle, *reason, "--now", released.isoformat())
            yield self._morning(released)

    @property
    def bulletin(self) -> Path:
        """The folder with the files of the bulletin."""
        return self.folder / "bulletin"

    def reports(self) -> Iterator[str]:
        """What the index's report and the bulletin say, after the last morning; a named person releases the bulletin."""
        at = MORNINGS[-1] + timedelta(hours=1)
        now = ("--now", at.isoformat())
        self.say("The index of the city: what is lost, what can still be won, and until when")
        yield self._quietly("index", *now)
        self.say(
            f"The bulletin of {_MONTH}, of which the office got the draft this morning, is released by {self.office_head}"
        )
        reason = ("--release", "--by", self.office_head, "--reason", "Theo chỉ đạo của lãnh đạo UBND Thành phố")
        yield self._quietly("bulletin", _MONTH, "--out", str(self.bulletin), *reason, *now)

    def alertd(self, *words: str, expected: int = 0) -> int:
        code = self._run([*words, "--config", str(self.config)])
        if code != expected:
            self.failed.append(f"exit code {code} in place of {expected}: alertd {shlex.join(words)}")
        return code

    def _quietly(self, *words: str, expected: int = 0) -> str:
        """What a command prints."""
        with redirect_stdout(io.StringIO()) as said:
            self.alertd(*words, expected=expected)
        return said.getvalue()

    def _serve(self, at: datetime) -> None:
        """What the systems of the city hold at that moment."""
        serve_files(self.feed, self.city, at)
        move_files(self.folder / "site", self.city, at)

    def _read_twice(self, at: datetime) -> None:
        """Early in the morning, when nobody is told: what differs between the city and the portal counts once it was seen twice."""
        self.say(
            "Before office hours: all sources are read twice, so that what differs from the portal is no delay of an hour"
        )
        for early in _EARLY:
            self._serve(at - early)
            self._quietly(*_run(at - early))

    def _begin(self, at: datetime) -> None:
        now = ("--now", at.isoformat())
        self.say("Before anything is sent: what the first day would bring, without a trace")
        self.alertd("go-live", *now)
        for head in self._telephones():
            self.alertd("contacts", "invite", head.contact.unit, *now)
        self.say("Go-live: the backlog is taken as known, each head gets one summary")
        self.alertd("go-live", "--yes", *now)

    def _morning(self, at: datetime) -> Morning:
        mails, chats = len(self.mail.mails), len(self.bot.sent)
        self.say(f"{at:%A %d/%m/%Y, %H:%M}")
        code = self.alertd(*_run(at), expected=_code(at))
        return Morning(at, code, tuple(mail.message for mail in self.mail.mails[mails:]), tuple(self.bot.sent[chats:]))

    def _disputed(self, at: datetime) -> Iterator[Morning]:
        """A head says by the button of a notice that one of its records is wrong, and why; the office answers, two persons
        together."""
        head = self._telephones()[-1]
        pressed = [label for sent in self._to(head) for label in sent.buttons if label[0] == _DISPUTE]
        if not pressed:
            return
        self.say(f"{head.contact.name} presses “{_DISPUTE}” under a notice, chooses a record and says why")
        mails, chats = len(self.mail.mails), len(self.bot.sent)
        self.bot.press(head.chat, pressed[0][1])
        self._a_moment_later(at, 5)
        late = [code for sent in self._to(head) for code in _LATE.findall(sent.seen)]
        if offered := sorted(self._to(head)[-1].buttons, key=lambda button: button[0] not in late):
            self.bot.press(head.chat, offered[0][1])
            self._a_moment_later(at, 6)
        question = self._to(head)[-1].seen
        reason = _WRONG if offered or not late else f"{late[0]} {_WRONG}"  # of many records the code is asked for
        self.bot.message(head.chat, reason, quoted=question)
        self._a_moment_later(at, 7)
        new = tuple(mail.message for mail in self.mail.mails[mails:])
        yield Morning(at + timedelta(minutes=7), 0, new, tuple(self.bot.sent[chats:]))
        self._answer_dispute(at + timedelta(hours=2))

    def _a_moment_later(self, at: datetime, minutes: int) -> None:
        time.sleep(_BREATH)
        self._quietly(*_run(at + timedelta(minutes=minutes)), expected=_code(at))

    def _answer_dispute(self, at: datetime) -> None:
        now = ("--now", at.isoformat())
        disputes = json.loads(self._quietly("alerts", "disputes", "--json", *now) or "[]")
        if not disputes:
            return
        alert = str(disputes[0]["alert"])
        self.say(
            "The office upholds it: the record is left out until the source is corrected, and a second person confirms"
        )
        until, reason = (
            ("--exclude-until", "2026-10-16"),
            ("--reason", "Phiếu trả kết quả ghi đã trả; chờ phần mềm cập nhật"),
        )
        self.alertd("alerts", "uphold", alert, *until, *reason, "--by", self.office_head, *now)
        self.alertd("alerts", "confirm", alert, "--by", _SECOND, *now)

    def _to(self, head: Head) -> list[Sent]:
        return [sent for sent in self.bot.sent if sent.chat_id == head.chat]

    def _held(self) -> str:
        """The cycle about which the office was asked last, by its number."""
        for mail in reversed(self.mail.mails):
            body = mail.message.get_body(("plain",))
            if body is not None and (found := _CYCLE.search(body.get_content())):
                return found[1]
        return ""

    def _telephones(self) -> list[Head]:
        return [head for head in self.heads if head.chat]

    def _answer(self) -> None:
        """Who was mailed a link opens it; who has a notice with the button of receipt under it presses the last one."""
        for head in self._telephones():
            for mail in self.mail.mails:
                token = _token(mail.message) if mail.recipients == (head.contact.email,) else ""
                if token and token not in self._opened:
                    self._opened.add(token)
                    self.bot.message(head.chat, f"/start {token}")
        first = self._telephones()[0] if self._telephones() else None
        received = (
            [data for sent in self._to(first) for _, data in sent.buttons if data.startswith("ack:")] if first else []
        )
        if first and received:
            self.bot.press(first.chat, received[-1])


def _run(at: datetime) -> tuple[str, ...]:
    return ("run", "--once", "--now", at.isoformat())


def _code(at: datetime) -> int:
    """With which exit code a run of that day ends: on one of them a source cannot be read."""
    return 1 if at.date() == CLOSED_ON else 0


def _token(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    found = _LINK.search(body.get_content()) if body is not None else None
    return found[1] if found else ""


def text_of(mail: EmailMessage) -> str:
    """Subject and plain text of a mail, with the names of what is attached."""
    body = mail.get_body(("plain",))
    attached = [f"[{part.get_filename()}]" for part in mail.iter_attachments()]
    lines = [str(mail["Subject"]), "", body.get_content().strip() if body is not None else "", *attached]
    return "\n".join(lines)
