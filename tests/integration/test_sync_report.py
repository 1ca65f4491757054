"""The two figures side by side, their gap by cause, the lists behind it and what has to be sent again, on both databases."""

from collections import Counter

import pytest

from alertd.model.asof import AsOf
from alertd.model.period import Period, period_of
from alertd.model.words import GapCause, GapKind
from alertd.reports.sync import SyncReport, pair_in, sync_report
from alertd.reports.sync_files import DifferentFile, Packet, Sends, different_files, packets
from alertd.store.database import Store
from tests.integration.rules_site import moment
from tests.integration.sync_site import TwoSystems, file, settings_of
from tests.integration.test_gaps import ANSWERED, ASKED, DONE, code_of

NOW = "2026-10-26 09:00"
OCTOBER = period_of("2026-10") or pytest.fail("no period")
LATE = {"status": "done", "ended_at": "2026-10-22T10:00:00"}  # due on Friday 16
# here, there; both of the files in time of the city's count are late for the portal, for another reason each
FILES = {
    code_of(0): (DONE, DONE),
    code_of(1): (LATE, LATE),
    code_of(2): (DONE, {}),  # the end was not sent
    code_of(3): ({**ANSWERED, "due_at": "2026-10-30"}, {}),  # the pause was not sent
    code_of(4): ({"due_at": "2026-10-30"}, {}),  # another due date
    code_of(5): ({**DONE, "procedure": "2.000001"}, {}),  # runs in a ministry's system
    code_of(6): (DONE, LATE),  # nobody knows why
    code_of(7): (DONE, None),  # not found there
    code_of(8): (None, {}),  # not found here, and late there
    code_of(9): ({"accepted_at": "2026-09-30T09:00:00"}, {"accepted_at": "2026-09-30T09:00:00"}),  # of September
    code_of(10): ({**DONE, "unit": "H26.2"}, {"unit": "H26.2"}),
}


def two_of(store: Store) -> TwoSystems:
    two = TwoSystems(store, settings_of(ministry_procedures=["2.000001"]))
    two.says(
        here=[file(code, **one) for code, (one, _) in FILES.items() if one is not None],
        there=[file(code, **other) for code, (_, other) in FILES.items() if other is not None],
    )
    for now in ("2026-10-01 09:00", "2026-10-26 08:30", NOW):
        two.look(now)
    return two


def report(two: TwoSystems, span: Period = OCTOBER, unit: str | None = None) -> SyncReport:
    at = AsOf(moment(two.now), two.calendar)
    fresh = two.fresh(at)
    with two.store.read() as session:
        found = sync_report(session, two.settings, at, span, unit=unit, fresh=fresh)
    assert found is not None
    return found


def lists(two: TwoSystems, unit: str | None = None) -> tuple[list[DifferentFile], list[Packet]]:
    at = AsOf(moment(two.now), two.calendar)
    with two.store.read() as session:
        pair = pair_in(session, two.settings, at)
        assert pair is not None
        files = list(different_files(session, pair, at, OCTOBER, unit=unit))
        return files, list(packets(session, pair, at, OCTOBER, unit=unit))


def test_both_figures_are_counted_alike_and_the_bars_lead_from_one_to_the_other(store: Store) -> None:
    two = two_of(store)
    found = report(two)
    assert (found.city.received, found.city.on_time) == (9, 8)
    assert (found.portal.received, found.portal.on_time) == (9, 1)
    assert (found.city.hundredths, found.portal.hundredths, found.gap) == (8889, 1111, 7778)
    files = {bar.cause: bar.files for bar in found.bars}
    assert files == {
        GapCause.END_NOT_SENT: 2,
        GapCause.PAUSE_NOT_SENT: 1,
        GapCause.OTHER_DUE_DATE: 1,
        GapCause.MINISTRY_SYSTEM: 1,
        GapCause.UNKNOWN: 3,
    }
    assert sum(bar.hundredths for bar in found.bars) == found.gap
    assert (found.agree, found.left_out, found.differ) == (2, 0, 8)
    assert found.gaps.kinds[GapKind.MISSING_THERE] == 1
    listed, _ = lists(two)
    assert Counter(each.cause for each in listed) == files
    assert [each.code for each in listed if each.cause is GapCause.UNKNOWN] == [code_of(6), code_of(7), code_of(8)]
    one = next(each for each in listed if each.code == code_of(7))
    assert (one.kind, one.on_time_here, one.on_time_there) == (GapKind.MISSING_THERE, True, None)
    other = next(each for each in listed if each.code == code_of(2))
    assert (other.status_here, other.status_there, other.on_time_there) == ("done", "processing", False)


