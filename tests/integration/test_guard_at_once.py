"""What the guard measures of a snapshot beside what is stored: at one moment, as a whole and by unit, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from alertd.intake.poll import accept
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.words import PollState
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, MONDAY, Intake, file, files, settings_of, site_of

ENDED_AT = "2026-10-02T09:00:00"
PAST, NEXT = "2026-09-28T17:00:00", "2026-10-09T17:00:00"


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(store)


def city(count: int = 60, **given: Any) -> list[dict[str, Any]]:
    """A third of them ended on Friday, all due last Monday; two units in turn."""
    made = []
    for number in range(count):
        unit, end = ("H26.1", "H26.2")[number % 2], {"KetThuc": ENDED_AT, "TrangThai": "9"} if number % 3 == 0 else {}
        made.append(file(number, DonVi=unit, HenTra=PAST, **{**end, **given}))
    return made


def changed(records: list[dict[str, Any]], unit: str = "", **given: Any) -> list[dict[str, Any]]:
    return [{**row, **given} if not unit or row["DonVi"] == unit else row for row in records]


def is_refused(intake: Intake, records: list[dict[str, Any]], reason: str, *words: str) -> None:
    """Nothing stored changes, the office hears it, and a good snapshot heals it."""
    before = intake.rows()
    done = intake.poll(records)
    assert (done.state, done.reason) == (PollState.NOT_BELIEVED, reason), done.detail
    assert [word for word in words if word not in done.detail] == []
    assert (intake.rows(), intake.history(), intake.staged()) == (before, [], 0)
    assert intake.troubles()[-1].until is None


def test_an_end_that_goes_empty_is_not_believed_although_few_had_one(intake: Intake) -> None:
    intake.poll(city())
    is_refused(intake, changed(city(), KetThuc=""), "schema", "KetThuc (ended_at)")
    is_refused(intake, changed(city(), KetThuc="", TrangThai="4"), "schema", "20 bản ghi có giá trị trước đó, nay 20")
    assert intake.poll(city()).counts.unchanged == 60


def test_an_end_that_goes_empty_in_one_unit_is_not_believed(intake: Intake) -> None:
    intake.poll(city(90))
    broken = changed(city(90), "H26.1", KetThuc="", TrangThai="4")
    is_refused(
        intake,
        broken,
        "unit_emptied",
        "cột KetThuc (ended_at) của Sở Xây dựng bỗng dưng mất giá trị ở 15 trên 15 bản ghi",
        "15 trên 45 bản ghi của Sở Xây dựng cùng lúc chuyển từ “đã kết thúc” sang “đang xử lý”, làm 15 bản ghi trở thành quá hạn",
        'sources accept "one-stop"',
    )
    assert intake.poll(city(90)).believed


def test_a_source_without_a_column_of_ends_is_watched_by_its_words(store: Store) -> None:
    fields = {name: theirs for name, theirs in FIELDS.items() if name != "ended_at"}
    intake = Intake(store, settings_of(fields=fields))
    intake.poll(city())
    words = {"4": "9", "9": "4"}
    swapped = [{**row, "TrangThai": words[row["TrangThai"]]} for row in city()]
    is_refused(intake, swapped, "shifted", "20 trên 60 bản ghi cùng lúc chuyển từ “đã kết thúc” sang “đang xử lý”")


def test_words_that_are_swapped_are_not_believed_although_ends_are_given(intake: Intake) -> None:
    intake.poll(city())
    words = {"4": "9", "9": "4"}
    swapped = [{**row, "TrangThai": words[row["TrangThai"]]} for row in city()]
    is_refused(intake, swapped, "shifted", "“đang xử lý” sang “đã kết thúc”")


def test_due_dates_that_jump_are_not_believed_in_either_direction(intake: Intake) -> None:
    intake.poll(city())
    is_refused(intake, changed(city(), HenTra=NEXT), "shifted", "40 trên 60", "“quá hạn” sang “trong hạn”")
    other = Intake(intake.store, settings_of("other"), site_of(authorities={"other": 1}))
    other.poll(changed(city(), HenTra=NEXT))
    is_refused(other, city(), "shifted", "“trong hạn” sang “quá hạn”")
    is_refused(other, changed(changed(city(), HenTra=NEXT), "H26.2", HenTra=PAST), "unit_shifted")


def test_of_one_unit_due_dates_do_not_jump_either(intake: Intake) -> None:
    intake.poll(changed(city(120), HenTra=NEXT))
    broken = changed(changed(city(120), HenTra=NEXT), "H26.2", HenTra=PAST)
    is_refused(intake, broken, "unit_shifted", "40 trên 60 bản ghi của UBND phường Ba Đình")


@pytest.mark.parametrize("days", [1, 4, 7, 60])
def test_time_that_passes_is_no_change(intake: Intake, days: int) -> None:
    """A due date that all share, a weekend, weeks without a poll: every file has become late meanwhile, none by its source."""
    due_today = changed(city(), HenTra="2026-10-05T17:00:00")
    intake.poll(due_today, hours=24 * days)
    assert intake.poll(changed(due_today, TiepNhan="2026-09-02T08:00:00")).counts.changed == 60


def test_time_that_passes_is_no_change_where_it_is_counted_by_the_minute(store: Store) -> None:
    intake = Intake(store, settings_of(due_by="minute"))
    due_today = changed(city(), HenTra="2026-10-05T10:00:00")
    intake.poll(due_today, hours=3)
    assert intake.poll(changed(due_today, TiepNhan="2026-09-02T08:00:00")).counts.changed == 60


def test_files_that_wait_for_the_citizen_since_nobody_knows_when_are_not_late_for_being_read_again(
    store: Store,
) -> None:
    fields = {name: theirs for name, theirs in FIELDS.items() if not name.startswith("supplement_")}
    intake = Intake(store, settings_of(fields=fields))
    waiting = [file(number, TrangThai="5", HenTra="2026-10-05T17:00:00") for number in range(40)]
    intake.poll(waiting, hours=72)
    assert intake.poll(changed(waiting, TiepNhan="2026-09-02T08:00:00")).counts.changed == 40


def test_a_ward_that_finishes_its_work_is_believed(intake: Intake) -> None:
    intake.poll(city())
    done = changed(city(), "H26.2", KetThuc="2026-10-05T08:30:00", TrangThai="9")
    assert intake.poll(done).counts.changed == 30


def test_ends_that_are_entered_long_after_prove_nothing(intake: Intake) -> None:
    open_ones = changed(city(), KetThuc="", TrangThai="4")
    intake.poll(open_ones)
    back = changed(open_ones, KetThuc="2026-09-20T09:00:00", TrangThai="9")
    is_refused(intake, back, "shifted", "60 trên 60 bản ghi cùng lúc chuyển từ “đang xử lý” sang “đã kết thúc”")


def test_a_city_that_ends_everything_at_once_is_not_believed(intake: Intake) -> None:
    open_ones = files(240)
    intake.poll(open_ones)
    is_refused(intake, changed(open_ones, KetThuc="2026-10-05T08:30:00", TrangThai="9"), "shifted", "240 trên 240")


def test_a_list_that_doubles_is_not_believed(intake: Intake) -> None:
    intake.poll(files(100))
    is_refused(
        intake, files(200), "grew", "thêm 100 bản ghi mới, trong khi trước đó có 100 bản ghi (100%, mức cho phép 80%)"
    )
    anew = [{**row, "Ma": f"000.00.01.{row['Ma']}"} for row in files(100)]
    is_refused(intake, anew, "grew")
    assert intake.poll(files(180)).counts.new == 80


def test_a_unit_that_doubles_is_not_believed_and_one_that_takes_over_is(intake: Intake) -> None:
    both = [*files(100), *(file(number, DonVi="H26.2") for number in range(100, 300))]
    intake.poll(both)
    is_refused(
        intake, [*both, *(file(number) for number in range(300, 400))], "unit_grew", "Sở Xây dựng bỗng dưng có thêm 100"
    )
    assert intake.poll(changed(both, DonVi="H26.1")).counts.changed == 200


def test_a_true_change_is_let_through_once_and_is_on_record(intake: Intake) -> None:
    intake.poll(city())
    extended = changed(city(), HenTra=NEXT)
    detail = intake.poll(extended).detail
    with intake.store.write() as session:
        accept(session, "one-stop", reason="gia hạn theo công văn 123", by="Trần Thị Bình", now=intake.now)
    done = intake.poll()
    assert (done.state, done.counts.changed) == (PollState.BELIEVED, 60)
    assert intake.polls()[-1].accepted_because == "gia hạn theo công văn 123"
    assert intake.troubles()[-1].until is not None
    is_again_refused = intake.poll(city())
    assert is_again_refused.reason == "shifted"
    audit = table_of(AuditRow).c
    with intake.store.read() as session:
        rows = session.connection().execute(select(audit.action, audit.reason, audit.detail).order_by(audit.seq)).all()
    assert [(row.action, row.reason) for row in rows] == [
        ("source.accept", "gia hạn theo công văn 123"),
        ("source.accepted", "gia hạn theo công văn 123"),
    ]
    assert detail.split(". Nếu")[0] in str(rows[1].detail)


def test_a_source_that_lists_only_what_changed_may_reopen_a_few(store: Store) -> None:
    intake = Intake(store, settings_of(covers="changes"))
    intake.poll(city(300))
    few = [row for row in city(300) if row["KetThuc"]][:40]
    assert intake.poll(changed(few, KetThuc="", TrangThai="4")).reason == "schema"  # twenty and more, all of them
    assert intake.poll(changed(few[:15], KetThuc="", TrangThai="4")).counts.changed == 15
    assert intake.poll(files(10, HenTra="2026-12-01T17:00:00")).counts.changed == 10
    assert intake.poll(files(300, KetThuc="2026-10-05T08:00:00", TrangThai="9")).believed


@pytest.mark.parametrize("dataset", ["announcements", "procedures"])
def test_other_datasets_are_watched_as_well(store: Store, dataset: str) -> None:
    given = {
        "announcements": {
            "procedure": "TTHC",
            "legal_text": "VB",
            "decision": "QD",
            "decided_on": "Ky",
            "published_on": "CK",
        },
        "procedures": {"code": "TTHC", "content_complete": "Du"},
    }[dataset]
    settings = settings_of(dataset=dataset, fields={**given, "unit": "DonVi"}, values={})
    intake = Intake(store, settings)
    row = {"VB": "NĐ 1", "QD": "1/QĐ", "DonVi": "H26.1", "Ky": "2026-10-01", "CK": "", "Du": "true"}
    rows = [{**row, "TTHC": f"1.{number:06}"} for number in range(40)]
    intake.poll(rows)
    late = changed(rows, Ky="2026-09-01", Du="false")
    word = {"announcements": "“trong hạn” sang “quá hạn”", "procedures": "“đủ nội dung” sang “chưa đủ nội dung”"}[
        dataset
    ]
    is_refused(intake, late, "unit_shifted", "40 trên 40 bản ghi của Sở Xây dựng", word)


def test_two_troubles_in_turn_are_told_once_each_and_the_end_once(store: Store) -> None:
    intake = Intake(store, settings_of(sign_of_life="8 working hours", as_of={"header": "Last-Modified"}))
    intake.source.as_of = MONDAY
    records = files(30, TiepNhan="2026-10-05T07:50:00")
    intake.poll(records)
    intake.source.as_of, intake.source.unchanged = MONDAY - timedelta(hours=3), True
    for _ in range(2):
        assert intake.poll().reason == "stale"
        intake.source.as_of = intake.now
        intake.now += timedelta(days=2)
        intake.source.as_of = intake.now
        assert intake.poll().reason == "silent"
        intake.source.as_of = MONDAY
    assert intake.state().trouble == "stale silent"
    stale, silent = intake.troubles()
    assert (stale.until, stale.over_told_at) == (silent.since, silent.since)  # nobody hears that it is over
    assert (silent.until, silent.over_told_at) == (None, None)
    assert "Số liệu cũ được giữ nguyên (dữ liệu lúc 05/10/2026 07:50)." in silent.what
    intake.source.as_of, intake.source.unchanged = intake.now, False
    assert intake.poll([*records, file(30, TiepNhan=f"{intake.now + timedelta(hours=7):%Y-%m-%dT%H:%M:%S}")]).believed
    assert intake.troubles()[-1].until is not None
    assert intake.state().trouble == ""


def test_measuring_takes_a_handful_of_statements_whatever_changes(intake: Intake) -> None:
    intake.poll(city(400))
    asked: list[str] = []
    event.listen(intake.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    intake.poll([*changed(city(380), HenTra=NEXT, TiepNhan=""), *(file(number) for number in range(500, 520))])
    compared = [text for text in asked if "stage_files" in text and text.startswith("SELECT") and "file_copies" in text]
    assert len(compared) <= 4
