"""Scene 7: another name, a passed date, a leave with a deputy; and a table that lost its people by mistake."""

import os
import re

import pytest

from tests.acceptance.golden import golden
from tests.acceptance.world import PEOPLE, World, overdue

SCENE = "07_the_new_head"
OVERDUE = overdue()
AN, MOI, OFFICE = "an@hanoi.example", "moi@hanoi.example", "vanphong@hanoi.example"
CARTER, STONE, PHO = "carter@hanoi.example", "stone@hanoi.example", "pho@hanoi.example"
FIRST, SECOND, THIRD = "H26.1-260901-0001", "H26.1-260901-0002", "H26.1-260901-0003"
FOREIGN = "H26.3-260901-0001"

AN_ROW = "H26.1,head,Nguyễn Văn An,Giám đốc Sở,an@hanoi.example,,,\n"
MOI_ROW = "H26.1,head,Phạm Văn Mới,Giám đốc Sở,moi@hanoi.example,,,\n"
CARTER_ROW = "H26.3,head,John Carter,Director,carter@hanoi.example,en,,\n"
STONE_ROW = "H26.3,head,Mary Stone,Director,stone@hanoi.example,en,,\n"


def told(world: World) -> None:
    """Monday 5 October, 8:00: An has heard of two files, John Carter of one."""
    world.rule("overdue", OVERDUE)
    world.file(FIRST, "2026-09-28")
    world.file(SECOND, "2026-09-14")
    world.file(FOREIGN, "2026-09-21", unit="H26.3")
    assert world.once("2026-10-05 08:00").code == 0
    assert all(code in "".join(world.texts_to(AN)) for code in (FIRST, SECOND))


def english(world: World) -> None:
    """The site speaks English: so does the office's own message."""
    path = world.folder / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[site]\n", '[site]\nlanguage = "en"\n'), encoding="utf-8")


def new(world: World, address: str, before: int) -> list[str]:
    return world.texts_to(address)[before:]


def test_the_new_head_hears_all_that_is_open_and_the_old_one_nothing_more(world: World) -> None:
    told(world)
    world.enrol("H26.1", 501)
    mails = {who: len(world.texts_to(who)) for who in (AN, CARTER, OFFICE)}
    chats = len(world.bot.sent)
    world.table("contacts", PEOPLE.replace(AN_ROW, MOI_ROW).replace(CARTER_ROW, STONE_ROW))
    world.file(THIRD, "2026-09-30")
    assert world.once("2026-10-06 10:00").code == 0

    assert new(world, AN, mails[AN]) == new(world, CARTER, mails[CARTER]) == []
    assert [sent for sent in world.bot.sent[chats:] if sent.chat_id == 501] == []
    notice, digest = sorted(world.texts_to(MOI), key=lambda text: "Bản tin" in text)
    for text in (notice, digest):
        assert all(code in text for code in (FIRST, SECOND, THIRD))
    golden(SCENE, "notice.vi", notice)
    golden(SCENE, "digest.vi", digest)
    notice, digest = sorted(world.texts_to(STONE), key=lambda text: "Digest" in text or "digest" in text)
    assert FOREIGN in notice
    golden(SCENE, "notice.en", notice)
    golden(SCENE, "digest.en", digest)
    (changed,) = [text for text in new(world, OFFICE, mails[OFFICE]) if "contacts.csv" in text]
    golden(SCENE, "office.vi", changed)
    (unit,) = world.alertd("contacts", "list", "H26.1", "--json", at=True).json
    assert unit["hears"]["name"] == "Phạm Văn Mới"
    assert [person["bindings"] for person in unit["people"]] == [[]]
    assert world.alertd("audit", "verify").code == 0

    mails = {who: len(world.texts_to(who)) for who in (MOI, STONE, OFFICE)}
    world.once("2026-10-06 10:10")
    assert [new(world, who, mails[who]) for who in (MOI, STONE, OFFICE)] == [[], [], []], "each is told once"


def test_what_was_not_sent_yet_goes_to_who_answers_now(world: World) -> None:
    """The mail server was down; meanwhile An left."""
    world.rule("overdue", OVERDUE)
    world.file(FIRST, "2026-09-28")
    world.configure(mail="1")  # nobody listens there
    english(world)
    world.once("2026-10-05 08:00")
    assert {(n["state"], n["recipient"]) for n in world.notices() if n["unit"] == "H26.1"} == {
        ("retry", "Nguyễn Văn An")
    }
    world.configure()
    english(world)
    world.table("contacts", PEOPLE.replace(AN_ROW, MOI_ROW))
    assert world.once("2026-10-05 09:00").code == 0

    assert world.texts_to(AN) == []
    assert len([text for text in world.texts_to(MOI) if FIRST in text]) == 2  # the notice and the digest
    states = [(n["recipient"], n["state"], n["reason"]) for n in world.notices() if n["unit"] == "H26.1"]
    assert sorted(states) == [
        *[("Nguyễn Văn An", "withdrawn", "misaddressed")] * 2,
        *[("Phạm Văn Mới", "sent", "")] * 2,
    ]
    (changed,) = [text for text in world.texts_to(OFFICE) if "contacts.csv" in text]
    golden(SCENE, "office.en", changed)


