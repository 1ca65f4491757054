"""Made-up values of the outlook in the city's digest: as they commonly are, and with all left out that may be missing."""

from datetime import date, datetime, timedelta
from typing import Any

from alertd.model.index_words import GROUPS, TOTAL
from alertd.model.message import Attachment
from alertd.model.outlook import SECTIONS, ChangesNow, CityOutlook, DaysNow, GapsNow, IndexNow, Scored, Winning
from alertd.model.words import GapCause, GapKind, WatchedChange
from alertd.notices.letter import Source

_DAY = date(2026, 9, 1)
# A PNG of one point.
_POINT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da6378070000f000"
    "ef5de1542c0000000049454e44ae426082"
)


def row(*, full: bool) -> dict[str, Any]:
    """What its rows hold besides what others do."""
    return {
        "score": 57.06 if full else None,
        "maximum": 100.0 if full else None,
        "day_ago": 0.31 if full else None,
        "last_period": -1.12 if full else None,
        "last_rank": 14 if full else None,
        "indicator": "PUBLIC_UPDATE_ON_TIME",
        "work": "publish" if full else "",
        "least": 0.1 if full else None,
        "most": 0.31,
        "count": 6,
    }


def letter(now: datetime, *, full: bool) -> dict[str, Any]:
    """What the blocks see that speak of the letter alone."""
    return {"outlook": outlook(now, 12 if full else 0, full=full)}


def more(now: datetime, source: Source, count: int, most: int | None = None) -> dict[str, Any]:
    """What a digest brings along. ``count``: rows of a list at most, 0: nothing is known; ``most``: every number."""
    found = outlook(now, 12 if most is None else most, full=count > 1) if count else CityOutlook()
    there = bool(count)
    index, days = found.index, found.days
    return {
        "outlook": found,
        "outlook_doubts": dict.fromkeys(SECTIONS, (source,) * 5 if most is not None else ()),
        "score_rows": [index.total, *index.groups] if index else [],
        "winning_rows": index.cheapest if index else (),
        "gap_kind_rows": _counted(GapKind, most) if there else [],
        "gap_cause_rows": _counted(GapCause, most) if there else [],
        "change_rows": _counted(WatchedChange, most) if there else [],
        "chart": Attachment("qua-han-30-ngay-20261005.png", "image/png", _POINT) if days else None,
    }


def outlook(now: datetime, number: int, *, full: bool) -> CityOutlook:
    """``number``: every figure."""
    known = full or None
    total, *groups = [
        Scored(code, known and 57.06, known and 100.0, known and 0.31, known and -1.12, known and 12, known and 14)
        for code in (TOTAL, *GROUPS)
    ]
    works = (("PUBLIC_UPDATE_ON_TIME", "publish"), ("DOSSIER_SYNC", "send"), ("TDGQ", "finish"))
    winnings = [Winning(code, work, number or 1, known and 0.1, 0.31, now.date()) for code, work in works]
    days = tuple(_DAY + timedelta(days=each) for each in range(22))
    return CityOutlook(
        IndexNow("Thành phố Hà Nội", "2026-09", now, total, tuple(groups), tuple(winnings) if full else ()),
        GapsNow(dict.fromkeys(GapKind, number), dict.fromkeys(GapCause, number)),
        ChangesNow(dict.fromkeys(WatchedChange, number), number),
        DaysNow(days, (number + 3,) * 21 + (number,), (number,) * 22, _POINT),
    )


def _counted(words: Any, most: int | None) -> list[dict[str, Any]]:
    return [{"what": word.value, "total": 12 if most is None else most} for word in words]
