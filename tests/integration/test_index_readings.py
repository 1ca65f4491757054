"""The newest readings of the index and what they are compared with, on both databases, beside a plain search through them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from alertd.derive import index
from alertd.model.asof import AsOf
from alertd.model.index import INDEX_READINGS
from alertd.model.period import month_of
from alertd.reports.items import items_of
from alertd.reports.readings import newest_of
from alertd.rules.evaluate import live_mode
from alertd.settings.shapes import Settings
from alertd.store.database import Store
from tests.integration.intake_site import HANOI, Intake, Made, settings_of, site_of
from tests.integration.plain_index import GROUPS, MAXIMA, Read, plain
from tests.stores import with_days

FIELDS = (
    "period",
    "unit",
    "indicator",
    "numerator",
    "denominator",
    "score",
    "maximum",
    "rank",
    "computed_at",
    "quality",
)
SOURCES = {"portal": 10, "typed": 5}
_c = INDEX_READINGS.table.c


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


class City:
    """Two sources of readings and the site's clock; `read` is one reading of one of them, as it is given."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.site = store, site_of(authorities=SOURCES)
        self.readings: list[Read] = []
        self.is_city = "H26"
        self.polls: list[tuple[str, datetime]] = []
        self.given: dict[str, list[dict[str, Any]]] = {name: [] for name in SOURCES}
        self.sources = {
            name: settings_of(
                name,
                dataset="index_readings",
                fields=dict(zip(FIELDS, FIELDS, strict=True)),
                values={},
                authority=authority,
                covers="changes",
            )
            for name, authority in SOURCES.items()
        }
        self.folder = folder
        self.configure()
        with_days(store, self.site.calendar)

    def configure(self, **more: Any) -> None:
        raw = {"units": {}, "sources": [*self.sources.values()], "folder": self.folder, "index": more}
        self.settings = Settings.model_validate(raw)

    def read(
        self,
        at: str,
        period: str,
        score: float | None,
        *,
        unit: str = "H26.1",
        indicator: str = "TOTAL",
        source: str = "portal",
        **more: Any,
    ) -> None:
        """``at``: when it was computed, in Hanoi."""
        record = {"period": period, "unit": unit, "indicator": indicator, "score": score, "computed_at": at}
        self.given[source].append(record | more)
        hundredths = None if score is None else round(score * 100)
        rank = more.get("rank")
        place = len(self.readings)
        self.readings.append(Read(place, source, unit, period, indicator, hundredths, rank, moment(at)))

    def follow(self, now: str, *, poll: bool = True) -> dict[str, Mapping[str, Any]]:
        """Poll what was read since, follow, and give what stands, by code."""
        self.now = moment(now)
        for name, records in self.given.items():
            if records and poll:
                intake = Intake(self.store, self.sources[name], self.site, Made(records), self.now.astimezone(UTC))
                done = intake.poll()
                assert (done.believed, done.counts.rejected) == (True, 0), done
                self.given[name] = []
                self.polls.append((name, self.now))
        with self.store.write() as session:
            at = AsOf(self.now.astimezone(UTC), self.site.calendar, live_mode(session, self.now))
            index.follow(session, self.settings, at, self.is_city)
        return self.rows()

    def rows(self) -> dict[str, Mapping[str, Any]]:
        with self.store.read() as session:
            found = session.connection().execute(select(INDEX_READINGS.table).where(_c.gone_at.is_(None))).mappings()
            return {row["code"]: {**row} for row in found}

    def compare(self) -> None:
        wanted = plain(self.readings, self.now, tuple(SOURCES), self.polls)
        found = self.rows()
        assert found.keys() == wanted.keys()
        for code, row in wanted.items():
            assert {name: found[code][name] for name in row} == row, (code, self.now)


@pytest.fixture
def city(store: Store, tmp_path: Path) -> City:
    return City(store, tmp_path)


SEPTEMBER = "2024-09/H26.1/TOTAL"


