"""The mail that carries a link to a chat: at once and past the outbox, which keeps texts; of a token only its hash is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alertd.contacts import changes
from alertd.contacts.bindings import Change, ChangeKind
from alertd.contacts.heads import Shift
from alertd.contacts.invite import Invited, hashed, invite
from alertd.contacts.phrases import invitation
from alertd.errors import CannotRun
from alertd.model.asof import AsOf
from alertd.model.directory import Contact, Directory
from alertd.model.message import Message, Outcome, Outgoing, Result
from alertd.model.reach import Reach
from alertd.model.words import ChannelName
from alertd.store.database import Store

Send = Callable[[Outgoing], Outcome]


def mail(send: Send, invited: Invited, bot: str, directory: Directory, *, language: str, zone: ZoneInfo) -> Outcome:
    """Mail the link to the person whom it is for. ``language``: the site's."""
    contact = invited.contact
    spoken, unit = contact.language or language, directory.name_of(invited.unit)
    until = invited.expires_at.astimezone(zone)
    subject, text = invitation(spoken, name=contact.name, unit=unit, link=invited.link(bot), until=until)
    message = Message(" ".join(subject.split()), text, language=spoken)
    number = int(hashed(invited.token)[:12], 16)  # a mail of its own, whatever the numbers of notices are
    return send(Outgoing(number, contact.email, contact.name, message))


@dataclass(frozen=True)
class Welcome:
    """How new heads are invited. ``bot`` asks the bot server for its name; ``language``: the site's."""

    store: Store
    send: Send
    bot: Callable[[], str]
    language: str
    zone: ZoneInfo

    def heads(self, shifts: Sequence[Shift], people: Reach, at: AsOf) -> None:
        """A link to each new head who has an address and no chat yet. One whose mail does not go out is invited by hand: the
        office hears so."""
        named = [(shift.unit, shift.now) for shift in shifts if shift.now is not None and _is_new(shift.now, people)]
        if not named:
            return
        try:
            bot = self.bot()
        except CannotRun:
            bot = ""
        for unit, contact in named:
            invited = self._invite(unit, contact, people.directory, at) if bot else None
            sent = invited is not None and self._mailed(invited, bot, people.directory)
            kind = ChangeKind.INVITED if sent else ChangeKind.NOT_INVITED
            with self.store.write() as session:
                told = [Change(kind, unit, contact.name)]
                changes.note(session, told, people.directory, language=self.language, now=at.now)

    def _invite(self, unit: str, contact: Contact, directory: Directory, at: AsOf) -> Invited:
        with self.store.write() as session:
            return invite(session, directory, unit, at, proven=True, by="alertd", name=contact.name)

    def _mailed(self, invited: Invited, bot: str, directory: Directory) -> bool:
        outcome = mail(self.send, invited, bot, directory, language=self.language, zone=self.zone)
        return outcome.result is Result.ACCEPTED


def _is_new(contact: Contact, people: Reach) -> bool:
    ways = {way.channel for way in people.ways.get(contact.person, ())}
    return ChannelName.EMAIL in ways and ChannelName.TELEGRAM not in ways
