"""How a report or an explanation says things in one language: its sentences, numbers, moments, units by their names. Pure.

Each has sentences of its own (``phrases``, by language and key), and its own further words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from alertd.model.directory import Directory
from alertd.reports import say


@dataclass(frozen=True, slots=True)
class Tongue:
    """``language``: vi or en. Moments are said in ``zone``."""

    phrases: ClassVar[Mapping[str, Mapping[str, str]]]

    language: str
    zone: ZoneInfo

    def say(self, key: str, **given: object) -> str:
        return self.phrases[self.language][key].format(**given)

    def number(self, value: float | None, decimals: int = 0) -> str:
        return say.number(value, self.language, decimals=decimals)

    def hundredths(self, value: int | None) -> str:
        return self.number(None if value is None else value / 100, 2)

    def moment(self, at: datetime | None) -> str:
        """``10:00 ngày 02/10/2024``; a dash for what is unknown."""
        return say.moment(at, self.zone, self.language)


@dataclass(frozen=True, slots=True)
class Voice(Tongue):
    """Where units are said by their names, ``phrases`` has a ``unit_none``."""

    directory: Directory

    def day(self, day: date | None) -> str:
        """``02/10/2024``; empty for what is unknown."""
        return f"{day:%d/%m/%Y}" if day else ""

    def unit(self, code: str | None) -> str:
        """Its name, and the code by which commands ask for it."""
        if not code:
            return self.say("unit_none")
        return f"{self.directory.name_of(code)} ({code})" if code in self.directory.by_code else code
