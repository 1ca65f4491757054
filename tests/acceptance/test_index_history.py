"""The published history of the index of autumn 2024, lived through month by month: what is told, to whom, and how often."""

from typing import Any

from alertd.settings.shipped import shipped
from tests.acceptance.golden import golden
from tests.acceptance.index_tables import FEED
from tests.acceptance.world import World

SCENE = "index_history"
OFFICE = "vanphong@hanoi.example"
RULES = ("index-fell", "index-rank-fell", "index-restated", "index-group-low", "index-at-zero", "index-lowest-group")
SOURCE = FEED + 'rank = "hang"\n'


class Portal:
    """Gives what was published last, and nothing else: what it gave before is read no more."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.published: list[dict[str, Any]] = []
        self._told = 0
        world.feed.serve("/index", lambda: self.published)
        world.more = SOURCE.format(url=world.feed.url("/index")) + '[guard]\nnew_rules = "told"\n'
        world.configure()
        world.file("H26.1-240901-0001", "2026-12-31", NgayTiepNhan="2024-09-01T08:00:00")
        for name in RULES:
            rule = shipped("rules") / f"{name}.yaml"
            (world.folder / "rules" / rule.name).write_text(rule.read_text(encoding="utf-8"), encoding="utf-8")

    def publishes(self, at: str, *readings: tuple[str, float, int | None]) -> list[str]:
        """At this time (Hanoi) these figures of the city's total and its rank, each of a period. What the office is told of it."""
        self.published = [
            {
                "ky": period,
                "donvi": "H26",
                "chiso": "TONG_SCORE",
                "diem": str(score),
                "hang": rank,
                "luc": f"{at}T10:00",
            }
            for period, score, rank in readings
        ]
        return self.told(f"{at} 10:05")

    def told(self, at: str) -> list[str]:
        """What the office is told at this time, its daily digest aside."""
        ran = self.world.once(at)
        assert ran.code == 0, ran.err
        texts = [text for text in self.world.texts_to(OFFICE) if not text.startswith("[TTHC]")]
        new, self._told = texts[self._told :], len(texts)
        return new

    def open(self) -> set[tuple[str, str]]:
        """Rule and period of all that stands."""
        return {(alert["rule"], alert["key"][:7]) for alert in self.world.alerts("--state", "open")}


def test_each_turn_of_the_published_history_is_told_once(world: World) -> None:
    portal = Portal(world)
    assert portal.publishes("2024-09-02", ("2024-08", 59.92, None)) == []
    checked = world.alertd("check")
    # the portal gives no numbers of files here: of one rule it is said, and of nothing that alertd works out itself
    assert (checked.code, checked.out.count("(cảnh báo)"), "khai báo denominator mà" in checked.out) == (0, 1, True)

    # read at 10:00 on 2 October 2024: 55.99, rank 60 of 63, down by 3.93
    (fell,) = portal.publishes("2024-10-02", ("2024-09", 55.99, 60))
    golden(SCENE, "september_fell", fell)
    assert portal.told("2024-10-03 10:05") == []

    # the next dispatch restates September; that is told, and nothing else comes of it
    (restated,) = portal.publishes("2024-11-01", ("2024-09", 57.06, None))
    golden(SCENE, "september_restated", restated)
    assert portal.open() == {("index-fell", "2024-09"), ("index-restated", "2024-09")}

    # October is 61.18: up by 5.19 against September when that was as old, whatever September has become since
    assert portal.publishes("2024-11-04", ("2024-09", 57.06, None), ("2024-10", 61.18, None)) == []
    assert portal.open() == {("index-restated", "2024-09")}

    # November is 58.69: down by 2.49, and with it September is history
    (fell,) = portal.publishes("2024-12-02", ("2024-11", 58.69, None))
    golden(SCENE, "november_fell", fell)
    assert portal.told("2024-12-03 10:05") == []
    assert portal.open() == {("index-fell", "2024-11")}
    opened = [(alert["rule"], alert["key"]) for alert in world.alerts()]
    assert sorted(opened) == [
        ("index-fell", "2024-09/H26/TOTAL"),
        ("index-fell", "2024-11/H26/TOTAL"),
        ("index-restated", "2024-09/H26/TOTAL"),
    ]
