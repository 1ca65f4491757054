"""The moments of one test: the records as they are then, and what is expected; every fault of them at its place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alertd.cases import read_said as say
from alertd.cases.case import Check, Given, Of, Step
from alertd.cases.given import defaults, written, wrong_field
from alertd.cases.people import OFFICE
from alertd.cases.shape import EXPECTING, GONE, NONE, StepShape, TestShape
from alertd.cases.when import NoTime, moment_of
from alertd.errors import Fault
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Field
from alertd.model.directory import Directory
from alertd.model.words import Level, Send
from alertd.rules.nearest import did_you_mean
from alertd.rules.rulebook import CompiledRule
from alertd.rules.wrong import Wrong, wrong
from alertd.rules.yaml_text import Document, Path_

ONE = "A"  # the letter of a single record
MOST = 100  # faults of one file: whoever has mended them sees the others
_OF_STANDING = ("unit", "to", "measure", "told", "says", "says_not")
_OF_ONE = ("alert", "unit", "to", "measure", "facts", "told", "ends")


def line_of(document: Document, path: Path_) -> int:
    return document.fault(path, "").line


@dataclass
class Steps:
    """Reads the steps of one test. Faults are added to ``faults``."""

    document: Document
    compiled: CompiledRule
    calendar: WorkingCalendar
    directory: Directory
    common: Mapping[str, Any]
    faults: list[Fault]
    _records: dict[str, dict[str, str] | None] = field(default_factory=dict)
    _now: datetime | None = None
    _letter: str = ONE  # of the first record

    def read(self, path: Path_, test: TestShape) -> Iterator[Step]:
        """What stands at the top is the first moment; where it has neither a moment nor an expectation and steps follow, it is
        what the records are to begin with."""
        further = [((*path, "steps", place), step) for place, step in enumerate(test.steps or ())]
        if further and test.at is None and not _expects(test):
            self._begin(path, test, further[0][1].at)
        else:
            further.insert(0, (path, test))
        for place, step in further:
            found = self._step(place, step, test.language or "")
            if found is not None:
                yield found

    def _begin(self, path: Path_, test: TestShape, at: str | None) -> None:
        with suppress(NoTime):  # said with the step
            self._read_records(path, test, moment_of(at or "", self.calendar))

    def _step(self, place: Path_, step: StepShape, language: str) -> Step | None:
        now = self._moment(place, step)
        if now is None:
            return None
        self._read_records(place, step, now)
        if not self._records:
            self._fault(place, *say.NO_RECORD)
            return None
        if not _expects(step):
            self._fault(place, *say.NO_EXPECTATION)
            return None
        checks = tuple(self._checks(place, step, now))
        records: dict[str, Given | None] = {
            letter: None if values is None else dict(values) for letter, values in self._records.items()
        }
        return Step(now, records, checks, line_of(self.document, place), step.language or language)

    # --- when ---
    def _moment(self, place: Path_, step: StepShape) -> datetime | None:
        if step.at is None:
            self._fault(place, *say.NO_MOMENT)
            return None
        try:
            now = moment_of(step.at, self.calendar)
        except NoTime as error:
            self._fault((*place, "at"), *error.found)
            return None
        if self._now is not None and now <= self._now:
            self._fault((*place, "at"), *say.NOT_LATER)
            return None
        self._now = now
        return now

    # --- records ---
    def _read_records(self, place: Path_, step: StepShape, now: datetime) -> None:
        if step.record is not None and step.records is not None:
            self._fault((*place, "records"), *say.BOTH)
            return
        if step.record is not None:
            self._one((*place, "record"), ONE, step.record, now)
        for letter, values in (step.records or {}).items():
            self._one((*place, "records", letter), letter, values, now)

    def _one(self, path: Path_, letter: str, values: Any, now: datetime) -> None:
        known = letter in self._records
        if values == GONE:
            if not known:
                self._fault(path, *say.GONE_BEFORE)
            self._records[letter] = None
            return
        if values is None:
            values = {}
        if not isinstance(values, dict):
            self._fault(path, *say.NO_VALUES)
            return
        before = self._records.get(letter) if known else None
        dataset = self.compiled.rule.dataset
        made = dict(before) if before is not None else defaults(dataset, letter)
        if before is None:
            made |= self._values(("common",), self.common, now)
        self._records[letter] = made | self._values(path, values, now)

    def _values(self, path: Path_, values: Mapping[str, Any], now: datetime) -> dict[str, str]:
        dataset, found = self.compiled.rule.dataset, {}
        for name, value in values.items():
            if len(self.faults) >= MOST:
                break
            if (odd := wrong_field(dataset, name)) is not None:
                self._at_key((*path, name), *odd)
                continue
            text = written(dataset.fields[name], value, now, self.calendar, list(self.directory.by_code))
            if isinstance(text, Wrong):
                self._fault((*path, name), *text)
            else:
                found[name] = text
        return found

    # --- what is expected ---
    def _checks(self, place: Path_, step: StepShape, now: datetime) -> Iterator[Check]:
        self._letter = next(iter(self._records))
        for name in _OF_ONE:
            if len(self._records) > 1 and getattr(step, name) is not None:
                self._at_key((*place, name), *say.several(name))
                return
        if step.alerts is not None:
            yield from self._alerts((*place, "alerts"), step.alerts)
        if step.alert is not None:
            yield self._check(place, Of.ALERT, _level(step.alert))
        for name in _OF_STANDING:
            if step.alert == NONE and getattr(step, name) is not None:
                self._at_key((*place, name), *say.standing(name))
        yield from self._people(place, step)
        if step.measure is not None:
            yield self._check(place, Of.MEASURE, step.measure)
        yield from self._facts((*place, "facts"), step.facts or {}, now)
        if step.told is not None:
            yield self._check(place, Of.TOLD, Send(step.told))
        if step.ends is not None:
            if step.alert != NONE:
                self._fault((*place, "ends"), *say.ENDS_WITH_NONE)
            yield self._check(place, Of.ENDS, step.ends)
        for of, name, texts in ((Of.SAYS, "says", step.says), (Of.SAYS_NOT, "says_not", step.says_not)):
            yield from self._texts((*place, name), of, texts)

    def _alerts(self, path: Path_, alerts: Mapping[str, str]) -> Iterator[Check]:
        for letter, word in alerts.items():
            if len(self.faults) >= MOST:
                break
            if letter not in self._records:
                found = wrong(f"there is no record {letter!r}", f"không có bản ghi {letter!r}")
                self._at_key((*path, letter), found.what, did_you_mean(letter, list(self._records)))
            yield Check(Of.ALERT, letter, _level(word), line_of(self.document, (*path, letter)))
        for letter in self._records:
            if letter not in alerts:
                self._fault(path, *say.unsaid(letter))

    def _people(self, place: Path_, step: StepShape) -> Iterator[Check]:
        codes = self.directory.by_code
        if step.unit is not None:
            if step.unit != NONE and step.unit not in codes:
                self._fault((*place, "unit"), *say.no_unit(step.unit, list(codes)))
            yield self._check(place, Of.UNIT, None if step.unit == NONE else step.unit)
        if step.to is not None:
            meant = OFFICE if step.to == "office" else step.to
            if meant not in codes:
                self._fault((*place, "to"), *say.no_unit(step.to, ["office", *codes]))
            yield self._check(place, Of.TO, "office" if meant == OFFICE else meant)

    def _facts(self, path: Path_, facts: Mapping[str, Any], now: datetime) -> Iterator[Check]:
        fields: Mapping[str, Field] = self.compiled.rule.fields
        for name, value in facts.items():
            if len(self.faults) >= MOST:
                break
            here = (*path, name)
            if name not in fields:
                found = wrong(f"unknown field {name!r}", f"không có trường {name!r}")
                names = {each.vi: each.name for each in fields.values()}
                self._at_key(here, found.what, did_you_mean(name, fields, names, rest="alertd rules fields"))
                continue
            text = written(fields[name], value, now, self.calendar, list(self.directory.by_code))
            if isinstance(text, Wrong):
                self._fault(here, *text)
                continue
            yield Check(Of.FACT, self._letter, text, line_of(self.document, here), name)

    def _texts(self, path: Path_, of: Of, texts: str | Sequence[str] | None) -> Iterator[Check]:
        if texts is None:
            return
        several = [texts] if isinstance(texts, str) else list(texts)
        for place, text in enumerate(several):
            here = path if isinstance(texts, str) else (*path, place)
            if not text.strip():
                self._fault(here, *say.NO_TEXT)
            yield Check(of, self._letter, " ".join(text.split()), line_of(self.document, here))

    def _check(self, place: Path_, of: Of, value: Any) -> Check:
        return Check(of, self._letter, value, line_of(self.document, (*place, of.value)))

    def _fault(self, path: Path_, what: str, cure: str = "") -> None:
        self.faults.append(self.document.fault(path, what, cure))

    def _at_key(self, path: Path_, what: str, cure: str = "") -> None:
        self.faults.append(self.document.fault_at_key(path, what, cure))


def _expects(step: StepShape) -> bool:
    return any(getattr(step, name) is not None for name in EXPECTING)


def _level(word: str) -> Level | None:
    return None if word == NONE else Level.of(word)
