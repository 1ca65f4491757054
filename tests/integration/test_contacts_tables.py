"""The tables under guard, on both databases: what is believed stands in the store, whichever machine, process or copy looks."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from alertd.contacts import heads, refresh, tables
from alertd.contacts.doubt import Doubted
from alertd.contacts.table_look import Look
from alertd.errors import Refused
from alertd.model.alerts import Trouble
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.clock import Clock
from alertd.model.people import UnitHead
from alertd.settings.shapes import Settings
from alertd.settings.table_files import read_table_files
from alertd.store.audit import verify
from alertd.store.database import Store

NOW = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
DAY = date(2026, 10, 5)
UNITS = "code,name,kind,parent,valid_from,valid_to\nVP,Văn phòng,office,,,\n" + "".join(
    f"U{n},Phường {n},ward,VP,,\n" for n in range(12)
)
HEAD = "unit,role,name,title,email,language,from,to\n"
ROWS = [f"U{n},head,Người {n},,n{n}@h.example,,,\n" for n in range(12)]
ALL = HEAD + "".join(ROWS)
_t = table_of(Trouble).c


class House:
    """A site's folder as several machines see it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store, self.folder, self.waits = store, folder, 0
        self.write("units", UNITS)
        self.write("contacts", ALL)

    def settings(self, host: str = "") -> Settings:
        source = {"name": "n", "dataset": "files", "kind": "spreadsheet", "path": "*.csv", "fields": {"code": "c"}}
        named = {"file": "units.csv", "contacts": f"contacts{host}.csv"}
        return Settings.model_validate({"units": named, "sources": [source], "folder": self.folder, "office": {}})

    def write(self, name: str, text: str | bytes) -> None:
        (self.folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())

    def look(self, host: str = "a", copy: str = "") -> Look:
        settings = self.settings(copy)
        files = read_table_files(settings, clock=lambda: 0.0, sleep=lambda _: None)
        with self.store.write() as session:
            look = tables.look(tables.serialised(session), settings, files, host=host, day=DAY)
            tables.take(session, look, now=NOW)
            return look

    def doubts(self, host: str = "a", copy: str = "") -> list[Doubted | None]:
        return [each.verdict.reason for each in self.look(host, copy).judged if each.verdict.reason]

    def told(self, *, standing: bool = False) -> list[str]:
        with self.store.read() as session:
            assert list(verify(session)) == []
            rows = select(_t.what).where(_t.until.is_(None) if standing else True).order_by(_t.id)  # type: ignore[arg-type]
            return list(session.connection().execute(rows).scalars())

    def clock(self) -> Clock:
        def wait(_: float) -> None:
            self.waits += 1
            self.write("contacts", ALL[:200])

        return Clock(lambda: NOW, lambda: (self.folder / "contacts.csv").stat().st_mtime, wait)


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    return House(tmp_path, store)


def test_the_first_look_believes_and_tells_nobody(house: House) -> None:
    look = house.look()
    assert len(look.directory.contacts) == 12
    assert house.told() == []
    assert not house.look().to_be_written, "the second look has nothing to write"


def test_who_is_new_and_who_left_is_told_once(house: House) -> None:
    house.look()
    house.write("contacts", ALL.replace("Người 3", "Trần Văn Mới").replace("n4@", "m4@"))
    house.look()
    house.look()
    (line,) = house.told()
    assert line.startswith("contacts.csv đã thay đổi: thêm Trần Văn Mới (Phường 3); Người 4 (Phường 4) đổi thư điện tử")
    assert line.endswith("thành m4@h.example; bỏ Người 3 (Phường 3)")


LOST: dict[str, str | bytes] = {
    "rows": HEAD + "".join(ROWS[:9]),
    "heads": ALL.replace("U0,head", "U0,liaison").replace("U1,head", "U1,liaison").replace("U2,head", "U2,liaison"),
    "addresses": ALL.replace("n0@h.example", "").replace("n1@h.example", "").replace("n2@h.example", ""),
    "cut": ALL[:-40],
    "column": ALL.replace("name,title", "ten,title"),
    "quotes": ALL.replace("Người 5", '"Người 5'),
    "utf-16": ALL.encode("utf-16"),
    "empty": "",
    "no rows": HEAD,
    "dates": ALL.replace(",,,\n", ",,5.10.2026,\n"),
}


WHY = ("shrunk", "heads_lost", "addresses_lost", "cut", "columns", "quotes", "encoding", "empty", "empty", "empty")


@pytest.mark.parametrize(("broken", "why"), list(zip(LOST, WHY, strict=True)))
def test_what_cannot_be_believed_leaves_everybody_as_he_was(house: House, broken: str, why: str) -> None:
    house.look()
    house.write("contacts", LOST[broken])
    assert house.doubts() == [why]
    look = house.look()
    assert len(look.directory.contacts) == 12
    assert len(look.directory.heads("U0", DAY)) == 1
    assert len(house.told()) == 1
    assert house.told()[0].startswith("contacts.csv chưa được tin dùng, bản trước vẫn được dùng: ")
    house.write("contacts", ALL)
    assert house.doubts() == []
    assert house.told(standing=True) == []


