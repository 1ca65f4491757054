"""What a mail in the mailbox for mail servers' reports turns out to be. Frozen values; who reads them does not know the store."""

from dataclasses import dataclass
from enum import StrEnum


class ReturnKind(StrEnum):
    FAILED = "failed"  # for good: the address takes nothing
    DELAYED = "delayed"  # not yet, or not this time: nothing is wrong with the address
    DELIVERED = "delivered"
    AUTO_REPLY = "auto_reply"  # out of office, a receipt: nobody has to look at it
    OTHER = "other"  # somebody wrote, or nothing that can be told: a person has to look at it


@dataclass(frozen=True, slots=True)
class Returned:
    """``key``: the hash of what was read, by which a mail is known again. ``mark``: the part before the @ of the Message-ID of ours
    that it reports on (`message.mail_mark`); empty: it names none. ``address``: whom it says it did not reach; ``status``: as in
    RFC 3463 (5.1.1). ``detail``: one line, fit to be shown."""

    key: str
    kind: ReturnKind
    mark: str = ""
    address: str = ""
    status: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as it lies there: ``number`` in its mailbox (0 in a folder), ``name`` for a person who looks for it."""

    number: int
    name: str
    raw: bytes
