"""The bot server's rates: so much a second for the bot, so much for a chat, so much a minute for a group."""

import math
import threading


class Bucket:
    """Holds up to ``size`` permissions and gains ``rate`` a second. ``now`` is monotonic time in seconds."""

    def __init__(self, rate: float, size: float, now: float) -> None:
        self._rate, self._size, self._level, self._seen = rate, size, size, now

    def wait(self, now: float) -> float:
        """Seconds until there is a permission; 0: there is one."""
        self._level = min(self._size, self._level + (now - self._seen) * self._rate)
        self._seen = now
        return 0.0 if self._level >= 1 else (1 - self._level) / self._rate

    def take(self) -> None:
        self._level -= 1


class Limits:
    """None: no limit of that kind. Thread-safe."""

    def __init__(self, per_second: float | None, per_chat_second: float | None, per_group_minute: float | None) -> None:
        self._rates = (per_second, per_chat_second, per_group_minute)
        self._bot: Bucket | None = None
        self._chats: dict[int, Bucket] = {}
        self._lock = threading.Lock()

    def refuse(self, chat: int, now: float) -> int:
        """Whole seconds to wait, as in ``retry_after``; 0: go ahead, and it is counted."""
        per_second, per_chat, per_group = self._rates
        with self._lock:
            buckets = []
            if per_second is not None:
                if self._bot is None:
                    self._bot = Bucket(per_second, max(1.0, per_second), now)
                buckets.append(self._bot)
            rate, size = (per_chat, 1.0) if chat > 0 else (per_group and per_group / 60, per_group or 1.0)
            if rate:
                buckets.append(self._chats.setdefault(chat, Bucket(rate, size, now)))
            wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
            if wait > 0:
                return math.ceil(wait)
            for bucket in buckets:
                bucket.take()
            return 0
