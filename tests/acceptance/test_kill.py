"""The process is killed at many points of poll, cycle, delivery and publication; afterwards every due notice was sent and none is
lost, and what is published is whole."""

import io
import random
import signal
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alertd.cli.site import open_site
from alertd.model.bulletins import bulletins_table
from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

HEADS = 24
HELD_HEADS, HELD_KILLS = 6, 4
KILLS = 7


def test_whatever_the_moment_of_a_kill_every_due_notice_is_sent_and_none_is_lost(world: World) -> None:
    units = "".join(f"H26.{n},Đơn vị {n},department,H26,,\n" for n in range(10, 10 + HEADS))
    heads = "".join(f"H26.{n},head,Người {n},,head{n}@hanoi.example,,,\n" for n in range(10, 10 + HEADS))
    with (world.folder / "units.csv").open("a", encoding="utf-8") as table:
        table.write(units)
    with (world.folder / "contacts.csv").open("a", encoding="utf-8") as table:
        table.write(heads)
    world.rule("overdue", OVERDUE)
    for n in range(10, 10 + HEADS):
        for number in range(20):
            world.file(f"H26.{n}-260901-{number:04d}", "2026-09-21", unit=f"H26.{n}")
    world.mail.latency = 0.05
    chance = random.Random(766)
    for _ in range(KILLS):
        _killed(world, chance, "run", "--once", "--now", "2026-10-05T08:00:00+07:00")
    # the lease of what a killed process held is freed with its place, which died with it
    for minute in (1, 2):
        assert world.once(f"2026-10-05 08:0{minute}").code == 0
    sent = Counter(mail.recipients[0] for mail in world.mail.mails if "head" in mail.recipients[0])
    notices = [notice for notice in world.notices() if str(notice["address"]).startswith("head")]
    assert {notice["state"] for notice in notices} <= {"sent", "superseded"}
    assert {notice["address"] for notice in notices} == {f"head{n}@hanoi.example" for n in range(10, 10 + HEADS)}
    due = Counter(notice["address"] for notice in notices if notice["state"] == "sent")
    assert all(sent[address] >= count for address, count in due.items())
    repeats = sum(sent.values()) - sum(due.values())
    assert repeats <= KILLS * 8  # at most what was in flight at each kill
    assert len({alert["key"] for alert in world.alerts()}) == len(world.alerts()) == HEADS * 20
    assert world.alertd("audit", "verify").code == 0


def test_whatever_the_moment_of_a_kill_a_held_cycle_and_its_release_are_whole_or_not_there(world: World) -> None:
    units = [f"H26.{n}" for n in range(10, 10 + HELD_HEADS)]
    with (world.folder / "units.csv").open("a", encoding="utf-8") as table:
        table.write("".join(f"{unit},Đơn vị {unit},department,H26,,\n" for unit in units))
    with (world.folder / "contacts.csv").open("a", encoding="utf-8") as table:
        table.write("".join(f"{unit},head,Người {unit},,{unit}@hanoi.example,,,\n" for unit in units))
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-9999", "2026-09-21")
    assert world.once("2026-10-05 08:00").code == 0
    for unit in units:
        for number in range(20):
            world.file(f"{unit}-260901-{number:04}", "2026-09-21", unit)
    chance = random.Random(119)
    for _ in range(HELD_KILLS):
        _killed(world, chance, "run", "--once", "--now", "2026-10-06T08:00:00+07:00")
        held = {notice["held_by"] for notice in _of(world, "held")}
        assert len(held) <= 1
        assert len(_of(world, "held")) == len(held) * HELD_HEADS
    assert world.once("2026-10-06 08:05").code == 0
    (cycle,) = {notice["held_by"] for notice in _of(world, "held")}
    assert not any("-260901-" in text for unit in units for text in world.texts_to(f"{unit}@hanoi.example"))
    for _ in range(HELD_KILLS):
        _killed(world, chance, "notices", "release", "--cycle", str(cycle), "--now", "2026-10-06T08:06:00+07:00")
        waits = [hold["alerts"] for hold in world.alertd("status", "--json", at=True).json["held"]]
        assert (len(_of(world, "held")), waits) in ((HELD_HEADS, [HELD_HEADS * 20]), (0, []))
    assert world.at("2026-10-06 08:07").alertd("notices", "release", "--cycle", str(cycle), at=True).code == 0
    for minute in (8, 9):
        assert world.once(f"2026-10-06 08:0{minute}").code == 0
    assert all(any(f"{unit}-260901-" in text for text in world.texts_to(f"{unit}@hanoi.example")) for unit in units)
    alerts = [notice for notice in world.notices() if notice["kind"] == "alert" and notice["held_by"] == cycle]
    assert [notice["state"] for notice in alerts] == ["sent"] * HELD_HEADS
    assert world.alertd("audit", "verify").code == 0


