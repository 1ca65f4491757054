"""What people read of figures of the index goes by words: in a digest, its list, and in what was dealt with."""

import io
from typing import Any

from python_calamine import CalamineWorkbook

from tests.acceptance.index_tables import FEED
from tests.acceptance.world import World

HEAD = "an@hanoi.example"
RULE = """\
title: {vi: Nhóm dưới ngưỡng}
dataset: index_readings
when:
  - kind = 'group'
  - share < 50
level: warning
send: {warning: digest}
to: unit_head
show: [period, indicator, score, quality]
"""
SOURCE = (
    FEED
    + """\
quality = "luuy"
[digest]
lines = 1
[guard]
new_rules = "told"
"""
)


def publishes(world: World, at: str, **scores: float) -> None:
    """At this time (Hanoi) these groups of one department's September."""
    common = {"ky": "2026-09", "donvi": "H26.1", "luc": f"{at}T07:00", "luuy": "TEMP_NATIONAL_REPORT_DENOMINATOR"}
    rows: list[dict[str, Any]] = [{**common, "chiso": code, "diem": str(score)} for code, score in scores.items()]
    world.feed.serve("/index", lambda: rows)
    ran = world.once(f"{at} 07:31")
    assert ran.code == 0, ran.err


def test_a_head_reads_of_indicators_and_months_and_of_no_codes(world: World) -> None:
    world.more = SOURCE.format(url=world.feed.url("/index"))
    world.configure()
    world.file("H26.1-260901-0001", "2026-12-31", NgayTiepNhan="2026-09-01T08:00:00")
    world.rule("group-low", RULE)

    publishes(world, "2026-10-05", CKMB=3, TDGQ=9, MDSH=3)
    (mail,) = world.mails_to(HEAD)
    (list_,) = mail.iter_attachments()
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(list_.get_content()))
    head, *rows = sheets.get_sheet_by_index(0).to_python()
    column = head.index("Nội dung")
    assert sorted(str(row[column]) for row in rows) == [
        "Chỉ số tháng 9/2026, Sở Xây dựng: công khai, minh bạch",
        "Chỉ số tháng 9/2026, Sở Xây dựng: số hóa hồ sơ",
        "Chỉ số tháng 9/2026, Sở Xây dựng: tiến độ giải quyết",
    ]
    assert "mẫu số là số tạm" in rows[0]
    (text,) = world.texts_to(HEAD)
    assert "Chỉ số tháng 9/2026: " in text

    publishes(world, "2026-10-06", CKMB=3, TDGQ=9, MDSH=20)
    text = world.texts_to(HEAD)[-1]
    assert "(Chỉ số tháng 9/2026, Sở Xây dựng: số hóa hồ sơ, 06/10/2026)" in text
    assert all("2026-09/" not in each for each in world.texts_to(HEAD))


def test_of_one_result_a_fall_and_a_restatement_are_told_each_with_its_figures(world: World) -> None:
    world.more = SOURCE.format(url=world.feed.url("/index")).replace("lines = 1", "lines = 5")
    world.configure()
    world.file("H26.1-260901-0001", "2026-12-31", NgayTiepNhan="2026-09-01T08:00:00")
    common = (
        "dataset: index_readings\nwhen: [kind = 'total']\nlevel: reminder\nto: unit_head\nsend: {reminder: digest}\n"
    )
    world.rule(
        "low",
        f"title: {{vi: Điểm thấp}}\n{common}template: index_points\n"
        "show: [numerator, denominator, maximum_counted, points_lost, share, quality]\n",
    )
    world.rule(
        "restated",
        f"title: {{vi: Được điều chỉnh}}\n{common}template: index_restated\nshow: [first_closed_score, restated_by]\n",
    )
    publishes(world, "2026-10-05", TOTAL=55.99)
    text = world.texts_to(HEAD)[-1]
    assert "Tổng điểm tháng 9/2026: 55,99" in text
    assert "Tổng điểm tháng 9/2026: lần đầu 55,99, nay 55,99 điểm" in text
    assert "đồng thời" not in text
