"""A bulletin's figures in words and signs of one language: what is hidden, unknown, better or worse. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from alertd.model.apologies import CauseKind
from alertd.model.cause_words import called
from alertd.model.index_words import INDICATORS
from alertd.reports import say
from alertd.reports.bulletin import UPHELD, Amended, Bulletin, Row
from alertd.reports.bulletin_words import WORDS
from alertd.reports.month import month_given
from alertd.reports.ranking import bound
from alertd.reports.voice import Tongue

HIDDEN = "*"
_RATE = 1  # decimals of a rate
_DECIMALS = {"on_time_rate": _RATE, "online_rate": _RATE, "online_target": _RATE, "average_working_days": 1}


@dataclass(frozen=True, slots=True)
class Voice(Tongue):
    phrases: ClassVar = WORDS

    hide_below: int

    def month(self, bulletin: Bulletin) -> str:
        return month_given(bulletin.month).named(self.language)

    def state(self, bulletin: Bulletin) -> str:
        """That it is a draft, or who released it and when."""
        if bulletin.released_at is None:
            return self.say("draft")
        return self.say("released", by=bulletin.released_by, at=self.moment(bulletin.released_at))

    def cell(self, row: Row, name: str) -> str:
        """A figure as it is printed: a star where it is hidden, a dash where it is unknown, a bound where it would tell a
        number that is not printed."""
        if not row.shows(name):
            return HIDDEN
        if (limit := bound(row, name, self.hide_below)) is not None:
            return f"{limit[0]} {self.number(limit[1], _RATE)}"
        value = row.open_overdue if name == "overdue" else getattr(row, name)
        return self.number(value, _DECIMALS.get(name, 0))

    def drawn(self, row: Row, name: str) -> float:
        """A rate as a bar: its bound where that alone is printed, nothing where it is hidden."""
        limit = bound(row, name, self.hide_below)
        value = limit[1] if limit is not None else getattr(row, name)
        return float(value or 0.0) if row.shows(name) else 0.0

    def ages(self, row: Row) -> list[str]:
        return [self.number(count) if row.shows("ages") else HIDDEN for count in row.overdue]

    def rank(self, row: Row) -> str:
        return say.NONE if row.rank is None else str(row.rank)

    def move(self, row: Row) -> str:
        if row.rank is None:
            return say.NONE
        if row.rank_before is None:
            return self.say("new")
        by = row.rank_before - row.rank
        if not by:
            return self.say("same")
        return self.say("up" if by > 0 else "down", n=abs(by))

    def amended(self, each: Amended) -> tuple[str, str, str]:
        """Which figure is another one, what it was and what it is; signs of a figure as everywhere, rates to two decimals."""
        named = {"unit": "unit_new", "no_unit": "unit_gone"}
        if each.what in named:
            return self.say(named[each.what]), "", ""
        word, _, code = each.what.partition(":")
        what = self.say("of_index", name=getattr(INDICATORS[code], self.language)) if code else self.say(word)
        decimals = 2 if code or word in _DECIMALS else 0
        before = "" if word == UPHELD else self.number(float(each.before) if each.before else None, decimals)
        return what, before, self.number(float(each.after) if each.after else None, decimals)

    def cause(self, name: str) -> str:
        """What a kind of cause is called; what is none of them as it is."""
        if name in tuple(CauseKind):
            return called(CauseKind(name), self.language)
        return self.say("unknown_cause") if name == "unknown" else name

    def few(self, count: int) -> bool:
        """That a count is of so few files that it is not printed."""
        return 0 < count < self.hide_below

    def marks(self, row: Row) -> str:
        """What a reader has to know beside the figures."""
        said = [self.say("disputes", n=row.disputes)] if row.disputes else []
        for mark in row.marks:
            word, _, day = mark.partition(":")
            if word == "moved":
                few = self.few(int(day))
                said.append(
                    self.say("moved", n=self.say("few", below=self.hide_below) if few else self.number(int(day)))
                )
                continue
            said.append(self.say("began" if word == "began" else "ended_on", day=f"{date.fromisoformat(day):%d/%m/%Y}"))
        return "; ".join(said)

    def notes(self, bulletin: Bulletin) -> list[str]:
        """What stands under the figures."""
        said = [
            self.say("made", at=self.moment(bulletin.made_at), counted=self.moment(bulletin.counted_at)),
            self.say("may_change"),
            self.say("method"),
            self.say("method_overdue"),
        ]
        if any(row.hidden for row in bulletin.rows) or any(self.few(each.count) for each in bulletin.causes):
            said.append(self.say("small", mark=HIDDEN, below=bulletin.hide_below))
        if any(bound(row, name, self.hide_below) for row in bulletin.rows for name in ("on_time_rate", "online_rate")):
            said.append(self.say("bound"))
        said.append(self.say("no_rank", min=bulletin.min_files))
        if bulletin.unplaced:
            said.append(self.say("unplaced", count=self.number(bulletin.unplaced)))
        said += self.doubts(bulletin)
        for name, as_of in bulletin.sources:
            if name not in bulletin.doubted:
                said.append(self.say("source", source=name, at=self.moment(as_of)))
        return said

    def doubts(self, bulletin: Bulletin) -> list[str]:
        """That a source was not believed, and how old its figures are, or that there are none."""
        ages = dict(bulletin.sources)
        return [
            self.say("doubted" if ages[name] else "never_read", source=name, at=self.moment(ages[name]))
            for name in bulletin.doubted
        ]


def printed(rate: float | None) -> float | None:
    """A rate as the page prints it, for messages: the same figure reads alike in both."""
    return None if rate is None else float(round(Decimal(str(rate)), _RATE))
