"""What every way out, and the one way in, promise to those who use them; and the few words that they share."""

from typing import Protocol

from alertd.model.message import Incoming, Outcome, Outgoing, Reply, Unsaid
from alertd.model.words import ChannelName

DETAIL_LENGTH = 300  # a detail is a line in a table, not the error page of a proxy

_REPEAT = {
    "vi": "(có thể bạn nhận lại tin này)",
    "en": "(you may be receiving this message a second time)",
}


class Channel(Protocol):
    """A way out. Thread-safe: up to ``width`` sends may be in flight at once."""

    name: ChannelName
    width: int

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send, once, and say what became of it. Blocks; raises nothing for faults of the network or the server."""
        ...

    def probe(self) -> str:
        """Reach the server without sending anything and say what was seen. Raises CannotRun with the cure."""
        ...

    def close(self) -> None:
        """Give back connections and threads; a second call does nothing."""
        ...


class Inbox(Protocol):
    """A way in: what people write and press, and the answers to it."""

    def receive(self, offset: int, *, wait: float) -> list[Incoming]:
        """What came since update ``offset`` (0: everything not yet confirmed), in the server's order.

        Waits up to ``wait`` seconds (whole ones, real time) for the first; an empty list when nothing came, or on closing. Updates
        below ``offset`` are confirmed and do not come again. Raises SourceFailed.
        """
        ...

    def reply(self, reply: Reply) -> Unsaid | None:
        """Answer in the chat it came from, once. Gives what is left to be said later (a 429, a server out of reach, the line was
        closed); None where it was said, or refused for good. The reason is in the log."""
        ...

    def username(self) -> str:
        """The bot's name, for links of the form https://t.me/NAME?start=TOKEN. Raises CannotRun with the cure."""
        ...


def repeat_line(language: str) -> str:
    """What stands before a message that may have arrived already."""
    return _REPEAT.get(language, _REPEAT["en"])


def one_line(text: str) -> str:
    """A detail for one line of a table: white space folded, cut at DETAIL_LENGTH characters."""
    folded = " ".join(text.split())
    return folded if len(folded) <= DETAIL_LENGTH else folded[: DETAIL_LENGTH - 1] + "…"
