"""What the records at hand say against a rule, as warnings at the place in its file, Vietnamese and English. Pure."""

import re
from collections.abc import Iterable, Iterator

from alertd.check.rules_data import FEW, Empty, Parts, Seen
from alertd.errors import Fault, Said
from alertd.model.words import Level
from alertd.rules.condition_types import Node
from alertd.rules.rulebook import CompiledRule
from alertd.rules.speak_condition import name_of, number_of, said
from alertd.rules.yaml_text import Document, Path_, read_text

_MOST_EMPTY = 0.01  # share of the records; below it, it is the odd record and not the column
# Findings from which a level that none of them has is told: one that every twentieth had would be missing by chance in 6 of
# 1,000 cases (0.95 ** 100).
_ENOUGH = 100
_QUOTED = re.compile(r"'(?:[^']|'')*'")


def warnings_of(seen: Iterable[Seen]) -> list[Fault]:
    """All that is worth a look before the rules run. A worst level that is not reached is none of it: a city in which nothing
    is ten days late is well, and would be nagged for it."""
    return [fault for each in seen for fault in _of(each)]


def _of(seen: Seen) -> Iterator[Fault]:
    rule = seen.rule.rule
    document, _ = read_text(rule.text, rule.file)
    if document is None:  # it was read once: nothing that can be
        return
    if seen.why:
        what = Said(
            f"cannot be run on the records at hand: {seen.why}", f"không chạy được trên dữ liệu hiện có: {seen.why}"
        )
        cure = Said("see which numbers its conditions make", "đề nghị kiểm tra các phép tính trong điều kiện")
        yield document.fault_at_key(("when",), what, cure, warning=True)
    elif seen.parts is not None:
        yield _none(document, seen, seen.parts)
    elif seen.found == seen.records:
        yield _all(document, seen)
    yield from _skipped(document, seen)
    yield from _empties(document, seen)


def _none(document: Document, seen: Seen, parts: Parts) -> Fault:
    records = _counts(seen.records)
    never = next((node for node, count in parts.alone if not count), None)
    if never is not None:
        what = Said(
            f"the rule holds for none of the {records['en']} records at hand: none meets this part ({said(never, 'en')})",
            f"quy tắc không đúng với bản ghi nào trong {records['vi']} bản ghi hiện có: không bản ghi nào thỏa mãn phần này "
            f"({said(never, 'vi')})",
        )
        return _at_part(document, seen.rule, never, what)
    if not parts.together:
        what = Said(
            f"the rule holds for none of the {records['en']} records at hand: each part of when holds for some, all together "
            "for none",
            f"quy tắc không đúng với bản ghi nào trong {records['vi']} bản ghi hiện có: từng phần của when có bản ghi thỏa mãn, "
            "nhưng không bản ghi nào thỏa mãn tất cả",
        )
    else:
        together = _counts(parts.together)
        most = "" if parts.largest is None else number_of(parts.largest, "en")
        most_vi = "" if parts.largest is None else number_of(parts.largest, "vi")
        what = Said(
            f"the rule holds for none of the {records['en']} records at hand: {together['en']} meet when, none reaches a level"
            + (f" (the largest measure is {most})" if most else ""),
            f"quy tắc không đúng với bản ghi nào trong {records['vi']} bản ghi hiện có: {together['vi']} bản ghi thỏa mãn when, "
            "nhưng không bản ghi nào đạt mức nào" + (f" (giá trị đo lớn nhất là {most_vi})" if most_vi else ""),
        )
        key = ("levels",) if ("levels",) in document.keys else ("when",)
        return document.fault_at_key(key, what, _MEANT, warning=True)
    return document.fault_at_key(("when",), what, _MEANT, warning=True)


_MEANT = Said(
    "see whether that is meant; a rule that never finds anything tells nobody anything",
    "đề nghị xem lại có đúng ý định không; quy tắc không tìm thấy gì thì không báo cho ai",
)


def _all(document: Document, seen: Seen) -> Fault:
    records = _counts(seen.records)
    what = Said(
        f"the rule holds for all of the {records['en']} records at hand",
        f"quy tắc đúng với tất cả {records['vi']} bản ghi hiện có",
    )
    cure = Said(
        "see whether a part of its condition is missing, such as is_open",
        "đề nghị xem lại điều kiện có thiếu phần nào không, ví dụ is_open",
    )
    return document.fault_at_key(("when",), what, cure, warning=True)