def test_a_file_that_is_gone_or_half_written_changes_nothing(house: House) -> None:
    house.look()
    (house.folder / "contacts.csv").unlink()
    assert house.doubts() == ["missing"]
    house.write("contacts", ALL.replace("Người 3", "Trần Văn Mới"))
    look = refresh.refresh(house.store, house.settings(), CALENDAR, house.clock())
    assert house.waits == 1
    assert look is not None
    assert [each.verdict.reason for each in look.judged][1] is Doubted.WRITTEN
    assert {contact.name for contact in look.directory.contacts} == {f"Người {n}" for n in range(12)}


def test_one_or_two_people_may_leave_a_small_house(house: House) -> None:
    house.write("contacts", HEAD + "".join(ROWS[:3]))
    house.look()
    house.write("contacts", HEAD + ROWS[0])
    assert house.doubts() == []


def test_units_that_vanish_are_not_believed_and_a_new_unit_comes_with_its_head(house: House) -> None:
    house.look()
    house.write("units", UNITS.split("U5")[0])
    assert house.doubts() == ["shrunk"]
    house.write("units", UNITS + "U99,Phường Mới,ward,VP,,\n")
    house.write("contacts", ALL + "U99,head,Đỗ Mới,,moi@h.example,,,\n")
    look = house.look()
    assert [contact.name for contact in look.directory.heads("U99", DAY)] == ["Đỗ Mới"]


def test_rows_that_are_set_aside_are_told_with_their_lines(house: House) -> None:
    house.look()
    house.write("contacts", ALL + "U1,head,,,,,,\nU1,chief,X,,,,,\n")
    house.look()
    assert "2 dòng không đọc được và được để riêng (dòng 14, 15)" in house.told(standing=True)[0]
    house.write("contacts", ALL)
    house.look()
    assert house.told(standing=True) == []


def test_a_person_lets_a_true_shrinkage_in_and_nobody_lets_half_a_file_in(house: House) -> None:
    settings, clock = house.settings(), Clock(lambda: NOW, lambda: 0.0, lambda _: None)
    house.look(host=refresh.this_host())

    def accept() -> list[str]:
        return refresh.accept(house.store, settings, CALENDAR, clock, reason="sáp nhập", by="lan")

    with pytest.raises(Refused, match="nothing to accept"):
        accept()
    house.write("contacts", ALL[:-40])
    with pytest.raises(Refused, match="the last line is cut"):
        accept()
    house.write("contacts", LOST["rows"])
    (line,) = accept()
    assert "bỏ Người 9 (Phường 9); bỏ Người 10 (Phường 10); bỏ Người 11 (Phường 11)" in line
    assert len(house.look(host=refresh.this_host()).directory.contacts) == 9


def test_a_second_machine_uses_what_is_believed_and_an_old_copy_takes_nothing_back(house: House) -> None:
    house.write("contacts_b", ALL)
    house.look("a")
    house.look("b", "_b")
    house.write("contacts", ALL.replace("Người 3", "Trần Văn Mới"))
    house.look("a")
    for _ in range(2):
        look = house.look("b", "_b")  # its copy is as it was: no news
        assert "Trần Văn Mới" in {contact.name for contact in look.directory.contacts}
    assert [what for what in house.told(standing=True) if "trên máy b khác bản đang dùng" in what]
    assert len(house.told()) == 2
    house.write("contacts_b", ALL.replace("Người 3", "Trần Văn Mới"))
    house.look("b", "_b")
    assert house.told(standing=True) == []


def test_what_one_machine_doubts_another_does_not_call_well(house: House) -> None:
    house.write("contacts_b", ALL)
    house.look("a")
    house.look("b", "_b")
    house.write("contacts", LOST["rows"])
    for _ in range(2):
        house.look("a")
        house.look("b", "_b")
    assert len(house.told()) == 1
    assert len(house.told(standing=True)) == 1


def test_heads_are_followed_and_a_new_address_is_no_new_head(house: House) -> None:
    at = AsOf(NOW, CALENDAR)

    def follow() -> list[tuple[str, str, str]]:
        directory = house.look().directory
        with house.store.write() as session:
            found = heads.follow(session, directory, at, language="vi")
        return [(shift.unit, shift.before, shift.now.name if shift.now else "") for shift in found]

    assert follow() == []
    house.write("contacts", ALL.replace("n3@", "m3@").replace("Người 4", "Trần Văn Mới").replace(ROWS[5], ""))
    assert follow() == [("U4", "Người 4", "Trần Văn Mới"), ("U5", "Người 5", "")]
    assert follow() == []
    house.write("contacts", ALL.replace("Người 4", "Trần Văn Mới"))
    assert follow() == [("U5", "", "Người 5")]
    with house.store.read() as session:
        kept: dict[str, Any] = {row.unit: row.name for row in session.connection().execute(select(table_of(UnitHead)))}
    assert (kept["U4"], kept["U5"], kept["VP"]) == ("Trần Văn Mới", "Người 5", "")
