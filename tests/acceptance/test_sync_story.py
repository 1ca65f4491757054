"""A story of two systems: the portal lags behind, gets the file at last, and is down for a while, which proves nothing."""

import csv
import shutil
from typing import Any

from alertd.demo.feed import FaultKind
from alertd.settings.shipped import shipped
from tests.acceptance.world import READS, World, states

PORTAL = "/cong-quoc-gia"
FIRST, SECOND = "H26.1-261005-0001", "H26.1-261005-0002"
AN, OFFICE = "an@hanoi.example", "vanphong@hanoi.example"
MORE = (
    """
[[sources]]
name = "portal"
dataset = "files"
kind = "http"
url = "{url}"
records = "data"
stale_after = "2h"
retries = 0
timeout = "3s"
"""
    + READS
    + """\
"9" = "done"
[sync]
city = "one-stop"
portal = "portal"
"""
)


def begin(world: World) -> dict[str, dict[str, Any]]:
    """Both know a file; the city's source counts first."""
    there: dict[str, dict[str, Any]] = {}
    world.feed.serve(PORTAL, lambda: list(there.values()))
    for name in ("sync-missing", "sync-not-ended", "sync-missing-here"):
        shutil.copy(shipped("rules") / f"{name}.yaml", world.folder / "rules")
    world.configure(source="authority = 10", more=MORE.format(url=world.feed.url(PORTAL)))
    world.file("H26.1-260901-0001", "2026-12-01")
    there["H26.1-260901-0001"] = dict(world.files["H26.1-260901-0001"])
    assert world.once("2026-10-05 08:00").code == 0
    return there


def test_what_the_portal_lacks_is_asked_about_once_it_is_no_delay_and_ends_by_the_portal_s_own_row(
    world: World,
) -> None:
    there = begin(world)
    world.file(FIRST, "2026-10-30", NgayTiepNhan="2026-10-05T08:10:00")
    for time in ("2026-10-05 08:15", "2026-10-05 08:19"):
        assert world.once(time).code == 0
        assert world.alerts() == []  # within ten minutes
    world.once("2026-10-05 08:30")
    (alert,) = world.alerts()
    assert (alert["rule"], alert["key"], alert["unit"], alert["level"]) == ("sync-missing", FIRST, "H26.1", "reminder")

    world.feed.fail(PORTAL, FaultKind.STATUS, times=5)
    world.file(SECOND, "2026-10-30", NgayTiepNhan="2026-10-05T08:40:00")
    there[FIRST] = dict(world.files[FIRST])
    for time in ("2026-10-05 08:45", "2026-10-05 09:30", "2026-10-05 14:00", "2026-10-06 07:31"):
        world.once(time)
        assert states(world.alerts()) == {FIRST: "open"}, time  # nothing opens, nothing closes
    told = [text for text in world.texts_to(AN) if FIRST in text]
    assert all("chưa tìm thấy trên Cổng" in text and SECOND not in text for text in told)

    for time in ("2026-10-06 08:00", "2026-10-06 08:15", "2026-10-06 08:30"):
        world.once(time)  # it answers from the second on
    found = {alert["key"]: (alert["state"], alert["resolved_at"]) for alert in world.alerts()}
    assert found[FIRST] == ("resolved", found[FIRST][1])
    assert found[FIRST][1].startswith("2026-10-06T08:")
    assert found[SECOND] == ("open", None)

    world.end(SECOND, "2026-10-06T08:31:00")
    there[SECOND] = {**world.files[SECOND], "NgayKetThuc": "", "TrangThai": "4"}
    for time in ("2026-10-06 08:45", "2026-10-06 09:00"):
        world.once(time)
    standing = [(alert["rule"], alert["key"]) for alert in world.alerts() if alert["state"] == "open"]
    assert standing == [("sync-not-ended", SECOND)]

    shown = world.alertd("sync", "--json", "--out", str(world.folder / "out"))
    assert shown.code == 0, shown.err
    assert (shown.json["city"]["received"], shown.json["portal"]["received"]) == (2, 2)
    assert shown.json["open"]["kinds"]["other_end"] == 1
    assert shown.json["resend"] == {"end": 1, "pause": 0, "pause_end": 0, "due_date": 0}
    with (world.folder / "out" / "resend.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["code"], row["record"], row["value"]) == (SECOND, "end", "2026-10-06T08:31:00+07:00")
    assert row["cause"] == "end_not_sent"
    assert {bar["cause"]: bar["resend"] for bar in shown.json["bars"] if bar["resend"]} == {"end_not_sent": 1}
    page = world.alertd("sync").out
    assert "Theo thành phố" in page
    assert "khác ngày kết thúc 1" in page
    assert "kết thúc 1" in page.split("Cần gửi lại")[1]
    assert world.alertd("sync", "--language", "en", "--unit", "H26.2").out.startswith("Sync with the national portal")
    missed = world.alertd("sync", "--unit", "H26.22")
    assert (missed.code, "H26.2" in missed.err) == (2, True)


def test_what_differs_when_the_two_are_compared_for_the_first_time_is_baseline_and_no_news(world: World) -> None:
    world.file(FIRST, "2026-10-30", NgayTiepNhan="2026-10-01T08:10:00")
    begin(world)
    refused = world.alertd("go-live", "--yes", at=True)
    assert (refused.code, "1 file that differs would come later as news" in refused.err) == (2, True)
    assert "compared once only" in world.alertd("go-live", at=True).out
    world.once("2026-10-05 08:15")
    assert "1 alerts are taken as known" in world.alertd("go-live", "--yes", at=True).out


def test_without_two_sources_the_command_says_what_to_write(world: World) -> None:
    shown = world.alertd("sync")
    assert shown.code == 2
    assert "[sync] chưa khai báo nguồn" in shown.err
