"""Results by period on both databases: beside a plain count, brought up step by step, with what is asked of units."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from alertd.derive.periods import follow
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.dataset import FieldType
from alertd.model.people import BelievedTable
from alertd.model.periods import UNIT_PERIODS
from alertd.rules.evaluate import live_mode
from alertd.settings.shapes import Settings
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, HANOI, WORDS, Intake, settings_of, site_of
from tests.integration.plain_periods import plain
from tests.stores import with_days

MAPPED = FIELDS | {
    "procedure": "TTHC",
    "field": "LinhVuc",
    "channel": "Kenh",
    "submitted_at": "Nop",
    "paid_online": "ThanhToan",
}
SPOKEN = {
    "status": WORDS["status"] | {"3": "refused", "7": "withdrawn"},
    "channel": {"1": "counter", "2": "online"},
    "paid_online": {"1": "true", "0": "false"},
}
NEVER_DOUBTED: dict[str, Any] = {"max_drop": 1.0, "max_shift": 1.0, "max_rise": 1e9}
NOON = datetime(2026, 11, 4, 12, tzinfo=HANOI)
UNITS = "code,name\nH26,UBND\nH26.1,Sở Xây dựng\nH26.2,UBND phường Ba Đình\n"
TARGETS = "unit,period,online\n,2026-Q4,62.5\nH26.1,2026-Q4,80\n"
WANTED = {("", "2026-Q4"): 62.5, ("H26.1", "2026-Q4"): 80.0}
_c = UNIT_PERIODS.table.c


class City:
    """A source, its records, and the site's clock."""

    def __init__(self, store: Store, folder: Path, *, source: Mapping[str, Any] | None = None) -> None:
        site = site_of()
        self.store, self.now = store, NOON
        self.records: dict[str, dict[str, Any]] = {}
        self.intake = Intake(
            store, settings_of(**(NEVER_DOUBTED | {"fields": MAPPED, "values": SPOKEN} | {**(source or {})})), site
        )
        online = {"targets": "targets.csv"}
        raw = {"units": {}, "sources": [self.intake.settings], "folder": folder, "online": online}
        self.settings = Settings.model_validate(raw)
        with_days(store, site.calendar)

    def poll(self) -> None:
        self.intake.now = self.now.astimezone(UTC) - timedelta(minutes=5)
        done = self.intake.poll(list(self.records.values()))
        assert (done.believed, done.counts.rejected) == (True, 0), done

    def follow(self) -> None:
        with self.store.write() as session:
            follow(session, self.settings, AsOf(self.now, self.intake.site.calendar, live_mode(session, self.now)))

    def targets(self, text: str) -> None:
        """As believed now."""
        table = table_of(BelievedTable)
        values = {"believed_at": self.now}
        rows = [("units", UNITS), ("targets", text)]
        with self.store.write() as session:
            connection = session.connection()
            for name, content in rows:
                each = values | {"content": content.encode(), "sha256": str(hash(content))}
                if not connection.execute(update(table).where(table.c.name == name).values(each)).rowcount:
                    connection.execute(insert(table).values(name=name, **each))

    def rows(self) -> dict[str, dict[str, Any]]:
        """By code, as people see the values; what is gone is not there."""
        fields = UNIT_PERIODS.fields.values()
        decimal = {field.name: field for field in fields if field.type is FieldType.DECIMAL}
        with self.store.read() as session:
            found = session.connection().execute(select(UNIT_PERIODS.table).where(_c.gone_at.is_(None))).mappings()
            return {
                row["code"]: {
                    name: decimal[name].plain(value) if name in decimal else value for name, value in row.items()
                }
                for row in found
            }

    def compare(self, targets: Mapping[tuple[str, str], float] = WANTED) -> None:
        wanted = plain(self.records.values(), self.now.replace(tzinfo=None), targets)
        found = self.rows()
        assert found.keys() == wanted.keys()
        for code, figures in wanted.items():
            assert {name: found[code][name] for name in figures} == figures, code


