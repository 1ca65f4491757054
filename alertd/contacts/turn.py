"""One update in hand, and what comes of it: values that those share who handle private chats and groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import RowMapping
from sqlmodel import Session

from alertd.contacts.bindings import BindingState, Change
from alertd.contacts.phrases import say
from alertd.contacts.press import Acknowledge
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.message import Incoming, Reply


@dataclass(frozen=True, slots=True)
class Disputed:
    """A person says what is wrong with one alert of a notice that he got. ``late``: the reply where somebody else was first."""

    alert: int
    notice: int
    person: str
    name: str
    reason: str
    late: Reply


@dataclass(frozen=True, slots=True)
class Handled:
    """What is to be sent back, what the office is to hear, and what the alerts are to be told."""

    replies: tuple[Reply, ...] = ()
    changes: tuple[Change, ...] = ()
    acknowledge: Acknowledge | None = None
    dispute: Disputed | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One update being handled. ``bound``: the active binding of this user in this chat, or of the group; ``titles``: of rules, by
    their ids, in the site's language."""

    session: Session
    incoming: Incoming
    directory: Directory
    at: AsOf
    language: str
    bound: RowMapping | None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def confirmed(self) -> RowMapping | None:
        """The binding, where the office stands behind it; one that waits gets no data and changes nothing."""
        row = self.bound
        return row if row is not None and row["state"] == BindingState.CONFIRMED.value else None

    def reply(self, key: str, **given: object) -> Reply:
        return Reply(self.incoming, say(key, self.language, **given))

    def unit_name(self, row: RowMapping) -> str:
        return self.directory.name_of(row["unit"])
