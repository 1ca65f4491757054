"""Scene 10, "I never got it": every notice can be checked by its code, what came back goes by another way, who is silent too."""

from typing import Any

import pytest
from sqlalchemy import text

from alertd.store.database import open_store
from tests.acceptance.golden import golden
from tests.acceptance.world import PEOPLE, World, overdue
from tests.reports import report

SCENE = "10_i_never_got_it"
OVERDUE = overdue(send="reminder: digest, warning: office_hours, critical: office_hours")
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"


@pytest.fixture
def told(world: World) -> World:
    """At 08:20 on Monday An and Carter are told by Telegram, each of one file that is six working days late."""
    (world.folder / "bounces").mkdir()
    world.configure(more='[email.bounces]\nfolder = "bounces"\n')
    world.rule("overdue", OVERDUE)
    world.at("2026-10-05 08:10")
    world.enrol("H26.1", 501)
    world.enrol("H26.3", 503)
    world.file("H26.1-260901-0001", "2026-09-25")
    world.file("H26.3-260901-0001", "2026-09-25", unit="H26.3")
    assert world.once("2026-10-05 08:20").code == 0
    return world


def chat(world: World, user: int) -> str:
    """What was written last into a chat, the digest apart, which comes without a sound."""
    return [each.seen for each in world.bot.sent if each.chat_id == user and not each.silent][-1]


def mails(world: World, address: str) -> list[str]:
    """About files, digests apart."""
    return [each for each in world.texts_to(address) if "-260901-" in each and "[TTHC]" not in each.splitlines()[0]]


def digest_of(world: World) -> str:
    """The office's last."""
    return world.texts_to(OFFICE)[-1]


def notice(world: World, unit: str, **wanted: Any) -> dict[str, Any]:
    found = [each for each in world.notices() if each["unit"] == unit and each["kind"] == "alert"]
    return next(each for each in found if wanted.items() <= each.items())


def tamper(world: World, statement: str) -> None:
    url = world.store_url.replace("sqlite:///", f"sqlite:///{world.folder}/")
    store = open_store(url)
    with store.write() as session:
        assert session.connection().execute(text(statement)).rowcount == 1
    store.close()


def test_i_never_got_it_says_a_head_who_gave_no_sign(told: World) -> None:
    golden(SCENE, "telegram_vi", chat(told, 501))
    golden(SCENE, "telegram_en", chat(told, 503))
    first, carters = notice(told, "H26.1"), notice(told, "H26.3")
    assert f"Thông báo số {first['id']} · mã kiểm tra {first['code']}" in chat(told, 501)

    # the next opening: nobody gave a sign, so both hear once more, by mail
    told.once("2026-10-05 11:00")
    assert len(mails(told, AN)) == 0
    told.once("2026-10-05 13:00")
    told.once("2026-10-05 15:00")
    golden(SCENE, "second_channel_vi", mails(told, AN)[-1])
    golden(SCENE, "second_channel_en", mails(told, CARTER)[-1])
    assert len(mails(told, AN)) == len(mails(told, CARTER)) == 1
    copy = notice(told, "H26.1", copy_of=first["id"])
    assert (copy["channel"], copy["state"], copy["reason"]) == ("email", "sent", "unanswered")
    page = told.alertd("explain", "H26.1-260901-0001", at=True).out
    assert f"thông báo {first['id']} gửi lại qua kênh thứ hai" in page

    # An takes note of the first: both are confirmed
    buttons = [each.buttons for each in told.bot.sent if each.chat_id == 501 and len(each.buttons) == 2][-1]
    told.bot.press(501, buttons[0][1])
    told.once("2026-10-05 15:10")
    assert all(notice(told, "H26.1", copy_of=each)["confirmed_at"] for each in (None, first["id"]))

    # the office reads next morning that Carter is silent on both
    told.once("2026-10-06 07:30")
    digest = digest_of(told)
    golden(SCENE, "city_digest_vi", digest)
    assert "đã gửi qua cả hai kênh, vẫn chưa phản hồi" in digest
    silent = [line for line in digest.splitlines() if "đã gửi qua cả hai kênh" in line]
    assert len(silent) == 1
    assert "John Carter" in silent[0]
    head = digest.split("Dấu niêm phong nhật ký: ")[1].split()[0]
    assert told.alertd("audit", "verify", "--head", head).code == 0

    # "I never got it": the code answers
    seen = told.alertd("verify", carters["code"].lower().replace("-", ""), "--json")
    assert (seen.code, seen.json["genuine"], seen.json["unchanged"]) == (0, True, True)
    about = seen.json["notice"]
    assert (about["recipient"], about["unit"], about["channel"], about["address"]) == (
        "John Carter",
        "H26.3",
        "telegram",
        "503",
    )
    assert about["sent_at"].startswith("2026-10-05T08:20")
    assert about["confirmed_at"] is None
    assert about["rule_versions"]
    mail = told.folder / "carter.eml"
    mail.write_bytes(told.mails_to(CARTER)[-1].as_bytes())
    second = notice(told, "H26.3", copy_of=carters["id"])
    assert told.alertd("verify", second["code"], "--file", str(mail)).code == 0
    (told.folder / "held.txt").write_text(chat(told, 503).replace("1 file", "9 files"), encoding="utf-8")
    other = told.alertd("verify", str(carters["id"]), "--file", str(told.folder / "held.txt"))
    assert (other.code, "is not that of the notice" in other.out) == (1, True)
    unknown = told.alertd("verify", "K7QM-2XHD", "--json")
    assert (unknown.code, unknown.json["genuine"], unknown.json["notice"]) == (1, False, None)

    # somebody rewrites the past
    tamper(told, f"UPDATE notices SET text = 'x' WHERE id = {carters['id']}")
    changed = told.alertd("verify", carters["code"])
    assert (changed.code, changed.out.startswith("CHANGED")) == (1, True)
    assert told.alertd("verify", first["code"]).code == 0
    walked = told.alertd("audit", "verify", "--json")
    assert walked.code == 1
    assert f"notice {carters['id']} was changed" in walked.json["breaks"][0]["what"]


