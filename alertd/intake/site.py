"""What intake is told about the site: calendar, units, periods of the law, language, whose copy counts. It reads no config."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alertd.model.calendar import WorkingCalendar
from alertd.model.directory import Directory
from alertd.settings.shapes import Announcements


@dataclass(frozen=True)
class IntakeSite:
    """``authorities``: of every source by name; where several know one code, rules see the copy of the highest."""

    calendar: WorkingCalendar
    directory: Directory
    announcements: Announcements
    zone: ZoneInfo
    language: str
    authorities: Mapping[str, int]
