"""Run cases one after the other, each from an empty store, and say of each what came otherwise than was expected."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from alertd.cases.bench import Bench, Found, bench
from alertd.cases.case import Case, Of, Step
from alertd.cases.compare import Difference, differences
from alertd.cases.coverage import Looking
from alertd.cases.observe import Observed, observe
from alertd.errors import AlertdError
from alertd.model.calendar import WorkingCalendar
from alertd.notices import tell
from alertd.notices.templates import Templates
from alertd.rules.rulebook import Rulebook
from alertd.settings.shapes import Settings


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the rule's condition, in words, with the values in it. ``holds``: None where a value is missing."""

    text: str
    holds: bool | None
    values: str


Reasons = Callable[[Found, str], Sequence[Reason]]  # why the rule said what it said of the record with this key


@dataclass(frozen=True)
class Failed:
    """One moment of a case that came otherwise. ``reasons``: by the record's letter. ``why``: it could not be run at all."""

    step: int
    now: datetime
    line: int
    differences: tuple[Difference, ...]
    reasons: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Result:
    """``failed``: its moments that came otherwise; empty: it passed. ``touched``: what of the rule it has tried."""

    case: Case
    failed: tuple[Failed, ...]
    touched: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        return not self.failed


@dataclass(frozen=True)
class Played:
    """What came of a moment, by the record's letter, and what of the rule it has tried."""

    seen: Mapping[str, Observed]
    touched: frozenset[str]


@dataclass(frozen=True)
class Runner:
    """``reasons`` tells why a rule said what it said; ``look`` what a moment has tried of it."""

    settings: Settings
    templates: Templates
    calendar: WorkingCalendar
    book: Rulebook
    reasons: Reasons | None = None
    look: Looking | None = None

    def run(self, cases: Sequence[Case]) -> Iterator[Result]:
        """In an order of its own: those that count by one calendar share a store."""
        by_days = sorted(cases, key=_days)
        for (off, worked), some in itertools.groupby(by_days, key=_days):
            with bench(self.settings, self.templates, self.calendar, off, worked) as made:
                for case in some:
                    yield self._case(made, case)

    def play(self, made: Bench, case: Case) -> Played:
        """What comes of the one moment of a case, whatever it expects."""
        made.clear()
        step = case.steps[0]
        with made.step(case, self.book.compiled[case.rule], step) as found:
            seen = observe(found, {}, texts=False)
            return Played(seen, self.look(found, seen) if self.look is not None else frozenset())

    def each(self, made: Bench, case: Case) -> dict[str, frozenset[str]]:
        """What each record of the one moment of a case tries, by its letter; all of them are read and looked at together."""
        made.clear()
        with made.step(case, self.book.compiled[case.rule], case.steps[0]) as found:
            by_key = self.look.each(found) if self.look is not None else {}
            return {letter: by_key.get(key, frozenset()) for letter, key in found.keys.items()}

    def _case(self, made: Bench, case: Case) -> Result:
        made.clear()
        failed: list[Failed] = []
        touched: frozenset[str] = frozenset()
        for number, step in enumerate(case.steps, 1):
            try:
                wrong, more = self._step(made, case, number, step)
            except AlertdError as error:
                return Result(case, (*failed, Failed(number, step.now, step.line, (), why=str(error))))
            failed += wrong
            touched |= more
        return Result(case, tuple(failed), touched if not failed else frozenset())

    def _step(self, made: Bench, case: Case, number: int, step: Step) -> tuple[list[Failed], frozenset[str]]:
        compiled = self.book.compiled[case.rule]
        with made.step(case, compiled, step) as found:
            if why := found.evaluation.faults.get(case.rule):
                return [Failed(number, step.now, step.line, (), why=why)], frozenset()
            names: dict[str, list[str]] = {}
            for check in step.checks:
                if check.of is Of.FACT:
                    names.setdefault(check.record, []).append(check.field)
            seen = observe(found, names, texts=step.asks_for_text)
            wrong = differences(step.checks, seen, made.calendar.zone)
            touched = self.look(found, seen) if self.look is not None else frozenset()
            failed = [Failed(number, step.now, step.line, tuple(wrong), self._why(found, wrong))] if wrong else []
            if number < len(case.steps):  # what is told now is not news later
                tell.tell(found.session, found.desk, found.at, found.cycle)
            return failed, touched

    def _why(self, found: Found, wrong: Sequence[Difference]) -> dict[str, tuple[Reason, ...]]:
        if self.reasons is None:
            return {}
        letters = dict.fromkeys(difference.record for difference in wrong)
        return {letter: tuple(self.reasons(found, found.keys[letter])) for letter in letters}


def _days(case: Case) -> tuple[tuple[date, ...], tuple[date, ...]]:
    return tuple(sorted(case.days_off)), tuple(sorted(case.days_worked))
