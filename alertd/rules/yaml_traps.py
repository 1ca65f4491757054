"""What YAML's own complaints mean for somebody who writes rules: the trap by its name, and the cure."""

import re

from ruamel.yaml.error import MarkedYAMLError

from alertd.errors import Fault

_IN_QUOTES = "put the value in single quotes"
_IN_DOUBLE_QUOTES = "put the whole value in double quotes: \"unit in ('a', 'b')\", or give each key a line of its own"
_COMMA = "in { … } and [ … ] a comma or a closing quote ends the value before this"
_BLOCK = re.compile(r"(?:^|[:\-{\[,]\s+|[{\[])(?P<mark>[>|])(?=[^\s\d+-]|[ \t]*[^\s#])")
_BY_CHARACTER = {
    "\t": ("a tab; YAML is indented by spaces alone", "replace it by two spaces"),
    "%": ("% cannot begin a value in YAML", _IN_QUOTES),
    "@": ("@ cannot begin a value in YAML", _IN_QUOTES),
    "`": ("` cannot begin a value in YAML", _IN_QUOTES),
    ">": ("> begins a block of text in YAML", "put the condition in quotes: '>= 5', with its field in front"),
    "|": ("| begins a block of text in YAML", _IN_QUOTES),
}
_BY_WORDS = (
    ("mapping values are not allowed", "a second colon makes this a key and its value in YAML", _IN_QUOTES),
    ("could not find expected ':'", "a line without a colon", "write key: value, and indent what belongs to it"),
    (
        "expected <block end>",
        "the indentation does not fit the lines above",
        "begin all lines of one list or key alike",
    ),
    ("document start", "a second document begins here (---)", "write one rule per file"),
)
_BY_CONTEXT = (
    ("quoted scalar", "a quote is opened and not closed", "close it; a quote inside is written twice: 'it''s'"),
    ("flow sequence", "a [ is opened and not closed", "close it with ], or write a line with - for each"),
    ("flow mapping", "a { is opened and not closed", "close it with }, or write a line for each key"),
    ("block scalar", "> or | begins a block of text in YAML", "put the condition in quotes: '>= 5'"),
)


def syntax_fault(text: str, file: str, error: MarkedYAMLError) -> Fault:
    """The fault behind an error of the parser, where a person would look for it."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Fault(file, 1, 0, f"no valid YAML: {error.problem}", "")
    line, col = mark.line, mark.column
    lines = text.split("\n")
    if (tab := _tab(lines, line)) is not None:
        return Fault(file, tab[0] + 1, tab[1] + 1, *_BY_CHARACTER["\t"])
    if (block := _block(lines, line)) is not None:
        return Fault(file, line + 1, block + 1, *_BY_CHARACTER[lines[line][block]])
    problem, context = error.problem or "", error.context or ""
    if "cannot start any token" in problem and lines[line][col : col + 1] in _BY_CHARACTER:
        return Fault(file, line + 1, col + 1, *_BY_CHARACTER[lines[line][col]])
    if "expected ',' or" in problem and "stream end" not in problem:
        return Fault(file, line + 1, col + 1, _COMMA, _IN_DOUBLE_QUOTES)
    for words, what, cure in _BY_WORDS:
        if words in problem:
            return Fault(file, line + 1, col + 1, what, cure)
    for words, what, cure in _BY_CONTEXT:
        if words in context:
            opened = error.context_mark or mark
            return Fault(file, opened.line + 1, opened.column + 1, what, cure)
    return Fault(file, line + 1, col + 1, f"no valid YAML: {problem}", "compare it with a rule that alertd ships")


def _tab(lines: list[str], line: int) -> tuple[int, int] | None:
    """A tab in the indentation of the line, or of the one above it."""
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            blank = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
            if "\t" in blank:
                return number, blank.index("\t")
    return None


def _block(lines: list[str], line: int) -> int | None:
    found = _BLOCK.search(lines[line]) if line < len(lines) else None
    return found.start("mark") if found else None
