"""Scene 3: the backlog of years is one summary a head, and a rule that is new begins quietly."""

from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue

SCENE = "03_the_first_day"
OVERDUE = overdue(repeat="2 working days")
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"


def code(number: int) -> str:
    return f"H26.{1 + number % 4}-260901-{number:04}"


def backlog(world: World, count: int = 70) -> None:
    """Late for ten weeks to one day; a unit of four has no head."""
    world.rule("overdue", OVERDUE)
    for number in range(count):
        day = f"2026-{7 + number % 3:02}-{1 + number % 28:02}"
        world.file(code(number), day, unit=f"H26.{1 + number % 4}")
    world.at("2026-10-05 09:00")


def test_the_first_day_is_shown_without_a_trace_in_rehearsal_too(world: World) -> None:
    backlog(world)
    world.configure(mode="rehearsal")
    ran = world.alertd("go-live", at=True)
    assert ran.code == 0, ran.err
    golden(SCENE, "preview", ran.out)
    assert (world.alerts(), world.notices(), world.mail.mails) == ([], [], [])
    shown = world.alertd("go-live", "--json", at=True).json
    assert (shown["total"], shown["heads"], shown["messages"]) == (70, 3, {"email": 4})
    assert sum(shown["alerts"]["overdue"].values()) == 70
    assert "H26.4 UBND phường Cửa Nam" in shown["obstacles"][0]["what"]
    assert shown["sample"]["recipient"] == "Nguyễn Văn An"
    ran = world.alertd("go-live", "--yes", at=True)
    assert (ran.code, 'set mode = "live" under [site]' in ran.err) == (2, True)


def test_each_head_gets_one_summary_and_from_then_on_only_what_is_new_or_worse(world: World) -> None:
    backlog(world)
    ran = world.alertd("go-live", "--yes", "--by", "Trần Thị Văn Phòng", at=True)
    assert ran.code == 0, ran.err
    assert "70 alerts are taken as known, 4 messages wait in the outbox" in ran.out
    assert world.once().code == 0
    (summary,) = world.texts_to(AN)
    golden(SCENE, "summary_vi", summary)
    (english,) = world.texts_to(CARTER)
    golden(SCENE, "summary_en", english)
    (overview,) = world.texts_to(OFFICE)
    golden(SCENE, "office_vi", overview)
    assert [part.get_filename()[-5:] for part in world.mails_to(AN)[0].iter_attachments()] == [".xlsx"]
    again = world.alertd("go-live", "--yes", at=True)
    assert (again.code, "05/10/2026 09:00, by Trần Thị Văn Phòng" in again.err) == (2, True)

    world.file("H26.1-260901-7777", "2026-09-10")
    world.once("2026-10-05 10:00")
    assert "H26.1-260901-7777" in world.texts_to(AN)[-1]
    assert len(world.texts_to(AN)) == 2
    for time in ("2026-10-06 07:40", "2026-10-07 07:40", "2026-10-07 09:00"):
        assert world.once(time).code == 0
    told = [text for text in world.texts_to(AN)[2:] if "Bản tin" not in text]
    assert all(
        "H26.1-260901-7777" in text and code(0) not in text for text in told
    )  # the backlog is repeated by no message
    assert "Hồ sơ quá hạn: 19" in next(text for text in world.texts_to(AN)[2:] if "Bản tin" in text)
    assert world.alertd("audit", "verify").code == 0
    explained = world.alertd("explain", code(0), at=True).out
    assert "hiện trạng" in explained


def test_what_is_worse_than_on_the_first_day_is_told(world: World) -> None:
    backlog(world, 4)
    world.file("H26.1-260901-8888", "2026-09-22")  # nine working days late on 5 October
    assert world.alertd("go-live", "--yes", at=True).code == 0
    world.once()
    world.once("2026-10-06 08:00")
    (worse,) = [text for text in world.texts_to(AN) if "Bản tin" not in text and "Hiện trạng" not in text]
    assert "H26.1-260901-8888" in worse
    assert code(0) not in worse


def test_in_earnest_a_first_day_without_go_live_is_held(world: World) -> None:
    backlog(world)
    world.configure(mode="live")
    ran = world.alertd("run", "--once")
    assert "held: what is new waits with cycle 1 for the office" in ran.out
    assert {notice["state"] for notice in world.notices() if notice["kind"] == "alert"} <= {"held"}
    ran = world.alertd("go-live", "--yes")
    assert (ran.code, "cycle 1 is held and waits for a decision" in ran.err) == (2, True)


def test_a_source_that_is_not_believed_is_an_obstacle_with_its_cure(world: World) -> None:
    backlog(world)
    world.configure(feed="http://127.0.0.1:9/nothing")
    ran = world.alertd("go-live", "--json", at=True)
    assert ran.code == 1
    assert any("source one-stop is not believed" in each["what"] for each in ran.json["obstacles"])
    assert all(each["cure"] for each in ran.json["obstacles"])
    ran = world.alertd("go-live", "--yes", at=True)
    assert (ran.code, "source one-stop was never read" in ran.err) == (2, True)
    assert world.notices() == []


