"""Is a snapshot believed? Judged by what was measured of it; a doubt is a named reason with the cure. Pure.

Both directions have their place here: what a snapshot lost (now), and what it brought all at once (a later judge looks at
shares of states and of overdue records in the same `Measured`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alertd.intake.measure import UNIT_FROM, Emptied, Losses
from alertd.intake.words import doubt, shown_count, shown_duration, shown_share, shown_time
from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.settings.source_shapes import SourceSettings

# From so many records on, a field that most of them lose is suspicious even if some keep it.
_MANY = 20
_MOST_LOST = 0.5
# From so many rows on, a snapshot of which most cannot be read is not believed; in a smaller one each is told by itself.
_ROWS = 100


class Doubted(StrEnum):
    """One word for the poll's row."""

    INCOMPLETE = "incomplete"
    EMPTY = "empty"
    SHRUNK = "shrunk"
    UNIT_SHRUNK = "unit_shrunk"
    SCHEMA = "schema"
    UNREADABLE = "unreadable"
    STALE = "stale"
    UNDATED = "undated"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Measured:
    """A snapshot as the guard sees it. ``before``: records of the last believed one, None where there is none; ``listed``:
    distinct codes; ``absent``: mapped columns that no record had (by itself no fault: many systems leave out what is empty);
    ``newest``: the newest event that had happened."""

    complete: bool
    notes: tuple[str, ...]
    rows: int
    rejected: int
    listed: int
    before: int | None
    losses: Losses
    absent: tuple[str, ...]
    as_of: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Judge:
    """With what a snapshot of a source is judged."""

    settings: SourceSettings
    calendar: WorkingCalendar
    language: str
    directory: Directory
    accepted: bool = False  # `sources accept` was given: a shrinkage is let through


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` None: believed. ``needed``: it was, only because somebody accepted the shrinkage."""

    reason: Doubted | None = None
    detail: str = ""
    needed: bool = False


BELIEVED = Verdict()


def judge(measured: Measured, by: Judge, now: datetime) -> Verdict:
    """The first doubt, the worst kind first; BELIEVED where there is none."""
    for look in (_incomplete, _schema, _unreadable):
        if verdict := look(measured, by):
            return verdict
    # `sources accept` lets a true shrinkage through; nothing makes half a list or another schema true.
    shrunk = _shrunk(measured, by)
    if shrunk and not by.accepted:
        return shrunk
    if verdict := age(measured.as_of, measured.newest, by, now):
        return verdict
    return Verdict(needed=True) if shrunk else BELIEVED


def age(as_of: datetime | None, newest: datetime | None, by: Judge, now: datetime) -> Verdict | None:
    """The part that holds for an unchanged snapshot too. Data from the future count as new."""
    settings, zone = by.settings, by.calendar.zone
    if as_of is None:
        return _doubt(Doubted.UNDATED, by, "undated")
    if as_of < settings.stale_after.before(now, by.calendar):
        told = {"what": shown_time(as_of, zone), "limit": shown_duration(settings.stale_after, by.language)}
        return _doubt(Doubted.STALE, by, "stale", **told)
    life = settings.sign_of_life
    if life is not None and newest is not None and newest < life.before(now, by.calendar):
        return _doubt(
            Doubted.SILENT, by, "silent", what=shown_time(newest, zone), limit=shown_duration(life, by.language)
        )
    return None


def _incomplete(measured: Measured, by: Judge) -> Verdict | None:
    if measured.complete:
        return None
    return _doubt(Doubted.INCOMPLETE, by, "incomplete", what="; ".join(measured.notes[-1:]) or "…")


def _schema(measured: Measured, by: Judge) -> Verdict | None:
    for emptied in measured.losses.emptied:
        # of a few changed records the rest says nothing
        few = 2 if by.settings.covers == "all" else _MANY
        if _is_emptied(emptied, measured.losses.stored, few):
            theirs = by.settings.fields[emptied.field]
            column = theirs.name
            return _doubt(
                Doubted.SCHEMA,
                by,
                "missing_column" if column in measured.absent else "emptied_column",
                what=f"{column} ({emptied.field})",
                before=shown_count(emptied.before, by.language),
                after=shown_count(emptied.lost, by.language),
            )
    return None


def _is_emptied(emptied: Emptied, stored: int, few: int) -> bool:
    """Most of many, or all of a field that at least half of the records had."""
    if emptied.before >= _MANY and emptied.lost > emptied.before * _MOST_LOST:
        return True
    return emptied.lost == emptied.before >= max(few, stored * _MOST_LOST)


def _unreadable(measured: Measured, by: Judge) -> Verdict | None:
    """Nothing at all can be read, or most of many rows: another format of times, or another column of codes."""
    bad, rows = measured.rejected, measured.rows
    all_of_it = bad == rows and (by.settings.covers == "all" or rows >= _MANY)
    if not bad or not (all_of_it or (rows >= _ROWS and bad > rows * _MOST_LOST)):
        return None
    counts = {"before": shown_count(rows, by.language), "after": shown_count(bad, by.language)}
    return _doubt(Doubted.UNREADABLE, by, "unreadable", **counts)


def _shrunk(measured: Measured, by: Judge) -> Verdict | None:
    """Only a source that lists every live record can have too few of them."""
    before, after, limit = measured.before, measured.listed, by.settings.max_drop
    if by.settings.covers != "all":
        return None
    if after == 0 and before != 0:
        word = "first_empty" if before is None else "empty"
        return _doubt(Doubted.EMPTY, by, word, before=shown_count(before or 0, by.language))
    if before and _too_many(before - after, before, limit):
        return _drop(Doubted.SHRUNK, by, "", before, after)
    for loss in measured.losses.units:
        if loss.before >= UNIT_FROM and _too_many(loss.before - loss.after, loss.before, limit):
            name = by.directory.name_of(loss.unit)
            return _drop(Doubted.UNIT_SHRUNK, by, name, loss.before, loss.after)
    return None


def _too_many(lost: int, before: int, share: float) -> bool:
    return lost > before * share + 1e-9  # 0.29 × 100 is 28.999999999999996


def _drop(reason: Doubted, by: Judge, what: str, before: int, after: int) -> Verdict:
    return _doubt(
        reason,
        by,
        reason.value,
        what=what,
        before=shown_count(before, by.language),
        after=shown_count(after, by.language),
        share=shown_share((before - after) / before, by.language),
        limit=shown_share(by.settings.max_drop, by.language),
    )


def _doubt(reason: Doubted, by: Judge, word: str, **facts: str) -> Verdict:
    return Verdict(reason, doubt(word, by.language, {"source": by.settings.name, **facts}))
