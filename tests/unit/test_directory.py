"""Which unit a name means on a day, who answers for it, what it became, who announces and publishes."""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from alertd.model.directory import Contact, Directory, Owner, Successor, UnitRow, fold_name, same_name
from alertd.model.words import Role

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
DISTRICT = UnitRow("H26.BD", "Quận Ba Đình", "district", "H26", None, BEFORE)
WARD = UnitRow("H26.1", "Phường Ba Đình", "ward", "H26", AFTER)
OLD_LAND = UnitRow("H26.D0", "Văn phòng Đăng ký đất đai Hà Nội", "office", "H26", None, date(2020, 12, 31))
NEW_LAND = UnitRow("H26.D1", "Văn phòng Đăng ký đất đai Hà Nội", "office", "H26", date(2021, 1, 1))
CITY = UnitRow("H26", "UBND Thành phố Hà Nội")
UNITS = (CITY, DISTRICT, WARD, OLD_LAND, NEW_LAND, UnitRow("H26.HX", "Phường Hoà Xá"))
HANOI = Directory(UNITS)


# --- names -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Hoà", "Hòa"),
        ("Thuỷ", "Thủy"),
        ("Khoẻ", "Khỏe"),
        ("PHƯỜNG  BA ĐÌNH", "Phường Ba Đình"),
        ("Ho\u0300a", "Hoà"),  # composed and decomposed
        ("Đống\u00a0Đa", "đống đa"),
        (" Sở Y tế ", "Sở Y tế"),
    ],
)
def test_the_same_name_written_another_way_is_the_same_name(one: str, two: str) -> None:
    assert same_name(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Hòa", "Hóa"),
        ("Đông", "Đống"),
        ("Ba Đình", "Ba Dình"),
        ("Xuân La", "Xuân Lã"),
        ("Mỹ Đức", "My Đức"),
        ("Tây", "Tay"),
    ],
)
def test_a_tone_or_a_letter_makes_another_name(one: str, two: str) -> None:
    assert not same_name(one, two)


def test_capitals_and_the_spaces_around_do_not_matter() -> None:
    for unit in UNITS:
        assert same_name(unit.name, f"  {unit.name.upper()} ")


# --- which unit is meant ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "day", "meant"),
    [
        ("H26.BD", AFTER, ("H26.BD", "")),  # a code is a code, on whatever day
        (" H26.1 ", BEFORE, ("H26.1", "")),
        ("Quận Ba Đình", BEFORE, ("H26.BD", "")),
        ("phường ba đình", AFTER, ("H26.1", "")),
        ("Phường Hòa Xá", AFTER, ("H26.HX", "")),
        ("Văn phòng Đăng ký đất đai Hà Nội", date(2019, 1, 1), ("H26.D0", "")),
        ("Văn phòng Đăng ký đất đai Hà Nội", date(2024, 1, 1), ("H26.D1", "")),
        ("Quận Ba Đình", AFTER, ("H26.BD", "")),  # the only one of its name: an old file keeps its old unit
        ("Ba Đình", AFTER, (None, "unknown")),  # a bare name is not a full one
        ("", AFTER, (None, "empty")),
        ("   ", AFTER, (None, "empty")),
        ("h26.bd", AFTER, (None, "unknown")),
        ("Sở Lạ", AFTER, (None, "unknown")),
    ],
)
def test_a_code_or_a_full_name_valid_on_the_day_names_a_unit(
    text: str, day: date, meant: tuple[str | None, str]
) -> None:
    assert HANOI.match(text, day) == meant


def test_a_name_of_two_units_means_the_one_that_was_valid_on_the_records_day() -> None:
    bare = Directory(tuple(UnitRow(u.code, "Ba Đình", u.kind, "", u.valid_from, u.valid_to) for u in (DISTRICT, WARD)))
    assert bare.match("Ba Đình", BEFORE) == ("H26.BD", "")
    assert bare.match("Ba Đình", AFTER) == ("H26.1", "")


def test_a_name_that_the_day_does_not_decide_is_nobodys() -> None:
    two = Directory((UnitRow("A", "Sở Một"), UnitRow("B", "Sở Một")))
    assert two.match("Sở Một", AFTER) == (None, "ambiguous")
    gone = Directory((UnitRow("A", "Sở Một", valid_to=BEFORE), UnitRow("B", "Sở Một", valid_to=BEFORE)))
    assert gone.match("Sở Một", AFTER) == (None, "ambiguous")


def test_every_full_name_of_the_city_means_one_unit_and_a_bare_one_never_the_first_hit(cases: Path) -> None:
    rows: list[dict[str, Any]] = orjson.loads((cases / "units_hanoi.json").read_bytes())

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    city = Directory(
        tuple(UnitRow(r["code"], r["name"], r["kind"], "", day(r["valid_from"]), day(r["valid_to"])) for r in rows)
    )
    for unit in city.units:
        for valid in (unit.valid_from or BEFORE, unit.valid_to or AFTER):
            if unit.valid_on(valid):
                assert city.match(unit.name.upper(), valid) == (unit.code, ""), unit.name
    bare = defaultdict(set)
    for unit in city.units:
        bare[fold_name(re.sub(r"^UBND (quận|huyện|thị xã|phường|xã) ", "", unit.name))].add(unit.kind)
    shared = [name for name, kinds in bare.items() if len(kinds) > 1]
    assert len(shared) == 28
    assert {city.match(name, AFTER)[0] for name in shared} == {None}


# --- who answers -----------------------------------------------------------------------------------------------------
def city(*successors: Successor) -> Directory:
    return Directory(
        (*UNITS, UnitRow("H26.TN", "Sở Tài nguyên"), UnitRow("H26.XD", "Sở Xây dựng")), successors=successors
    )


