"""The words of a condition one by one: which can stand in one at all, and what is said of those that cannot. Nothing is parsed."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from alertd.model.dataset import Field
from alertd.rules import condition_said as say
from alertd.rules import name_said
from alertd.rules.condition_order import at_token
from alertd.rules.condition_types import Complaint
from alertd.rules.functions import FUNCTIONS

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
    ("select", "from", "where", "union", "join", "case", "when", "then", "else", "end", "exists", "any", "all", "some",
     "interval", "cast", "date", "timestamp", "ilike", "similar", "regexp", "rlike", "glob", "escape", "distinct", "collate",
     "as", "isnull", "notnull", "div", "xor", "group", "order", "limit", "having")
)  # fmt: skip
_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)
_QUOTED = re.compile(r"[“”‘’„‚`´]([^“”‘’„‚`´\n]*)[“”‘’„‚`´]?")
_BARE = re.compile(r"[\w./-]*\w")  # a code, or a word, as it stands without quotes
_EXPECTING = (TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.LIKE)


def bad_tokens(text: str, tokens: Sequence[Token], fields: Mapping[str, Field], most_signs: int) -> Iterator[Complaint]:
    if not tokens:
        yield Complaint(0, *say.ONLY_A_COMMENT, len(text))
    signs = [token for token in tokens if token.token_type in _SIGNS]
    if len(signs) > most_signs:
        yield Complaint(0, *say.too_many_signs(len(signs), most_signs), len(text))
    told = 0  # up to where a complaint reaches: what is behind a curly quote, or a dot, is no fault of its own
    for index, token in enumerate(tokens):
        if token.comments:
            yield _comment(text, token)
        if token.start < told:
            continue
        for complaint in _bad_token(text, tokens, index, fields):
            told = max(told, complaint.offset + complaint.length)
            yield complaint
        if text[token.start : token.end + 1].lower() in (";", "select"):  # what follows is another language
            return


def _comment(text: str, token: Token) -> Complaint:
    """It stands behind the word with which it comes, or in front of it."""
    found = _COMMENT.search(text, token.end + 1) or _COMMENT.search(text)
    start, end = found.span() if found else (token.start, token.end + 1)
    return Complaint(start, *say.A_COMMENT, end - start)


def _bad_token(text: str, tokens: Sequence[Token], index: int, fields: Mapping[str, Field]) -> Iterator[Complaint]:
    token = tokens[index]
    written = text[token.start : token.end + 1]
    if token.token_type in _SYNTAX:
        if token.token_type is TokenType.STRING and not (written[0] == written[-1] == "'"):
            yield at_token(token, say.no_text(written))
    elif written.startswith('"'):
        yield at_token(token, say.double_quotes(written))
    elif found := _QUOTED.match(text, token.start):
        straight = "'" + found[1].replace("'", "''") + "'"
        yield Complaint(token.start, *say.curly_quotes(found[0], straight), len(found[0]))
    elif not _NAME.fullmatch(written):
        yield at_token(token, say.sign(written))
    else:
        yield from _bad_name(text, tokens, index, fields)


def _bad_name(text: str, tokens: Sequence[Token], index: int, fields: Mapping[str, Field]) -> Iterator[Complaint]:
    token = tokens[index]
    name = text[token.start : token.end + 1]
    following = tokens[index + 1].token_type if index + 1 < len(tokens) else None
    if following is TokenType.L_PAREN:
        if name not in FUNCTIONS:
            yield at_token(token, name_said.function(name, fields))
    elif name not in fields and name not in ("today", "now"):
        bare = _bare(text, tokens, index)
        rest = (
            text[tokens[index + 2].start : tokens[index + 2].end + 1]
            if following is TokenType.DOT and index + 2 < len(tokens)
            else ""
        )
        if name.lower() in _SQL_WORDS:
            yield at_token(token, name_said.sql_word(name))
        elif _NAME.fullmatch(rest) and not bare:
            yield Complaint(token.start, *name_said.dotted(name, rest, fields), tokens[index + 2].end - token.start + 1)
        else:
            yield Complaint(token.start, *name_said.unknown_field(name, fields, bare), len(bare) or len(name))


def _bare(text: str, tokens: Sequence[Token], index: int) -> str:
    """The whole of what may be a text without its quotes; empty where no value is expected."""
    before = tokens[index - 1].token_type if index else None
    in_list = before in (TokenType.L_PAREN, TokenType.COMMA) and any(
        t.token_type is TokenType.IN for t in tokens[:index]
    )
    found = _BARE.match(text, tokens[index].start) if before in _EXPECTING or in_list else None
    return found[0] if found else ""


def open_quote(text: str) -> Complaint:
    rest = re.sub(r"'(?:[^']|'')*'", lambda found: " " * len(found[0]), text)
    start = max(rest.find("'"), 0)
    return Complaint(start, *say.OPEN_QUOTE, len(text) - start)


def misspelt(text: str, tokens: Sequence[Token], complaints: Sequence[Complaint]) -> bool:
    """That nothing but names of fields is wrong so far, so that the rest can be read all the same."""
    names = {
        token.start
        for token, then in itertools.zip_longest(tokens, tokens[1:])
        if (then is None or then.token_type not in (TokenType.L_PAREN, TokenType.DOT))
        and _NAME.fullmatch(written := text[token.start : token.end + 1])
        and written.lower() not in _SQL_WORDS
    }
    return all(complaint.offset in names for complaint in complaints)
