"""How far a source can be believed at a moment: the age of its data, and why it is in doubt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Doubt(StrEnum):
    """Why a source is not fresh. While it is in doubt nothing ends by time or by absence, and no figure is printed as current."""

    NEVER_READ = "never_read"
    FAILED = "failed"  # the last poll did not answer, or not with data
    NOT_BELIEVED = "not_believed"  # the last poll answered, and the guard did not believe it
    STALE = "stale"  # the data are older than stale_after
    NO_SIGN_OF_LIFE = "no_sign_of_life"  # no new event for longer than sign_of_life


@dataclass(frozen=True, slots=True)
class Freshness:
    """``as_of``: the age of the data that is believed; ``believed_at``: the last poll that brought or confirmed it.
    ``detail`` is what the last poll saw, for a person."""

    source: str
    dataset: str
    as_of: datetime | None
    believed_at: datetime | None
    doubt: Doubt | None = None
    detail: str = ""

    @property
    def fresh(self) -> bool:
        return self.doubt is None
