"""What would change each rule's verdict: time alone, or one other value of one field; each answer judged by the rule itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alertd.explain.ahead import Ahead, Turn, turns
from alertd.explain.candidates import Candidate, How, candidates
from alertd.explain.records import Record
from alertd.explain.varied import Judged, Varied, varied
from alertd.explain.verdicts import Verdict
from alertd.intake.site import IntakeSite
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, FieldType
from alertd.model.words import Send
from alertd.notices.waiting import next_digest
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.settings.shapes import Digest

_MOST = 40  # records of one code whose values are varied; beyond that only time is looked at
_MERGED = (FieldType.WORD, FieldType.TEXT, FieldType.BOOLEAN)  # of these, values with one effect are told together


class Effect(StrEnum):
    """What a change does to the verdict."""

    ALERTS = "alerts"
    ENDS = "ends"
    WORSE = "worse"
    MILDER = "milder"


@dataclass(frozen=True, slots=True)
class ByTime:
    """``told``: when the rule's `send` would have somebody told of it; None where it is no news for anybody."""

    turn: Turn
    effect: Effect
    told: datetime | None = None
    send: Send | None = None


@dataclass(frozen=True, slots=True)
class ByData:
    """The smallest change of a field with this effect. ``values``: several where each does the same."""

    field: str
    how: How
    values: tuple[Any, ...]
    effect: Effect
    level: int
    measure: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Of one rule and record. ``tried``: so many single changes were judged; 0: none could be."""

    by_time: tuple[ByTime, ...] = ()
    by_data: tuple[ByData, ...] = ()
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """About which records it is asked: what each rule says of them, and the rules under which an alert on them stands."""

    records: Mapping[str, Record]
    verdicts: Mapping[str, Sequence[Verdict]]
    standing: Mapping[str, frozenset[str]]


def changes(
    session: Session, book: Rulebook, dataset: Dataset, asked: Asked, site: IntakeSite, digest: Digest, at: AsOf
) -> dict[tuple[str, str], Changes]:
    """By the record's code and the rule's id. Two statements for each rule, however many the records are."""
    seen = {key: record for key, record in asked.records.items() if record.seen is not None}
    rules = [
        book.compiled[each.rule.id] for each in next(iter(asked.verdicts.values()), ()) if each.rule.id in book.compiled
    ]
    if not seen or not rules:
        return {}
    copies = {key: next(copy for copy in record.copies if copy.preferred) for key, record in seen.items()}
    tried = [(copy, list(candidates(dataset, copy, seen[key].seen or {}, rules, at))) for key, copy in copies.items()]
    if len(tried) > _MOST:
        tried = [(copy, []) for copy, _ in tried]
    ahead = Ahead(session, dataset, seen, at)
    found: dict[tuple[str, str], Changes] = {}
    with varied(session, dataset, tried, list(copies), site, at) as cases:
        for compiled in rules:
            try:
                with session.begin_nested():
                    coming, judged = ahead.judge(compiled), cases.judge(compiled, at)
            except (SQLAlchemyError, ArithmeticError, RecursionError):
                continue  # its verdict says why
            for key in seen:
                verdict = next(each for each in asked.verdicts[key] if each.rule.id == compiled.rule.id)
                stands = compiled.rule.id in asked.standing.get(key, ())
                found[key, compiled.rule.id] = Changes(
                    tuple(_by_time(turns(coming[key], _level(verdict), stands=stands), compiled, digest, at)),
                    tuple(_by_data(dataset, cases, judged, key, verdict, stands=stands)),
                    sum(owner == key for owner, _ in cases.cases.values()),
                )
    return found


def _level(verdict: Verdict) -> int:
    return int(verdict.level) if verdict.level is not None else 0


def _effect(before: int, after: int) -> Effect:
    if not before:
        return Effect.ALERTS
    if not after:
        return Effect.ENDS
    return Effect.WORSE if after > before else Effect.MILDER


def _by_time(found: Sequence[Turn], compiled: CompiledRule, digest: Digest, at: AsOf) -> Iterator[ByTime]:
    sends = {int(level): send for level, send in compiled.rule.send.items()}
    for turn in found:
        effect = _effect(turn.before, turn.level)
        if effect not in (Effect.ALERTS, Effect.WORSE):
            yield ByTime(turn, effect)
            continue
        send = sends.get(turn.level)
        yield ByTime(turn, effect, _told(send, replace(at, now=turn.since), digest), send)


def _told(send: Send | None, at: AsOf, digest: Digest) -> datetime | None:
    match send:
        case Send.DIGEST:
            return next_digest(digest, at)
        case Send.OFFICE_HOURS:
            return at.calendar.local(at.calendar.next_opening(at.now))
        case Send.AT_ONCE:
            return at.calendar.local(at.now)
        case _:
            return None


def _by_data(
    dataset: Dataset, cases: Varied, judged: Mapping[int, Judged], key: str, verdict: Verdict, *, stands: bool
) -> list[ByData]:
    now = _level(verdict)
    groups: dict[tuple[Effect, str, How], list[tuple[Candidate, int, int | None]]] = defaultdict(list)
    for number, (owner, candidate) in cases.cases.items():
        if owner != key:
            continue
        case = judged[number]
        level = now if stands and not case.level and not case.ends else case.level
        if level != now:
            groups[_effect(now, level), candidate.field, candidate.how].append((candidate, level, case.measure))
    order = [field.name for field in dataset.declared]
    found = [_nearest(dataset, each, group) for each, group in groups.items()]
    by_now = {(each.effect, each.level, each.field) for each in found if each.how is How.NOW}
    found = [each for each in found if each.how is not How.VALUE or (each.effect, each.level, each.field) not in by_now]
    return sorted(found, key=lambda each: (list(Effect).index(each.effect), each.level, order.index(each.field)))


def _nearest(
    dataset: Dataset, of: tuple[Effect, str, How], group: Sequence[tuple[Candidate, int, int | None]]
) -> ByData:
    effect, field, how = of
    candidate, level, measure = min(group, key=lambda each: each[0].distance)
    values = [candidate.value]
    if dataset.fields[field].type in _MERGED:
        values = [each.value for each, other, _ in group if other == level]
    return ByData(field, how, tuple(values), effect, level, measure)
