"""What the guard does not believe: nothing of it is merged, the office hears it once, and the next good snapshot heals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alertd.errors import Refused, SourceFailed
from alertd.intake import ledger
from alertd.intake.poll import accept
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.words import PollState
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, MONDAY, Intake, file, files, settings_of, site_of


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(store)


def accepted(intake: Intake, reason: str = "chuyển hệ thống") -> None:
    with intake.store.write() as session:
        accept(session, intake.settings.name, reason=reason, by="Trần Thị Bình", now=intake.now)


def half(count: int) -> list[dict[str, Any]]:
    return [file(number, DonVi="H26.1" if number % 2 else "H26.2") for number in range(count)]


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([], "empty"),
        (half(39), "shrunk"),
        (half(50)[14::2] + half(50)[1::2], "unit_shrunk"),
        (files(50, HenTra=""), "schema"),
        (files(50, HenTra="0001-01-01T00:00:00"), "schema"),
        ([{k: v for k, v in row.items() if k != "HenTra"} for row in files(50)], "schema"),
        (files(50, DonVi="Sở Không Có"), "schema"),
        (files(50, TrangThai="mới"), "schema"),
        (files(50, TiepNhan="01.09.2026"), "unreadable"),
        ([{"ma": row["Ma"]} for row in files(50)], "unreadable"),
    ],
    ids=["empty", "shrunk", "unit", "emptied", "year-1", "no-column", "units", "words", "times", "no-code"],
)
def test_what_is_not_believed_changes_nothing_and_is_told_once(intake: Intake, records: list[Any], reason: str) -> None:
    intake.poll(half(50))
    before = intake.rows()
    first, done = intake.poll(records), intake.poll(records)
    assert (done.state, done.reason) == (PollState.NOT_BELIEVED, reason)
    assert first.detail == done.detail
    assert intake.rows() == before
    assert (intake.history(), intake.staged()) == ([], 0)
    (trouble,) = intake.troubles()
    assert (trouble.subject, trouble.since, trouble.until) == ("source:one-stop", MONDAY + timedelta(hours=1), None)
    assert trouble.what.startswith("Nguồn dữ liệu “one-stop” chưa được tin dùng: ")
    assert trouble.what.endswith("Số liệu cũ được giữ nguyên (dữ liệu lúc 05/10/2026 08:00).")
    state = intake.state()
    assert (state.believed_poll, state.as_of, state.records) == (1, MONDAY, 50)
    assert intake.source.asked[-1] == {"etag": "1"}
    row = intake.polls()[-1]
    assert (row.state, row.reason, row.detail) == ("not_believed", reason, done.detail)

    assert intake.poll(half(50)).believed
    assert intake.troubles()[0].until == MONDAY + timedelta(hours=3)
    assert intake.state().trouble == ""


def test_an_incomplete_snapshot_is_not_believed(intake: Intake) -> None:
    intake.poll(files(5))
    intake.source.complete = False
    intake.source.notes = ["the source counts 10 records, its pages held 5"]
    done = intake.poll()
    assert (done.state, done.reason) == (PollState.NOT_BELIEVED, "incomplete")
    assert "the source counts 10 records" in done.detail


@pytest.mark.parametrize("pages", [None, 1])
def test_a_source_that_fails_keeps_its_old_records(intake: Intake, pages: int | None) -> None:
    intake.poll(files(250))
    rows = intake.rows()
    intake.source.fails, intake.source.fails_after = SourceFailed("timeout", "https://x: does not answer"), pages
    done = intake.poll([*files(249), file(249, HenTra="")])
    assert (done.state, done.reason, done.detail) == (
        PollState.FAILED,
        "timeout",
        "https://x: does not answer",
    )
    assert (intake.rows(), intake.staged()) == (rows, 0)
    intake.source.fails = SourceFailed("unreachable", "https://x: not reached")
    intake.poll()
    (trouble,) = intake.troubles()
    assert "không đọc được: không trả lời kịp (https://x: does not answer)." in trouble.what
    intake.source.fails = None
    assert intake.poll().counts.changed == 1
    assert intake.troubles()[0].until is not None


def test_what_nobody_foresaw_in_the_data_of_a_source_is_a_failed_poll_of_that_source_alone(intake: Intake) -> None:
    intake.poll(files(250))
    rows = intake.rows()
    intake.source.fails, intake.source.fails_after = ValueError("odd\n\x1b[1m"), 1
    done = intake.poll([*files(249), file(249, HenTra="")])
    assert (done.state, done.reason) == (PollState.FAILED, "fault")
    assert done.detail.endswith("hand the text and the data to those who look after alertd (ValueError: odd [1m)")
    assert (intake.rows(), intake.staged()) == (rows, 0)
    assert "alertd gặp lỗi khi đọc dữ liệu này" in intake.troubles()[0].what
    intake.source.fails = None
    assert intake.poll().counts.changed == 1


@pytest.mark.parametrize("reason", ["schema", "incomplete"])
def test_what_a_source_itself_finds_wrong_with_its_data_is_not_believed(intake: Intake, reason: str) -> None:
    intake.poll(files(2))
    intake.source.fails = SourceFailed(reason, "a.csv: no column Hẹn trả (for due_at)")
    assert intake.poll().state is PollState.NOT_BELIEVED
    said = {"schema": "cấu trúc dữ liệu khác với cấu hình", "incomplete": "dữ liệu bị đứt đoạn"}[reason]
    assert f"chưa được tin dùng: {said} (a.csv: no column Hẹn trả (for due_at))." in intake.troubles()[0].what


def test_another_trouble_is_told_anew(intake: Intake) -> None:
    intake.poll(files(10))
    intake.source.fails = SourceFailed("timeout", "x")
    intake.poll()
    intake.source.fails = None
    intake.poll(files(2))
    first, second = intake.troubles()
    assert (first.until is None, second.until is None) == (False, True)
    assert "giảm từ 10 còn 2 bản ghi (80%, mức cho phép 20%)" in second.what


def test_a_trouble_of_a_source_that_is_taken_out_of_the_config_does_not_last_for_ever(intake: Intake) -> None:
    intake.poll([*files(2), file(0, HenTra="")])
    intake.source.fails = SourceFailed("timeout", "x")
    intake.poll()
    name = intake.settings.name
    for configured, still in (({name}, 2), ({"another"}, 0)):
        with intake.store.write() as session:
            ledger.taken_out(session, configured, MONDAY)
        assert sum(trouble.until is None for trouble in intake.troubles()) == still
    intake.poll()  # it is back, and out of order as before
    assert [trouble.until is None for trouble in intake.troubles()] == [False, False, True]


def test_a_first_snapshot_without_a_record_is_believed_only_if_somebody_says_so(intake: Intake) -> None:
    assert intake.poll([]).reason == "empty"
    accepted(intake)
    assert intake.poll().state is PollState.BELIEVED
    assert intake.poll().state is PollState.BELIEVED


def test_what_many_systems_leave_out_when_it_is_empty_is_no_fault(intake: Intake) -> None:
    records = [{"Ma": f"H26-{number}", "DonVi": "H26.1"} for number in range(120)]
    assert intake.poll(records).counts.new == 120
    (note,) = intake.polls()[0].notes.strip("[]").split('", "')
    assert "BoSung, HenTra, KetThuc, TiepNhan, TrangThai" in note


def test_small_losses_are_believed(intake: Intake) -> None:
    intake.poll(half(50))
    assert intake.poll(half(40)).believed
    intake = Intake(intake.store, settings_of("other"), site_of(authorities={"other": 1}))
    intake.poll([file(0, KetThuc="2026-10-01T09:00:00"), *files(20)[1:]])
    assert intake.poll([file(0), *files(20)[1:]]).counts.changed == 1


def test_a_unit_that_hands_its_records_over_has_lost_none(intake: Intake) -> None:
    intake.poll(half(50))
    assert intake.poll(files(50)).counts.changed == 25


def test_new_records_make_up_for_those_that_left(intake: Intake) -> None:
    intake.poll(files(40))
    assert intake.poll([file(number) for number in range(20, 60)]).counts.new == 20


def test_an_accepted_shrinkage_is_taken_in_once_and_is_on_record(intake: Intake) -> None:
    intake.poll(files(40))
    assert intake.poll(files(20)).reason == "shrunk"
    accepted(intake)
    done = intake.poll()
    assert (done.state, intake.polls()[-1].accepted_because) == (PollState.BELIEVED, "chuyển hệ thống")
    assert [row.missed for row in intake.rows()] == [0] * 20 + [1] * 20
    assert intake.state().accept_next == ""
    # the shrunken list is what the next one is compared with
    assert intake.poll([*files(19), file(19, HenTra="")]).counts.gone == 20
    assert intake.poll(files(5)).reason == "shrunk"
    audit = table_of(AuditRow)
    with intake.store.read() as session:
        rows = session.connection().execute(audit.select().order_by(audit.c.seq)).all()
    assert [(row.actor, row.action, row.reason) for row in rows] == [
        ("Trần Thị Bình", "source.accept", "chuyển hệ thống"),
        ("alertd", "source.accepted", "chuyển hệ thống"),
    ]


def test_an_acceptance_lets_nothing_else_through_and_waits_for_a_snapshot(intake: Intake) -> None:
    intake.poll(files(40))
    accepted(intake)
    assert intake.poll(files(20, HenTra="")).reason == "schema"
    intake.source.fails = SourceFailed("timeout", "x")
    intake.poll()
    intake.source.fails = None
    assert intake.poll(files(20)).believed


def test_an_acceptance_that_nobody_needed_is_spent_all_the_same(intake: Intake) -> None:
    intake.poll(files(40))
    accepted(intake)
    intake.poll(files(39))
    assert intake.polls()[-1].accepted_because == ""
    assert intake.poll(files(20)).reason == "shrunk"


def test_accepting_needs_a_reason_and_a_source_that_was_read(intake: Intake) -> None:
    intake.poll(files(1))
    with pytest.raises(Refused, match="reason"):
        accepted(intake, "  ")
    intake.settings = settings_of("nobody")
    with pytest.raises(Refused, match="'nobody'"):
        accepted(intake)


@pytest.mark.parametrize("unchanged", [False, True])
def test_data_that_are_too_old_are_not_believed(store: Store, unchanged: bool) -> None:
    intake = Intake(store, settings_of(as_of={"header": "Last-Modified"}))
    intake.source.as_of = MONDAY - timedelta(hours=1)
    assert intake.poll(files(3)).believed
    intake.source.unchanged, intake.source.as_of = unchanged, None if unchanged else intake.source.as_of
    intake.now = MONDAY + timedelta(hours=2)
    done = intake.poll([*files(2), file(2, HenTra="")])
    assert (done.state, done.reason) == (PollState.NOT_BELIEVED, "stale")
    assert "dữ liệu có thời điểm 05/10/2026 07:00, cũ hơn mức cho phép (2 giờ)" in done.detail
    assert intake.row(2).due_at is not None


def test_data_of_which_nobody_can_say_how_old_they_are_are_not_believed(store: Store) -> None:
    intake = Intake(store, settings_of(as_of={"header": "Last-Modified"}))
    assert intake.poll(files(3)).reason == "undated"


def test_data_from_the_future_count_as_new_when_they_come(store: Store) -> None:
    intake = Intake(store, settings_of(as_of={"header": "Last-Modified"}))
    intake.source.as_of = datetime(2030, 1, 1, tzinfo=UTC)
    assert intake.poll(files(3)).believed
    assert intake.state().as_of == MONDAY
    # the same data do not become new again, whatever time they bear
    assert intake.poll(hours=2).believed
    assert intake.state().as_of == MONDAY
    assert intake.poll().reason == "stale"
    assert intake.poll(files(4)).believed


def test_one_value_that_is_far_ahead_does_not_make_an_old_list_new(store: Store) -> None:
    intake = Intake(store, settings_of(as_of={"field": "Luc"}))
    records = [file(0, Luc="2026-10-05T07:30:00"), file(1, Luc="2030-01-01T00:00:00"), file(2, Luc="soon")]
    assert intake.poll(records, hours=2).believed
    assert intake.state().as_of == datetime(2026, 10, 5, 0, 30, tzinfo=UTC)
    assert intake.poll().reason == "stale"
    # the column that tells the age is no part of a record
    assert intake.poll([{**record, "Luc": "2026-10-05T10:59:00"} for record in records]).counts.unchanged == 3


def test_the_newest_event_tells_the_age_where_the_source_is_asked_so(store: Store) -> None:
    intake = Intake(store, settings_of(as_of="newest"))
    assert intake.poll(files(2)).reason == "stale"
    done = intake.poll([file(0, TiepNhan="2026-10-05T07:50:00"), file(1, KetThuc="2027-01-01T00:00:00")])
    assert done.believed
    assert intake.state().as_of == datetime(2026, 10, 5, 0, 50, tzinfo=UTC)


def test_a_source_in_which_nothing_happens_any_more_is_not_believed(store: Store) -> None:
    intake = Intake(store, settings_of(sign_of_life="4 working hours"))
    assert intake.poll([file(0, TiepNhan="2026-10-02T16:30:00")]).believed
    intake.now = datetime(2026, 10, 5, 4, 30, tzinfo=UTC)  # 11:30: four hours of office and a half since
    done = intake.poll([file(0, TiepNhan="2026-10-02T16:30:00", HenTra="")])
    assert (done.reason, "(4 giờ làm việc)" in done.detail) == ("silent", True)


def test_troubles_are_told_in_the_language_of_the_site(store: Store) -> None:
    intake = Intake(store, site=site_of(language="en"))
    intake.poll(files(1_250))
    intake.poll(files(10))
    assert intake.troubles()[0].what == (
        "The source “one-stop” is not believed: the list shrank from 1,250 to 10 records (99.2%, at most 20% are"
        ' believed). If that is right, run: alertd sources accept "one-stop" --reason "…"; if not, see to the source.'
        " The old data stay as they are (data as of 05/10/2026 08:00)."
    )


def test_a_line_that_leaves_the_mapping_may_take_its_values_along(intake: Intake) -> None:
    intake.poll(files(30))
    intake.settings = settings_of(fields={name: theirs for name, theirs in FIELDS.items() if name != "due_at"})
    done = intake.poll()
    assert (done.state, done.counts.changed) == (PollState.BELIEVED, 30)