def test_a_unit_answers_for_itself_as_long_as_it_is_valid() -> None:
    assert city().answering("H26.BD", "", BEFORE) == "H26.BD"
    assert city().answering("H26.1", "", BEFORE) == "H26.1"  # not yet valid, and nobody else is


def test_of_a_split_unit_the_successor_for_the_field_answers() -> None:
    split = city(
        Successor("H26.BD", "Đất đai", "H26.TN", AFTER),
        Successor("H26.BD", "Xây dựng", "H26.XD", AFTER),
        Successor("H26.BD", "", "H26.1", AFTER),
    )
    assert split.answering("H26.BD", "Đất đai", AFTER) == "H26.TN"
    assert split.answering("H26.BD", "ĐẤT ĐAI", AFTER) == "H26.TN"
    assert split.answering("H26.BD", "Hộ tịch", AFTER) == "H26.1"
    assert split.answering("H26.BD", "", AFTER) == "H26.1"


def test_a_succession_that_does_not_resolve_is_nobodys() -> None:
    assert city().answering("H26.BD", "", AFTER) is None
    two = city(Successor("H26.BD", "", "H26.1"), Successor("H26.BD", "", "H26.HX"))
    assert two.answering("H26.BD", "", AFTER) is None
    later = city(Successor("H26.BD", "", "H26.1", date(2026, 1, 1)))
    assert later.answering("H26.BD", "", AFTER) is None
    assert later.answering("H26.BD", "", date(2026, 1, 1)) == "H26.1"
    assert city(Successor("H26.BD", "", "H26.X")).answering("H26.BD", "", AFTER) is None
    assert city().answering("H26.X", "", AFTER) is None


def test_a_renamed_unit_is_followed_to_the_one_that_lives() -> None:
    chain = Directory(
        (
            UnitRow("A", "Sở A", valid_to=date(2020, 12, 31)),
            UnitRow("B", "Sở B", valid_to=BEFORE),
            UnitRow("C", "Sở C"),
        ),
        successors=(Successor("A", "", "B"), Successor("B", "", "C")),
    )
    assert [chain.answering("A", "", day) for day in (date(2020, 1, 1), BEFORE, AFTER)] == ["A", "B", "C"]


def test_a_succession_in_a_circle_ends() -> None:
    ended = tuple(UnitRow(code, code, valid_to=BEFORE) for code in "AB")
    assert (
        Directory(ended, successors=(Successor("A", "", "B"), Successor("B", "", "A"))).answering("A", "", AFTER)
        is None
    )


def person(
    role: Role, name: str, *, begin: date | None = None, end: date | None = None, unit: str = "H26.1"
) -> Contact:
    return Contact(unit, role, name, valid_from=begin, valid_to=end)


def test_the_acting_head_stands_before_the_head_and_a_deputy_where_there_is_neither() -> None:
    head, acting = person(Role.HEAD, "Lan"), person(Role.ACTING, "Minh", begin=AFTER, end=date(2025, 7, 31))
    deputy, liaison = person(Role.DEPUTY, "Hoa"), person(Role.LIAISON, "Tú")
    unit = Directory(UNITS, (liaison, deputy, head, acting))
    assert unit.heads("H26.1", BEFORE) == [head]
    assert unit.heads("H26.1", date(2025, 7, 31)) == [acting]
    assert unit.heads("H26.1", date(2025, 8, 1)) == [head]
    assert Directory(UNITS, (liaison, deputy)).heads("H26.1", BEFORE) == [deputy]
    assert Directory(UNITS, (liaison,)).heads("H26.1", BEFORE) == []
    assert unit.heads("H26.X", BEFORE) == []
    assert unit.people("H26.1", BEFORE) == [liaison, deputy, head]


def test_one_person_for_several_units_is_one_recipient_by_his_address() -> None:
    one = Contact("A", Role.HEAD, "Trần Minh", email="Minh@Hanoi.example")
    two = Contact("B", Role.ACTING, "Tran Minh", email="minh@hanoi.example")
    assert one.person == two.person
    nameless = Contact("A", Role.HEAD, "Trần  Hoà"), Contact("A", Role.DEPUTY, "trần hòa")
    assert nameless[0].person == nameless[1].person
    assert nameless[0].person != Contact("B", Role.HEAD, "Trần Hoà").person


def test_who_announces_and_who_publishes_changes_by_field_and_day() -> None:
    owners = (
        Owner("", "announce", "H26.VP", None, date(2024, 12, 31)),
        Owner("", "announce", "H26.PV", date(2025, 1, 1)),
        Owner("Đất đai", "announce", "H26.TN"),
        Owner("", "publish", "H26.PV"),
    )
    found = Directory(UNITS, owners=owners)
    assert found.owner("Hộ tịch", "announce", date(2024, 12, 31)) == "H26.VP"
    assert found.owner("Hộ tịch", "announce", date(2025, 1, 1)) == "H26.PV"
    assert found.owner("đất đai", "announce", date(2025, 1, 1)) == "H26.TN"
    assert found.owner("", "publish", date(2025, 1, 1)) == "H26.PV"
    assert Directory(UNITS).owner("", "publish", BEFORE) is None


def test_two_owners_of_one_field_are_none() -> None:
    owners = (Owner("Y tế", "publish", "A"), Owner("Y tế", "publish", "B"), Owner("", "publish", "C"))
    assert Directory(UNITS, owners=owners).owner("Y tế", "publish", BEFORE) is None
    assert Directory(UNITS, owners=owners).owner("Đất đai", "publish", BEFORE) == "C"


def test_a_unit_is_named_and_an_unknown_code_names_itself() -> None:
    assert HANOI.name_of("H26.1") == "Phường Ba Đình"
    assert HANOI.name_of("H26.X") == "H26.X"
    assert HANOI.name_of(None) == ""
