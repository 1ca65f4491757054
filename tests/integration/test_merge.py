"""Merging: whose copy counts, what the other datasets derive, what a killed process leaves behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from alertd.errors import CannotRun
from alertd.intake.freshness import freshness
from alertd.intake.poll import poll
from alertd.intake.rejects import reject_reports
from alertd.model.asof import AsOf
from alertd.model.files import files_table
from alertd.model.freshness import Doubt
from alertd.model.polls import STAGES
from alertd.model.words import PollState
from alertd.store.database import Store
from tests.integration.intake_site import ANNOUNCED, MONDAY, Intake, Made, file, files, settings_of, site_of

TWO = {"one-stop": 10, "portal": 5}


def two(store: Store) -> tuple[Intake, Intake]:
    site = site_of(authorities=TWO)
    return Intake(store, site=site), Intake(store, settings_of("portal", covers="changes"), site)


def preferred(store: Store) -> set[tuple[str, str]]:
    c = files_table.c
    with store.read() as session:
        found = session.connection().execute(select(c.code, c.source).where(c.preferred.is_(True)))
        return {(code[-4:], source) for code, source in found}


def test_of_two_copies_the_one_of_the_higher_authority_counts(store: Store) -> None:
    city, portal = two(store)
    portal.poll(files(3))
    assert preferred(store) == {("0000", "portal"), ("0001", "portal"), ("0002", "portal")}
    city.poll([*files(2), *(file(number) for number in range(5, 15))])
    assert {("0000", "one-stop"), ("0001", "one-stop"), ("0002", "portal")} < preferred(store)
    assert len(preferred(store)) == 13
    portal.poll([file(0, HenTra="")])
    assert ("0000", "one-stop") in preferred(store)


def test_the_other_copy_counts_once_the_first_is_gone_and_not_before(store: Store) -> None:
    city, portal = two(store)
    city.poll(files(10))
    portal.poll([file(9)])
    for _ in range(2):
        assert ("0009", "one-stop") in preferred(store)
        city.poll(files(9))
    assert ("0009", "portal") in preferred(store)
    city.poll(files(10))
    city.poll(files(9))
    city.source.unchanged = True
    city.poll()
    assert ("0009", "portal") in preferred(store)
    city.source.unchanged = False
    city.poll(files(10))
    assert ("0009", "one-stop") in preferred(store)
    assert len(preferred(store)) == 10


def test_a_copy_that_ended_by_absence_counts_on(store: Store) -> None:
    city, portal = two(store)
    city.settings = settings_of(missing_means="ended")
    city.poll(files(10))
    portal.poll([file(9)])
    for _ in range(3):
        city.poll(files(9))
    portal.poll([file(9, HenTra="")])
    assert ("0009", "one-stop") in preferred(store)
    assert not city.row(9).is_open


def test_a_change_of_authority_is_healed_at_the_next_poll(store: Store) -> None:
    city, portal = two(store)
    city.poll(files(3))
    portal.poll(files(2))
    portal.site = site_of(authorities={"one-stop": 10, "portal": 20})
    portal.source.unchanged = True
    portal.poll()
    assert preferred(store) == {("0000", "portal"), ("0001", "portal"), ("0002", "one-stop")}


def test_two_sources_that_are_read_at_the_same_time_leave_one_copy_that_counts(store: Store) -> None:
    begin = Barrier(2)

    def read(intake: Intake) -> None:
        begin.wait()
        for hour in range(3):
            intake.poll(files(300, HenTra=f"2026-10-{10 + hour}T17:00:00"))

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(read, intake) for intake in two(store)]:
            done.result()
    assert preferred(store) == {(f"{number:04}", "one-stop") for number in range(300)}


def test_a_source_that_became_one_of_another_dataset_leaves_the_first(store: Store) -> None:
    intake = Intake(store)
    intake.poll(files(3))
    fields = dict.fromkeys(("procedure", "legal_text", "decision"), "Ma")
    intake.settings = settings_of(dataset="announcements", fields=fields, values={})
    assert intake.poll().counts.new == 3
    assert preferred(store) == set()


def duty(number: int, **given: str) -> dict[str, str]:
    made = {
        "TTHC": f"1.00422{number}",
        "VanBan": "61/2018/NĐ-CP",
        "QuyetDinh": "",
        "Ten": "Cấp phép",
        "RutGon": "không",
        "HieuLuc": "15/10/2026",
        "BanHanh": "01/09/2026",
        "Ky": "",
        "CongBo": "",
        "CongKhai": "",
    }
    return {**made, **given}


def test_a_duty_has_its_days_by_the_law(store: Store) -> None:
    announced: dict[str, Any] = {
        "dataset": "announcements",
        "kind": "spreadsheet",
        "path": "x.csv",
        "fields": ANNOUNCED,
        "values": {"fast_track": {"có": "true", "không": "false"}},
    }
    intake = Intake(store, settings_of(**announced))
    intake.poll(
        [
            duty(1),
            duty(2, RutGon="có"),
            duty(3, QuyetDinh="12/QĐ", Ky="2026-09-30", CongBo="30/09/2026", CongKhai="2026-10-02 08:00"),
            duty(4, QuyetDinh="13/QĐ", Ky="01/10/2026", RutGon="CÓ", HieuLuc="", BanHanh="0001-01-01"),
            {"TTHC": "", "VanBan": "", "QuyetDinh": ""},
        ]
    )
    plain, fast, done, quick = intake.rows()
    assert [row.code for row in intake.rows()] == [
        "1.004221/61/2018/NĐ-CP/",
        "1.004222/61/2018/NĐ-CP/",
        "1.004223/61/2018/NĐ-CP/12/QĐ",
        "1.004224/61/2018/NĐ-CP/13/QĐ",
    ]
    number = intake.site.calendar.number
    assert (plain.announce_due_on, plain.announce_due_no) == (date(2026, 10, 8), number(date(2026, 10, 8)))
    assert (plain.publish_due_on, plain.decided_no, plain.fast_track) == (None, None, False)
    assert (fast.announce_due_on, fast.promulgated_no) == (date(2026, 9, 4), number(date(2026, 9, 1)))
    assert (done.publish_due_on, done.published_on) == (date(2026, 10, 7), date(2026, 10, 2))
    assert (done.announced_no, done.published_no) == (number(date(2026, 9, 30)), number(date(2026, 10, 2)))
    assert (done.first_event_at, done.last_event_at) == (
        datetime(2026, 8, 31, 17, tzinfo=UTC),
        datetime(2026, 10, 1, 17, tzinfo=UTC),
    )
    assert (quick.publish_due_on, quick.announce_due_on, quick.promulgated_on) == (date(2026, 10, 5), None, None)
    assert {(row.field, row.dropped) for row in intake.rejects()} == {("code", True), ("promulgated_on", False)}


def test_the_catalogue_is_read(store: Store) -> None:
    fields = {"code": "ma", "name": "ten", "unit": "don_vi", "content_complete": "du", "online_level": "muc"}
    values = {"content_complete": {"đủ": "true", "thiếu": "false"}}
    intake = Intake(store, settings_of(dataset="procedures", fields=fields, values=values))
    records: list[dict[str, Any]] = [
        {"ma": "1.004227", "ten": "Cấp phép", "don_vi": "Sở Xây dựng", "du": "Đủ", "muc": "4"},
        {"ma": "1.004228", "ten": " ", "don_vi": "H26.2", "du": "thiếu", "muc": 3},
        {"ma": "1.004229", "ten": 7, "don_vi": "H26.2", "du": "có lẽ", "muc": 10**12},
    ]
    intake.poll(records)
    assert [(row.code, row.name, row.unit, row.content_complete, row.online_level) for row in intake.rows()] == [
        ("1.004227", "Cấp phép", "H26.1", True, 4),
        ("1.004228", None, "H26.2", False, 3),
        ("1.004229", "7", "H26.2", None, None),
    ]
    assert intake.state().last_event_at is None
    intake.poll([{**records[0], "ten": "Cấp lại"}, *records[1:]])
    assert intake.rows()[0].name == "Cấp lại"


def test_what_a_killed_poll_left_is_cleared_by_the_next(store: Store) -> None:
    intake = Intake(store)
    intake.poll(files(3))

    class Killed(BaseException):
        pass

    class Dying(Made):
        def _pages(self) -> Any:
            yield from super()._pages()
            raise Killed

    with pytest.raises(Killed):
        poll(
            store,
            Dying([*files(4_000), file(0, HenTra="")]),
            intake.settings,
            intake.site,
            now=intake.now,
            clock=lambda: intake.now,
        )
    assert intake.staged() >= 4_000
    assert len(intake.rows()) == 3
    with store.read() as session:
        settings = [intake.settings]
        assert freshness(session, settings, AsOf(intake.now, intake.site.calendar))["one-stop"].fresh
    done = intake.poll([*files(3), file(3)])
    assert (done.counts.new, done.counts.unchanged, intake.staged()) == (1, 3, 0)
    assert [(row.state, row.reason) for row in intake.polls()] == [
        ("believed", ""),
        ("failed", "interrupted"),
        ("believed", ""),
    ]


def test_a_stage_that_was_not_cleared_after_a_merge_is_cleared_by_the_next_poll(store: Store) -> None:
    intake = Intake(store)
    done = intake.poll(files(3))
    with store.write() as session:
        stage = STAGES["files"]
        session.connection().execute(
            insert(stage).values(poll_id=done.poll, row_no=1, fresh=True, code="left behind", raw_hash=2)
        )
    assert intake.poll().counts.unchanged == 3
    assert intake.staged() == 0


def test_two_sources_on_one_stage_do_not_see_each_other(store: Store) -> None:
    city, portal = two(store)
    with store.write() as session:
        session.connection().execute(
            insert(STAGES["files"]).values(poll_id=999, row_no=1, fresh=True, code=file(0)["Ma"], raw_hash=2)
        )
    assert city.poll(files(2)).counts.new == 2
    assert portal.poll(files(1)).counts.new == 1
    assert city.staged() == 1


def test_a_store_that_is_unwell_is_said_and_nothing_is_half_done(store: Store) -> None:
    if not store.dialect.is_sqlite:
        pytest.skip("a full disk is made up by a limit that SQLite alone has")
    intake = Intake(store)
    intake.poll(files(3))
    with store.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def limit(most: int) -> None:
        with store.engine.connect() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {most}"))

    limit(pages + 20)
    with pytest.raises(CannotRun, match="disk is full"):
        intake.poll(files(5_000))
    limit(1_000_000)
    assert len(intake.rows()) == 3
    assert intake.poll(files(5_000)).counts.new == 4_997


@pytest.mark.parametrize("kind", ["new", "changed", "unchanged", "gone"])
def test_a_poll_of_many_records_takes_as_many_statements_as_one_of_few(store: Store, kind: str) -> None:
    counts = []
    Intake(store, settings_of("other")).poll(files(1))  # so that neither is alone
    for name, size in (("few", 10), ("many", 1_900)):
        intake = Intake(store, settings_of(name, max_rise=10.0), site_of(authorities={"few": 1, "many": 2}))
        then = {
            "new": [file(size + number) for number in range(size)] + files(size),
            "changed": [file(number, HenTra="2026-12-01T08:00:00") for number in range(size)],
            "unchanged": files(size),
            "gone": files(size - size // 10),
        }[kind]
        for records in (files(size), then) if kind == "gone" else (files(size),):
            intake.poll(records)
        statements: list[str] = []

        @event.listens_for(store.engine, "before_cursor_execute")
        def note(connection: Any, cursor: Any, statement: str, *rest: Any, said: list[str] = statements) -> None:
            said.append(statement)

        intake.poll([*then[:-1], {**then[-1], "KetThuc": "2026-10-01T08:00:00"}])
        event.remove(store.engine, "before_cursor_execute", note)
        counts.append(len([text for text in statements if not text.startswith(("ANALYZE", "BEGIN"))]))
    assert counts[0] == counts[1] < 40


def test_the_last_reading_says_what_could_not_be_read(store: Store) -> None:
    intake = Intake(store)
    intake.source.notes = ["2 codes shortened by Excel were repaired"]
    records = [file(0, HenTra="31/02/2026"), file(1, DonVi="Sở Không Có"), file(2, DonVi="Sở Không Có"), file(3)]
    intake.poll(records)
    intake.source.unchanged = True
    intake.poll()
    with store.read() as session:
        (report,) = reject_reports(session, ["one-stop", "nobody"], first=1).values()
        (whole,) = reject_reports(session, ["one-stop"]).values()
    assert (report.poll, report.dropped, report.remarks, report.notes) == (1, 1, 2, tuple(intake.source.notes))
    (first,) = report.first
    assert (first.place, first.code, first.value) == ("trang 1, bản ghi 1", file(0)["Ma"], "31/02/2026")
    assert first.expected == "thời gian có thật, ghi như 2024-09-18T17:00:00"
    assert [row.dropped for row in whole.first] == [True, False]
    intake.source.unchanged, intake.source.notes = False, []
    intake.poll([file(0), *records[1:]])
    with store.read() as session:
        (report,) = reject_reports(session, ["one-stop"]).values()
    assert (report.dropped, report.remarks, report.anything) == (0, 2, True)
    assert {row.poll_id for row in intake.rejects()} == {3}


def test_many_bad_rows_are_counted_and_the_first_are_kept(store: Store) -> None:
    intake = Intake(store)
    intake.poll([*files(3_000), *(file(number, HenTra="never") for number in range(3_000, 5_000))])
    assert intake.polls()[0].rejected == 2_000
    assert len(intake.rejects()) == 1_000


def test_how_fresh_a_source_is(store: Store) -> None:
    intake = Intake(store, settings_of(sign_of_life="8 working hours"))
    calendar = intake.site.calendar

    def doubt(at: datetime) -> Doubt | None:
        with store.read() as session:
            return freshness(session, [intake.settings], AsOf(at, calendar))["one-stop"].doubt

    assert doubt(MONDAY) is Doubt.NEVER_READ
    intake.poll([file(0, TiepNhan="2026-10-05T07:45:00"), *files(9)[1:]])
    assert doubt(MONDAY) is None
    assert doubt(MONDAY - timedelta(days=2)) is None
    assert doubt(MONDAY + timedelta(hours=2)) is None
    assert doubt(MONDAY + timedelta(hours=3)) is Doubt.STALE
    intake.poll(files(2))
    assert doubt(intake.now) is Doubt.NOT_BELIEVED
    intake.now = datetime(2026, 10, 6, 2, tzinfo=UTC)
    intake.source.unchanged = True
    assert intake.poll().state is PollState.NOT_BELIEVED
    assert doubt(intake.now) is Doubt.NO_SIGN_OF_LIFE
