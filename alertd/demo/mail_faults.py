"""What the make-believe mail server can be told to do wrong, stage by stage."""

import threading
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where in the conversation; TEXT is after the final dot."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Trouble:
    """``reply`` in place of the usual one ("": the usual one), after ``seconds``; or hang up."""

    at: Stage
    reply: str = ""
    drop: bool = False
    seconds: float = 0.0
    keep: bool = False  # TEXT: the mail is taken all the same


class Troubles:
    """Troubles in the order in which they were ordered, per stage. Thread-safe."""

    def __init__(self) -> None:
        self._ordered: list[Trouble] = []
        self._lock = threading.Lock()

    def order(self, trouble: Trouble, times: int) -> None:
        with self._lock:
            self._ordered.extend([trouble] * times)

    def next(self, at: Stage) -> Trouble | None:
        with self._lock:
            for index, trouble in enumerate(self._ordered):
                if trouble.at is at:
                    return self._ordered.pop(index)
        return None
