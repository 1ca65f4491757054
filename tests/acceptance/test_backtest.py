"""A clerk tries a threshold on last month before anybody is disturbed, and sees which rules disturb for nothing."""

from pathlib import Path

from tests.acceptance.world import World, overdue

MILD = overdue("warning: 3", "warning: office_hours")
STRICT = overdue("warning: 1", "warning: office_hours")
PERIOD = ("--from", "2026-09-28", "--to", "30/09/2026")


def draft(folder: Path, text: str, name: str = "my try") -> str:
    """Under whatever name it was saved."""
    path = folder / "drafts" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"id: overdue\n{text}", encoding="utf-8")
    return str(path)


def test_a_stricter_draft_shows_whom_it_would_disturb_and_when(world: World) -> None:
    world.rule("overdue", MILD)
    world.file("H26.1-260901-0001", "2026-09-25")  # late from Monday 28 September on
    world.file("H26.2-260901-0002", "2026-09-29", unit="H26.2")  # one working day late at the end
    world.once("2026-10-05 08:00")
    before, mails = len(world.notices()), len(world.mail.mails)
    strict, page = draft(world.folder, STRICT), world.folder / "what if.html"
    wanted = (*PERIOD, "--against", "live", "--json", "--texts", "--html", str(page))

    tried = world.alertd("rules", "backtest", strict, *wanted, at=True)
    assert (tried.code, tried.err) == (0, "")
    found = tried.json
    assert (found["since"], found["until"], found["drafts"]) == ("2026-09-28", "2026-09-30", ["overdue"])
    names = {head["person"]: head["name"] for head in found["difference"]["heads"]}
    assert [names[person] for person in found["difference"]["newly_disturbed"]] == ["Lê Thị Bình"]
    earlier = found["difference"]["found_earlier"]
    assert [(each["key"], each["before"], each["after"]) for each in earlier] == [
        ("H26.1-260901-0001", "2026-09-30", "2026-09-28")
    ]
    assert [each["key"] for each in found["difference"]["newly_found"]] == ["H26.2-260901-0002"]
    assert any("H26.2-260901-0002" in message["text"] for message in found["after"]["sent"])
    assert not any("H26.2-260901-0002" in message["text"] for message in found["before"]["sent"])

    text = page.read_text(encoding="utf-8")
    assert "Người nhận mới: 1" in text
    assert "H26.2-260901-0002" in text
    # it wrote nothing, and nothing was sent
    assert (len(world.notices()), len(world.mail.mails)) == (before, mails)

    plain = world.alertd("rules", "backtest", "--days", "1", "--language", "en", at=True)
    assert (plain.code, plain.err) == (0, "")
    assert "Version of the rules" in plain.out
    assert "0 messages" in plain.out


def test_what_cannot_be_replayed_is_said_before_any_work(world: World) -> None:
    world.rule("overdue", MILD)
    nothing = world.alertd("rules", "backtest", at=True)
    assert (nothing.code, nothing.out) == (2, "")
    assert "alertd run --once" in nothing.err
    world.file("H26.1-260901-0001", "2026-09-18")
    world.once("2026-10-05 08:00")
    wrong = draft(world.folder, STRICT.replace("is_open", "is_opened"))
    faults = world.alertd("rules", "backtest", wrong, at=True)
    assert (faults.code, faults.out) == (1, "")
    assert "my try.yaml:" in faults.err
    assert "is_open" in faults.err
    refusals: tuple[tuple[tuple[str, ...], str], ...] = (
        (("--to", "2026-10-05"), "chưa kết thúc"),
        (("--to", "2026-08-31"), "ngày đầu tiên có hồ sơ là 01/09/2026"),
        (("--from", "2026-10-03", "--to", "2026-10-02"), "sau --to"),
        (("--from", "yesterday"), "is no day"),
        (("--from", "31/09/2026"), "is no day"),
        (("--from", "2026-09-01", "--days", "3"), "bỏ một trong hai"),
        (("--at", "25:00"), "is no time of day"),
        (("--only",), "name one or more files of rules"),
        (("--html", str(world.folder)), "is a folder"),
        (("--html", str(world.folder / "no" / "page.html")), "there is no folder"),
        ((str(world.folder / "none.yaml"),), "there is no such file"),
        ((str(world.folder / "units.csv"),), "is no rule"),
    )
    for words, why in refusals:
        refused = world.alertd("rules", "backtest", *words, at=True)
        assert (refused.code, refused.out) == (2, ""), words
        assert why in " ".join(refused.err.replace("│", " ").split()), words


def test_what_a_rule_has_led_to_is_counted(world: World) -> None:
    world.rule("overdue", STRICT)
    for number in range(6):
        world.file(f"H26.1-260901-{number:04}", "2026-09-25", unit=f"H26.{1 + number % 2}")
    world.once("2026-10-05 08:00")
    world.at("2026-10-06 08:00")
    found = world.alertd("rules", "noise", "--json", at=True).json
    assert found["leads_to_nothing"] == []
    [counts] = found["rules"]
    assert (counts["rule"], counts["notices"], counts["answered"], counts["matters"]) == ("overdue", 2, 0, 6)
    assert sorted(head["unit"] for head in counts["heads"]) == ["H26.1", "H26.2"]
    shown = world.alertd("rules", "noise", "--rule", "overdue", at=True).out
    assert "Lê Thị Bình" in shown
    refused = world.alertd("rules", "noise", "--rule", "overdu", at=True)
    assert (refused.code, "overdue" in refused.err) == (2, True)
