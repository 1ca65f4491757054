"""Scene 1: the web server answers as always, but the job behind it died: yesterday's list is not today's."""

import pytest

from tests.acceptance.golden import golden
from tests.acceptance.world import PEOPLE, World, overdue, states

SCENE = "01_the_export_job_died"
OVERDUE = overdue("reminder: 1, warning: 5", "reminder: digest, warning: digest")
DUE_SOON = """\
title: {vi: Hồ sơ sắp đến hạn, en: Files due soon}
basis: [{text: Nghị định 118/2025/NĐ-CP}]
dataset: files
when: [is_open, not is_overdue, working_days_left <= 1]
level: reminder
to: unit_head
send: {reminder: digest}
template: due_soon
"""
AN, CARTER, OFFICE = "an@hanoi.example", "carter@hanoi.example", "vanphong@hanoi.example"
LATE, SOON, FOREIGN, LAST = "H26.1-260901-0001", "H26.1-260901-0002", "H26.3-260901-0001", "H26.1-261002-0003"
ALIVE = 'sign_of_life = "4 working hours"'


def told(world: World, address: str, *words: str) -> list[str]:
    return [text for text in world.texts_to(address) if all(word in text for word in words)]


def troubles(world: World, *words: str) -> list[str]:
    """What the office hears of alertd's own work (the city's digest counts the sources in doubt as well)."""
    return [text for text in told(world, OFFICE, *words) if text.startswith(("[Hệ thống cảnh báo]", "[alertd]"))]


def on_friday(world: World) -> None:
    """The last new file comes in at 14:30 on Friday, then the export stops; two and a half hours of that day are left."""
    world.rule("overdue", OVERDUE)
    world.rule("due-soon", DUE_SOON)
    world.file(LATE, "2026-09-25")
    world.file(SOON, "2026-10-05")
    world.file(FOREIGN, "2026-09-25", unit="H26.3")
    world.file(LAST, "2026-11-20", NgayTiepNhan="2026-10-02T14:30:00")
    for time in ("2026-10-02 15:00", "2026-10-02 16:59", "2026-10-04 12:00", "2026-10-05 08:59"):
        ran = world.once(time)
        assert ran.code == 0, ran.err  # neither the night nor the weekend is a time in which something has to happen
    assert troubles(world, "one-stop") == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_list_in_which_nothing_happens_any_more_is_not_believed_and_the_office_hears_it_once(
    world: World, language: str
) -> None:
    world.table("contacts", PEOPLE.replace("vanphong@hanoi.example,,", f"vanphong@hanoi.example,{language},"))
    world.configure(source=ALIVE, site=f'language = "{language}"')
    on_friday(world)
    for time in ("2026-10-05 09:01", "2026-10-05 09:15", "2026-10-05 22:00", "2026-10-06 07:31"):
        assert world.once(time).code == 1
    (trouble,) = troubles(world, "sign_of_life")
    golden(SCENE, f"office_begun.{language}", trouble)
    (source,) = world.alertd("sources", "list", "--json", at=True).json
    assert (source["fresh"], source["doubt"]) == (False, "no_sign_of_life")
    assert source["as_of"].startswith("2026-10-02T14:30")

    # what was due on Monday is late by the calendar, and nobody can say whether it is
    assert states(world.alerts("--rule", "due-soon")) == {SOON: "open"}
    if language == "vi":
        golden(SCENE, "digest.vi", told(world, AN, "06/10/2026")[-1])
        golden(SCENE, "digest.en", told(world, CARTER, "06/10/2026")[-1])

    world.file("H26.1-261006-0004", "2026-11-20", NgayTiepNhan="2026-10-06T08:40:00")
    world.end(LATE, "2026-10-05T10:00:00")
    for time in ("2026-10-06 09:00", "2026-10-06 09:15"):
        assert world.once(time).code == 0
    (recovered,) = troubles(world)[1:]
    golden(SCENE, f"office_over.{language}", recovered)
    assert states(world.alerts("--rule", "due-soon")) == {SOON: "resolved"}
    assert states(world.alerts("--rule", "overdue"))[LATE] == "resolved"


