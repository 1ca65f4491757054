"""Settings of a source → the source. Nothing is opened yet."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from alertd.intake.sources.database import DatabaseSource
from alertd.intake.sources.http import HttpSource
from alertd.intake.sources.spreadsheet import SpreadsheetSource
from alertd.model.source import Source
from alertd.settings.source_shapes import SourceSettings


def open_source(settings: SourceSettings, *, folder: Path, zone: ZoneInfo, sleep: Callable[[float], None]) -> Source:
    """``folder`` is that of config.toml, ``zone`` the site's; ``sleep`` waits so many seconds of real time."""
    match settings.kind:
        case "http":
            return HttpSource(settings, sleep=sleep, zone=zone)
        case "spreadsheet":
            return SpreadsheetSource(settings, folder=folder, zone=zone, sleep=sleep)
        case "database":
            return DatabaseSource(settings, folder=folder)
        case _:
            assert_never(settings.kind)
