"""The make-believe city as a site, and the small one that a new site begins with: both load, and every row is read."""

import os
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alertd.demo.bot_api import TOKEN
from alertd.demo.city import City
from alertd.demo.days import MORNINGS, ZONE, city_calendar
from alertd.demo.feed import Feed
from alertd.demo.site import move_files, serve_files, write_site
from alertd.demo.starter import write_starter
from alertd.demo.units import procedures, units
from alertd.errors import SourceFailed
from alertd.intake.normalise import Normaliser
from alertd.intake.site import IntakeSite
from alertd.intake.sources.build import open_source
from alertd.model.datasets import DATASETS
from alertd.settings.calendar import calendar_of
from alertd.settings.load import load_settings, warnings_of
from alertd.settings.shapes import Settings
from alertd.settings.source_shapes import SourceSettings
from alertd.settings.tables import load_directory

Row = dict[str, Any]


@pytest.fixture(scope="module")
def city() -> City:
    return City(size=2_400)


@pytest.fixture
def feed() -> Iterator[Feed]:
    with Feed() as feed:
        yield feed


@pytest.fixture
def config(city: City, feed: Feed, tmp_path: Path) -> Path:
    url = serve_files(feed, city, MORNINGS[0])
    return write_site(tmp_path / "site", city=city, feed_url=url, bot_url="http://127.0.0.1:1", mail_port=2525)


def rows_of(settings: Settings, source: SourceSettings, now: datetime) -> list[tuple[str, Any]]:
    """Every record of a poll, with its place."""
    reader = open_source(source, folder=settings.folder, zone=ZONE, sleep=lambda _: None)
    return [row for page in reader.open({}, now).pages for row in page.records]


def read(settings: Settings, source: SourceSettings, now: datetime) -> list[Row]:
    """What a poll takes in, in our fields; all of it has to be readable."""
    directory, _ = load_directory(settings)
    site = IntakeSite(calendar_of(settings), directory, settings.announcements, ZONE, "vi", {})
    normaliser = Normaliser(source, site, now)
    found = []
    for _, raw in rows_of(settings, source, now):
        values = normaliser.columns.values(raw)
        found.append(dict(zip(normaliser.row_columns, normaliser.row(values, normaliser.code(values), 0), strict=True)))
    assert normaliser.problems == []
    return found


def test_the_city_loads_without_a_complaint(config: Path) -> None:
    settings = load_settings(config)
    directory, faults = load_directory(settings)
    assert (warnings_of(settings), faults) == ([], [])
    assert (settings.site.mode, directory.office) == ("trial", "H26.VP")
    assert [len(directory.units), len(directory.owners) > 40, len(directory.successors)] == [185, True, 14]
    assert {(source.kind, source.dataset) for source in settings.sources} == {
        ("http", "files"),
        ("spreadsheet", "announcements"),
        ("database", "procedures"),
        ("database", "assignments"),
        ("http", "index_readings"),
    }
    assert (settings.email.port, settings.telegram.base_url) == (2525, "http://127.0.0.1:1")


