"""The outlook of the city in the office's digest: asked for when one is made, its rows for the templates, its chart as attachment.

The figures are worked out elsewhere (Desk.looking); a desk without it (a replay) says none of them.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alertd.errors import Said, in_language
from alertd.model.asof import AsOf
from alertd.model.freshness import Freshness
from alertd.model.message import Attachment
from alertd.model.outlook import SECTIONS, Asked, CityOutlook, DaysNow
from alertd.notices.clean import one_line
from alertd.notices.letter import Source
from alertd.notices.spreadsheet import Enclosure
from alertd.notices.writer import Desk
from alertd.store import troubles

_CHART = "digest:chart"  # the trouble of a chart that could not be drawn
_NAME = {"vi": "qua-han-30-ngay", "en": "overdue-30-days"}
_FAILED = {
    "vi": "Không vẽ được biểu đồ 30 ngày của bản tin thành phố: {why}; bản tin đã gửi không kèm biểu đồ",
    "en": "The chart of 30 days of the city digest could not be drawn: {why}; the digest went out without it",
}


def outlook(session: Session, desk: Desk, at: AsOf, since: datetime) -> dict[str, Any]:
    """What the digest says of it, as its templates know it. ``since``: the digest before."""
    office = desk.reach.office()
    if desk.looking is None or office is None:
        return shown(CityOutlook(), at, "")
    language = desk.language(office.contact)
    asked = Asked(session, desk.reach.directory, at, since, desk.freshness, language)
    return shown(desk.looking(asked), at, language)


def shown(found: CityOutlook, at: AsOf, language: str) -> dict[str, Any]:
    """``outlook`` whole, the rows of its lists, the doubtful sources of each section, and the chart where there is one."""
    index, gaps, changes = found.index, found.gaps, found.changes
    return {
        "outlook": found,
        "outlook_doubts": {
            name: tuple(_source(each, at) for each in getattr(getattr(found, name), "doubts", ())) for name in SECTIONS
        },
        "score_rows": [index.total, *index.groups] if index else [],
        "winning_rows": list(index.cheapest) if index else [],
        "gap_kind_rows": _counted(gaps.kinds) if gaps else [],
        "gap_cause_rows": _counted(gaps.causes) if gaps else [],
        "change_rows": _counted(changes.kinds) if changes else [],
        "chart": chart(found.days, at, language),
    }


def chart(days: DaysNow | None, at: AsOf, language: str) -> Attachment | None:
    if days is None or isinstance(days.picture, Said):
        return None
    return Attachment(f"{_NAME[language]}-{at.today:%Y%m%d}.png", "image/png", days.picture)


def enclosed(
    session: Session, desk: Desk, at: AsOf, more: Mapping[str, Any], notices: tuple[int, ...]
) -> list[Enclosure]:
    """The chart with the notices that carry it. One that could not be drawn is a trouble, until one is."""
    found: CityOutlook = more["outlook"]
    if found.days is None:
        return []
    if isinstance(found.days.picture, Said):
        language = desk.settings.site.language
        said = _FAILED[language].format(why=in_language(found.days.picture, language))
        troubles.tell(session, [(_CHART, said)], now=at.now)
        return []
    troubles.over(session, [_CHART], now=at.now)
    return [(notices, more["chart"])]


def inlined(page: str, more: Mapping[str, Any]) -> str:
    """A mail's page as it looks to its reader, for one who looks at it without the mail: the chart stands in it."""
    file: Attachment | None = more.get("chart")  # only the city's digest has one
    if file is None:
        return page
    return page.replace(f"cid:{file.name}", f"data:{file.media_type};base64,{base64.b64encode(file.content).decode()}")


def _source(found: Freshness, at: AsOf) -> Source:
    as_of = at.calendar.local(found.as_of) if found.as_of else None
    return Source(one_line(found.source), as_of, found.doubt.value if found.doubt else "")


def _counted(counts: Mapping[Any, int]) -> list[dict[str, Any]]:
    """The most first; what there is none of is left out."""
    there = [(kind.value, count) for kind, count in counts.items() if count]
    return [{"what": kind, "total": count} for kind, count in sorted(there, key=lambda each: (-each[1], each[0]))]
