"""The outlook in the office's digest from a real store, on both databases: the last days beside a plain count, and each section."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from alertd.derive import index as derived
from alertd.errors import CannotRun, Said
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.changes import field_changes_table
from alertd.model.directory import Directory, UnitRow
from alertd.model.outlook import Asked, CityOutlook, DaysNow
from alertd.model.sync import sync_gaps_table
from alertd.model.words import GapCause, GapKind, Level, WatchedChange
from alertd.notices.digest import write_digests
from alertd.reports.charts import Chart, Form, Lines
from alertd.reports.last_days import last_days
from alertd.reports.outlook import looking
from alertd.settings.shapes import Settings
from alertd.store import troubles
from alertd.store.database import Store
from tests import notice_city
from tests.integration.intake_site import Intake, Made, settings_of, site_of
from tests.integration.rules_site import Site, moment
from tests.stores import with_days

NOW = "2026-11-18 08:00"
UNITS = Directory(
    (UnitRow("H26", "UBND Thành phố Hà Nội", "city"), UnitRow("H26.1", "Sở Xây dựng", "department", "H26"))
)
FIELDS = ("period", "unit", "indicator", "numerator", "denominator", "score", "rank", "computed_at")
PNG = b"a picture"


class City:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.intake = store, folder, site_of()
        self.site = Site(store, NOW, self.intake.calendar)
        self.portal = settings_of(
            "portal",
            dataset="index_readings",
            fields=dict(zip(FIELDS, FIELDS, strict=True)),
            values={},
            covers="changes",
        )
        self.drawn: list[Chart] = []
        with_days(store, self.intake.calendar)

    @property
    def at(self) -> AsOf:
        return AsOf(moment(self.site.now), self.intake.calendar, live=True)

    def add(self, table: Any, **given: Any) -> None:
        now = moment(self.site.now)
        row = {"source": "one-stop", "raw_hash": 0, "missed": 0, "preferred": True}
        row |= {"first_seen_at": now, "version_since": now, "changed_at": now}
        with self.store.write() as session:
            session.connection().execute(insert(table).values(row | given))

    def read(self, time: str, **scores: str) -> None:
        self.site.now = time
        rows = [
            {"period": time[:7], "unit": "H26", "indicator": code, "score": score, "computed_at": time, "rank": "60"}
            for code, score in scores.items()
        ]
        assert Intake(self.store, self.portal, self.intake, Made(rows), moment(time)).poll().believed
        with self.store.write() as session:
            derived.follow(session, self.settings(self.portal), self.at, "H26")

    def settings(self, *sources: Any, **more: Any) -> Settings:
        return Settings.model_validate(
            {"units": {}, "sources": list(sources) or [settings_of("one-stop")], "folder": self.folder, **more}
        )

    def draw(self, charts: Sequence[Chart], form: Form) -> list[bytes]:
        assert form is Form.PNG
        self.drawn += charts
        return [PNG]

    def look(self, *sources: Any, drawing: Any = None, **more: Any) -> CityOutlook:
        settings = self.settings(*sources, **more)
        with self.store.read() as session:
            fresh = freshness(session, settings.sources, self.at)
            asked = Asked(session, UNITS, self.at, moment("2026-11-17 08:00"), fresh, "vi")
            return looking(settings, drawing or self.draw)(asked)


@pytest.fixture
def city(store: Store, tmp_path: Path) -> City:
    return City(store, tmp_path)


def file(code: str, due: date | None, **given: Any) -> dict[str, Any]:
    made = {"code": code, "unit": "H26.1", "status": "processing", "accepted_at": "2026-09-01T09:00:00"}
    return made | ({"due_at": f"{due}T17:00:00"} if due else {}) | given


def test_nothing_known_and_nothing_set_up_says_nothing(city: City) -> None:
    assert city.look() == CityOutlook()
    assert city.look(city.portal) == CityOutlook()
    assert city.drawn == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_last_days_are_those_of_a_plain_count(city: City, seed: int) -> None:
    random, today, records = Random(seed), date(2026, 11, 18), []
    for number in range(120):
        due = today - timedelta(days=random.randrange(-5, 60))
        record = file(f"F{number}", None if number % 15 == 0 else due)
        stop = due + timedelta(days=random.randrange(-6, 25))
        if stop < today and number % 3:
            record |= {"status": "done", "ended_at": f"{stop}T10:00:00"}
        elif stop < today and number % 5 == 0:
            record |= {"supplement_requested_at": f"{stop}T10:00:00", "status": "waiting"}
        records.append(record)
    city.site.poll(*records)
    with city.store.read() as session:
        found = last_days(session, city.at)
    calendar = city.intake.calendar
    assert found.days == tuple(
        day for back in reversed(range(30)) if calendar.is_working(day := today - timedelta(days=back))
    )
    slow = [_counted(records, day, calendar) for day in found.days]
    assert list(zip(found.overdue, found.became, strict=True)) == slow
    assert max(found.overdue) > 10
    assert max(found.became) > 0


def _counted(records: Sequence[dict[str, Any]], day: date, calendar: Any) -> tuple[int, int]:
    """The same by reading each record slowly: whole working days between its due day and its end, or the day."""
    overdue = became = 0
    for record in records:
        if "due_at" not in record:
            continue
        due = calendar.effective_due(datetime.fromisoformat(record["due_at"]).date())
        first = calendar.add_working_days(due, 1)
        said = record.get("ended_at") or record.get("supplement_requested_at")
        stop = None
        if said:
            stop = datetime.fromisoformat(said).date()
            while not calendar.is_working(stop):  # on a day off: with the working day before it
                stop -= timedelta(days=1)
        was_late = stop is None or stop > due
        became += was_late and first == day
        overdue += was_late and first <= day and (stop is None or stop > day)
    return overdue, became


def test_the_index_against_a_day_ago_and_the_month_before_at_the_same_age(city: City) -> None:
    city.read("2026-10-18 08:00", TOTAL="58.18", CKMB="9.5")
    city.read("2026-11-17 07:00", TOTAL="56.75", CKMB="9.5")
    city.read("2026-11-18 07:00", TOTAL="57.06")
    index = city.look(city.portal).index
    assert index is not None
    assert (index.unit, index.period) == ("UBND Thành phố Hà Nội", "2026-11")
    assert (index.total.score, index.total.day_ago, index.total.last_period) == (57.06, 0.31, -1.12)
    assert (index.total.rank, index.total.maximum) == (60, 100.0)
    assert [group.code for group in index.groups] == ["CKMB"]
    assert index.doubts == ()


def test_an_index_that_is_read_no_more_is_the_last_known(city: City) -> None:
    city.read("2026-11-10 07:00", TOTAL="56.75")
    city.site.now = "2026-11-18 08:00"
    index = city.look(city.portal).index
    assert index is not None
    assert [each.source for each in index.doubts] == ["portal"]


def test_a_source_from_which_no_figure_comes_puts_none_in_doubt(city: City) -> None:
    city.read("2026-11-18 07:00", TOTAL="57.06")
    never = settings_of("other", dataset="index_readings", fields=dict(zip(FIELDS, FIELDS, strict=True)), values={})
    index = city.look(city.portal, never).index
    assert index is not None
    assert index.doubts == ()


def test_files_that_differ_by_kind_and_cause_only_where_two_systems_are_compared(city: City) -> None:
    for code, kind in (("A", GapKind.MISSING_THERE), ("B", GapKind.MISSING_THERE), ("C", GapKind.OTHER_DUE)):
        gap = {"code": code, "unit": "H26.1", "since": moment(NOW), "kind": kind.value, "cause": GapCause.UNKNOWN.value}
        city.add(sync_gaps_table, **gap, is_open=True, is_due=code != "C")
    city.site.poll(file("A", None))
    city.site.poll(file("A", None), source="copy")
    pair = [settings_of("s"), settings_of("copy")]
    assert city.look(*pair).gaps is None
    gaps = city.look(*pair, sync={"city": "s", "portal": "copy"}).gaps
    assert gaps is not None
    assert gaps.total == 2
    assert (gaps.kinds[GapKind.MISSING_THERE], gaps.kinds[GapKind.OTHER_DUE]) == (2, 0)
    assert gaps.causes[GapCause.UNKNOWN] == 2


def test_changes_since_the_last_digest_by_kind_and_all_that_stand(city: City) -> None:
    def change(code: str, kind: WatchedChange, seen: str, **given: Any) -> None:
        city.add(field_changes_table, code=code, kind=kind.value, seen_at=moment(seen), **{"files": 1} | given)

    change("A/end", WatchedChange.END_MOVED_BACK, "2026-11-17 09:00", unit="H26.1")
    change("B/due", WatchedChange.DUE_MOVED_LATER, "2026-11-17 10:00", files=40)
    change("C/end", WatchedChange.END_MOVED_BACK, "2026-11-16 09:00")
    change("D/end", WatchedChange.END_MOVED_BACK, "2026-11-17 09:00", explained_at=moment(NOW))
    change("E/end", WatchedChange.END_MOVED_BACK, "2026-11-17 09:00", preferred=False)
    changes = city.look().changes
    assert changes is not None
    assert changes.kinds[WatchedChange.END_MOVED_BACK] == 1
    assert changes.kinds[WatchedChange.DUE_MOVED_LATER] == 40
    assert (changes.files, changes.standing) == (41, 42)


def test_the_chart_is_drawn_once_from_the_days(city: City) -> None:
    city.site.poll(file("A", date(2026, 11, 10)))
    days = city.look().days
    assert isinstance(days, DaysNow)
    assert days.picture == PNG
    assert (days.overdue[-1], sum(days.became)) == (1, 1)
    (drawn,) = city.drawn
    assert isinstance(drawn, Lines)
    assert (drawn.ticks[-1], drawn.ends) == ("18/11", ["1", "0"])


def test_a_chart_that_cannot_be_drawn_leaves_the_figures_and_says_why(city: City) -> None:
    def broken(_charts: Sequence[Chart], _form: Form) -> list[bytes]:
        raise CannotRun(Said("no font", "thiếu phông chữ"))

    city.site.poll(file("A", date(2026, 11, 10)))
    days = city.look(drawing=broken).days
    assert days is not None
    assert isinstance(days.picture, Said)
    assert days.overdue[-1] == 1


def _days(picture: bytes | Said) -> CityOutlook:
    days = (date(2026, 10, 2), date(2026, 10, 5))
    return CityOutlook(days=DaysNow(days, (5, 3), (0, 1), picture))


def _digest(city: notice_city.City, found: CityOutlook | None, moment: datetime = notice_city.NOW) -> list[Asked]:
    asked: list[Asked] = []

    def look(each: Asked) -> CityOutlook:
        asked.append(each)
        assert found is not None
        return found

    desk = replace(city.desk(moment), looking=look if found else None)
    with city.store.write() as session:
        write_digests(session, desk, notice_city.at(moment), 1)
    return asked


def test_the_office_alone_gets_the_chart_shown_in_its_mail_and_sealed(store: Store) -> None:
    city = notice_city.City(store)
    city.finds("H26.1-261001-0001", Level.REMINDER)
    (asked,) = _digest(city, _days(PNG))
    assert asked.language == "vi"
    (office,) = [notice for notice in city.notices() if notice.kind == "office"]
    files = [file for file in city.files() if file.media_type == "image/png"]
    assert [(file.notice_id, file.name, file.content) for file in files] == [
        (office.id, "qua-han-30-ngay-20261005.png", PNG)
    ]
    assert '<img src="cid:qua-han-30-ngay-20261005.png" alt="' in office.html
    assert "5 hồ sơ quá hạn chưa giải quyết xong, đến ngày 05/10/2026 còn 3 hồ sơ (giảm 2)" in office.text
    assert all("cid:" not in notice.html for notice in city.notices() if notice.kind != "office")
    assert _digest(city, _days(PNG)) == [], "asked for only where a digest is written"


def test_a_chart_that_fails_is_a_trouble_once_until_one_is_drawn(store: Store) -> None:
    city = notice_city.City(store)
    for day in (5, 6):
        _digest(city, _days(Said("no font", "thiếu phông chữ")), notice_city.local(day, 8))
    with store.read() as session:
        (said,) = troubles.standing(session, "digest:chart")
    assert "thiếu phông chữ" in said
    assert len([notice for notice in city.notices() if notice.kind == "office"]) == 2
    assert all("cid:" not in notice.html for notice in city.notices())
    _digest(city, _days(PNG), notice_city.local(7, 8))
    with store.read() as session:
        assert troubles.standing(session, "digest:chart") == []


def test_a_desk_that_asks_nobody_writes_the_digest_without_it(store: Store) -> None:
    city = notice_city.City(store)
    assert _digest(city, None) == []
    (office,) = [notice for notice in city.notices() if notice.kind == "office"]
    assert "30 ngày qua" not in office.text
    assert "Bộ chỉ số 766" not in office.text
