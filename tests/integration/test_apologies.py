"""Drafts of apologies on both databases: with which notice they go, what each says, once for each reader, sealed like a list."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alertd.errors import Said
from alertd.model.alerts import Trouble, alerts_table
from alertd.model.apologies import BLANK, CauseWay, Form04, drafts_table
from alertd.model.base import table_of
from alertd.model.directory import Directory, UnitRow
from alertd.model.files import files_table
from alertd.model.notices import notices_table
from alertd.model.procedures import procedures_table
from alertd.model.words import Level
from alertd.notices.digest import write_digests
from alertd.notices.form_words import form_of
from alertd.notices.tell import tell
from alertd.notices.writer import Desk
from alertd.paper.form_fill import fill, text_of
from alertd.store import audit, causes
from alertd.store.database import Store
from tests.notice_city import APOLOGY, LAN, NOW, SHIPPED, City, at, chat_of, local, settings

NO_APOLOGY = replace(APOLOGY, id="late-no-apology", version="v-late")
WARNING, REMINDER = Level.WARNING, Level.REMINDER
CODE = "H26.1-261001-{:04}"


@dataclass
class Office:
    """Fills the shipped form in this very process, and keeps what it was asked for; ``fault``: or does not."""

    fault: Said | None = None
    asked: list[Form04] = field(default_factory=list)

    def __call__(self, letters: Sequence[Form04]) -> Sequence[bytes] | Said:
        if self.fault is not None:
            return self.fault
        self.asked += letters
        return fill(SHIPPED / "form_04.docx", [asdict(letter) for letter in letters])


class Town(City):
    office: Office
    most = 50
    documents = False

    def desk(self, moment: datetime = NOW) -> Desk:
        desk = super().desk(moment)
        given = desk.settings.apologies.model_copy(update={"most": self.most})
        telegram = desk.settings.telegram.model_copy(update={"attachments": self.documents})
        settings = desk.settings.model_copy(update={"apologies": given, "telegram": telegram})
        return replace(desk, settings=settings, drafting=self.office)

    def digests(self, moment: datetime = NOW) -> None:
        with self.store.write() as session:
            write_digests(session, self.desk(moment), at(moment), None)

    def delivered(self) -> None:
        """What waits has arrived: the next digest does not take its place."""
        with self.store.write() as session:
            waits = notices_table.c.state == "pending"
            session.connection().execute(update(notices_table).where(waits).values(state="sent", sent_at=NOW))

    def of(self, recipient: str) -> list[Any]:
        return [notice for notice in self.notices() if notice.recipient == recipient]


@pytest.fixture
def town(store: Store) -> Town:
    made = Town(store, rules=(NO_APOLOGY,))
    made.office = Office()
    return made


def test_the_draft_of_one_file_goes_as_a_word_file_that_says_what_is_known_of_it(town: Town) -> None:
    given = {
        "accepted_at": local(1, 8, month=9),
        "late_cause": "chờ ý kiến, gọi 0912345678",
        "new_due_at": local(20, 10),
    }
    alert = town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY, late=4, record=given)
    named = {"source": "catalogue", "code": "1.004227", "raw_hash": 1, "first_seen_at": NOW, "version_since": NOW}
    named |= {"changed_at": NOW, "missed": 0, "preferred": True, "name": "Đăng ký biến động"}
    with town.store.write() as session:
        session.connection().execute(insert(procedures_table), [named])
    town.digests()
    (notice,) = town.of("Nguyễn Thị Lan")
    assert "Kèm theo thông báo này là 1 dự thảo văn bản xin lỗi (mẫu 04)" in notice.text
    (file,) = town.files()
    assert (file.notice_id, file.name) == (notice.id, "du-thao-xin-loi-H26.1-261001-0001.docx")
    said = text_of(file.content)
    for text in (
        "PHƯỜNG MỘT",
        "Hà Nội, ngày …… tháng …… năm 2026",
        f"Ngày 01/09/2026, Phường Một tiếp nhận giải quyết hồ sơ mã số {CODE.format(1)}",
        "Đăng ký biến động (mã thủ tục: 1.004227)",
        "ngày 29/09/2026",
        "Lý do: chờ ý kiến, gọi […].",
        "vào ngày 20/10/2026",
        "CHỦ TỊCH\n(Ký, ghi rõ họ tên",
        "Nguyễn Thị Lan",
    ):
        assert text in said, text
    with town.store.read() as session:
        rows = session.connection().execute(select(drafts_table)).all()
        assert rows == [(alert, "lan@h.vn|", notice.id)]
        assert list(audit.verify(session)) == []


def test_what_the_head_said_stands_in_the_place_of_the_sources_cause(town: Town) -> None:
    alert = town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY, record={"late_cause": "lý do khác"})
    for hour, text in ((7, "thiếu người"), (8, "chờ trích lục")):
        with town.store.write() as session:
            moment = at(local(5, hour))
            causes.keep(session, [alert], text, unit="H26.1", by="Lan", way=CauseWay.COMMAND, at=moment)
    town.digests()
    assert [letter.reason for letter in town.office.asked] == ["chờ trích lục"]


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (f"{CODE.format(1)}: chờ trích lục.", "chờ trích lục"),
        (f"{CODE.format(1).lower()} – chờ trích lục", "chờ trích lục"),
        (f"{CODE.format(1)}, {CODE.format(2)}: chờ trích lục", BLANK),  # no citizen reads of another's file
        ("…", "…"),
        (f"{CODE.format(1)}:", BLANK),
    ],
)
def test_the_reason_is_a_part_of_the_letters_own_sentence(town: Town, said: str, printed: str) -> None:
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY, record={"late_cause": said})
    town.digests()
    assert [letter.reason for letter in town.office.asked] == [printed]


def test_above_a_department_stands_the_body_that_it_belongs_to_above_a_committee_none() -> None:
    units = (
        UnitRow("H26", "UBND Thành phố"),
        UnitRow("H26.1", "Sở Một", parent="H26"),
        UnitRow("H26.2", "Uỷ ban nhân dân phường Hai", parent="H26"),
        UnitRow("H26.3", "Sở Ba"),
    )
    row = dict.fromkeys(("unit_named", "due_at", "new_due_at", "procedure", "procedure_name", "accepted_at", "section"))
    row |= dict.fromkeys(("submitted_at", "days_late", "said", "late_cause"))
    codes = ("H26.1", "H26.2", "H26.3")
    found = [form_of(settings(), Directory(units), at(), {**row, "code": "X", "unit": unit}) for unit in codes]
    assert [each.parent_upper for each in found] == ["UBND THÀNH PHỐ", "", ""]


def test_what_is_unknown_is_blank_and_a_date_that_was_missed_is_no_new_one(town: Town) -> None:
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY, late=4, record={"new_due_at": local(1, 10), "procedure": None})
    town.finds(CODE.format(2), WARNING, rule=NO_APOLOGY, unit=None)
    town.digests()
    by_code = {letter.code: letter for letter in town.office.asked}
    lan = by_code[CODE.format(1)]
    assert (lan.new_due_on, lan.procedure, lan.procedure_name, lan.reason, lan.contact) == (BLANK,) * 5
    office = by_code[CODE.format(2)]  # of no unit: the office hears of it
    assert (office.unit, office.signer, office.signer_title) == (BLANK, "", "THỦ TRƯỞNG ĐƠN VỊ")


def test_several_are_zipped_the_worst_first_and_the_others_follow_on_later_days(town: Town) -> None:
    town.most = 2
    for number in range(5):
        town.finds(CODE.format(number), WARNING, rule=NO_APOLOGY, late=5 + number)
    days = [NOW, local(6, 8), local(7, 8), local(8, 8)]
    sent = []
    for day in days:
        town.digests(day)
        town.delivered()
    for file in town.files():
        if file.media_type == "application/zip":
            with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
                sent.append([name[-9:-5] for name in archive.namelist()])
        else:
            sent.append([file.name[-9:-5]])
    assert sent == [["0004", "0003"], ["0002", "0001"], ["0000"]]
    assert town.files()[0].name == "du-thao-xin-loi-phuong-mot-20261005.zip"
    texts = [notice.text for notice in town.of("Nguyễn Thị Lan")]
    assert "2 dự thảo văn bản xin lỗi" in texts[0]
    assert "dự thảo cho 3 hồ sơ còn lại sẽ gửi trong các lần sau" in texts[0]
    assert "còn lại sẽ gửi" not in texts[2]
    assert "dự thảo" not in texts[3]
    with town.store.read() as session:
        assert list(audit.verify(session)) == []


def test_a_message_carries_them_too_and_a_digest_after_it_does_not_again(town: Town) -> None:
    town.finds(CODE.format(1), Level.CRITICAL, rule=NO_APOLOGY)
    with town.store.write() as session:
        tell(session, town.desk(), at(), 1)
    town.digests()
    message, digest = town.of("Nguyễn Thị Lan")
    assert ("1 dự thảo" in message.text, "dự thảo" in digest.text) == (True, False)
    assert [file.notice_id for file in town.files()] == [message.id]


def test_a_notice_that_nobody_got_leaves_them_to_the_next_one(town: Town) -> None:
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    with town.store.write() as session:
        session.connection().execute(update(notices_table).values(state="withdrawn", once=None, digest_on=None))
    town.digests(local(6, 8))
    assert len(town.files()) == 2


def test_another_head_gets_them_anew(town: Town) -> None:
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    town.people = (replace(LAN, name="Đỗ Thị Mai", email="mai@h.vn"), *town.people[1:])
    town.digests(local(6, 8))
    assert [len(town.of(name)) for name in ("Nguyễn Thị Lan", "Đỗ Thị Mai")] == [1, 1]
    assert [letter.signer for letter in town.office.asked] == ["Nguyễn Thị Lan", "Đỗ Thị Mai"]


def test_a_head_who_hears_in_a_chat_gets_them_by_a_mail_of_the_same(town: Town) -> None:
    town.chats = {"lan@h.vn": "7"}
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    chat, mail = town.of("Nguyễn Thị Lan")
    assert (chat.channel, mail.channel) == ("telegram", "email")
    assert "Gửi riêng qua thư điện tử" in "".join(chat_of(chat))
    assert "Kèm theo thông báo này" in mail.text
    assert [file.notice_id for file in town.files()] == [mail.id]


def test_a_chat_that_takes_files_carries_them_itself(town: Town) -> None:
    town.chats, town.documents = {"lan@h.vn": "7"}, True
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    (chat,) = town.of("Nguyễn Thị Lan")
    assert "Kèm theo thông báo này" in "".join(chat_of(chat))
    assert [file.notice_id for file in town.files()] == [chat.id]


def test_who_has_no_mail_hears_of_no_drafts(town: Town) -> None:
    lan = replace(LAN, email="", name="Nguyễn Thị Lan")
    town.people, town.chats = (lan, *town.people[1:]), {lan.person: "7"}
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    (chat,) = town.of("Nguyễn Thị Lan")
    assert "dự thảo" not in "".join(chat_of(chat))
    assert town.files() == []


def test_a_form_that_cannot_be_used_keeps_no_notice_back_and_the_office_hears_why(town: Town) -> None:
    town.office.fault = Said("is no Word file; save it as .docx", "không phải tệp Word; đề nghị lưu dạng .docx")
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    town.digests()
    (notice,) = town.of("Nguyễn Thị Lan")
    assert "dự thảo" not in notice.text
    assert town.files() == []
    ((what, is_open),) = troubles(town.store)
    assert what.startswith(
        "Biểu mẫu form_04.docx không dùng được: không phải tệp Word; đề nghị lưu dạng .docx; thông báo"
    )
    assert is_open
    town.office.fault = None
    town.digests(local(6, 8))
    assert len(town.files()) == 1
    assert [is_open for _, is_open in troubles(town.store)] == [False]


def troubles(store: Store) -> list[tuple[str, bool]]:
    c = table_of(Trouble).c
    with store.read() as session:
        return [(row.what, row.until is None) for row in session.connection().execute(select(c.what, c.until))]


def test_they_are_for_late_files_of_the_rules_that_are_named(town: Town) -> None:
    town.rules = (APOLOGY,)
    town.finds(CODE.format(1), WARNING, rule=APOLOGY)
    town.digests()
    assert town.office.asked == []


def test_a_reopened_alert_of_a_gone_file_breaks_nothing(town: Town) -> None:
    town.finds(CODE.format(1), WARNING, rule=NO_APOLOGY)
    with town.store.write() as session:
        session.connection().execute(update(alerts_table).values(record_id=999_999))
        session.connection().execute(update(files_table).values(gone_at=NOW - timedelta(days=1), preferred=False))
    town.digests()
    assert len(town.of("Nguyễn Thị Lan")) == 1
    assert town.files() == []
