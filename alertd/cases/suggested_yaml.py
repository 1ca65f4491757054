"""Suggested tests as a file of tests, each with a line that a person has to confirm. Pure."""

import re
from collections.abc import Collection, Sequence

from alertd.cases.edges import Plan
from alertd.cases.given import defaults
from alertd.cases.observe import NOBODY
from alertd.cases.people import CODES
from alertd.cases.suggest import Suggested
from alertd.errors import Said, in_language
from alertd.model.dataset import FieldType

SCHEMA_LINE = "# yaml-language-server: $schema=../.schema/test.schema.json"
_PLAIN = re.compile(r"[A-Za-zÀ-ỹ][\w À-ỹ./()-]*|-?\d{1,9}|\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
_WORDS = ("true", "false", "null", "none", "yes", "no", "on", "off")
_TOP = Said(
    "Proposed by alertd from what the rule says today. Whether that is right only a person can say: read each, correct it,\n"
    "# take its line CONFIRM away, and put it under tests: of rules/tests/{rule}.yaml.",
    "Do alertd đề xuất theo kết quả quy tắc cho hôm nay. Kết quả đó đúng hay chưa phải do người xác nhận: đọc từng mục, sửa nếu\n"
    "# cần, xóa dòng XÁC NHẬN, rồi chép vào dưới tests: của rules/tests/{rule}.yaml.",
)
_CONFIRM = Said("CONFIRM: tries {targets}; {origin}", "XÁC NHẬN: thử {targets}; {origin}")
_REAL = Said("from a record of the store, without names", "từ một hồ sơ trong kho dữ liệu, đã bỏ thông tin nhận biết")
_MADE_UP = Said("from a made-up record", "từ hồ sơ giả định")
_NAME = Said("Proposed {number} ({targets})", "Đề xuất {number} ({targets})")
_NONE = Said(
    "nothing was found that would try: {targets}; write that test yourself",
    "chưa tìm được trường hợp để thử: {targets}; đề nghị tự viết kiểm thử này",
)


def suggested_yaml(
    plan: Plan, found: Sequence[Suggested], missing: Sequence[str], language: str, units: Collection[str] = ()
) -> str:
    """A whole file of tests. ``missing``: what nothing was found for; ``units``: codes that a test may name as it is."""
    rule = plan.compiled.rule
    lines = [SCHEMA_LINE, f"# {in_language(_TOP, language).format(rule=rule.id)}", f"rule: {rule.id}"]
    further = dict.fromkeys(each.values["unit"] for each in found if each.values.get("unit"))
    own = [f"{scalar(code)}: {{name: {scalar(code)}}}" for code in further if code not in {*CODES, *units}]
    lines += [f"units: {{{', '.join(own)}}}"] if own else []
    lines.append("tests:")
    for number, each in enumerate(found, 1):
        lines += ["", *_test(plan, number, each, language)] if number > 1 else _test(plan, number, each, language)
    if missing:
        lines.append(f"# {in_language(_NONE, language).format(targets=', '.join(missing))}")
    return "\n".join(lines) + "\n"


def _test(plan: Plan, number: int, each: Suggested, language: str) -> list[str]:
    targets = ", ".join(each.targets)
    origin = in_language(_REAL if each.real else _MADE_UP, language)
    lines = [
        f"  # {in_language(_CONFIRM, language).format(targets=targets, origin=origin)}",
        f"  - name: {scalar(in_language(_NAME, language).format(number=number, targets=targets))}",
        f"    at: {each.now:%Y-%m-%d %H:%M}",
    ]
    if each.days_off:
        lines.append(f"    days_off: [{', '.join(day.isoformat() for day in each.days_off)}]")
    lines.append(f"    record: {{{', '.join(_values(plan, each))}}}")
    lines.append(f"    alert: {each.seen.level.word if each.seen.level else 'none'}")
    if each.seen.level is not None:
        if each.seen.to != NOBODY:
            lines.append(f"    to: {each.seen.to}")
        if each.seen.told is not None:
            lines.append(f"    told: {each.seen.told}")
        if each.seen.measure is not None:
            lines.append(f"    measure: {each.seen.measure}")
    return lines


def _values(plan: Plan, each: Suggested) -> list[str]:
    plain = defaults(plan.compiled.rule.dataset, "A")
    fields = plan.compiled.rule.dataset.fields
    found = []
    for name, value in each.values.items():
        if value == plain.get(name, ""):
            continue
        bare = fields[name].type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN)
        found.append(f"{name}: {value if bare and value else scalar(_day(value) or 'none', word=not value)}")
    return found


def _day(value: str) -> str:
    """A moment as people write it, to the minute."""
    return value[:16].replace("T", " ") if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", value) else value


def scalar(text: str, *, word: bool = False) -> str:
    """A text as YAML reads it as one."""
    if word or (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS and not re.fullmatch(r"-?\d+", text)):
        return text
    return "'" + text.replace("'", "''") + "'"
