"""Readings of the index on both databases: added once, never overwritten, kept whatever is wrong with them, told once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alertd.model.directory import UnitRow
from alertd.model.index import index_log_table
from alertd.model.words import PollState
from alertd.settings.index_shapes import GIVEN
from alertd.store.database import Store
from tests.integration.intake_site import HANOI, MONDAY, UNITS, Intake, settings_of, site_of


def reading(indicator: str = "TOTAL", score: Any = "55.99", **given: Any) -> dict[str, Any]:
    """As a reply or a table gives one: no time of computing unless it is told."""
    return {"period": "2026-09", "unit": "H26", "indicator": indicator, "score": score, **given}


def intake(store: Store, name: str = "portal", **more: Any) -> Intake:
    made = {"dataset": "index_readings", "fields": GIVEN, "values": {}, "covers": "all", **more}
    return Intake(store, settings=settings_of(name, **made), site=site_of(authorities={"portal": 10, "table": 1}))


def log(site: Intake) -> list[Any]:
    """In the order in which the rows came."""
    table = index_log_table
    with site.store.read() as session:
        found = select(table).where(table.c.source == site.settings.name).order_by(table.c.id)
        return list(session.connection().execute(found).all())


def scores(site: Intake) -> list[tuple[str, int | None]]:
    return [(row.item, row.score) for row in log(site)]


# --- what is new -----------------------------------------------------------------------------------------------------
def test_without_a_time_of_computing_an_unchanged_value_is_no_new_reading_and_a_changed_one_is(store: Store) -> None:
    site = intake(store)
    for score in ("55.99", "55.99", 55.99, "57.06", "57.06", "55.99"):
        assert site.poll([reading(score=score)]).believed
    assert scores(site) == [("2026-09/H26/TOTAL", 5599), ("2026-09/H26/TOTAL", 5706), ("2026-09/H26/TOTAL", 5599)]
    times = [row.computed_at.astimezone(HANOI).hour for row in log(site)]
    assert times == [8, 11, 13]  # the polls that saw the change
    assert [poll.new for poll in site.polls()] == [1, 0, 0, 1, 0, 1]
    assert [poll.unchanged for poll in site.polls()] == [0, 1, 1, 0, 1, 0]
    assert site.staged() == 0


def test_the_first_reading_after_a_periods_end_is_its_result_also_where_nothing_moved(store: Store) -> None:
    """Else the month would never be closed, and what is restated later would be its first result."""
    site = intake(store)
    for now in ("2026-09-29 08:00", "2026-09-30 23:00", "2026-10-01 00:05", "2026-10-02 08:00"):
        site.now = datetime.fromisoformat(now).replace(tzinfo=HANOI)
        assert site.poll([reading(), reading(score="50", period="2026-10")]).believed
    times = [(row.period, row.computed_at.astimezone(HANOI).isoformat()[5:16]) for row in log(site)]
    assert times == [("2026-09", "09-29T08:00"), ("2026-10", "09-29T08:00"), ("2026-09", "10-01T00:05")]
    at = "2026-09-20T10:00:00+07:00"  # with a time of its own it is the same reading
    for _ in range(2):
        site.poll([reading("CKMB", computed_at=at)])
    assert [row.indicator for row in log(site)].count("CKMB") == 1


def test_with_a_time_of_computing_the_same_reading_twice_adds_nothing_and_out_of_order_ones_are_taken(
    store: Store,
) -> None:
    site = intake(store)
    late, early = "2026-10-02T10:00:00+07:00", "2026-10-01T10:00:00+07:00"
    site.poll([reading(score="57.06", computed_at=late)])
    site.poll([reading(score="57.06", computed_at="2026-10-02T03:00:00Z")])  # the same moment, written otherwise
    site.poll([reading(score="55.99", computed_at=early), reading(score="57.06", computed_at=late)])
    site.poll([reading(score="55.99", computed_at=early), reading(score="57.06", computed_at=late)])
    assert [row.score for row in log(site)] == [5706, 5599]
    assert [row.code for row in log(site)] == [
        "2026-09/H26/TOTAL@2026-10-02 03:00:00",
        "2026-09/H26/TOTAL@2026-10-01 03:00:00",
    ]


def test_another_value_for_a_known_time_is_a_further_reading_and_nothing_is_overwritten(store: Store) -> None:
    site, at = intake(store), "2026-10-02T10:00:00+07:00"
    for score in ("55.99", "57.06", "57.06", "55.99", "55.99"):
        site.poll([reading(score=score, computed_at=at)])
    assert [row.score for row in log(site)] == [5599, 5706, 5599]
    assert [row.code.partition("@")[2] for row in log(site)] == [
        "2026-10-02 03:00:00",
        "2026-10-02 03:00:00#2",
        "2026-10-02 03:00:00#3",
    ]
    assert len({row.computed_at for row in log(site)}) == 1


def test_a_moved_rank_or_a_new_quality_flag_is_a_reading_of_its_own(store: Store) -> None:
    site = intake(store)
    for given in ({"rank": 60}, {"rank": 60}, {"rank": "61"}, {"rank": 61, "quality": "TEMP"}):
        site.poll([reading(**given)])
    assert [(row.rank, row.quality) for row in log(site)] == [(60, None), (61, None), (61, "TEMP")]


def test_null_is_unknown_and_never_0(store: Store) -> None:
    site = intake(store)
    none = {"ratio": None, "numerator": 0, "denominator": 0, "quality": "NO_NATIONAL_REPORT_DATA"}
    site.poll([reading("DOSSIER_SYNC", None, **none), reading("PUBLISH_ON_TIME", "", ratio=""), reading("TDGQ", 0)])
    assert {(row.indicator, row.score, row.ratio, row.quality) for row in log(site)} == {
        ("DOSSIER_SYNC", None, None, "NO_NATIONAL_REPORT_DATA"),
        ("PUBLISH_ON_TIME", None, None, None),
        ("TDGQ", 0, None, None),
    }
    assert {row.indicator: row.maximum for row in log(site)} == {
        "DOSSIER_SYNC": 600,
        "PUBLISH_ON_TIME": 600,
        "TDGQ": 2000,
    }


# --- belief ----------------------------------------------------------------------------------------------------------
def many(count: int, period: str = "2026-09", **given: Any) -> list[dict[str, Any]]:
    return [reading("TDGQ", 15, unit=f"Đơn vị {number}", period=period, **given) for number in range(count)]


def test_absence_and_growth_mean_nothing_whatever_covers_says(store: Store) -> None:
    site = intake(store, covers="all")
    for records in (many(200), many(1), many(1), many(1000, "2026-10"), []):
        assert site.poll(records).state is PollState.BELIEVED
    assert len(log(site)) == 1200
    assert {row.gone_at for row in log(site)} == {None}
    assert {row.missed for row in log(site)} == {0}


def test_numbers_that_all_become_unknown_at_once_are_not_believed_until_somebody_accepts_it(store: Store) -> None:
    site = intake(store)
    site.poll(many(40, numerator=1, denominator=2, ratio=50))
    emptied = [{**record, "score": None} for record in many(40, numerator=1, denominator=2, ratio=50)]
    done = site.poll(emptied)
    assert (done.state, done.reason) == (PollState.NOT_BELIEVED, "emptied")
    assert "accept" in done.detail
    assert {row.score for row in log(site)} == {1500}
    new_month = [{**record, "period": "2026-10"} for record in emptied]
    assert site.poll(new_month).believed  # of which nothing was known
    assert site.poll(many(40)).believed is False  # numerator, denominator and ratio are gone


def test_a_reply_that_gives_no_unit_at_all_is_doubted_where_periods_are_asked_for(store: Store) -> None:
    asked = intake(store, reply="index_rows", index={"running": "month"})
    assert asked.poll([]).reason == "empty"
    assert asked.poll([reading()]).believed
    assert asked.poll([]).reason == "empty"
    assert len(asked.troubles()) >= 1


# --- what is wrong is kept, and told ------------------------------------------------------------------------------------
def told(site: Intake) -> dict[str, str]:
    last = max(reject.poll_id for reject in site.rejects())
    return {reject.value: reject.field for reject in site.rejects() if reject.poll_id == last and not reject.dropped}


def test_unknown_codes_scores_above_the_maximum_coming_periods_and_unknown_units_are_kept_and_told(
    store: Store,
) -> None:
    site = intake(store)
    records = [
        reading("Chỉ số mới", 1),
        reading("chỉ số mới", 1, unit="H26.1"),
        reading("TDGQ", "20.5"),
        reading("TTTT", 11, maximum=12),
        reading("MDHL", 1, period="2026-11"),
        reading("MDSH", 1, unit="H44.03", unit_name="Ban quản lý khu công nghiệp"),
        reading("MDSH", 2, unit="H99", unit_name="Sở Xây dựng"),  # whose code there is none of ours, but whose name is
    ]
    for _ in range(2):
        assert site.poll(records).state is PollState.BELIEVED
        assert told(site) == {
            "CHỈ SỐ MỚI": "indicator",
            "2026-09/H26/TDGQ: 20.50 > 20.00": "score",
            "2026-11": "period",
            "H44.03 (Ban quản lý khu công nghiệp)": "unit",
        }
    assert len(site.troubles()) == 4  # one of each kind, once
    assert {trouble.until for trouble in site.troubles()} == {None}
    said = " ".join(trouble.what for trouble in site.troubles())
    assert "units.csv (H44.03 (Ban quản lý khu công nghiệp))" in said
    # in words, without the codes by which readings are kept
    assert "(Chỉ số tháng 9/2026, UBND Thành phố Hà Nội: tiến độ giải quyết, 20,50 > 20,00)" in said
    assert "(tháng 11/2026)" in said
    assert len(log(site)) == len(records)
    assert {(row.unit, row.unit_named) for row in log(site) if row.indicator == "MDSH"} == {
        (None, "H44.03"),
        ("H26.1", None),
    }


def test_a_further_unknown_code_is_told_although_another_one_stands_and_neither_twice(store: Store) -> None:
    site = intake(store)
    first, second, nameless = reading("MỚI 1", 1), reading("MỚI 2", 1), reading("TDGQ", 1, unit=None)

    def heard() -> list[str]:
        return [trouble.what for trouble in site.troubles() if trouble.subject.endswith(":indicator")]

    site.poll([first])
    site.poll([first, second])
    site.poll([second, first])
    site.poll([first, second, nameless])
    assert ["(MỚI 1)" in heard()[0], "2 mã chỉ số chưa biết (MỚI 2; MỚI 1)" in heard()[1], len(heard())] == [
        True,
        True,
        2,
    ]
    assert sum("(không ghi đơn vị)" in trouble.what for trouble in site.troubles()) == 1


def test_a_code_that_came_first_in_a_poll_that_was_not_believed_is_told_once_it_is(store: Store) -> None:
    site = intake(store)
    known = many(40, numerator=1, denominator=2, ratio=50)
    site.poll([*known, reading("MỚI 1", 1)])
    both = [reading("MỚI 1", 1), reading("MỚI 2", 1)]
    assert site.poll([*({**record, "score": None} for record in known), *both]).state is PollState.NOT_BELIEVED
    for _ in range(2):
        assert site.poll([*known, *both]).believed
        heard = [trouble.what for trouble in site.troubles() if trouble.subject.endswith(":indicator")]
        assert ["MỚI 2" in what for what in heard] == [False, True]


GROUPS = {"CKMB": "11.28", "TDGQ": "14.77", "ONLINE": "9.25", "TTTT": "4.59", "MDSH": "7.85", "MDHL": "7.05"}


@pytest.mark.parametrize(
    ("total", "wrong"), [("54.79", False), ("54.80", False), ("54.81", True), ("54.77", True), (None, False)]
)
@pytest.mark.parametrize("at", [None, "2026-10-02T10:00:00+07:00"])
def test_a_total_that_is_not_the_sum_of_its_groups_is_told_at_every_poll_that_lists_it(
    store: Store, total: str | None, wrong: bool, at: str | None
) -> None:
    site = intake(store)
    rows = [reading("TOTAL", total), *(reading(group, score) for group, score in GROUPS.items())]
    for _ in range(2):  # the second time nothing is new
        assert site.poll([{**row, "computed_at": at} for row in rows]).believed
        said = [reject.value for reject in site.rejects() if reject.poll_id == site.polls()[-1].id]
        assert said == ([f"2026-09/H26: {total} ≠ 54.79"] if wrong else [])
        assert [trouble.until for trouble in site.troubles()] == ([None] if wrong else [])
        shown = f"{total}".replace(".", ",")
        assert all(f", tháng 9/2026: {shown} ≠ 54,79)" in trouble.what for trouble in site.troubles())
    assert len(log(site)) == 7
    later = None if at is None else "2026-10-03T10:00:00+07:00"
    site.poll([{**row, "computed_at": later} for row in (reading("TOTAL", "54.79"), *rows[1:])])
    assert all(trouble.until for trouble in site.troubles())


def test_with_a_group_that_is_unknown_no_sum_is_told(store: Store) -> None:
    site = intake(store)
    site.poll([reading("TOTAL", 99), *(reading(group, score) for group, score in {**GROUPS, "TTTT": None}.items())])
    assert site.rejects() == []


@pytest.mark.parametrize(
    ("period", "meant"),
    [("9/2026", "2026-09"), ("09/2026", "2026-09"), ("q3/2026", "2026-Q3"), ("2026-9", "2026-09"), (2026, "2026")],
)
def test_periods_are_read_as_people_write_them(store: Store, period: Any, meant: str) -> None:
    site = intake(store)
    site.poll([reading(period=period)])
    assert [row.period for row in log(site)] == [meant]


@pytest.mark.parametrize(
    "given", [{"period": "tháng 9"}, {"period": "2026-13"}, {"indicator": ""}, {"computed_at": "hôm qua"}]
)
def test_a_row_without_a_period_an_indicator_or_a_readable_time_is_kept_apart(
    store: Store, given: dict[str, Any]
) -> None:
    site = intake(store)
    assert site.poll([reading(), {**reading("TDGQ"), **given}]).counts.rejected == 1
    assert len(log(site)) == 1


# --- units -------------------------------------------------------------------------------------------------------------
def test_readings_of_a_unit_go_on_under_its_code_once_units_csv_knows_it(store: Store) -> None:
    site, at = intake(store), "2026-10-02T10:00:00+07:00"
    records = [reading(unit="H26.7", computed_at=at), reading("TDGQ", 15, unit="Sở Mới")]
    site.poll(records)
    site.site = site_of(units=(*UNITS, UnitRow("H26.7", "Sở Tư pháp"), UnitRow("H26.70", "Sở Mới")))
    site.poll(records)
    site.poll([records[0], {**records[1], "score": 16}])
    assert {(row.unit, row.unit_named, row.item, row.score) for row in log(site)} == {
        ("H26.7", None, "2026-09/H26.7/TOTAL", 5599),
        ("H26.70", None, "2026-09/H26.70/TDGQ", 1500),
        ("H26.70", None, "2026-09/H26.70/TDGQ", 1600),
    }
    assert len(log(site)) == 4  # of the reading without a time once more: the first under the new code
    assert told_nothing(site)


def told_nothing(site: Intake) -> bool:
    return not [reject for reject in site.rejects() if reject.poll_id == site.polls()[-1].id]


def test_a_name_that_two_units_had_is_that_of_the_one_on_the_periods_last_day(store: Store) -> None:
    site, name = intake(store), "Văn phòng Đăng ký đất đai Hà Nội"
    site.poll([reading(unit=name, period="2024-09"), reading(unit=name, period="2026-09")])
    assert {row.period: row.unit for row in log(site)} == {"2024-09": "H26.8", "2026-09": "H26.9"}


def test_the_city_stands_under_its_own_code_by_the_words_of_the_source(store: Store) -> None:
    site = intake(store, values={"unit": {"UBND TP Hà Nội": "H26", "000.00.01.H26": "H26"}})
    site.poll([reading(unit="UBND TP Hà Nội"), reading("TDGQ", 1, unit="000.00.01.H26", unit_name="UBND TP")])
    assert {row.unit for row in log(site)} == {"H26"}


# --- two sources -------------------------------------------------------------------------------------------------------
def test_all_readings_of_an_item_that_count_are_those_of_one_source_the_one_of_the_highest_authority(
    store: Store,
) -> None:
    table, portal = intake(store, "table"), intake(store, "portal")
    for score in (55, 56):
        table.poll([reading(score=score), reading("TDGQ", score - 40)])
    assert {row.preferred for row in log(table)} == {True}
    portal.now = table.now + timedelta(hours=1)
    portal.poll([reading(score="55.99")])
    assert {(row.indicator, row.preferred) for row in log(table)} == {("TOTAL", False), ("TDGQ", True)}
    assert {row.preferred for row in log(portal)} == {True}
    table.now = portal.now
    table.poll([reading(score=57), reading("TDGQ", 17)])
    assert {(row.indicator, row.preferred) for row in log(table)} == {("TOTAL", False), ("TDGQ", True)}
    assert len(log(table)) == 6


def test_a_poll_that_is_not_believed_leaves_no_reading(store: Store) -> None:
    site = intake(store)
    site.source.complete = False
    assert site.poll([reading()]).reason == "incomplete"
    assert log(site) == []
    site.source.complete = True
    site.now = MONDAY + timedelta(days=1)
    assert site.poll().believed
    assert len(log(site)) == 1
