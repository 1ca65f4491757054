"""A message in words, before it is laid out: the same parts in every form, each string already escaped for its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Items under a heading of their own. ``first``: the number of the first item; ``lines`` stand above them."""

    title: str
    lines: tuple[str, ...]
    items: tuple[str, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` where there is room for columns; ``lines`` where there is not. ``words``: places of columns that are read, not
    compared as figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    words: frozenset[int] = frozenset((0,))


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the message. ``level``: the worst in it, as a word; ``lines`` stand above groups and table, ``more`` below
    them, then ``todo``: what is asked for, and ``after``: ground and source. ``picture``: the name of the attachment that a mail
    shows in this place."""

    title: str
    level: str
    lines: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    table: Table | None = None
    more: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """``banner``: what has to be seen before anything else (a rehearsal)."""

    subject: str
    banner: tuple[str, ...]
    title: str
    level: str
    greeting: str
    intro: tuple[str, ...]
    blocks: tuple[Block, ...]
    closing: tuple[str, ...]
