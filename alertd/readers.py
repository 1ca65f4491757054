"""Who is to read what, settled before anybody is told: chats of people who left end, what waits for them is taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from alertd.channels.base import Channel, Inbox
from alertd.contacts import bindings, changes, heads, reach
from alertd.contacts.bindings import Change, ChangeKind
from alertd.contacts.heads import Shift
from alertd.contacts.welcome import Welcome
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.reach import Reach
from alertd.model.rule import RuleSet
from alertd.model.words import ChannelName
from alertd.notices import misaddressed
from alertd.notices.linked import Linked, tell_linked
from alertd.notices.templates import Templates
from alertd.notices.writer import Desk
from alertd.settings.shapes import Settings
from alertd.store.database import Store

_TOLD = (ChangeKind.ENROLLED, ChangeKind.TWICE, ChangeKind.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Readers:
    """The people of a site as they are believed now, and how they and the office are told of changes."""

    settings: Settings
    directory: Directory
    rules: RuleSet
    templates: Templates
    channels: Collection[ChannelName]

    @property
    def language(self) -> str:
        """The site's."""
        return self.settings.site.language

    def settle(self, session: Session, at: AsOf) -> Reach:
        """Before each delivery: who can be reached now. Nobody who left is sent anything any more."""
        self.note(session, bindings.end_stale(session, self.directory, at), at)
        people = reach.reach(session, self.directory, at, channels=self.channels)
        misaddressed.correct(session, people, self.rules, at)
        return people

    def follow(self, session: Session, at: AsOf) -> tuple[Reach, list[Shift]]:
        """In each cycle: the same, and what stands in a unit that has another head is his to hear."""
        people = self.settle(session, at)
        shifts = heads.follow(session, self.directory, at, language=self.language)
        misaddressed.hand_over(session, people, [shift.unit for shift in shifts if shift.now is not None], at)
        return people, shifts

    def note(self, session: Session, changed: Sequence[Change], at: AsOf) -> None:
        """Keep what happened to people's contacts for the office; who has a chat now, or may have, is told by mail."""
        changes.note(session, changed, self.directory, language=self.language, now=at.now)
        bound = [
            Linked(change.unit, change.name, change.detail, change.binding, change.kind is ChangeKind.TWICE)
            for change in changed
            if change.kind in _TOLD
        ]
        if bound:
            people = reach.reach(session, self.directory, at, channels=self.channels)
            tell_linked(session, Desk(self.settings, self.rules, self.templates, people, {}), at, bound)


def invite(
    store: Store,
    settings: Settings,
    channels: Mapping[ChannelName, Channel],
    inbox: Inbox | None,
    shifts: Sequence[Shift],
    people: Reach,
    at: AsOf,
) -> None:
    """Mail new heads the link to a chat, where that is the way of the house; in a rehearsal nothing goes to them."""
    email = channels.get(ChannelName.EMAIL)
    if settings.telegram.invite_new_heads and settings.site.mode != "rehearsal" and email and inbox and shifts:
        house = Welcome(store, email.send, inbox.username, settings.site.language, settings.site.timezone)
        house.heads(shifts, people, at)