def test_of_one_unit_only_its_files_are_counted(store: Store) -> None:
    two = two_of(store)
    found = report(two, unit="H26.2")
    assert (found.city.received, found.portal.received, found.differ) == (1, 1, 1)
    listed, sent = lists(two, "H26.2")
    assert [each.code for each in listed] == [code_of(10)]
    assert [(each.code, each.sends) for each in sent] == [(code_of(10), Sends.END)]


def test_what_a_resend_cures_is_listed_in_the_order_in_which_the_portal_needs_it(store: Store) -> None:
    two = TwoSystems(store)
    closed = {**ANSWERED, "status": "done", "ended_at": "2026-10-12T08:00:00"}
    pairs = {
        code_of(0): (DONE, {}),
        code_of(1): (ASKED, {}),
        code_of(2): (ANSWERED, {**ASKED, "due_at": ""}),
        code_of(3): (ANSWERED, {}),
        code_of(4): (closed, {}),
        code_of(5): ({"due_at": "2026-10-30"}, {}),
        code_of(6): ({}, {"status": "payment"}),
        code_of(7): (DONE, DONE),
    }
    two.says(
        here=[file(code, **one) for code, (one, _) in pairs.items()],
        there=[file(code, **other) for code, (_, other) in pairs.items()],
    )
    two.look("2026-10-12 09:00")
    _, sent = lists(two)
    assert [(each.code, each.sends, each.value) for each in sent] == [
        (code_of(0), Sends.END, moment("2026-10-09 10:00")),
        (code_of(1), Sends.PAUSE, moment("2026-10-08 09:00")),
        (code_of(2), Sends.PAUSE_END, moment("2026-10-09 09:00")),
        (code_of(3), Sends.PAUSE, moment("2026-10-08 09:00")),
        (code_of(3), Sends.PAUSE_END, moment("2026-10-09 09:00")),
        (code_of(3), Sends.DUE_DATE, moment("2026-10-20 17:00")),
        (code_of(4), Sends.PAUSE, moment("2026-10-08 09:00")),
        (code_of(4), Sends.PAUSE_END, moment("2026-10-09 09:00")),
        (code_of(4), Sends.END, moment("2026-10-12 08:00")),
        (code_of(5), Sends.DUE_DATE, moment("2026-10-30 00:00")),
    ]
    assert {(each.cause, each.code) for each in sent if each.code in (code_of(0), code_of(3), code_of(4))} == {
        (GapCause.END_NOT_SENT, code_of(0)),
        (GapCause.PAUSE_NOT_SENT, code_of(3)),
        (GapCause.END_NOT_SENT, code_of(4)),
    }


def test_a_month_that_is_over_is_counted_as_of_its_end(store: Store) -> None:
    two = TwoSystems(store)
    september = {"accepted_at": "2026-09-10T09:00:00"}
    ended_after = {**september, "due_at": "2026-10-02", "status": "done", "ended_at": "2026-10-08T09:00:00"}
    was_late = {**september, "due_at": "2026-09-25", "status": "done", "ended_at": "2026-10-08T09:00:00"}
    records = [file(code_of(0), **ended_after), file(code_of(1), **was_late)]
    two.says(here=records, there=records)
    two.look("2026-10-12 09:00")
    span = period_of("2026-09")
    assert span is not None
    found = report(two, span)
    assert (found.city.received, found.city.on_time, found.gap, found.agree) == (2, 1, 0, 2)
    assert found.counted_at == moment("2026-09-30 23:59:59")


def test_what_the_portal_need_not_know_is_left_out_of_both_figures(store: Store) -> None:
    two = TwoSystems(store)
    old = {"accepted_at": "2026-10-02T09:00:00", "status": "done", "ended_at": "2026-10-05T09:00:00"}
    undated = {"due_at": ""}
    two.says(
        here=[file(code_of(0), **old), file(code_of(1)), file(code_of(2), **undated)],
        there=[file(code_of(1)), file(code_of(2), **undated)],
    )
    two.look("2026-10-12 09:00")
    found = report(two)
    assert (found.city.received, found.portal.received, found.left_out, found.agree) == (1, 1, 1, 1)


def test_without_files_on_one_side_there_is_no_gap_to_explain(store: Store) -> None:
    two = TwoSystems(store)
    two.says(here=[file()], there=[file(code_of(1), accepted_at="2026-09-01T08:00:00")])
    two.look("2026-10-12 09:00")
    found = report(two)
    assert (found.bars, found.gap, found.portal.rate) == ((), None, None)
