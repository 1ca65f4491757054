"""The monthly bulletin: drawn up, released by a named person, corrected in a later edition; and who hears of it, each once."""

import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from alertd.cli.site import open_site
from alertd.errors import CannotRun, Said
from alertd.publishing import publish
from alertd.seen import see
from alertd.site import as_believed
from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

MONTH = "2026-09"


def received(world: World, unit: str, count: int, late: int, first: int) -> None:
    """So many files of September, ended on the day before their due day or, ``late`` of them, a week after it."""
    for number in range(first, first + count):
        code = f"{unit}-260901-{number:04}"
        ended = "2026-09-18T10:00:00" if number < first + late else "2026-09-10T10:00:00"
        world.file(code, "2026-09-11", unit=unit, NgayTiepNhan="2026-09-02T08:00:00", NgayKetThuc=ended, TrangThai="9")


def test_a_draft_is_released_as_it_was_seen_and_the_next_edition_says_what_changed(
    world: World, tmp_path: Path
) -> None:
    world.rule("overdue", OVERDUE)
    received(world, "H26.1", 40, 8, 1)
    received(world, "H26.2", 50, 5, 100)
    world.file("H26.1-260903-0900", "2026-09-14", NgayTiepNhan="2026-09-03T08:00:00")
    world.once("2026-10-05 08:00")
    (alert,) = world.alerts()
    assert world.alertd("alerts", "cause", str(alert["id"]), "--reason", "thiếu người", at=True).code == 0
    out = tmp_path / "out"

    if world.store_url.startswith("sqlite"):  # drawing takes seconds, and no database has a part in it
        drawn = world.alertd("bulletin", MONTH, "--out", str(out), at=True)
        assert drawn.code == 0, drawn.err
        assert "DỰ THẢO" in drawn.out
        assert sorted(path.suffix for path in out.glob(f"bulletin-{MONTH}.*")) == [".html", ".png", ".xlsx"]
        page = (out / f"bulletin-{MONTH}.html").read_text(encoding="utf-8")
        assert "DỰ THẢO – chưa phát hành" in page
    said = world.alertd("bulletin", MONTH, "--json", at=True).json
    units = {each["unit"]: each for each in said["units"]}
    assert (said["state"], said["edition"], said["city"]["received"]) == ("draft", 1, 91)
    assert [units["H26.2"][name] for name in ("received", "on_time", "late", "on_time_rate", "rank")] == [
        50,
        45,
        5,
        90.0,
        1,
    ]
    assert [units["H26.1"][name] for name in ("received", "late", "rank")] == [41, 9, 1]  # among departments
    assert said["causes"] == {"staff": None, "unknown": 13}  # one file of a cause is not printed

    no_reason = world.alertd("bulletin", MONTH, "--release", at=True)
    assert (no_reason.code, "--reason" in no_reason.err) == (2, True)
    other = world.alertd(
        "bulletin", MONTH, "--release", "--content", "abc", "--reason", "Chánh Văn phòng duyệt", at=True
    )
    assert other.code == 2
    assert "đề nghị xem lại" in other.err
    reason = ("--reason", "Chánh Văn phòng duyệt", "--by", "Trần Thị Bình")
    released = world.alertd(
        "bulletin", MONTH, "--release", "--content", said["content"][:12], *reason, "--json", at=True
    )
    assert (released.code, released.json["released_by"]) == (0, "Trần Thị Bình")
    again = world.alertd("bulletin", MONTH, "--release", *reason, at=True)
    assert (again.code, "chưa có bản dự thảo" in again.err) == (2, True)
    assert "lần công bố thứ 1 đã do Trần Thị Bình phát hành; xuất tệp bằng `alertd bulletin 2026-09`" in again.err
    repeated = world.alertd("bulletin", MONTH, "--release", "--content", said["content"], *reason, "--json", at=True)
    assert repeated.json == released.json  # who was cut off says the same again

    world.end("H26.1-260903-0900", "2026-10-06T09:00:00")
    received(world, "H26.1", 2, 0, 950)
    world.once("2026-10-07 08:00")
    same = world.alertd("bulletin", MONTH, "--json", at=True).json
    assert (same["state"], same["city"]["received"], same["released_by"]) == ("released", 91, "Trần Thị Bình")
    anew = world.alertd("bulletin", MONTH, "--draft", "--json", at=True).json
    assert (anew["state"], anew["edition"], anew["city"]["received"]) == ("draft", 2, 93)
    changed = {(each["unit"], each["figure"]): (each["before"], each["after"]) for each in anew["amended"]}
    assert changed["H26.1", "received"] == ("41", "43")
    assert not any(unit == "H26.2" for unit, _ in changed)
    assert world.alertd("bulletin", MONTH, "--release", *reason, "--json", at=True).code == 0
    world.once("2026-10-07 08:05")
    heard = {name: len(about(world, f"{name}@hanoi.example", "Kết quả tháng 9/2026")) for name in ("an", "binh")}
    assert heard == {"an": 2, "binh": 1}  # of the second edition he alone whose figures are others
    first = world.alertd("bulletin", MONTH, "--edition", "1", "--json", at=True).json
    assert (first["state"], first["city"]["received"]) == ("replaced", 91)
    assert world.alertd("bulletin", MONTH, "--edition", "7", at=True).code == 2
    assert world.alertd("bulletin", "2026-11", at=True).code == 2
    actions = [row["action"] for row in world.alertd("audit", "list", "--json").json]
    assert [actions.count(f"bulletin.{what}") for what in ("draft", "released")] == [2, 2]
    assert world.alertd("audit", "verify").code == 0


