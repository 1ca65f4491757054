"""Results of rule tests as people read them: what was expected beside what came, and why; what the tests have not tried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alertd.cases.coverage import Covered
from alertd.cases.edges import WHAT, Edge
from alertd.cases.run import Failed, Reason, Result
from alertd.cli.common import printable
from alertd.cli.fitting import fitting
from alertd.errors import Fault, in_language
from alertd.notices.labels import LEVELS

_HOLDS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: "?"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "running": "kiểm thử quy tắc",
        "step": "bước {step}, {at}",
        "expected": "phải là {expected}",
        "got": "kết quả {got}",
        "record": "bản ghi {record}",
        "why": "vì",
        "missing_value": "thiếu giá trị",
        "not_run": "không chạy được: {why}",
        "sum": "{count} kiểm thử: {passed} đạt, {failed} không đạt",
        "no_tests": "không có kiểm thử nào; đặt tệp trong thư mục tests cạnh các quy tắc, hoặc dùng "
        "`alertd rules test --suggest QUY-TẮC` để có bản đề xuất",
        "not_tried": "chưa thử (`alertd rules test --suggest {rule}` viết sẵn bản đề xuất)",
        "tests": "{count} kiểm thử",
        "tried": "đã thử",
        "what_level": "hồ sơ ở mức {of}",
        "what_except": "hồ sơ thuộc ngoại lệ thứ {of}",
        "what_within_if": "thời hạn riêng khi {of}",
        "set_aside": "chưa chạy {count} tệp kiểm thử vì có lỗi nêu ở trên",
        "not_applying": "không áp dụng",
        "complete": "Đã thử đủ các trường hợp của {rules} quy tắc.",
    },
    "en": {
        "running": "testing rules",
        "step": "step {step}, {at}",
        "expected": "expected {expected}",
        "got": "got {got}",
        "record": "record {record}",
        "why": "because",
        "missing_value": "a value is missing",
        "not_run": "could not be run: {why}",
        "sum": "{count} tests: {passed} passed, {failed} failed",
        "no_tests": "there are no tests; put files into the folder tests beside the rules, or let "
        "`alertd rules test --suggest RULE` propose some",
        "not_tried": "not tried (`alertd rules test --suggest {rule}` proposes tests)",
        "tests": "{count} tests",
        "tried": "tried",
        "what_level": "a record of level {of}",
        "what_except": "a record that exception {of} leaves out",
        "what_within_if": "the period for {of}",
        "set_aside": "{count} files of tests were not run, for the faults above",
        "not_applying": "does not apply",
        "complete": "Everything that {rules} rules can turn on has been tried.",
    },
}


@dataclass(frozen=True, slots=True)
class Words:
    language: str

    def say(self, name: str, **values: object) -> str:
        return _WORDS[self.language][name].format(**values)


def show_result(result: Result, words: Words) -> None:
    """A line for a test that passed; for one that did not, what came otherwise at each of its moments."""
    sign = "✓" if result.passed else "✗"
    print(printable(f"{sign} {result.case.rule}: {result.case.name}"))
    for failed in result.failed:
        for line in _lines(result, failed, words):
            print(printable(line))
    if not result.passed:
        print()


def _lines(result: Result, failed: Failed, words: Words) -> Sequence[str]:
    several = len(result.case.steps) > 1
    at = f"{failed.now:%d/%m/%Y %H:%M}" if words.language == "vi" else f"{failed.now:%Y-%m-%d %H:%M}"
    head = words.say("step", step=failed.step, at=at) if several else at
    lines = [f"  {result.case.file}:{failed.line}: {head}"]
    if failed.why:
        return [*lines, f"    {words.say('not_run', why=failed.why)}"]
    named = len({letter for step in result.case.steps for letter in step.records}) > 1
    wide = max(len(each.name) for each in failed.differences)
    for each in failed.differences:
        whose = f" ({words.say('record', record=each.record)})" if named else ""
        lines.append(f"    {each.line}: {each.name}{whose}")
        lines.append(f"      - {words.say('expected', expected=each.expected)}")
        lines.append(f"      + {words.say('got', got=each.got)}")
    for letter, parts in failed.reasons.items():
        if parts:
            whose = f" ({words.say('record', record=letter)})" if named else ""
            lines.append(f"    {words.say('why')}{whose}:".ljust(wide))
            lines += [f"      {_part(part, words)}" for part in parts]
    return [line.rstrip() for line in lines]


def _part(part: Reason, words: Words) -> str:
    missing = f", {words.say('missing_value')}" if part.holds is None else ""
    values = f"   ({part.values}{missing})" if part.values or missing else ""
    return f"{_HOLDS[part.holds]} {part.text}{values}"


def show_coverage(covered: Sequence[Covered], words: Words, *, detailed: bool) -> None:
    """What is not tried, always; with ``detailed`` what is, and what does not apply and why."""
    shown = [each for each in covered if detailed or each.missing]
    if covered:
        print()
    for each in shown:
        for line in fitting(_coverage(each, words, detailed=detailed)):
            print(line)
    if covered and not any(each.missing for each in covered):
        print(words.say("complete", rules=len(covered)))


def _coverage(each: Covered, words: Words, *, detailed: bool) -> Iterator[str]:
    rule = each.plan.compiled.rule.id
    yield f"{rule}: {words.say('tests', count=each.tests)}"
    if detailed:
        tried = [target for target in each.plan.targets if target in each.touched]
        apart = [f"{edge} ({in_language(why, words.language)})" for edge, why in each.plan.not_applying.items()]
        for name, found in (("tried", tried), ("not_applying", apart)):
            if found:
                yield f"  {words.say(name)}: {'; '.join(found)}"
    if each.missing:
        yield f"  {words.say('not_tried', rule=rule)}:"
    for target in each.missing:
        yield f"    {_target(target, words)}"


def _target(target: str, words: Words) -> str:
    """``level critical: mức nghiêm trọng``: as tests and scripts call it, and what that is."""
    if target in set(Edge):
        return f"{target}: {in_language(WHAT[Edge(target)], words.language)}"
    kind, _, name = target.partition(" ")
    what = LEVELS[words.language][name] if kind == "level" else name
    return f"{target}: {words.say(f'what_{kind}', of=what)}"


def show_sum(results: Sequence[Result], words: Words, set_aside: int) -> None:
    """``set_aside``: files that were not run."""
    passed = sum(result.passed for result in results)
    if set_aside:
        print(words.say("set_aside", count=set_aside))
    print(words.say("sum", count=len(results), passed=passed, failed=len(results) - passed))


def document(
    results: Sequence[Result], faults: Sequence[Fault], covered: Sequence[Covered], language: str
) -> dict[str, Any]:
    """For scripts. ``language``: of the faults."""
    return {
        "passed": sum(result.passed for result in results),
        "failed": sum(not result.passed for result in results),
        "tests": [_result(result) for result in results],
        "faults": [fault.as_json(language) for fault in faults],
        "coverage": [
            {
                "rule": each.plan.compiled.rule.id,
                "tests": each.tests,
                "tried": [target for target in each.plan.targets if target in each.touched],
                "not_tried": list(each.missing),
                "does_not_apply": {edge.value: str(why) for edge, why in each.plan.not_applying.items()},
            }
            for each in covered
        ],
    }


def _result(result: Result) -> dict[str, Any]:
    case = result.case
    return {
        "rule": case.rule,
        "name": case.name,
        "file": case.file,
        "line": case.line,
        "passed": result.passed,
        "failed": [
            {
                "step": failed.step,
                "at": failed.now.isoformat(),
                "line": failed.line,
                "why": failed.why,
                "differences": [
                    {
                        "line": each.line,
                        "record": each.record,
                        "key": each.name,
                        "expected": each.expected,
                        "got": each.got,
                    }
                    for each in failed.differences
                ],
                "reasons": {
                    letter: [{"text": part.text, "holds": part.holds, "values": part.values} for part in parts]
                    for letter, parts in failed.reasons.items()
                },
            }
            for failed in result.failed
        ],
    }
