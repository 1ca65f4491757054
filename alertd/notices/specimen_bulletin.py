"""Made-up values of the messages about the monthly bulletin: as they commonly are, and with all left out that may be missing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from alertd.notices.bulletin_figures import Headline
from alertd.notices.letter import Source


def more(now: datetime, source: Source, *, full: bool) -> dict[str, Any]:
    """What their letters bring along."""
    headline = Headline(
        month="2026-09",
        edition=2 if full else 1,
        content="3f9a1c0b7d2e",
        made_at=now,
        received=28412 if full else 0,
        ended=27106 if full else 0,
        on_time=26903 if full else 0,
        late=203 if full else 0,
        overdue=118 if full else 0,
        on_time_rate=99.25 if full else None,
        rate_before=98.1 if full else None,
        online_rate=84.6 if full else None,
        ranked=131 if full else 0,
        unranked=9 if full else 0,
        units=138 if full else 0,
        disputes=3 if full else 0,
        amended=4 if full else 0,
        upheld=2 if full else 0,
        doubted=("one-stop",) if full else (),
        by=now if full else None,
        portal=full,
        released_at=now,
        released_by="Trần Thị Bình",
        reason="Chánh Văn phòng duyệt" if full else "",
        again=full,
    )
    return {"bulletin": headline, "figure_sources": (source,), "result_rows": (row(full=full),), "mailed": full}


def row(*, full: bool) -> dict[str, Any]:
    """A unit's figures."""
    return {
        "name": "Phường Một",
        "received": 412,
        "done": 398,
        "on_time": 391,
        "late": 7,
        "overdue": 6 if full else 0,
        "on_time_rate": 98.24 if full else None,
        "online_rate": 81.3 if full else None,
        "online_target": 80.0 if full else None,
        "rank": 12 if full else None,
        "of": 131,
        "group": "communes" if full else "departments",
        "moved": -3 if full else None,
    }


def largest(headline: Headline, most: int, text: str) -> Headline:
    """The same at its worst."""
    counts = ("received", "ended", "on_time", "late", "overdue", "ranked", "unranked", "units")
    numbers = (*counts, "disputes", "amended", "upheld")
    worst: dict[str, Any] = {
        **dict.fromkeys(numbers, most),
        "doubted": (text,) * 5,
        "released_by": text,
        "reason": text,
    }
    return replace(headline, **worst)
