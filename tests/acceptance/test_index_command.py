"""`alertd index`: the real record and the real rows through the command, beside the own files of the city; and an empty store."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World
from tests.portal import Portal

SOURCES = """\
[[sources]]
name = "national"
dataset = "index_readings"
kind = "http"
url = "{national}"
reply = "index_evaluation"
index = {{ running = "year", before = 0 }}

[[sources]]
name = "rows"
dataset = "index_readings"
kind = "http"
url = "{rows}"
reply = "index_rows"
records = "month"
index = {{ periods = ["2025-09"] }}
"""


@pytest.fixture
def portal(cases: Path) -> Iterator[Portal]:
    def sample(name: str) -> Any:
        return json.loads((cases / f"{name}.json").read_text(encoding="utf-8"))

    with Portal() as portal:
        portal.answers = {
            "/province": lambda _: sample("hanoi_766_2026-10-06"),
            "/rest.jsp": lambda _: sample("rest_jsp_766_sample"),
        }
        yield portal


def test_the_index_of_the_city_stands_beside_what_it_still_can_win(world: World, portal: Portal) -> None:
    world.configure(more=SOURCES.format(national=portal.url("/province"), rows=portal.url("/rest.jsp")))
    for number in range(30):
        world.file(f"H26.1-261001-{number:04}", due="2026-10-01", Phong="Phòng Cấp phép", NgayTiepNhan="2026-09-22")
        world.end(f"H26.1-261001-{number:04}", "2026-10-01T10:00:00" if number < 24 else "2026-10-02T10:00:00")
    for number in range(9):
        world.file(f"H26.1-261005-{number:04}", due="2026-10-08", Phong="Phòng Cấp phép")
    world.once("2026-10-06 09:00")

    shown = world.alertd("index", "--units")
    assert (shown.code, shown.err) == (0, "")
    assert "Bộ chỉ số 766: UBND Thành phố Hà Nội (H26), năm 2026" in shown.out
    assert "Tổng điểm: 54,79/100,00; hạng 33" in shown.out
    assert "tổng sáu nhóm là 54,79, khớp số công bố" in shown.out
    assert "- Hồ sơ đồng bộ lên Cổng DVCQG: mẫu số là số tạm" in shown.out
    assert "9 hồ sơ còn trong hạn trả: thêm chưa đến 0,01 điểm, chậm nhất 08/10/2026" in shown.out
    assert "9 hồ sơ phải trả đến ngày này; theo tiến độ 4 tuần qua thì 6 hồ sơ sẽ quá hạn." in shown.out
    assert "- H26.1-261005-0000, hẹn trả 08/10/2026, Phòng Cấp phép, Sở Xây dựng (H26.1)" in shown.out
    assert "- Dự kiến (theo 80,00% đúng hạn của 4 tuần qua): 79,49%, 15,90 điểm" in shown.out
    assert "- Cổng đã công bố: 73,86%, 14,77 điểm" in shown.out

    found = world.alertd("index", "--json", "--period", "2025-09").json
    assert found["units"][0]["unit"] == "H05"
    assert {row["reproduced"] for row in found["units"]} == {True}
    assert found["computed_at"] is None
    found = world.alertd("index", "--json").json
    assert (found["total"]["score"], found["total"]["computed"], found["total"]["reproduced"]) == (54.79, 54.79, True)
    indicators = {each["code"]: each for group in found["groups"] for each in group.get("indicators", [])}
    assert {code: indicators[code]["computed"] for code in ("PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")} == {
        "PUBLIC_UPDATE_ON_TIME": 3.33,
        "PUBLIC_CONTENT_FULL": 1.95,
    }
    assert found["forecast"]["portal"]["score"] == 14.77

    english = world.alertd("index", "--unit", "H26.1", "--language", "en")
    assert english.code == 1  # the portal tells nothing of it
    assert "There is no reading of the index for October 2026 of Sở Xây dựng (H26.1) yet." in english.out
    assert "Units with readings: H05, " in english.out
    assert "9 files due by then; at the pace of the last 4 weeks 6 files will be late." in english.out


def test_of_nothing_it_says_what_is_missing_and_the_cure(world: World) -> None:
    world.once()
    shown = world.alertd("index")
    assert shown.code == 1
    assert "Chưa có số liệu Bộ chỉ số tháng 10/2026 của UBND Thành phố Hà Nội (H26)." in shown.out
    assert 'dataset = "index_readings"' in shown.out
    assert world.alertd("index", "--json").json["computed_at"] is None
    wrong = world.alertd("index", "--unit", "H26.11")
    assert (wrong.code, wrong.out) == (2, "")
    assert "không có đơn vị H26.11 trong units.csv" in wrong.err
    wrong = world.alertd("index", "--period", "2026-13")
    assert wrong.code == 2
    assert "2026-10, 2026-Q4" in wrong.err
