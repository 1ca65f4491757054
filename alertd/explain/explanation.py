"""All that there is to say about a record at a moment, gathered from the stages; each says its own part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.explain.copies import Compared, compared
from alertd.explain.count import Count, Stop, count
from alertd.explain.find import find, nearest, of_alert
from alertd.explain.ledger import days_of
from alertd.explain.records import Copy, Record, records
from alertd.explain.told import Story, stories
from alertd.explain.verdicts import Outcome, OwnDue, Verdict, verdicts
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, FieldType, Time
from alertd.model.freshness import Freshness
from alertd.model.ledger import Ledger
from alertd.notices.clean import one_line
from alertd.notices.waiting import Asked
from alertd.rules.evaluate import live_mode
from alertd.settings.calendar import calendar_sources
from alertd.settings.shapes import Settings
from alertd.site import Site


@dataclass(frozen=True)
class Explanation:
    """``compared``: its copies side by side; ``authorities`` of all sources, ``freshness`` of those of its copies.
    ``not_due``: deadlines that the record does not have. ``set_aside``: rules that cannot run, of whatever dataset, and
    why."""

    dataset: Dataset
    key: str
    at: AsOf
    record: Record
    compared: tuple[Compared, ...]
    authorities: Mapping[str, int]
    freshness: Mapping[str, Freshness]
    counts: tuple[Count, ...]
    not_due: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    stories: tuple[Story, ...]
    set_aside: Mapping[str, str]
    ledger: Ledger | None = None


def explain(session: Session, site: Site, key: str, now: datetime) -> list[Explanation]:
    """One explanation for each record that the code means. Reads only. Raises CannotRun for a code that nothing has."""
    at = AsOf(now, site.calendar, live_mode(session, now))
    found = find(session, key) or of_alert(session, key)
    if not found:
        near = nearest(session, key)
        cure = f"did you mean {' or '.join(near)}?" if near else "see `alertd alerts list` for codes"
        raise CannotRun(f"no file, announcement or procedure has the code {one_line(key, 80)!r}; {cure}")
    fresh = freshness(session, site.settings.sources, at)
    mapped = {source.name: source.fields.keys() for source in site.settings.sources}
    believed = {name for name, source in fresh.items() if source.fresh}
    asked = Asked(site.rules.set, at, tuple(site.channels), believed, site.settings.digest)
    explained = []
    for dataset, keys in found:  # a handful of statements for each kind of record, whatever their number
        known = records(session, dataset, keys, at)
        judged = verdicts(session, site.rules, dataset, known, at, site.settings.site.language)
        told = stories(session, dataset.name, keys, site.settings.site.timezone, asked)
        for code in keys:
            record = _by_authority(known[code], site.reading.authorities)
            counts, not_due = _counts(site.settings, dataset, record, judged[code], at)
            explained.append(
                Explanation(
                    dataset,
                    code,
                    at,
                    record,
                    compared(record.copies, mapped),
                    site.reading.authorities,
                    {copy.source: fresh[copy.source] for copy in record.copies if copy.source in fresh},
                    counts,
                    not_due,
                    judged[code],
                    tuple(told.get(code, ())),
                    site.rules.set.set_aside,
                    days_of(record, at),
                )
            )
    return explained


def _by_authority(record: Record, authorities: Mapping[str, int]) -> Record:
    """The copy that counts first, then as their sources count."""

    def place(copy: Copy) -> tuple[bool, bool, int, str]:
        return not copy.preferred, copy.gone_at is not None, -authorities.get(copy.source, 0), copy.source

    return replace(record, copies=tuple(sorted(record.copies, key=place)))


def _counts(
    settings: Settings, dataset: Dataset, record: Record, judged: Sequence[Verdict], at: AsOf
) -> tuple[tuple[Count, ...], tuple[str, ...]]:
    """The count of each of its deadlines, those that rules give it included; and the deadlines that it does not have."""
    if record.seen is None or record.numbers is None or record.stop_day is None:
        return (), ()
    counts, without = [], []
    for deadline, lateness in _deadlines(dataset):
        due, number = record.seen[deadline], record.numbers[dataset.fields[deadline].number]
        if due is None or number is None:
            without.append(deadline)
            continue
        day = at.calendar.today(due) if isinstance(due, datetime) else due
        stop_number = _stop_number(record, number, record.seen[lateness])
        counts.append(_count(settings, record, OwnDue(day, number), stop_number, at, field=deadline))
    for verdict in judged:
        # what the rule does not look at is not late by it
        if verdict.due is not None and verdict.outcome is not Outcome.NOT_MET:
            stop_number = record.numbers["stop"] or 0
            own = _count(settings, record, verdict.due, stop_number, at, field="due_on", rule=verdict.rule.id)
            counts.append(own)
    return tuple(counts), tuple(without)


def _count(
    settings: Settings, record: Record, due: OwnDue, stop_number: int, at: AsOf, *, field: str, rule: str = ""
) -> Count:
    assert record.stop_day is not None
    stop, calendar, today = _stop(record, stop_number, at), at.calendar, at.today
    until = calendar.day_of(stop_number) if stop is Stop.DONE else record.stop_day
    return count(
        calendar,
        _special_days(settings, due.day, today, calendar.day_of(due.number)),
        field=field,
        due=due.day,
        due_number=due.number,
        stop_number=stop_number,
        until=until,
        stop=stop,
        today=today,
        rule=rule,
    )


def _deadlines(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Each deadline from which the dataset counts working days, with the field that counts them."""
    by_number = {field.number: field.name for field in dataset.declared if field.time is Time.DEADLINE and field.number}
    for field in dataset.declared:
        if field.type is FieldType.INTEGER and field.due_number and field.name.endswith("working_days_late"):
            yield by_number[field.due_number], field.name


def _stop_number(record: Record, due_number: int, late: int | None) -> int:
    """Up to which day number it counted: by the lateness that rules see. Where that is 0, the count stopped at the due day or,
    for lateness that is never negative, before it."""
    assert record.numbers is not None
    stop = record.numbers["stop"]
    if late or stop is None:
        return due_number + (late or 0)
    return min(stop, due_number)


def _stop(record: Record, stop_number: int, at: AsOf) -> Stop:
    assert record.seen is not None
    if record.seen.get("waiting_for_citizen"):
        return Stop.WAITING
    if record.seen.get("is_open") is False:
        return Stop.ENDED
    return Stop.DONE if stop_number < at.calendar.number(at.today) else Stop.TODAY


def _special_days(settings: Settings, *days: date) -> dict[date, str]:
    years = range(min(days).year, max(days).year + 1)
    return {special.day: special.name for year in years for special in calendar_sources(settings, year)}
