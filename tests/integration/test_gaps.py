"""The gaps between the city's files and the portal's: which, why, since when, and what neither silence nor delay may say."""

from typing import Any

import pytest

from alertd.model.sync import sync_gaps_table
from alertd.model.words import GapCause, GapKind
from alertd.store.database import Store
from tests.integration.rules_site import moment
from tests.integration.sync_site import CITY, CODE, PORTAL, TwoSystems, file, settings_of

OTHER = "H26.1-261005-0002"
KEPT = [file(OTHER)]  # a file that both know, so that neither list is ever empty


def standing(rows: dict[str, Any]) -> dict[str, tuple[str, str, bool]]:
    return {code: (row.kind, row.cause, row.is_due) for code, row in rows.items() if row.is_open}


def gap(two: TwoSystems, here: dict[str, Any], there: dict[str, Any]) -> tuple[str, str, bool] | None:
    """What becomes of two copies that stay as they are: as both systems are read for the second time."""
    two.says(here=[here, *KEPT], there=[there, *KEPT])
    two.look("2026-10-12 09:00")
    return standing(two.look("2026-10-12 09:30")).get(CODE)


# --- missing there ---------------------------------------------------------------------------------------------------
def test_a_file_that_the_portal_lacks_counts_once_both_were_read_again_after_the_time_that_they_have(
    store: Store,
) -> None:
    two = TwoSystems(store)
    two.says(here=KEPT, there=KEPT)
    assert two.look("2026-10-05 08:55") == {}
    two.says(here=[file(), *KEPT])
    rows = two.look("2026-10-05 09:05")
    assert standing(rows) == {CODE: (GapKind.MISSING_THERE, GapCause.UNKNOWN, False)}
    assert (rows[CODE].unit, rows[CODE].procedure, rows[CODE].source) == ("H26.1", "1.004227", PORTAL)
    assert rows[CODE].since == moment("2026-10-05 09:00")
    assert not two.look("2026-10-05 09:09")[CODE].is_due  # read again, and still within ten minutes
    assert not two.compare("2026-10-05 09:30")[CODE].is_due  # time alone proves nothing
    two.read(PORTAL, "2026-10-05 09:31")
    assert not two.compare()[CODE].is_due  # nor does one system that was read again
    assert two.look("2026-10-05 09:32")[CODE].is_due


