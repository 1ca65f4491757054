"""One rule's document → its compiled rule, or every fault that it has. What it names is checked against what there is."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from alertd.errors import Fault
from alertd.model.dataset import Dataset, Field, FieldType
from alertd.model.datasets import DATASETS
from alertd.model.duration import Duration, Unit
from alertd.model.rule import Addressee, Basis, Rule, To
from alertd.model.words import Level, Send
from alertd.rules import rule_said as say
from alertd.rules.condition_types import fields_in
from alertd.rules.deadline import ADDED, fields_with
from alertd.rules.levels import read_levels
from alertd.rules.lines import Lines
from alertd.rules.name_said import names_of, unknown_field
from alertd.rules.rulebook import CompiledRule, Condition, Deadline, Exclusion, LevelStep
from alertd.rules.sense import doubts
from alertd.rules.shape import NO_YEARS, TextsShape
from alertd.rules.shape_faults import shaped
from alertd.rules.shape_said import cut_by_comment
from alertd.rules.wrong import Wrong
from alertd.rules.yaml_text import Document, Path_

_WORDS = {kind.value: kind for kind in Addressee if kind is not Addressee.UNIT}


@dataclass(frozen=True)
class Known:
    """What a rule may name: unit codes, best with the full name of each, and templates (empty: not known, not checked); the
    site's language."""

    language: str
    units: Collection[str]
    templates: Collection[str]

    @property
    def codes(self) -> dict[str, str]:
        """Units' codes by their full names, as far as these are known."""
        named = self.units.items() if isinstance(self.units, Mapping) else ()
        return {name: code for code, name in named if isinstance(name, str)}


def read_rule(document: Document, known: Known) -> tuple[CompiledRule | None, list[Fault]]:
    """The rule, or None, and its faults and warnings. ``id`` is not compared with the file's name here."""
    values, faults = shaped(document)
    reader = _Reader(document, known, values)
    faults += reader.check()
    if any(not fault.warning for fault in faults):
        return None, faults
    compiled = reader.compiled()
    return compiled, faults + doubts(compiled, document)


