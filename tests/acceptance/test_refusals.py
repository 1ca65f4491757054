"""Refusals next to the due day, of files that came long before: the head reads which, the worst first, and has the whole list."""

import io
import re
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.acceptance.world import World

RULES = Path(__file__).parents[2] / "rules"
CODES = [f"H26.1-260105-{number:04}" for number in range(1, 7)]


def configure(world: World) -> None:
    world.configure(more="[digest]\nlines = 3\n")
    config = world.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('"9" = "done"', '"9" = "done"\n"3" = "refused"'), "utf-8")
    for name in ("refusals-near-due", "withdrawals-late"):
        (world.folder / "rules" / f"{name}.yaml").write_bytes((RULES / f"{name}.yaml").read_bytes())


def test_the_head_reads_which_files_were_refused_late_and_has_the_whole_list(world: World) -> None:
    configure(world)
    for day, code in enumerate(CODES, 22):  # due on the 24th: from two working days before it
        refused = {"TrangThai": "3", "NgayKetThuc": f"2026-09-{day}T09:00:00", "NgayTiepNhan": "2026-01-05T08:00:00"}
        world.file(code, "2026-09-24", **refused)
    world.file("H26.1-260105-0007", "2026-09-30", TrangThai="3", NgayKetThuc="2026-09-30T09:00:00")
    world.file("H26.1-260105-0008", "2026-11-30", TrangThai="3", NgayKetThuc="2026-09-30T09:00:00")
    world.once("2026-10-05 08:00")
    mail = world.mails_to("an@hanoi.example")[-1]
    line = next(line for line in world.texts_to("an@hanoi.example")[-1].splitlines() if line.startswith("1) "))
    assert line.startswith(
        "1) Sở Xây dựng – tháng 9/2026: từ chối giải quyết 8 hồ sơ, trong đó 6 hồ sơ trả lời ngay trước, đúng hoặc sau "
    )
    assert re.findall(r"H26\.1-260105-(\d+)", line) == ["0004", "0005", "0006"]
    assert "H26.1-260105-0004 (hẹn trả 24/09/2026, kết thúc 25/09/2026, quá hạn 1 ngày làm việc)" in line
    assert line.endswith("; và 3 hồ sơ khác (danh sách đầy đủ trong tệp kèm theo)")
    (book,) = [part.get_content() for part in mail.iter_attachments()]
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(1).to_python()
    assert head == ["Đơn vị", "Kỳ", "Mã hồ sơ", "Mã thủ tục", "Hẹn trả", "Kết thúc", "Số ngày làm việc sau hạn"]
    assert [(str(row[2])[-4:], row[6]) for row in rows] == [
        *(("0004", 1), ("0005", 1), ("0006", 1)),
        *(("0003", 0), ("0007", 0), ("0002", 0)),
    ]
    assert rows[0][:2] == ["Sở Xây dựng", "tháng 9/2026"]


def test_of_a_month_that_is_over_the_head_hears_whether_the_figure_was_corrected_or_its_time_is_over(
    world: World,
) -> None:
    configure(world)
    refused = {"TrangThai": "3", "NgayKetThuc": "2026-09-30T09:00:00", "NgayTiepNhan": "2026-01-05T08:00:00"}
    for unit in ("H26.1", "H26.2"):
        for number in range(1, 6):
            world.file(f"{unit}-260105-{number:04}", "2026-09-30", unit, **refused)
    world.once("2026-10-05 08:00")
    for alert in world.alerts():
        raised = world.alertd(
            "alerts", "dispute", str(alert["id"]), "--reason", "ngày từ chối ghi sai", "--by", "An", at=True
        )
        assert raised.code == 0, raised.err
    world.files["H26.1-260105-0001"]["NgayKetThuc"] = "2026-09-21T09:00:00"
    world.once("2026-10-06 08:00")
    told = [text for text in world.texts_to("an@hanoi.example") if "trả lời phản ánh" in text]
    assert "đã sửa số liệu tại nguồn" in told[-1]
    assert not any("trả lời phản ánh" in text for text in world.texts_to("binh@hanoi.example"))
    world.once("2026-10-19 08:00")  # the eleventh working day after the month
    told = [text for text in world.texts_to("binh@hanoi.example") if "trả lời phản ánh" in text]
    assert "đã hết thời gian cảnh báo hoặc chuyển sang cảnh báo khác; chưa ghi nhận việc sửa số liệu" in told[-1]