def test_a_gap_that_closes_keeps_its_row_and_says_so(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    assert two.look("2026-10-05 10:15")[CODE].is_due
    two.says(there=[file(), *KEPT])
    row = two.look("2026-10-05 10:30")[CODE]
    assert (row.is_open, row.is_due, row.kind) == (False, True, GapKind.MISSING_THERE)
    assert (row.gone_at, row.changed_at) == (None, moment("2026-10-05 10:30"))
    assert row.status_there == "processing"


def test_what_differed_at_the_first_look_of_all_is_a_backlog_until_both_were_read_again(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    assert two.unconfirmed() == 0  # nothing was compared yet
    two.look("2026-10-05 09:30")
    assert two.unconfirmed() == 1
    two.compare("2026-10-05 09:45")  # without reading anything
    assert two.unconfirmed() == 1
    two.look("2026-10-05 10:00")
    assert two.unconfirmed() == 0
    two.says(here=[file(), file("H26.1-261005-0003"), *KEPT])
    two.look("2026-10-05 10:15")
    assert two.unconfirmed() == 0  # news, and no backlog


def test_a_delay_leaves_no_row(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    assert CODE in two.look("2026-10-05 09:05")
    two.says(there=[file(), *KEPT])
    assert two.look("2026-10-05 09:20") == {}


def test_a_gap_that_opens_again_begins_anew(store: Store) -> None:
    two = TwoSystems(store)
    here, ended = file(), file(status="done", ended_at="2026-10-06T09:00:00")
    two.says(here=[here, *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    two.look("2026-10-05 10:15")
    two.says(there=[here, *KEPT])
    assert not two.look("2026-10-05 10:30")[CODE].is_open
    two.says(here=[ended, *KEPT])
    row = two.look("2026-10-06 09:05")[CODE]
    assert (row.kind, row.cause, row.is_open, row.is_due) == (
        GapKind.OTHER_END,
        GapCause.END_NOT_SENT,
        True,
        False,
    )
    assert (row.since, row.seen_at) == (moment("2026-10-06 09:00"), moment("2026-10-06 09:05"))


# --- silence proves nothing ------------------------------------------------------------------------------------------
def test_while_the_portal_is_down_nothing_opens_and_nothing_closes(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    two.look("2026-10-05 10:15")
    two.fails(PORTAL)
    third = "H26.1-261005-0003"
    two.says(here=[file(third), *KEPT, file(status="done", ended_at="2026-10-05T10:20:00")])
    for time in ("10:30", "10:45", "13:00"):
        rows = two.look(f"2026-10-05 {time}")
        assert standing(rows) == {CODE: (GapKind.MISSING_THERE, GapCause.UNKNOWN, True)}, time
    two.answers(PORTAL)
    two.says(there=[file(), *KEPT])
    rows = two.look("2026-10-05 13:15")
    assert standing(rows) == {
        CODE: (GapKind.OTHER_END, GapCause.END_NOT_SENT, False),
        third: (GapKind.MISSING_THERE, GapCause.UNKNOWN, False),
    }


def test_while_the_city_is_down_nothing_opens_and_nothing_closes(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 09:05")
    two.fails(CITY)
    two.says(there=[file(), file("H26.1-261005-0004"), *KEPT])  # it has come in; another one is new there
    assert standing(two.look("2026-10-05 09:30")) == {CODE: (GapKind.MISSING_THERE, GapCause.UNKNOWN, False)}
    two.answers(CITY)
    assert list(standing(two.look("2026-10-05 09:45"))) == ["H26.1-261005-0004"]


def test_a_portal_that_is_stale_or_not_believed_says_nothing(store: Store) -> None:
    two = TwoSystems(store, settings_of(portal={"max_drop": 0.2}))
    many = [file(f"H26.1-261005-1{number:03}") for number in range(40)]
    two.says(here=many, there=many)
    assert two.look("2026-10-05 10:00") == {}
    two.says(there=many[:5])  # a broken export
    assert two.look("2026-10-05 10:15") == {}
    assert two.look("2026-10-05 10:30") == {}
    two.read(CITY, "2026-10-05 14:00")  # and nobody has read it for hours
    two.says(here=[file(), *many])
    two.read(CITY, "2026-10-05 14:05")
    assert two.compare() == {}


def test_a_portal_that_was_never_read_is_not_said_to_lack_anything(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT])
    two.read(CITY, "2026-10-05 10:00")
    assert two.compare() == {}
    two.read(CITY, "2026-10-05 11:00")
    assert two.compare() == {}


def test_what_a_list_of_changes_does_not_name_is_missing_only_if_it_began_since_the_list_is_read(store: Store) -> None:
    two = TwoSystems(store, settings_of(portal={"covers": "changes"}))
    old = file(accepted_at="2026-10-02T09:00:00")
    ended = file("H26.1-261005-0005", accepted_at="2026-10-02T09:00:00", status="done", ended_at="2026-10-05T11:00:00")
    new = file("H26.1-261005-0006", accepted_at="2026-10-05T11:00:00")
    two.says(here=[old, ended, *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    two.says(here=[old, ended, new, *KEPT], there=KEPT)
    two.look("2026-10-05 11:30")
    assert standing(two.look("2026-10-05 11:45")) == {new["code"]: (GapKind.MISSING_THERE, GapCause.UNKNOWN, True)}


def test_a_list_of_all_lacks_what_is_open_and_what_ended_since_it_is_read(store: Store) -> None:
    two = TwoSystems(store)
    long_ended = file(accepted_at="2026-09-01T09:00:00", status="done", ended_at="2026-09-10T09:00:00")
    still_open = file("H26.1-261005-0005", accepted_at="2026-09-01T09:00:00")
    ended_since = file(
        "H26.1-261005-0006", accepted_at="2026-10-05T10:05:00", status="done", ended_at="2026-10-05T10:10:00"
    )
    two.says(here=[long_ended, still_open, *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    two.says(here=[long_ended, still_open, ended_since, *KEPT])
    two.look("2026-10-05 10:30")
    found = standing(two.look("2026-10-05 10:45"))
    assert set(found) == {still_open["code"], ended_since["code"]}


def test_the_office_may_say_from_which_day_on_the_portal_has_to_know_what_ended(store: Store) -> None:
    two = TwoSystems(store, settings_of(since="2026-09-01"))
    ended = file(accepted_at="2026-09-01T09:00:00", status="done", ended_at="2026-09-10T09:00:00")
    before = file("H26.1-261005-0005", accepted_at="2026-08-01T09:00:00", status="done", ended_at="2026-08-10T09:00:00")
    two.says(here=[ended, before, *KEPT], there=KEPT)
    assert set(standing(two.look("2026-10-05 10:00"))) == {CODE}


def test_a_portal_that_lists_only_what_is_open_does_not_lack_what_has_ended(store: Store) -> None:
    two = TwoSystems(store, settings_of(portal={"missing_means": "ended"}))
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    assert two.look("2026-10-05 10:15")[CODE].is_due
    two.says(here=[file(status="done", ended_at="2026-10-05T10:20:00"), *KEPT])
    assert not two.look("2026-10-05 10:30")[CODE].is_open


def test_what_is_only_filed_the_portal_need_not_know_yet(store: Store) -> None:
    two = TwoSystems(store)
    filed = file(status="registered", accepted_at="", submitted_at="2026-10-05T08:00:00")
    two.says(here=[filed, *KEPT], there=KEPT)
    assert two.look("2026-10-05 10:00") == {}


# --- copies that are gone --------------------------------------------------------------------------------------------
def test_an_open_file_that_vanishes_from_the_portal_is_missing_there_since_then(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=[file(), *KEPT])
    assert two.look("2026-10-05 10:00") == {}
    two.says(there=KEPT)
    assert two.look("2026-10-05 10:15") == {}  # once is no proof
    rows = two.look("2026-10-05 10:30")
    assert standing(rows) == {CODE: (GapKind.MISSING_THERE, GapCause.UNKNOWN, False)}
    assert rows[CODE].since == moment("2026-10-05 10:30")
    assert two.look("2026-10-05 10:45")[CODE].is_due


def test_what_both_knew_as_ended_may_be_put_away_by_either(store: Store) -> None:
    two = TwoSystems(store)
    done = file(status="done", ended_at="2026-10-05T09:30:00")
    for side in ("there", "here"):
        two.says(here=[done, *KEPT], there=[done, *KEPT])
        two.look("2026-10-05 10:00")
        two.says(**{side: KEPT})
        two.look("2026-10-05 10:15")
        assert two.look("2026-10-05 10:30") == {}, side


def test_a_file_that_is_gone_from_both_is_no_gap_any_more(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    assert two.look("2026-10-05 10:15")[CODE].is_due
    two.says(here=KEPT)
    two.look("2026-10-05 10:30")
    row = two.look("2026-10-05 10:45")[CODE]
    assert (row.is_open, row.unit) == (False, "H26.1")


# --- missing here ----------------------------------------------------------------------------------------------------
def test_a_file_that_only_the_portal_has_is_missing_here_even_where_it_is_only_filed(store: Store) -> None:
    two = TwoSystems(store)
    filed = file(status="registered", accepted_at="", submitted_at="2026-10-05T09:00:00")
    two.says(here=KEPT, there=[filed, *KEPT])
    rows = two.look("2026-10-05 09:05")
    assert standing(rows) == {CODE: (GapKind.MISSING_HERE, GapCause.UNKNOWN, False)}
    assert (rows[CODE].source, rows[CODE].since) == (CITY, moment("2026-10-05 09:00"))
    assert two.look("2026-10-05 09:20")[CODE].is_due
    two.says(here=[file(), *KEPT])  # seen there first and here later; it is accepted here now, and not yet there
    row = two.look("2026-10-05 09:35")[CODE]
    assert (row.kind, row.is_due) == (GapKind.OTHER_STATE, False)


def test_what_runs_in_a_ministry_s_system_is_named_so_whatever_differs(store: Store) -> None:
    two = TwoSystems(store, settings_of(ministry_procedures=["2.000001"]))
    there = file(procedure="2.000001")
    two.says(here=KEPT, there=[there, *KEPT])
    assert standing(two.look("2026-10-05 10:00"))[CODE][:2] == (GapKind.MISSING_HERE, GapCause.MINISTRY_SYSTEM)
    two.says(here=[{**there, "procedure": "", "status": "done", "ended_at": "2026-10-05T10:00:00"}, *KEPT])
    assert standing(two.look("2026-10-05 10:15"))[CODE][:2] == (GapKind.OTHER_END, GapCause.MINISTRY_SYSTEM)


# --- both have it ----------------------------------------------------------------------------------------------------
DONE = {"status": "done", "ended_at": "2026-10-09T10:00:00"}
ASKED = {"status": "supplement", "supplement_requested_at": "2026-10-08T09:00:00"}
ANSWERED = {
    "supplement_requested_at": "2026-10-08T09:00:00",
    "supplement_answered_at": "2026-10-09T09:00:00",
    "due_at": "2026-10-20T17:00:00",
}


DIFFER: tuple[tuple[dict[str, str], dict[str, str], GapKind, GapCause, str], ...] = (
    (DONE, {}, GapKind.OTHER_END, GapCause.END_NOT_SENT, "2026-10-09 10:00"),
    (DONE, ASKED, GapKind.OTHER_END, GapCause.END_NOT_SENT, "2026-10-09 10:00"),
    ({}, DONE, GapKind.OTHER_END, GapCause.UNKNOWN, "2026-10-09 10:00"),
    (DONE, {**DONE, "ended_at": "2026-10-12T08:00:00"}, GapKind.OTHER_END, GapCause.UNKNOWN, "2026-10-12 09:00"),
    ({"due_at": "2026-10-20"}, {}, GapKind.OTHER_DUE, GapCause.OTHER_DUE_DATE, "2026-10-12 09:00"),
    ({"due_at": ""}, {}, GapKind.OTHER_DUE, GapCause.OTHER_DUE_DATE, "2026-10-12 09:00"),
    (ANSWERED, {}, GapKind.OTHER_DUE, GapCause.PAUSE_NOT_SENT, "2026-10-08 09:00"),
    (ASKED, {}, GapKind.OTHER_STATE, GapCause.PAUSE_NOT_SENT, "2026-10-08 09:00"),
    (ANSWERED, {**ASKED, "due_at": ""}, GapKind.OTHER_STATE, GapCause.PAUSE_NOT_SENT, "2026-10-09 09:00"),
    ({}, ASKED, GapKind.OTHER_STATE, GapCause.UNKNOWN, "2026-10-12 09:00"),
    ({"status": "payment"}, {}, GapKind.OTHER_STATE, GapCause.UNKNOWN, "2026-10-12 09:00"),
    ({**DONE, "status": "refused"}, DONE, GapKind.OTHER_STATE, GapCause.UNKNOWN, "2026-10-12 09:00"),
)
ALIKE: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({"status": "accepted"}, {"status": "processing"}),
    ({**DONE, "status": "returned"}, DONE),
    (DONE, {**DONE, "ended_at": "2026-10-09T16:00:00"}),  # another hour of the same day
    ({"due_at": "2026-10-16T11:30:00"}, {"due_at": "2026-10-16"}),
    ({"due_at": "2026-10-17"}, {"due_at": "2026-10-20"}),  # Saturday, and Monday is a day off here
    ({"due_at": ""}, {"due_at": ""}),
    (ANSWERED, {**ANSWERED, "supplement_requested_at": "2026-10-08T09:05:00"}),
    (DONE, {**DONE, "status": ""}),
    ({**ASKED, "supplement_requested_at": ""}, ASKED),
)


def code_of(number: int) -> str:
    return f"H26.1-261005-1{number:03}"


def test_how_two_copies_differ_and_what_of_the_cause_the_data_show(store: Store) -> None:
    two = TwoSystems(store)
    here = [file(code_of(number), **case[0]) for number, case in enumerate(DIFFER)]
    there = [file(code_of(number), **case[1]) for number, case in enumerate(DIFFER)]
    two.says(here=here, there=there)
    two.look("2026-10-12 09:00")
    rows = two.look("2026-10-12 09:30")
    for number, (one, other, kind, cause, since) in enumerate(DIFFER):
        row = rows[code_of(number)]
        assert (row.kind, row.cause, row.is_due, row.since) == (kind, cause, True, moment(since)), (one, other)
        assert row.source == (CITY if (one, other) == ({}, DONE) else PORTAL), (one, other)
        assert row.status_here == one.get("status", "processing")
        assert row.status_there == other.get("status", "processing")


def test_what_means_the_same_is_no_difference(store: Store) -> None:
    two = TwoSystems(store)
    here = [file(code_of(number), **case[0]) for number, case in enumerate(ALIKE)]
    there = [file(code_of(number), **case[1]) for number, case in enumerate(ALIKE)]
    two.says(here=here, there=there)
    assert two.look("2026-10-12 09:00") == {}


def test_due_times_are_compared_by_the_minute_only_where_both_count_so(store: Store) -> None:
    here, there = file(due_at="2026-10-16T11:30:00"), file(due_at="2026-10-16T17:00:00")
    minute = {"due_by": "minute"}
    assert gap(TwoSystems(store, settings_of(city=minute)), here, there) is None


def test_due_times_of_two_sources_that_count_by_the_minute_differ_within_a_day(store: Store) -> None:
    here, there = file(due_at="2026-10-16T11:30:00"), file(due_at="2026-10-16T17:00:00")
    minute = {"due_by": "minute"}
    found = gap(TwoSystems(store, settings_of(city=minute, portal=minute)), here, there)
    assert found == (GapKind.OTHER_DUE, GapCause.OTHER_DUE_DATE, True)


@pytest.mark.parametrize(
    ("left_out", "here"),
    [
        (("due_at",), {"due_at": "2026-10-20"}),
        (("status", "ended_at"), DONE),
        (("status", "supplement_requested_at", "supplement_answered_at"), ASKED),
    ],
)
def test_what_one_of_them_does_not_say_is_not_compared(
    store: Store, left_out: tuple[str, ...], here: dict[str, str]
) -> None:
    fields = {name: name for name in file() if name not in left_out}
    assert gap(TwoSystems(store, settings_of(portal={"fields": fields})), file(**here), file()) is None


def test_a_pause_that_the_portal_cannot_show_is_the_likely_cause_of_an_earlier_date(store: Store) -> None:
    fields = {name: name for name in ("code", "status", "accepted_at", "due_at", "ended_at")}
    two = TwoSystems(store, settings_of(portal={"fields": fields}))
    assert gap(two, file(**ANSWERED), file()) == (GapKind.OTHER_DUE, GapCause.PAUSE_NOT_SENT, True)


def test_a_file_that_the_city_lists_no_more_has_no_end_that_was_not_sent(store: Store) -> None:
    two = TwoSystems(store, settings_of(city={"missing_means": "ended"}))
    two.says(here=[file(), *KEPT], there=[file(), *KEPT])
    two.look("2026-10-12 09:00")
    two.says(here=KEPT)
    two.look("2026-10-12 09:15")
    rows = two.look("2026-10-12 09:30")
    assert standing(rows) == {CODE: (GapKind.OTHER_END, GapCause.UNKNOWN, False)}


def test_of_two_portal_records_with_one_code_the_last_is_compared(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=[file(**DONE), file(), *KEPT])
    assert two.look("2026-10-12 09:00") == {}


def test_lateness_is_that_of_each_copy_and_grows_with_the_day(store: Store) -> None:
    two = TwoSystems(store)
    here, there = file(due_at="2026-10-20"), file(due_at="2026-10-09")
    two.says(here=[here, *KEPT], there=[there, *KEPT])
    row = two.look("2026-10-09 09:00")[CODE]
    assert (row.late_here, row.late_there) == (False, False)
    row = two.look("2026-10-12 09:00")[CODE]
    assert (row.late_here, row.late_there) == (False, True)
    two.says(here=KEPT)
    two.look("2026-10-12 09:15")
    row = two.look("2026-10-12 09:30")[CODE]
    assert (row.kind, row.late_here, row.late_there) == (GapKind.MISSING_HERE, None, True)


# --- what it costs, and what changes it ------------------------------------------------------------------------------
def test_an_end_that_still_lies_ahead_happens_without_being_read_again(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(status="done", ended_at="2026-10-12T10:00:00"), *KEPT], there=[file(), *KEPT])
    assert standing(two.look("2026-10-12 09:00")) == {}
    assert standing(two.compare("2026-10-12 09:59")) == {}
    assert standing(two.compare("2026-10-12 10:01")) == {CODE: (GapKind.OTHER_END, GapCause.END_NOT_SENT, False)}


def test_only_what_was_read_since_is_compared_again(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), file("H26.1-261005-0003"), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    two.look("2026-10-05 10:15")
    with store.write() as session:  # a row that nobody else would write so
        session.connection().execute(
            sync_gaps_table.update().where(sync_gaps_table.c.code == CODE).values(section="kept")
        )
    two.says(here=[file(), file("H26.1-261005-0003", unit="H26.2"), *KEPT])
    rows = two.look("2026-10-05 10:30")
    assert (rows[CODE].section, rows["H26.1-261005-0003"].unit) == ("kept", "H26.2")


def test_a_poll_that_ends_after_a_later_one_is_not_passed_over(store: Store) -> None:
    """Its rows bear the time at which it began."""
    two = TwoSystems(store)
    two.says(here=KEPT, there=KEPT)
    two.look("2026-10-05 08:00")
    two.says(there=[file("H26.1-261005-0009", accepted_at="2026-10-05T08:30:00"), *KEPT])
    two.read(PORTAL, "2026-10-05 10:10")
    two.compare("2026-10-05 10:11")
    two.says(here=[file(), *KEPT])
    two.read(CITY, "2026-10-05 10:05")
    assert CODE in two.compare("2026-10-05 10:15")


def test_where_nothing_was_read_nothing_is_written(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    before = two.look("2026-10-05 10:15")
    after = two.look("2026-10-05 10:30")
    assert after == before
    assert after[CODE].changed_at == moment("2026-10-05 10:15")


def test_other_settings_compare_all_of_it_anew(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    assert two.look("2026-10-05 10:15")[CODE].cause == GapCause.UNKNOWN
    two.settings = settings_of(ministry_procedures=["1.004227"])
    row = two.compare("2026-10-05 10:16")[CODE]
    assert (row.cause, row.is_due, row.since) == (GapCause.MINISTRY_SYSTEM, True, moment("2026-10-05 09:00"))


def test_where_nothing_is_compared_any_more_the_gaps_are_gone_and_come_back_with_it(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file(), *KEPT], there=KEPT)
    two.look("2026-10-05 10:00")
    compared = two.settings
    two.settings = compared.model_copy(update={"sync": type(compared.sync)()})
    assert [row.gone_at for row in two.compare("2026-10-05 10:15").values()] == [moment("2026-10-05 10:15")]
    two.settings = compared
    row = two.compare("2026-10-05 10:16")[CODE]
    assert (row.gone_at, row.is_open, row.is_due) == (None, True, False)


def test_within_may_be_working_time(store: Store) -> None:
    two = TwoSystems(store, settings_of(within="4 working hours"))
    two.says(here=[file(accepted_at="2026-10-02T16:00:00"), *KEPT], there=KEPT)  # Friday
    two.look("2026-10-05 07:00")
    assert not two.look("2026-10-05 10:00")[CODE].is_due  # one hour on Friday, two and a half on Monday
    assert two.look("2026-10-05 10:31")[CODE].is_due
