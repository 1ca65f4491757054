"""The index report as lines of text: what stands above and below its table, and the table's rows. Pure.

What would lower the figure never stands without the sentence that the duty remains; a report of any unit but the city's own has
none of it (reports/index.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from alertd.model.index_words import GROUPS, INDICATORS, QUALITY, TOTAL
from alertd.reports import voice as common
from alertd.reports.index import Report
from alertd.reports.index_phrases import LATE, PHRASES, SAVABLE
from alertd.reports.items import Item, difference
from alertd.reports.winnable import Chance, Fate

_SHOWN = 10  # lines of a list
Lines = Iterator[str]


@dataclass(frozen=True, slots=True)
class Voice(common.Voice):
    """Of the index report."""

    phrases: ClassVar = PHRASES

    def counted(self, phrase: str, count: int) -> str:
        """Of a phrase with one and many."""
        one, many = phrase.split("|")
        return (one if count == 1 else many).format(n=self.number(count))

    def files(self, count: int) -> str:
        return self.counted(PHRASES[self.language]["files"], count)

    def change(self, hundredths: int | None) -> str:
        """With its sign; a minus is one, and no hyphen."""
        if hundredths is None:
            return self.hundredths(None)
        sign = "+" if hundredths > 0 else "−" if hundredths < 0 else ""
        return f"{sign}{self.hundredths(abs(hundredths))}"

    def flag(self, item: Item) -> str:
        """What the portal notes on the data."""
        quality = (item.reading.quality if item.reading else None) or ""
        return QUALITY[self.language].get(quality, quality)

    def item(self, code: str) -> str:
        found = INDICATORS.get(code)
        if found is None:
            return self.say("unknown", code=code)
        return found.vi if self.language == "vi" else found.en


def head(report: Report, voice: Voice) -> Iterator[str]:
    yield voice.say("title", unit=voice.unit(report.unit), period=report.span.named(voice.language))
    if report.computed_at is None:
        return
    total = report.total
    if total.reading is not None:
        parts = [voice.say("total", score=voice.hundredths(total.score), maximum=voice.hundredths(total.maximum))]
        if total.reading.rank is not None:
            parts.append(voice.say("rank", rank=total.reading.rank))
            if total.last_rank is not None:
                parts.append(voice.say("rank_before", rank=total.last_rank))
        yield "; ".join(parts)
        for name, change in (("last_period", total.since_period), ("day_ago", total.since_day)):
            if change is not None:
                yield voice.say("change", name=_capital(voice.say(name)), change=voice.change(change))
    yield voice.say("computed_at", time=voice.moment(report.computed_at))


def nothing(report: Report, voice: Voice, read: Sequence[str]) -> Iterator[str]:
    """Where there is no reading of the unit and period: what there is instead, and the cure. ``read``: units with readings."""
    yield voice.say("no_reading", period=report.span.named(voice.language), unit=voice.unit(report.unit))
    if report.periods:
        yield voice.say("other_periods", periods=", ".join(report.periods[:12]))
    elif read:
        yield voice.say("no_periods")
        yield voice.say("cure_units", units=", ".join(read[:_SHOWN]) + ("…" if len(read) > _SHOWN else ""))
    else:
        yield voice.say("cure_none")
    if report.rows:
        yield from _reproduced(report, voice)


def rows(report: Report, voice: Voice) -> Iterator[tuple[str, ...]]:
    """Of the table; the columns are those of the phrase."""
    for item, depth in items(report):
        figures = (item.score, item.maximum, item.lost)
        changes = (item.since_period, item.since_day)
        name = "  " * depth + voice.item(item.code)
        yield (name, *map(voice.hundredths, figures), *map(voice.change, changes), voice.hundredths(item.computed))


def stacked(report: Report, voice: Voice) -> Iterator[str]:
    """The same for a narrow screen."""
    for item, depth in items(report):
        margin = "  " * depth
        line = voice.say(
            "item",
            name=voice.item(item.code),
            score=voice.hundredths(item.score),
            maximum=voice.hundredths(item.maximum),
        )
        yield f"{margin}{line}" + (
            "" if item.lost is None else f" ({voice.say('item_lost', lost=voice.hundredths(item.lost))})"
        )
        changes = (("last_period", item.since_period), ("day_ago", item.since_day))
        said = [f"{voice.change(change)} {voice.say(name)}" for name, change in changes if change is not None]
        if said:
            yield f"{margin}  {'; '.join(said)}"


def items(report: Report) -> Iterator[tuple[Item, int]]:
    """Total, groups and their indicators, with how deep each stands; what the portal tells nothing of is left out."""
    if report.total.reading is not None:
        yield report.total, 0
    for group in report.groups:
        if group.reading is not None or group.parts:
            yield group, 0
            yield from ((part, 1) for part in group.parts)
    yield from ((item, 0) for item in report.unknown)


def checks(report: Report, voice: Voice) -> Iterator[str]:
    """What was computed beside what was published; the portal's own notes on its data."""
    total = report.total
    if total.reading is not None and total.score is not None:
        off = difference(total.score, total.computed)
        if off is None:
            yield voice.say("no_sum")
        elif total.differs_by is None:
            yield voice.say("same", sum=voice.hundredths(total.computed))
        else:
            yield voice.say("other", sum=voice.hundredths(total.computed), off=voice.change(off))
    shown = [item for item, _ in items(report)]
    for item in shown:
        if item.code != TOTAL and (off := item.differs_by) is not None:
            given = {"published": voice.hundredths(item.score), "computed": voice.hundredths(item.computed)}
            yield f"- {voice.say('differs', name=voice.item(item.code), off=voice.change(off), **given)}"
        if item.lost is not None and item.lost < 0:
            yield f"- {voice.say('above', name=voice.item(item.code))}"
        if item.parts and item.aside[0]:
            yield f"- {voice.say('aside', name=voice.item(item.code), points=voice.hundredths(item.aside[0]))}"
    flagged = [item for item in shown if item.reading is not None and item.reading.quality]
    if flagged:
        yield voice.say("quality")
        yield from (f"- {voice.item(item.code)}: {voice.flag(item)}" for item in flagged)
    if report.rows:
        yield from _reproduced(report, voice)


