"""What each unit sees of a month before it is printed, and what is disputed of it, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.model.bulletins import MonthFile, Standing
from alertd.model.disputes import disputes_table
from alertd.model.period import Period, period_of
from alertd.reports.bulletin import Bulletin, Row
from alertd.reports.contested import open_disputes, upheld
from alertd.reports.editions import decided_since, keep_draft, next_number, release
from alertd.reports.month_files import month_files
from alertd.reports.sync import pair_in
from alertd.store.database import Store
from tests.integration.rules_site import moment
from tests.integration.test_gaps import code_of
from tests.integration.test_sync_report import NOW, two_of

OCTOBER = period_of("2026-10") or pytest.fail("no period")
ON_TIME, LATE, RUNNING, ABSENT = Standing.ON_TIME, Standing.LATE, Standing.RUNNING, Standing.ABSENT


def seen(store: Store, readers: dict[str, int], month: Period = OCTOBER, *, compared: bool = True) -> list[MonthFile]:
    two = two_of(store)
    at = AsOf(moment(NOW), two.calendar)
    with store.read() as session:
        pair = pair_in(session, two.settings, at) if compared else None
        return list(month_files(session, at, month, readers, pair))


def test_each_file_stands_with_the_verdict_of_both_systems_what_is_late_first(store: Store) -> None:
    found = seen(store, {"H26.1": 1})
    assert {each.code: (each.city, each.portal) for each in found} == {
        code_of(0): (ON_TIME, ON_TIME),
        code_of(1): (LATE, LATE),
        code_of(2): (ON_TIME, LATE),
        code_of(3): (RUNNING, LATE),
        code_of(4): (RUNNING, LATE),
        code_of(5): (ON_TIME, LATE),
        code_of(6): (ON_TIME, LATE),
        code_of(7): (ON_TIME, ABSENT),
        code_of(8): (LATE, LATE),  # the portal alone lists it
    }
    assert [each.city for each in found[:3]] == [LATE, LATE, ON_TIME]
    assert found[0].received.isoformat() == "2026-10-05"


def test_units_come_in_the_order_of_their_readers_and_a_month_has_its_own_files(store: Store) -> None:
    found = seen(store, {"H26.2": 1, "H26.1": 2}, compared=False)
    assert [(each.number, each.unit) for each in found[:2]] == [(1, "H26.2"), (2, "H26.1")]
    assert {each.portal for each in found} == {None}
    assert code_of(9) not in {each.code for each in found}


def dispute(number: int, key: str, raised: datetime, **given: Any) -> dict[str, Any]:
    made = {
        "alert_id": number,
        "rule": "overdue",
        "dataset": "files",
        "key": key,
        "unit": "H26.1",
        "level": 2,
        "raised_at": raised,
        "raised_by": "Lan",
        "reason": "đã trả kết quả",
        "quiet_until": raised + timedelta(days=3),
        "state": "open",
        "remedy": "",
        "decided_at": None,
    }
    return made | given


def test_disputes_of_later_months_and_decisions_before_the_last_edition_are_left_out(store: Store) -> None:
    two_of(store)
    now, last = datetime(2026, 10, 26, 3, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
    agreed = {"state": "upheld", "remedy": "excluded"}
    rows = [
        dispute(1, code_of(1), last),
        dispute(2, code_of(1), last),  # of another rule: the same record
        dispute(3, code_of(9), last, unit="H26.2"),  # of September
        dispute(4, code_of(0), last, **agreed, decided_at=last + timedelta(days=1)),
        dispute(5, code_of(2), last, **agreed, decided_at=last - timedelta(days=1)),
        dispute(6, code_of(3), last, state="rejected", decided_at=last + timedelta(days=1)),
    ]
    with store.write() as session:
        session.connection().execute(insert(disputes_table), rows)
        assert open_disputes(session, OCTOBER, now) == {"H26.1": 1, "H26.2": 1}
        assert open_disputes(session, OCTOBER.before, now) == {"H26.2": 1}
        assert upheld(session, OCTOBER, last, now) == {"H26.1": 1}
        assert upheld(session, OCTOBER, last - timedelta(days=2), now) == {"H26.1": 2}


def test_a_first_edition_looks_back_to_the_last_bulletin_or_the_months_first_day_the_next_to_the_draft_before(
    store: Store,
) -> None:
    begins, drawn = datetime(2026, 9, 30, 17, tzinfo=UTC), datetime(2026, 10, 5, 3, tzinfo=UTC)
    city = Row("", "Thành phố", "")

    def printed(session: Session, month: Period, at: datetime) -> None:
        made = Bulletin(month.text, next_number(session, month), "Thành phố", at, at, 30, 5, (), city)
        keep_draft(session, made, by="Hoa")
        release(session, month, by="Minh", reason="đã soát", now=at + timedelta(days=1))

    with store.write() as session:
        assert decided_since(session, OCTOBER, begins) == begins
        printed(session, OCTOBER.before, drawn)
        assert decided_since(session, OCTOBER, begins) == begins  # of the first days nothing stood in September's
        assert decided_since(session, OCTOBER.after, drawn + timedelta(days=26)) == drawn  # no October was printed
        # after the draft and before the release: not printed yet
        assert decided_since(session, OCTOBER.before, begins - timedelta(days=30)) == drawn
        printed(session, OCTOBER.before, drawn + timedelta(days=5))
        assert decided_since(session, OCTOBER.before, begins - timedelta(days=30)) == drawn + timedelta(days=5)
