"""Scene 4: one-stop, drop folder and portal know the same code, and do not agree on its due date."""

import os
from typing import Any

import pytest

from tests.acceptance.golden import golden
from tests.acceptance.world import World, overdue, states

SCENE = "04_two_copies_two_dates"
OVERDUE = overdue("reminder: 1, warning: 5", "reminder: digest, warning: office_hours")
CODE, OTHER, THIRD = "H26.1-260901-0001", "H26.1-260901-0002", "H26.2-260901-0003"
PORTAL, DROP = "/cong-quoc-gia", "inbox"
SOURCES = """
[[sources]]
name = "portal"
dataset = "files"
kind = "http"
url = "{url}"
records = "data"
authority = {portal}
retries = 0
timeout = "3s"
times = {{ format = "%Y%m%d%H%M%S" }}
[sources.fields]
code = "MaHoSo"
unit = "DonVi"
due_at = "NgayHenTra"
ended_at = "NgayKetThuc"
[[sources]]
name = "drop folder"
dataset = "files"
kind = "spreadsheet"
path = "inbox/*.csv"
authority = {drop}
[sources.fields]
code = "ma"
due_at = "hen"
"""


class Copies:
    """The same file in three systems; one-stop comes first (10), then the portal (5), then the folder (0)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.portal: dict[str, dict[str, Any]] = {}
        world.feed.serve(PORTAL, lambda: list(self.portal.values()))
        world.rule("overdue", OVERDUE)
        (world.folder / DROP).mkdir()
        self.configure()
        for code in (CODE, OTHER):
            world.file(code, "2026-10-09")
            self.on_portal(code, "20260925170000")
        world.file(THIRD, "2026-10-09", unit="H26.2")
        self.on_portal(THIRD, "20261009000000", unit="H26.2")
        self.in_folder({CODE: "2026-09-29", OTHER: "2026-09-29", THIRD: "2026-10-09"})

    def configure(self, first: int = 10, portal: int = 5, drop: int = 0, **more: str) -> None:
        sources = SOURCES.format(url=self.world.feed.url(PORTAL), portal=portal, drop=drop)
        self.world.configure(source=f"authority = {first}", more=sources, **more)

    def on_portal(self, code: str, due: str, unit: str = "H26.1", end: str = "") -> None:
        self.portal[code] = {"MaHoSo": code, "DonVi": unit, "NgayHenTra": due, "NgayKetThuc": end}

    def in_folder(self, due: dict[str, str]) -> None:
        path = self.world.folder / DROP / "ho-so.csv"
        path.write_text("ma,hen\n" + "".join(f"{code},{day}\n" for code, day in due.items()), encoding="utf-8")
        os.utime(path, (path.stat().st_mtime - 60,) * 2)

    def seen(self, code: str = CODE) -> tuple[str, str, dict[str, str]]:
        """The source that counts, the due date that rules see, and why each copy does or does not count."""
        (record,) = self.world.alertd("explain", code, "--json", at=True).json["records"]
        (counts,) = (copy["source"] for copy in record["copies"] if copy["seen_by_rules"])
        return counts, record["fields"]["due_at"][:10], {copy["source"]: copy["why"] for copy in record["copies"]}


def data_of(page: str) -> str:
    """The part that shows the copies."""
    return page.split("\n\n2. ", maxsplit=1)[0]


@pytest.fixture
def copies(world: World) -> Copies:
    return Copies(world)


def test_rules_see_the_copy_of_the_highest_authority_and_explain_shows_all(world: World, copies: Copies) -> None:
    copies.portal[CODE]["NgayKetThuc"] = "20261001093000"
    assert world.once("2026-10-05 08:00").code == 0
    assert world.alerts() == []  # by the portal and by the folder it is late
    assert copies.seen() == (
        "one-stop",
        "2026-10-09",
        {"one-stop": "highest_authority", "portal": "less_authority", "drop folder": "less_authority"},
    )
    (record,) = world.alertd("explain", CODE, "--json", at=True).json["records"]
    assert {name: set(values) for name, values in record["differences"].items()} == {
        "due_at": {"one-stop", "portal", "drop folder"},
        "ended_at": {"one-stop", "portal"},  # the folder says nothing of ends or units
    }
    assert [copy["authority"] for copy in record["copies"]] == [10, 5, 0]
    golden(SCENE, "explain.vi", data_of(world.alertd("explain", CODE, at=True).out))
    copies.configure(site='language = "en"')
    golden(SCENE, "explain.en", data_of(world.alertd("explain", CODE, at=True).out))
    agreeing = world.alertd("explain", THIRD, at=True).out
    assert "The sources agree" in agreeing
    assert "≠" not in agreeing


def test_another_authority_is_followed_at_the_next_reading_and_said_before(world: World, copies: Copies) -> None:
    world.once("2026-10-05 08:00")
    copies.configure(first=1)
    assert copies.seen()[2]["one-stop"] == "authority_changed_since"
    world.once("2026-10-05 08:15")
    assert copies.seen()[:2] == ("portal", "2026-09-25")
    assert states(world.alerts()) == {CODE: "open", OTHER: "open"}
    copies.configure(first=5)
    world.once("2026-10-05 08:30")
    why = {
        "one-stop": "equal_authority_first_by_name",
        "portal": "equal_authority_later_by_name",
        "drop folder": "less_authority",
    }
    assert copies.seen() == ("one-stop", "2026-10-09", why)
    assert states(world.alerts()) == {CODE: "resolved", OTHER: "resolved"}


def test_while_the_preferred_source_fails_or_is_doubted_its_last_word_still_counts(
    world: World, copies: Copies
) -> None:
    world.once("2026-10-05 08:00")
    world.files.clear()
    assert world.once("2026-10-05 08:15").code == 1
    (record,) = world.alertd("explain", CODE, "--json", at=True).json["records"]
    doubts = {copy["source"]: copy["doubt"] for copy in record["copies"]}
    assert doubts == {"one-stop": "not_believed", "portal": None, "drop folder": None}
    assert copies.seen()[:2] == ("one-stop", "2026-10-09")
    assert world.alerts() == []  # the portal's date accuses nobody meanwhile


def test_when_the_preferred_copy_is_gone_the_next_one_counts(world: World, copies: Copies) -> None:
    for number in range(10):
        world.file(f"H26.1-260902-{number:04}", "2026-12-01")
    world.once("2026-10-05 08:00")
    del world.files[CODE]
    world.once("2026-10-05 08:15")
    assert copies.seen()[:2] == ("one-stop", "2026-10-09")  # once missing is not gone
    world.once("2026-10-05 08:30")
    why = {"one-stop": "gone", "portal": "highest_authority", "drop folder": "less_authority"}
    assert copies.seen() == ("portal", "2026-09-25", why)
    assert states(world.alerts()) == {CODE: "open"}
    world.file(CODE, "2026-10-09")
    world.once("2026-10-05 08:45")
    assert copies.seen()[:2] == ("one-stop", "2026-10-09")
    assert states(world.alerts()) == {CODE: "resolved"}