@pytest.mark.parametrize("seed", [1, 2])
def test_it_comes_to_what_a_plain_search_finds_whatever_is_read_in_whatever_order(city: City, seed: int) -> None:
    random = Random(seed)
    start = datetime(2024, 8, 1)
    taken: set[tuple[Any, ...]] = set()
    for step in range(12):
        now = start + timedelta(days=10 * step + 9, hours=9)
        for _ in range(random.randrange(0, 60)):
            period = random.choice(("2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12"))
            # some old, some still to come, many at the same hour of the day
            at = now - timedelta(hours=random.choice((0, 1, 23, 24, 47, 24 * random.randrange(60), -30)))
            about = (
                period,
                random.choice(("H26.1", "H26.2")),
                random.choice(("TOTAL", *GROUPS[:3])),
                random.choice((*SOURCES, "portal")),
                at,
            )
            if about in taken:
                continue
            taken.add(about)
            maximum = MAXIMA.get(about[2], 100)
            score = random.choice((None, *(round(maximum * part / 20, 2) for part in range(21))))
            rank = random.choice((None, random.randrange(1, 64)))
            city.read(at.isoformat(), period, score, unit=about[1], indicator=about[2], source=about[3], rank=rank)
        city.follow(now.isoformat())
        city.compare()


def test_what_was_read_on_the_second_of_october_stands_beside_august_read_as_old(city: City) -> None:
    city.read("2024-09-02T10:00", "2024-08", 59.92, rank=57)
    city.read("2024-09-20T10:00", "2024-08", 60.11)
    city.read("2024-10-02T10:00", "2024-09", 55.99, rank=60)
    row = city.follow("2024-10-02 11:00")[SEPTEMBER]
    assert (row["score_last_period"], row["rank_last_period"], row["is_closed"]) == (5992, 57, True)
    assert (row["first_closed_score"], row["score_before"], row["days_old"]) == (5599, None, 32)
    assert (row["unit"], row["source"], row["kind"], row["series"], row["group"]) == (
        "H26.1",
        "portal",
        "total",
        "month",
        None,
    )


def test_a_month_that_runs_is_compared_with_the_one_before_while_that_one_ran(city: City) -> None:
    city.read("2024-09-15T08:00", "2024-09", 40.0)
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-15T08:00", "2024-10", 43.5)
    assert city.follow("2024-10-15 09:00")["2024-10/H26.1/TOTAL"]["score_last_period"] == 4000


def test_a_month_that_is_over_is_never_compared_with_one_that_still_ran(city: City) -> None:
    city.read("2024-08-31T20:00", "2024-08", 40.0)
    city.read("2024-10-01T10:00", "2024-09", 55.0)
    city.read("2024-10-31T20:00", "2024-10", 61.0)
    rows = city.follow("2024-11-01 11:00")
    assert (rows[SEPTEMBER]["score_last_period"], rows["2024-10/H26.1/TOTAL"]["score_last_period"]) == (None, None)


def test_nothing_is_compared_where_nothing_was_read_that_is_as_old(city: City) -> None:
    city.read("2024-09-10T08:00", "2024-08", 59.92, rank=57)
    city.read("2024-10-02T10:00", "2024-09", 55.99, rank=60)
    row = city.follow("2024-10-02 11:00")[SEPTEMBER]
    assert (row["score_last_period"], row["rank_last_period"]) == (None, None)
    city.configure(same_age_days=8)  # and with other terms all is worked out anew
    assert city.follow("2024-10-02 11:05")[SEPTEMBER]["score_last_period"] == 5992


def test_a_figure_that_stayed_the_same_stood_as_long_as_its_source_was_read(city: City) -> None:
    """Sources that tell no time of computing add a reading only when a figure changes."""
    city.read("2024-09-02T10:00", "2024-08", 59.92, rank=57)
    city.follow("2024-09-02 10:05")
    city.read("2024-09-08T10:00", "2024-08", 40.0, unit="H26.2")  # of H26.1 the source says the same
    city.follow("2024-09-08 10:05")
    city.read("2024-10-02T10:00", "2024-09", 56.0)
    for day, stood in (("09", 5992), ("12", None)):  # on 12 September nobody had read for three days and more
        city.read(f"2024-10-{day}T10:00", "2024-09", float(f"55.{day}"))
        assert city.follow(f"2024-10-{day} 11:00")[SEPTEMBER]["score_last_period"] == stood
    city.compare()


