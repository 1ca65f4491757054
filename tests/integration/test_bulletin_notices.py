"""How the bulletin's messages travel, on both databases: several units of one head, a chat that takes no files, a rehearsal."""

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from alertd.model.base import table_of
from alertd.model.bulletins import MonthFile, Standing
from alertd.model.directory import Contact
from alertd.model.notices import NoticeFile
from alertd.model.words import Role
from alertd.notices.bulletin import heads_of, readers_of, tell_results, tell_rows
from alertd.notices.bulletin_figures import Headline, Result
from alertd.store.database import Store
from tests.notice_city import LAN, MINH, NOW, OFFICE, ZONE, City, at

LAN_TOO = Contact("H26.3", Role.HEAD, LAN.name, LAN.title, email=LAN.email)
HEADLINE = Headline("2026-09", 1, "abc", NOW.astimezone(ZONE), 60, 60, 54, 6, 0, 90.0, None, None, portal=True)


def results(*units: str) -> list[Result]:
    return [Result(unit, 20, 20, 18, 2, 0, 90.0, None, None, rank=1, of=3, group="communes") for unit in units]


def files(readers: Mapping[str, int]) -> Iterator[MonthFile]:
    for unit, number in sorted(readers.items(), key=lambda pair: (pair[1], pair[0])):
        for nth in range(20):
            city, portal = (Standing.LATE, Standing.ON_TIME) if nth < 2 else (Standing.ON_TIME, Standing.ABSENT)
            due = datetime(2026, 9, 11, 17, tzinfo=ZONE)
            yield MonthFile(
                number, unit, f"{unit}-{nth:04}", "1.1", date(2026, 9, 2), due, due, "done", None, city, portal
            )


def shown(city: City, *units: str) -> tuple[list[Any], dict[int, tuple[str, list[list[Any]], list[str]]]]:
    """The notices, and by notice its workbook: name, first sheet, names of all sheets."""
    desk = city.desk()
    with city.store.write() as session:
        tell_rows(session, desk, at(), 1, HEADLINE, readers_of(desk, results(*units)), files)
        found = session.connection().execute(select(table_of(NoticeFile))).all()
    books = {}
    for row in found:
        book = CalamineWorkbook.from_filelike(io.BytesIO(row.content))
        books[row.notice_id] = (row.name, book.get_sheet_by_index(0).to_python(), book.sheet_names)
    return city.notices(), books


def test_a_head_of_two_units_gets_one_message_with_a_sheet_for_each(store: Store) -> None:
    notices, books = shown(City(store, people=(LAN, LAN_TOO, MINH, OFFICE)), "H26.1", "H26.2", "H26.3")
    assert sorted(notice.person for notice in notices) == sorted({LAN.person, MINH.person})
    mine = next(notice for notice in notices if notice.person == LAN.person)
    name, rows, sheets = books[mine.id]
    assert (name, sheets) == ("ho-so-2026-09-H26.1-va-1.xlsx", ["Phường Một", "Phường Ba"])
    assert "1) Phường Một: tiếp nhận 20 hồ sơ" in mine.text
    assert "2) Phường Ba: tiếp nhận 20 hồ sơ" in mine.text
    assert rows[0][7:] == [
        "Theo dữ liệu Thành phố",
        "Theo dữ liệu Cổng quốc gia",
        "Hẹn trả (Cổng)",
        "Kết thúc (Cổng)",
        "Hai kết quả khác nhau",
    ]
    assert (rows[1][7], rows[1][8], rows[1][11]) == ("quá hạn", "đúng hạn", "x")
    assert (rows[3][7], rows[3][8], rows[3][11]) == ("đúng hạn", "không có trên Cổng", "")


def test_a_chat_that_takes_no_files_says_that_the_list_comes_by_mail_and_it_does(store: Store) -> None:
    notices, books = shown(City(store, chats={LAN.person: "7"}), "H26.1")
    chat, mail = sorted(notices, key=lambda notice: notice.channel, reverse=True)
    assert (chat.channel, mail.channel) == ("telegram", "email")
    assert "được gửi qua thư điện tử" in chat.chat
    assert list(books) == [mail.id]
    assert "Kèm theo: danh sách hồ sơ" in mail.text


def test_who_has_neither_mail_nor_files_in_the_chat_is_asked_to_turn_to_the_office(store: Store) -> None:
    alone = Contact("H26.1", Role.HEAD, "Lê Hoa")
    notices, books = shown(City(store, people=(alone, OFFICE), chats={alone.person: "7"}), "H26.1")
    assert [notice.channel for notice in notices] == ["telegram"]
    assert "liên hệ đầu mối dưới đây để nhận danh sách" in notices[0].chat
    assert books == {}


def test_in_a_rehearsal_the_office_gets_each_of_them_marked(store: Store) -> None:
    notices, books = shown(City(store, mode="rehearsal"), "H26.1", "H26.2")
    assert {(notice.person, notice.meant_for) for notice in notices} == {
        (OFFICE.person, LAN.person),
        (OFFICE.person, MINH.person),
    }
    assert all("DIỄN TẬP" in notice.subject for notice in notices)
    assert len(books) == 2


def test_a_result_goes_without_sound_to_heads_alone_and_once(store: Store) -> None:
    city = City(store)
    desk = city.desk()
    with store.write() as session:
        heads = heads_of(desk, results("H26.1", "H26.3", "H26.VP"))  # H26.3 has no head
        for _ in range(2):
            tell_results(session, desk, at(), 1, HEADLINE, heads)
    (notice,) = city.notices()
    assert (notice.person, notice.silent) == (LAN.person, True)
    assert "hạng 1/3 phường, xã" in notice.text