def test_whatever_the_moment_of_a_kill_a_bulletin_is_the_old_or_the_new_one_in_the_store_and_on_disk(
    world: World, tmp_path: Path
) -> None:
    out, month = tmp_path / "out", "2026-09"
    made = {ending: out / f"bulletin-{month}.{ending}" for ending in ("html", "png", "xlsx")}
    files = world.store_url.startswith("sqlite")  # drawing takes seconds, and no database has a part in it
    form = ("--out", str(out)) if files else ("--json",)
    draft = ("bulletin", month, "--draft", *form, "--now", "2026-10-05T09:00:00+07:00")
    world.file("H26.1-260903-0001", "2026-09-14", NgayTiepNhan="2026-09-03T08:00:00")
    assert world.once("2026-10-05 08:00").code == 0
    assert world.alertd(*draft).code == 0
    old = {path: path.read_bytes() for path in made.values() if files}
    (first,) = _editions(world)

    world.file("H26.1-260903-0002", "2026-09-14", NgayTiepNhan="2026-09-03T08:00:00")
    assert world.once("2026-10-05 08:30").code == 0
    chance = random.Random(2026)
    _killed(world, chance, *draft)
    assert len(_editions(world)) <= 2
    if files:  # at the moment at which the new ones begin to stand on the disk
        _killed_when(world, out, *draft)
        now = {path: path.read_bytes() for path in old}
        assert all(content == old[path] or _whole(content) for path, content in now.items())
    assert world.alertd(*draft).code == 0
    before, second = _editions(world)
    assert (before, second["state"]) == (first | {"state": "replaced"}, "draft")
    assert all(_whole(path.read_bytes()) for path in old)
    assert not files or made["html"].read_bytes() != old[made["html"]]

    reason = ("--content", second["content"][:12], "--by", "Trần Thị Bình", "--reason", "Chánh Văn phòng duyệt")
    release = ("bulletin", month, "--release", *reason, *form, "--now", "2026-10-05T09:30:00+07:00")
    _killed(world, chance, *release)
    assert _editions(world)[1]["state"] in ("draft", "released")
    if files:
        _killed_when(world, out, *release)
        assert all(_whole(path.read_bytes()) for path in old)
    assert world.alertd(*release).code == 0
    assert [each["state"] for each in _editions(world)] == ["replaced", "released"]
    if files:
        assert "Người phát hành: Trần Thị Bình" in made["html"].read_text(encoding="utf-8")
        assert sorted(out.iterdir()) == sorted(made.values())
    actions = Counter(row["action"] for row in world.alertd("audit", "list", "--json").json)
    assert (actions["bulletin.draft"], actions["bulletin.released"]) == (2, 1)
    assert world.alertd("audit", "verify").code == 0


def _editions(world: World) -> list[dict[str, Any]]:
    """As they stand in the store, the oldest first."""
    with open_site(world.folder / "config.toml", None) as site, site.store.read() as session:
        columns = (bulletins_table.c.state, bulletins_table.c.content)
        rows = session.connection().execute(select(*columns).order_by(bulletins_table.c.id)).mappings()
        return [dict(row) for row in rows]


def _whole(content: bytes) -> bool:
    """That a page, a picture or a workbook has its end."""
    return content.rstrip().endswith((b"</html>", b"IEND\xaeB`\x82")) or zipfile.is_zipfile(io.BytesIO(content))


def _killed_when(world: World, folder: Path, *words: str) -> None:
    """Killed as soon as something new is written into the folder."""
    there = set(folder.iterdir())
    process = world.process(*words)
    while process.poll() is None and set(folder.iterdir()) == there:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def _killed(world: World, chance: random.Random, *words: str) -> None:
    process = world.process(*words)
    time.sleep(0.4 + 1.4 * chance.random())
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def _of(world: World, state: str) -> list[dict[str, Any]]:
    return [notice for notice in world.notices() if notice["state"] == state]
