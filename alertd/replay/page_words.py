"""How a replay is said in one language: phrases, days, numbers, people and rules by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from alertd.model.words import Level, NoticeKind
from alertd.notices import filters, labels
from alertd.notices.words import WAY
from alertd.replay.page_phrases import KINDS, PHRASES, WEEKDAYS


@dataclass(frozen=True)
class Voice:
    """``language``: vi or en. ``units``: code → name; ``rules``: id → title."""

    language: str
    units: Mapping[str, str]
    rules: Mapping[str, str]

    def say(self, key: str, **given: object) -> str:
        return PHRASES[self.language][key].format(**given)

    def number(self, value: int) -> str:
        return filters.number(value, language=self.language)

    def change(self, value: int) -> str:
        """+3, −2, 0: with a real minus sign, which no line break follows."""
        if not value:
            return "0"
        return f"{'+' if value > 0 else '−'}{self.number(abs(value))}"

    def day(self, day: date | None) -> str:
        return filters.day(day, language=self.language)

    def weekday(self, day: date) -> str:
        """T2 05/10/2026"""
        return f"{WEEKDAYS[self.language][day.weekday()]} {self.day(day)}"

    def moment(self, moment: datetime) -> str:
        return filters.moment(moment, language=self.language)

    def unit(self, code: str) -> str:
        name = self.units.get(code, "")
        return f"{name} ({code})" if name else code or self.say("no_unit")

    def unit_name(self, code: str) -> str:
        """Where there is no room for the code."""
        return self.units.get(code, "") or self.unit(code)

    def rule(self, name: str) -> str:
        title = self.rules.get(name, "")
        return f"{title} ({name})" if title else name

    def channel(self, channel: str) -> str:
        known = {way.value: said for way, said in WAY[self.language].items()}
        return known.get(channel, channel or "—")

    def kind(self, kind: NoticeKind) -> str:
        return KINDS[self.language][kind]

    def level(self, level: Level | None) -> str:
        return "" if level is None else labels.LEVELS[self.language][level.word]

    def things(self, key: str, count: int) -> str:
        """``1.234 thông báo``: of a phrase with one and many, parted by a bar."""
        one, _, many = PHRASES[self.language][key].partition("|")
        return (one if count == 1 else many or one).format(n=self.number(count))
