"""Causes of delay on both databases: what a head answers to a notice of late files, and how they are summed up."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alertd.contacts.inbox import handle
from alertd.model.alerts import alerts_table
from alertd.model.apologies import CauseKind, CauseWay, cause_alerts_table, causes_table
from alertd.model.base import table_of
from alertd.model.files import files_table
from alertd.model.message import Incoming, IncomingKind
from alertd.model.notices import notices_table
from alertd.model.people import Answer, Binding
from alertd.model.words import ChannelName, Level
from alertd.notices.tell import tell
from alertd.reports.causes import UnitCauses, causes_of
from alertd.store import audit, causes
from alertd.store.database import Store
from tests.notice_city import APOLOGY, LAN, NOW, OVERDUE, City, at, chat_of, local

CODES = [f"H26.1-261001-{number:04}" for number in range(3)]


class Town(City):
    """Lan has a chat, and a notice of three late files in it."""

    number = 0

    def told(self) -> str:
        """What the notice says in the chat."""
        with self.store.write() as session:
            tell(session, self.desk(), at(), 1)
            sent = {"state": "sent", "sent_at": NOW}
            session.connection().execute(update(notices_table).values(sent))
        return chat_of(self.notices()[-1])[-1].replace("<i>", "").replace("</i>", "")

    def answers(self, text: str, quoted: str = "", user: int = 7) -> str:
        self.number += 1
        incoming = Incoming(
            ChannelName.TELEGRAM, self.number, IncomingKind.TEXT, user, user, True, NOW, text, quoted=quoted
        )
        with self.store.write() as session:
            directory = self.desk().reach.directory
            return handle(session, incoming, directory, at(), language="vi").replies[0].text

    def said(self) -> list[tuple[str, str, str, list[str]]]:
        """Words, by whom, how, and the codes of which it was said."""
        c, link, a = causes_table.c, cause_alerts_table.c, alerts_table.c
        with self.store.read() as session:
            connection = session.connection()
            found = []
            for row in connection.execute(select(causes_table).order_by(c.id)).all():
                keys = select(a.key).join(cause_alerts_table, link.alert_id == a.id).where(link.cause_id == row.id)
                found.append((row.text, row.by, row.way, sorted(set(connection.execute(keys).scalars()))))
            return found


@pytest.fixture
def town(store: Store) -> Town:
    made = Town(store, rules=(OVERDUE, APOLOGY), chats={"lan@h.vn": "7"})
    bound: dict[str, Any] = {"channel": "telegram", "user_id": 7, "chat_id": 7, "unit": "H26.1", "person": LAN.person}
    bound |= {"name": LAN.name, "state": "confirmed", "made_at": NOW}
    with store.write() as session:
        session.connection().execute(insert(table_of(Binding)), [bound])
    for code in CODES:
        made.finds(code, Level.CRITICAL, late=10)
    made.finds(CODES[0], Level.WARNING, rule=APOLOGY)
    return made


def test_a_reply_to_a_notice_of_late_files_is_the_cause_of_all_of_them(town: Town) -> None:
    notice = town.told()
    said = town.answers("Thiếu cán bộ địa chính, liên hệ 0912 345 678", notice)
    assert said == "Đã ghi nhận nguyên nhân chậm của 3 hồ sơ và chuyển Văn phòng."
    assert town.said() == [("Thiếu cán bộ địa chính, liên hệ […]", "Nguyễn Thị Lan", "chat", CODES)]
    with town.store.read() as session:
        answer = session.connection().execute(select(table_of(Answer))).one()
        assert (answer.text, answer.notice_id) == ("Thiếu cán bộ địa chính, liên hệ […]", town.notices()[-1].id)
        assert causes.of_records(session, "files", CODES[:1])[CODES[0]][0]["text"].startswith("Thiếu cán bộ")
        assert list(audit.verify(session)) == []


def test_a_reply_that_names_files_is_of_those_alone(town: Town) -> None:
    notice = town.told()
    assert "của 1 hồ sơ" in town.answers(f"{CODES[1].lower()}: chờ trích lục", notice)
    assert [codes for *_, codes in town.said()] == [[CODES[1]]]


def test_lines_that_each_name_their_files_are_causes_of_their_own(town: Town) -> None:
    notice = town.told()
    said = town.answers(f"{CODES[0]}: chờ Sở Tài chính\n\n{CODES[1]}, {CODES[2]}: thiếu người", notice)
    assert "của 3 hồ sơ" in said
    assert [(text, codes) for text, _, _, codes in town.said()] == [
        (f"{CODES[0]}: chờ Sở Tài chính", CODES[:1]),
        (f"{CODES[1]}, {CODES[2]}: thiếu người", CODES[1:]),
    ]
    town.answers(f"Tình hình chung:\n{CODES[0]}: mất mạng", notice)
    assert [codes for *_, codes in town.said()][2:] == [CODES[:1]]
    assert "nguyên nhân" not in town.answers(f"{CODES[0]}9: mất mạng", notice)  # none of his, and all have their own


def test_what_is_said_of_all_takes_the_place_of_no_cause_of_a_files_own(town: Town) -> None:
    notice = town.told()
    town.answers(f"{CODES[0].lower()}: chờ trích lục", notice)
    assert town.said()[0][0] == f"{CODES[0].lower()}: chờ trích lục"
    by_hand = next(row.id for row in _alerts(town.store) if row.key == CODES[1])
    with town.store.write() as session:
        causes.keep(session, [by_hand], "mất điện", unit="H26.1", by="Lan", way=CauseWay.COMMAND, at=at())
    assert "của 1 hồ sơ" in town.answers("thiếu người", notice)
    assert [codes for *_, codes in town.said()][2:] == [CODES[2:]]
    assert "của 1 hồ sơ" in town.answers("quá tải", notice)  # said of all, it can be said anew


def test_words_that_are_no_reply_are_an_answer_and_no_cause(town: Town) -> None:
    town.told()
    assert town.answers("Đã giao phòng chuyên môn") == "Đã nhận ý kiến của đồng chí và chuyển Văn phòng."
    assert town.said() == []


def test_a_reply_to_anything_else_is_none_either(town: Town) -> None:
    notice = town.told()
    with town.store.write() as session:
        session.connection().execute(update(files_table).values(due_day_no=10**6))  # no longer late
    assert "chuyển Văn phòng" in town.answers("do lỗi hệ thống", notice)
    assert town.answers("", "Xin chào") == "Đã nhận ý kiến của đồng chí và chuyển Văn phòng."
    assert town.said() == []


def test_a_stamp_of_somebody_elses_notice_opens_nothing(town: Town) -> None:
    notice = town.told()
    with town.store.write() as session:
        session.connection().execute(update(notices_table).values(person="minh@h.vn"))
    assert "nguyên nhân" not in town.answers("do lỗi hệ thống", notice)
    assert town.said() == []


def test_a_part_without_its_stamp_is_found_by_its_words(town: Town) -> None:
    notice = town.told()
    first = next(line for line in notice.splitlines() if CODES[0] in line)
    plain = first.replace("<code>", "").replace("</code>", "").replace("<b>", "").replace("</b>", "")
    assert "của 3 hồ sơ" in town.answers("mất mạng", plain)


def test_they_are_summed_up_by_unit_and_kind(town: Town) -> None:
    town.told()
    ends = {"is_open": False, "ended_day": date(2026, 9, 1).toordinal(), "stop_day": date(2026, 9, 1).toordinal()}
    town.finds("IN-TIME", Level.CRITICAL, late=10, record=ends)
    town.finds("NEXT-MONTH", Level.CRITICAL, late=1)
    minh = {"late_cause": "chờ ý kiến sở"}
    town.finds("H26.2-261001-0001", Level.CRITICAL, unit="H26.2", late=10, record=minh)
    town.finds("H26.2-261001-0002", Level.CRITICAL, unit="H26.2", late=10, record=minh)
    town.finds("H26.2-261001-0003", Level.CRITICAL, unit="H26.2", late=10, record={"late_cause": "họp"})
    alerts = {row.key: row.id for row in _alerts(town.store)}
    with town.store.write() as session:
        for hour, text, code in (
            (1, "thiếu người", CODES[0]),
            (2, "chờ trích lục", CODES[0]),
            (2, "mất điện", CODES[1]),
        ):
            moment = at(local(5, hour))
            causes.keep(session, [alerts[code]], text, unit="H26.1", by="Lan", way=CauseWay.COMMAND, at=moment)
        causes.keep(
            session, [alerts["H26.2-261001-0003"]], "họp", unit="H26.2", by="Minh", way=CauseWay.COMMAND, at=at(NOW)
        )
    with town.store.read() as session:
        found = causes_of(session, at(), date(2026, 9, 1), date(2026, 9, 30), {CauseKind.STAFF: ("họp",)})
        then = causes_of(session, at(local(5, 1)), date(2026, 9, 1), date(2026, 9, 30))
    minhs = UnitCauses("H26.2", 3, 1, {CauseKind.OPINION: 2, CauseKind.STAFF: 1})
    lans = UnitCauses("H26.1", 3, 2, {CauseKind.SURVEY: 1, CauseKind.SYSTEM: 1})
    assert found.units == (lans, minhs)
    assert [each.unknown for each in found.units] == [1, 0]
    assert (found.total.late, found.total.said, found.total.unknown) == (6, 3, 1)
    assert found.of("H26.1") == lans
    assert found.of("H26.3") == UnitCauses("H26.3", 0)
    assert then.of("H26.1") == replace(lans, said=1, kinds={CauseKind.STAFF: 1})  # what was said later is not known yet


def _alerts(store: Store) -> list[Any]:
    with store.read() as session:
        return list(session.connection().execute(select(alerts_table.c.key, alerts_table.c.id)))
