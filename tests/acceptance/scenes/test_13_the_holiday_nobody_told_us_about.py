"""Scene 13: a day off known only when it is over. What it moves is seen first, then done; who was told wrong hears it."""

from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue, states

SCENE = "13_the_holiday_nobody_told_us_about"
OVERDUE = overdue("reminder: 1, warning: 2", "reminder: office_hours, warning: office_hours")
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
FRIDAY, MONDAY, LONG_AGO = "H26.1-260901-0001", "H26.1-260901-0002", "H26.1-260901-0003"
FOREIGN = "H26.3-260901-0001"
OFF = '[calendar]\ndays_off = ["2026-10-05"]'
REASON = ("--reason", "Công văn 123/UBND-NC")


def told_on_tuesday(world: World) -> None:
    """Monday was counted: what was due on Friday is late by two days, what was due on Monday by one."""
    world.rule("overdue", OVERDUE)
    world.file(FRIDAY, "2026-10-02")
    world.file(MONDAY, "2026-10-05")
    world.file(LONG_AGO, "2026-09-14")
    world.file(FOREIGN, "2026-10-05", unit="H26.3")
    assert world.once("2026-10-06 08:00").code == 0
    assert levels(world) == {FRIDAY: "warning", MONDAY: "reminder", LONG_AGO: "warning", FOREIGN: "reminder"}


def levels(world: World) -> dict[str, str]:
    return {alert["key"]: alert["level"] for alert in world.alerts() if alert["state"] == "open"}


def test_what_moves_is_shown_before_it_is_done(world: World) -> None:
    told_on_tuesday(world)
    before = world.alerts()
    world.configure(more=OFF)

    mails = len(world.mails_to(OFFICE))
    world.once("2026-10-06 09:00")
    assert levels(world)[MONDAY] == "reminder", "a past day waits until somebody has looked"
    (warning,) = world.texts_to(OFFICE)[mails:]
    world.once("2026-10-06 09:15")
    assert len(world.texts_to(OFFICE)) == mails + 1, "the office hears it once"
    golden(SCENE, "office.vi", warning)

    shown = world.alertd("calendar", "repair", at=True)
    assert shown.code == 0, shown.err
    golden(SCENE, "repair", shown.out)
    moves = world.alertd("calendar", "repair", "--json", at=True).json
    assert (moves["off"], moves["worked"]) == (["2026-10-05"], [])
    assert moves["due_dates"]["files"] == 2
    assert moves["alerts"] == {"overdue": {"calendar_changed": 2, "eased": 1}}
    wrong = {(each["key"], each["told"], each["level"]) for each in moves["wrong"]}
    assert wrong == {(FRIDAY, "warning", "reminder"), (MONDAY, "reminder", None), (FOREIGN, "reminder", None)}
    assert [each["recipient"] for each in moves["corrections"]] == ["Nguyễn Văn An", "John Carter"]
    assert [alert["level"] for alert in world.alerts()] == [alert["level"] for alert in before]
    assert not [notice for notice in world.notices() if notice["state"] == "held"]


def test_applied_it_ends_what_was_never_true_and_corrects_what_was_said(world: World) -> None:
    told_on_tuesday(world)
    world.configure(more=OFF)
    assert world.alertd("calendar", "repair", "--apply", at=True).code == 2, "nobody said why"
    applied = world.alertd("calendar", "repair", "--apply", *REASON, "--json", at=True)
    assert applied.code == 0, applied.err
    assert states(world.alerts())[MONDAY] == "withdrawn"
    assert levels(world) == {FRIDAY: "reminder", LONG_AGO: "warning"}
    facts = {alert["key"]: alert["facts"]["working_days_late"] for alert in world.alerts() if alert["state"] == "open"}
    assert facts == {FRIDAY: 1, LONG_AGO: 15}

    sent = [len(world.mails_to(head)) for head in (AN, CARTER)]
    world.once("2026-10-06 10:00")
    assert [len(world.mails_to(head)) for head in (AN, CARTER)] == sent, "a correction waits for a person"
    held = [notice for notice in world.notices() if notice["state"] == "held"]
    assert {notice["reason"] for notice in held} == {"draft"}
    for notice in held:
        assert world.alertd("notices", "release", str(notice["id"]), at=True).code == 0
    world.once("2026-10-06 10:15")
    golden(SCENE, "correction.vi", world.texts_to(AN)[-1])
    golden(SCENE, "correction.en", world.texts_to(CARTER)[-1])
    assert [len(world.mails_to(head)) for head in (AN, CARTER)] == [count + 1 for count in sent]

    again = world.alertd("calendar", "repair", at=True)
    assert "nothing to repair" in again.out
    said = world.alertd("audit", "list", "--json").json
    repaired = [row for row in said if row["action"] == "calendar.repaired"]
    assert [row["reason"] for row in repaired] == ["Công văn 123/UBND-NC"]
    assert world.alertd("audit", "verify").code == 0


def test_a_day_that_is_still_to_come_needs_no_repair(world: World) -> None:
    told_on_tuesday(world)
    world.configure(more='[calendar]\ndays_off = ["2026-10-07"]')
    world.file("H26.1-260901-0009", "2026-10-07")
    world.once("2026-10-06 09:00")
    assert "nothing to repair" in world.alertd("calendar", "repair", at=True).out
    world.once("2026-10-08 09:00")
    assert "H26.1-260901-0009" not in levels(world), "its day is moved to Thursday"
