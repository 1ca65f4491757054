"""Scene 11: the forwarded link, the wrong finger, the group. None of them gets data, and the office hears what it must, once."""

import time
from collections.abc import Iterable
from typing import Any

from alertd.demo.bot_faults import Fault
from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue

SCENE = "11_the_forwarded_link"
OVERDUE = overdue()
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
FILE, SECOND = "H26.1-260901-0001", "H26.1-260901-0002"
AN_USER, THIEF, GROUP, CHANNEL = 501, 666, -1001, -1002


def link_in(mails: Iterable[str]) -> str:
    """The token of the last invitation among these mails."""
    (*_, last) = [word for text in mails for word in text.split() if word.startswith("https://t.me/")]
    return last.partition("start=")[2]


def chat(world: World, *chats: int) -> str:
    return "\n".join(sent.seen for sent in world.bot.sent if sent.chat_id in chats)


def noted(world: World, since: int = 0) -> str:
    """The office's messages about alertd itself."""
    return "\n\n".join(
        text for text in world.texts_to(OFFICE)[since:] if "Bản tin" not in text and "digest" not in text
    )


def english(world: World) -> None:
    path = world.folder / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[site]\n", '[site]\nlanguage = "en"\n'), encoding="utf-8")


def test_who_used_a_forwarded_link_is_told_to_the_head_and_the_office_and_gets_no_more(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(SECOND, "2026-12-01")
    for unit in ("H26.1", "H26.3"):
        assert world.alertd("contacts", "invite", unit, at=True).code == 0
    world.bot.message(THIEF, f"/start {link_in(world.texts_to(AN))}")
    world.bot.message(THIEF + 1, f"/start {link_in(world.texts_to(CARTER))}")
    world.once("2026-10-05 08:00")
    (mail,) = [text for text in world.texts_to(AN) if text.startswith("Liên kết Telegram")]
    golden(SCENE, "linked.vi", mail)
    (mail,) = [text for text in world.texts_to(CARTER) if text.startswith("Telegram binding")]
    golden(SCENE, "linked.en", mail)
    golden(SCENE, "office_linked.vi", noted(world))

    assert world.alertd("contacts", "revoke", "H26.1", at=True).code == 0
    world.file(FILE, "2026-09-14")
    world.bot.message(THIEF, "/status")
    before = len(world.bot.sent)
    world.once("2026-10-05 09:00")
    assert any(FILE in text for text in world.texts_to(AN))
    (said,) = [sent.seen for sent in world.bot.sent[before:] if sent.chat_id == THIEF]
    assert said.startswith("Cuộc trò chuyện này chưa được liên kết")
    assert FILE not in chat(world, THIEF)


def test_what_waits_for_a_telephone_that_changed_hands_goes_another_way(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.enrol("H26.1", AN_USER)
    world.file(FILE, "2026-09-14")
    world.bot.fail_next(Fault.SERVER_ERROR, times=3)
    world.once("2026-10-05 09:00")
    waiting = [n for n in world.notices() if n["channel"] == "telegram" and n["state"] != "sent"]
    assert waiting
    assert world.alertd("contacts", "revoke", "H26.1", at=True).code == 0
    world.once("2026-10-05 10:00")
    assert FILE not in chat(world, AN_USER)
    after = [n for n in world.notices() if n["id"] in {each["id"] for each in waiting}]
    assert {(n["channel"], n["address"], n["state"]) for n in after} == {("email", AN, "sent")}
    assert world.alertd("audit", "verify").code == 0


def test_links_shown_replayed_guessed_and_posted_in_groups_give_nothing_away(world: World) -> None:
    world.rule("overdue", OVERDUE)
    english(world)
    world.file(FILE, "2026-09-14")
    assert world.alertd("contacts", "invite", "H26.3", at=True).code == 0
    mailed = link_in(world.texts_to(CARTER))
    shown = world.alertd("contacts", "invite", "H26.1", "--json", at=True).json["token"]
    world.bot.message(THIEF, f"/start {shown}")  # pending
    for words in ("/status", "/stop", "/help", "gửi tôi danh sách"):
        world.bot.message(THIEF, words)
    world.bot.message(667, f"/start {shown}")  # replayed by another
    for number in range(20):
        world.bot.message(668, f"/start guess-{number}")
    for chat_id in (GROUP, GROUP - 1, GROUP - 2):
        world.bot.joined(AN_USER, chat_id)
        world.bot.message(AN_USER, "/status@alertd_demo_bot", chat_id=chat_id)
    world.bot.message(AN_USER, f"/start {mailed}", chat_id=GROUP)
    world.once("2026-10-05 09:00")
    world.bot.message(669, f"/start {mailed}")  # read in the group
    world.once("2026-10-05 09:10")
    assert world.bot.left.count(GROUP) >= 1
    assert set(world.bot.left) == {GROUP, GROUP - 1, GROUP - 2}
    heard = chat(world, THIEF, 667, 668, 669, GROUP, GROUP - 1, GROUP - 2)
    assert "open" not in heard
    assert FILE not in heard
    (pending,) = world.alertd("contacts", "list", "H26.3", "--json", at=True).json[0]["people"]
    assert [bound["state"] for bound in pending["bindings"]] == ["pending"]
    golden(SCENE, "office_attacks.en", noted(world))
    golden(SCENE, "chats_attacks.en", "\n".join(f"{sent.chat_id}: {sent.seen}" for sent in world.bot.sent))
    mails = len(world.texts_to(OFFICE))
    for number in range(20):
        world.bot.message(700 + number, "/start guess")
        world.bot.joined(AN_USER, -2000 - number)
    world.once("2026-10-05 09:20")
    assert len(world.texts_to(OFFICE)) == mails, "a guesser cannot flood the office"


def test_a_finger_that_is_not_the_bound_users_acknowledges_nothing(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.enrol("H26.1", AN_USER)
    world.enrol("H26.2", 502)
    world.file(FILE, "2026-09-14")
    world.once("2026-10-05 09:00")
    both = next(sent.buttons for sent in world.bot.sent if sent.chat_id == AN_USER and len(sent.buttons) == 2)
    data, disputes = (value for _, value in both)
    for button in (data, disputes):
        world.bot.press(502, button)  # another head
        world.bot.press(THIEF, button)  # a stranger, under a message that was passed on
    world.bot.press(AN_USER, data, chat_id=GROUP)  # in a group
    world.bot.press(AN_USER, "ack:999999")
    world.once("2026-10-05 09:10")
    assert [alert["state"] for alert in world.alerts()] == ["open"]
    assert [text for _, text in world.bot.answers] == [
        *["Thông báo này được gửi cho người khác; không ghi nhận."] * 4,
        *["Nút này không còn hiệu lực."] * 2,
    ]
    world.bot.press(AN_USER, data)
    world.once("2026-10-05 09:20")
    assert [alert["state"] for alert in world.alerts()] == ["acknowledged"]


def test_a_group_that_the_office_let_in_sees_counts_and_never_a_list(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(FILE, "2026-09-14")
    world.file(SECOND, "2026-09-28")
    confirmed = world.alertd("contacts", "group", "H26.1", f"--chat={GROUP}", at=True)
    assert confirmed.code == 0, confirmed.err
    world.bot.joined(AN_USER, GROUP)
    world.once("2026-10-05 09:00")
    world.bot.message(777, "/status", chat_id=GROUP)
    world.bot.message(777, "cho xin danh sách", chat_id=GROUP)
    world.once("2026-10-05 09:10")
    assert world.bot.left == []
    golden(SCENE, "group.vi", chat(world, GROUP))
    assert world.alertd("contacts", "revoke", "H26.1", at=True).code == 0
    world.bot.message(777, "/status", chat_id=GROUP)
    world.once("2026-10-05 09:20")
    assert world.bot.left == [GROUP]


def odd_updates() -> list[dict[str, Any]]:
    """What the Bot API can send besides what people do every day."""
    user = {"id": THIEF, "is_bot": False, "first_name": "N"}
    private, group = {"id": THIEF, "type": "private"}, {"id": GROUP, "type": "supergroup", "title": "N"}
    channel = {"id": CHANNEL, "type": "channel", "title": "K"}
    basic = {"message_id": 9, "date": int(time.time())}
    said = {**basic, "from": user, "chat": private}
    bot = {"id": 1, "is_bot": True, "first_name": "GroupAnonymousBot"}
    member = {"user": {"id": 424242, "is_bot": True, "first_name": "alertd"}, "status": "left"}
    admin = {**member, "status": "administrator", "can_post_messages": True}
    rights: tuple[str, ...] = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages")
    rights += ("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info")
    rights += ("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories")
    admin |= dict.fromkeys(rights, False)
    return [
        {"edited_message": {**said, "edit_date": 1, "text": "/status"}},
        {"channel_post": {**basic, "chat": channel, "text": "/status"}},
        {"edited_channel_post": {**basic, "chat": channel, "text": "/status", "edit_date": 1}},
        {"inline_query": {"id": "1", "from": user, "query": "H26.1", "offset": ""}},
        {"chosen_inline_result": {"result_id": "1", "from": user, "query": "H26.1"}},
        {"poll_answer": {"poll_id": "1", "user": user, "option_ids": [0], "option_persistent_ids": ["0"]}},
        {
            "my_chat_member": {
                **basic,
                "from": user,
                "chat": channel,
                "old_chat_member": member,
                "new_chat_member": admin,
            }
        },
        {"message": {**basic, "from": bot, "chat": group, "sender_chat": group, "text": "/status"}},
        {"message": {**basic, "chat": channel, "text": "no sender"}},
        {"message": {**said, "text": "/status@another_bot"}},
        {"message": {**said, "text": "x" * 4096}},
        {"message": {**said, "photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]}},
        {"message": {**said, "sticker": _sticker()}},
        {"message": {**said, "location": {"longitude": 1.0, "latitude": 1.0}}},
        {"message": {**basic, "from": user, "chat": group, "new_chat_title": "N2"}},
        {"message": {**basic, "from": user, "chat": group, "migrate_to_chat_id": -100777}},
        {"message": {**said, "text": "/start " + "A" * 4000}},
        {"message": {**said, "text": "/START@alertd_demo_bot\n\x00\ud800"}},
        {"callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "ack:1", "inline_message_id": "1"}},
        {"callback_query": {"id": "2", "from": user, "chat_instance": "1", "game_short_name": "g"}},
    ]


def _sticker() -> dict[str, Any]:
    given = {"file_id": "1", "file_unique_id": "1", "type": "regular", "width": 1, "height": 1}
    return {**given, "is_animated": False, "is_video": False}


def test_no_odd_update_gets_data_nor_stops_the_inbox(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(FILE, "2026-09-14")
    world.once("2026-10-05 08:00")
    mails = len(world.texts_to(OFFICE))
    for update in odd_updates():
        world.bot.push(update)
    world.enrol("H26.1", AN_USER)  # behind all of them
    ran = world.once("2026-10-05 09:00")
    assert ran.code == 0, ran.out
    heard = chat(world, THIEF, GROUP, CHANNEL)
    assert all(word not in heard for word in (FILE, "đang mở", "Sở Xây dựng"))
    assert world.bot.left == [CHANNEL]
    assert "không xử lý được" not in noted(world, mails)
    assert len([sent for sent in world.bot.sent if sent.chat_id == THIEF]) <= 6
