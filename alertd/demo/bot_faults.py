"""What the make-believe bot server can be told to do wrong, and how the real one words its answers."""

import threading
from enum import StrEnum
from typing import Any

Answer = tuple[int, dict[str, Any] | bytes]


class Fault(StrEnum):
    """What the server does wrong, or refuses, on demand."""

    FLOOD = "flood"  # 429 with retry_after = ``seconds``
    BLOCKED = "blocked"
    CHAT_NOT_FOUND = "chat_not_found"
    CANNOT_PARSE = "cannot_parse"
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    CONFLICT = "conflict"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"  # a proxy's page, not JSON
    STRANGE_PAGE = "strange_page"  # 200 with a page, not JSON
    DROP_BEFORE = "drop_before"  # hangs up without reading the request
    DROP_AFTER = "drop_after"  # carries it out and hangs up without an answer
    SLOW = "slow"  # carries it out and answers after ``seconds``
    MIGRATE = "migrate"  # the group is a supergroup now: MIGRATED_TO


MIGRATED_TO = -100777

REFUSALS: dict[Fault, tuple[int, str]] = {
    Fault.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    Fault.CHAT_NOT_FOUND: (400, "Bad Request: chat not found"),
    Fault.CANNOT_PARSE: (400, "Bad Request: can't parse entities: Unsupported start tag"),
    Fault.BAD_REQUEST: (400, "Bad Request: message is too long"),
    Fault.UNAUTHORIZED: (401, "Unauthorized"),
    Fault.CONFLICT: (409, "Conflict: terminated by other getUpdates request; make sure that only one bot is running"),
    Fault.SERVER_ERROR: (500, "Internal Server Error"),
}
PAGES = {Fault.BAD_GATEWAY: 502, Fault.STRANGE_PAGE: 200}


def ok(result: Any) -> Answer:
    return 200, {"ok": True, "result": result}


def error(code: int, description: str, **parameters: int) -> Answer:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return code, answer


class Faults:
    """Faults in the order in which they were ordered, per method. Thread-safe."""

    def __init__(self) -> None:
        self._ordered: list[tuple[Fault, str, float]] = []
        self._lock = threading.Lock()

    def order(self, kind: Fault, method: str, seconds: float, times: int) -> None:
        with self._lock:
            self._ordered.extend([(kind, method, seconds)] * times)

    def next(self, method: str, kinds: tuple[Fault, ...] = tuple(Fault)) -> tuple[Fault, float] | None:
        """The next fault of this method and its seconds, if it is one of ``kinds``; it is used up."""
        with self._lock:
            for index, (kind, wanted, seconds) in enumerate(self._ordered):
                if wanted == method:
                    if kind not in kinds:
                        return None  # the first in line is for later
                    del self._ordered[index]
                    return kind, seconds
        return None
