"""What a repair of the calendar may not get wrong: whose doing a change is, what was not sent yet, how much is told at once."""

from contextlib import ExitStack

from alertd.demo.mail_faults import Stage
from alertd.store import lock
from alertd.store.database import open_store
from tests.acceptance.scenes.test_13_the_holiday_nobody_told_us_about import (
    AN,
    FRIDAY,
    LONG_AGO,
    MONDAY,
    OFF,
    OVERDUE,
    REASON,
    told_on_tuesday,
)
from tests.acceptance.world import World, states

SOON = """\
title: {vi: Hồ sơ sắp đến hạn, en: Files due soon}
basis: [{text: Nghị định 118/2025/NĐ-CP}]
dataset: files
when: [is_open, working_days_late = 0]
levels: {reminder: working_days_left <= 1}
to: unit_head
send: {reminder: office_hours}
template: due_soon
"""


def states_of_notices(world: World) -> dict[int, tuple[str, str]]:
    return {notice["id"]: (notice["state"], notice["reason"]) for notice in world.notices()}


def test_what_time_alone_has_ended_since_the_last_cycle_is_not_the_calendars_doing(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.rule("soon", SOON)
    world.file("H26.1-260901-0005", "2026-10-06")
    world.once("2026-10-06 08:00")
    assert states(world.alerts()) == {"H26.1-260901-0005": "open"}
    world.configure(more='[calendar]\ndays_off = ["2026-09-28"]')
    world.at("2026-10-07 00:02")
    stale = world.alertd("calendar", "repair", "--json", at=True).json
    assert stale["alerts"] == {}, "nor is it while its source is in doubt, and it stays open"
    assert world.alertd("sources", "poll", "one-stop", at=True).code == 0
    applied = world.alertd("calendar", "repair", "--apply", *REASON, "--json", at=True)
    assert applied.code == 0, applied.err
    assert applied.json["alerts"] == {}
    assert [alert["state"] for alert in world.alerts() if alert["rule"] == "soon"] == ["resolved"], "it has moved on"


def test_a_message_that_was_not_sent_yet_is_written_anew_and_needs_no_correction(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file(FRIDAY, "2026-10-02")
    world.file(MONDAY, "2026-10-05")
    world.file(LONG_AGO, "2026-09-14")
    world.mail.fail_next(Stage.RCPT, "451 later", times=5)
    world.once("2026-10-06 08:00")
    assert states_of_notices(world)[1] == ("retry", "back_off")
    world.configure(more=OFF)
    applied = world.alertd("calendar", "repair", "--apply", *REASON, "--json", at=True).json
    assert (applied["wrong"], applied["too_high"], applied["unsent"]) == ([], [], 2)
    assert states_of_notices(world)[1] == ("withdrawn", "miscounted")
    world.once("2026-10-06 09:00")
    told = world.texts_to(AN)
    assert len(told) == 2, "the message and the digest of the day"
    assert all(FRIDAY in text and MONDAY not in text for text in told)
    assert "quá 1 ngày làm việc" in told[0]
    assert "quá 15 ngày làm việc" in told[0]
    assert world.alertd("audit", "verify").code == 0


def test_what_a_day_that_was_worked_opens_passes_the_brake(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-02")
    for number in range(51):
        world.file(f"H26.1-260902-{number:04}", "2026-10-02")
    world.once("2026-10-02 08:00")
    world.configure(more='[calendar]\ndays_worked = ["2026-10-03"]')
    world.at("2026-10-05 08:00")
    assert world.alertd("sources", "poll", "one-stop", at=True).code == 0
    world.alertd("calendar", "repair", "--apply", *REASON, at=True)
    heard = len(world.texts_to(AN))
    world.once("2026-10-05 08:05")
    held = [notice for notice in world.notices() if notice["state"] == "held"]
    assert [notice["reason"] for notice in held] == ["brake"]
    assert not any("H26.1-260902" in text for text in world.texts_to(AN)[heard:])
    assert world.alertd("audit", "verify").code == 0


def test_no_second_repair_while_corrections_wait_and_all_of_one_go_at_once(world: World) -> None:
    told_on_tuesday(world)
    world.configure(more=OFF)
    cycle = world.alertd("calendar", "repair", "--apply", *REASON, "--json", at=True).json["cycle"]
    world.configure(more='[calendar]\ndays_off = ["2026-10-02", "2026-10-05"]')
    refused = world.alertd("calendar", "repair", "--apply", *REASON, at=True)
    assert (refused.code, "2 corrections of an earlier repair wait" in refused.err) == (2, True)
    let_go = world.alertd("notices", "release", "--cycle", str(cycle), at=True)
    assert (let_go.code, "2 corrections go" in let_go.out) == (0, True), let_go.err
    assert world.alertd("calendar", "repair", "--apply", *REASON, at=True).code == 0
    assert world.alertd("audit", "verify").code == 0


def test_while_a_source_is_read_nothing_is_repaired(world: World) -> None:
    told_on_tuesday(world)
    world.configure(more=OFF)
    url = world.store_url if "postgresql" in world.store_url else f"sqlite:///{world.folder / 'alertd.db'}"
    with ExitStack() as ours:
        store = open_store(url)
        ours.callback(store.close)
        assert ours.enter_context(lock.held(store, "poll:one-stop"))
        refused = world.alertd("calendar", "repair", "--apply", *REASON, at=True)
    assert (refused.code, "a poll of one-stop is running" in refused.err) == (2, True)
