"""One channel's part of a delivery round: what is claimed and waits for its turn, and whether the server is reached at all."""

import heapq
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from alertd.model.message import Outcome, Result, Scope
from alertd.model.words import ChannelName
from alertd.notices.verdict import Claimed


class Lane:
    """Used by one thread. ``dry``: the outbox had less than was asked for; ``resting``: nobody reaches the server."""

    def __init__(self, name: ChannelName, pool: ThreadPoolExecutor, width: int) -> None:
        self.name = name
        self.pool = pool
        self.flying = 0
        self.dry = False
        self.works = False
        self.resting = False
        self.waiting: list[tuple[float, int, int, Claimed]] = []
        # twice the width begun: the next send is at hand while the last ones are settled, and a kill leaves no more in doubt
        self._most = 2 * width
        self._failed = 0

    def wants_more(self, batch: int, *, idle: bool) -> bool:
        """``idle``: nothing is under way in any lane, so even a dry one looks again before the round ends."""
        return not self.resting and len(self.waiting) < batch / 2 and (idle or not self.dry)

    def put(self, at: float, notice: Claimed) -> None:
        heapq.heappush(self.waiting, (at, notice.urgency, notice.id, notice))

    def next_at(self) -> float:
        """When the next one has its turn, in the pace's time; infinity while there is none, or no room for it."""
        return self.waiting[0][0] if self.waiting and self.flying < self._most else float("inf")

    def take(self, now: float) -> list[Claimed]:
        """Those whose turn has come, as many as there is room for."""
        taken: list[Claimed] = []
        while self.waiting and self.waiting[0][0] <= now and self.flying + len(taken) < self._most:
            taken.append(heapq.heappop(self.waiting)[-1])
        return taken

    def clear(self, address: str = "") -> list[Claimed]:
        """Give back what waits, all of it or for one address."""
        back = [item for item in self.waiting if not address or item[-1].address == address]
        self.waiting = [item for item in self.waiting if item not in back] if address else []
        heapq.heapify(self.waiting)
        return [item[-1] for item in back]

    def count(self, outcomes: Sequence[Outcome], outage: int) -> str:
        """Learn from what came back; what was seen, at the moment at which the lane goes to rest, else nothing."""
        for outcome in outcomes:
            unreached = outcome.result is Result.RETRY and outcome.scope is Scope.CHANNEL and not outcome.retry_after
            self._failed = self._failed + 1 if unreached else 0
            self.works = self.works or outcome.result is Result.ACCEPTED
            if self._failed >= outage and not self.resting:
                self.resting = True
                return outcome.detail or outcome.result.value
        return ""
