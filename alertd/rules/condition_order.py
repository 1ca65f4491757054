"""The order of a condition's words, from its tokens alone: what is missing or too much, and where and meets or without brackets.

It explains what the parser could not read; it never lets anything through that the parser refuses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token, TokenType

from alertd.rules import condition_said as say
from alertd.rules.condition_types import Complaint
from alertd.rules.functions import FUNCTIONS
from alertd.rules.shape_said import short
from alertd.rules.wrong import Wrong

_T = TokenType
_PREFIX = (_T.NOT, _T.DASH, _T.PLUS)
_JOINING = (_T.AND, _T.OR)
_BETWEEN = (
    *_JOINING, _T.EQ, _T.NEQ, _T.LT, _T.LTE, _T.GT, _T.GTE, _T.IS, _T.IN, _T.BETWEEN, _T.LIKE,
    _T.PLUS, _T.DASH, _T.STAR, _T.SLASH,
)  # fmt: skip
_VALUES = (_T.STRING, _T.NUMBER, _T.TRUE, _T.FALSE, _T.NULL)


def at_token(token: Token, found: Wrong) -> Complaint:
    return Complaint(token.start, found.what, found.cure, token.end - token.start + 1)


# --- what cannot be read ---------------------------------------------------------------------------------------------
def out_of_order(text: str, tokens: Sequence[Token], names: Sequence[str]) -> Complaint | None:
    """The first place at which the words cannot follow each other; None: not found. ``names``: of fields."""
    return _Order(text, names).first(tokens)


class _Order:
    def __init__(self, text: str, names: Sequence[str]) -> None:
        self._text = text
        self._names = frozenset(names)
        self._open: list[Token] = []

    def first(self, tokens: Sequence[Token]) -> Complaint | None:
        before: Token | None = None
        for token in tokens:
            found = self._after_value(before, token) if self._is_value(before) else self._after_sign(before, token)
            if found is not None:
                return found
            before = token
        if self._open:
            return at_token(self._open[-1], say.OPEN_BRACKET)
        if before is not None and not self._is_value(before):
            return at_token(before, say.ends_after(self._written(before)))
        return None

    def _is_value(self, token: Token | None) -> bool:
        return token is not None and (
            token.token_type in (*_VALUES, _T.R_PAREN)
            or token.token_type not in (*_BETWEEN, *_PREFIX, _T.L_PAREN, _T.COMMA)
        )

    def _after_value(self, before: Token | None, token: Token) -> Complaint | None:
        assert before is not None
        kind = token.token_type
        if kind is _T.R_PAREN:
            return self._close(token)
        if kind is _T.COMMA:
            return None if self._open else at_token(token, say.STRAY_COMMA)
        if kind is _T.L_PAREN and self._written(before) in FUNCTIONS:
            self._open.append(token)
            return None
        if kind in _BETWEEN or kind is _T.NOT:
            return None
        one, two = self._written(before), self._written(token)
        return at_token(token, say.two_values(one, two, self._joined(before, token)))

    def _joined(self, before: Token, token: Token) -> str:
        """The sign that was probably left out: a field and a value are compared, else conditions are joined."""
        is_field = self._written(before) in self._names
        return "=" if is_field and token.token_type in (_T.STRING, _T.NUMBER) else "and"

    def _after_sign(self, before: Token | None, token: Token) -> Complaint | None:
        kind = token.token_type
        if kind is _T.L_PAREN:
            self._open.append(token)
        elif kind is _T.R_PAREN:
            if before is not None and before.token_type is _T.L_PAREN:
                return at_token(token, say.EMPTY_BRACKETS)
            return self._close(token) or (at_token(before, say.ends_after(self._written(before))) if before else None)
        elif kind is _T.COMMA or (kind in _BETWEEN and kind not in _PREFIX):
            if before is None or before.token_type in (_T.L_PAREN, _T.COMMA):
                return at_token(token, say.begins_with(self._written(token)))
            if before.token_type is not _T.NOT or kind not in (_T.IN, _T.LIKE, _T.BETWEEN):
                return at_token(token, say.two_signs(self._written(before), self._written(token)))
        return None

    def _close(self, token: Token) -> Complaint | None:
        if not self._open:
            return at_token(token, say.STRAY_BRACKET)
        self._open.pop()
        return None

    def _written(self, token: Token) -> str:
        return self._text[token.start : token.end + 1]


# --- and beside or ---------------------------------------------------------------------------------------------------
@dataclass
class _Group:
    """What stands between two brackets: where it begins, and what joins its parts."""

    start: int
    joined: list[Token] = field(default_factory=list)
    between: bool = False  # the next and belongs to it


def mixed(text: str, tokens: Sequence[Token]) -> list[Complaint]:
    """Where and stands beside or without brackets, with both readings written out."""
    return [complaint for group, end in _groups(text, tokens) for complaint in _mixed(text, group, end)]


def _groups(text: str, tokens: Sequence[Token]) -> Iterator[tuple[_Group, int]]:
    """Each pair of brackets, and the whole, with where it ends."""
    held = [_Group(0)]
    for token in tokens:
        kind = token.token_type
        if kind is _T.L_PAREN:
            held.append(_Group(token.end + 1))
        elif kind is _T.R_PAREN and len(held) > 1:
            yield held.pop(), token.start
        elif kind is _T.BETWEEN:
            held[-1].between = True
        elif kind is _T.AND and held[-1].between:
            held[-1].between = False
        elif kind in _JOINING:
            held[-1].joined.append(token)
    for group in held:
        yield group, len(text)


def _mixed(text: str, group: _Group, end: int) -> Iterator[Complaint]:
    if len({token.token_type for token in group.joined}) < 2:
        return
    edges = [group.start - 1, *(edge for token in group.joined for edge in (token.start, token.end)), end]
    parts = [text[after + 1 : before] for after, before in zip(edges[::2], edges[1::2], strict=True)]
    signs = [token.token_type for token in group.joined]
    first = signs.index(_T.AND)
    last = next((i for i in range(first, len(signs)) if signs[i] is not _T.AND), len(signs))
    start = edges[2 * first] + 1
    start += len(parts[first]) - len(parts[first].lstrip())
    stop = edges[2 * last + 1]
    length = len(text[start:stop].rstrip())
    found = say.mixed((_bracketed(parts, signs, _T.AND), _bracketed(parts, signs, _T.OR)))
    yield Complaint(start, found.what, found.cure, length)


def _bracketed(parts: Sequence[str], signs: Sequence[TokenType], tight: TokenType) -> str:
    """The parts with brackets around what ``tight`` joins."""
    runs: list[list[str]] = [[_one_line(parts[0])]]
    for sign, part in zip(signs, parts[1:], strict=True):
        if sign is tight:
            runs[-1].append(_one_line(part))
        else:
            runs.append([_one_line(part)])
    word, other = ("and", "or") if tight is _T.AND else ("or", "and")
    return f" {other} ".join(run[0] if len(run) == 1 else f"({f' {word} '.join(run)})" for run in runs)


def _one_line(part: str) -> str:
    return short(" ".join(part.split()))
