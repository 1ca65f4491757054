"""What a poll makes of the city's records: taken in, changed, missed, gone, back again; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from alertd.model.directory import UnitRow
from alertd.model.words import PollState
from alertd.store.database import Store
from tests.integration.intake_site import FIELDS, MONDAY, UNITS, Intake, file, files, settings_of, site_of


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(store)


def test_a_first_snapshot_is_taken_in_whole(intake: Intake) -> None:
    done = intake.poll(files(3))
    assert (done.state, done.counts.new, done.counts.records) == (PollState.BELIEVED, 3, 3)
    row = intake.row(1)
    assert (row.unit, row.status, row.is_open, row.preferred, row.missed) == ("H26.1", "processing", True, True, 0)
    assert row.due_at == datetime(2026, 10, 9, 10, tzinfo=UTC)
    assert (row.first_seen_at, row.changed_at, row.version_since) == (MONDAY, MONDAY, MONDAY)
    assert row.first_due_at == row.due_at
    assert intake.staged() == 0
    state = intake.state()
    assert (state.believed_poll, state.records, state.as_of) == (done.poll, 3, MONDAY)


def test_what_is_as_it_was_is_not_written(intake: Intake) -> None:
    intake.poll(files(3))
    done = intake.poll([file(0), file(1, HenTra="2026-10-12T17:00:00"), file(2)])
    assert (done.counts.new, done.counts.changed, done.counts.unchanged, done.counts.gone) == (0, 1, 2, 0)
    assert [row.changed_at for row in intake.rows()] == [MONDAY, MONDAY + timedelta(hours=1), MONDAY]


def test_an_unchanged_snapshot_touches_no_record(intake: Intake) -> None:
    intake.poll(files(3))
    intake.source.unchanged = True
    written: list[str] = []

    @event.listens_for(intake.store.engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        written.append(statement)

    done = intake.poll()
    event.remove(intake.store.engine, "before_cursor_execute", note)
    assert (done.state, done.counts.unchanged) == (PollState.UNCHANGED, 3)
    assert not [text for text in written if text.startswith(("INSERT INTO file_", "UPDATE file_", "DELETE FROM file_"))]
    state = intake.state()
    assert (state.believed_at, state.as_of) == (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=1))
    assert state.believed_poll == 1
    assert intake.source.asked == [{}, {"etag": "1"}]


def test_an_earlier_version_of_what_is_watched_stays_on_record(intake: Intake) -> None:
    intake.poll(files(2))
    intake.poll([file(0, HenTra="2026-10-20T17:00:00"), file(1, BoSung=None)])
    later = MONDAY + timedelta(hours=1)
    (version,) = intake.history()
    assert (version.code, version.known_from, version.known_to) == (file(0)["Ma"], MONDAY, later)
    assert version.due_at == datetime(2026, 10, 9, 10, tzinfo=UTC)
    row = intake.row(0)
    assert (row.version_since, row.first_due_at) == (later, version.due_at)
    assert intake.row(1).version_since == MONDAY


def test_a_record_is_gone_only_after_two_whole_snapshots_without_it(intake: Intake) -> None:
    intake.poll(files(10))
    intake.poll(files(9))
    row = intake.row(9)
    assert (row.missed, row.gone_at, row.preferred) == (1, None, True)
    done = intake.poll([*files(8), file(8, TrangThai="5")])
    row = intake.row(9)
    assert (done.counts.gone, row.gone_at, row.preferred) == (1, MONDAY + timedelta(hours=2), False)
    (version,) = [version for version in intake.history() if version.code == row.code]
    assert version.gone_at is None
    assert intake.poll().counts.gone == 0


def test_a_source_that_says_again_what_it_did_not_list_confirms_the_absence(intake: Intake) -> None:
    intake.poll(files(10))
    intake.poll(files(9))
    intake.source.unchanged = True
    done = intake.poll()
    assert (done.state, done.counts.gone) == (PollState.UNCHANGED, 1)
    assert intake.row(9).gone_at == MONDAY + timedelta(hours=2)
    assert len(intake.history()) == 1
    assert intake.poll().counts.gone == 0


def test_a_record_that_was_missed_once_and_is_back_is_as_if_never_missed(intake: Intake) -> None:
    intake.poll(files(10))
    intake.poll(files(9))
    intake.poll(files(10))
    intake.poll(files(9))
    assert (intake.row(9).missed, intake.row(9).gone_at) == (1, None)


def test_a_record_that_comes_back_is_there_again(intake: Intake) -> None:
    intake.poll(files(10))
    for _ in range(2):
        intake.poll(files(9))
    intake.poll([*files(8), file(8, HenTra="")])
    assert intake.row(9).gone_at is not None
    done = intake.poll(files(10))
    row = intake.row(9)
    assert (done.counts.new, done.counts.changed) == (0, 2)
    assert (row.gone_at, row.missed, row.preferred, row.is_open) == (None, 0, True, True)
    assert row.first_seen_at == MONDAY


def test_where_absence_means_the_end_a_file_ends_and_stays(store: Store) -> None:
    intake = Intake(store, settings_of(missing_means="ended"))
    intake.poll(files(10))
    for _ in range(2):
        intake.poll([*files(8), file(8, KetThuc="2026-10-01T09:00:00")])
    row, ended = intake.row(9), MONDAY + timedelta(hours=2)
    assert (row.is_open, row.preferred, row.gone_at, row.assumed_end_at, row.stop_at) == (False, True, *[ended] * 3)
    intake.poll(files(10))
    row = intake.row(9)
    assert (row.is_open, row.gone_at, row.assumed_end_at, row.stop_at) == (True, None, None, None)


def test_a_source_of_changes_alone_loses_nothing_by_silence(store: Store) -> None:
    intake = Intake(store, settings_of(covers="changes"))
    assert intake.poll([]).state is PollState.BELIEVED
    intake.poll(files(3))
    for _ in range(3):
        assert intake.poll([file(1, HenTra="")]).believed
    assert [(row.missed, row.gone_at) for row in intake.rows()] == [(0, None)] * 3


def test_of_two_rows_with_one_code_the_last_counts_and_the_other_is_reported(intake: Intake) -> None:
    intake.source.per_page = 2
    done = intake.poll([file(0), file(1, DonVi="H26.2"), file(0, HenTra="2026-10-20T17:00:00"), file(1)])
    assert (done.counts.new, done.counts.duplicates, done.counts.rejected) == (2, 2, 0)
    assert intake.row(0).due_at == datetime(2026, 10, 20, 10, tzinfo=UTC)
    assert intake.row(1).unit == "H26.1"
    assert [(row.field, row.code, row.dropped) for row in intake.rejects()] == [
        ("code", file(0)["Ma"], False),
        ("code", file(1)["Ma"], False),
    ]
    (told,) = intake.troubles()
    assert f"có 2 mã đứng ở nhiều dòng khác nhau trong một lần đọc ({file(0)['Ma']}; {file(1)['Ma']})" in told.what
    # also where one of the two is as it is stored, in either order
    intake.poll([file(0), file(0, HenTra="2026-10-20T17:00:00"), file(1, DonVi="H26.2"), file(1)])
    assert (intake.row(0).due_at, intake.row(1).unit) == (datetime(2026, 10, 20, 10, tzinfo=UTC), "H26.1")
    intake.poll([file(0, HenTra="2026-10-20T17:00:00"), file(0), file(1), file(1, DonVi="H26.2")])
    assert (intake.row(0).due_at, intake.row(1).unit) == (datetime(2026, 10, 9, 10, tzinfo=UTC), "H26.2")
    assert [trouble.until for trouble in intake.troubles()] == [None]  # once
    intake.poll([file(0), file(0), file(1)])  # alike
    assert intake.troubles()[0].until is not None


def test_an_unreadable_row_is_kept_apart_and_is_not_missing(intake: Intake) -> None:
    intake.poll(files(5))
    for _ in range(3):
        done = intake.poll([*files(4), file(4, HenTra="31/02/2026"), {"DonVi": "H26.1"}])
        assert (done.state, done.counts.rejected, done.counts.gone) == (PollState.BELIEVED, 2, 0)
    row = intake.row(4)
    assert (row.missed, row.gone_at, row.due_at) == (0, None, datetime(2026, 10, 9, 10, tzinfo=UTC))
    code, time = sorted(intake.rejects(), key=lambda reject: reject.field)
    assert (time.place, time.code, time.field, time.value) == (
        "trang 1, bản ghi 5",
        file(4)["Ma"],
        "due_at",
        "31/02/2026",
    )
    assert (code.place, code.field, code.value, code.dropped) == ("trang 1, bản ghi 6", "code", "", True)
    # a readable row of the same code counts, wherever the unreadable one stands
    intake.poll([*files(4), file(4, HenTra="2026-10-20T17:00:00"), file(4, HenTra="never")])
    assert intake.row(4).due_at == datetime(2026, 10, 20, 10, tzinfo=UTC)


def test_a_unit_that_nobody_knows_is_taken_in_and_said_at_each_poll(intake: Intake) -> None:
    records = [file(0, DonVi="Sở Không Có"), file(1, DonVi=""), file(2, DonVi="Sở Không Có"), file(3)]
    assert intake.poll(records).counts.new == 4
    for _ in range(2):
        assert [(row.unit, row.unit_named) for row in intake.rows()][:2] == [(None, "Sở Không Có"), (None, None)]
        assert [(row.value, row.times, row.dropped) for row in intake.rejects()] == [
            ("Sở Không Có", 2, False),
            ("", 1, False),
        ]
        assert intake.poll([*records[:3], file(3, HenTra=f"2026-11-{intake.now.hour:02}T08:00:00")]).counts.changed == 1
    assert {row.code for row in intake.history()} == {file(3)["Ma"]}


def test_units_that_are_known_now_are_read_anew(intake: Intake) -> None:
    intake.poll([file(0, DonVi="Sở Mới"), file(1)])
    intake.source.asked.clear()
    intake.site = site_of(units=[*UNITS, UnitRow("H26.5", "Sở Mới")])
    done = intake.poll()
    assert intake.source.asked == [{}]
    assert (done.counts.changed, done.counts.unchanged, intake.row(0).unit) == (1, 1, "H26.5")
    assert intake.row(0).unit_since is None


def test_a_file_that_moves_to_another_unit_has_been_there_since_it_was_seen(intake: Intake) -> None:
    intake.poll(files(2))
    intake.poll([file(0, DonVi="UBND phường Ba Đình"), file(1)])
    moved = MONDAY + timedelta(hours=1)
    assert [(row.unit, row.unit_since) for row in intake.rows()] == [("H26.2", moved), ("H26.1", None)]
    assert intake.row(0).last_event_at == moved
    intake.poll([file(0, DonVi="UBND phường Ba Đình", HenTra=""), file(1)])
    assert intake.row(0).unit_since == moved


def test_a_status_word_that_says_ended_ends_when_it_is_read(intake: Intake) -> None:
    intake.poll([file(0), file(1, TrangThai="9")])
    first = intake.row(1)
    # known as ended from the first: not before its last event, and later nobody saw it
    assert (first.is_open, first.assumed_end_at) == (False, first.accepted_at)
    intake.poll([file(0, TrangThai="9"), file(1, TrangThai="9")])
    now = MONDAY + timedelta(hours=1)
    assert (intake.row(0).is_open, intake.row(0).assumed_end_at, intake.row(0).stop_at) == (False, now, now)
    assert intake.row(0).ended_day_no == intake.site.calendar.number(now.date())
    intake.poll([file(0, TrangThai="9", DonVi="H26.2"), file(1, TrangThai="9", DonVi="H26.2")])
    assert (intake.row(0).assumed_end_at, intake.row(1).assumed_end_at) == (now, first.assumed_end_at)
    intake.poll([file(0, TrangThai="9", KetThuc="2026-10-02T16:00:00"), file(1)])
    row = intake.row(0)
    assert (row.assumed_end_at, row.stop_at) == (None, datetime(2026, 10, 2, 9, tzinfo=UTC))
    assert (intake.row(1).is_open, intake.row(1).assumed_end_at) == (True, None)


def test_the_bound_of_events_follows_what_is_taken_back(intake: Intake) -> None:
    intake.poll([file(0, KetThuc="2027-01-01T00:00:00"), file(1)])
    assert intake.state().last_event_at == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert intake.state().newest_event_at == datetime(2026, 9, 1, 1, tzinfo=UTC)
    intake.poll([file(0), file(1)])
    assert intake.state().last_event_at == MONDAY + timedelta(hours=1)


def test_a_clock_that_was_set_back_breaks_nothing(intake: Intake) -> None:
    intake.poll(files(2))
    intake.now = MONDAY - timedelta(days=30)
    done = intake.poll([file(0, HenTra=""), file(1)])
    assert (done.state, done.counts.changed) == (PollState.BELIEVED, 1)
    (version,) = intake.history()
    assert version.known_from <= version.known_to


def test_hostile_text_comes_through_as_text(intake: Intake) -> None:
    odd = "Sở\x00 {{7*7}}\r\n<script>=cmd|'/c' 😀\ud800" + "x" * 5_000
    intake.settings = settings_of(fields={**FIELDS, "section": "Phong"})
    done = intake.poll(
        [file(0, Phong=odd, DonVi=odd, TrangThai=odd, BoSung="nothing"), file(1, Ma="'; drop table polls --")]
    )
    assert (done.counts.new, done.counts.rejected) == (2, 0)
    row = intake.row(0)
    assert row.section.startswith("Sở {{7*7}} <script>=cmd|'/c' 😀x")
    assert len(row.section) == 1_000
    assert (row.unit, row.status, row.supplement_requests) == (None, None, None)
    assert {reject.field for reject in intake.rejects()} >= {"section", "unit", "status", "supplement_requests"}