def _reproduced(report: Report, voice: Voice) -> Iterator[str]:
    judged = [row for row in report.rows if row.reproduced is not None]
    if not judged:
        yield voice.say("rows_none")
        return
    other = [row for row in judged if not row.reproduced]
    yield voice.say("rows", same=len(judged) - len(other), all=len(judged))
    for row in other[:_SHOWN]:
        given = {"published": voice.hundredths(row.published), "computed": voice.hundredths(row.computed)}
        yield f"- {voice.say('row_differs', unit=voice.unit(row.unit), **given)}"


def unit_columns(voice: Voice) -> list[str]:
    return voice.say("row_columns", groups="|".join(GROUPS)).split("|")


def unit_legend(voice: Voice) -> str:
    """What the codes of its columns stand for."""
    return voice.say("groups", groups="; ".join(f"{group} – {voice.item(group)}" for group in GROUPS))


def unit_rows(report: Report, voice: Voice) -> Iterator[tuple[str, ...]]:
    for row in report.rows:
        groups = (voice.hundredths(row.groups[group]) for group in GROUPS)
        rank = "" if row.rank is None else str(row.rank)
        yield (voice.unit(row.unit), *groups, voice.hundredths(row.published), voice.hundredths(row.computed), rank)


def winnable(report: Report, voice: Voice) -> Iterator[str]:
    savable = sorted(report.of(Fate.SAVABLE), key=lambda each: -(each.most or 0))
    full = {item.code for item, _ in items(report) if item.lost == 0}
    if report.is_over and not savable:
        yield voice.say("win_over_nothing")
    else:
        yield voice.say("win_over" if report.is_over else "win")
        if not savable:
            yield voice.say("win_nothing")
    for each in savable:
        yield f"- {_savable(each, voice, full=each.indicator in full)}"
        if len(each.steps) > 1:
            steps = (
                voice.say("step", day=voice.day(step.until), count=voice.number(step.count))
                for step in each.steps[:_SHOWN]
            )
            yield f"  {voice.say('steps', steps=', '.join(steps))}"
        if each.records:
            yield f"  {_records(each, voice)}"
    if lost := report.of(Fate.LOST):
        yield voice.say("lost")
        yield from (f"- {voice.say('lost_item', things=_things(each, voice))}" for each in lost)
    if lowers := report.of(Fate.LOWERS):
        yield voice.say("lowers")
        for each in lowers:
            told = each.most is not None
            key = "lowers_item" if told else "lowers_unknown"
            # Vietnamese says that it falls, English gives the sign
            most = voice.hundredths(abs(each.most or 0)) if voice.language == "vi" else voice.change(each.most)
            yield f"- {voice.say(key, things=_things(each, voice), most=most)}"
        yield voice.say("duty")
    if savable or lowers:
        yield voice.say("estimate")


def _things(chance: Chance, voice: Voice) -> str:
    phrases = SAVABLE if chance.fate is Fate.SAVABLE else LATE
    return voice.counted(phrases[voice.language][chance.work], chance.count)


def _savable(chance: Chance, voice: Voice, *, full: bool) -> str:
    """``full``: the indicator has its maximum."""
    least, most = chance.least, chance.most
    if most is None:
        gain = voice.say("gain_unknown")
    elif most <= 0:
        gain = voice.say("gain_none" if full else "gain_tiny")
    elif least is not None and 0 < least < most:
        gain = voice.say("gain_between", least=voice.change(least), most=voice.change(most))
    else:
        gain = voice.say("gain", most=voice.change(most))
    by = ""
    if chance.until is not None:
        by = voice.say("by", day=voice.day(chance.until))
    return voice.say("savable", things=_things(chance, voice), gain=gain, by=by)


def _records(chance: Chance, voice: Voice) -> str:
    more = chance.count - len(chance.records)
    key = "records_more" if more > 0 else "records"
    return voice.say(key, codes=", ".join(chance.records), more=voice.number(more))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
