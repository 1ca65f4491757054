"""Unsent notices when somebody else answers, or an address is another's: withdrawn and told anew, or sent another way."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from alertd.model.directory import Contact, Successor, UnitRow
from alertd.model.notices import notices_table
from alertd.model.words import Level, Role
from alertd.notices.digest import write_digests
from alertd.notices.misaddressed import Corrected, correct, hand_over
from alertd.notices.succession import heirs
from alertd.notices.tell import tell
from alertd.store.audit import verify
from alertd.store.database import Store
from tests.notice_city import ALL_RULES, LAN, MINH, NOW, OFFICE, City, at, reach_of, rule_set

MOI = Contact("H26.1", Role.HEAD, "Đỗ Văn Mới", "Chủ tịch UBND", email="moi@h.vn")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def city(store: Store) -> City:
    return City(store)


def told(city: City, moment: Any = NOW, cycle: int = 1) -> None:
    with city.store.write() as session:
        tell(session, city.desk(moment), at(moment), cycle)
        write_digests(session, city.desk(moment), at(moment), cycle)


def corrected(city: City, moment: Any = LATER) -> Corrected:
    with city.store.write() as session:
        found = correct(session, city.desk(moment).reach, rule_set(*ALL_RULES), at(moment))
        assert list(verify(session)) == []
    return found


def states(city: City, kind: str = "alert") -> list[tuple[str, str, str]]:
    """Of all but Minh, who has nothing open."""
    rows = [row for row in city.notices() if row.kind == kind and row.person != MINH.person]
    return [(row.recipient, row.state, row.reason) for row in rows]


def test_a_notice_that_was_not_sent_is_withdrawn_and_told_to_the_new_head(city: City) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    assert corrected(city) == Corrected()
    city.people = (MOI, MINH, OFFICE)
    assert corrected(city).withdrawn == 2
    assert city.alert("K1").told_level is None
    told(city, LATER, 2)
    for kind in ("alert", "digest"):
        assert states(city, kind) == [(LAN.name, "withdrawn", "misaddressed"), (MOI.name, "pending", "")]
    assert [key for number, key, why in city.links() if why == "opened"].count("K1") >= 2
    assert corrected(city) == Corrected(), "what is right stays"


def test_who_loses_one_of_two_units_hears_of_the_other_anew_and_nothing_of_the_one(store: Store) -> None:
    both = replace(LAN, unit="H26.2")
    city = City(store, people=(LAN, both, OFFICE))
    city.finds("K1", Level.WARNING)
    city.finds("K10", Level.WARNING, unit="H26.2")
    told(city)
    city.people = (LAN, MINH, OFFICE)
    assert corrected(city).withdrawn == 2
    told(city, LATER, 2)
    waiting = [row for row in city.notices() if row.state == "pending" and row.kind in ("alert", "digest")]
    assert sorted((row.recipient, row.kind) for row in waiting) == [
        (LAN.name, "alert"),
        (LAN.name, "digest"),  # a second one on this day: the first was never sent
        (MINH.name, "alert"),
        (MINH.name, "digest"),
    ]
    assert all("K10" not in row.text for row in waiting if row.recipient == LAN.name)


def test_the_same_address_under_another_name_is_another_person(city: City) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    city.people = (replace(LAN, name="Lê Văn Tư"), MINH, OFFICE)
    assert corrected(city).withdrawn == 2


def test_while_rows_of_the_contacts_cannot_be_read_nobody_is_taken_for_gone(city: City) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    reach = reach_of((MINH, OFFICE), date(2026, 10, 5), {})
    reach = replace(
        reach, directory=replace(reach.directory, contacts_whole=False), ways={**reach.ways, LAN.person: ()}
    )
    reach = replace(reach, ways=city.desk().reach.ways)
    with city.store.write() as session:
        assert correct(session, reach, rule_set(*ALL_RULES), at(LATER)) == Corrected()


@pytest.mark.parametrize("state", ["retry", "uncertain"])
def test_what_was_tried_or_may_have_arrived_is_not_tried_again_with_the_old_one(city: City, state: str) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(state=state, parts_sent=1))
    city.people = (MOI, MINH, OFFICE)
    assert corrected(city).withdrawn == 2


def test_what_is_being_sent_or_was_sent_stays(city: City) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    for state in ("sending", "sent"):
        with city.store.write() as session:
            session.connection().execute(update(notices_table).values(state=state))
        city.people = (MOI, MINH, OFFICE)
        assert corrected(city) == Corrected()
    assert city.alert("K1").told_level is not None


def test_a_chat_that_is_no_longer_his_gets_nothing_and_the_mail_all(store: Store) -> None:
    city = City(store, chats={LAN.person: "77"})
    city.finds("K1", Level.WARNING)
    told(city)
    assert {row.channel for row in city.notices() if row.person == LAN.person} == {"telegram"}
    city.chats = {}
    assert corrected(city).moved == 2
    mine = [row for row in city.notices() if row.person == LAN.person]
    assert {(row.channel, row.address, row.other_ways, row.state) for row in mine} == {
        ("email", "lan@h.vn", "[]", "pending")
    }
    city.chats = {LAN.person: "78"}
    assert corrected(city) == Corrected(), "a further way does not change what waits"


def test_a_further_way_that_is_no_longer_his_is_forgotten(store: Store) -> None:
    city = City(store, chats={LAN.person: "77"})
    city.finds("K1", Level.WARNING)
    told(city)
    with city.store.write() as session:
        by_mail = {"channel": "email", "address": "lan@h.vn", "other_ways": '[["telegram", "77"]]'}
        session.connection().execute(update(notices_table).where(notices_table.c.person == LAN.person).values(by_mail))
    city.chats = {}
    corrected(city)
    assert {row.other_ways for row in city.notices()} == {"[]"}


def test_who_cannot_be_reached_any_more_leaves_his_matters_to_the_office(city: City) -> None:
    city.finds("K1", Level.WARNING)
    told(city)
    city.people = (Contact("H26.1", Role.HEAD, LAN.name), MINH, OFFICE)
    assert corrected(city).withdrawn == 2
    told(city, LATER, 2)
    assert states(city)[-1][:2] == (OFFICE.name, "pending")


def test_in_a_rehearsal_the_head_for_whom_it_was_meant_counts_and_the_office_of_today_reads(store: Store) -> None:
    city = City(store, mode="rehearsal")
    city.finds("K1", Level.WARNING)
    told(city)
    new = Contact("H26.VP", Role.HEAD, "Vũ Thị Mai", email="mai@h.vn")
    city.people = (LAN, MINH, new)
    assert corrected(city).withdrawn == 0
    waiting = [row for row in city.notices() if row.meant_for == LAN.person]
    assert {row.address for row in waiting} == {"mai@h.vn"}
    city.people = (MOI, MINH, new)
    assert corrected(city).withdrawn == len(waiting)


def test_what_stands_is_told_to_the_new_head_once_with_the_reason(city: City) -> None:
    city.finds("K1", Level.WARNING)
    city.finds("K10", Level.REMINDER)
    told(city)
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(state="sent"))
    city.people = (MOI, MINH, OFFICE)
    with city.store.write() as session:
        hand_over(session, city.desk(LATER).reach, ["H26.1"], at(LATER))
    for cycle, moment in ((2, LATER), (3, LATER + timedelta(minutes=5))):
        told(city, moment, cycle)
    assert [(row.recipient, row.kind) for row in city.notices() if row.person == MOI.person] == [
        (MOI.name, "alert"),
        (MOI.name, "digest"),
    ]
    assert ("K1", "handed") in [(key, why) for _, key, why in city.links()]
    (notice, digest) = [row for row in city.notices() if row.person == MOI.person]
    assert "1 hồ sơ đang mở khi đồng chí bắt đầu phụ trách" in notice.text
    assert "K1" in digest.text
    assert "K10" in digest.text


def test_the_heirs_of_a_unit_are_all_that_it_became() -> None:
    units = (UnitRow("A", "A", valid_to=date(2025, 6, 30)), UnitRow("B", "B"), UnitRow("C", "C"))
    directory = replace(reach_of((), date(2026, 10, 5), {}).directory, units=units)
    directory = replace(
        directory, successors=(Successor("A", "đất đai", "B"), Successor("A", "", "C"), Successor("B", "", "A"))
    )
    assert heirs(directory, "A", date(2026, 10, 5)) == {"B", "C"}
    assert heirs(directory, "A", date(2025, 6, 1)) == {"A"}
    assert heirs(directory, "X", date(2026, 10, 5)) == set()