def _skipped(document: Document, seen: Seen) -> Iterator[Fault]:
    """A milder level that nothing has while a worse one is reached: its condition lies inside that of the worse one. Steps of a
    measure never do; that none is in between is the city's, as after a long backlog."""
    reached = [level for level in Level if seen.levels.get(level)]
    findings = sum(seen.levels.get(level, 0) for level in Level)
    if findings < _ENOUGH:
        return
    for step in seen.rule.levels:
        worse = [level for level in reached if level > step.level]
        if step.condition is None or step.level in reached or not worse:
            continue
        counts = _counts(findings)
        what = Said(
            f"none of the {counts['en']} records that the rule finds has the level {step.level.word}: all are "
            f"{_listed(reached, seen, 'en')}",
            f"không bản ghi nào trong {counts['vi']} bản ghi mà quy tắc tìm thấy ở mức {step.level.word}: tất cả ở mức "
            f"{_listed(reached, seen, 'vi')}",
        )
        cure = Said(
            "the worse level takes them all: set it higher, or leave this one out",
            "mức nặng hơn đã lấy hết: đề nghị nâng ngưỡng của mức đó, hoặc bỏ mức này",
        )
        yield document.fault_at_key(("levels", step.level.word), what, cure, warning=True)


def _listed(levels: Iterable[Level], seen: Seen, language: str) -> str:
    return ", ".join(f"{level.word} ({number_of(seen.levels[level], language)})" for level in levels)


def _empties(document: Document, seen: Seen) -> Iterator[Fault]:
    for each in seen.empty:
        if each.of >= FEW and each.empty > each.of * _MOST_EMPTY:
            yield at_field(document, each.field.name, *_empty(each))


def _empty(each: Empty) -> tuple[Said, Said]:
    name, empty, of = each.field.name, _counts(each.empty), _counts(each.of)
    share = max(0.1, min(round(100 * each.empty / each.of, 1), 100.0 if each.empty == each.of else 99.9))
    whose, whose_vi = ("that the rest of the rule takes in", "thuộc phạm vi của quy tắc") if each.narrowed else (
        "at hand", "hiện có",
    )  # fmt: skip
    what = Said(
        f"{name} is empty in {number_of(share, 'en')}% of the records {whose} ({empty['en']} of {of['en']}): a comparison "
        "with it never holds for them",
        f"{name} ({name_of(each.field, 'vi')}) để trống ở {number_of(share, 'vi')}% số bản ghi {whose_vi} ({empty['vi']}/"
        f"{of['vi']}): phép so sánh với trường này không bao giờ đúng với các bản ghi đó",
    )
    cure = Said(
        f"say what is meant for them: {name} is not null, {name} is null or …, coalesce({name}, …)",
        f"đề nghị viết rõ cách xử lý các bản ghi đó: {name} is not null, {name} is null or …, coalesce({name}, …)",
    )
    return what, cure


def _counts(count: int) -> dict[str, str]:
    return {language: number_of(count, language) for language in ("en", "vi")}


# --- where it stands ---
def _at_part(document: Document, rule: CompiledRule, node: Node, what: Said) -> Fault:
    """At the line of `when` that the part is of."""
    for path, line in zip(_lines(document), rule.when, strict=False):
        if node is line.node or node in getattr(line.node, "parts", ()):
            return document.fault(path, what, _MEANT, warning=True)
    return document.fault_at_key(("when",), what, _MEANT, warning=True)


def at_field(document: Document, name: str, what: Said, cure: Said) -> Fault:
    """A warning at a field's name, where it is first written outside quotes: in `when`, then in `levels`, then in `measure`."""
    levels: list[Path_] = [("levels", level.word) for level in sorted(Level, reverse=True)]
    for path in (*_lines(document), *levels, ("measure",)):
        text = _at(document, path)
        bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
        if found := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", bare):
            return document.fault_inside(path, found.start(), what, cure, length=len(name), warning=True)
    return document.fault_at_key(("when",), what, cure, warning=True)


def _lines(document: Document) -> list[Path_]:
    when = document.value.get("when")
    return [("when", index) for index in range(len(when))] if isinstance(when, list) else [("when",)]


def _at(document: Document, path: Path_) -> str:
    value = document.value
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return value if isinstance(value, str) else ""