def test_a_reading_of_the_month_before_that_is_loaded_later_changes_this_months_comparison(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    assert city.follow("2024-10-02 11:00")[SEPTEMBER]["score_last_period"] is None
    city.read("2024-10-10T10:00", "2024-09", 41.0, unit="H26.2")  # of September's own reading nothing is new since then
    city.follow("2024-10-10 11:00")
    city.read("2024-09-02T10:00", "2024-08", 59.92)
    assert city.follow("2024-10-20 11:00")[SEPTEMBER]["score_last_period"] == 5992


def test_a_restated_month_keeps_its_first_figure_and_the_one_of_a_day_ago(city: City) -> None:
    for at, score in (
        ("2024-09-29T10:00", 54.0),
        ("2024-10-02T10:00", 55.99),
        ("2024-10-08T10:00", 57.0),
        ("2024-10-09T09:58", 57.06),
    ):
        city.read(at, "2024-09", score)
    row = city.follow("2024-10-09 12:00")[SEPTEMBER]
    names = ("score", "first_closed_score", "score_before", "score_day_ago")
    assert [row[name] for name in names] == [5706, 5599, 5700, 5700]


def test_an_unknown_score_is_not_nought_and_nothing_is_compared_with_it(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-03T10:00", "2024-09", None, quality="NO_NATIONAL_REPORT_DATA")
    row = city.follow("2024-10-03 12:00")[SEPTEMBER]
    assert (row["score"], row["score_before"], row["quality"]) == (None, 5599, "NO_NATIONAL_REPORT_DATA")
    city.read("2024-10-04T10:00", "2024-09", 57.06)
    row = city.follow("2024-10-04 12:00")[SEPTEMBER]
    assert (row["score_before"], row["first_closed_score"]) == (5599, 5599)


def test_a_reading_of_the_future_counts_when_its_time_has_come(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-05T10:00", "2024-09", 57.06)
    assert city.follow("2024-10-02 11:00")[SEPTEMBER]["score"] == 5599
    assert city.follow("2024-10-05 09:59", poll=False)[SEPTEMBER]["score"] == 5599
    assert city.follow("2024-10-05 10:00", poll=False)[SEPTEMBER]["score"] == 5706


def test_a_clock_that_was_ahead_and_is_put_right_leaves_nothing_that_is_still_to_come(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-05T10:00", "2024-09", 57.06)
    assert city.follow("2024-10-06 11:00")[SEPTEMBER]["score"] == 5706
    assert city.follow("2024-10-02 11:00", poll=False)[SEPTEMBER]["score"] == 5599


def test_a_period_that_has_not_begun_when_it_is_computed_is_no_reading(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-12", 55.99)
    city.read("2024-10-02T10:00", "2099-12", 55.99)  # the last that there is: it has no next one
    assert city.follow("2024-10-02 11:00") == {}


def test_of_two_sources_the_one_of_authority_counts_even_where_the_other_is_newer(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99, source="typed")
    assert city.follow("2024-10-02 11:00")[SEPTEMBER]["source"] == "typed"
    city.read("2024-10-01T10:00", "2024-09", 54.0)
    city.read("2024-10-04T10:00", "2024-09", 57.06, source="typed")
    row = city.follow("2024-10-04 11:00")[SEPTEMBER]
    assert (row["source"], row["score"], row["score_before"]) == ("portal", 5400, None)


def test_of_two_readings_of_one_moment_the_one_that_was_taken_in_last_counts(city: City) -> None:
    city.read("2024-10-02T10:00:00", "2024-09", 55.99)
    city.follow("2024-10-02 11:00")
    city.read("2024-10-02 10:00", "2024-09", 57.06)  # another way to write it
    row = city.follow("2024-10-02 12:00")[SEPTEMBER]
    assert (row["score"], row["score_before"], row["first_closed_score"]) == (5706, None, 5706)


def test_of_a_unit_that_nobody_knows_the_name_is_kept_and_it_takes_nobodys_place(city: City) -> None:
    city.read("2024-11-02T10:00", "2024-10", 90.0, unit="UBND tỉnh Bắc Ninh")
    city.read("2024-10-02T10:00", "2024-09", 89.0, unit="UBND tỉnh Đồng Nai")
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    rows = city.follow("2024-11-02 11:00")
    stranger = rows["2024-10/UBND tỉnh Bắc Ninh/TOTAL"]
    assert (stranger["unit"], stranger["named"], stranger["is_newest"]) == (None, "UBND tỉnh Bắc Ninh", True)
    assert rows["2024-09/UBND tỉnh Đồng Nai/TOTAL"]["is_newest"]
    assert (rows[SEPTEMBER]["named"], rows[SEPTEMBER]["is_newest"]) == (None, True)


def test_months_quarters_and_years_are_series_of_their_own(city: City) -> None:
    for period in ("2024-09", "2024-08", "2024-Q3", "2024-Q2", "2024"):
        city.read("2024-10-02T10:00", period, 55.99)
    rows = city.follow("2024-10-02 11:00")
    newest = {code.split("/")[0]: row["series"] for code, row in rows.items() if row["is_newest"]}
    assert newest == {"2024-09": "month", "2024-Q3": "quarter", "2024": "year"}
    assert {code.split("/")[0]: row["later_closed"] for code, row in rows.items()} == {
        "2024-09": 0,
        "2024-08": 1,
        "2024-Q3": 0,
        "2024-Q2": 1,
        "2024": 0,
    }


def test_a_month_that_is_over_stays_current_until_the_next_one_is_over_too(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-12T10:00", "2024-10", 30.0)
    row = city.follow("2024-10-12 11:00")[SEPTEMBER]
    assert (row["is_newest"], row["later_closed"]) == (False, 0)
    changed = row["changed_at"]
    city.read("2024-11-02T10:00", "2024-10", 61.18)
    row = city.follow("2024-11-02 11:00")[SEPTEMBER]
    assert (row["later_closed"], row["changed_at"]) == (1, changed)  # of September nothing new was read


def test_the_lowest_group_is_the_one_with_the_smallest_share_of_its_maximum(city: City) -> None:
    for group, score in (("CKMB", 9.0), ("TDGQ", 10.0), ("MDSH", 10.0), ("TTTT", None)):
        city.read("2024-10-02T10:00", "2024-09", score, indicator=group)
    rows = city.follow("2024-10-02 11:00")
    assert [code for code, row in rows.items() if row["is_lowest"]] == ["2024-09/H26.1/MDSH"]
    city.read(
        "2024-10-03T10:00", "2024-09", 12.0, indicator="MDSH"
    )  # of two that are alike, the one that lost more points
    rows = city.follow("2024-10-03 11:00")
    assert [code for code, row in rows.items() if row["is_lowest"]] == ["2024-09/H26.1/TDGQ"]


def test_a_group_for_which_nothing_was_counted_is_never_the_lowest(city: City) -> None:
    """The portal gives a unit without any file 0 points for progress."""
    city.read("2024-10-02T10:00", "2024-09", 0.0, indicator="TDGQ", numerator=0, denominator=0)
    for group in ("CKMB", "MDSH"):
        city.read("2024-10-02T10:00", "2024-09", 5.0, indicator=group, numerator=5, denominator=10)
    rows = city.follow("2024-10-02 11:00")
    assert [code for code, row in rows.items() if row["is_lowest"]] == ["2024-09/H26.1/MDSH"]


def test_what_is_unknown_or_exists_for_the_province_alone_is_set_aside(city: City) -> None:
    """As the portal really answers: no score without procedures of its own, none for files that were not reported."""
    parts: tuple[tuple[str, float | None, int], ...] = (
        ("PUBLISH_ON_TIME", 0.0, 77),
        ("PUBLIC_UPDATE_ON_TIME", None, 0),
        ("PUBLIC_CONTENT_FULL", 1.96, 89),
        ("DOSSIER_SYNC", None, 0),
    )
    for unit in ("H26", "H26.1"):
        city.read("2024-10-02T10:00", "2024-09", 1.96, unit=unit, indicator="CKMB")
        city.read("2024-10-02T10:00", "2024-09", 8.0, unit=unit, indicator="TDGQ", denominator=10)
        for code, score, denominator in parts:
            city.read("2024-10-02T10:00", "2024-09", score, unit=unit, indicator=code, denominator=denominator)

    def aside(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
        return {
            code.removeprefix("2024-09/"): (row["maximum_aside"], row["score_aside"])
            for code, row in rows.items()
            if row["maximum_aside"]
        }

    rows = city.follow("2024-10-02 11:00")
    assert aside(rows) == {
        "H26/CKMB": (1000, 0),
        "H26.1/CKMB": (1600, 0),
        "H26.1/PUBLISH_ON_TIME": (600, 0),
        "H26.1/PUBLIC_UPDATE_ON_TIME": (400, 0),
    }
    # 1.96 of 8 for the city, 1.96 of 2 for the department
    assert {code for code, row in rows.items() if row["is_lowest"]} == {"2024-09/H26/CKMB", "2024-09/H26.1/TDGQ"}
    city.read("2024-10-03T10:00", "2024-09", 3.33, unit="H26.1", indicator="PUBLIC_UPDATE_ON_TIME", denominator=78)
    city.read("2024-10-03T10:00", "2024-09", 6.0, unit="H26", indicator="DOSSIER_SYNC", denominator=9)
    rows = city.follow("2024-10-03 11:00")
    assert (aside(rows)["H26/CKMB"], aside(rows)["H26.1/CKMB"]) == ((400, 0), (1600, 333))
    city.is_city = "H26.1"  # the config names another one
    rows = city.follow("2024-10-03 12:00")
    assert (aside(rows)["H26/CKMB"], aside(rows)["H26.1/CKMB"]) == ((1000, 0), (600, 0))


def test_of_the_total_is_set_aside_what_is_of_its_groups_as_the_report_does(city: City) -> None:
    given: tuple[tuple[str, float | None, int | None], ...] = (
        *(("TOTAL", 50.0, None), ("CKMB", 1.96, None), ("TDGQ", 0.0, 0), ("MDHL", None, None)),
        *(("PUBLIC_UPDATE_ON_TIME", None, 0), ("PUBLIC_CONTENT_FULL", 1.96, 89)),
    )
    for code, score, denominator in given:
        city.read("2024-10-02T10:00", "2024-09", score, indicator=code, denominator=denominator)
    rows = city.follow("2024-10-02 11:00")
    with city.store.read() as session:
        at = AsOf(city.now, city.site.calendar)
        found = newest_of(session, "H26.1", month_of(date(2024, 9, 1)), at, same_age_days=3)
    total = rows["2024-09/H26.1/TOTAL"]
    assert (total["maximum_aside"], total["score_aside"]) == items_of(found, {}, is_city=False).total.aside
    assert total["maximum_aside"] == 1000 + 2000 + 1800  # of the province alone, and two whole groups


def test_of_a_single_known_group_nobody_says_that_it_is_the_lowest(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 1.0, indicator="CKMB")
    city.read("2024-10-02T10:00", "2024-09", None, indicator="TDGQ")
    assert not any(row["is_lowest"] for row in city.follow("2024-10-02 11:00").values())


def test_a_code_that_alertd_does_not_know_is_kept_and_is_neither_group_nor_total(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 0.0, indicator="NEW_CODE")
    row = city.follow("2024-10-02 11:00")["2024-09/H26.1/NEW_CODE"]
    assert (row["kind"], row["group"], row["score"], row["maximum"]) == ("unknown", None, 0, None)


def test_only_what_was_read_is_written_and_a_look_at_nothing_writes_nothing(city: City) -> None:
    city.read("2024-10-02T10:00", "2024-09", 55.99)
    city.read("2024-10-02T10:00", "2024-09", 41.0, unit="H26.2")
    first = city.follow("2024-10-02 11:00")
    city.read("2024-10-05T10:00", "2024-09", 57.06)
    rows = city.follow("2024-10-05 11:00")
    assert rows["2024-09/H26.2/TOTAL"] == first["2024-09/H26.2/TOTAL"]
    assert rows[SEPTEMBER]["changed_at"] == moment("2024-10-05 11:00")
    assert rows[SEPTEMBER]["id"] == first[SEPTEMBER]["id"]
    assert city.follow("2024-10-05 11:05") == rows
