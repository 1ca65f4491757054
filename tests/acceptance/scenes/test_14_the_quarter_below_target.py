"""Scene 14: a quarter below its target of files filed online, then over it; another one ends below, and has to be explained."""

import shutil
from datetime import date, timedelta

from alertd.settings.shipped import shipped
from tests.acceptance.golden import golden
from tests.acceptance.world import World, states

SCENE = "14_the_quarter_below_target"
AN, BINH = "an@hanoi.example", "binh@hanoi.example"
TARGETS = "unit,period,online\n,2026,60\nH26.1,2026-Q4,80\n"
AN_Q4, BINH_Q4 = "2026-Q4/unit/H26.1", "2026-Q4/unit/H26.2"


def begin(world: World, *rules: str) -> None:
    for name in rules or ("online-below-target", "online-explain"):
        shutil.copy(shipped("rules") / f"{name}.yaml", world.folder / "rules")
    world.table("targets", TARGETS)
    config = world.folder / "config.toml"
    text = config.read_text(encoding="utf-8").replace('section = "Phong"\n', 'section = "Phong"\nchannel = "Kenh"\n')
    words = '[sources.values.channel]\n"1" = "counter"\n"2" = "online"\n\n[online]\ntargets = "targets.csv"\n'
    config.write_text(text.replace("[telegram]\n", f"{words}\n[telegram]\n"), encoding="utf-8")


def received(world: World, unit: str, day: date, *, online: int, counter: int) -> None:
    """So many files on a day, each ended on the next."""
    for number in range(online + counter):
        code = f"{unit}-{day:%y%m%d}-{number:04}"
        world.file(code, "2026-12-30", unit, Kenh="2" if number < online else "1", NgayTiepNhan=f"{day}T08:00:00")
        world.end(code, f"{day + timedelta(days=1)}T09:00:00")


def test_a_quarter_below_its_target_is_told_with_the_pace_and_is_over_once_it_is_reached(world: World) -> None:
    begin(world)
    received(world, "H26.1", date(2026, 10, 6), online=20, counter=20)
    received(world, "H26.2", date(2026, 10, 7), online=20, counter=20)
    world.once("2026-10-14 08:00")
    assert world.alerts() == []  # not on its first ten working days
    world.once("2026-10-16 08:00")
    told = {alert["key"]: alert for alert in world.alerts()}
    # 12 online files are missing to 80% of 40, 4 to 60%; of 65 working days (24 November is off) 12 have passed
    assert {key: (alert["level"], alert["facts"]["online_short_at_pace"]) for key, alert in told.items()} == {
        AN_Q4: ("warning", 65),
        BINH_Q4: ("reminder", 22),
    }
    golden(SCENE, "below_the_target", next(text for text in world.texts_to(AN) if "[TTHC]" not in text))
    golden(
        SCENE,
        "below_the_target_in_the_digest",
        next(text for text in world.texts_to(BINH) if "[TTHC] Bản tin ngày 16/10/2026" in text),
    )

    received(world, "H26.1", date(2026, 10, 20), online=80, counter=0)
    world.once("2026-10-22 08:00")
    assert states(world.alerts()) == {AN_Q4: "resolved", BINH_Q4: "open"}

    # the other one ends below, and has to be explained by the fifth working day
    world.once("2026-12-31 08:00")
    world.once("2027-01-04 08:00")
    found = [alert for alert in world.alerts("--state", "open") if alert["rule"] == "online-explain"]
    assert [(alert["key"], alert["facts"]["online_short"]) for alert in found] == [(BINH_Q4, 4)]
    assert {alert["state"] for alert in world.alerts("--rule", "online-below-target")} == {"resolved"}
    golden(
        SCENE,
        "to_be_explained",
        next(text for text in world.texts_to(BINH)[::-1] if "[TTHC]" in text and "giải trình" in text),
    )


def test_figures_of_one_period_are_told_each_by_itself_and_a_period_that_is_over_was_not_dealt_with(
    world: World,
) -> None:
    begin(world, "refusals-near-due", "withdrawals-late")
    config = world.folder / "config.toml"
    words = '"9" = "done"\n"3" = "refused"\n"7" = "withdrawn"\n'
    config.write_text(config.read_text(encoding="utf-8").replace('"9" = "done"\n', words), encoding="utf-8")
    for number, (state, day) in enumerate([("3", 9)] * 5 + [("3", 6)] + [("7", 13)] * 6 + [("7", 12)]):
        code = f"H26.1-261001-{number:04}"
        world.file(code, "2026-10-12", NgayTiepNhan="2026-10-01T08:00:00")
        world.files[code] |= {"TrangThai": state, "NgayKetThuc": f"2026-10-{day:02}T09:00:00"}
    world.once("2026-10-14 08:00")
    digest = world.texts_to(AN)[-1]
    # refused on Friday the 9th, the working day before the due day, a Monday; not those of Tuesday
    assert "từ chối giải quyết 6 hồ sơ, trong đó 5 hồ sơ" in digest
    assert "công dân rút 7 hồ sơ, trong đó 6 hồ sơ" in digest
    assert "Tìm hiểu vì sao công dân rút hồ sơ" in digest
    assert "đồng thời" not in digest

    world.once("2026-11-13 08:00")  # 10 working days after the month's end
    assert {alert["state"] for alert in world.alerts()} == {"open"}
    world.file("H26.1-261001-0999", "2026-12-30", NgayTiepNhan="2026-10-01T08:00:00")  # a file of that month is read
    world.once("2026-11-16 08:00")
    assert {alert["state"] for alert in world.alerts()} == {"resolved"}
    assert "Đã xử lý" not in world.texts_to(AN)[-1]
