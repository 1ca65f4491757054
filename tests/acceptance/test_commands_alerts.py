"""Commands on rules, alerts, notices and single records, as a clerk of the office goes from one to the next."""

from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

LATE, LATER = "H26.1-260901-0001", "H26.2-260901-0002"
LISTED = {
    *("id", "rule", "dataset", "key", "unit", "level", "state"),
    *("opened_at", "last_seen_at", "acknowledged_at", "resolved_at", "facts"),
}
TOLD = {
    *("id", "kind", "unit", "recipient", "channel", "address", "state", "reason", "attempts"),
    *("created_at", "sent_at", "confirmed_at", "subject", "alerts"),
}


def test_an_alert_is_listed_shown_answered_for_and_opened_again(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    world.file(LATER, "2026-10-01", unit="H26.2")
    world.once("2026-10-05 08:00")
    first, second = world.alerts()
    assert set(first) == LISTED
    assert (first["key"], first["level"], first["facts"]["working_days_late"]) == (LATE, "warning", 5)
    assert [found["key"] for found in world.alerts("--unit", "H26.2")] == [LATER]
    assert world.alerts("--rule", "other") == world.alerts("--state", "resolved") == []
    listed = world.alertd("alerts", "list")
    assert listed.out.count("H26.1-260901-0001") == 1
    assert "H26.1 Sở Xây dựng" in listed.out
    assert "\n… and more" in world.alertd("alerts", "list", "--limit", "1").out

    one = str(first["id"])
    for words, said in (
        (("ack", one, "--by", "Nguyễn Văn An", "--note", "đang làm"), f"alert {one} is acknowledged\n"),
        (("dispute", one, "--reason", "Hồ sơ đã trả ngày 01/10"), f"alert {one} is disputed\n"),
        (("reopen", one), f"alert {one} is open again\n"),
    ):
        ran = world.alertd("alerts", *words, at=True)
        assert (ran.code, ran.out, ran.err) == (0, said, "")
    shown = world.alertd("alerts", "show", one, "--json").json
    assert [event["what"] for event in shown["events"]] == ["opened", "acknowledged", "disputed", "reopened"]
    assert (shown["events"][1]["actor"], shown["events"][2]["note"]) == ("Nguyễn Văn An", "Hồ sơ đã trả ngày 01/10")
    page = world.alertd("alerts", "show", one).out
    assert "Hồ sơ đã trả ngày 01/10" in page
    assert "Nguyễn Văn An" in page
    refusals: tuple[tuple[tuple[str, ...], str], ...] = (
        (("ack", "99"), "there is no alert 99"),
        (("show", "99"), "there is no alert 99"),
        (("reopen", str(second["id"])), "this needs one that is acknowledged or disputed"),
        (("dispute", one), "--reason"),
        (("list", "--state", "closed"), "closed"),
        (("ack", "x"), "valid integer"),
    )
    for asked, why in refusals:
        refused = world.alertd("alerts", *asked, at=asked[0] != "show")
        assert (refused.code, refused.out) == (2, ""), asked
        assert why in refused.err


def test_a_notice_is_listed_shown_sent_again_and_thrown_away(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    sink = world.mail.port
    world.configure(mail="1")  # nobody listens there
    world.once("2026-10-05 08:00")
    told = {notice["kind"]: notice for notice in world.notices() if notice["unit"] == "H26.1"}
    assert set(told["alert"]) >= TOLD
    assert (told["alert"]["state"], told["alert"]["reason"], told["alert"]["alerts"]) == ("retry", "unreachable", 1)
    one, other = str(told["alert"]["id"]), str(told["digest"]["id"])
    assert world.alertd("notices", "retry", one, "--reason", "máy chủ đã sửa", at=True).code == 0
    assert world.alertd("notices", "discard", other, at=True).out == f"notice {other} is not sent\n"
    refused = world.alertd("notices", "release", one, at=True)
    assert (refused.code, refused.out) == (2, "")
    assert "this needs one that is held" in refused.err
    world.configure(mail=str(sink))
    world.once("2026-10-05 08:10")
    assert len([text for text in world.texts_to("an@hanoi.example") if LATE in text]) == 1
    after = world.alertd("notices", "show", one, "--json").json
    assert [each["result"] for each in after["tries"]] == ["retry", "accepted"]
    page = world.alertd("notices", "show", one).out
    assert "Kính gửi: Đồng chí Nguyễn Văn An" in page
    assert LATE in page
    withdrawn = world.alertd("notices", "list", "--state", "withdrawn", "--unit", "H26.1", "--json").json
    assert [notice["id"] for notice in withdrawn] == [int(other)]
    assert "withdrawn (discarded)" in world.alertd("notices", "list").out
    assert world.alertd("notices", "show", "99").code == 2


def test_a_record_is_explained_with_the_way_of_its_notice(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    world.once("2026-10-05 08:00")
    ran = world.alertd("explain", LATE, at=True)
    assert (ran.code, ran.err) == (0, "")
    for words in (
        f"HỒ SƠ: {LATE}",
        "Quá hạn 5 ngày làm việc, tính đến hết ngày 05/10/2026.",
        "overdue (Hồ sơ quá hạn): phát sinh, mức cảnh báo",
        "gửi Nguyễn Văn An qua thư điện tử (an@hanoi.example): đã gửi",
        "lần 1, 08:00 05/10/2026, thư điện tử: máy chủ đã nhận",
    ):
        assert words in ran.out
    (record,) = world.alertd("explain", LATE, "--json", at=True).json["records"]
    assert record["due"][0]["working_days_late"] == record["fields"]["working_days_late"] == 5
    assert record["alerts"][0]["notices"][0]["tries"][0]["result"] == "accepted"
    unknown = world.alertd("explain", "H26.1-260901-01", at=True)
    assert (unknown.code, unknown.out) == (2, "")
    assert f"did you mean {LATE}?" in unknown.err


def test_a_record_is_explained_as_it_was_and_as_it_will_be(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    world.once("2026-10-05 08:00")
    world.end(LATE, "2026-10-06 10:00")
    world.once("2026-10-07 08:00")
    then = world.alertd("explain", LATE, "--at", "2026-10-05T09:00", at=True)
    assert (then.code, then.err) == (0, "")
    for words in (
        "Nhìn lại thời điểm đã qua",
        "overdue (Hồ sơ quá hạn): phát sinh, mức cảnh báo",
        "Kết quả sẽ thay đổi:",
    ):
        assert words in then.out
    (now,) = world.alertd("explain", LATE, "--json", at=True).json["records"]
    assert now["look"] is None
    assert [rule["outcome"] for rule in now["rules"]] == ["not_met"]
    (back,) = world.alertd("explain", LATE, "--at", "2026-10-05", "--json", at=True).json["records"]
    assert [event["what"] for event in back["alerts"][0]["events"]] == ["opened"]
    ahead = world.alertd("explain", LATE, "--at", "2026-10-20T08:00+07:00", "--language", "en", at=True)
    assert "As it will be if from now (08:00 07/10/2026) until then neither data nor rules" in ahead.out
    assert world.alertd("explain", LATE, "--at", "yesterday", at=True).code == 2


def test_a_draft_is_tried_before_anybody_is_disturbed(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    world.file("H26.1-260901-0002", "2026-10-02")
    world.once("2026-10-05 08:00")
    before = (world.alerts(), world.notices())
    draft = world.folder / "draft.yaml"
    draft.write_text("id: overdue\n" + OVERDUE.replace("reminder: 1", "reminder: 2"), encoding="utf-8")
    ran = world.alertd("rules", "try", str(draft), at=True)
    assert (ran.code, ran.err) == (0, "")
    for words in (
        "Tìm thấy 1: cảnh báo 1.",
        "thêm 0, bớt 1",
        "Sở Xây dựng (H26.1)",
        "Chỉ bản đang áp dụng tìm thấy (1)",
    ):
        assert words in ran.out
    tried = world.alertd("rules", "try", str(draft), "--unit", "H26.1", "--json", at=True).json
    assert (tried["alerts"], tried["compared"]["gone"], tried["misses"][0]["records"]) == (1, 1, 1)
    one = world.alertd("rules", "try", str(draft), "--key", "H26.1-260901-0002", "--language", "en", at=True)
    assert "[ ] reminder: has the working days after the due date at least 2" in one.out
    assert "from 06/10/2026 on: alerts, level reminder" in one.out
    assert "Giống hệt bản đang áp dụng" in world.alertd("rules", "try", "overdue", at=True).out
    draft.write_text("id: overdue\n" + OVERDUE.replace("due_at is", "due_date is"), encoding="utf-8")
    broken = world.alertd("rules", "try", str(draft), at=True)
    assert (broken.code, broken.out) == (1, "")
    assert "due_at" in broken.err
    assert world.alertd("rules", "try", "overdew", at=True).code == 2
    assert world.alertd("rules", "try", "overdue", "--unit", "H26.11", at=True).code == 2
    assert (world.alerts(), world.notices()) == before


def test_a_digest_is_shown_before_it_goes_and_nothing_is_written(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-28")
    world.once("2026-10-05 07:00")
    before = world.notices()
    (shown,) = world.alertd("digest", "--unit", "H26.1", "--json", at=True).json
    assert shown["recipient"] == "Nguyễn Văn An"
    assert LATE in shown["text"]
    everything = world.at("2026-10-05 07:31").alertd("digest", at=True)
    assert everything.code == 0
    assert "To: Trần Thị Văn Phòng (H26.VP)" in everything.out
    assert world.notices() == before
    assert world.alertd("digest", "--unit", "H26.11").code == 2


def test_rules_are_listed_checked_and_read_back(world: World) -> None:
    world.rule("overdue", OVERDUE)
    assert world.alertd("rules", "check", "--language", "en").out == "1 rule is in order, 0 set aside\n"
    world.rule("broken", OVERDUE.replace("due_at is not null", "due_date is not null"))
    checked = world.alertd("rules", "check", "--language", "en")
    assert checked.code == 1
    assert "broken.yaml:5:17: unknown field 'due_date'; did you mean 'due_at'?" in checked.out
    (fault,) = world.alertd("rules", "check", "--json", "--language", "en").json
    assert (fault["line"], fault["col"], fault["cure"]) == (5, 17, "did you mean 'due_at'?")
    good, bad = world.alertd("rules", "list", "--json").json
    assert (good["id"], good["levels"]) == ("overdue", {"reminder": "1", "warning": "3", "critical": "10"})
    assert (bad["id"], bad["state"]) == ("broken", "set aside")
    assert "set aside" in world.alertd("rules", "list").out
    read = world.alertd("rules", "read", "overdue").out
    assert read.startswith("overdue: Báo cho thủ trưởng đơn vị khi hồ sơ chưa kết thúc và có ngày hẹn trả")
    assert "Tell the head of the unit" in world.alertd("rules", "read", "--language", "en").out
    assert world.alertd("rules", "read", "broken").code == 1
    missing = world.alertd("rules", "read", "overdo")
    assert (missing.code, missing.out) == (2, "")
    assert "did you mean 'overdue'?" in missing.err


def test_fields_and_functions_are_told_in_both_languages(world: World) -> None:
    told = world.alertd("rules", "fields", "files", "--json").json
    fields = {field["name"]: field for field in told["datasets"]["files"]}
    assert fields["working_days_late"]["vi"] == "số ngày làm việc quá hạn"
    assert "processing" in fields["status"]["words"]
    assert [function["name"] for function in told["functions"]][-1] == "working_days_until"
    page = world.alertd("rules", "fields").out
    for words in ("announcements (TTHC phải công bố, công khai)", "publish_due_on", "one of registered", "coalesce"):
        assert words in page
    assert world.alertd("rules", "fields", "documents").code == 2


def test_a_command_runs_as_a_process_of_its_own(world: World) -> None:
    world.rule("overdue", OVERDUE)
    process = world.process("alerts", "list", "--json")
    assert process.communicate(timeout=60) == ("[]\n", "")
    assert process.returncode == 0