def test_a_header_tells_how_old_the_list_is_with_200_and_with_304(world: World) -> None:
    world.configure(source='as_of = { header = "Last-Modified" }')
    world.rule("overdue", OVERDUE)
    world.file(LATE, "2026-09-25")
    modified = {"Last-Modified": "Mon, 05 Oct 2026 00:50:00 GMT"}  # 07:50 in Hanoi
    world.feed.serve("/ho-so", lambda: list(world.files.values()), headers=modified)
    assert world.once("2026-10-05 08:00").code == 0
    assert world.once("2026-10-05 09:49").code == 0
    del world.files[LATE]
    world.file(SOON, "2026-10-05")
    for time in ("2026-10-05 09:51", "2026-10-05 10:00"):  # another list, the same old time
        ran = world.once(time)
        assert (ran.code, "dữ liệu có thời điểm 05/10/2026 07:50" in ran.out + ran.err) == (1, True)
    assert states(world.alerts()) == {LATE: "open"}
    assert len(troubles(world, "stale_after")) == 1


def test_a_column_of_the_records_tells_how_old_the_list_is_and_a_wrong_year_does_not_hide_it(world: World) -> None:
    world.configure(source='as_of = { field = "CapNhat" }')
    world.file(LATE, "2026-09-25", CapNhat="2026-10-05T07:50:00")
    world.file(SOON, "2026-10-05", CapNhat="2062-10-05T07:50:00")
    assert world.once("2026-10-05 08:00").code == 0
    assert world.once("2026-10-05 09:51").code == 1
    world.file(LATE, CapNhat="2026-10-05T09:55:00")
    assert world.once("2026-10-05 10:00").code == 0


def test_the_date_in_a_files_name_tells_how_old_the_list_is(world: World) -> None:
    folder = world.folder / "inbox"
    folder.mkdir()
    source = """
[[sources]]
name = "drop"
dataset = "files"
kind = "spreadsheet"
path = "inbox/*.csv"
pick = "name"
as_of = "filename"
stale_after = "2 working days"
[sources.fields]
code = "ma"
due_at = "hen"
"""
    world.configure(more=source)
    world.rule("overdue", OVERDUE)

    def drop(day: str, *codes: str) -> None:
        text = "ma,hen\n" + "".join(f"{code},2026-09-25\n" for code in codes)
        (folder / f"ho-so-{day}.csv").write_text(text, encoding="utf-8")

    world.file(SOON, "2026-10-05")
    drop("2026-10-01", LATE)
    for time in ("2026-10-01 08:00", "2026-10-02 23:59", "2026-10-04 08:00"):  # Thursday's list, until Sunday
        assert world.once(time).code == 0
    for time in ("2026-10-05 08:00", "2026-10-05 08:15"):
        assert world.once(time).code == 1
    assert len(troubles(world, "drop", "stale_after")) == 1
    assert states(world.alerts()) == {LATE: "open"}
    drop("2026-10-05", LATE)
    assert world.once("2026-10-05 09:00").code == 0


def test_what_asks_for_events_and_maps_none_is_a_fault_of_the_config(world: World) -> None:
    config = (world.folder / "config.toml").read_text(encoding="utf-8")
    for name in ("accepted_at", "ended_at", "supplement_requested_at", "supplement_answered_at"):
        config = "\n".join(line for line in config.splitlines() if not line.startswith(f"{name} ="))
    config = config.replace('timeout = "3s"', f'timeout = "3s"\n{ALIVE}\nas_of = "newest"')
    (world.folder / "config.toml").write_text(config, encoding="utf-8")
    ran = world.alertd("check", "--language", "en")
    assert ran.code == 1
    assert "sign_of_life: no event is mapped" in ran.out + ran.err
    assert "as_of: no event is mapped" in ran.out + ran.err
