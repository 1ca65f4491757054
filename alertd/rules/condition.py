"""Text of a condition → checked tree. Everything wrong with it is a Complaint at its character; nothing is executed.

sqlglot reads the text; what it reads is let through only if every token and every node is on a closed list.
"""

import re
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from alertd.model.dataset import Field
from alertd.rules.condition_check import Checker
from alertd.rules.condition_types import Complaint, Node, depth_of, fields_in
from alertd.rules.functions import FUNCTIONS
from alertd.rules.nearest import did_you_mean

MAX_TEXT = 2_000  # characters
# Brackets and nots. sqlglot descends 20 calls for each, of the 1,000 that Python permits and that the caller has begun to
# use: with more, the same rule would be read by `alertd check` and refused by the daemon.
MAX_DEPTH = 25
MAX_TREE = 64  # levels of the checked tree: SQLAlchemy descends some 6 calls for each
MAX_MULTIPLICATIONS = 8  # with literals up to 10^9 no product leaves the range of a double on either database
MAX_SIGNS = 60  # + - * / in one condition

_SYNTAX = {
    TokenType.AND,
    TokenType.OR,
    TokenType.NOT,
    TokenType.L_PAREN,
    TokenType.R_PAREN,
    TokenType.COMMA,
    TokenType.EQ,
    TokenType.NEQ,
    TokenType.LT,
    TokenType.LTE,
    TokenType.GT,
    TokenType.GTE,
    TokenType.IS,
    TokenType.NULL,
    TokenType.IN,
    TokenType.BETWEEN,
    TokenType.LIKE,
    TokenType.PLUS,
    TokenType.DASH,
    TokenType.STAR,
    TokenType.SLASH,
    TokenType.TRUE,
    TokenType.FALSE,
    TokenType.STRING,
    TokenType.NUMBER,
}
_SIGNS = (TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH)
_NAME = re.compile(r"[^\W\d]\w*")
_SQL_WORDS = frozenset(
    {
        "select",
        "from",
        "where",
        "union",
        "join",
        "case",
        "when",
        "then",
        "else",
        "end",
        "exists",
        "any",
        "all",
        "some",
        "interval",
        "cast",
        "date",
        "timestamp",
        "ilike",
        "similar",
        "regexp",
        "rlike",
        "glob",
        "escape",
        "distinct",
        "collate",
        "as",
        "isnull",
        "notnull",
        "div",
        "xor",
    }
)


def read_condition(
    text: str, fields: Mapping[str, Field], *, number: bool = False
) -> tuple[Node | None, list[Complaint]]:
    """The checked tree of a yes/no condition (with ``number``, of a whole number), or None and what is wrong."""
    found = _before_parsing(text)
    if found:
        return None, [found]
    try:
        tokens = sqlglot.tokenize(text)
    except SqlglotError:
        return None, [Complaint(_open_quote(text), "a text without its closing quote", _QUOTES)]
    complaints = list(_bad_tokens(text, tokens, fields))
    if complaints:
        return None, complaints
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition)
        node, complaints = _checked(tree, fields, number=number)
    except SqlglotError as error:
        return None, [_unreadable(text, tokens, error)]
    except RecursionError:  # a chain like a = a = a
        return None, [Complaint(0, "the condition is too long a chain", _SPLIT)]
    return (None, complaints) if complaints else (node, [])


def _checked(tree: exp.Expr, fields: Mapping[str, Field], *, number: bool) -> tuple[Node | None, list[Complaint]]:
    checker = Checker(fields, MAX_MULTIPLICATIONS)
    node = checker.whole_number(tree) if number else checker.condition(tree)
    if node is not None and not checker.complaints:
        if depth_of(node) > MAX_TREE:
            return None, [Complaint(0, "the condition is too long a chain", _SPLIT)]
        if not fields_in(node):
            checker.complain(tree, "names no field of the dataset", "compare a field with something")
    return node, checker.complaints


_SPLIT = "split it into several lines of `when`"
_COMMENT = "put it behind a # on a line of its own in the file"
_QUOTES = "put text in single quotes, and write a quote inside it twice: 'it''s'"


