"""A head says that a figure is wrong: by command and under a notice; the office answers, and both sides hear what became of it."""

from alertd.demo.bot_faults import Fault
from tests.acceptance.test_stories import AN, OFFICE, OVERDUE
from tests.acceptance.world import World, states

WRONG, RIGHT, THIRD = "H26.1-260901-0001", "H26.1-260901-0002", "H26.1-260901-0003"


def number(world: World, key: str) -> str:
    return next(str(alert["id"]) for alert in world.alerts() if alert["key"] == key)


def test_the_office_excludes_a_record_by_two_persons_and_it_comes_back(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(WRONG, "2026-09-28")
    world.file(RIGHT, "2026-09-28")
    world.once("2026-10-05 08:00")
    wrong, right = number(world, WRONG), number(world, RIGHT)
    for one in (wrong, right):
        by = ("--by", "Nguyễn Văn An", "--reason", "Đã trả ngày 01/10, SĐT 0912345678")
        ran = world.alertd("alerts", "dispute", one, *by, at=True)
        assert (ran.code, ran.out.splitlines()[0]) == (0, f"alert {one} is disputed")
        assert "kept is: Đã trả ngày 01/10, SĐT […]" in ran.out
    refused = world.alertd("alerts", "uphold", wrong, "--reason", "đúng", at=True)
    assert (refused.code, "--corrected" in refused.err) == (2, True)

    # two working days later nothing is repeated, and the office reads what waits for it
    world.once("2026-10-07 08:00")
    assert len([text for text in world.texts_to(AN) if "việc cần giải quyết" in text.lower()]) == 1
    digest = world.texts_to(OFFICE)[-1]
    for words in (
        "Phản ánh số liệu",
        f"{WRONG} (Hồ sơ quá hạn), Sở Xây dựng; Nguyễn Văn An, 08:00 ngày 05/10/2026",
        "phản ánh 2 trên 2 hồ sơ, việc được thông báo (100%)",
    ):
        assert words in digest
    assert "0912345678" not in digest

    until = ("--exclude-until", "2026-10-09", "--reason", "Hệ thống một cửa ghi đã trả", "--by", "Hoa")
    assert "alertd alerts confirm" in world.alertd("alerts", "uphold", wrong, *until, at=True).out
    assert world.alertd("alerts", "confirm", wrong, "--by", "hoa", at=True).code == 2
    assert world.alertd("alerts", "confirm", wrong, "--by", "Minh", at=True).code == 0
    assert world.alertd("alerts", "reject", right, "--reason", "Chưa có kết quả", "--by", "Hoa", at=True).code == 0
    world.once("2026-10-07 09:00")
    assert states(world.alerts()) == {WRONG: "withdrawn", RIGHT: "open"}
    outcome = next(text for text in world.texts_to(AN) if "Trả lời phản ánh số liệu" in text)
    assert f"{RIGHT} (Hồ sơ quá hạn), phản ánh lúc 08:00 ngày 05/10/2026: Chưa có kết quả" in outcome
    assert "(đến hết ngày 09/10/2026; sau đó nếu vẫn đúng như cảnh báo thì cảnh báo lại)" in outcome

    page = world.alertd("explain", WRONG, at=True).out
    excluded = "Văn phòng chấp nhận phản ánh, không xét hồ sơ này theo quy tắc: Hệ thống một cửa ghi đã trả (Hoa, Minh)"
    assert excluded in page
    assert excluded in world.alertd("rules", "try", "overdue", "--key", WRONG, at=True).out
    assert "excluded until 09/10/2026, confirmed by Minh" in world.alertd("alerts", "show", wrong, at=True).out
    listed = world.alertd("alerts", "disputes", "--json", at=True).json
    assert [(each["key"], each["state"]) for each in listed] == [(WRONG, "upheld"), (RIGHT, "rejected")]
    assert [each["key"] for each in world.alertd("alerts", "disputes", "--state", "rejected", "--json").json] == [RIGHT]

    world.once("2026-10-09 17:00")
    assert states(world.alerts())[WRONG] == "withdrawn"
    assert "(giảm 1 so với 08:00 ngày 07/10/2026: loại trừ 1)" in world.texts_to(AN)[-1]
    world.once("2026-10-12 08:00")  # Monday: its last day is past
    assert states(world.alerts())[WRONG] == "open"
    assert world.alertd("audit", "verify").code == 0


def test_a_head_disputes_under_the_notice_and_the_source_is_corrected(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.at("2026-10-05 07:00").enrol("H26.1", 501)
    for code in (WRONG, RIGHT, THIRD):
        world.file(code, "2026-09-28")
    world.once("2026-10-05 08:00")
    buttons = next(dict(sent.buttons) for sent in world.bot.sent if "Phản ánh số liệu" in dict(sent.buttons))
    world.bot.press(501, buttons["Phản ánh số liệu"])
    world.once("2026-10-05 08:10")
    offered = dict(world.bot.sent[-1].buttons)
    assert list(offered) == [WRONG, RIGHT, THIRD]
    world.bot.press(501, offered[WRONG])
    world.bot.fail_next(
        Fault.FLOOD, seconds=1
    )  # the server takes nothing for a second: the question waits in the store
    world.once("2026-10-05 08:11")
    while world.bot.sent[-1].seen.startswith("Thông báo số"):
        world.once()
    question = world.bot.sent[-1].seen
    assert question.startswith(f"{WRONG}: đề nghị trả lời tin này")
    world.bot.message(501, "Đã trả kết quả ngày 01/10, phiếu số 12", quoted=question)
    world.once("2026-10-05 08:12")
    assert "Đã ghi nhận phản ánh" in world.bot.sent[-1].seen
    assert states(world.alerts()) == {WRONG: "disputed", RIGHT: "open", THIRD: "open"}
    world.bot.press(501, buttons["Phản ánh số liệu"])
    world.once("2026-10-05 08:20")
    assert list(dict(world.bot.sent[-1].buttons)) == [RIGHT, THIRD]

    assert (
        world.alertd("alerts", "uphold", number(world, WRONG), "--corrected", "--reason", "Đúng, chờ sửa", at=True).code
        == 0
    )
    world.once("2026-10-05 08:30")
    told = world.bot.sent[-1]
    assert (told.chat_id, "Chấp nhận: số liệu được sửa tại nguồn" in told.seen) == (501, True)
    world.once("2026-10-13 08:00")  # five working days later
    assert "Đã chấp nhận nhưng nguồn chưa sửa đúng hạn" in world.texts_to(OFFICE)[-1]
    world.end(WRONG, "2026-10-01T10:00:00")
    world.once("2026-10-13 09:00")
    assert states(world.alerts())[WRONG] == "resolved"
    (row,) = world.alertd("alerts", "disputes", "--json").json
    assert (row["state"], row["remedy"], row["closed_at"]) == ("upheld", "corrected", "2026-10-13T09:00:00+07:00")
