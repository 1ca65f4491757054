"""Commands on people: who hears, how a person is invited by a mail or by a link that is handed over, and a sample notice."""

import re

from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

AN = "an@hanoi.example"


def test_a_person_is_invited_by_mail_and_the_office_hears_of_it(world: World) -> None:
    world.rule("overdue", OVERDUE)
    ran = world.alertd("contacts", "invite", "H26.1", at=True)
    assert (ran.code, ran.err) == (0, "")
    assert "invitation for Nguyễn Văn An (H26.1), valid until 08/10/2026 08:00" in ran.out
    assert "mail to an@hanoi.example: accepted" in ran.out
    (mail,) = world.texts_to(AN)
    assert mail.startswith(
        "Mời nhận thông báo qua Telegram: Sở Xây dựng\nKính gửi: Đồng chí Nguyễn Văn An, Sở Xây dựng"
    )
    (link,) = (word for word in mail.split() if word.startswith("https://t.me/"))
    assert link not in str(world.notices())  # of a token nothing but its hash is kept
    world.bot.message(501, f"/start {link.partition('start=')[2]}")
    world.once("2026-10-05 08:05")
    (unit,) = world.alertd("contacts", "list", "H26.1", "--json", at=True).json
    (person,) = unit["people"]
    assert [(bound["state"], bound["channel"]) for bound in person["bindings"]] == [("confirmed", "telegram")]
    assert person["ways"][0] == {"channel": "telegram", "address": "501"}
    assert unit["hears"] == {"name": "Nguyễn Văn An", "unit": "H26.1", "instead": None}
    told = "\n".join(world.texts_to("vanphong@hanoi.example"))
    assert "Nguyễn Văn An (Sở Xây dựng) được mời nhận thông báo qua Telegram" in told
    assert "đã liên kết Telegram bằng liên kết gửi qua thư điện tử" in told
    (row,) = [line for line in world.alertd("contacts", "list", at=True).out.splitlines() if line.startswith("H26.4")]
    assert "the office (Trần Thị Văn Phòng): no head" in row


def test_a_link_that_is_shown_gives_a_chat_that_waits_for_the_office(world: World) -> None:
    world.rule("overdue", OVERDUE)
    shown = world.alertd("contacts", "invite", "H26.1", "--show", at=True)
    assert shown.code == 0
    assert "https://t.me/" in shown.out
    assert "alertd contacts confirm H26.1" in shown.out
    assert any(mark in shown.out for mark in "▀▄█")
    invited = world.alertd("contacts", "invite", "H26.1", "--json", at=True).json
    assert set(invited) == {"unit", "link", "token", "expires_at"}
    assert invited["link"].endswith(f"?start={invited['token']}")
    assert re.fullmatch(r"2026-10-08T08:00:\d\d\+07:00", invited["expires_at"])
    world.bot.message(501, f"/start {invited['token']}")
    world.once("2026-10-05 08:05")
    assert not any("t.me" in text for text in world.texts_to(AN))
    (unit,) = world.alertd("contacts", "list", "H26.1", "--json", at=True).json
    (bound,) = unit["people"][0]["bindings"]
    assert bound["state"] == "pending"
    confirmed = world.alertd("contacts", "confirm", str(bound["id"]), at=True)
    assert (confirmed.code, confirmed.out) == (
        0,
        "Liên kết Telegram của Nguyễn Văn An (Sở Xây dựng) đã được xác nhận\n",
    )
    assert "đã bị thu hồi" in world.alertd("contacts", "revoke", "H26.1", at=True).out
    for words, said in (
        (("confirm", "H26.1"), "no pending binding of unit H26.1"),
        (("invite", "H26.9"), "there is no unit H26.9 in units.csv"),
        (("invite", "H26.4"), "nobody is named for unit H26.4"),
        (("test", "H26.4"), "nobody is named as the head of H26.4"),
        (("list", "H26.11"), "did you mean"),
        (("confirm", "77"), "no pending binding of number 77"),
    ):
        refused = world.alertd("contacts", *words, at=True)
        assert (refused.code, refused.out) == (2, ""), words
        assert said in refused.err
    assert world.alertd("audit", "verify").code == 0


def test_a_sample_notice_goes_the_way_of_a_real_one(world: World) -> None:
    world.rule("overdue", OVERDUE)
    ran = world.alertd("contacts", "test", "H26.3", at=True)
    assert (ran.code, ran.err) == (0, "")
    assert "to John Carter by email (carter@hanoi.example): sent" in ran.out
    assert len(world.mails_to("carter@hanoi.example")) == 1
    world.configure(mail="1")  # nobody listens there
    unreached = world.alertd("contacts", "test", "H26.3", at=True)
    assert unreached.code == 1  # who tests a way wants to know
    assert "retry, unreachable" in unreached.out


def test_in_a_rehearsal_no_link_is_mailed_to_a_head(world: World) -> None:
    world.at("2025-10-06 08:00").configure(mode="rehearsal")  # a rehearsal takes no clock that is ahead
    ran = world.alertd("contacts", "invite", "H26.1", at=True)
    assert ran.code == 0
    assert "in a rehearsal nothing goes to heads" in ran.out
    assert world.mail.mails == []