def about(world: World, address: str, words: str) -> list[str]:
    """The mails to an address whose subject says so."""
    return [text for text in world.texts_to(address) if words in text.partition("\n")[0]]


def attached(world: World, address: str, words: str) -> list[tuple[str, bytes]]:
    mails = [mail for mail in world.mails_to(address) if words in mail["Subject"]]
    return [(part.get_filename(), part.get_content()) for mail in mails for part in mail.iter_attachments()]


def test_units_get_their_own_files_the_office_its_draft_and_heads_their_result_each_once(world: World) -> None:
    world.configure(bulletin=5)
    world.rule("overdue", OVERDUE)
    received(world, "H26.1", 40, 8, 1)
    received(world, "H26.2", 50, 5, 100)
    received(world, "H26.4", 6, 1, 200)  # without a head
    world.once("2026-10-01 08:00")
    world.once("2026-10-05 07:25")
    assert about(world, "an@hanoi.example", "Rà soát") == []

    world.once("2026-10-05 07:30")
    world.once("2026-10-05 09:00")
    (mail,) = about(world, "an@hanoi.example", "Rà soát số liệu tháng 9/2026, phản ánh trước 07/10/2026")
    assert "tiếp nhận 40 hồ sơ, đã giải quyết 40; đúng hạn 32, quá hạn 8 (tỷ lệ đúng hạn 80%)" in mail
    assert "trước 07:30 ngày 07/10/2026, thời điểm lập dự thảo" in mail
    assert "Ba Đình" not in mail
    ((name, book),) = attached(world, "an@hanoi.example", "Rà soát")
    assert name == "ho-so-2026-09-H26.1.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert (sheet[0][0], sheet[0][7], len(sheet)) == ("Mã hồ sơ", "Theo dữ liệu Thành phố", 41)
    assert [row[7] for row in sheet[1:]] == ["quá hạn"] * 8 + ["đúng hạn"] * 32
    (headless,) = about(world, "vanphong@hanoi.example", "Rà soát")
    assert "UBND phường Cửa Nam: tiếp nhận 6 hồ sơ" in headless
    assert "chưa có người phụ trách" in headless

    assert about(world, "vanphong@hanoi.example", "Dự thảo bản tin") == []
    world.once("2026-10-07 07:30")
    world.once("2026-10-07 09:00")
    (draft,) = about(world, "vanphong@hanoi.example", "Dự thảo bản tin tháng 9/2026")
    assert "Tiếp nhận: 96 hồ sơ" in draft
    assert "alertd bulletin 2026-09 --release --content" in draft
    ((name, picture),) = attached(world, "vanphong@hanoi.example", "Dự thảo bản tin")
    assert (name, picture[:8]) == ("bulletin-2026-09.png", b"\x89PNG\r\n\x1a\n")

    reason = ("--reason", "Chánh Văn phòng duyệt", "--by", "Trần Thị Bình", "--json")
    assert world.at("2026-10-07 10:00").alertd("bulletin", MONTH, "--release", *reason, at=True).code == 0
    world.once("2026-10-07 10:05")
    world.once("2026-10-07 10:10")
    (result,) = about(world, "binh@hanoi.example", "Kết quả tháng 9/2026")
    assert "hạng 1/1 phường, xã; đúng hạn 90% trên 50 hồ sơ tiếp nhận" in result
    assert attached(world, "binh@hanoi.example", "Kết quả") == []
    assert len(about(world, "vanphong@hanoi.example", "Bản tin tháng 9/2026 đã phát hành")) == 1
    assert about(world, "vanphong@hanoi.example", "Kết quả tháng 9/2026") == []
    assert world.alertd("audit", "verify").code == 0


def test_a_chart_that_cannot_be_drawn_keeps_no_notice_back_and_a_late_draft_is_made_by_the_next_cycle(
    world: World,
) -> None:
    world.configure(bulletin=5)
    received(world, "H26.1", 6, 1, 1)
    world.once("2026-10-01 08:00")
    world.at("2026-10-09 09:00")  # nothing ran on the 5th, nor on the 7th

    def broken(*_: object) -> list[bytes]:
        raise CannotRun(Said("no room", "hết bộ nhớ"))

    with open_site(world.folder / "config.toml", world.now) as site, site.store.write() as session:
        seen = see(session, as_believed(site))
        publish(session, site, seen.desk, seen.at, seen.cycle, held=False, drawing=broken)
    world.once("2026-10-09 09:05")
    world.once("2026-10-12 08:00")
    (draft,) = about(world, "vanphong@hanoi.example", "Dự thảo bản tin")
    assert "biểu đồ kèm theo" not in draft
    assert attached(world, "vanphong@hanoi.example", "Dự thảo bản tin") == []
    (trouble,) = about(world, "vanphong@hanoi.example", "trục trặc mới")
    assert "Không vẽ được biểu đồ của bản tin tháng 9/2026: hết bộ nhớ" in trouble
    (rows,) = about(world, "an@hanoi.example", "Rà soát số liệu")
    assert "trước khi bản tin được phát hành" in rows
    assert world.alertd("bulletin", MONTH, "--json", at=True).json["state"] == "draft"
