"""What changed at once: which numbers are believed and which are not, in both directions, as a whole and of a unit."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alertd.intake.belief import Differences, Doubted, Judge, Measured, Move, Part
from alertd.intake.guard import age, judge
from alertd.intake.states import State
from alertd.model.calendar import working_calendar
from alertd.model.directory import Directory, UnitRow
from alertd.settings.source_shapes import SourceSettings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 10, 5, 1, tzinfo=UTC)  # Monday, 08:00 in Hanoi
RUNNING, WAITING, ENDED = State.RUNNING, State.WAITING, State.ENDED


def judge_of(language: str = "en", *, accepted: bool = False, **more: Any) -> Judge:
    settings = SourceSettings.model_validate(
        {
            "name": "one-stop",
            "dataset": "files",
            "kind": "http",
            "url": "http://127.0.0.1/",
            "fields": {"code": "Ma", "ended_at": "KetThuc", "due_at": "HenTra", "status": "TT"},
            **more,
        }
    )
    units = Directory((UnitRow("H26.1", "Sở Xây dựng"), UnitRow("H26.2", "UBND phường Ba Đình")))
    return Judge(
        settings, working_calendar(zone=HANOI, days_off=[date(2026, 9, 2)]), language, units, accepted=accepted
    )


def measured(whole: Part, units: dict[str, Part] | None = None, *, anew: bool = False, **more: Any) -> Measured:
    return Measured(
        complete=True,
        notes=(),
        rows=whole.after,
        rejected=0,
        listed=whole.after,
        before=more.get("before", whole.before),
        differences=Differences(0, whole, units or {}),
        absent=(),
        as_of=NOW,
        newest=NOW,
        anew=anew,
        days=more.get("days", 1),
    )


def move(before: State, after: State, **more: Any) -> Move:
    made = {"word_before": "", "word_after": "", "late_before": False, "late_after": False, "dated": False}
    return Move(before=before, after=after, **{**made, **more})


def part(count: int, **more: Any) -> Part:
    return Part(**{"before": count, "after": count, "compared": count, **more})


REOPENED, ENDS = move(ENDED, RUNNING), move(RUNNING, ENDED)
PROVED = move(RUNNING, ENDED, dated=True)
LATE = move(RUNNING, RUNNING, late_after=True)
IN_TIME = move(RUNNING, RUNNING, late_before=True)
ASKED = move(RUNNING, WAITING)
SWAPPED = move(ENDED, ENDED, word_before="done", word_after="processing")


@pytest.mark.parametrize(
    ("kind", "count", "of", "believed"),
    [
        (REOPENED, 6, 20, True),
        (REOPENED, 7, 20, False),
        (REOPENED, 19, 19, True),  # a small list says nothing
        (ENDS, 7, 20, False),
        (LATE, 7, 20, False),
        (IN_TIME, 7, 20, False),
        (SWAPPED, 7, 20, False),
        (PROVED, 199, 199, True),  # what everybody wants
        (PROVED, 60, 200, True),
        (PROVED, 61, 200, False),  # nobody ends a third of a city at once
        (ASKED, 199, 199, True),
        (ASKED, 61, 200, False),
    ],
)
def test_states_and_lateness_of_a_third_do_not_change_at_once(kind: Move, count: int, of: int, believed: bool) -> None:
    verdict = judge(measured(part(of, moves={kind: count})), judge_of(), NOW)
    assert verdict.reason is (None if believed else Doubted.SHIFTED)


@pytest.mark.parametrize(
    ("kind", "count", "believed"),
    [(REOPENED, 6, True), (REOPENED, 7, False), (LATE, 7, False), (ENDS, 7, False), (PROVED, 20, True)],
)
def test_of_one_unit_the_same_from_twenty_records_on(kind: Move, count: int, believed: bool) -> None:
    units = {"H26.1": part(20, moves={kind: count}), "H26.2": part(980)}
    verdict = judge(measured(part(1_000, moves={kind: count}), units), judge_of(), NOW)
    assert verdict.reason is (None if believed else Doubted.UNIT_SHIFTED)
    assert believed or "records of Sở Xây dựng" in verdict.detail


def test_after_an_outage_the_work_of_as_many_days_is_believed_and_what_nobody_does_is_not() -> None:
    done = part(1_000, moves={PROVED: 550}, gained={"ended_at": 550})
    assert judge(measured(done), judge_of(), NOW).reason is Doubted.SHIFTED
    assert judge(measured(done, days=2), judge_of(), NOW).reason is None
    assert judge(measured(part(1_000, moves={REOPENED: 550}), days=7), judge_of(), NOW).reason is Doubted.SHIFTED


def test_the_worst_unit_is_named_and_the_others_are_counted() -> None:
    units = {"H26.1": part(20, moves={LATE: 10}), "H26.2": part(30, moves={LATE: 30})}
    verdict = judge(measured(part(1_000, moves={LATE: 40}), units), judge_of("vi"), NOW)
    assert verdict.detail == (
        "30 trên 30 bản ghi của UBND phường Ba Đình cùng lúc chuyển từ “trong hạn” sang “quá hạn” (100%, mức cho phép 30%);"
        ' tương tự ở 1 đơn vị khác. Nếu đúng như vậy, chạy: alertd sources accept "one-stop" --reason "…"; nếu không, đề nghị'
        " kiểm tra nguồn"
    )


def test_what_is_reopened_says_how_much_of_it_becomes_overdue() -> None:
    moves = {REOPENED: 300, move(ENDED, RUNNING, late_after=True): 200, LATE: 10}
    verdict = judge(measured(part(1_000, moves=moves)), judge_of(), NOW)
    assert verdict.detail.startswith(
        "510 of 1,000 records changed their state at once, most of them (500) from “ended” to “in progress”, which makes 210"
        " of them overdue (51%, at most 30% are believed). If that is right, run: alertd sources accept"
    )


@pytest.mark.parametrize(
    ("before", "new", "believed"),
    [(100, 80, True), (100, 81, False), (99, 900, True), (None, 900, True), (0, 900, True)],
)
def test_a_list_does_not_double_at_once(before: int | None, new: int, believed: bool) -> None:
    whole = Part(before=before or 0, after=(before or 0) + new, new=new)
    verdict = judge(measured(whole, before=before), judge_of(), NOW)
    assert verdict.reason is (None if believed else Doubted.GREW)


def test_codes_that_are_all_written_anew_are_as_suspicious_as_a_list_that_doubles() -> None:
    verdict = judge(measured(Part(before=300, after=300, new=300)), judge_of(), NOW)
    assert verdict.detail.startswith("the list suddenly has 300 new records where it had 300 (100%, at most 80%")


def test_a_unit_does_not_double_either_and_a_ward_on_monday_may() -> None:
    units = {"H26.1": Part(before=100, after=200, new=100), "H26.2": Part(before=30, after=90, new=60)}
    verdict = judge(measured(Part(before=2_000, after=2_160, new=160), units), judge_of(), NOW)
    assert verdict.reason is Doubted.UNIT_GREW
    assert verdict.detail.startswith("Sở Xây dựng suddenly has 100 new records")
    assert judge(measured(Part(before=2_000, after=2_160, new=160), units), judge_of(max_rise=1.0), NOW).reason is None


@pytest.mark.parametrize(
    ("had", "lost", "reason"),
    [
        (300, 300, Doubted.SCHEMA),
        (300, 151, Doubted.SCHEMA),
        (300, 91, Doubted.EMPTIED),
        (300, 90, None),
        (10, 10, Doubted.EMPTIED),  # filled only in part
        (5, 5, Doubted.EMPTIED),
        (4, 4, None),
        (10, 5, None),
    ],
)
def test_cells_that_are_emptied(had: int, lost: int, reason: Doubted | None) -> None:
    whole = part(1_000, had={"ended_at": had}, lost={"ended_at": lost})
    assert judge(measured(whole), judge_of(), NOW).reason is reason


def test_cells_of_one_unit_that_are_emptied_name_column_and_unit() -> None:
    one = part(40, had={"ended_at": 12}, lost={"ended_at": 12})
    whole = part(1_000, had={"ended_at": 500}, lost={"ended_at": 12})
    verdict = judge(measured(whole, {"H26.1": one}), judge_of("vi"), NOW)
    assert verdict.reason is Doubted.UNIT_EMPTIED
    assert verdict.detail.startswith(
        "cột KetThuc (ended_at) của Sở Xây dựng bỗng dưng mất giá trị ở 12 trên 12 bản ghi (100%"
    )
    few = part(19, had={"ended_at": 12}, lost={"ended_at": 12})
    assert judge(measured(whole, {"H26.1": few}), judge_of(), NOW).reason is None


def test_a_column_that_is_filled_for_a_third_is_not_believed_unless_the_mapping_is_new() -> None:
    whole = part(200, gained={"ended_at": 61})
    assert judge(measured(whole), judge_of(), NOW).reason is Doubted.FILLED
    assert judge(measured(whole, anew=True), judge_of(), NOW).reason is None
    assert judge(measured(part(199, gained={"ended_at": 199})), judge_of(), NOW).reason is None


def test_of_a_source_that_lists_only_what_changed_small_numbers_say_nothing() -> None:
    def reason(of: int, **given: Any) -> Doubted | None:
        return judge(measured(part(of, **given)), judge_of(covers="changes"), NOW).reason

    assert reason(99, moves={REOPENED: 99}) is None
    assert reason(100, moves={REOPENED: 31}) is Doubted.SHIFTED
    assert reason(5_000, moves={PROVED: 5_000}) is None
    assert reason(5_000, moves={ASKED: 5_000}) is None
    assert reason(99, had={"ended_at": 19}, lost={"ended_at": 19}) is None
    assert judge(measured(Part(before=100, after=900, new=800)), judge_of(covers="changes"), NOW).reason is None


def test_all_findings_are_told_at_once_and_accepted_at_once() -> None:
    whole = part(1_000, new=900, had={"ended_at": 40}, lost={"ended_at": 20}, moves={LATE: 400})
    verdict = judge(measured(whole), judge_of(), NOW)
    assert verdict.reason is Doubted.GREW
    assert verdict.detail.count("; ") == 3
    assert verdict.detail.count("sources accept") == 1
    accepted = judge(measured(whole), judge_of(accepted=True), NOW)
    assert (accepted.reason, accepted.needed, accepted.detail) == (None, True, verdict.detail)


def test_an_acceptance_makes_neither_another_schema_nor_old_data_true() -> None:
    whole = part(1_000, had={"ended_at": 400}, lost={"ended_at": 400}, moves={REOPENED: 400})
    assert judge(measured(whole), judge_of(accepted=True), NOW).reason is Doubted.SCHEMA
    whole = part(1_000, moves={REOPENED: 400})
    old = judge_of(accepted=True, stale_after="1h")
    assert judge(measured(whole), old, NOW.replace(hour=3)).reason is Doubted.STALE


@pytest.mark.parametrize(
    ("newest", "now", "silent"),
    [
        # four working hours: the night, the weekend and a holiday do not count
        ("2026-10-02T16:00", "2026-10-05T10:30", False),  # Friday 16:00 → Monday 10:30: one and three
        ("2026-10-02T16:00", "2026-10-05T10:31", True),
        ("2026-10-02T22:00", "2026-10-05T11:29", False),  # after closing time on Friday
        ("2026-10-02T22:00", "2026-10-05T13:01", True),
        ("2026-10-03T09:00", "2026-10-05T11:00", False),  # a Saturday
        ("2026-10-05T09:30", "2026-10-05T15:00", False),  # two before noon, two after
        ("2026-10-05T09:30", "2026-10-05T15:01", True),
        ("2026-10-05T09:30", "2026-10-06T07:00", True),
        ("2026-09-01T16:00", "2026-09-03T10:30", False),  # over the second of September
        ("2026-09-01T16:00", "2026-09-03T10:31", True),
    ],
)
def test_the_sign_of_life_is_counted_in_office_hours(newest: str, now: str, silent: bool) -> None:
    last, at = (datetime.fromisoformat(f"{text}+07:00") for text in (newest, now))
    verdict = age(at, last, judge_of(sign_of_life="4 working hours"), at, records=10)
    assert (verdict.reason if verdict else None) is (Doubted.SILENT if silent else None)


def test_a_list_without_any_event_gives_no_sign_of_life_and_an_empty_one_need_not() -> None:
    by = judge_of(sign_of_life="4 working hours")
    verdict = age(NOW, None, by, NOW, records=10)
    assert verdict is not None
    assert verdict.detail.startswith("no record has an event that has happened")
    assert age(NOW, None, by, NOW, records=0) is None
