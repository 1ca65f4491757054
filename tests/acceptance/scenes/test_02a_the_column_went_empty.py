"""Scene 2, what comes in: the same list, the same columns, but its ends are gone; nobody is accused of it."""

import pytest

from tests.acceptance.golden import golden
from tests.acceptance.world import PEOPLE, World, overdue, states

SCENE = "02a_the_column_went_empty"
OVERDUE = overdue("warning: 1", "warning: at_once")
AN, BINH, CARTER, OFFICE = "an@hanoi.example", "binh@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
HEADS = (AN, BINH, CARTER)
OPEN = "H26.1-260901-0001"  # the only one of An's that is late


def troubles(world: World, *words: str) -> list[str]:
    told = [text for text in world.texts_to(OFFICE) if text.startswith(("[Hệ thống cảnh báo]", "[alertd]"))]
    return [text for text in told if all(word in text for word in words)]


def a_city(world: World) -> None:
    """Three units with thirty files each, due last week; all but one of each ended in time."""
    world.rule("overdue", OVERDUE)
    for unit in ("H26.1", "H26.2", "H26.3"):
        for number in range(1, 31):
            code = f"{unit}-260901-{number:04}"
            world.file(code, "2026-09-30", unit=unit)
            if number > 1:
                world.end(code, "2026-09-29T10:00:00")
    assert world.once("2026-10-05 08:00").code == 0
    assert len(world.alerts("--state", "open")) == 3


def mails_to_heads(world: World) -> int:
    return sum(len(world.mails_to(head)) for head in HEADS)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_ends_that_are_gone_accuse_nobody_and_the_office_hears_it_once(world: World, language: str) -> None:
    world.table("contacts", PEOPLE.replace("vanphong@hanoi.example,,", f"vanphong@hanoi.example,{language},"))
    world.configure(site=f'language = "{language}"')
    a_city(world)
    before, good = mails_to_heads(world), {code: dict(row) for code, row in world.files.items()}
    for code in world.files:
        world.file(code, TrangThai="4", NgayKetThuc=None)
    for time in ("2026-10-05 08:15", "2026-10-05 08:30"):
        assert world.once(time).code == 1
    assert (len(world.alerts("--state", "open")), mails_to_heads(world)) == (3, before)
    (told,) = troubles(world, "NgayKetThuc")
    golden(SCENE, f"office.{language}", told)

    world.files.update(good)
    assert world.once("2026-10-05 08:45").code == 0
    assert (len(world.alerts("--state", "open")), mails_to_heads(world)) == (3, before)
    assert len(troubles(world)) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_of_one_unit_the_same_is_named_and_a_true_change_is_let_through_once(world: World, language: str) -> None:
    world.table("contacts", PEOPLE.replace("vanphong@hanoi.example,,", f"vanphong@hanoi.example,{language},"))
    world.configure(site=f'language = "{language}"')
    a_city(world)
    before = {head: len(world.mails_to(head)) for head in HEADS}
    reopened = [code for code in world.files if code.startswith("H26.2") and not code.endswith("0001")]
    for code in reopened:
        world.file(code, TrangThai="4", NgayKetThuc=None)
    assert world.once("2026-10-05 08:15").code == 1
    assert len(world.alerts("--state", "open")) == 3
    (told,) = troubles(world, "UBND phường Ba Đình")
    golden(SCENE, f"office_unit.{language}", told)

    reason = ("--reason", "mở lại theo kết luận thanh tra 45/KL-TTr")
    assert world.alertd("sources", "accept", "one-stop", *reason, at=True).code == 0
    assert world.once("2026-10-05 08:30").code == 0
    assert len(world.alerts("--state", "open")) == 3 + len(reopened)
    assert [len(world.mails_to(head)) for head in (AN, CARTER)] == [before[AN], before[CARTER]]
    (row,) = (row for row in world.alertd("audit", "list", "--json").json if row["action"] == "source.accepted")
    assert row["reason"] == reason[1]
    assert "29" in str(row)

    for code in [code for code in world.files if code.startswith("H26.3") and not code.endswith("0001")]:
        world.file(code, TrangThai="4", NgayKetThuc=None)
    assert world.once("2026-10-05 08:45").code == 1  # it held for one reading


def test_status_words_that_are_swapped_resolve_nothing_and_open_nothing(world: World) -> None:
    a_city(world)
    words = {"4": "9", "9": "4"}
    for code, row in world.files.items():
        world.file(code, TrangThai=words[row["TrangThai"]])
    ran = world.once("2026-10-05 08:15")
    assert (ran.code, "90 trên 90 bản ghi cùng lúc đổi trạng thái, phần lớn (87) từ “đã kết thúc”" in ran.out) == (
        1,
        True,
    )
    assert len(world.alerts("--state", "open")) == 3


def test_a_list_that_doubles_opens_nothing(world: World) -> None:
    a_city(world)
    for number in range(10):
        world.file(f"H26.2-260902-{number:04}", "2026-12-01", unit="H26.2")
    assert world.once("2026-10-05 08:15").code == 0
    for number in range(100):
        world.file(f"000.00.02.H26-260902-{number:04}", "2026-09-01", unit="H26.2")
    assert world.once("2026-10-05 08:30").code == 1
    assert states(world.alerts())[OPEN] == "open"
    assert len(world.alerts()) == 3


def test_a_due_date_that_all_share_passes_over_a_weekend_and_is_believed(world: World) -> None:
    world.rule("overdue", OVERDUE)
    for number in range(1, 61):
        world.file(f"H26.{number % 3 + 1}-260901-{number:04}", "2026-10-02", unit=f"H26.{number % 3 + 1}")
    assert world.once("2026-10-02 16:00").code == 0
    for code in world.files:
        world.file(code, Phong="Phòng Một cửa")  # every row comes anew
    assert world.once("2026-10-05 07:31").code == 0
    assert len(world.alerts("--state", "open")) == 60