def _before_parsing(text: str) -> Complaint | None:
    if not text.strip():
        return Complaint(0, "the condition is empty", "write one, such as is_open")
    if len(text) > MAX_TEXT:
        return Complaint(0, f"the condition has {len(text)} characters", f"at most {MAX_TEXT} are read; split it")
    odd = next(
        (i for i, c in enumerate(text) if (ord(c) < 32 and c not in "\n\r\t") or 0xD800 <= ord(c) < 0xE000), None
    )
    if odd is not None:
        return Complaint(odd, f"an unreadable character (U+{ord(text[odd]):04X})", "take it out")
    if _depth(text) > MAX_DEPTH:
        return Complaint(0, f"nested deeper than {MAX_DEPTH}", _SPLIT)
    return None


def _depth(text: str) -> int:
    """How deep brackets and signs in front (not, -) stand within each other, found without parsing."""
    depth = deepest = signs = 0
    held: list[int] = []
    for found in re.finditer(r"'(?:[^']|'')*'|[()\-]|\w+", text):
        mark = found[0].lower()
        if mark in ("not", "-"):
            signs += 1
        elif mark == "(":
            held.append(signs)
            depth, signs = depth + signs + 1, 0
        elif mark == ")":
            depth, signs = depth - (held.pop() + 1 if held else 0), 0
        else:
            signs = 0
        deepest = max(deepest, depth + signs)
    return deepest


def _bad_tokens(text: str, tokens: list[Token], fields: Mapping[str, Field]) -> Iterator[Complaint]:
    if not tokens:
        yield Complaint(0, "nothing but a comment", _COMMENT)
    signs = sum(token.token_type in _SIGNS for token in tokens)
    if signs > MAX_SIGNS:
        yield Complaint(0, f"{signs} signs of arithmetic", f"at most {MAX_SIGNS} are read")
    for index, token in enumerate(tokens):
        if token.comments:
            yield Complaint(token.start, "a comment inside a condition", _COMMENT)
        following = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        written = text[token.start : token.end + 1]
        if token.token_type in _SYNTAX:
            if token.token_type is TokenType.STRING and not (written[0] == written[-1] == "'"):
                yield Complaint(token.start, f"{written} is not a text", _QUOTES)
        elif written.startswith('"'):
            yield Complaint(token.start, f"{written} is in double quotes", _QUOTES)
        elif not _NAME.fullmatch(written):
            yield Complaint(token.start, f"{written!r} cannot stand in a condition", _cure_of(written))
        else:
            yield from _bad_name(written, token.start, fields, call=following is TokenType.L_PAREN)


def _bad_name(name: str, offset: int, fields: Mapping[str, Field], *, call: bool) -> Iterator[Complaint]:
    if call:
        if name not in FUNCTIONS:
            yield Complaint(offset, f"function {name!r} is not allowed", f"allowed are {', '.join(FUNCTIONS)}")
    elif name not in fields and name not in ("today", "now"):
        if name.lower() in _SQL_WORDS:
            yield Complaint(offset, f"{name!r} cannot stand in a condition", "see `alertd rules fields` for what can")
        else:
            yield Complaint(offset, f"unknown field {name!r}", did_you_mean(name, fields))


def _cure_of(sign: str) -> str:
    if any(quote in sign for quote in "“”‘’`'"):  # of a word processor, or with a letter in front (N'…')
        return _QUOTES
    return {
        ";": "one condition has no semicolon; make `when` a list of lines",
        "||": "texts are not joined here",
        "==": "write =",
        "!": "write <> or not",
        "%": "remainders are not supported",
        "::": "values have the type of their field; leave the cast out",
        "~": "use like",
    }.get(sign, "allowed are and or not ( ) = <> < <= > >= is null in between like + - * /")


def _open_quote(text: str) -> int:
    rest = re.sub(r"'(?:[^']|'')*'", lambda found: " " * len(found[0]), text)
    return max(rest.find("'"), 0)


def _unreadable(text: str, tokens: list[Token], error: SqlglotError) -> Complaint:
    at = getattr(error, "errors", [{}])
    col = (at[0].get("col") or 1) if at else 1
    end = sum(len(line) + 1 for line in text.split("\n")[: ((at[0].get("line") or 1) - 1) if at else 0]) + col - 1
    near = [token for token in tokens if token.start <= end] or tokens
    word = next(
        (t for t in reversed(near) if t.token_type in (TokenType.STRING, TokenType.NUMBER, TokenType.VAR)), near[0]
    )
    where = text[near[-1].start : near[-1].end + 1]
    return Complaint(
        word.start, f"the condition cannot be read near {where!r}", "see docs/rules.md for how to write one"
    )
