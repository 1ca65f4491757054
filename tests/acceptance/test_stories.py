"""Stories of days: a feed, heads with a telephone and a mailbox, and a clock that the story moves."""

from alertd.demo.bot_faults import Fault as BotFault
from alertd.demo.bot_sent import Sent
from alertd.demo.feed import FaultKind
from tests.acceptance.world import World, overdue, states

OVERDUE = overdue(repeat="2 working days")
AN, BINH, CARTER, OFFICE = "an@hanoi.example", "binh@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"


def test_each_head_hears_once_of_all_that_is_late_the_worst_first(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")  # 5 working days late on Monday 5 October
    world.file("H26.1-260901-0002", "2026-09-14")  # 15
    world.file("H26.1-260901-0003", "2026-10-05")  # due today: not late
    world.file("H26.2-260901-0001", "2026-09-29", unit="UBND phường Ba Đình")
    ran = world.once("2026-10-05 08:00")
    assert ran.code == 0, ran.err
    assert states(world.alerts()) == {
        "H26.1-260901-0001": "open",
        "H26.1-260901-0002": "open",
        "H26.2-260901-0001": "open",
    }
    alerts = [text for text in world.texts_to(AN) if "Bản tin" not in text]
    assert len(alerts) == 1
    assert alerts[0].index("H26.1-260901-0002") < alerts[0].index("H26.1-260901-0001")
    assert "H26.1-260901-0003" not in alerts[0]
    assert "Kính gửi: Đồng chí Nguyễn Văn An, Giám đốc Sở Xây dựng\r" in alerts[0]
    assert "Kính gửi: Đồng chí Lê Thị Bình, Chủ tịch UBND phường Ba Đình\r" in world.texts_to(BINH)[0]
    assert "H26.1" not in "".join(world.texts_to(BINH))
    before = len(world.mail.mails)
    assert world.once("2026-10-05 08:10").code == 0
    assert len(world.mail.mails) == before


def test_what_is_due_on_friday_is_late_by_one_working_day_on_monday(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-10-02")
    for time in ("2026-10-02 09:00", "2026-10-03 09:00", "2026-10-04 09:00"):
        assert world.once(time).code == 0
        assert world.alerts() == []
    world.once("2026-10-05 09:00")
    (alert,) = world.alerts()
    assert (alert["level"], alert["facts"]["working_days_late"]) == ("reminder", 1)
    assert alert["opened_at"].startswith("2026-10-05T09:00")


def test_a_file_that_ends_is_resolved_by_its_own_row_and_stands_in_the_next_digest(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once("2026-10-05 08:00")
    world.end("H26.1-260901-0001", "2026-10-05T15:00:00")
    world.once("2026-10-05 16:00")
    (alert,) = world.alerts()
    assert alert["state"] == "resolved"
    assert alert["resolved_at"].startswith("2026-10-05T16:00")
    world.once("2026-10-06 07:31")
    digest = world.texts_to(AN)[-1]
    assert "Bản tin" in digest
    assert "H26.1-260901-0001" in digest.split("Đã xử lý", 1)[-1]


def test_a_file_that_moves_tells_its_new_head_since_when_he_has_it_and_how_late_it_came(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once("2026-10-05 08:00")
    world.file("H26.1-260901-0001", DonVi="H26.2")
    world.once("2026-10-05 09:00")
    told = [text for text in world.texts_to(BINH) if "H26.1-260901-0001" in text]
    assert len(told) == 1
    assert "chuyển đến đơn vị lúc 09:00 ngày 05/10/2026, khi đã quá hạn 5 ngày làm việc" in told[0]
    (alert,) = world.alerts()
    assert (alert["unit"], alert["state"]) == ("H26.2", "open")
    world.once("2026-10-06 07:31")
    left = world.texts_to(AN)[-1]
    assert "Bản tin ngày 06/10/2026" in left
    assert "Hồ sơ quá hạn (đã chuyển sang đơn vị khác): 1 hồ sơ (H26.1-260901-0001, 05/10/2026)" in left
    assert "đã chuyển" not in world.texts_to(BINH)[-1]


def test_a_failed_source_resolves_nothing_and_the_office_hears_it_once(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once("2026-10-05 08:00")
    world.feed.fail("/ho-so", FaultKind.HTML, times=2)
    for time in ("2026-10-05 09:00", "2026-10-05 09:15"):
        assert world.once(time).code == 1
    assert states(world.alerts()) == {"H26.1-260901-0001": "open"}
    told = [text for text in world.texts_to(OFFICE) if "one-stop" in text and "Bản tin" not in text]
    assert len(told) == 1
    assert world.once("2026-10-05 09:30").code == 0


def test_a_file_is_gone_only_after_two_whole_snapshots_without_it(world: World) -> None:
    world.rule("overdue", OVERDUE)
    for number in range(10):
        world.file(f"H26.1-260901-{number:04d}", "2026-09-28")
    world.once("2026-10-05 08:00")
    del world.files["H26.1-260901-0007"]
    world.once("2026-10-05 09:00")
    assert states(world.alerts())["H26.1-260901-0007"] == "open"
    world.once("2026-10-05 10:00")
    gone = [alert for alert in world.alerts() if alert["state"] == "resolved"]
    assert [alert["key"] for alert in gone] == ["H26.1-260901-0007"]
    shown = world.alertd("alerts", "show", str(gone[0]["id"]), "--json").json
    assert "gone" in str(shown)


def test_a_snapshot_that_lost_half_of_its_records_is_not_believed_until_somebody_accepts_it(world: World) -> None:
    world.rule("overdue", OVERDUE)
    for number in range(30):
        world.file(f"H26.1-260901-{number:04d}", "2026-09-28")
    world.once("2026-10-05 08:00")
    for number in range(15):
        del world.files[f"H26.1-260901-{number:04d}"]
    assert world.once("2026-10-05 09:00").code == 1
    assert len(world.alerts("--state", "open")) == 30
    assert world.alertd("sources", "accept", "one-stop", "--reason", "chuyển hệ thống").code == 0
    assert world.once("2026-10-05 09:30").code == 0
    assert world.once("2026-10-05 10:00").code == 0
    assert len(world.alerts("--state", "open")) == 15


def test_one_digest_each_working_morning_and_none_on_days_off(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.2-260901-0001", "2026-10-09", unit="H26.2")
    world.once("2026-10-02 07:00")
    world.file("H26.1-260901-0001", "2026-10-01")  # reminder: in the digest alone
    for time in ("2026-10-02 07:40", "2026-10-02 08:00", "2026-10-02 17:30", "2026-10-03 08:00"):
        world.once(time)
    assert len(world.mails_to(AN)) == 1
    assert "1 mới" in world.texts_to(AN)[0]
    world.once("2026-10-05 07:31")
    assert len(world.mails_to(AN)) == 2
    assert "1 mới" not in world.texts_to(AN)[1]  # the digest before told of it, though later than the hour of digests
    assert len({notice["id"] for notice in world.notices() if notice["kind"] == "digest"}) >= 2


def test_what_may_wait_is_told_at_the_opening_and_what_may_not_at_night(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-29")  # 3 working days late on Friday: warning, in office hours
    world.file("H26.2-260901-0001", "2026-09-17", unit="H26.2")  # 11: critical, at once
    world.configure(more='[digest]\nat = "23:59"')  # out of the way
    world.once("2026-10-02 22:00")
    assert len(world.mails_to(BINH)) == 1
    assert world.mails_to(AN) == []
    world.once("2026-10-04 10:00")
    assert world.mails_to(AN) == []
    world.once("2026-10-05 07:30")
    assert any("H26.1-260901-0001" in text for text in world.texts_to(AN))


def test_what_nobody_answers_for_goes_to_the_office_with_the_reason(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.4-260901-0001", "2026-09-28", unit="H26.4")  # nobody is named there
    world.file("H26.9-260901-0001", "2026-09-28", unit="Sở Không Có")
    world.file("H26.9-260901-0002", "2026-09-28", unit="")
    world.once("2026-10-05 08:00")
    told = "\n".join(world.texts_to(OFFICE))
    for code in ("H26.4-260901-0001", "H26.9-260901-0001", "H26.9-260901-0002"):
        assert code in told
    assert "UBND phường Cửa Nam" in told
    assert {alert["key"]: alert["unit"] for alert in world.alerts()}["H26.9-260901-0001"] is None


def test_an_answer_stops_the_repeats_and_getting_worse_does_not_wait_for_them(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-30")

    def told() -> list[Sent]:
        mine = [sent for sent in world.bot.sent if sent.chat_id == 501 and "H26.1-260901-0001" in sent.seen]
        return [sent for sent in mine if not sent.silent]  # the digest comes without a sound

    world.at("2026-10-05 08:00").enrol("H26.1", 501)  # told by mail, before the telephone was bound
    assert told() == []
    world.once("2026-10-07 09:00")  # two working days later, nobody answered
    assert len(told()) == 1
    world.bot.press(501, told()[0].buttons[0][1])
    world.once("2026-10-07 09:10")
    assert states(world.alerts()) == {"H26.1-260901-0001": "acknowledged"}
    world.once("2026-10-09 10:00")
    assert len(told()) == 1
    world.once("2026-10-14 09:00")  # ten working days late: critical
    assert len(told()) == 2


def test_a_head_who_blocked_the_bot_hears_by_mail_and_the_office_hears_of_it(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.at("2026-10-05 08:00").enrol("H26.1", 501)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.bot.fail_next(BotFault.BLOCKED)
    world.once("2026-10-05 09:00")
    assert any("H26.1-260901-0001" in text for text in world.texts_to(AN))
    world.once("2026-10-05 09:10")
    assert any("Nguyễn Văn An" in text and "telegram" in text.lower() for text in world.texts_to(OFFICE))


def test_a_broken_rule_is_set_aside_and_the_others_run(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.rule("broken", OVERDUE.replace("due_at is not null", "due_date is not null"))
    world.file("H26.1-260901-0001", "2026-09-28")
    ran = world.once("2026-10-05 08:00")
    assert ran.code == 1
    assert "không có trường 'due_date'; có phải là 'due_at'?" in ran.err
    assert "Traceback" not in ran.err
    assert len(world.alerts()) == 1


def test_after_an_outage_of_the_mail_server_a_head_gets_one_digest_not_thirty(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-10-01")
    sink = world.mail
    world.configure(mail="1")  # nobody listens there
    for day in ("02", "05", "06"):
        world.once(f"2026-10-{day} 07:31")
    assert sink.mails == []
    world.configure()
    world.once("2026-10-07 07:31")
    digests = [text for text in world.texts_to(AN) if "Bản tin" in text]
    assert len(digests) == 1
    assert "07/10/2026" in digests[0]


def test_in_rehearsal_the_office_alone_hears_and_sees_who_would_have(world: World) -> None:
    world.configure(mode="rehearsal")  # takes no clock that is ahead: a day that has passed on any machine
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2025-09-29", NgayTiepNhan="2025-09-01T08:00:00")
    world.once("2025-10-06 08:00")
    assert world.mails_to(AN) == []
    meant = [text for text in world.texts_to(OFFICE) if "lẽ ra gửi Nguyễn Văn An, Sở Xây dựng]" in text]
    assert any("H26.1-260901-0001" in text for text in meant)
    assert all("lẽ ra gửi Đồng chí Nguyễn Văn An, Giám đốc Sở Xây dựng; hiện" in text for text in meant)


def test_a_clock_that_was_set_back_decides_nothing(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once("2026-10-05 08:00")
    ran = world.once("2026-10-01 08:00")
    assert ran.code == 2
    assert "the clock was set back" in ran.err
    assert len(world.alerts("--state", "open")) == 1


def test_a_store_of_trials_never_goes_live_and_live_takes_no_made_up_clock(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.once("2026-10-05 08:00")
    world.configure(mode="live")
    assert world.alertd("run", "--once").code == 2
    for words in (
        ("run", "--once"),
        ("sources", "poll", "one-stop"),
        ("sources", "accept", "one-stop", "--reason", "x"),
    ):
        ran = world.alertd(*words, at=True)
        assert (ran.code, ran.out) == (2, "")
        assert "--now is refused in mode live" in ran.err
