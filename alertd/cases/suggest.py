"""The tests that a rule still lacks: for each thing that none has tried a record, and what the rule says of it now."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alertd.cases.bench import Bench, bench
from alertd.cases.case import Case, Step
from alertd.cases.edges import Edge, Plan, except_target
from alertd.cases.given import defaults
from alertd.cases.made_up import made_up
from alertd.cases.observe import Observed
from alertd.cases.people import ENDED, NO_HEAD, NO_OWNER, people
from alertd.cases.real import Real
from alertd.cases.run import Runner
from alertd.model.directory import Directory
from alertd.model.rule import Addressee
from alertd.rules.condition_types import Literal, Node, children, fields_in

Values = Mapping[str, str]

_LETTER = "A"
_ASKED = "supplement_requested_at"
_BY_UNIT = {Edge.UNIT_ENDED.value: ENDED, Edge.NO_HEAD.value: NO_HEAD, Edge.NO_OWNER.value: NO_OWNER}


@dataclass(frozen=True)
class Suggested:
    """``targets``: what it tries that no test has tried yet; ``real``: it comes from the store, without names."""

    targets: tuple[str, ...]
    now: datetime
    values: Mapping[str, str]
    seen: Observed
    real: bool
    days_off: tuple[date, ...] = ()


@dataclass
class Suggester:
    """``now``: the moment of all of the tests, local; ``missing``: what no test of the rule has tried."""

    runner: Runner
    plan: Plan
    now: datetime
    missing: list[str]

    def suggest(self, real: Sequence[Real]) -> Iterator[Suggested]:
        """One for each thing, from real records first. What nothing could be found for stays in ``missing``."""
        runner = self.runner
        for off in ((), (self._day_before(),)):
            if not self.missing:
                return
            with bench(runner.settings, runner.templates, runner.calendar, off) as made:
                for each in () if off else real:
                    # what an exception leaves out would pass the test of an edge for that reason
                    left_out = {target for target in each.targets if target.startswith("except ")}
                    if not (left_out or each.targets).isdisjoint(self.missing):
                        yield from self._tried(made, each.values, off, real=True)
                if self.missing:
                    yield from self._made_up(made, off)

    def _made_up(self, made: Bench, off: tuple[date, ...]) -> Iterator[Suggested]:
        """Many at once, to see which of them try what; then those by themselves."""
        compiled = self.plan.compiled
        nodes = list(self.plan.nodes())
        names = list(dict.fromkeys(name for node in nodes for name in fields_in(node)))
        pool = made_up(compiled, names, nodes, self.now, self.runner.calendar)
        tries = self.runner.each(made, self._case({f"R{place}": values for place, values in enumerate(pool)}, off))
        standing = [
            values for place, values in enumerate(pool) if any(t.startswith("level ") for t in tries[f"R{place}"])
        ]
        asked = next((values[_ASKED] for values in pool if values.get(_ASKED)), "")
        if Edge.PAUSED.value in self.missing and standing and asked:
            yield from self._tried(made, dict(standing[0]) | {_ASKED: asked}, off, real=False)
        for values in self._near(pool, tries, standing):
            yield from self._tried(made, values, off, real=False)
        for target, code in _BY_UNIT.items():
            if target in self.missing and standing:
                field_name = "unit" if compiled.rule.to.kind is Addressee.UNIT_HEAD else "field"
                yield from self._tried(made, standing[0] | {field_name: code}, off, real=False)

        for place, exclusion in enumerate(compiled.exclusions):
            for code in dict.fromkeys(code for line in exclusion.when for code in _units_in(line.node)):
                if except_target(place) in self.missing and standing:
                    yield from self._tried(made, dict(standing[0]) | {"unit": code}, off, real=False)

    def _near(
        self, pool: Sequence[Values], tries: Mapping[str, AbstractSet[str]], standing: Sequence[Values]
    ) -> Iterator[Values]:
        """Those that try what is missing, most alike to an alert first: the test of an edge must not pass for another reason."""
        alike = {
            place: min((sum(values[name] != other[name] for name in values) for other in standing), default=0)
            for place, values in enumerate(pool)
            if not tries[f"R{place}"].isdisjoint(self.missing)
        }
        for place in sorted(alike, key=lambda place: (alike[place], place)):
            if not tries[f"R{place}"].isdisjoint(self.missing):
                yield pool[place]

    def _tried(
        self, made: Bench, values: Mapping[str, str], off: tuple[date, ...], *, real: bool
    ) -> Iterator[Suggested]:
        """Played by itself: what a record tries is what it tries there."""
        played = self.runner.play(made, self._case({_LETTER: values}, off))
        targets = tuple(target for target in self.missing if target in played.touched)
        if targets:
            self.missing[:] = [target for target in self.missing if target not in targets]
            yield Suggested(targets, self.now, values, played.seen[_LETTER], real, off)

    def _case(self, records: Mapping[str, Mapping[str, str]], off: tuple[date, ...]) -> Case:
        compiled = self.plan.compiled
        named = [compiled.rule.to.unit] if compiled.rule.to.unit else []
        given = {letter: defaults(compiled.rule.dataset, letter) | dict(values) for letter, values in records.items()}
        codes = {values["unit"] for values in given.values() if values.get("unit")}
        directory = people({}, sorted({*named, *codes} - set(_known())), Directory(()))
        return Case("", compiled.rule.id, "", 0, (Step(self.now, given, (), 0),), directory, off)

    def _day_before(self) -> date:
        """A working day some days ago: taken as a day off, counting goes over a holiday."""
        day = self.now.date() - timedelta(days=1)
        while not self.runner.calendar.is_working(day):
            day -= timedelta(days=1)
        return day


def _units_in(node: Node) -> Iterator[str]:
    """The codes with which a condition compares the unit of a record."""
    if isinstance(node, Literal):
        if isinstance(node.value, str):
            yield node.value
    elif "unit" in fields_in(node):
        for child in children(node):
            yield from _units_in(child)


def _known() -> list[str]:
    return list(people({}, (), Directory(())).by_code)
