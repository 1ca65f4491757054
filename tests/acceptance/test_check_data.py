"""What the records say of the rules, as `alertd check` and `alertd rules check` tell it, on each store."""

from tests.acceptance.test_cli_check import RULE
from tests.acceptance.world import World


def test_check_looks_at_the_records_of_the_store_only_to_read_and_only_if_it_may(world: World) -> None:
    world.rule("late", RULE.replace("due_at is not null", "due_at < '2026-09-30'"))
    world.rule("never", RULE.replace("{reminder: 1}", "{reminder: 900}"))
    for number in range(24):
        world.file(f"H26.1-260901-{number:04}", due="2026-09-21" if number % 8 else "")
    before = world.alertd("check", "--language", "en")
    assert "is empty in" not in before.out
    world.once("2026-10-05 08:00")
    found = world.alertd("check", "--language", "en")
    assert found.code == 0, found.out
    assert (
        "rules/late.yaml:5:17: due_at is empty in 12.5% of the records that the rest of the rule takes in (3 of 24)"
        in found.out
    )
    assert "rules/never.yaml:7:1: the rule holds for none of the 24 records at hand: 21 meet when" in found.out
    told = world.alertd("rules", "check", "--language", "vi").out
    assert "due_at (ngày hẹn trả) để trống ở 12,5% số bản ghi thuộc phạm vi của quy tắc (3/24)" in told
    for command in (("check",), ("rules", "check")):
        silent = world.alertd(*command, "--no-data", "--language", "en")
        assert "records" not in silent.out + silent.err
