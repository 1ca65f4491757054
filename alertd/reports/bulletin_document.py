"""A bulletin as one JSON document: its printed figures and nothing else; null where a figure is unknown or not printed. Pure."""

from typing import Any

from alertd.reports.bulletin import Bulletin, Row
from alertd.reports.bulletin_voice import Voice
from alertd.reports.ranking import bound

_FIGURES = (
    "received",
    "online",
    "ended",
    "on_time",
    "late",
    "on_time_rate",
    "online_rate",
    "online_target",
    "average_working_days",
    "publish_due",
    "publish_on_time",
)
_BOUNDS = {"≥": "at_least", "≤": "at_most"}


def document(bulletin: Bulletin, voice: Voice) -> dict[str, Any]:
    """Rates are per cent; a rate that is printed as a bound stands as ``on_time_rate_at_least`` (or ``_at_most``) and is null
    itself. ``hidden`` names what is not printed for being of too few files."""
    return {
        "site": bulletin.site,
        "counted_at": bulletin.counted_at.astimezone(voice.zone).isoformat(),
        "min_files": bulletin.min_files,
        "hide_below": bulletin.hide_below,
        "city": _row(bulletin.city, 0),
        "units": [_row(row, bulletin.hide_below) for row in bulletin.rows],
        "index": [
            {
                "code": line.code,
                "score": line.score,
                "maximum": line.maximum,
                "score_before": line.score_before,
                "computed_at": line.computed_at.astimezone(voice.zone).isoformat() if line.computed_at else None,
            }
            for line in bulletin.index
        ],
        "causes": {each.name: None if voice.few(each.count) else each.count for each in bulletin.causes},
        "amended": [
            {"unit": each.unit, "figure": each.what, "before": each.before, "after": each.after}
            for each in bulletin.amended
        ],
        "sources": {
            name: as_of.astimezone(voice.zone).isoformat() if as_of and name not in bulletin.doubted else None
            for name, as_of in bulletin.sources
        },
        "notes": voice.notes(bulletin),
    }


def _row(row: Row, below: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in _FIGURES:
        limit = bound(row, name, below)
        figures[name] = getattr(row, name) if row.shows(name) and limit is None else None
        if limit is not None:
            figures[f"{name}_{_BOUNDS[limit[0]]}"] = round(limit[1], 2)
    return {
        "unit": row.unit or None,
        "name": row.name,
        "group": row.group or None,
        "rank": row.rank,
        "rank_before": row.rank_before,
        **figures,
        "overdue": row.open_overdue if row.shows("overdue") else None,
        "overdue_by_age": list(row.overdue) if row.shows("ages") else None,
        "disputes": row.disputes,
        "marks": [_mark(mark, below) for mark in row.marks],
        "hidden": list(row.hidden),
    }


def _mark(mark: str, below: int) -> str:
    """``began:2026-09-12``, ``moved:12``; ``moved`` alone where the number is one that is not printed."""
    word, _, what = mark.partition(":")
    return word if word == "moved" and 0 < int(what) < below else mark
