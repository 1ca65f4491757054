"""Two stories: dates that move in the one-stop system, and tasks of the document system in the same digest as files."""

import sqlite3
from pathlib import Path
from shutil import copy

from tests.acceptance.world import World, overdue

RULES = Path(__file__).parents[2] / "rules"
AN, OFFICE = "an@hanoi.example", "vanphong@hanoi.example"
MOVED = ("end-moved-back", "due-moved-later", "came-back-with-a-new-code", "mass-change")
ASSIGNED = ("assignment-overdue", "assignment-due-soon", "assignment-not-accepted", "assignment-extended-again")


def ship(world: World, *names: str) -> None:
    for name in names:
        copy(RULES / f"{name}.yaml", world.folder / "rules")


def test_dates_that_move_are_a_question_to_the_office_alone_until_they_are_explained(world: World) -> None:
    ship(world, *MOVED)
    world.configure(more="[changes]\nmass = 4\n", source='max_shift = 1.0\nmax_drop = 0.5\nmissing_means = "gone"\n')
    for number in range(1, 9):
        world.file(f"H26.1-260901-000{number}", "2026-10-02")
    world.file("H26.1-260901-0009", "2026-10-20", NgayTiepNhan="2026-09-01T08:15:42", Phong="Phòng 2")
    world.file("H26.1-260901-0001", NgayKetThuc="2026-10-07T09:00:00", TrangThai="9")
    assert world.once("2026-10-07 10:00").code == 0
    assert world.alerts() == []
    world.file("H26.1-260901-0001", NgayKetThuc="2026-10-02T09:00:00")
    world.file("H26.1-260901-0002", "2026-10-30")
    world.once("2026-10-07 10:30")
    for number in range(3, 9):
        world.end(f"H26.1-260901-000{number}", "2026-10-01T16:00:00")
    world.files["new"] = {
        **world.files.pop("H26.1-260901-0009"),
        "MaHoSo": "H26.1-261007-0001",
        "NgayHenTra": "2026-11-20",
    }
    world.once("2026-10-07 11:00")
    world.once("2026-10-07 12:00")
    found = {alert["rule"]: alert for alert in world.alerts()}
    assert sorted(found) == sorted(MOVED)
    assert {alert["state"] for alert in found.values()} == {"open"}
    back = found["end-moved-back"]["facts"]
    assert (back["before_at"][:10], back["after_at"][:10]) == ("2026-10-07", "2026-10-02")
    assert found["mass-change"]["facts"]["files"] == 6
    assert found["came-back-with-a-new-code"]["facts"]["file_before"] == "H26.1-260901-0009"

    listed = world.alertd("changes", "show", found["mass-change"]["key"], "--json", at=True).json["listed"]
    assert [each["file"] for each in listed] == [f"H26.1-260901-000{number}" for number in range(3, 9)]
    assert len(world.alertd("changes", "list", "--json", at=True).json) == 4

    world.once("2026-10-08 07:31")
    assert not any("thay đổi" in text or "0001" in text for text in world.texts_to(AN))
    told = world.texts_to(OFFICE)[-1]
    assert "thay đổi cần giải thích" in told
    assert "H26.1-260901-0001 · 1.004227 · ngày kết thúc: trước 07/10/2026, nay 02/10/2026" in told
    assert "ngày hẹn trả: trước 02/10/2026, nay 30/10/2026" in told
    assert "mã trước đó H26.1-260901-0009 · ngày hẹn trả: trước 20/10/2026, nay 20/11/2026" in told
    assert (
        f"6 hồ sơ có ngày kết thúc lùi về trước trong một lần cập nhật · mã tra cứu {found['mass-change']['key']}"
        in told
    )
    assert not any(word in told.lower() for word in ("gian lận", "vi phạm", "sửa số liệu"))

    world.file("H26.1-260901-0001", NgayKetThuc="2026-10-07T09:00:00")
    world.file("H26.1-260901-0002", "2026-10-02")
    world.once("2026-10-08 09:00")
    states = {alert["rule"]: alert["state"] for alert in world.alerts()}
    assert states == {
        "end-moved-back": "resolved",
        "due-moved-later": "resolved",
        "came-back-with-a-new-code": "open",
        "mass-change": "open",
    }
    assert len(world.alertd("changes", "list", "--all", "--json", at=True).json) == 4
    assert "put_back" in world.alertd("changes", "list", "--all", at=True).out
    refused = world.alertd("changes", "show", "no such", at=True)
    assert refused.code != 0
    assert "changes list" in refused.err


