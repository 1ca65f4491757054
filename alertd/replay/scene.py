"""The site as a replay has it: another store, a clock that is told, messages taken at once, nothing that reads or holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import inf
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlmodel import Session

from alertd import pipeline
from alertd.channels.base import Channel
from alertd.contacts.bindings import ACTIVE
from alertd.contacts.reach import named
from alertd.model.alerts import AlertEvent
from alertd.model.base import table_of
from alertd.model.clock import Clock
from alertd.model.message import Outcome, Outgoing, Result
from alertd.model.notices import notices_table
from alertd.model.people import Binding
from alertd.model.polls import Poll, SourceState
from alertd.model.words import ChannelName, NoticeState, PollState
from alertd.notices.templates import NoWords
from alertd.rules.rulebook import Rulebook
from alertd.settings.shapes import Settings
from alertd.settings.shipped import shipped
from alertd.site import Site
from alertd.store.database import Store

_bindings, _polls, _states = table_of(Binding), table_of(Poll), table_of(SourceState)
_b, _n, _s = _bindings.c, notices_table.c, _states.c
_ASKED = (
    (notices_table, ("sent_at",)),
    (notices_table, ("state", "digest_on")),
    (notices_table, ("person", "digest_on")),
    (table_of(AlertEvent), ("what", "at")),
)
_UNHELD = {"max_new": inf, "new_rules": "told"}  # what the brake would hold is judged afterwards


@dataclass(slots=True)
class Taken:
    """A channel that takes every message at once, and sends none."""

    name: ChannelName
    width: int = 1

    def send(self, outgoing: Outgoing) -> Outcome:
        return Outcome(Result.ACCEPTED, server_id="replay", parts_sent=len(outgoing.message.chat))

    def probe(self) -> str:
        return "replay"

    def close(self) -> None:
        """Nothing was opened."""


@dataclass
class Scene:
    """``now`` is where the clock stands; ``texts``: messages say something, and go through the delivery."""

    site: Site
    now: datetime
    texts: bool = False
    chats: Sequence[Mapping[str, Any]] = ()
    _bound: frozenset[int] = field(default=frozenset())

    def move(self, session: Session, now: datetime) -> None:
        """To the next look: every source was read just now, and is believed; of the chats those are bound whose person is
        named on that day."""
        self.now = now
        session.connection().execute(update(_states).values(as_of=now, believed_at=now, newest_event_at=now))
        self._bind(session, self.site.calendar.today(now))

    def took(self, session: Session) -> None:
        """Messages without words have arrived as soon as they are written: there is nothing to deliver."""
        if not self.texts:
            sent = {"state": NoticeState.SENT.value, "sent_at": self.now, "attempts": 1}
            session.connection().execute(
                update(notices_table).where(_n.state == NoticeState.PENDING.value).values(sent)
            )

    def deliver(self) -> None:
        if self.texts:
            pipeline.run_deliveries(self.site)

    def _bind(self, session: Session, day: date) -> None:
        directory, rows = self.site.directory, self.chats
        mine = [row for row in rows if named(directory, row["unit"], row["person"], row["name"], day) is not None]
        bound = frozenset(row["id"] for row in mine)
        if bound != self._bound:
            self._bound = bound
            connection = session.connection()
            connection.execute(delete(_bindings).where(_b.id.in_([row["id"] for row in rows])))
            if mine:
                connection.execute(insert(_bindings), mine)


def scene(site: Site, book: Rulebook, store: Store, now: datetime, *, texts: bool) -> Scene:
    """The site over another store, with these rules."""
    made = Scene(site, now, texts)
    folder = site.settings.path(site.settings.templates.folder)
    channels: dict[ChannelName, Channel] = {name: Taken(name) for name in site.channels}
    made.site = replace(
        site,
        settings=_in_earnest(site.settings),
        store=store,
        rules=book,
        drafting=None,  # drafts are counted in a message, and not made
        looking=None,
        derives=False,  # a part of the records alone is laid out
        templates=site.templates if texts else NoWords(folder, shipped("templates")),
        sources={},
        channels=channels,
        inbox=None,
        returns=None,
        policy=replace(site.policy, bot_interval=0.0, chat_interval=0.0, group_interval=0.0),
        clock=Clock(lambda: made.now, lambda: 0.0, lambda _: None),
        worker="replay",
    )
    return made


def chats_of(into: Session) -> list[Mapping[str, Any]]:
    """Those of people, which come and go with the days on which they are named."""
    rows = into.connection().execute(select(_bindings).where(_b.state.in_(ACTIVE))).mappings()
    return [dict(row) for row in rows if not row["person"].startswith("group:")]


def expect_many(into: Session) -> None:
    """A year lies in this store before it is looked at for the last time: further indexes for what each look asks of it."""
    for table, columns in _ASKED:
        name = f"ix_replay_{table.name}_{'_'.join(columns)}"
        into.connection().execute(text(f"CREATE INDEX {name} ON {table.name} ({', '.join(columns)})"))


def believe(source: Session, into: Session, now: datetime) -> None:
    """Every source that was ever read is believed; one that never was stays one."""
    states = [dict(row) for row in source.connection().execute(select(_states)).mappings()]
    for state in states:
        state |= {"believed_at": now, "as_of": now, "newest_event_at": now, "last_event_at": None, "trouble": ""}
    polls = [
        {
            "source": state["source"],
            "dataset": state["dataset"],
            "started_at": now,
            "ended_at": now,
            "state": PollState.BELIEVED.value,
            "as_of": now,
            "complete": True,
        }
        for state in states
    ]
    if states:
        into.connection().execute(insert(_states), states)
        into.connection().execute(insert(_polls), polls)


def _in_earnest(settings: Settings) -> Settings:
    """Messages go to the heads, whatever the site's mode is; nothing is held."""
    mode = "trial" if settings.site.mode == "trial" else "live"
    site, guard = settings.site.model_copy(update={"mode": mode}), settings.guard.model_copy(update=_UNHELD)
    return settings.model_copy(update={"site": site, "guard": guard})
