"""A throw-away store on which the real stages run: records are read, rules find, alerts are reconciled, people are told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session

from alertd.alerts import cycles, lifecycle
from alertd.cases.case import Case, Given, Step
from alertd.cases.drawn import believe_now, drawn_row
from alertd.cases.given import defaults
from alertd.cases.people import speaking
from alertd.cases.read import with_days
from alertd.contacts.reach import reach
from alertd.derive.draw import draw
from alertd.errors import CannotRun
from alertd.intake.freshness import freshness
from alertd.intake.poll import accept, poll
from alertd.intake.site import IntakeSite
from alertd.model.asof import AsOf
from alertd.model.audit import CalendarDay, SiteFact
from alertd.model.base import metadata, table_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Dataset
from alertd.model.directory import Directory
from alertd.model.rule import Evaluation, RuleSet
from alertd.model.source import Page, Probed, Snapshot
from alertd.model.words import ChannelName
from alertd.notices.templates import Templates
from alertd.notices.writer import Desk
from alertd.rules import evaluate
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.settings.shapes import Settings
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store
from alertd.store.scratch import scratch_store

SOURCE = "test"
_KEPT = (table_of(CalendarDay).name, table_of(SiteFact).name)  # filled once
_COUNTED = ("first_due_at", "times_put_off")  # where no source gives them, they follow from what was read before
_NEVER_DOUBTED = {"max_drop": 1.0, "max_rise": 1e9, "max_shift": 1.0}


@dataclass
class Listed:
    """A source that lists what the test says."""

    records: list[dict[str, str]]

    def open(self, marks: Mapping[str, str], now: Any) -> Snapshot:  # noqa: ARG002 - what a source is asked
        page = Page([(f"record {place}", record) for place, record in enumerate(self.records, 1)])
        return Snapshot(iter([page]))

    def probe(self, now: Any) -> Probed:  # noqa: ARG002 - likewise
        return Probed("made up")


@dataclass(frozen=True)
class Found:
    """What the stages came to at one moment, in the transaction in which it still stands. ``keys``: the record's own code by its
    letter."""

    session: Session
    compiled: CompiledRule
    at: AsOf
    desk: Desk
    cycle: int
    evaluation: Evaluation
    keys: Mapping[str, str]


@dataclass(frozen=True)
class Bench:
    """``settings``: of the site, for its periods, its zone and its words; ``calendar``: its own."""

    store: Store
    settings: Settings
    templates: Templates
    calendar: WorkingCalendar

    def clear(self) -> None:
        """As if nothing had been read yet."""
        with self.store.write() as session:
            for table in metadata.sorted_tables:
                if table.name not in _KEPT:
                    session.connection().execute(delete(table))

    @contextmanager
    def step(self, case: Case, compiled: CompiledRule, step: Step) -> Iterator[Found]:
        """Read the records as they are then, run the rule and reconcile; within the block what was found can be looked at."""
        dataset = compiled.rule.dataset
        source = _source(dataset, case)
        settings = _trial(self.settings, source)
        people = speaking(case.people, step.language) if step.language else case.people
        if dataset.follows:
            self._draw(dataset, source, step)
        else:
            self._read(source, settings, people, step)
        book = Rulebook(
            RuleSet({compiled.rule.id: compiled.rule}, compiled.rule.version), {compiled.rule.id: compiled}, "vi"
        )
        with self.store.write() as session:
            at = AsOf(step.now, self.calendar, evaluate.live_mode(session, step.now))
            cycle = cycles.begin(session, at, book.set)
            evaluation = evaluate.evaluate(session, book, at)
            fresh = freshness(session, settings.sources, at)
            done = lifecycle.reconcile(session, book.set, evaluation, fresh, at, cycle)
            ways = reach(session, people, at, channels=(ChannelName.EMAIL,))
            desk = Desk(settings, book.set, self.templates, ways, fresh)
            keys = {letter: key_of(dataset, letter, given) for letter, given in _last(case, step).items()}
            yield Found(session, compiled, at, desk, cycle, evaluation, keys)
            cycles.close(session, cycle, evaluation, done.counts, 0, at.now)

    def _draw(self, dataset: Dataset, source: SourceSettings, step: Step) -> None:
        """The rows as if they had been worked out, and their source as read at that moment."""
        at = AsOf(step.now, self.calendar)
        rows = [drawn_row(dataset, given, at) for given in step.records.values() if given is not None]
        with self.store.write() as session:
            draw(session, dataset, rows, at)
            believe_now(session, source, step.now)

    def _read(self, source: SourceSettings, settings: Settings, people: Directory, step: Step) -> None:
        site = IntakeSite(
            calendar=self.calendar,
            directory=people,
            announcements=settings.announcements,
            zone=settings.site.timezone,
            language="en",
            authorities={SOURCE: 0},
        )
        records = [dict(given) for given in step.records.values() if given is not None]
        # what is no longer listed is gone when a second whole list does not name it either
        times = 1 if len(records) == len(step.records) else 2
        if times > 1:
            with self.store.write() as session:
                accept(session, SOURCE, reason="as the test says", by="test", now=step.now)
        for more in reversed(range(times)):
            now = step.now - timedelta(minutes=more)
            polled = poll(self.store, Listed(records), source, site, now=now, clock=lambda now=now: now)  # type: ignore[misc]
            if not polled.believed or polled.counts.rejected:
                raise CannotRun(f"the records of a test could not be read: {polled}")


@contextmanager
def bench(
    settings: Settings,
    templates: Templates,
    calendar: WorkingCalendar,
    off: tuple[date, ...] = (),
    worked: tuple[date, ...] = (),
) -> Iterator[Bench]:
    """A bench that counts by the calendar with these further days off and days worked."""
    counted = with_days(calendar, off, worked)
    with scratch_store(counted) as store:
        yield Bench(store, settings, templates, counted)


def key_of(dataset: Dataset, letter: str, given: Given | None) -> str:
    """The record's own code, as intake puts it together."""
    values = given if given is not None else defaults(dataset, letter)
    if "code" in values:
        return values["code"]
    return "/".join(values.get(name, "") for name in ("procedure", "legal_text", "decision"))


def _last(case: Case, step: Step) -> dict[str, Given | None]:
    """The records of the step; of one that is gone, what it was before."""
    found: dict[str, Given | None] = {}
    for each in case.steps:
        found |= {letter: given for letter, given in each.records.items() if given is not None}
        if each is step:
            break
    return {letter: found.get(letter) for letter in step.records}


def _source(dataset: Dataset, case: Case) -> SourceSettings:
    named = {name for step in case.steps for given in step.records.values() if given for name in given}
    fields = [field.name for field in dataset.given if field.name not in _COUNTED or field.name in named]
    return _source_of(dataset.name, tuple(fields))


@cache
def _source_of(dataset: str, fields: tuple[str, ...]) -> SourceSettings:
    values = {
        "name": SOURCE,
        "dataset": dataset,
        "kind": "http",
        "url": "http://127.0.0.1/",
        "fields": {name: name for name in fields},
    }
    return SourceSettings.model_validate(values | _NEVER_DOUBTED)


def _trial(settings: Settings, source: SourceSettings) -> Settings:
    """The site's settings as a trial with one source, so that heads are told, and by their own rules alone."""
    site = settings.site.model_copy(update={"mode": "trial"})
    return settings.model_copy(update={"site": site, "sources": (source,)})
