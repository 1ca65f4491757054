"""The formulas of the index against the real record of Hanoi and the real replies of the portal; periods as days."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alertd.model.calendar import working_calendar
from alertd.model.index_words import GROUPS, INDICATORS
from alertd.model.period import Period, month_of, period_of
from alertd.reports.items import items_of
from alertd.reports.readings import Compared, Reading
from alertd.reports.score import Counted, Scale, gain, ratio_of, score_of, score_of_ratio, sum_of, threshold_of
from alertd.settings.duty_shapes import Index

THRESHOLDS = Index().thresholds
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
READ_AT = datetime(2026, 10, 6, 3, tzinfo=UTC)


def scale(points: float, threshold: float = 100) -> Scale:
    return Scale(round(points * 100), threshold)


def hundredths(value: Any) -> int | None:
    return None if value is None else round(float(value) * 100)


@pytest.fixture(scope="module")
def hanoi(cases: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((cases / "hanoi_766_2026-10-06.json").read_text(encoding="utf-8"))
    return found


def metrics(reply: Any) -> Iterator[dict[str, Any]]:
    """Whatever in a reply has a score and numbers of its own."""
    if isinstance(reply, list):
        for each in reply:
            yield from metrics(each)
    elif isinstance(reply, dict):
        if "totalReceived" in reply and "ratio" in reply:
            score, most = reply.get("score", reply.get("totalScore")), reply.get("maxScore", reply.get("totalMaxScore"))
            numbers = {"numerator": reply["totalOnTime"], "denominator": reply["totalReceived"]}
            yield {"code": "TDGQ", "ratio": reply["ratio"], "score": score, "maxScore": most, **numbers}
        elif {"numerator", "code", "maxScore"} <= reply.keys():
            yield reply
        for each in reply.values():
            yield from metrics(each)


# --- by hand -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("numerator", "denominator", "maximum", "score"),
    [
        (750_334, 1_015_948, 20, 1477),
        (65, 78, 4, 333),
        (78, 80, 2, 195),
        (65, 84, 4, 310),
        (0, 77, 6, 0),
        (1, 800, 4, 1),
    ],
)
def test_a_score_is_the_share_of_the_maximum_to_the_nearest_hundredth(
    numerator: int, denominator: int, maximum: int, score: int
) -> None:
    assert score_of(Counted(numerator, denominator), scale(maximum)) == score


def test_a_ratio_alone_gives_the_same_score() -> None:
    assert score_of_ratio(7386, scale(20)) == 1477
    assert score_of_ratio(10_000, scale(2)) == 200


def test_from_the_threshold_on_a_score_is_the_maximum_and_below_it_in_proportion() -> None:
    assert score_of(Counted(80, 100), scale(2, 80)) == 200
    assert score_of(Counted(99, 100), scale(2, 80)) == 200
    assert score_of(Counted(40, 100), scale(2, 80)) == 100
    assert score_of(Counted(325, 1000), scale(2, 97.5)) == 67


def test_a_denominator_of_nothing_is_unknown_and_not_zero() -> None:
    assert score_of(Counted(0, 0), scale(6)) is None
    assert ratio_of(Counted(0, 0)) is None
    assert gain(Counted(0, 0), Counted(1, 1), scale(6)) is None
    assert sum_of([None, None]) is None


def test_what_is_unknown_adds_nothing_to_a_sum() -> None:
    assert sum_of([None, None, 196, 600]) == 796


def test_late_publication_lowers_the_ratio_where_it_was_not_counted_yet() -> None:
    assert gain(Counted(65, 78), Counted(65, 78).plus(denominator=6), scale(4)) == -23


def test_there_are_never_more_in_time_than_there_are() -> None:
    assert Counted(78, 80).plus(numerator=5) == Counted(80, 80)


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(1, 10_000), st.floats(0.5, 100))
def test_a_score_lies_between_nothing_and_the_maximum(n: int, d: int, maximum: int, threshold: float) -> None:
    score = score_of(Counted(min(n, d), d), Scale(maximum, threshold))
    assert score is not None
    assert 0 <= score <= maximum


def test_thresholds_are_those_of_the_settings() -> None:
    assert threshold_of("REUSED_DIGITIZED_DATA", THRESHOLDS) == 80
    assert threshold_of("DOSSIER_SYNC", THRESHOLDS) == 100


# --- the real record ------------------------------------------------------------------------------------------------
def test_every_score_of_the_real_replies_is_computed_from_its_numbers(cases: Path) -> None:
    seen = 0
    for name in ("hanoi_766_2026-10-06", "dvcqg_progress_month_phutho", "dvcqg_transparency_month_phutho"):
        for each in metrics(json.loads((cases / f"{name}.json").read_text(encoding="utf-8"))):
            by = scale(each["maxScore"], threshold_of(each["code"], THRESHOLDS))
            if each["denominator"] is None:
                assert score_of_ratio(round(each["ratio"] * 100), by) == hundredths(each["score"]), each
                continue
            counted = Counted(each["numerator"], each["denominator"])
            if each["denominator"]:
                assert ratio_of(counted) == hundredths(each["ratio"]), each
                assert score_of(counted, by) == hundredths(each["score"]), each
            else:  # the portal says null of one thing and 0 of another; neither can be computed
                assert score_of(counted, by) is None
                assert not each["score"]
            seen += 1
    assert seen > 30


def test_every_group_and_the_total_of_the_real_record_are_sums(hanoi: dict[str, Any]) -> None:
    readings = dict(_readings(hanoi))
    items = items_of(readings, THRESHOLDS, is_city=True)
    assert (items.total.score, items.total.computed, items.total.differs_by) == (5479, 5479, None)
    by_code = {item.code: item for item in items.groups}
    assert {code: by_code[code].computed for code in ("CKMB", "MDSH", "MDHL")} == {
        "CKMB": 1128,
        "MDSH": 785,
        "MDHL": 705,
    }
    assert by_code["TDGQ"].computed == 1477
    assert [part.code for item in items.groups for part in item.parts if part.differs_by is not None] == []


def test_with_other_thresholds_the_difference_is_shown(hanoi: dict[str, Any]) -> None:
    items = items_of(dict(_readings(hanoi)), {}, is_city=True)
    off = {part.code: part.differs_by for item in items.groups for part in item.parts if part.differs_by is not None}
    assert off == {"REUSED_DIGITIZED_DATA": 16, "DOSSIER_RECEIVING_SATISFACTION": 49}


def test_what_exists_for_the_province_alone_is_not_shown_of_a_unit(hanoi: dict[str, Any]) -> None:
    items = items_of(dict(_readings(hanoi)), THRESHOLDS, is_city=False)
    shown = {part.code for item in items.groups for part in item.parts}
    assert "PUBLIC_CONTENT_FULL" in shown
    assert not shown & {"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"}
    assert {item.code: item.computed for item in items.groups}["CKMB"] == 1128


def test_what_is_unknown_or_exists_for_the_province_alone_is_no_loss() -> None:
    """As the portal really answers of an office without procedures of its own, and without files."""
    found = {
        "TOTAL": _reading("TOTAL", 196),
        "CKMB": _reading("CKMB", 196),
        "PUBLISH_ON_TIME": _reading("PUBLISH_ON_TIME", None, numerator=0, denominator=0),
        "PUBLIC_CONTENT_FULL": _reading("PUBLIC_CONTENT_FULL", 196, numerator=87, denominator=89),
        "DOSSIER_SYNC": _reading("DOSSIER_SYNC", None, numerator=0, denominator=0),
        "TDGQ": _reading("TDGQ", 0, numerator=0, denominator=0),
    }

    def lost(*, is_city: bool, **more: Reading) -> dict[str, int | None]:
        items = items_of({code: Compared(each) for code, each in (found | more).items()}, {}, is_city=is_city)
        every = [items.total, *items.groups, *(part for group in items.groups for part in group.parts)]
        return {item.code: item.lost for item in every if item.reading}

    assert lost(is_city=False) == {
        "TOTAL": 10000 - 1600 - 2000 - 196,
        "CKMB": 4,
        "TDGQ": None,
        "PUBLIC_CONTENT_FULL": 4,
        "DOSSIER_SYNC": None,
    }
    assert lost(is_city=True)["CKMB"] == 1800 - 600 - 600 - 196  # the other one was not read at all, and may be lost
    # the province's own figure stands with the unit's: neither its points nor its maximum are the unit's
    copied = {"PUBLISH_ON_TIME": _reading("PUBLISH_ON_TIME", 300), "CKMB": _reading("CKMB", 496)}
    assert lost(is_city=False, **copied)["CKMB"] == 4
    assert lost(is_city=False, CKMB=_reading("CKMB", 1801))["CKMB"] == -1  # above its maximum
    assert lost(is_city=False, CKMB=_reading("CKMB", 1799))["CKMB"] == 0


def test_every_row_of_the_older_reply_is_the_sum_of_its_six_groups(cases: Path) -> None:
    tables = json.loads((cases / "rest_jsp_766_sample.json").read_text(encoding="utf-8"))
    rows = [row for name in ("year", "month") for row in tables[name]]
    assert len(rows) >= 8
    for row in rows:
        groups = [hundredths(row[code]) for code in ("TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB")]
        total = hundredths(row["TONG_SCORE"])
        assert total is not None
        assert abs(total - (sum_of(groups) or 0)) <= 1, row


def test_a_total_without_all_six_groups_is_not_computed() -> None:
    readings = {code: Compared(_reading(code, 100)) for code in (*GROUPS[:5], "TOTAL")}
    assert items_of(readings, {}, is_city=True).total.computed is None


def test_a_code_that_is_not_known_is_kept_and_adds_to_nothing() -> None:
    readings = {code: Compared(_reading(code, 100)) for code in (*GROUPS, "TOTAL", "NEW_INDICATOR")}
    items = items_of(readings, {}, is_city=True)
    assert [item.code for item in items.unknown] == ["NEW_INDICATOR"]
    assert items.total.computed == 600


def _reading(code: str, score: int | None, **given: Any) -> Reading:
    found = INDICATORS.get(code)
    values: dict[str, Any] = dict.fromkeys(("numerator", "denominator", "ratio", "rank", "quality"))
    values |= {"maximum": found.maximum * 100 if found else None, "computed_at": READ_AT} | given
    return Reading(unit="H26", indicator=code, score=score, **values)


def _readings(record: dict[str, Any]) -> Iterator[tuple[str, Compared]]:
    yield "TOTAL", Compared(_reading("TOTAL", hundredths(record["totalScore"]), rank=record["rank"]))
    for group, score in record["groupScores"].items():
        parts = next(value for key, value in record["componentIndicators"].items() if key.startswith(group))
        numbers = {"ratio": hundredths(parts["ratio"])}
        if group == "TDGQ":
            numbers |= {"numerator": parts["totalOnTime"], "denominator": parts["totalReceived"]}
        yield group, Compared(_reading(group, hundredths(score), **numbers))
        for each in parts.get("metrics", []):
            more = {name: each[name] for name in ("numerator", "denominator")}
            more["ratio"] = hundredths(each["ratio"])
            yield each["code"], Compared(_reading(each["code"], hundredths(each["score"]), **more))


# --- periods -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first", "last", "before", "vi"),
    [
        ("2024-09", date(2024, 9, 1), date(2024, 9, 30), "2024-08", "tháng 9/2024"),
        ("2024-01", date(2024, 1, 1), date(2024, 1, 31), "2023-12", "tháng 1/2024"),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), "2023-Q4", "quý I/2024"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "2023", "năm 2024"),
    ],
)
def test_a_period_is_days(text: str, first: date, last: date, before: str, vi: str) -> None:
    span = period_of(text)
    assert span is not None
    assert (span.first, span.last, span.before.text, span.text, span.named("vi")) == (first, last, before, text, vi)


@pytest.mark.parametrize("text", ["2024-13", "2024-Q5", "24-09", "2024-9", "", "2024-09-01", "1999"])
def test_anything_else_is_no_period(text: str) -> None:
    assert period_of(text) is None


def test_a_month_that_runs_is_compared_with_the_one_before_at_the_same_age() -> None:
    october = month_of(date(2024, 10, 9))
    read = datetime(2024, 10, 9, 3, tzinfo=UTC)  # 10:00 in Hanoi
    assert october.as_old_before(read, CALENDAR) == datetime(2024, 9, 9, 3, tzinfo=UTC)
    late = datetime(2024, 10, 31, 3, tzinfo=UTC)  # September has no 31st day
    assert october.as_old_before(late, CALENDAR) == datetime(2024, 9, 30, 16, 59, 59, tzinfo=UTC)


def test_a_month_that_is_over_is_compared_as_long_after_its_end() -> None:
    read = datetime(2024, 11, 2, 3, tzinfo=UTC)
    assert Period(date(2024, 10, 1), 1).as_old_before(read, CALENDAR) == datetime(2024, 10, 2, 3, tzinfo=UTC)
