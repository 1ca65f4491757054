"""How an explanation says things in one language: sentences, states, units by their names, values as people write them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, ClassVar

from alertd.explain.phrases import PHRASES
from alertd.explain.words import word
from alertd.model import called
from alertd.model.dataset import Dataset, Field
from alertd.reports import say
from alertd.reports import voice as common

_WEEKDAYS = {"vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_UNITS = ("unit", "receiving_unit")  # fields that hold a unit's code


@dataclass(frozen=True, slots=True)
class Voice(common.Voice):
    """Of an explanation. Moments stand in columns, the time before the day."""

    phrases: ClassVar = PHRASES

    def word(self, member: Enum) -> str:
        return word(member, self.language)

    def word_of(self, kind: type[Enum], value: Any) -> str:
        """A state or reason as it is stored; one that ``kind`` does not have is said as it stands."""
        try:
            return word(kind(value), self.language)
        except ValueError:
            return str(value)

    def name(self, dataset: Dataset) -> str:
        return dataset.vi if self.language == "vi" else dataset.en

    def field(self, dataset: Dataset, name: str) -> str:
        return self.label(dataset.fields[name])

    def label(self, field: Field) -> str:
        return field.vi if self.language == "vi" else field.en

    def value(self, name: str, value: Any) -> str:
        """A field's value."""
        if value is None:
            return "—"
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, datetime):
            local = value.astimezone(self.zone)
            # a source that gives days gives midnights
            return self.day(local.date()) if local.time() == time() else self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        return self.unit(value) if name in _UNITS else called.WORDS[self.language].get(str(value), str(value))

    def moment(self, at: datetime | None) -> str:
        """08:00 05/10/2026"""
        return say.NONE if at is None else at.astimezone(self.zone).strftime("%H:%M %d/%m/%Y")

    def time(self, moment: datetime) -> str:
        """08:00"""
        return moment.astimezone(self.zone).strftime("%H:%M")

    def since(self, moment: datetime) -> str:
        """The day that begins then, or the moment within its day."""
        local = moment.astimezone(self.zone)
        return self.day(local.date()) if local.time() == time() else self.moment(moment)

    def weekday(self, day: date) -> str:
        """T2  05/10/2026"""
        return f"{_WEEKDAYS[self.language][day.weekday()]:<3} {self.day(day)}"
