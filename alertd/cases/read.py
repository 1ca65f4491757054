"""One file of tests → its cases, or every fault that it has. What it names is checked against what there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from alertd.cases.case import Case
from alertd.cases.people import people
from alertd.cases.read_steps import MOST, Steps, line_of
from alertd.cases.shape import TESTS, TestShape, UnitShape
from alertd.errors import Fault, Said
from alertd.model.calendar import FIRST_DAY, WorkingCalendar
from alertd.model.directory import Directory
from alertd.rules.nearest import did_you_mean
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.shape_faults import shaped
from alertd.rules.yaml_text import Document, Path_


@dataclass(frozen=True)
class Around:
    """What a test may name: the rules, the units of the site; and the calendar by which it counts."""

    book: Rulebook
    directory: Directory
    calendar: WorkingCalendar


def read_file(document: Document, around: Around) -> tuple[list[Case], list[Fault]]:
    """The cases, none where anything is wrong with the file; its faults and warnings."""
    values, faults = shaped(document, TESTS)
    reader = _Reader(document, around, values, faults)
    cases = reader.cases()
    return ([] if any(not fault.warning for fault in faults) else cases), faults


@dataclass
class _Reader:
    document: Document
    around: Around
    values: Mapping[str, Any]
    faults: list[Fault]

    def cases(self) -> list[Case]:
        tests: Sequence[TestShape] = self.values.get("tests", ())
        named = self.values.get("rule")
        rules = [
            self._rule(test.rule or named, ("tests", place, "rule") if test.rule else ("rule",), place)
            for place, test in enumerate(tests)
        ]
        self._names(tests)
        directory = self._people([rule for rule in rules if rule is not None])
        found = []
        for place, (test, compiled) in enumerate(zip(tests, rules, strict=True)):
            if compiled is not None and len(self.faults) < MOST:
                found.append(self._case(place, test, compiled, directory))
        return found

    def _case(self, place: int, test: TestShape, compiled: CompiledRule, directory: Directory) -> Case:
        off = (*self.values.get("days_off", ()), *test.days_off)
        worked = (*self.values.get("days_worked", ()), *test.days_worked)
        calendar = with_days(self.around.calendar, off, worked)
        steps = Steps(self.document, compiled, calendar, directory, self.values.get("common") or {}, self.faults)
        path: Path_ = ("tests", place)
        return Case(
            name=test.name,
            rule=compiled.rule.id,
            file=self.document.file,
            line=line_of(self.document, (*path, "name")),
            steps=tuple(steps.read(path, test)),
            people=directory,
            days_off=off,
            days_worked=worked,
        )

    def _rule(self, name: str | None, path: Path_, place: int) -> CompiledRule | None:
        book = self.around.book
        if name is None:
            if "tests" in self.values and "rule" in self.values and place == 0:
                self._fault(
                    (),
                    Said("which rule is tested is not said", "chưa ghi kiểm thử quy tắc nào"),
                    Said("write rule: and the rule's id at the top", "viết rule: và mã quy tắc ở đầu tệp"),
                )
            return None
        if name in book.compiled:
            return book.compiled[name]
        if place and path == ("rule",):  # said with the first test
            return None
        if name in book.set.set_aside:
            self._fault(
                path,
                Said(f"the rule {name!r} is set aside for a fault", f"quy tắc {name!r} đang bị gác lại vì viết sai"),
                Said("mend it first: alertd rules check", "sửa quy tắc trước: alertd rules check"),
            )
        else:
            self._fault(
                path,
                Said(f"unknown rule {name!r}", f"không có quy tắc {name!r}"),
                did_you_mean(name, list(book.compiled)),
            )
        return None

    def _names(self, tests: Sequence[TestShape]) -> None:
        seen: dict[tuple[str, str], int] = {}
        for place, test in enumerate(tests):
            path: Path_ = ("tests", place, "name")
            line = line_of(self.document, path)
            first = seen.setdefault((test.rule or "", test.name), line)
            if first != line:
                self._fault(
                    path,
                    Said(
                        f"two tests of one name, the first in line {first}",
                        f"hai kiểm thử trùng tên, cái đầu ở dòng {first}",
                    ),
                    Said("say in the name how they differ", "đặt tên nói rõ hai trường hợp khác nhau ở đâu"),
                )

    def _people(self, rules: Sequence[CompiledRule]) -> Directory:
        further: Mapping[str, UnitShape] = self.values.get("units") or {}
        named = {compiled.rule.to.unit for compiled in rules if compiled.rule.to.unit}
        directory = people(further, sorted(named), self.around.directory)
        for code, unit in further.items():
            if unit.successor and unit.successor not in directory.by_code and len(self.faults) < MOST:
                self._fault(
                    ("units", code, "successor"),
                    Said(f"no unit has the code {unit.successor!r}", f"không có đơn vị mang mã {unit.successor!r}"),
                    did_you_mean(unit.successor, list(directory.by_code)),
                )
        return directory

    def _fault(self, path: Path_, what: str, cure: str) -> None:
        self.faults.append(self.document.fault(path, what, cure))


def with_days(calendar: WorkingCalendar, off: Sequence[date], worked: Sequence[date]) -> WorkingCalendar:
    """The calendar with further days off and days worked."""
    if not off and not worked:
        return calendar
    working = bytearray(calendar.working)
    first = FIRST_DAY.toordinal()
    for days, value in ((off, 0), (worked, 1)):
        for day in days:
            if 0 <= (place := day.toordinal() - first) < len(working):
                working[place] = value
    return calendar.with_days(bytes(working))
