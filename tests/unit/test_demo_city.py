"""The make-believe city keeps its promises: its size and shape, real names and forms, and three days that differ."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from alertd.demo.city import City
from alertd.demo.days import MORNINGS, city_calendar, stamp
from alertd.demo.people import people
from alertd.demo.units import procedures, units
from alertd.model.directory import Directory, fold_name
from alertd.model.words import Role

CODE = re.compile(r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,4})*-\d{6}-\d{4,6}")
OPEN = ("1", "2", "4", "5", "6")
ODD = 7
EVENTS = ("NgayNopHoSo", "NgayTiepNhan", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi", "NgayXinLoi", "NgayBatDau")
Record = dict[str, Any]


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture(scope="module")
def days(city: City) -> list[list[Record]]:
    """What the one-stop system lists on each morning, without the odd records."""
    return [city.files(morning)[:-ODD] for morning in MORNINGS]


def by_code(records: list[Record]) -> dict[str, Record]:
    return {record["MaHoSo"]: record for record in records}


def day_of(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def lateness(records: list[Record], morning: int) -> dict[str, int]:
    """Working days late of the open files that are, as the domain counts them."""
    calendar, found = city_calendar(), {}
    for record in records:
        due, asked = record["NgayHenTra"], record["DanhSachHoSoBoSung"]
        if record["TrangThaiHoSo"] not in OPEN or due[:4] in ("", "0001"):
            continue
        waiting = record["TrangThaiHoSo"] == "5"
        until = day_of(asked[-1]["NgayBoSung"]) if waiting else MORNINGS[morning].date()
        if days_late := calendar.working_days_late(day_of(due), until):
            found[record["MaHoSo"]] = days_late
    return found


def test_one_seed_gives_one_city() -> None:
    one, same, other = City(1, 300), City(1, 300), City(2, 300)
    for morning in MORNINGS:
        assert one.files(morning) == same.files(morning)
        assert one.announcements(morning) == same.announcements(morning)
    assert one.troubled == same.troubled
    assert one.files(MORNINGS[0]) != other.files(MORNINGS[0])
    assert one.announcements(MORNINGS[0]) != other.announcements(MORNINGS[0])


def test_the_city_has_its_size(city: City, days: list[list[Record]]) -> None:
    assert [len(records) for records in days] == [20_000, 20_320, 20_640]
    assert len(city.announcements(MORNINGS[0])) == 120
    assert len(city.catalogue(MORNINGS[0])) >= 60


def test_a_small_city_is_whole_as_well() -> None:
    assert [len(City(size=size).files(MORNINGS[0])) for size in (1, 40, 400)] == [1 + ODD, 40 + ODD, 400 + ODD]


def test_every_code_has_the_form_of_one_and_is_given_once(days: list[list[Record]]) -> None:
    codes = [record["MaHoSo"] for record in days[2]]
    assert [code for code in codes if not CODE.fullmatch(code)] == []
    assert len(set(codes)) == len(codes)
    assert {code[:3] for code in codes} == {"H26", "000"}  # both forms


def test_a_record_keeps_its_code_from_day_to_day(days: list[list[Record]]) -> None:
    kept = [(record["MaHoSo"], record["NgayNopHoSo"]) for record in days[0]]
    assert kept == [(record["MaHoSo"], record["NgayNopHoSo"]) for record in days[1]][: len(kept)]


def test_all_that_is_no_list_is_a_text(days: list[list[Record]]) -> None:
    assert {type(value) for record in days[0] for value in record.values()} == {str, list}
    times = {record[name] for record in days[1] for name in (*EVENTS, "NgayHenTra")}
    assert [text for text in times if text and not re.fullmatch(r"\d{14}", text)] == []


def test_a_record_has_the_names_of_the_real_one(cases: Path, days: list[list[Record]]) -> None:
    real = orjson.loads((cases / "dong_bo_ho_so_mc.synthetic.json").read_bytes())
    (example,), (step,) = real["data"], real["_progress_call"]["data"]
    ours = days[0][0]
    assert set(example) <= set(ours)
    assert set(ours) - set(example) - set(step) == {"NgayXinLoi", "NguyenNhanTre"}
    asked = next(record["DanhSachHoSoBoSung"] for record in days[0] if record["DanhSachHoSoBoSung"])
    assert set(asked[0]) == set(example["DanhSachHoSoBoSung"][0])


@pytest.mark.parametrize("morning", range(3))
def test_nothing_is_listed_before_it_happens(morning: int, days: list[list[Record]]) -> None:
    now = stamp(MORNINGS[morning])
    for record in days[morning]:
        assert all(record[name] <= now for name in EVENTS)
        assert all(each["NgayBoSung"] <= now >= each["NgayTiepNhanBoSung"] for each in record["DanhSachHoSoBoSung"])


def test_events_come_in_their_order(days: list[list[Record]]) -> None:
    for record in days[2]:
        order = [record[name] for name in ("NgayNopHoSo", "NgayTiepNhan", "NgayKetThucXuLy", "NgayTra") if record[name]]
        order_of_requests = [
            each[name] for each in record["DanhSachHoSoBoSung"] for name in ("NgayBoSung", "NgayTiepNhanBoSung")
        ]
        known = [moment for moment in (record["NgayTiepNhan"], *order_of_requests) if moment]
        assert order == sorted(order), record
        assert known == sorted(known), record


@pytest.mark.parametrize("morning", range(3))
def test_the_city_has_the_shape_of_a_real_one(morning: int, city: City, days: list[list[Record]]) -> None:
    records = days[morning]
    states = Counter(record["TrangThaiHoSo"] for record in records)
    found = lateness(records, morning)
    assert 0.15 <= sum(states[state] for state in OPEN) / len(records) <= 0.20
    assert 0.03 <= len(found) / len(records) <= 0.06
    assert set(states) - {"2"} == {"1", "3", "4", "5", "6", "7", "8", "9", "10"}

    names = {unit.code: unit.name for unit in units()}
    former = {unit.name for unit in units() if unit.valid_to}
    bad = {names[code] for code in city.troubled}
    where = {code: record["DonViXuLy"] for code, record in by_code(records).items()}
    valid = {code: days_late for code, days_late in found.items() if where[code] not in former}
    assert 40 <= max(valid.values()) <= 60
    assert sum(where[code] in bad for code in valid) > 0.35 * len(valid)
    assert len(set(where.values())) > 120
    assert len({where[code] for code in valid}) < 115  # many are never late


def test_each_kind_of_trouble_is_there(days: list[list[Record]]) -> None:
    records = [record for record in days[0] if record["TrangThaiHoSo"] in OPEN]
    accepted = [record for record in records if record["NgayTiepNhan"]]
    friday = stamp(MORNINGS[0] - timedelta(days=3))[:8]
    assert len([r for r in accepted if r["NgayHenTra"] == ""]) > 10
    assert len([r for r in accepted if r["NgayHenTra"].startswith("0001")]) > 3
    assert len([r for r in records if not r["NgayTiepNhan"] and r["NgayNopHoSo"][:8] < friday]) > 20
    assert len([r for r in records if len(r["DanhSachHoSoBoSung"]) > 1]) > 10
    found = lateness(days[0], 0)
    with_apology = [code for code, record in by_code(days[0]).items() if code in found and record["NgayXinLoi"]]
    assert 0.1 < len(with_apology) / len(found) < 0.5


@pytest.mark.parametrize("day", [1, 2])
def test_every_day_files_end_and_arrive_and_become_late(day: int, days: list[list[Record]]) -> None:
    before, after = by_code(days[day - 1]), by_code(days[day])
    were, are = lateness(days[day - 1], day - 1), lateness(days[day], day)
    ended = [
        code for code, record in before.items() if record["TrangThaiHoSo"] in OPEN and after[code]["NgayKetThucXuLy"]
    ]
    assert len(ended) > 100
    assert len(after) - len(before) == 320
    assert len([code for code in were if code not in are]) > 20
    assert len([code for code in are if code not in were and code in before]) > 20
    assert [code for code in are if code in were and are[code] > were[code]]


@pytest.mark.parametrize("day", [1, 2])
def test_every_day_citizens_are_asked_and_answer_and_get_a_new_date(day: int, days: list[list[Record]]) -> None:
    before, after = by_code(days[day - 1]), by_code(days[day])
    asked, answered = [], []
    for code, old in before.items():
        were, are = old["DanhSachHoSoBoSung"], after[code]["DanhSachHoSoBoSung"]
        if len(are) > len(were):
            asked.append(code)
        if were and are[len(were) - 1]["NgayTiepNhanBoSung"] and not were[-1]["NgayTiepNhanBoSung"]:
            answered.append(code)
            assert after[code]["NgayHenTra"] == are[len(were) - 1]["NgayHenTraMoi"] > old["NgayHenTra"]
    assert len(asked) > 10
    assert len(answered) > 10
    assert any(len(after[code]["DanhSachHoSoBoSung"]) == 2 for code in asked)


def test_a_file_moves_to_another_unit_on_each_day(days: list[list[Record]]) -> None:
    for before, after in zip(map(by_code, days), map(by_code, days[1:]), strict=False):
        moved = [code for code in before if before[code]["DonViXuLy"] != after[code]["DonViXuLy"]]
        assert len(moved) == 1
        assert after[moved[0]]["NgayBatDau"] > before[moved[0]]["NgayBatDau"]
        assert after[moved[0]]["TrangThaiHoSo"] == "4"


def test_the_odd_records_are_odd(city: City) -> None:
    for morning in MORNINGS:
        *listed, impossible, unknown, bare, empty, strange, nameless, again = city.files(morning)
        corrected = morning == MORNINGS[2]
        assert (impossible["NgayHenTra"] == "20260231170000") is not corrected
        assert [record["DonViXuLy"] for record in (unknown, bare, empty)] == ["UBND phường Trung Tâm", "Ba Đình", ""]
        assert (strange["TrangThaiHoSo"], nameless["MaHoSo"]) == ("11", "")
        assert again["MaHoSo"] == listed[0]["MaHoSo"]


def test_every_other_record_names_a_unit_of_its_day(days: list[list[Record]]) -> None:
    directory = Directory(tuple(units()))
    named = {(record["DonViXuLy"], day_of(record["NgayNopHoSo"])) for record in days[0]}
    assert [name for name, day in named if directory.match(name, day)[0] is None] == []
    written = {name for name, _ in named}
    other_tones = {name for name in written if re.search(r"Hoà\b", name)}  # the mark in another place than in units.csv
    assert other_tones
    assert written - {unit.name for unit in units()} == other_tones
    assert directory.match("Ba Đình", MORNINGS[0].date())[0] is None


def test_the_list_of_announcements_moves_on(city: City) -> None:
    lists = [city.announcements(morning) for morning in MORNINGS]
    for before, after in ((lists[0], lists[1]), (lists[1], lists[2])):
        known = {row[0:5:4]: row for row in before}
        assert [row for row in after if row[0:5:4] in known and row[11] != known[row[0:5:4]][11]]  # published
    announced = [[row for row in rows if row[10] is None] for rows in lists]
    assert len(announced[0]) > len(announced[2])
    assert len(lists[0]) < len(lists[1]) == len(lists[2])
    assert [row[11] for rows in lists for row in rows if isinstance(row[11], str)] == ["31/02/2026"] * 3
    keys = [(row[0], row[4], row[8]) for row in lists[2]]
    assert len(set(keys)) == len(keys)


def test_the_catalogue_lacks_a_few_parts_and_then_one_less(city: City) -> None:
    lacking = [sum(row[4] == "không" for row in city.catalogue(morning)) for morning in MORNINGS]
    assert lacking == [6, 5, 5]
    known = {unit.code: unit for unit in units()}
    assert all(known[procedure.unit].valid_to is None for procedure in procedures())
    assert all(re.fullmatch(r"\d\.\d{6}", procedure.code) for procedure in procedures())


def test_the_people_of_the_city_are_not_all_as_usual() -> None:
    contacts, today = people(units(), 766), MORNINGS[0].date()
    directory = Directory(tuple(units()), tuple(contacts))
    valid = [unit.code for unit in units() if unit.valid_to is None and unit.kind != "city"]
    without = [code for code in valid if not directory.heads(code, today)]
    assert len(valid) == 145
    assert len(without) == 3
    assert sorted(len(directory.people(code, today)) for code in without) == [
        0,
        0,
        1,
    ]  # one has a liaison, one had a head
    assert len([each for each in contacts if each.unit in without and each.valid_to]) == 1

    heads = Counter(head.person for code in valid for head in directory.heads(code, today))
    assert sorted(heads.values())[-2:] == [1, 2]
    roles = Counter(each.role for each in contacts)
    assert min(roles[role] for role in Role) > 3
    assert len([each for each in contacts if each.language == "en"]) == 3
    assert all(each.email.endswith("@hanoi.example") and each.email.isascii() for each in contacts)
    others = [head for head in contacts if directory.heads(head.unit, MORNINGS[1].date()) == [head]]
    assert len([head for head in others if head not in directory.heads(head.unit, today)]) == 1


def test_a_person_is_one_address_and_an_address_one_person() -> None:
    named = {(each.email, fold_name(each.name)) for each in people(units(), 766)}
    assert len(named) == len({email for email, _ in named})


def test_people_come_from_the_seed() -> None:
    assert people(units(), 1) == people(units(), 1) != people(units(), 2)