DOCUMENTS = """
[[sources]]
name = "document system"
dataset = "assignments"
kind = "database"
url = "sqlite:///{path}"
query = "select * from nhiem_vu"
stale_after = "2h"
[sources.fields]
code = "so"
title = "trich_yeu"
giver = "noi_giao"
unit = "don_vi"
assigned_at = "ngay_giao"
accepted_at = "ngay_nhan"
due_at = "han"
extended_to = "gia_han"
done_at = "xong"
"""
TASKS = (
    (
        "12/VP-KGVX",
        "Trả lời bà Nguyễn Thị A",
        "H26.1",
        "2026-09-14 09:00",
        "2026-09-14 10:00",
        "2026-10-02",
        None,
        None,
    ),
    ("15/VP-ĐT", "Báo cáo quý", "H26.1", "2026-09-28 09:00", "2026-09-28 10:00", "2026-10-07", None, None),
    ("18/VP-ĐT", "Rà soát", "H26.1", "2026-09-28 09:00", None, "2026-11-20", None, None),
)


def test_assignments_stand_in_the_same_digest_as_files_and_without_their_titles(world: World) -> None:
    ship(world, *ASSIGNED)
    world.rule("overdue", overdue(send="reminder: digest, warning: digest, critical: digest"))
    world.file("H26.1-260901-0001", "2026-09-28")
    path = world.folder / "van-ban.db"
    names = "so, trich_yeu, don_vi, ngay_giao, ngay_nhan, han, gia_han, xong"
    with sqlite3.connect(path) as documents:
        documents.execute(f"create table nhiem_vu ({names}, noi_giao default 'Văn phòng UBND Thành phố')")
        documents.executemany(f"insert into nhiem_vu ({names}) values (?, ?, ?, ?, ?, ?, ?, ?)", TASKS)
    world.configure(more=DOCUMENTS.format(path=path))
    warned = world.alertd("check").out
    assert "title" in warned
    assert "public_titles = true" in warned
    assert "extensions" not in warned  # counted where the source does not say it
    assert world.once("2026-10-05 08:00").code == 0
    assert {alert["key"]: alert["rule"] for alert in world.alerts() if alert["dataset"] == "assignments"} == {
        "12/VP-KGVX": "assignment-overdue",
        "15/VP-ĐT": "assignment-due-soon",
        "18/VP-ĐT": "assignment-not-accepted",
    }
    (digest,) = world.texts_to(AN)
    assert "Hồ sơ quá hạn: 1 hồ sơ" in digest
    assert "Nhiệm vụ được giao quá hạn: 1 nhiệm vụ" in digest
    assert "H26.1-260901-0001 · 1.004227 · hẹn trả 28/09/2026 · quá 5 ngày làm việc" in digest
    assert (
        "Nhiệm vụ 12/VP-KGVX · Văn phòng UBND Thành phố giao ngày 14/09/2026 · hạn 02/10/2026 · quá 1 ngày làm việc"
        in digest
    )
    assert "Nhiệm vụ 15/VP-ĐT · Văn phòng UBND Thành phố giao · hạn 07/10/2026 · còn 2 ngày làm việc" in digest
    assert "Nguyễn Thị A" not in digest
    assert b"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b A" not in b"".join(
        each.read_bytes() for each in world.folder.glob("alertd.db*")
    )

    with sqlite3.connect(path) as documents:
        documents.execute("update nhiem_vu set gia_han = '2026-10-16' where so = '12/VP-KGVX'")
        documents.execute("update nhiem_vu set xong = '2026-10-05 15:00' where so = '15/VP-ĐT'")
    world.once("2026-10-05 16:00")
    with sqlite3.connect(path) as documents:
        documents.execute("update nhiem_vu set gia_han = '2026-10-30' where so = '12/VP-KGVX'")
    world.once("2026-10-06 07:31")
    open_now = {alert["key"]: alert["rule"] for alert in world.alerts() if alert["state"] == "open"}
    assert open_now["12/VP-KGVX"] == "assignment-extended-again"
    digest = world.texts_to(AN)[-1]
    assert "gia hạn 2 lần" in digest
    assert "số lần gia hạn: 2" in world.alertd("explain", "12/VP-KGVX", at=True).out
    assert "15/VP-ĐT" in digest.split("Đã xử lý", 1)[-1]