def test_the_secrets_stand_in_files_of_their_own(config: Path) -> None:
    settings = load_settings(config)
    assert settings.telegram.token is not None
    assert settings.telegram.token.reveal() == TOKEN
    assert TOKEN not in config.read_text(encoding="utf-8")
    for path in (config.parent / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_city_has_the_calendar_of_its_site(config: Path) -> None:
    theirs, ours = calendar_of(load_settings(config)), city_calendar()
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    assert [day for day in days if theirs.is_working(day) is not ours.is_working(day)] == []


def test_the_site_stands_in_any_store(city: City, tmp_path: Path) -> None:
    url = "postgresql+psycopg://localhost/alertd"
    config = write_site(
        tmp_path, city=city, feed_url="http://127.0.0.1:1/", bot_url="http://127.0.0.1:1", mail_port=25, store_url=url
    )
    assert load_settings(config).store.url == url


def test_a_poll_of_each_source_reads_every_row(city: City, feed: Feed, config: Path) -> None:
    settings = load_settings(config)
    for morning in (MORNINGS[0], MORNINGS[2]):
        serve_files(feed, city, morning)
        move_files(config.parent, city, morning)
        counts = [len(rows_of(settings, source, morning)) for source in settings.sources]
        city_lists = (city.files, city.portal, city.announcements, city.catalogue, city.tasks)
        units = len(city.index_of_units("2026-09", morning))
        index = [3 * 7 * units, 3 * (1 + 6 + 14)]  # three months of the total, six groups; the city's parts as well
        assert counts == [*(len(rows(morning)) for rows in city_lists), *index]


def test_the_feed_is_closed_to_strangers(config: Path) -> None:
    settings = load_settings(config)
    stranger = settings.sources[0].model_copy(update={"auth": type(settings.sources[0].auth)()})
    with pytest.raises(SourceFailed) as raised:
        rows_of(settings, stranger, MORNINGS[0])
    assert raised.value.reason == "refused"


def test_on_the_second_day_one_source_fails_and_the_others_go_on(city: City, config: Path) -> None:
    settings = load_settings(config)
    move_files(config.parent, city, MORNINGS[1])
    files, _portal, announcements, catalogue, *_ = settings.sources
    assert rows_of(settings, files, MORNINGS[1])
    assert len(rows_of(settings, announcements, MORNINGS[1])) == len(city.announcements(MORNINGS[1]))
    with pytest.raises(SourceFailed) as raised:
        rows_of(settings, catalogue, MORNINGS[1])
    assert raised.value.reason == "schema"


def test_each_morning_drops_a_workbook_of_its_own(city: City, config: Path) -> None:
    for morning in MORNINGS:
        move_files(config.parent, city, morning)
    dropped = sorted(path.name for path in (config.parent / "inbox").iterdir())
    assert dropped == [f"cong-bo-2026-10-0{day}.xlsx" for day in (5, 6, 7)]
    arrived = (config.parent / "inbox" / dropped[1]).stat().st_mtime
    assert arrived == MORNINGS[1].timestamp()


def test_codes_that_the_office_s_sheet_shortened_are_repaired(config: Path) -> None:
    settings = load_settings(config)
    reader = open_source(settings.sources[2], folder=settings.folder, zone=ZONE, sleep=lambda _: None)
    snapshot = reader.open({}, MORNINGS[0])
    codes = {raw["Mã TTHC"] for page in snapshot.pages for _, raw in page.records}
    assert codes <= {procedure.code for procedure in procedures()}
    assert "repaired" in snapshot.notes[0]


def test_each_field_has_one_who_announces_and_one_who_publishes(config: Path) -> None:
    directory, _ = load_directory(load_settings(config))
    today = MORNINGS[0].date()
    for procedure in procedures():
        assert directory.owner(procedure.field, "announce", today) == procedure.unit
        assert directory.owner(procedure.field, "publish", today) == "H26.TTPVHCC"


def test_what_departments_became_is_known_and_of_districts_it_is_open(config: Path) -> None:
    directory, _ = load_directory(load_settings(config))
    today = MORNINGS[0].date()
    ended = [unit for unit in units() if unit.valid_to]
    open_ones = {unit.kind for unit in ended if directory.answering(unit.code, "", today) is None}
    assert open_ones == {"district"}
    assert len([unit for unit in ended if unit.kind == "district"]) == 30
    assert directory.answering("H26.S11", "Bảo trợ xã hội", today) == "H26.S16"


# --- what `alertd init` writes ---------------------------------------------------------------------------------------
DAYS = [date(2026, 11, 24), date(2026, 11, 28), date(2027, 1, 1), date(2027, 2, 15), date(2024, 2, 29)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_first_site_runs_as_it_is_on_any_day(today: date, tmp_path: Path) -> None:
    write_starter(tmp_path / "new" / "site", today)
    settings = load_settings(tmp_path / "new" / "site" / "config.toml")
    directory, faults = load_directory(settings)
    assert faults == []
    assert [fault.what for fault in warnings_of(settings)] == ["no channel is set up: nobody can be told"]
    assert (settings.site.mode, directory.office) == ("rehearsal", "H26.VP")

    now = datetime(today.year, today.month, today.day, 9, tzinfo=ZONE)
    number = calendar_of(settings).number(today)
    files, announcements = (read(settings, source, now) for source in settings.sources)
    assert len(files) == len({file["code"] for file in files}) == 42
    open_ones = [file for file in files if file["is_open"] and file["due_day_no"] is not None]
    assert len([file for file in open_ones if (file["stop_day_no"] or number) > file["due_day_no"]]) >= 8
    assert all(file["unit"] for file in files)
    assert len([row for row in announcements if row["announced_no"] is None]) == 2
    assert len(announcements) == 5


def test_the_first_site_shows_every_kind_of_trouble(tmp_path: Path) -> None:
    write_starter(tmp_path, DAYS[0])
    settings = load_settings(tmp_path / "config.toml")
    files = read(settings, settings.sources[0], datetime(2026, 11, 24, 9, tzinfo=ZONE))
    open_ones = [file for file in files if file["is_open"]]
    assert [file for file in open_ones if file["due_at"] is None and file["accepted_at"]]
    assert [file for file in open_ones if file["accepted_at"] is None]
    assert [file for file in open_ones if file["waiting_for_citizen"]]
    assert [file for file in open_ones if file["supplement_requests"] == 2]
    assert [file for file in open_ones if file["apology_at"]]
    assert {file["unit"] for file in open_ones} == {"H26.08", "H26.19", "H26.101", "H26.102"}
    assert all(file["last_event_at"] < "2026-11-24" for file in files)


def test_a_first_site_overwrites_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "units.csv"
    kept.write_text("mine", encoding="utf-8")
    written = write_starter(tmp_path, DAYS[0])
    assert kept.read_text(encoding="utf-8") == "mine"
    assert kept not in written
    assert tmp_path / "config.toml" in written
    assert write_starter(tmp_path, DAYS[1]) == []


def test_every_file_that_the_first_site_names_is_there(tmp_path: Path) -> None:
    written = write_starter(tmp_path, DAYS[0])
    assert all(path.is_file() for path in written)
    settings = load_settings(tmp_path / "config.toml")
    named = (settings.units.file, settings.units.contacts, settings.units.successors, settings.units.owners)
    assert [name for name in named if name is None or not (tmp_path / name).is_file()] == []
    assert (tmp_path / "config.example.toml").is_file()
    assert not any(os.access(path, os.X_OK) for path in written)
    for source in settings.sources:
        assert set(source.fields) <= {field.name for field in DATASETS[source.dataset].given}
