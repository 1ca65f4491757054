"""What YAML's own complaints mean for somebody who writes rules: the trap by its name, and the cure."""

import re

from ruamel.yaml.error import MarkedYAMLError

from alertd.errors import Fault
from alertd.rules import yaml_said as say
from alertd.rules.wrong import Wrong, fault_in

_BLOCK = re.compile(r"(?:^|[:\-{\[,]\s+|[{\[])(?P<mark>[>|])(?=[^\s\d+-]|[ \t]*[^\s#])")
_MARK = re.compile(r"(?:^|\s)(?P<mark>[>|])")
_VALUE = re.compile(r"^\s*(?:- +)?[^:#'\"]+: +(?P<value>[^'\"\[{|>&*!%@`].*)$")
_NODE = re.compile(r"found '(\S{1,3})'$")
_NO_SPACE = re.compile(r"(?P<key>[a-z_]{2,20}):(?P<value>[^\s:]{1,40})")
_LONGEST = 60  # characters of a line that a message shows
_BY_WORDS = (
    ("document start", say.INDENTED),
    ("mapping keys are not allowed", say.NO_KEY),
    ("sequence entries are not allowed", say.LIST_IN_LINE),
    ("expected <block end>", say.INDENTED),
    ("unknown escape character", say.ESCAPE),
    ("escape sequence", say.ESCAPE),
)
_BY_CONTEXT = (
    ("quoted scalar", say.OPEN_QUOTE),
    ("flow sequence", say.OPEN_LIST),
    ("flow mapping", say.OPEN_MAPPING),
)


def syntax_fault(text: str, file: str, error: MarkedYAMLError) -> Fault:
    """The fault behind an error of the parser, where a person would look for it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Fault(file, 1, 0, *say.no_yaml(error.problem or ""))
    at = min(mark.index, len(text))
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin:].split("\n", 1)[0]
    if (tab := _tab(text, begin)) is not None:
        return fault_in(text, file, tab, 1, say.TAB)
    if (found := _BLOCK.search(line)) or (found := _sign_of_block(line, error)):
        start = found.start("mark")
        rest = re.split(r"[,}\]]", line[start:])[0].strip()
        return fault_in(text, file, begin + start, len(rest), say.block(found["mark"], rest))
    return _by_words(text, file, error, at, line)


def _sign_of_block(line: str, error: MarkedYAMLError) -> re.Match[str] | None:
    """Where the parser has begun to read a block of text."""
    return _MARK.search(line) if "block scalar" in (error.context or "") else None


def _by_words(text: str, file: str, error: MarkedYAMLError, at: int, line: str) -> Fault:
    problem, context = error.problem or "", error.context or ""
    if sign := _sign(text, file, at, problem, context):
        return sign
    if "mapping values are not allowed" in problem:
        return fault_in(text, file, at, 1, say.second_colon(_value(line)))
    opened = error.context_mark
    if "could not find expected ':'" in problem:
        return _no_colon(text, file, min(opened.index if opened else at, len(text)))
    in_line = opened is None or opened.line == (error.problem_mark or opened).line
    if "expected ',' or" in problem and "stream end" not in problem and in_line:
        return fault_in(text, file, at, 1, say.COMMA)
    for words, found in _BY_WORDS:
        if words in problem:
            return fault_in(text, file, at, len(line), found)
    for words, found in _BY_CONTEXT:
        if words in context:
            return fault_in(text, file, opened.index if opened else at, 1, found)
    return fault_in(text, file, at, 1, _other(problem, context))


def _no_colon(text: str, file: str, at: int) -> Fault:
    line = text[at:].split("\n", 1)[0]
    if found := _NO_SPACE.match(line):
        return fault_in(text, file, at, len(found[0]), say.no_space(found["key"], found["value"]))
    return fault_in(text, file, at, len(line), say.NO_COLON)


def _sign(text: str, file: str, at: int, problem: str, context: str) -> Fault | None:
    """A sign that means something in YAML, where it cannot stand."""
    sign = text[at : at + 1]
    if "cannot start any token" in problem:
        found = say.TAB if sign == "\t" else say.BEGINS.get(sign)
        return fault_in(text, file, at, 1, found) if found else None
    if "a directive" in context:
        return fault_in(text, file, text.rfind("\n", 0, at) + 1, 1, say.BEGINS["%"])
    if "a tag" in context or "an tag" in context:
        start = max(text.rfind("!", 0, at + 1), text.rfind("\n", 0, at + 1) + 1)
        written = text[start:].split(None, 1)[0][:_LONGEST]
        return fault_in(text, file, start, len(written), say.tag(written))
    if "expected the node content" in problem and (named := _NODE.search(problem)):
        return fault_in(text, file, at, 1, say.no_value(named[1]))
    return None


def _other(problem: str, context: str) -> Wrong:
    return say.no_yaml(" ".join(filter(None, (context, problem))))


def _value(line: str) -> str:
    """The value of a line, where it could simply be put in quotes."""
    found = _VALUE.match(line.rstrip()) if len(line) <= _LONGEST * 2 else None
    return found["value"] if found and len(found["value"]) <= _LONGEST else ""


def _tab(text: str, begin: int) -> int | None:
    """A tab in the indentation of the line that begins there, or of the one above it."""
    for start in (begin, text.rfind("\n", 0, max(begin - 1, 0)) + 1):
        line = text[start:].split("\n", 1)[0]
        blank = line[: len(line) - len(line.lstrip())]
        if "\t" in blank:
            return start + blank.index("\t")
    return None
