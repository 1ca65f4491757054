"""The index report as one JSON document: points with two decimals, ratios in per cent, moments in the site's zone. Pure.

``null`` is unknown, never 0.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alertd.reports.forecast import Figure
from alertd.reports.index import Report
from alertd.reports.items import Item, Row, difference
from alertd.reports.winnable import Chance


def document(report: Report, zone: ZoneInfo) -> dict[str, Any]:
    total = report.total
    return {
        "unit": report.unit,
        "name": report.name,
        "period": report.span.text,
        "begins_on": report.span.first.isoformat(),
        "ends_on": report.span.last.isoformat(),
        "is_over": report.is_over,
        "at": _moment(report.at, zone),
        "computed_at": _moment(report.computed_at, zone),
        "periods": list(report.periods),
        "total": _item(total, zone) | {"reproduced": _reproduced(total)},
        "groups": [_item(item, zone) for item in report.groups],
        "unknown": [_item(item, zone) for item in report.unknown],
        "units": [_row(row) for row in report.rows],
        "winnable": [_chance(chance) for chance in report.chances],
        "cheapest": [_chance(chance) for chance in report.cheapest],
        "last_moment": _outlook(report),
        "forecast": _forecast(report),
    }


def _item(item: Item, zone: ZoneInfo) -> dict[str, Any]:
    reading = item.reading
    found: dict[str, Any] = {
        "code": item.code,
        "score": _points(item.score),
        "maximum": _points(item.maximum),
        "lost": _points(item.lost),
        "maximum_aside": _points(item.aside[0]),
        "numerator": reading.numerator if reading else None,
        "denominator": reading.denominator if reading else None,
        "ratio": _points(reading.ratio) if reading else None,
        "rank": reading.rank if reading else None,
        "rank_last_period": item.last_rank,
        "change_last_period": _points(item.since_period),
        "change_day_ago": _points(item.since_day),
        "computed": _points(item.computed),
        "differs_by": _points(item.differs_by),
        "computed_at": _moment(reading.computed_at, zone) if reading else None,
        "quality": reading.quality if reading else None,
    }
    return found | ({"indicators": [_item(part, zone) for part in item.parts]} if item.parts else {})


def _reproduced(item: Item) -> bool | None:
    """The published total equals the sum to 0.01; null where there is nothing to compare."""
    return None if difference(item.score, item.computed) is None else item.differs_by is None


def _row(row: Row) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "groups": {code: _points(score) for code, score in row.groups.items()},
        "total": _points(row.published),
        "computed": _points(row.computed),
        "reproduced": row.reproduced,
        "rank": row.rank,
    }


def _chance(chance: Chance) -> dict[str, Any]:
    return {
        "indicator": chance.indicator,
        "work": chance.work.value,
        "fate": chance.fate.value,
        "duty_stands": True,  # whatever it is to the figure
        "count": chance.count,
        "points_least": _points(chance.least),
        "points_most": _points(chance.most),
        "first_until": chance.first.isoformat() if chance.first else None,
        "until": chance.until.isoformat() if chance.until else None,
        "steps": [{"until": step.until.isoformat(), "count": step.count} for step in chance.steps],
        "records": list(chance.records),
    }


def _outlook(report: Report) -> dict[str, Any]:
    found = report.outlook
    return {
        "until": found.until.isoformat(),
        "weeks": found.weeks,
        "due": found.open,
        "will_be_late": found.late,
        "sections": [
            {
                "unit": each.unit,
                "section": each.section,
                "due": each.open,
                "will_be_late": each.late,
                "finished": each.finished,
                "per_working_day": round(each.per_day, 2),
            }
            for each in found.sections
        ],
        "take_first": [
            {
                "code": each.code,
                "unit": each.unit,
                "section": each.section,
                "procedure": each.procedure,
                "due_on": each.due.isoformat(),
            }
            for each in found.first
        ],
    }


def _forecast(report: Report) -> dict[str, Any] | None:
    found, portal = report.forecast, report.portal_on_time
    if found is None:
        return None
    tally = found.tally
    return {
        "estimate": True,
        "received": tally.received,
        "on_time": tally.on_time,
        "late": tally.late,
        "pending": tally.pending,
        "without_due": tally.without_due,
        "kept_lately": _points(found.kept),
        "least": _figure(found.least),
        "expected": _figure(found.expected) if found.expected else None,
        "most": _figure(found.most),
        "portal": None
        if portal is None
        else {
            "on_time": portal.numerator,
            "received": portal.denominator,
            "ratio": _points(portal.ratio),
            "score": _points(portal.score),
        },
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "on_time": figure.on_time,
        "received": figure.received,
        "ratio": _points(figure.ratio),
        "score": _points(figure.score),
    }


def _points(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
