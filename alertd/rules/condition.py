"""Text of a condition → checked tree. Everything wrong with it is a Complaint at its character; nothing is executed.

sqlglot reads the text; what it reads is let through only if every token and every node is on a closed list.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token

from alertd.model.dataset import Field
from alertd.rules import condition_said as say
from alertd.rules.condition_check import Checker
from alertd.rules.condition_order import at_token, mixed, out_of_order
from alertd.rules.condition_tokens import bad_tokens, misspelt, open_quote
from alertd.rules.condition_types import Complaint, Node, depth_of, fields_in
from alertd.rules.wrong import Wrong

MAX_TEXT = 2_000  # characters
# Brackets and nots. sqlglot descends 20 calls for each, of the 1,000 that Python permits and that the caller has begun to
# use: with more, the same rule would be read by `alertd check` and refused by the daemon.
MAX_DEPTH = 25
MAX_TREE = 64  # levels of the checked tree: SQLAlchemy descends some 6 calls for each
MAX_MULTIPLICATIONS = 8  # with literals up to 10^9 no product leaves the range of a double on either database
MAX_SIGNS = 60  # + - * / in one condition

_REST = re.compile(r"\s*(?:=|<>|!=|<=?|>=?|is(?:\s+not)?)\s*(?:null|true|false)\b|\s*\)", re.IGNORECASE)
MAX_COMPLAINTS = 10  # of one condition: who mends ten sees the others then


def read_condition(
    text: str, fields: Mapping[str, Field], *, number: bool = False
) -> tuple[Node | None, list[Complaint]]:
    """The checked tree of a yes/no condition (with ``number``, of a whole number), or None and what is wrong."""
    if early := _before_parsing(text):
        return None, [early]
    try:
        tokens = sqlglot.tokenize(text)
    except SqlglotError:
        return None, [open_quote(text)]
    complaints = list(islice(bad_tokens(text, tokens, fields, MAX_SIGNS), MAX_COMPLAINTS))
    if len(complaints) == MAX_COMPLAINTS or (complaints and not misspelt(text, tokens, complaints)):
        return None, complaints
    try:
        tree = sqlglot.parse_one(text, into=exp.Condition)
        node, found = _checked(text, tree, fields, number=number)
    except SqlglotError as error:
        return None, complaints or [out_of_order(text, tokens, tuple(fields)) or _unreadable(text, tokens, error)]
    except RecursionError:  # a chain like a = a = a
        return None, complaints or [_whole(text, say.TOO_LONG_A_CHAIN)]
    told = {complaint.offset for complaint in complaints}
    more = [*mixed(text, tokens), *(_to_its_end(text, each) for each in found)]
    complaints += [each for each in more if each.offset not in told]
    return (None, sorted(complaints, key=_place)[:MAX_COMPLAINTS]) if complaints else (node, [])


def _checked(
    text: str, tree: exp.Expr, fields: Mapping[str, Field], *, number: bool
) -> tuple[Node | None, list[Complaint]]:
    checker = Checker(text, fields, MAX_MULTIPLICATIONS)
    node = checker.whole_number(tree) if number else checker.condition(tree)
    if node is not None and not checker.complaints:
        if depth_of(node) > MAX_TREE:
            return None, [_whole(text, say.TOO_LONG_A_CHAIN)]
        if not fields_in(node):
            checker.complain(tree, say.NO_FIELD)
    return node, checker.complaints


def _whole(text: str, found: Wrong) -> Complaint:
    return Complaint(0, found.what, found.cure, len(text))


def _place(complaint: Complaint) -> int:
    return complaint.offset


def _to_its_end(text: str, complaint: Complaint) -> Complaint:
    """Up to the null, true, false or closing bracket that belongs to it: they carry no place in the tree."""
    end = complaint.offset + complaint.length
    while complaint.length and (found := _REST.match(text, end)):
        here = text[complaint.offset : found.end()]
        if found[0].strip() == ")" and here.count(")") > here.count("("):
            break
        end = found.end()
    return replace(complaint, length=end - complaint.offset)


def _before_parsing(text: str) -> Complaint | None:
    if not text.strip():
        return Complaint(0, *say.EMPTY)
    if len(text) > MAX_TEXT:
        return _whole(text, say.too_long(len(text), MAX_TEXT))
    odd = next(
        (i for i, c in enumerate(text) if (ord(c) < 32 and c not in "\n\r\t") or 0xD800 <= ord(c) < 0xE000), None
    )
    if odd is not None:
        return Complaint(odd, *say.unreadable(text[odd]), 1)
    if (at := _too_deep(text)) is not None:
        return Complaint(at, *say.too_deep(MAX_DEPTH), 1)
    return None


def _too_deep(text: str) -> int | None:
    """Where brackets and signs in front (not, -) stand deeper within each other than is read, found without parsing."""
    depth = signs = 0
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
        if depth + signs > MAX_DEPTH:
            return found.start()
    return None


def _unreadable(text: str, tokens: list[Token], error: SqlglotError) -> Complaint:
    at = getattr(error, "errors", [{}])
    col = (at[0].get("col") or 1) if at else 1
    end = sum(len(line) + 1 for line in text.split("\n")[: ((at[0].get("line") or 1) - 1) if at else 0]) + col - 1
    near = [token for token in tokens if token.start <= end] or tokens
    return at_token(near[-1], say.unread_near(text[near[-1].start : near[-1].end + 1]))
