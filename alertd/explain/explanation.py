"""All that there is to say about a record at a moment, gathered from the stages; each says its own part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from alertd.errors import CannotRun
from alertd.explain.changes import Asked as AskedOf
from alertd.explain.changes import Changes, changes
from alertd.explain.copies import Compared, compared
from alertd.explain.count import Count, Stop, count, path
from alertd.explain.find import find, nearest, of_alert
from alertd.explain.ledger import days_of
from alertd.explain.records import Copy, Record, records
from alertd.explain.told import Story, stories
from alertd.explain.verdicts import Outcome, OwnDue, Verdict, verdicts
from alertd.explain.versions import InForce, in_force
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.dataset import Dataset, FieldType, Time
from alertd.model.freshness import Freshness
from alertd.model.ledger import Ledger
from alertd.model.words import LIVE_STATES
from alertd.notices.clean import one_line
from alertd.notices.waiting import Asked
from alertd.rules.evaluate import live_mode
from alertd.settings.calendar import calendar_sources
from alertd.settings.shapes import Settings
from alertd.site import Site
from alertd.store import causes

Found = Sequence[tuple[Dataset, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Look:
    """From when another moment than now is looked at. ``since``: from when on what the record said is exact; before that the
    oldest that is known stands. ``rules_known``: it is the rules of then that speak, else those of now; ``cycle_at``: the last
    cycle before that moment, ``rule_set`` the version of the set by which it ran; ``in_force``: the versions of these rules,
    where the store that is looked at does not know."""

    now: datetime
    since: datetime | None = None
    rules_known: bool = True
    cycle_at: datetime | None = None
    rule_set: str = ""
    in_force: Mapping[str, InForce] | None = None


@dataclass(frozen=True)
class Explanation:
    """``compared``: its copies side by side; ``authorities`` of all sources, ``freshness`` of those of its copies.
    ``not_due``: deadlines that the record does not have. ``set_aside``: rules that cannot run, of whatever dataset, and
    why. ``in_force``: the version of each rule; ``changes``: what would change its verdict. ``look``: None where it is about
    the present."""

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
    in_force: Mapping[str, InForce] = field(default_factory=dict)
    changes: Mapping[str, Changes] = field(default_factory=dict)
    look: Look | None = None
    causes: tuple[Mapping[str, Any], ...] = ()  # what was said of its delay, the oldest first


def explain(session: Session, site: Site, key: str, now: datetime, language: str = "") -> list[Explanation]:
    """One explanation for each record that the code means, in the language, by default the site's. Reads only. Raises CannotRun
    for a code that nothing has."""
    return explain_found(session, site, meant(session, key), now, language=language)


def meant(session: Session, key: str) -> Found:
    """The records that a code means. Raises CannotRun, with the nearest codes, for one that nothing has."""
    found = find(session, key) or of_alert(session, key)
    if not found:
        near = nearest(session, key)
        cure = f"did you mean {' or '.join(near)}?" if near else "see `alertd alerts list` for codes"
        raise CannotRun(f"no record has the code {one_line(key, 80)!r}; {cure}")
    return found


def explain_found(
    session: Session,
    site: Site,
    found: Found,
    now: datetime,
    looks: Mapping[str, Look] | None = None,
    *,
    language: str = "",
) -> list[Explanation]:
    """The same of records that were found before, perhaps in another store. ``looks``: by code, where it is not the present
    that is asked about."""
    at = AsOf(now, site.calendar, live_mode(session, now))
    fresh = freshness(session, site.settings.sources, at)
    mapped = {source.name: source.fields.keys() for source in site.settings.sources}
    believed = {name for name, source in fresh.items() if source.fresh}
    told_by = at if looks is None else replace(at, now=min(at.now, *(look.now for look in looks.values())))
    asked = Asked(site.rules.set, told_by, tuple(site.channels), believed, site.settings.digest)
    versions = in_force(session, site.rules.set.rules.values())
    explained = []
    for dataset, keys in found:  # a handful of statements for each kind of record, whatever their number
        known = records(session, dataset, keys, at)
        judged = verdicts(session, site.rules, dataset, known, at, language or site.language)
        told = stories(session, dataset.name, keys, site.settings.site.timezone, asked)
        about = AskedOf(known, judged, {key: _standing(each) for key, each in told.items()})
        said = causes.of_records(session, dataset.name, keys)
        changing = changes(session, site.rules, dataset, about, site.reading, site.settings.digest, at)
        for code in keys:
            look = (looks or {}).get(code)
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
                    days_of(dataset, record, at),
                    versions if look is None or look.in_force is None else look.in_force,
                    {rule: each for (of, rule), each in changing.items() if of == code},
                    look,
                    tuple(said.get(code, ())),
                )
            )
    return explained


def _standing(told: Sequence[Story]) -> frozenset[str]:
    return frozenset(story.alert["rule"] for story in told if story.alert["state"] in LIVE_STATES)


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
            counts.append(_with_path(settings, record, verdict.due, own, at))
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


def _with_path(settings: Settings, record: Record, due: OwnDue, own: Count, at: AsOf) -> Count:
    """The count of a rule's own due date, with the days by which the rule comes to it."""
    assert record.seen is not None
    assert record.numbers is not None
    begun, number = record.seen.get(due.begun), record.numbers.get(due.begun_number)
    if begun is None or number is None:
        return own
    day = at.calendar.today(begun) if isinstance(begun, datetime) else begun
    names = _special_days(settings, day, due.day)
    return replace(own, begun=due.begun, path=path(at.calendar, names, day, number, due.day, due.number))


def _deadlines(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Each deadline from which the dataset counts working days, with the field that counts them."""
    by_number = {field.number: field.name for field in dataset.declared if field.time is Time.DEADLINE and field.number}
    for counted in dataset.declared:
        if counted.type is FieldType.INTEGER and counted.due_number and counted.name.endswith("working_days_late"):
            yield by_number[counted.due_number], counted.name


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
