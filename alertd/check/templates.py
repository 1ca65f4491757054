"""Every template in every message it words, tried with common and with the worst data: what fails, splits, is cut or too long."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from alertd.check.lengths import MAIL, Size, is_cut, longest_line, size
from alertd.errors import Fault, Said
from alertd.model.message import Message
from alertd.model.rule import Rule
from alertd.model.words import ChannelName
from alertd.notices.filters import Form
from alertd.notices.render import KINDS, Manner, render
from alertd.notices.specimen_letters import DEFAULT, Case, letter_of
from alertd.notices.template_faults import bad_tags, fault_of
from alertd.notices.templates import LANGUAGES, MESSAGES, Templates

_READABLE = 700  # characters of a line; the longest sentence that alertd ships stays well below
_SHARED = (f"{MESSAGES}/letter", DEFAULT)  # what they say stands in other messages too


@dataclass(frozen=True, slots=True)
class Tried:
    """One message. ``template``: a section's name, or ``messages/KIND``; ``summary``: the chat has the counts alone."""

    template: str
    language: str
    case: Case
    message: Message
    summary: bool
    faults: tuple[Fault, ...]

    def size(self, channel: ChannelName) -> Size:
        return size(self.message, channel, summary=self.summary)


def names(templates: Templates) -> list[str]:
    """What can be previewed and tried: sections of rules, then messages."""
    return [*sorted(templates.names()), *(f"{MESSAGES}/{kind}" for kind in sorted(KINDS))]


def tried(
    templates: Templates,
    rules: Mapping[str, Rule],
    lines: int,
    *,
    only: Collection[str] | None = None,
    languages: Sequence[str] = LANGUAGES,
    cases: Sequence[Case] = tuple(Case),
) -> Iterator[Tried]:
    """``lines``: items of a list, as the site has it; ``only``: these templates."""
    by_template: dict[str, Rule] = {}
    for rule in rules.values():
        by_template.setdefault(rule.template or DEFAULT, rule)
    for name in names(templates):
        if only is not None and name not in only:
            continue
        for language in languages:
            for case in cases:
                yield _try(templates, name, language, case, lines, by_template.get(name))


def faults_of(templates: Templates, rules: Mapping[str, Rule], lines: int) -> list[Fault]:
    """What is wrong with templates: each block by itself, then the messages that hold words of the office's own; those that
    alertd ships were tried whole before they were shipped."""
    changed = templates.changed()
    touched = frozenset(name for name in names(templates) if _touches(name, changed))
    return all_faults(templates, tried(templates, rules, lines, only=touched) if touched else (), shipped=False)


def all_faults(templates: Templates, messages: Iterable[Tried], *, shipped: bool = True) -> list[Fault]:
    """Sorted; what a block was found to do wrong is not told of the messages with it again. ``shipped``: with alertd's own."""
    faults = templates.check(shipped=shipped)
    failing = any(not fault.warning for fault in faults)  # whatever it breaks is broken by it
    known = {(fault.file, fault.what) for fault in faults}
    for fault in (fault for each in messages for fault in each.faults):
        if (fault.warning or not failing) and (fault.file, fault.what) not in known:
            known.add((fault.file, fault.what))
            faults.append(fault)
    return sorted(faults)


def _touches(name: str, changed: Collection[str]) -> bool:
    """Whether a change of these files shows in the message."""
    frames = any("/" not in path for path in changed)
    here = (*_SHARED, name)
    return frames or any(
        path == f"{language}/{each}.txt" for path in changed for language in LANGUAGES for each in here
    )


def _try(templates: Templates, name: str, language: str, case: Case, lines: int, rule: Rule | None) -> Tried:
    kind, section = (name.removeprefix(f"{MESSAGES}/"), DEFAULT) if name.startswith(MESSAGES) else ("alert", name)
    done = render(templates, letter_of(kind, language, case, section, rule), Manner(lines))
    file = templates.file_of(name, language)
    if done.failed is not None:
        error = done.failed
        faults: tuple[Fault, ...] = (fault_of(error.file if error.line else file, error.line, error.what),)
    else:
        faults = tuple(_complaints(done.message, file, case, summary=done.summary))
    return Tried(name, language, case, done.message, done.summary, faults)


def _complaints(message: Message, file: str, case: Case, *, summary: bool) -> Iterator[Fault]:
    if (fault := bad_tags(file, Form.HTML, message.html, "")) is not None:
        yield fault
    kilobytes = -(-len(message.html.encode()) // 1000)
    if kilobytes > MAIL:
        what = Said(
            f"a mail of {kilobytes} kB with the worst data; mail programs cut what is beyond {MAIL} kB",
            f"thư nặng {kilobytes} kB trong trường hợp xấu nhất; chương trình thư cắt phần vượt quá {MAIL} kB",
        )
        yield Fault(file, 0, 0, what, _SHORTER, warning=True)
    if case is Case.SAMPLE:
        yield from _long(message, file, summary=summary)


def _long(message: Message, file: str, *, summary: bool) -> Iterator[Fault]:
    """What is too long even with three records and common names."""
    if (longest := longest_line(message.text)) > _READABLE:
        what = Said(f"a line of {longest} characters, which nobody reads", f"có dòng dài {longest} ký tự, khó đọc")
        yield Fault(file, 0, 0, what, _SHORTER, warning=True)
    if is_cut(message.subject):
        what = Said("the subject is cut even with common data", "tiêu đề bị cắt ngay cả với dữ liệu thông thường")
        yield Fault(file, 0, 0, what, _SUBJECT, warning=True)
    if is_cut(message.short):
        what = Said("the text message is cut even with common data", "tin nhắn bị cắt ngay cả với dữ liệu thông thường")
        yield Fault(file, 0, 0, what, _SHORT, warning=True)
    if summary:
        what = Said(
            "too long for a chat even with common data", "quá dài cho Telegram ngay cả với dữ liệu thông thường"
        )
        yield Fault(file, 0, 0, what, _SHORTER, warning=True)


_SHORTER = Said("say it in fewer words", "viết ngắn lại")
_SUBJECT = Said("shorten the block subject", "rút ngắn khối subject")
_SHORT = Said("shorten the block short", "rút ngắn khối short")