def drawn(random: Random, number: int) -> dict[str, Any]:
    """A record at random, received between July and now, by now perhaps ended."""
    filed = datetime(2026, 7, 1) + timedelta(minutes=random.randrange(126 * 24 * 60))
    accepted = filed + timedelta(hours=random.choice((0, 1, 20, 70)))
    due = accepted + timedelta(days=random.randrange(40))
    ended = accepted + timedelta(hours=random.randrange(1, 1200))
    asked = [accepted + timedelta(hours=random.randrange(1, 400)) for _ in range(random.choice((0, 0, 0, 1, 2)))]
    now = NOON.replace(tzinfo=None)
    over = ended < now - timedelta(hours=1) and random.random() < 0.8
    answered = over or random.random() < 0.5
    supplements = [
        {"Ngay": each.isoformat(), "TraLoi": (each + timedelta(minutes=30)).isoformat()}
        for each in sorted(asked)
        if each < now - timedelta(hours=2)
    ]
    if supplements and not answered:
        supplements[-1]["TraLoi"] = ""
    return {
        "Ma": f"H26.1-260901-{number:04}",
        "DonVi": random.choice(("H26.1", "H26.1", "H26.2", "")),
        "TrangThai": random.choice("9937") if over else "4",
        "Nop": filed.isoformat(),
        "TiepNhan": accepted.isoformat() if accepted < now and (over or random.random() < 0.9) else "",
        "HenTra": due.isoformat() if random.random() < 0.9 else "",
        "KetThuc": ended.isoformat() if over else "",
        "BoSung": supplements,
        "TTHC": random.choice(("1.000001", "1.000002", "")),
        "LinhVuc": random.choice(("Đất đai", "Hộ tịch", "")),
        "Kenh": random.choice(("1", "2", "2", "")),
        "ThanhToan": random.choice(("1", "0", "")),
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_figures_are_those_of_a_plain_count_whatever_changes_from_day_to_day(
    store: Store, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    city = City(store, tmp_path)
    city.records = {each["Ma"]: each for each in (drawn(random, number) for number in range(300))}
    city.targets(TARGETS)
    city.poll()
    city.follow()
    city.compare()
    for hours in (2, 20, 24, 26 * 24, 2, 30 * 24):
        city.now += timedelta(hours=hours)
        if hours % 24:
            for code in random.sample(sorted(city.records), 12):
                city.records[code] = drawn(random, int(code[-4:]))  # another month, unit, end; all at once
        city.poll()
        city.follow()
        city.compare()


def record(number: int, **given: Any) -> dict[str, Any]:
    """Filed and accepted on Monday 2 November, due on the 20th, open."""
    made = {
        "Ma": f"H26.1-261102-{number:04}",
        "DonVi": "H26.1",
        "TrangThai": "4",
        "Nop": "2026-11-02T08:00:00",
        "TiepNhan": "2026-11-02T09:00:00",
        "HenTra": "2026-11-20T17:00:00",
        "KetThuc": "",
        "BoSung": [],
        "TTHC": "1.000001",
        "LinhVuc": "",
        "Kenh": "2",
        "ThanhToan": "",
    }
    return made | given


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield said
    event.remove(store.engine, "before_cursor_execute", note)


def touched(said: list[str], table: str) -> list[str]:
    return [each for each in said if table in each]


def test_where_nothing_was_read_a_look_asks_for_no_file_and_writes_no_row(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    city.records = {"a": record(1)}
    city.targets(TARGETS)
    city.poll()
    city.follow()
    city.now += timedelta(minutes=10)
    with statements(store) as said:
        city.follow()
    assert touched(said, "file_copies") == touched(said, "unit_periods_") == touched(said, "drawn_") == []
    assert len(said) <= 7
    city.now += timedelta(days=1)
    before = city.rows()
    with statements(store) as said:
        city.follow()  # a new day: no file has become late, so none is counted
    assert touched(said, "counted") == []
    assert city.rows().keys() == before.keys()


def changed_at(city: City, code: str) -> datetime:
    changed: datetime = city.rows()[code]["changed_at"]
    return changed


def test_a_closed_month_is_counted_anew_only_when_a_file_of_it_changes_or_becomes_late(
    store: Store, tmp_path: Path
) -> None:
    city = City(store, tmp_path)
    old = {"Nop": "2026-06-01T08:00:00", "TiepNhan": "2026-06-01T08:00:00", "HenTra": "2026-11-05T17:00:00"}
    city.records = {"old": record(1, **old), "new": record(2)}
    city.poll()
    city.follow()
    changed = changed_at(city, "2026-06/city")
    city.now += timedelta(days=1)
    city.records["new"]["Kenh"] = "1"
    city.poll()
    city.follow()
    assert changed_at(city, "2026-06/city") == changed
    city.now = datetime(2026, 11, 6, 8, tzinfo=HANOI)
    city.follow()
    assert (changed_at(city, "2026-06/city") > changed, city.rows()["2026-06/city"]["late"]) == (True, 1)
    city.compare({})


def test_a_file_that_leaves_its_month_is_taken_out_of_it(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    city.records = {str(number): record(number, TiepNhan="", Nop="2026-10-30T08:00:00") for number in range(3)}
    city.poll()
    city.follow()
    assert city.rows()["2026-10/unit/H26.1"]["received"] == 3
    city.now += timedelta(hours=3)  # the month that it leaves has no other trace of it
    city.records["1"]["TiepNhan"] = "2026-11-03T08:00:00"
    city.poll()
    city.follow()
    city.compare({})
    assert (city.rows()["2026-10/city"]["received"], city.rows()["2026-11/city"]["received"]) == (2, 1)


LONG = {"Nop": "2026-01-05T08:00:00", "TiepNhan": "2026-01-05T08:00:00", "HenTra": "2026-10-30T17:00:00"}
GIVEN_UP = ("received", "refused", "refused_near_due", "withdrawn", "withdrawn_late")


def given_up(city: City, code: str) -> tuple[int, ...]:
    row = city.rows()[code]
    return tuple(row[name] for name in GIVEN_UP)


def test_a_refusal_or_withdrawal_counts_in_the_month_in_which_it_was_however_long_ago_the_file_came(
    store: Store, tmp_path: Path
) -> None:
    city = City(store, tmp_path)
    city.records = {
        "refused": record(1, **LONG, TrangThai="3", KetThuc="2026-10-30T16:00:00"),
        "withdrawn": record(2, **LONG, TrangThai="7", KetThuc="2026-11-03T09:00:00"),
    }
    city.poll()
    city.follow()
    assert given_up(city, "2026-01/unit/H26.1") == (2, 0, 0, 0, 0)
    assert given_up(city, "2026-10/unit/H26.1") == (0, 1, 1, 0, 0)
    assert given_up(city, "2026-11/unit/H26.1") == (0, 0, 0, 1, 1)
    assert given_up(city, "2026-Q4/unit/H26.1") == (0, 1, 1, 1, 1)
    city.now += timedelta(hours=3)  # the month that the refusal leaves has no other trace of it
    city.records["refused"]["KetThuc"] = "2026-11-02T10:00:00"
    city.poll()
    city.follow()
    assert "2026-10/unit/H26.1" not in city.rows()
    assert given_up(city, "2026-11/unit/H26.1") == (0, 1, 1, 1, 1)
    city.compare({})


def test_when_a_file_was_refused_that_came_as_refused_without_a_time_nobody_knows(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    fields = {name: MAPPED[name] for name in ("code", "unit", "status", "due_at")}
    city.intake = Intake(store, settings_of(**NEVER_DOUBTED, fields=fields, values=SPOKEN), city.intake.site)
    city.records = {str(number): record(number, HenTra=LONG["HenTra"]) for number in range(2)}
    city.records["0"]["TrangThai"] = "3"
    city.poll()
    city.follow()
    assert given_up(city, "2026-11/city") == (0, 1, 0, 0, 0)
    city.now += timedelta(hours=3)
    city.records["1"]["TrangThai"] = "3"  # it was open when it was read before
    city.poll()
    city.follow()
    assert given_up(city, "2026-11/city") == (0, 2, 1, 0, 0)


def test_what_is_still_to_come_has_not_happened_and_counts_once_it_has(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    city.records = {
        "accepted soon": record(1, Nop="2026-10-30T08:00:00", TiepNhan="2026-11-05T09:00:00"),
        "ends soon": record(2, KetThuc="2026-11-05T09:00:00", TrangThai="9"),
        "filed soon": record(3, Nop="2026-12-01T08:00:00", TiepNhan="2026-12-02T08:00:00"),
        "far away": record(4, Nop="2150-12-01T08:00:00", TiepNhan="2150-12-01T08:00:00", HenTra=""),
    }
    city.poll()
    city.follow()
    city.compare({})
    assert city.rows()["2026-10/city"]["received"] == 1
    for day in (datetime(2026, 11, 6, 8, tzinfo=HANOI), datetime(2026, 12, 3, 8, tzinfo=HANOI)):
        city.now = day
        city.follow()
        city.compare({})


def test_a_change_of_the_targets_is_followed_without_counting_a_file(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    city.records = {str(number): record(number, Kenh="12"[number % 2]) for number in range(10)}
    city.poll()
    city.follow()
    assert city.rows()["2026-Q4/unit/H26.1"]["online_target"] is None
    city.targets(TARGETS)
    with statements(store) as said:
        city.follow()
    assert touched(said, "file_copies") == []
    mine = city.rows()["2026-Q4/unit/H26.1"]
    assert (mine["online_target"], mine["online_rate"], mine["online_short"]) == (80.0, 50.0, 3)
    city.compare()
    city.targets("unit,period,online\n,2026,40\nH26.7,2026,90\n")  # of a unit that there is not: set aside
    city.follow()
    mine = city.rows()["2026-Q4/unit/H26.1"]
    assert (mine["online_target"], mine["online_short"], mine["online_short_at_pace"]) == (40.0, 0, 0)


def test_where_the_source_says_nothing_of_a_thing_its_rate_is_unknown(store: Store, tmp_path: Path) -> None:
    fields = {"code": "Ma", "unit": "DonVi", "accepted_at": "TiepNhan", "ended_at": "KetThuc"}
    city = City(store, tmp_path, source={"fields": fields, "values": {}})
    city.targets(TARGETS)
    city.records = {"a": record(1), "b": record(2, DonVi="")}
    city.poll()
    city.follow()
    row = city.rows()["2026-11/city"]
    assert row["received"] == 2
    rates = [name for name in row if name.endswith("_rate")] + [
        "average_working_days",
        "online_short",
        "online_short_at_pace",
    ]
    assert {name: row[name] for name in rates} == dict.fromkeys(rates)
    assert row["online_target"] == 62.5
    assert {code for code in city.rows() if code.startswith("2026-11")} == {"2026-11/city", "2026-11/unit/H26.1"}


def test_of_two_copies_the_one_that_rules_see_counts(store: Store, tmp_path: Path) -> None:
    city = City(store, tmp_path)
    portal = Intake(
        store,
        settings_of("portal", fields=MAPPED, values=SPOKEN, covers="changes"),
        site_of(authorities={"one-stop": 10, "portal": 5}),
    )
    city.intake.site = portal.site
    city.records = {"a": record(1), "b": record(2, Kenh="1")}
    city.poll()
    portal.now = city.now.astimezone(UTC)
    assert portal.poll([record(1, Kenh="1"), record(3)]).believed
    city.follow()
    row = city.rows()["2026-11/city"]
    assert (row["received"], row["online"], row["source"]) == (3, 2, "one-stop")