def test_a_rule_that_is_new_begins_quietly_and_the_office_hears_how_much_it_finds(world: World) -> None:
    backlog(world, 40)
    world.configure(more='[guard]\nnew_rules = "quiet"\n')
    world.rule("overdue", OVERDUE.replace("is_open,", "is_open, section = 'Không có',"))
    world.once("2026-10-05 08:00")
    assert world.alerts() == []
    world.rule("overdue", OVERDUE)  # it means something else now
    ran = world.once("2026-10-05 09:00")
    assert "40 baseline" in ran.out or "40 opened" in ran.out
    assert not [text for text in world.texts_to(AN) if "Bản tin" not in text]
    golden(SCENE, "new_rule_vi", world.texts_to(OFFICE)[-1])
    world.once("2026-10-06 07:40")
    assert "Hồ sơ quá hạn: 10" in world.texts_to(AN)[-1]
    world.rule("overdue", OVERDUE.replace("Hồ sơ quá hạn", "Hồ sơ trễ hạn"))  # other words, the same meaning
    world.file("H26.1-260901-9999", "2026-09-10")
    world.once("2026-10-06 09:00")
    assert "H26.1-260901-9999" in world.texts_to(AN)[-1]


def rehearsed(world: World, count: int) -> None:
    """Late since August 2025, told in a rehearsal and once more two days later: no clock may be ahead of any machine's."""
    world.rule("overdue", OVERDUE)
    world.at("2025-10-06 08:00").configure(mode="rehearsal")
    for number in range(count):
        unit = f"H26.{1 + 2 * (number % 2)}"
        world.file(f"{unit}-250801-{number:04}", "2025-08-15", unit, NgayTiepNhan="2025-08-01T08:00:00")
    for time in ("2025-10-06 08:00", "2025-10-08 09:00"):
        assert world.once(time).code == 0
    assert world.texts_to(AN) == []
    world.configure(mode="live")


def test_after_a_rehearsal_without_go_live_each_head_hears_what_stands_as_new_and_once(world: World) -> None:
    rehearsed(world, 8)
    ran = world.alertd("run", "--once")
    assert (ran.code, "held" in ran.out) == (0, False), ran.err
    told = [notice for notice in world.notices() if notice["kind"] == "alert" and notice["state"] == "sent"]
    mine = [notice for notice in told if not notice["meant_for"]]
    assert sorted(notice["recipient"] for notice in mine) == ["John Carter", "Nguyễn Văn An"]
    shown = [world.alertd("notices", "show", str(notice["id"]), "--json").json for notice in mine]
    assert [{each["why"] for each in notice["told"]} for notice in shown] == [{"opened"}, {"opened"}]
    assert not any("nhắc lại" in notice["text"] or "reminded" in notice["text"] for notice in shown)
    mails = len(world.mail.mails)
    assert world.alertd("run", "--once").code == 0
    assert len(world.mail.mails) == mails
    assert "rehearsal.over" in world.alertd("audit", "list").out
    assert world.alertd("audit", "verify").code == 0


def test_after_a_rehearsal_without_go_live_too_much_at_once_is_held(world: World) -> None:
    rehearsed(world, 60)
    ran = world.alertd("run", "--once")
    assert "held: what is new waits with cycle 3 for the office" in ran.out, ran.out
    assert [text for text in world.texts_to(AN) if "-250801-" in text] == []
    (asked,) = [text for text in world.texts_to(OFFICE) if "Cần quyết định" in text]
    assert "60" in asked
    assert world.alertd("notices", "release", "--cycle", "3").code == 0
    world.alertd("run", "--once")
    assert "H26.1-250801-0000" in "".join(world.texts_to(AN))


def test_what_a_rehearsal_held_ends_with_it_and_is_taken_as_known_with_the_rest(world: World) -> None:
    rehearsed(world, 2)
    world.configure(mode="rehearsal")
    for number in range(60):
        world.file(f"H26.1-250801-1{number:03}", "2025-08-15", NgayTiepNhan="2025-08-01T08:00:00")
    world.at("2025-10-09 09:00").alertd("sources", "accept", "one-stop", "--reason", "đúng", at=True)
    assert "held: what is new waits" in world.once().out
    world.configure(mode="live")
    ran = world.alertd("go-live", "--yes")
    assert (ran.code, "62 alerts are taken as known" in ran.out) == (0, True), ran.err
    assert not [notice for notice in world.notices() if notice["state"] == "held"]
    world.alertd("run", "--once")
    assert [text for text in world.texts_to(AN) if "Hiện trạng" in text]
