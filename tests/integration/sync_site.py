"""Two systems that tell of the same files, read through intake; what the gaps between them are at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from alertd.derive import gaps
from alertd.errors import SourceFailed
from alertd.intake.freshness import freshness
from alertd.intake.poll import accept, poll
from alertd.intake.site import IntakeSite
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar
from alertd.model.freshness import Freshness
from alertd.model.sync import sync_gaps_table
from alertd.rules.evaluate import live_mode
from alertd.settings.shapes import Announcements, Settings
from alertd.store.database import Store
from tests.integration.intake_site import Made
from tests.integration.rules_site import CALENDAR, HANOI, UNITS, moment

CITY, PORTAL = "one-stop", "portal"
FIELDS = (
    "code",
    "unit",
    "procedure",
    "status",
    "submitted_at",
    "accepted_at",
    "due_at",
    "ended_at",
    "supplement_requested_at",
    "supplement_answered_at",
)
CODE = "H26.1-261005-0001"


def settings_of(
    city: Mapping[str, Any] | None = None, portal: Mapping[str, Any] | None = None, **sync: Any
) -> Settings:
    def source(name: str, more: Mapping[str, Any] | None) -> dict[str, Any]:
        kept = {"name": name, "dataset": "files", "kind": "http", "url": "http://127.0.0.1/", "stale_after": "2h"}
        fields = {name: name for name in FIELDS}
        never = {"max_drop": 1.0, "max_rise": 1e9, "max_shift": 1.0}
        return kept | {"fields": fields} | never | dict(more or {})

    sources = [source(CITY, city), source(PORTAL, portal)]
    both = {"city": CITY, "portal": PORTAL} | sync
    return Settings.model_validate({"folder": Path("/nowhere"), "units": {}, "sources": sources, "sync": both})


def file(code: str = CODE, **given: Any) -> dict[str, Any]:
    """Open, accepted on Monday 5 October 2026, 09:00, due on Friday 16."""
    made = {
        "code": code,
        "unit": "H26.1",
        "procedure": "1.004227",
        "status": "processing",
        "accepted_at": "2026-10-05T09:00:00",
        "due_at": "2026-10-16T17:00:00",
    }
    return made | given


@dataclass
class TwoSystems:
    """``now``: local. Each `look` reads both systems at a time, unless one of them is down, and compares them."""

    store: Store
    settings: Settings = field(default_factory=settings_of)
    now: str = "2026-10-05 08:00"
    city: Made = field(default_factory=Made)
    portal: Made = field(default_factory=Made)
    calendar: WorkingCalendar = CALENDAR

    def read(self, name: str, now: str = "") -> None:
        self.now = now or self.now
        made = self.city if name == CITY else self.portal
        site = IntakeSite(self.calendar, UNITS, Announcements(), HANOI, "vi", {CITY: 10, PORTAL: 5})
        settings = next(source for source in self.settings.sources if source.name == name)
        at = moment(self.now)
        poll(self.store, made, settings, site, now=at, clock=lambda: at)

    def accept(self, name: str) -> None:
        with self.store.write() as session:
            accept(session, name, reason="as the test says", by="test", now=moment(self.now))

    def compare(self, now: str = "") -> dict[str, Row[Any]]:
        """Without reading anything."""
        self.now = now or self.now
        with self.store.write() as session:
            at = AsOf(moment(self.now), self.calendar, live_mode(session, moment(self.now)))
            gaps.follow(session, self.settings, at, self.fresh(at))
        return self.rows()

    def unconfirmed(self) -> int:
        with self.store.read() as session:
            return gaps.unconfirmed(session)

    def fresh(self, at: AsOf) -> dict[str, Freshness]:
        with self.store.read() as session:
            return freshness(session, self.settings.sources, at)

    def look(self, now: str) -> dict[str, Row[Any]]:
        self.read(CITY, now)
        self.read(PORTAL)
        return self.compare()

    def says(self, *, here: list[Any] | None = None, there: list[Any] | None = None) -> None:
        if here is not None:
            self.city.records = here
        if there is not None:
            self.portal.records = there

    def rows(self) -> dict[str, Row[Any]]:
        with self.store.read() as session:
            return {row.code: row for row in session.connection().execute(select(sync_gaps_table))}

    def fails(self, name: str) -> None:
        made = self.city if name == CITY else self.portal
        made.fails = SourceFailed("no-answer", "it does not answer")

    def answers(self, name: str) -> None:
        made = self.city if name == CITY else self.portal
        made.fails = None