class _Reader:
    """Checks each key that has its shape. After a check without faults, `compiled` gives the rule."""

    def __init__(self, document: Document, known: Known, values: Mapping[str, Any]) -> None:
        self._document = document
        self._known = known
        self._values = values
        self._faults: list[Fault] = []
        self._deadline: Deadline | None = None
        self._when: tuple[Condition, ...] = ()
        self._ends_when: tuple[Condition, ...] = ()
        self._measure: Condition | None = None
        self._levels: tuple[LevelStep, ...] = ()
        self._exclusions: tuple[Exclusion, ...] = ()
        self._fields: Mapping[str, Field] = {}

    def check(self) -> list[Fault]:
        dataset = self._dataset()
        if dataset is not None:
            self._fields = self._effective(dataset)
            self._conditions()
            for index, name in enumerate(self._values.get("show", ())):
                if name not in self._fields:
                    self._fault(("show", index), unknown_field(name, self._fields))
        self._addressee()
        self._template()
        self._texts()
        self._periods()
        return self._faults

    def _fault(self, path: Path_, found: Wrong, *, warning: bool = False) -> None:
        self._faults.append(self._document.fault(path, *found, warning=warning))

    def _dataset(self) -> Dataset | None:
        name = self._values.get("dataset")
        if name is not None and name not in DATASETS:
            self._fault(("dataset",), say.dataset(name, DATASETS))
        return DATASETS.get(name) if name is not None else None

    # --- the deadline and what it makes of the fields ---
    def _effective(self, dataset: Dataset) -> Mapping[str, Field]:
        written = self._values.get("deadline")
        if written is None and "deadline" in self._values:
            return dataset.fields
        counting = {field.name: field for field in dataset.declared if field.number}
        if not counting:
            self._fault(("deadline",), say.nothing_to_count_from(dataset.name))
        start = counting.get(written.counted_from) if written is not None else None
        if written is not None and counting:
            self._deadline = self._read_deadline(dataset, counting, start, written)
        # with a faulty deadline the names stand all the same, so that conditions are read
        stand_in = Deadline(next(iter(dataset.declared)), Duration(1, Unit.WORKING_DAYS))
        return fields_with(dataset, self._deadline or stand_in)

    def _read_deadline(
        self, dataset: Dataset, counting: Mapping[str, Field], start: Field | None, written: Any
    ) -> Deadline | None:
        if start is None:
            self._fault(
                ("deadline", "counted_from"),
                say.not_counted_from(written.counted_from, counting, names_of(counting.values())),
            )
        self._length(("deadline", "within"), written.within)
        flags = {field.name: field for field in dataset.declared if field.type is FieldType.BOOLEAN}
        for name, period in written.within_if.items():
            self._length(("deadline", "within_if", name), period)
            if name not in flags:
                path = ("deadline", "within_if", name)
                self._faults.append(self._document.fault_at_key(path, *say.no_flag(name, flags)))
        if start is None or not written.within_if.keys() <= flags.keys():
            return None
        others = tuple((flags[name], period) for name, period in written.within_if.items())
        return Deadline(start, written.within, others)

    def _length(self, path: Path_, period: Duration) -> None:
        if period.unit not in (Unit.WORKING_DAYS, Unit.DAYS):
            self._fault(path, say.no_whole_days(period))
        elif period.amount > NO_YEARS:
            self._fault(path, say.too_long(period))

    # --- conditions ---
    def _conditions(self) -> None:
        values = self._values
        lines = Lines(self._document, self._fields, self._known.units, self._known.codes)
        self._when = lines.read(("when",), values.get("when", ()))
        if (ends_when := values.get("ends_when")) is not None:
            self._ends_when = lines.read(("ends_when",), ends_when)
        if (measure := values.get("measure")) is not None:
            self._measure = lines.measure(("measure",), measure)
        self._levels = read_levels(self._document, values, lines)
        exclusions = []
        for index, written in enumerate(values.get("except", ())):
            when = lines.read(("except", index, "when"), written.when)
            self._span(("except", index), written.since, written.until)
            exclusions.append(Exclusion(when, written.reason, written.since, written.until))
        self._exclusions = tuple(exclusions)
        self._faults += lines.faults

    def _span(self, path: Path_, since: Any, until: Any) -> None:
        if since is not None and until is not None and until < since:
            self._fault((*path, "until"), say.ENDS_BEFORE)

    # --- whom, how, when ---
    def _addressee(self) -> None:
        to, units = self._values.get("to"), self._known.units
        if to is None or to in _WORDS or to in units:
            return
        if units:
            self._fault(("to",), say.addressee(to, _WORDS, units, self._known.codes))

    def _template(self) -> None:
        name, known = self._values.get("template"), self._known.templates
        if name is not None and known and name not in known:
            self._fault(("template",), say.template(name, sorted(known)))

    def _texts(self) -> None:
        for path, rest in self._document.cut_texts(("title", "basis", "action")):
            self._fault(path, cut_by_comment(rest), warning=True)
        for key in ("title", "action"):
            texts = self._values.get(key)
            if not isinstance(texts, TextsShape):
                continue
            if texts.vi is None and texts.en is None:
                self._fault((key,), say.no_text(key))
            elif getattr(texts, self._known.language) is None:
                self._fault((key,), say.no_text_in(key, self._known.language), warning=True)
        for index, basis in enumerate(self._values.get("basis", ())):
            if not isinstance(basis, str):
                self._span(("basis", index), basis.since, basis.until)

    def _periods(self) -> None:
        repeat = self._values.get("repeat")
        if repeat is not None and not repeat.in_working_time and repeat.seconds() < 3600:
            self._fault(("repeat",), say.too_often(repeat))

    # --- the rule ---
    def compiled(self) -> CompiledRule:
        values, dataset = self._values, DATASETS[self._values["dataset"]]
        to = values["to"]
        rule = Rule(
            id=values["id"],
            version=version_of(self._document.text),
            file=self._document.file,
            text=self._document.text,
            dataset=dataset,
            fields=self._fields,
            title=self._by_language(values["title"]),
            to=To(_WORDS[to]) if to in _WORDS else To(Addressee.UNIT, to),
            send={level: Send(getattr(values["send"], level.word)) for level in Level},
            template=values["template"],
            measure=self._measure.text if self._measure else "",
            shows=self._shows(dataset),
            basis=tuple(
                Basis(each) if isinstance(each, str) else Basis(each.text, each.since, each.until)
                for each in values["basis"]
            ),
            action=self._by_language(values["action"]),
            act_within=values["act_within"],
            repeat=values["repeat"],
            at_most=values["at_most"],
        )
        return CompiledRule(
            rule, self._when, self._levels, self._measure, self._exclusions, self._ends_when, self._deadline
        )

    def _by_language(self, texts: TextsShape | str | None) -> dict[str, str]:
        if texts is None:
            return {}
        if isinstance(texts, str):
            return {self._known.language: texts}
        return {name: text for name, text in (("vi", texts.vi), ("en", texts.en)) if text is not None}

    def _shows(self, dataset: Dataset) -> tuple[str, ...]:
        conditions = [*self._when, *([self._measure] if self._measure else [])]
        conditions += [step.condition for step in self._levels if step.condition is not None]
        names = [name for condition in (*conditions, *self._ends_when) for name in fields_in(condition.node)]
        own = [self._deadline.counted_from.name, ADDED[0].name] if self._deadline else []
        return tuple(dict.fromkeys([*names, *own, *self._values["show"], *dataset.shows]))


def version_of(text: str) -> str:
    """The hash of a rule's text; spaces at the ends of lines do not count."""
    plain = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