def test_i_never_got_it_says_the_mail_server(told: World) -> None:
    """An prefers mail; what comes back goes by Telegram with the same text, and the office hears of the address once."""
    told.bot.message(501, "/stop")
    told.file("H26.1-260901-0002", "2026-09-25")
    told.once("2026-10-05 08:30")
    sent = notice(told, "H26.1", channel="email")
    mail = told.mails_to(AN)[-1]
    mark = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    (told.folder / "bounces" / "1.eml").write_bytes(report(mark, action="delayed", status="4.4.1"))
    (told.folder / "bounces" / "2.eml").write_bytes(report("notice.999.0123456789abcdef"))
    told.once("2026-10-05 08:40")
    assert notice(told, "H26.1", id=sent["id"])["channel"] == "email"

    (told.folder / "bounces" / "3.eml").write_bytes(report(mark))
    assert told.once("2026-10-05 08:50").code == 0
    after = notice(told, "H26.1", id=sent["id"])
    assert (after["channel"], after["state"], after["code"]) == ("telegram", "sent", sent["code"])
    assert after["bounced_at"].startswith("2026-10-05T08:50")
    assert after["bounce"].startswith("550 5.1.1")
    golden(SCENE, "after_the_bounce_vi", chat(told, 501))
    assert sent["code"] in chat(told, 501)
    shown = told.alertd("notices", "show", str(sent["id"]), "--json").json
    assert [each["kind"] for each in shown["returned"]] == ["delayed", "failed"]
    office = [each for each in told.texts_to(OFFICE) if "bị trả lại" in each]
    assert len(office) == 1
    golden(SCENE, "office_hears_of_the_bounce_vi", office[0])
    assert "bị trả lại" in told.alertd("explain", "H26.1-260901-0002", at=True).out
    assert told.alertd("verify", sent["code"]).code == 0
    assert told.alertd("audit", "verify").code == 0
    told.once("2026-10-05 09:00")
    assert len([each for each in told.texts_to(OFFICE) if "bị trả lại" in each]) == 1


def test_an_english_office_reads_the_same(told: World) -> None:
    told.table("contacts", PEOPLE.replace("vanphong@hanoi.example,,,", "vanphong@hanoi.example,en,,"))
    told.once("2026-10-05 13:00")
    told.once("2026-10-06 07:30")
    digest = digest_of(told)
    golden(SCENE, "city_digest_en", digest)
    assert "sent by both channels, and still silent: please call" in digest
    head = digest.split("Seal of the audit: ")[1].split()[0]
    assert told.alertd("audit", "verify", "--head", head).code == 0
