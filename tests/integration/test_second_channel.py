"""The second channel on both databases: who stays silent until the next opening hears once more by another way, and only he."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from alertd.contacts.press import sign
from alertd.model.alerts import alerts_table
from alertd.model.base import table_of
from alertd.model.message import Outcome, Result
from alertd.model.notices import NoticeFile, notices_table
from alertd.model.people import Answer
from alertd.model.words import ChannelName, Level
from alertd.notices import outbox
from alertd.notices.city import city as city_facts
from alertd.notices.policy import Policy
from alertd.notices.retract import withdraw_untrue
from alertd.notices.second import send_again
from alertd.notices.settle import Done, settle
from alertd.notices.stamp import shown
from alertd.notices.tell import tell
from alertd.store import audit
from alertd.store.database import Store
from tests.notice_city import LAN, MINH, NOW, OVERDUE, City, at, local

WARNING, CRITICAL, REMINDER = Level.WARNING, Level.CRITICAL, Level.REMINDER
AFTERNOON = local(5, 13)
CODE = "H26.1-261001-0001"


@pytest.fixture
def city(store: Store) -> City:
    """Lan is told by Telegram at 08:00 of a file that is late; she has an address as well."""
    made = City(store, rules=(OVERDUE,), chats={LAN.person: "5"})
    made.finds(CODE, WARNING)
    told(made)
    return made


def told(city: City, moment: datetime = NOW) -> None:
    with city.store.write() as session:
        tell(session, city.desk(moment), at(moment), None)
    sent(city, moment)


def sent(city: City, moment: datetime) -> None:
    """Everything that may go has gone."""
    how: Any = {"now": moment, "worker": "w"}
    for channel in (ChannelName.TELEGRAM, ChannelName.EMAIL):
        with city.store.write() as session:
            claimed = outbox.claim(session, **how, lease=Policy().lease, limit=99, channels=[channel])
            claimed = withdraw_untrue(session, claimed, **how)
            begun = outbox.begin(session, claimed, **how, lease=Policy().lease)
            done = [Done(each, begun[each.id], Outcome(Result.ACCEPTED)) for each in claimed]
            more: Any = {"pace_now": 0.0, "channels": [channel], "policy": Policy(), "random": lambda: 0.5}
            settle(session, done, **how, **more)


def again(city: City, moment: datetime = AFTERNOON) -> int:
    with city.store.write() as session:
        return send_again(session, city.desk(moment), at(moment), None)


def test_who_is_silent_until_the_next_opening_hears_once_more_by_another_way(city: City) -> None:
    assert again(city, local(5, 11)) == 0  # the opening of 07:30 was before it
    assert again(city) == 1
    first, copy = city.notices()
    assert (copy.channel, copy.address, copy.person, copy.unit) == ("email", LAN.email, first.person, "H26.1")
    assert (copy.copy_of, copy.reason, copy.state, copy.counts) == (first.id, "unanswered", "pending", "{}")
    assert copy.subject == first.subject
    line, blank, *rest = copy.text.splitlines()
    assert line == (
        f"Gửi lại qua kênh thứ hai vì chưa có phản hồi đối với thông báo số {first.id} "
        "(gửi qua Telegram lúc 08:00 ngày 05/10/2026)."
    )
    assert (blank, rest[:-1]) == ("", first.text.splitlines()[:-1])
    assert rest[-1] == f"Thông báo số {copy.id} · mã kiểm tra {shown(copy.code)}"
    assert shown(first.code) not in copy.text + copy.html + copy.chat + copy.short
    assert f"ack:{first.id}" in copy.buttons  # either confirms both
    assert city.links() == [(first.id, CODE, "opened"), (copy.id, CODE, "opened")]
    sent(city, AFTERNOON)
    assert [(row.state, row.reason) for row in city.notices()] == [("sent", ""), ("sent", "unanswered")]
    with city.store.read() as session:
        assert list(audit.verify(session, contents=True))[1:] == []  # the alert of this test has no event


def test_it_goes_once_and_nothing_comes_of_the_copy(city: City) -> None:
    assert again(city) == 1
    sent(city, AFTERNOON)
    for moment in (AFTERNOON, local(6, 8), local(6, 13)):
        assert again(city, moment) == 0
    assert len(city.notices()) == 2


def test_a_message_of_the_evening_goes_again_at_the_opening_after_the_days_off(store: Store) -> None:
    made = City(store, rules=(OVERDUE,), chats={LAN.person: "5"})
    made.finds(CODE, CRITICAL)
    friday = local(9, 20)
    told(made, friday)
    assert [again(made, moment) for moment in (local(9, 23), local(10, 8), local(11, 14), local(12, 7))] == [0] * 4
    assert again(made, local(12, 7, 30)) == 1


def test_what_is_no_warning_any_more_does_not_go_again_as_one(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(update(alerts_table).values(level=int(REMINDER)))
    assert again(city) == 0


@pytest.mark.parametrize("moment", [local(5, 12), local(5, 18), local(10, 9)])
def test_nobody_is_disturbed_outside_office_hours(city: City, moment: datetime) -> None:
    assert again(city, moment) == 0


def test_what_is_older_than_a_week_of_work_is_no_news(city: City) -> None:
    assert again(city, local(12, 14)) == 0
    assert again(city, local(9, 14)) == 1


# --- signs of life ---------------------------------------------------------------------------------------------------
def test_a_sign_about_this_notice_or_another_is_enough(city: City) -> None:
    city.finds("H26.1-261001-0002", WARNING)
    told(city, local(5, 9))
    with city.store.write() as session:
        sign(session, 2, local(5, 10), by="Lan")
    assert again(city) == 0


def test_an_answer_or_an_acknowledgement_is_enough(city: City) -> None:
    with city.store.write() as session:
        row = {"at": local(5, 9), "channel": "telegram", "user_id": 5, "person": LAN.person, "name": "Lan"}
        session.connection().execute(insert(table_of(Answer)), [{**row, "unit": "H26.1", "text": "vâng"}])
    assert again(city) == 0
    with city.store.write() as session:
        session.connection().execute(table_of(Answer).delete())
    city.change(CODE, acknowledged_at=local(5, 9), state="acknowledged")
    assert again(city) == 0


def test_a_sign_before_it_was_sent_and_one_of_another_person_are_none(city: City) -> None:
    with city.store.write() as session:
        row = {"at": local(5, 7), "channel": "telegram", "user_id": 5, "person": LAN.person, "name": "Lan"}
        rows = [row, {**row, "at": local(5, 9), "person": MINH.person}]
        session.connection().execute(
            insert(table_of(Answer)), [{**each, "unit": "H26.1", "text": "x"} for each in rows]
        )
    assert again(city) == 1


def test_a_sign_on_the_copy_confirms_the_first_and_the_other_way_round(city: City) -> None:
    again(city)
    with city.store.write() as session:
        sign(session, 2, local(5, 14), by="Lan")
    assert [row.confirmed_at for row in city.notices()] == [local(5, 14)] * 2
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(confirmed_at=None))
        sign(session, 1, local(5, 15), by="Lan")
    assert [row.confirmed_at for row in city.notices()] == [local(5, 15)] * 2


def test_a_copy_that_has_not_gone_yet_is_withdrawn_by_a_sign(city: City) -> None:
    again(city)
    with city.store.write() as session:
        sign(session, 1, AFTERNOON, by="Lan")
    sent(city, AFTERNOON)
    assert [(row.state, row.reason) for row in city.notices()] == [("sent", ""), ("withdrawn", "answered")]


# --- where there is nothing to send again ----------------------------------------------------------------------------
def test_a_reminder_alone_and_what_has_ended_meanwhile_do_not_go_again(city: City) -> None:
    with city.store.write() as session:
        session.connection().execute(text("UPDATE notice_alerts SET level = 1"))
    assert again(city) == 0
    with city.store.write() as session:
        session.connection().execute(text("UPDATE notice_alerts SET level = 3"))
    city.end(CODE, local(5, 12))
    assert again(city) == 0


@pytest.mark.parametrize(
    "given", [{"kind": "digest"}, {"meant_for": "x"}, {"state": "dead"}, {"state": "retry"}, {"copy_of": 9}]
)
def test_only_what_a_head_was_sent_as_a_message_of_its_own_goes_again(city: City, given: dict[str, Any]) -> None:
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(given))
    assert again(city) == 0


def test_not_in_a_rehearsal_not_without_another_way_and_not_to_who_is_no_longer_named(city: City) -> None:
    city.mode = "rehearsal"
    assert again(city) == 0
    city.mode, everybody = "live", city.people
    city.people = tuple(each for each in everybody if each is not LAN)
    assert again(city) == 0
    city.people, city.chats = everybody, {}
    with city.store.write() as session:
        session.connection().execute(update(notices_table).values(channel="email", address=LAN.email))
    assert again(city) == 0


# --- what goes with it -----------------------------------------------------------------------------------------------
def test_its_lists_go_with_it_and_are_sealed(city: City) -> None:
    with city.store.write() as session:
        row = {"notice_id": 1, "name": "a.xlsx", "media_type": "a/b", "sha256": "0", "content": b"a"}
        session.connection().execute(insert(table_of(NoticeFile)), [row, {**row, "name": "b.xlsx"}])
    again(city)
    assert [(file.notice_id, file.name, file.content) for file in city.files()][2:] == [
        (2, "a.xlsx", b"a"),
        (2, "b.xlsx", b"a"),
    ]
    with city.store.read() as session:
        said = [each.what for each in audit.verify(session, contents=True)]
    assert not [each for each in said if "attachments of notice 2" in each]


def test_everybody_who_is_silent_hears_of_each_notice_again(city: City) -> None:
    city.chats = {LAN.person: "5", MINH.person: "6"}
    city.finds("H26.1-261001-0002", WARNING)
    city.finds("H26.2-261001-0001", WARNING, unit="H26.2")
    told(city, local(5, 9))
    assert again(city) == 3
    assert [(row.copy_of, row.address) for row in city.notices()[3:]] == [
        (1, LAN.email),
        (2, LAN.email),
        (3, MINH.email),
    ]


def test_the_citys_digest_names_who_is_silent_on_both(city: City) -> None:
    again(city)
    sent(city, AFTERNOON)
    with city.store.read() as session:
        before = city_facts(session, city.desk(), at(local(5, 16)), NOW)["silent_rows"]
        (row,) = city_facts(session, city.desk(), at(local(6, 8)), NOW)["silent_rows"]
    assert before == []
    assert (row["name"], row["total"], row["both"]) == (LAN.name, 1, 1)
    with city.store.read() as session:
        assert session.connection().execute(
            select(notices_table.c.id).order_by(notices_table.c.id)
        ).scalars().all() == [1, 2]
