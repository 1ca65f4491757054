"""How stubborn and how fast the delivery is: numbers only, with their reasons."""

from dataclasses import dataclass
from datetime import timedelta

from alertd.model.words import ChannelName
from alertd.notices.limiter import Rate


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds of real time unless they are timedeltas (those are by the site's clock)."""

    attempts: int = 8  # that reached the server; while nobody reaches it, age alone decides
    give_up_after: timedelta = timedelta(days=1)
    lease: timedelta = timedelta(minutes=5)
    back_off: float = 15.0  # after the first attempt, doubled after each
    back_off_most: float = 1800.0  # after an outage of hours nobody should wait for hours more
    repeats: int = 1  # how often a message that may have arrived is sent again
    batch: int = 64  # claimed at once: two seconds of a bot's pace, so an urgent message is never far behind
    horizon: float = 5.0  # a message whose turn is further away goes back into the outbox until then
    patience: float = 30.0  # how long a round waits for the pace alone, with nothing accepted in between
    outage: int = 5  # so many failures to reach a server in a row, and the channel rests until the next round
    bot_interval: float = 1 / 29.7
    chat_interval: float = 1.0
    group_interval: float = 3.0
    documents: bool = False  # attachments go into the chat too, and count as messages there
    language: str = "vi"  # of what the office is told

    def shared(self, channel: ChannelName) -> Rate:
        """The pace of the channel as a whole; mail and gateways have none, but can be held."""
        return Rate(channel.value, self.bot_interval if channel is ChannelName.TELEGRAM else 0.0)

    def own(self, channel: ChannelName, address: str) -> Rate:
        """The pace of one address; the numbers of Telegram's groups are negative."""
        interval = 0.0
        if channel is ChannelName.TELEGRAM:
            interval = self.group_interval if address.startswith("-") else self.chat_interval
        return Rate(f"{channel.value}:{address}", interval)
