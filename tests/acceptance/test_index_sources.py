"""The index comes in as the portal gives it: real replies of every shape over loopback, a table that a clerk keeps, a captcha."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alertd.model.index import index_log_table
from alertd.settings.load import load_settings
from alertd.wiring import store_of
from tests.acceptance.index_tables import TABLE
from tests.acceptance.world import World
from tests.portal import Page, Portal, Question

SOURCE = """\
[[sources]]
name = "{name}"
dataset = "index_readings"
kind = "http"
url = "{url}"
retries = 2
{more}
"""


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as portal:
        yield portal


@pytest.fixture
def samples(cases: Path) -> dict[str, Any]:
    names = {
        "rows": "rest_jsp_766_sample",
        "progress": "dvcqg_progress_month_phutho",
        "transparency": "dvcqg_transparency_month_phutho",
        "national": "hanoi_766_2026-10-06",
    }
    return {word: json.loads((cases / f"{name}.json").read_text(encoding="utf-8")) for word, name in names.items()}


def readings(world: World, source: str) -> dict[tuple[str, str, str], Any]:
    """By period, unit as it is named, and indicator."""
    with closing(store_of(load_settings(world.folder / "config.toml"))) as store, store.read() as session:
        rows = session.connection().execute(select(index_log_table).where(index_log_table.c.source == source)).all()
    found = {(row.period, row.unit or row.unit_named, row.indicator): row for row in rows}
    assert len(found) == len(rows)
    return found


def hundredths(value: Any) -> int | None:
    return None if value is None else round(float(value) * 100)


def test_the_real_replies_of_all_shapes_go_through_the_command_into_the_log(
    world: World, portal: Portal, samples: dict[str, Any]
) -> None:
    def rows(question: Question) -> Any:
        asked = json.loads(question.body)
        assert asked["service"] == "report_tinh_766_service"
        return {"month": samples["rows"]["month"] if asked["p_thang"] else samples["rows"]["year"]}

    portal.answers = {
        "/rest.jsp": rows,
        "/progress-tree": lambda _: samples["progress"],
        "/transparency": lambda _: samples["transparency"],
        "/province/2026": lambda _: samples["national"],
    }
    old = 'method = "POST"\nreply = "index_rows"\nrecords = "month"\n'
    body = 'body = {{ service = "report_tinh_766_service", p_nam = "{{year}}", p_thang = "{}" }}\n'
    tree = 'method = "POST"\nreply = "index_evaluation"\nbody = { period = "{period}" }\n'
    tree += 'index = { running = "month", before = 0 }\n'
    sources = {
        "rows": ("/rest.jsp", old + body.format("{month}") + 'index = { periods = ["2025-09"] }'),
        "years": ("/rest.jsp", old + body.format("") + 'index = { periods = ["2025"] }'),
        "progress": ("/progress-tree", tree),
        "transparency": ("/transparency", tree + '[sources.values.unit]\n"UBND tỉnh Phú Thọ" = "H44"'),
        "national": ("/province/{year}", 'reply = "index_evaluation"\nindex = { running = "year", before = 0 }'),
    }
    world.configure(
        more="".join(
            SOURCE.format(name=name, url=portal.url(path), more=more) for name, (path, more) in sources.items()
        )
    )
    world.at("2026-10-06 09:00")
    for name in sources:
        ran = world.alertd("sources", "poll", name, at=True)
        assert ran.code == 0, ran.out + ran.err

    for source, period, list_ in (("rows", "2025-09", "month"), ("years", "2025", "year")):
        found = readings(world, source)
        groups = {"TDGQ": "TDGQ", "MDHL": "MDHL", "MDSH": "MDSH", "TTTT": "TTTT", "CLGQ": "ONLINE", "CKMB": "CKMB"}
        assert len(found) == 7 * len(samples["rows"][list_])
        for row in samples["rows"][list_]:
            total = found[period, row["MA_COQUAN"], "TOTAL"]
            assert (total.score, total.rank) == (hundredths(row["TONG_SCORE"]), int(row["ROW_STT"]))
            parts = [found[period, row["MA_COQUAN"], ours].score for ours in groups.values()]
            assert parts == [hundredths(row[theirs]) for theirs in groups]
            assert abs(sum(parts) - total.score) <= 1  # reproduced to 0.01

    found, data = readings(world, "progress"), samples["progress"]["data"]
    assert len(found) == 1 + len(data["children"])
    for node in (data["parent"], *data["children"]):
        row = found["2026-10", node["departmentCode"], "TDGQ"]
        score, maximum = node.get("score", node.get("totalScore")), node.get("maxScore", node.get("totalMaxScore"))
        assert (row.numerator, row.denominator) == (node["totalOnTime"], node["totalReceived"])
        assert (row.ratio, row.score, row.maximum) == tuple(map(hundredths, (node["ratio"], score, maximum)))

    found, data = readings(world, "transparency"), samples["transparency"]["data"]
    assert len(found) == 5 * (1 + len(data["evaluation"]))
    for node in (data["overview"], *data["evaluation"]):
        name = "H44" if node is data["overview"] else node["departmentName"]
        assert found["2026-10", name, "CKMB"].score == hundredths(node["totalScore"])
        for metric in node["metrics"]:
            row = found["2026-10", name, metric["code"]]
            assert (row.numerator, row.denominator) == (metric["numerator"], metric["denominator"])
            assert (row.ratio, row.score) == (hundredths(metric["ratio"]), hundredths(metric["score"]))
            assert row.quality == metric.get("dataQualityStatus")

    found = readings(world, "national")
    total = found["2026", "H26", "TOTAL"]
    assert (total.unit, total.score, total.maximum, total.rank) == ("H26", 5479, 10000, 33)
    for group, score in samples["national"]["groupScores"].items():
        assert found["2026", "H26", group].score == hundredths(score)
    assert sum(found["2026", "H26", group].score for group in samples["national"]["groupScores"]) == total.score
    assert found["2026", "H26", "ELECTRONIC_CERTIFIED_COPY"].numerator is None
    assert len(found) == 1 + 6 + 4 + 7 + 3


def rows_of(question: Question) -> Any:
    period = question.path.rpartition("=")[2]
    return [{"MA_COQUAN": "H26", "TONG_SCORE": {"2026-10": "54.79", "2026-09": "55.99"}[period], "ROW_STT": "33"}]


def test_one_request_goes_out_per_period_and_what_is_unchanged_adds_nothing(world: World, portal: Portal) -> None:
    portal.answers = {"/rows": rows_of}
    more = 'reply = "index_rows"\nindex = { running = "month" }'
    world.configure(more=SOURCE.format(name="portal", url=portal.url("/rows") + "?ky={period}", more=more))
    world.at("2026-10-06 09:00")
    assert "2 records, 2 new" in world.alertd("sources", "poll", "portal", at=True).out
    assert [asked.path for asked in portal.asked] == ["/rows?ky=2026-10", "/rows?ky=2026-09"]
    world.at("2026-10-06 10:00")
    assert "unchanged" in world.alertd("sources", "poll", "portal", at=True).out
    assert {key: row.score for key, row in readings(world, "portal").items()} == {
        ("2026-10", "H26", "TOTAL"): 5479,
        ("2026-09", "H26", "TOTAL"): 5599,
    }


def test_a_captcha_is_told_as_what_it_is_once_and_never_asked_again_in_a_hurry(world: World, portal: Portal) -> None:
    page = b"<html><form>Nh\xe1\xba\xadp m\xc3\xa3 x\xc3\xa1c nh\xe1\xba\xadn <img src=captcha></form></html>"
    portal.answers = {"/rows": lambda _: Page(page, 503)}
    more = 'reply = "index_rows"\nindex = { running = "month", before = 0 }'
    world.configure(more=SOURCE.format(name="portal", url=portal.url("/rows"), more=more))
    for number, time in enumerate(("2026-10-06 09:00", "2026-10-06 10:00"), 1):
        ran = world.at(time).alertd("sources", "poll", "portal", at=True)
        assert (ran.code, len(portal.asked)) == (1, number)  # 503 of any other kind would be tried again
        assert "(captcha)" in ran.out
        assert "agreed account" in ran.out
    world.once("2026-10-06 10:05")
    news = [text for text in world.texts_to("vanphong@hanoi.example") if text.startswith("[Hệ thống cảnh báo]")]
    told = [text for text in news if "captcha" in text]
    assert len(told) == 1
    assert "alertd không bao giờ vượt qua mã này" in " ".join(told[0].split())


CSV = """\
Kỳ;Đơn vị;Chỉ số;Điểm;Hạng;Lúc
9/2024;UBND Thành phố Hà Nội;TONG_SCORE;55,99;60;02/10/2024 10:00
9/2024;UBND Thành phố Hà Nội;TONG_SCORE;57,06;;15/10/2024 08:00
10/2024;UBND Thành phố Hà Nội;TONG_SCORE;61,18;;05/11/2024 08:00
"""


def test_a_table_that_a_clerk_keeps_holds_several_readings_of_one_item(world: World) -> None:
    (world.folder / "index").mkdir()
    (world.folder / "index" / "766.csv").write_text(CSV, encoding="utf-8")
    world.configure(more=TABLE)
    world.at("2026-10-06 09:00")
    assert "3 records, 3 new" in world.alertd("sources", "poll", "index", at=True).out
    (world.folder / "index" / "766.csv").write_text(
        CSV + "11/2024;UBND Thành phố Hà Nội;TONG_SCORE;58,69;;05/12/2024 08:00\n", encoding="utf-8"
    )
    world.at("2026-10-06 10:00")
    assert "4 records, 1 new, 0 changed, 3 unchanged" in world.alertd("sources", "poll", "index", at=True).out
