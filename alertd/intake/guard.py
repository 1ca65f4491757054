"""Is a snapshot believed? Judged by what was measured of it; a doubt is a named reason with the cure. Pure.

What cannot be true whatever anybody says (half a list, another schema, rows that cannot be read, old data) is judged here;
what is only unbelievable, and may be accepted once, in shifts.py.
"""

from datetime import datetime

from alertd.intake import doubts, shifts
from alertd.intake.belief import BELIEVED, Doubted, Judge, Measured, Part, Verdict
from alertd.intake.measure import UNIT_FROM
from alertd.intake.words import shown_count, shown_duration, shown_time

_MOST_LOST = 0.5
# From so many rows on, a snapshot of which most cannot be read is not believed; in a smaller one each is told by itself.
_ROWS = 100


def judge(measured: Measured, by: Judge, now: datetime) -> Verdict:
    """The first doubt, the worst kind first; BELIEVED where there is none."""
    for look in (_incomplete, _schema, _unreadable):
        if verdict := look(measured, by):
            return verdict
    found = list(shifts.findings(measured, by))
    detail = _told([finding.text for finding in found], measured, by) if found else ""
    if found and not by.accepted:
        return Verdict(found[0].reason, detail)
    if verdict := age(measured.as_of, measured.newest, by, now, records=measured.rows):
        return verdict
    return Verdict(detail=detail, needed=True) if found else BELIEVED


def age(as_of: datetime | None, newest: datetime | None, by: Judge, now: datetime, *, records: int) -> Verdict | None:
    """The part that holds for an unchanged snapshot too. Data from the future count as new."""
    settings, zone = by.settings, by.calendar.zone
    if as_of is None:
        return _doubt(Doubted.UNDATED, by, "undated")
    if as_of < settings.stale_after.before(now, by.calendar):
        told = {"what": shown_time(as_of, zone), "limit": shown_duration(settings.stale_after, by.language)}
        return _doubt(Doubted.STALE, by, "stale", **told)
    life = settings.sign_of_life
    if life is None:
        return None
    if newest is None:
        return _doubt(Doubted.SILENT, by, "never_alive") if records else None
    if newest < life.before(now, by.calendar):
        told = {"what": shown_time(newest, zone), "limit": shown_duration(life, by.language)}
        return _doubt(Doubted.SILENT, by, "silent", **told)
    return None


def _told(findings: list[str], measured: Measured, by: Judge) -> str:
    if measured.listed == 0 and measured.before is None:
        return findings[0]  # a first reading without a record has a cure of its own
    return doubts.may_be_true(findings, by.settings.name, by.language)


def _incomplete(measured: Measured, by: Judge) -> Verdict | None:
    if measured.complete:
        return None
    return _doubt(Doubted.INCOMPLETE, by, "incomplete", what="; ".join(measured.notes[-1:]) or "…")


def _schema(measured: Measured, by: Judge) -> Verdict | None:
    if by.of_the_index:  # its numbers may truly become unknown: that is for somebody to accept
        return None
    whole = measured.differences.whole
    for field in whole.lost:
        # of a few changed records the rest says nothing
        few = 2 if by.settings.covers == "all" else UNIT_FROM
        if _is_emptied(field, whole, few):
            column = by.settings.fields[field].name
            return _doubt(
                Doubted.SCHEMA,
                by,
                "missing_column" if column in measured.absent else "emptied_column",
                what=f"{column} ({field})",
                before=shown_count(whole.had[field], by.language),
                after=shown_count(whole.lost[field], by.language),
            )
    return None


def _is_emptied(field: str, whole: Part, few: int) -> bool:
    """Most of many, or all of a field that at least half of the records had."""
    had, lost = whole.had[field], whole.lost[field]
    if had >= UNIT_FROM and lost > had * _MOST_LOST:
        return True
    return lost == had >= max(few, whole.compared * _MOST_LOST)


def _unreadable(measured: Measured, by: Judge) -> Verdict | None:
    """Nothing at all can be read, or most of many rows: another format of times, or another column of codes."""
    bad, rows = measured.rejected, measured.rows
    all_of_it = bad == rows and (by.settings.covers == "all" or rows >= UNIT_FROM)
    if not bad or not (all_of_it or (rows >= _ROWS and bad > rows * _MOST_LOST)):
        return None
    counts = {"before": shown_count(rows, by.language), "after": shown_count(bad, by.language)}
    return _doubt(Doubted.UNREADABLE, by, "unreadable", **counts)


def _doubt(reason: Doubted, by: Judge, word: str, **facts: str) -> Verdict:
    return Verdict(reason, doubts.doubt(word, by.language, {"source": by.settings.name, **facts}))
