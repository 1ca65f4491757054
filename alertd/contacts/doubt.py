"""Is a new content of units, contacts, successors, owners or targets believed? Judged beside the one believed last. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from alertd.model.directory import Directory
from alertd.settings.table_files import TableFile
from alertd.settings.tables import Tables

# A small house changes by one or two people at a time, whatever share of it they are.
_FEW = 3
_NAMED = 5  # units or people that a doubt names


class Doubted(StrEnum):
    """Why the content of a table is not believed, one word for its row; those of `csv_table.Broken` among them."""

    WRITTEN = "written"  # somebody is writing it at this moment
    MISSING = "missing"
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    QUOTES = "quotes"
    COLUMNS = "columns"
    EMPTY = "empty"
    CUT = "cut"  # the last line is half a line
    SHRUNK = "shrunk"
    HEADS_LOST = "heads_lost"
    ADDRESSES_LOST = "addresses_lost"

    @property
    def acceptable(self) -> bool:
        """Whether a person may say that it is true; nobody can say so of half a file."""
        return self in (Doubted.SHRUNK, Doubted.HEADS_LOST, Doubted.ADDRESSES_LOST)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``facts``: what the sentence for the office is filled with. No reason: believed."""

    reason: Doubted | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


BELIEVED = Verdict()


def judge(file: TableFile, before: Tables, after: Tables, *, day: date, max_drop: float, accepted: bool) -> Verdict:
    """The first doubt about a content that differs from the believed one, the worst kind first. ``before``, ``after``: all
    tables with the old and the new content of this one; ``accepted``: somebody said that what it lost is truly gone."""
    if file.written:
        return Verdict(Doubted.WRITTEN)
    if file.content is None:
        reason = Doubted.UNREADABLE if file.error else Doubted.MISSING
        return Verdict(reason, {"what": file.error})
    if broken := after.broken.get(file.name):
        return Verdict(Doubted(broken[0].value), {"what": broken[1]})
    if cut := _cut(file.content):
        return Verdict(Doubted.CUT, {"what": cut})
    rows = _ROWS[file.name]
    if not rows(after.directory) and file.name in ("units", "contacts"):
        return Verdict(Doubted.EMPTY)
    if not accepted and (lost := _lost(file.name, before.directory, after.directory, day, max_drop)):
        return lost
    return BELIEVED


_ROWS: Mapping[str, Callable[[Directory], Sequence[object]]] = {
    "units": lambda directory: directory.units,
    "contacts": lambda directory: directory.contacts,
    "successors": lambda directory: directory.successors,
    "owners": lambda directory: directory.owners,
    "targets": lambda directory: directory.targets,
}


def _cut(content: bytes) -> str:
    """The last line, where it has no end and fewer cells than the first: a copy that stopped midway looks like that."""
    if content.endswith((b"\n", b"\r")):
        return ""
    lines = content.decode("utf-8-sig").splitlines()
    mark = max(",;\t", key=lines[0].count)
    return lines[-1][:60] if len(lines) > 1 and lines[-1].count(mark) < lines[0].count(mark) else ""


def _lost(name: str, before: Directory, after: Directory, day: date, max_drop: float) -> Verdict | None:
    was, now = len(_ROWS[name](before)), len(_ROWS[name](after))
    if too_many(was - now, was, max_drop):
        return Verdict(Doubted.SHRUNK, {"before": was, "after": now})
    if name != "contacts":
        return None
    had = [unit for unit in before.units if before.heads(unit.code, day)]
    lost = [unit.name for unit in had if not after.heads(unit.code, day)]
    if too_many(len(lost), len(had), max_drop):
        return Verdict(Doubted.HEADS_LOST, {"before": len(had), "after": len(lost), "what": _named(lost)})
    return _addresses(before, after, max_drop)


def _addresses(before: Directory, after: Directory, max_drop: float) -> Verdict | None:
    """People who are still named and have no address any more: a column that went empty."""
    left = {(contact.unit, contact.name): bool(contact.email or contact.phone) for contact in after.contacts}
    had = [contact for contact in before.contacts if contact.email or contact.phone]
    lost = [contact.name for contact in had if left.get((contact.unit, contact.name)) is False]
    if too_many(len(lost), len(had), max_drop):
        return Verdict(Doubted.ADDRESSES_LOST, {"before": len(had), "after": len(lost), "what": _named(lost)})
    return None


def too_many(lost: int, of: int, share: float) -> bool:
    return lost >= _FEW and lost > of * share + 1e-9


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
