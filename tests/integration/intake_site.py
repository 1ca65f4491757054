"""A site for tests of intake: a source whose next snapshot the test puts together, and what the store holds afterwards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from alertd.intake.poll import Polled, poll
from alertd.intake.site import IntakeSite
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.datasets import DATASETS
from alertd.model.directory import Directory, UnitRow
from alertd.model.files import FileHistory
from alertd.model.polls import STAGES, Poll, Reject, SourceState
from alertd.model.source import Page, Probed, Snapshot
from alertd.settings.shapes import Announcements
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 10, 5, 1, tzinfo=UTC)  # 08:00 in Hanoi
UNITS = (
    UnitRow("H26", "UBND Thành phố Hà Nội"),
    UnitRow("H26.1", "Sở Xây dựng", parent="H26"),
    UnitRow("H26.2", "UBND phường Ba Đình", parent="H26", valid_from=date(2025, 7, 1)),
    UnitRow("H26.8", "Văn phòng Đăng ký đất đai Hà Nội", parent="H26", valid_to=date(2025, 6, 30)),
    UnitRow("H26.9", "Văn phòng Đăng ký đất đai Hà Nội", parent="H26", valid_from=date(2025, 7, 1)),
)
FIELDS: dict[str, Any] = {
    "code": "Ma",
    "unit": "DonVi",
    "status": "TrangThai",
    "accepted_at": "TiepNhan",
    "due_at": "HenTra",
    "ended_at": "KetThuc",
    "supplement_requests": {"count": "BoSung"},
    "supplement_requested_at": {"last": "BoSung", "field": "Ngay"},
    "supplement_answered_at": {"last": "BoSung", "field": "TraLoi"},
}
WORDS = {"status": {"4": "processing", "5": "supplement", "9": "done"}}
ANNOUNCED = {
    "procedure": "TTHC",
    "legal_text": "VanBan",
    "decision": "QuyetDinh",
    "name": "Ten",
    "fast_track": "RutGon",
    "in_force_on": "HieuLuc",
    "promulgated_on": "BanHanh",
    "decided_on": "Ky",
    "announced_on": "CongBo",
    "published_on": "CongKhai",
}


def settings_of(name: str = "one-stop", **more: Any) -> SourceSettings:
    made: dict[str, Any] = {
        "name": name,
        "dataset": "files",
        "kind": "http",
        "url": "http://127.0.0.1/",
        "fields": FIELDS,
        "values": WORDS,
        "stale_after": "2h",
    }
    return SourceSettings.model_validate({**made, **more})


def site_of(
    *,
    units: Sequence[UnitRow] = UNITS,
    language: str = "vi",
    zone: ZoneInfo = HANOI,
    roll_forward: bool = True,
    authorities: Mapping[str, int] | None = None,
) -> IntakeSite:
    return IntakeSite(
        calendar=working_calendar(zone=zone, roll_forward=roll_forward),
        directory=Directory(tuple(units)),
        announcements=Announcements(),
        zone=zone,
        language=language,
        authorities=authorities or {"one-stop": 10},
    )


def file(number: int, **given: Any) -> dict[str, Any]:
    """A record as the city's system gives it: open, accepted in September, due on Friday 9 October."""
    made = {
        "Ma": f"H26.1-260901-{number:04}",
        "DonVi": "H26.1",
        "TrangThai": "4",
        "TiepNhan": "2026-09-01T08:00:00",
        "HenTra": "2026-10-09T17:00:00",
        "KetThuc": "",
        "BoSung": [],
    }
    return {**made, **given}


def files(count: int, **given: Any) -> list[dict[str, Any]]:
    return [file(number, **given) for number in range(count)]


@dataclass
class Made:
    """A source that gives what the test says."""

    records: list[Any] = field(default_factory=list)
    unchanged: bool = False
    complete: bool = True
    as_of: datetime | None = None
    notes: list[str] = field(default_factory=list)
    fails: Exception | None = None
    fails_after: int | None = None  # pages
    per_page: int = 100
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def open(self, marks: Mapping[str, str], now: datetime) -> Snapshot:
        self.asked.append(dict(marks))
        if self.fails is not None and self.fails_after is None:
            raise self.fails
        snapshot = Snapshot(iter(()), complete=self.complete, as_of=self.as_of, marks={"etag": f"{len(self.asked)}"})
        snapshot.notes.extend(self.notes)
        snapshot.unchanged = self.unchanged
        snapshot.pages = iter(()) if self.unchanged else self._pages()
        return snapshot

    def _pages(self) -> Iterator[Page]:
        for number, start in enumerate(range(0, len(self.records), self.per_page)):
            if self.fails is not None and number == self.fails_after:
                raise self.fails
            rows = self.records[start : start + self.per_page]
            yield Page([(f"page {number + 1} #{place}", row) for place, row in enumerate(rows, 1)])

    def probe(self, now: datetime) -> Probed:
        return Probed("made")


@dataclass
class Intake:
    """Polls ``source`` into the store, an hour apart, and shows what is there."""

    store: Store
    settings: SourceSettings = field(default_factory=settings_of)
    site: IntakeSite = field(default_factory=site_of)
    source: Made = field(default_factory=Made)
    now: datetime = MONDAY

    def poll(self, records: list[Any] | None = None, *, hours: float = 1) -> Polled:
        if records is not None:
            self.source.records = records
        done = poll(self.store, self.source, self.settings, self.site, now=self.now, clock=lambda: self.now)
        self.now += timedelta(hours=hours)
        return done

    def rows(self) -> list[Row[Any]]:
        """All copies of the source, in the order of their codes."""
        table = DATASETS[self.settings.dataset].table
        return self._all(select(table).where(table.c.source == self.settings.name).order_by(table.c.code))

    def row(self, number: int) -> Row[Any]:
        return next(row for row in self.rows() if row.code == file(number)["Ma"])

    def history(self) -> list[Row[Any]]:
        table = table_of(FileHistory)
        return self._all(select(table).order_by(table.c.id))

    def polls(self) -> list[Row[Any]]:
        table = table_of(Poll)
        return self._all(select(table).order_by(table.c.id))

    def rejects(self) -> list[Row[Any]]:
        table = table_of(Reject)
        return self._all(select(table).order_by(table.c.id))

    def troubles(self) -> list[Row[Any]]:
        table = table_of(Trouble)
        return self._all(select(table).order_by(table.c.id))

    def state(self) -> Row[Any]:
        table = table_of(SourceState)
        return self._all(select(table).where(table.c.source == self.settings.name))[0]

    def staged(self) -> int:
        return sum(len(self._all(select(stage.c.code))) for stage in STAGES.values())

    def _all(self, statement: Any) -> list[Row[Any]]:
        with self.store.read() as session:
            return list(session.connection().execute(statement).all())
