"""Scene 5: while the citizen is waited for the clock stands, and a head answers for his own days only."""

from pathlib import Path
from typing import Any

from tests.acceptance.golden import golden
from tests.acceptance.world import World, states

SCENE = "05_waiting_for_the_citizen"
RULES = Path(__file__).parents[3] / "rules"
AN, BINH, CARTER = "an@hanoi.example", "binh@hanoi.example", "carter@hanoi.example"
ASKED = "2026-10-01T09:00:00"


def rules(world: World, *names: str) -> None:
    for name in names:
        world.rule(name, (RULES / f"{name}.yaml").read_text(encoding="utf-8").split(f"id: {name}\n", 1)[1])


def round_of(asked: str, answered: str = "") -> dict[str, str]:
    return {"NgayYeuCau": asked, "NgayBoSung": answered}


def late(world: World) -> dict[str, int]:
    return {alert["key"]: alert["facts"]["working_days_late"] for alert in world.alerts("--state", "open")}


def ledger(world: World, key: str) -> list[tuple[Any, ...]]:
    (record,) = world.alertd("explain", key, "--json", at=True).json["records"]
    spans = record["ledger"]["spans"]
    assert sum(span["working_days"] for span in spans) == record["ledger"]["working_days"]
    return [(s["holder"], s["unit"], s["working_days"], s["working_days_late"]) for s in spans]


def texts(world: World, address: str, *, digests: bool) -> list[str]:
    return [text for text in world.texts_to(address) if text.startswith("[TTHC]") is digests]


def digest(world: World, address: str) -> str:
    return texts(world, address, digests=True)[-1]


def notice(world: World, address: str) -> str:
    return texts(world, address, digests=False)[-1]


def test_the_clock_stands_while_the_citizen_is_waited_for_and_a_new_date_is_followed(world: World) -> None:
    rules(world, "overdue-files", "due-soon")
    in_time, too_late = "H26.1-260901-0001", "H26.1-260901-0002"
    world.file(in_time, "2026-10-02", TrangThai="5", BoSung=[round_of(ASKED)])
    world.file(too_late, "2026-09-28", TrangThai="5", BoSung=[round_of(ASKED)])
    for day in ("05", "06", "12"):
        world.once(f"2026-10-{day} 08:00")
        assert late(world) == {too_late: 3}  # 29 and 30 September, and the day of the request
    assert world.alertd("explain", in_time, "--json", at=True).json["records"][0]["fields"]["waiting_for_citizen"]
    golden(SCENE, "digest-vi", digest(world, AN))
    # both answer; one source gives the new date with the answer
    world.file(in_time, "2026-10-20", TrangThai="4", BoSung=[round_of(ASKED, "2026-10-12T10:00:00")])
    world.file(too_late, TrangThai="4", BoSung=[round_of(ASKED, "2026-10-12T10:00:00")])
    world.once("2026-10-12 11:00")
    assert late(world) == {too_late: 10}
    assert ledger(world, too_late)[-2:] == [("citizen", "H26.1", 7, 7), ("unit", "H26.1", 0, 0)]
    told = notice(world, AN)
    assert "quá hạn 10 ngày làm việc: 3 ngày tại đơn vị, 7 ngày chờ công dân bổ sung" in told
    golden(SCENE, "answered-vi", told)
    # a second round: what was waited for the first time stays the citizen's, and the new date counts again
    world.file(in_time, BoSung=[round_of(ASKED, "2026-10-12T10:00:00"), round_of("2026-10-22T09:00:00")], TrangThai="5")
    world.once("2026-10-26 08:00")
    assert late(world)[in_time] == 2
    spans = ledger(world, in_time)
    assert [days for holder, _, days, _ in spans if holder == "citizen"] == [7, 2]
    world.end(in_time, "2026-10-27T09:00:00")
    world.once("2026-10-27 10:00")
    assert states(world.alerts())[in_time] == "resolved"


def test_twelve_days_late_eleven_before_you_one_with_you(world: World) -> None:
    rules(world, "overdue-files")
    to_an, to_carter, own = "H26.2-260901-0001", "H26.2-260901-0002", "H26.3-260901-0003"
    world.file(to_an, "2026-09-18", unit="H26.2", Phong="Phòng Kinh tế")
    world.file(to_carter, "2026-09-18", unit="H26.2", Phong="Phòng Kinh tế")
    world.file(own, "2026-09-18", unit="H26.3", Phong="Lãnh sự")
    world.once("2026-09-21 08:00")
    world.file(to_an, DonVi="H26.1", Phong="Phòng Cấp phép")
    world.file(to_carter, DonVi="H26.3", Phong="Lễ tân")
    world.once("2026-10-05 09:00")
    golden(SCENE, "handed-vi", notice(world, AN))
    golden(SCENE, "handed-en", notice(world, CARTER))
    world.once("2026-10-06 07:31")
    assert "quá hạn 12 ngày làm việc: 11 ngày trước khi chuyển đến, 1 ngày tại đơn vị" in digest(world, AN)
    english = digest(world, CARTER)
    assert "12 working days late: 11 before you, 1 with you" in english
    assert "before you" not in english.split(own)[1].split("\n")[0]  # of a file that he had all along nothing is said
    golden(SCENE, "moved-vi", digest(world, AN))
    golden(SCENE, "moved-en", english)
    assert ledger(world, to_an) == [("other_unit", "H26.2", 22, 11), ("section", "H26.1", 1, 1)]
    golden(SCENE, "explain-vi", world.alertd("explain", to_an, at=True).out)
    config = world.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[site]\n", '[site]\nlanguage = "en"\n'), "utf-8")
    golden(SCENE, "explain-en", world.alertd("explain", to_an, at=True).out)


def test_a_rule_may_ask_for_the_days_of_the_unit_alone(world: World) -> None:
    """By its own days a head is late from the third day on, however late the file came."""
    world.rule(
        "own-days",
        "title: Hồ sơ quá hạn tại đơn vị\nbasis: [Quyết định 1/QĐ]\ndataset: files\nwhen: is_open\n"
        "measure: working_days_late_with_unit\nlevels: {warning: 3}\nto: unit_head\n"
        "show: [working_days_late_before_unit, working_days_late_with_citizen]\n",
    )
    world.file("H26.2-260901-0001", "2026-09-25", unit="H26.2")
    world.once("2026-09-29 08:00")
    world.file("H26.2-260901-0001", DonVi="H26.1")
    found = []
    for day in ("09-30", "10-01", "10-02", "10-05"):
        world.once(f"2026-{day} 08:00")
        found.append(len(world.alerts()))
    assert found == [0, 0, 0, 1]
    (alert,) = world.alerts()
    facts = alert["facts"]
    assert [facts[name] for name in ("working_days_late_before_unit", "working_days_late_with_unit")] == [3, 3]
    assert facts["working_days_late"] == 6
    assert facts["working_days_late_with_citizen"] == 0
