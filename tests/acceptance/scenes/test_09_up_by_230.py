"""Scene 9: how a figure has changed, part by part; and no figure is given as today's while its source is not believed."""

from alertd.demo.feed import FaultKind
from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue

SCENE = "09_up_by_230"
OVERDUE = overdue("reminder: 1, warning: 200", "reminder: digest, warning: office_hours")
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
GUARD = "[guard]\nmax_new = 1000.0\nmax_heads = 1000\n"
READERS = ((AN, "vi"), (CARTER, "en"))


def on_monday(world: World) -> None:
    """Twenty late files in each of two units at 07:30 on Monday, and what will be late on Tuesday."""
    world.more = GUARD
    world.configure()
    world.rule("overdue", OVERDUE)
    for unit in ("H26.1", "H26.3"):
        for number in range(20):
            world.file(f"{unit}-260901-{number:04}", "2026-09-30", unit=unit)
        for number in range(240):
            world.file(f"{unit}-260902-{number:04}", "2026-10-05", unit=unit)
    for number in range(12):
        world.file(f"H26.2-260901-{number:04}", "2026-09-30", unit="H26.2")
    ran = world.once("2026-10-05 07:30")
    assert ran.code == 0, ran.err


def of_day(world: World, address: str, day: str) -> str:
    (text,) = (text for text in world.texts_to(address) if text.startswith("[TTHC]") and day in text.splitlines()[0])
    return text


def test_up_by_230_says_how_many_are_newly_late_finished_and_moved(world: World) -> None:
    on_monday(world)
    for unit, other in (("H26.1", "H26.3"), ("H26.3", "H26.1")):
        for number in range(15):
            world.end(f"{unit}-260901-{number:04}", "2026-10-05T15:00:00")
        world.file(f"{unit}-260901-0015", DonVi=other)
    for number in range(10):
        world.file(f"H26.2-260901-{number:04}", DonVi="H26.1" if number < 5 else "H26.3")
    world.once("2026-10-05 16:00")
    world.once("2026-10-06 07:30")
    for address, language in READERS:
        golden(SCENE, f"up_{language}", of_day(world, address, "06/10/2026"))
    golden(SCENE, "up_city_vi", of_day(world, OFFICE, "06/10/2026"))
    split = "tăng 230 so với 07:30 ngày 05/10/2026: mới quá hạn 240, đã xử lý 15, chuyển đến 6, chuyển đi 1"
    assert split in of_day(world, AN, "06/10/2026")


def test_while_the_source_is_not_believed_no_figure_is_todays(world: World) -> None:
    on_monday(world)
    world.once("2026-10-05 16:00")
    world.feed.fail("/ho-so", FaultKind.HANG_UP)
    world.once("2026-10-06 07:30")
    for address, language in READERS:
        text = of_day(world, address, "06/10/2026")
        golden(SCENE, f"unknown_{language}", text)
        assert "260902" not in text  # late by time alone, on yesterday's data
    golden(SCENE, "unknown_city_vi", of_day(world, OFFICE, "06/10/2026").split("\nIII.")[0])
    world.once("2026-10-07 07:30")
    assert "tăng 240 so với 07:30 ngày 05/10/2026: mới quá hạn 240" in of_day(world, AN, "07/10/2026")


def test_silence_never_means_two_things(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.2-260901-0001", "2026-12-30", unit="H26.2")
    world.once("2026-10-05 07:30")
    for address, language in READERS:
        golden(SCENE, f"nothing_{language}", of_day(world, address, "05/10/2026"))
    world.once("2026-10-06 07:30")
    world.feed.fail("/ho-so", FaultKind.HANG_UP)
    world.once("2026-10-07 07:30")
    for address, language in READERS:
        golden(SCENE, f"nobody_knows_{language}", of_day(world, address, "07/10/2026"))
        assert not [text for text in world.texts_to(address) if "06/10/2026" in text.splitlines()[0]]