def test_during_a_leave_the_deputy_hears_and_the_head_again_from_the_day_after(world: World) -> None:
    told(world)
    leave = "H26.1,acting,Trần Văn Phó,Phó Giám đốc Sở,pho@hanoi.example,,2026-10-06,2026-10-07\n"
    world.table("contacts", PEOPLE + leave)
    mails = len(world.texts_to(AN))
    for time in ("2026-10-05 09:00", "2026-10-06 08:00", "2026-10-07 08:00"):
        assert world.once(time).code == 0
    assert new(world, AN, mails) == []
    first, *_ = [text for text in world.texts_to(PHO) if "Bản tin" not in text]
    golden(SCENE, "acting.vi", first)
    world.once("2026-10-08 08:00")
    assert any(FIRST in text and SECOND in text for text in new(world, AN, mails))
    heard = "\n".join(world.texts_to(OFFICE))
    assert "Sở Xây dựng: thông báo từ nay gửi Trần Văn Phó (phụ trách), thay Nguyễn Văn An" in heard
    assert "Sở Xây dựng: thông báo từ nay gửi Nguyễn Văn An, thay Trần Văn Phó" in heard
    assert len(re.findall("từ nay gửi", heard)) == 2


def test_a_passed_date_leaves_the_unit_to_the_office_until_somebody_is_named(world: World) -> None:
    told(world)
    world.table("contacts", PEOPLE.replace(AN_ROW, AN_ROW.replace(",,,\n", ",,,2026-10-06\n")))
    mails = len(world.texts_to(AN))
    world.once("2026-10-06 08:00")
    assert len(new(world, AN, mails)) == 1, "his last day is his"
    world.once("2026-10-07 08:00")
    assert len(new(world, AN, mails)) == 1
    heard = "\n".join(world.texts_to(OFFICE))
    assert "Nguyễn Văn An (Sở Xây dựng) giữ nhiệm vụ đến hết 06/10/2026" in heard
    assert "Sở Xây dựng: Nguyễn Văn An thôi phụ trách, chưa có người thay" in heard
    assert FIRST in world.texts_to(OFFICE)[-1] or "chưa liên hệ" in heard


MANY = PEOPLE + "".join(f"H26.2,deputy,Phó {n},,pho{n}@hanoi.example,,,\n" for n in range(9))


@pytest.mark.parametrize(
    "broken", [b"", MANY.encode()[:230], MANY.encode("utf-16"), MANY.replace("role", "vai").encode()]
)
def test_a_broken_table_changes_nobody_and_is_told_once(world: World, broken: bytes) -> None:
    world.table("contacts", MANY)
    told(world)
    path = world.folder / "contacts.csv"
    path.write_bytes(broken)
    os.utime(path, (path.stat().st_mtime - 60,) * 2)  # one written this very second is looked at twice
    for time in ("2026-10-06 08:00", "2026-10-06 08:10"):  # two processes: the store holds what is believed
        world.once(time)
    assert any(FIRST in text for text in world.texts_to(AN)[2:]), "he hears as before"
    heard = [text for text in world.texts_to(OFFICE) if "chưa được tin dùng" in text and "Bản tin" not in text]
    assert len(heard) == 1
    world.table("contacts", MANY)
    world.once("2026-10-06 08:20")
    assert "Đã khắc phục" in world.texts_to(OFFICE)[-1]
    assert world.alertd("status", at=True).code == 0


def test_a_shrunken_table_is_not_believed_until_a_person_says_that_it_is_true(world: World) -> None:
    world.table("contacts", MANY)
    told(world)
    mails = len(world.texts_to(OFFICE))
    world.table("contacts", PEOPLE)  # nine of thirteen are gone
    world.once("2026-10-05 09:00")
    world.once("2026-10-05 09:10")
    (heard,) = new(world, OFFICE, mails)
    golden(SCENE, "not_believed.vi", heard)
    status = world.alertd("status", "--json", at=True)
    assert status.code == 1
    assert any("contacts.csv" in need for need in status.json["needs_a_person"])
    seen = [each for each in world.alertd("doctor", "--json", at=True).json if each["subject"] == "tables"]
    assert [each["state"] for each in seen] == ["warning"]
    assert "contacts accept" in seen[0]["cure"]
    listed = world.alertd("contacts", "list", "H26.2", "--json", at=True)
    assert len(listed.json[0]["people"]) == 10, "what is in use"
    assert "contacts.csv is not believed" in listed.err

    refused = world.alertd("contacts", "accept", "--reason", " ", at=True)
    assert refused.code == 2
    accepted = world.alertd("contacts", "accept", "--reason", "Nghị quyết sắp xếp, số 12", at=True)
    assert accepted.code == 0, accepted.err
    golden(SCENE, "accepted.vi", accepted.out)
    world.once("2026-10-05 09:20")
    assert len(world.alertd("contacts", "list", "H26.2", "--json", at=True).json[0]["people"]) == 1
    assert world.alertd("status", at=True).code == 0
    again = world.alertd("contacts", "accept", "--reason", "…", at=True)
    assert (again.code, "nothing to accept" in again.err) == (2, True)
    rows = world.alertd("audit", "list", "--json").json
    assert [row["reason"] for row in rows if row["action"] == "table.accepted"] == ["Nghị quyết sắp xếp, số 12"]


def test_a_new_head_is_invited_by_mail_where_that_is_the_way_of_the_house(world: World) -> None:
    world.configure(more="")
    path = world.folder / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[telegram]\n", "[telegram]\ninvite_new_heads = true\n"))
    told(world)
    world.table("contacts", PEOPLE.replace(AN_ROW, MOI_ROW).replace(CARTER_ROW, STONE_ROW))
    world.once("2026-10-06 10:00")
    (invited,) = [text for text in world.texts_to(MOI) if "https://t.me/" in text]
    golden(SCENE, "invitation.vi", re.sub(r"start=\S+", "start=<token>", invited))
    (invited,) = [text for text in world.texts_to(STONE) if "https://t.me/" in text]
    golden(SCENE, "invitation.en", re.sub(r"start=\S+", "start=<token>", invited))
    world.once("2026-10-06 10:10")
    assert len([text for text in world.texts_to(MOI) if "https://t.me/" in text]) == 1
