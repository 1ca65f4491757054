"""Three mornings of the make-believe city: a rehearsal, the first day, a held cycle; a few people answer. It prints nothing."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
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
from alertd.demo.site import move_files, serve_files, write_rehearsal, write_site
from alertd.demo.units import units
from alertd.model.directory import Contact, Directory

Run = Callable[[Sequence[str]], int]
_LINK = re.compile(r"https://t\.me/\w+\?start=([A-Za-z0-9_-]+)")
_CYCLE = re.compile(r"notices discard --cycle (\d+)")
_FIRST_CHAT = 5001
_OFFICE = "H26.VP"  # as in the city's own config


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
        self._run = run
        self._stack = ExitStack()
        today = MORNINGS[0].date()
        directory = Directory(tuple(units()), tuple(people(units(), self.city.seed)))
        offices = directory.people(_OFFICE, today)
        self.office = next((found.email for found in offices if found.email), "")
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
        begins with a look at what it would send, and with the beginning itself; on the last the one-stop system errs."""
        first, *_, last = MORNINGS
        for at in MORNINGS:
            serve_files(self.feed, self.city, at)
            move_files(self.folder / "site", self.city, at)
            if at == first:
                self._begin(at)
            if at == last:
                serve_files(self.feed, self.city, at, mistaken=True)
            yield self._morning(at)
            self._answer()
        if cycle := self._held():
            self.say("The office has the due dates repaired: what was not true ends by itself, and nobody was accused")
            repaired, released = last + timedelta(minutes=30), last + timedelta(minutes=45)
            serve_files(self.feed, self.city, repaired)
            yield self._morning(repaired)
            self.say(f"It lets the rest of cycle {cycle} go")
            reason = ("--reason", "đã sửa ngày hẹn trả")
            self.alertd("notices", "release", "--cycle", cycle, *reason, "--now", released.isoformat())
            yield self._morning(released)

    def alertd(self, *words: str, config: Path | None = None) -> int:
        return self._run([*words, "--config", str(config or self.config)])

    def _begin(self, at: datetime) -> None:
        now = ("--now", at.isoformat())
        self.say("Rehearsal: what the first day would send, without a trace")
        self.alertd("go-live", *now, config=write_rehearsal(self.config))
        for head in self._telephones():
            self.alertd("contacts", "invite", head.contact.unit, *now)
        self.say("Go-live: the backlog is taken as known, each head gets one summary")
        self.alertd("go-live", "--yes", *now)

    def _morning(self, at: datetime) -> Morning:
        mails, chats = len(self.mail.mails), len(self.bot.sent)
        self.say(f"{at:%A %d/%m/%Y, %H:%M}")
        code = self.alertd("run", "--once", "--now", at.isoformat())
        return Morning(at, code, tuple(mail.message for mail in self.mail.mails[mails:]), tuple(self.bot.sent[chats:]))

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
        """Who was mailed a link opens it; who has a message with a button under it presses the last one."""
        for head in self._telephones():
            for mail in self.mail.mails:
                if mail.recipients == (head.contact.email,) and (token := _token(mail.message)):
                    self.bot.message(head.chat, f"/start {token}")
        first = self._telephones()[0] if self._telephones() else None
        pressed = [sent for sent in self.bot.sent if first and sent.chat_id == first.chat and sent.buttons]
        if first and pressed:
            self.bot.press(first.chat, pressed[-1].buttons[0][1])


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
