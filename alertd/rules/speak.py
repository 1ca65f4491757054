"""A rule read back as one sentence, Vietnamese or English: who hears of what, from when on, how, and on what ground. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from alertd.model.called import yes_no
from alertd.model.duration import Duration, Unit
from alertd.model.rule import Addressee, Basis, To
from alertd.model.words import Level, Send
from alertd.rules.condition_types import FieldRef, Logic
from alertd.rules.rulebook import CompiledRule, Condition, Exclusion, LevelStep
from alertd.rules.speak_condition import joined, name_of, number_of, said, value_of

_VI = {
    "tell": "Báo cho {to} khi {record} {when}",
    "step": "{level} từ {step}", "condition": "{level} khi {record} {when}",
    "due": "hạn là {within} sau {start}", "due_if": "{within} nếu {flag}",
    "except": "trừ {record} {when} ({reason})", "except_days": "trừ {record} {when} ({reason}; {days})",
    "kept": "cảnh báo giữ đến khi {record} {when}",
    "repeat": "nhắc lại sau {repeat} nếu chưa có phản hồi",
    "at_most": "mỗi ngày báo riêng cho một người tối đa {most} {record}, số còn lại đưa vào bản tin hằng ngày",
    "act": "việc phải làm: {action}",
    "within": "thời hạn thực hiện: {act_within}",
    "basis": "căn cứ {basis}", "from": "từ ngày {day}", "until": "đến hết ngày {day}", "and": "và",
}  # fmt: skip
_EN = {
    "tell": "Tell {to} when {record} {when}",
    "step": "{level} from {step}", "condition": "{level} when it {when}",
    "due": "due {within} after the {start}", "due_if": "{within} where it {flag}",
    "except": "except where it {when} ({reason})", "except_days": "except where it {when} ({reason}; {days})",
    "kept": "the alert stays until it {when}",
    "repeat": "told again after {repeat} without an answer",
    "at_most": "at most {most} a day to one person by messages, the rest in his digest",
    "act": "to be done: {action}",
    "within": "time for it: {act_within}",
    "basis": "by {basis}", "from": "from {day}", "until": "until {day}", "and": "and",
}  # fmt: skip
_SAYS = {"vi": _VI, "en": _EN}
_TO = {
    "vi": {
        Addressee.UNIT_HEAD: "thủ trưởng đơn vị",
        Addressee.OFFICE: "Văn phòng",
        Addressee.OWNER_OF_ANNOUNCING: "thủ trưởng đơn vị chủ trì công bố",
        Addressee.OWNER_OF_PUBLISHING: "thủ trưởng đơn vị chủ trì công khai",
        Addressee.UNIT: "thủ trưởng đơn vị {unit}",
    },
    "en": {
        Addressee.UNIT_HEAD: "the head of the unit",
        Addressee.OFFICE: "the city office",
        Addressee.OWNER_OF_ANNOUNCING: "the head of the unit that announces",
        Addressee.OWNER_OF_PUBLISHING: "the head of the unit that publishes",
        Addressee.UNIT: "the head of unit {unit}",
    },
}
_RECORD = {
    "vi": {
        "files": "hồ sơ",
        "announcements": "thủ tục",
        "procedures": "thủ tục",
        "assignments": "nhiệm vụ",
        "index_readings": "chỉ số",
        "sync_gaps": "hồ sơ",
        "unit_periods": "kỳ số liệu",
        "changes": "thay đổi",
    },
    "en": {
        "files": "a file",
        "announcements": "a procedure",
        "procedures": "a procedure",
        "assignments": "an assignment",
        "index_readings": "a reading",
        "sync_gaps": "a file",
        "unit_periods": "a period",
        "changes": "a change",
    },
}
_LEVEL = {
    "vi": {Level.REMINDER: "nhắc việc", Level.WARNING: "cảnh báo", Level.CRITICAL: "nghiêm trọng"},
    "en": {level: level.word for level in Level},
}
_SEND = {
    "vi": {
        Send.DIGEST: "{levels} đưa vào bản tin hằng ngày",
        Send.OFFICE_HOURS: "{levels} gửi trong giờ làm việc",
        Send.AT_ONCE: "{levels} gửi ngay",
    },
    "en": {
        Send.DIGEST: "{levels} in the daily digest",
        Send.OFFICE_HOURS: "{levels} in office hours",
        Send.AT_ONCE: "{levels} at once",
    },
}
_UNITS = {
    "vi": {
        Unit.SECONDS: "giây",
        Unit.MINUTES: "phút",
        Unit.HOURS: "giờ",
        Unit.DAYS: "ngày",
        Unit.WORKING_DAYS: "ngày làm việc",
        Unit.WORKING_HOURS: "giờ làm việc",
    },
    "en": {
        Unit.SECONDS: "seconds",
        Unit.MINUTES: "minutes",
        Unit.HOURS: "hours",
        Unit.DAYS: "days",
        Unit.WORKING_DAYS: "working days",
        Unit.WORKING_HOURS: "working hours",
    },
}


def speak(compiled: CompiledRule, language: str) -> str:
    """The whole rule as one sentence; ``language``: vi or en."""
    sentence = "; ".join(_parts(compiled, language))
    return f"{sentence[0].upper()}{sentence[1:].rstrip('.')}."


def _parts(compiled: CompiledRule, language: str) -> Iterator[str]:
    rule, says = compiled.rule, _SAYS[language]
    record = _RECORD[language][rule.dataset.name]
    yield says["tell"].format(to=_to(rule.to, language), record=record, when=_lines(compiled.when, language))
    if compiled.deadline is not None:
        yield _deadline(compiled, language)
    if [step for step in compiled.levels if step.step is not None or step.condition]:
        yield _levels(compiled, language)
    yield from (_exclusion(each, record, language) for each in compiled.exclusions)
    if compiled.ends_when:
        yield says["kept"].format(record=record, when=_lines(compiled.ends_when, language))
    yield _send(compiled, language)
    if rule.repeat is not None:
        yield says["repeat"].format(repeat=period(rule.repeat, language))
    if rule.at_most is not None:
        yield says["at_most"].format(most=number_of(rule.at_most, language), record=record)
    if rule.basis:
        yield says["basis"].format(basis=joined([_basis(basis, language) for basis in rule.basis], says["and"]))
    if action := rule.do(language):
        yield says["act"].format(action=action.rstrip("."))
    if rule.act_within is not None:
        yield says["within"].format(act_within=period(rule.act_within, language))


def addressee(compiled: CompiledRule, language: str) -> str:
    """Who hears of what the rule finds."""
    return _to(compiled.rule.to, language)


def steps(compiled: CompiledRule, language: str) -> list[tuple[str, str, str]]:
    """Each level, the mildest first: its name, from when on it holds (empty: always), and how it is told."""
    found = []
    for step in compiled.levels[::-1]:
        name = _LEVEL[language][step.level]
        holds = _level(compiled, step, language).removeprefix(name).strip()
        if step.step is not None:
            holds = f"{holds} {_measure(compiled, language)}"
        way = _SEND[language][compiled.rule.send[step.level]].format(levels="").strip()
        found.append((name, holds, way))
    return found


def exclusions(compiled: CompiledRule, language: str) -> list[str]:
    """What the rule leaves out, why, and on which days."""
    record = _RECORD[language][compiled.rule.dataset.name]
    return [_exclusion(each, record, language) for each in compiled.exclusions]


def ground(basis: Basis, language: str) -> str:
    """A legal text with the days on which it holds."""
    return _basis(basis, language)


def period(duration: Duration, language: str) -> str:
    """``2 ngày làm việc``, ``1 working day``."""
    unit = _UNITS[language][duration.unit]
    if language == "en" and duration.amount == 1:
        unit = unit.removesuffix("s")
    return f"{number_of(duration.amount, language)} {unit}"


def _to(to: To, language: str) -> str:
    return _TO[language][to.kind].format(unit=to.unit)


def _lines(lines: Sequence[Condition], language: str) -> str:
    parts = []
    for line in lines:
        alone = isinstance(line.node, Logic) and line.node.op == "or" and len(lines) > 1
        text = said(line.node, language)
        parts.append(f"({text})" if alone else text)
    return joined(parts, _SAYS[language]["and"])


def _levels(compiled: CompiledRule, language: str) -> str:
    """The mildest first, as a reader counts; the measure is named once, behind the last of its steps."""
    steps = compiled.levels[::-1]
    counted = [step for step in steps if step.step is not None]
    told = []
    for step in steps:
        text = _level(compiled, step, language)
        if counted and step is counted[-1]:
            text += f" {_measure(compiled, language)}"
        told.append(text)
    return ", ".join(told)


def _level(compiled: CompiledRule, step: LevelStep, language: str) -> str:
    says, level = _SAYS[language], _LEVEL[language][step.level]
    if step.condition is not None:
        record = _RECORD[language][compiled.rule.dataset.name]
        return says["condition"].format(level=level, record=record, when=said(step.condition.node, language))
    if step.step is not None:
        return says["step"].format(level=level, step=number_of(step.step, language))
    return level


def _measure(compiled: CompiledRule, language: str) -> str:
    assert compiled.measure is not None  # a step has one
    node = compiled.measure.node
    name = name_of(node.field, language) if isinstance(node, FieldRef) else value_of(node, language)
    return name.removeprefix("số ").removeprefix("number of ")


def _deadline(compiled: CompiledRule, language: str) -> str:
    deadline, says = compiled.deadline, _SAYS[language]
    assert deadline is not None
    text = says["due"].format(within=period(deadline.within, language), start=name_of(deadline.counted_from, language))
    for flag, within in deadline.within_if:
        text += ", " + says["due_if"].format(within=period(within, language), flag=yes_no(flag, language, holds=True))
    return text


def _exclusion(exclusion: Exclusion, record: str, language: str) -> str:
    says, days = _SAYS[language], _days(exclusion.since, exclusion.until, language)
    key = "except_days" if days else "except"
    return says[key].format(record=record, when=_lines(exclusion.when, language), reason=exclusion.reason, days=days)


def _basis(basis: Basis, language: str) -> str:
    days = _days(basis.since, basis.until, language)
    return f"{basis.text} ({days})" if days else basis.text


def _days(since: date | None, until: date | None, language: str) -> str:
    said_days = [
        _SAYS[language][key].format(day=f"{day:%d/%m/%Y}") for key, day in (("from", since), ("until", until)) if day
    ]
    return ", ".join(said_days)


def _send(compiled: CompiledRule, language: str) -> str:
    ways: dict[Send, list[str]] = {}
    for step in compiled.levels[::-1]:
        ways.setdefault(compiled.rule.send[step.level], []).append(_LEVEL[language][step.level])
    told = _SEND[language]
    return ", ".join(told[way].format(levels=joined(levels, _SAYS[language]["and"])) for way, levels in ways.items())
