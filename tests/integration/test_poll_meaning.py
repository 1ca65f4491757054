"""What intake computes for live rules means what the as-of expressions mean, once all events have happened."""

import shutil
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from alertd.intake.poll import poll
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.store.database import Store, open_store
from tests.integration.intake_site import FIELDS, WORDS, Intake, Made, file, settings_of, site_of

FIRST, LAST = datetime(2026, 8, 20), datetime(2026, 10, 20)
LATER = datetime(2026, 10, 20, 17, 30, tzinfo=UTC)  # 21 October 00:30 in Hanoi
DERIVED = [field.name for field in FILES.declared if field.derived]
_numbers = count()

times = st.one_of(st.just(""), st.datetimes(FIRST, LAST).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S")))
records = st.lists(
    st.fixed_dictionaries(
        {
            "TrangThai": st.sampled_from(["", "4", "5", "9", "unknown"]),
            "TiepNhan": times,
            "HenTra": times,
            "KetThuc": times,
            "Tra": times,
            "BoSung": st.lists(st.fixed_dictionaries({"Ngay": times, "TraLoi": times}), max_size=2),
        }
    ),
    min_size=1,
    max_size=12,
)


def polled(store: Store, rows: list[dict[str, Any]], now: datetime, **more: Any) -> None:
    fields = {**FIELDS, "returned_at": "Tra", "submitted_at": "TiepNhan"}
    source = settings_of(fields=fields, values=WORDS, covers="changes", **more)
    numbered = [{**row, "Ma": str(number), "DonVi": "H26.1"} for number, row in enumerate(rows)]
    assert poll(store, Made(numbered), source, site_of(), now=now, clock=lambda: now).believed


def seen(store: Store, at: AsOf, *, live: bool) -> list[Any]:
    scope = Scope(files_table, live=live)
    fields = [FILES.fields[name].sql(scope).label(name) for name in DERIVED]
    statement = select(files_table.c.code, *fields).where(FILES.present(scope)).order_by(files_table.c.code)
    with store.read() as session:
        return [tuple(row) for row in session.connection().execute(statement, at.parameters)]


@settings(max_examples=25, deadline=None)
@given(first=records, second=records, due_by=st.sampled_from(["day", "minute"]))
def test_live_and_as_of_mean_the_same_when_all_has_happened(
    sqlite_template: Path, first: list[dict[str, Any]], second: list[dict[str, Any]], due_by: str
) -> None:
    path = sqlite_template.with_name(f"{next(_numbers)}.db")
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    try:
        polled(store, first, LATER - timedelta(days=9), due_by=due_by)
        polled(store, second, LATER - timedelta(hours=1), due_by=due_by)
        at = AsOf(LATER, site_of().calendar)
        assert seen(store, at, live=True) == seen(store, at, live=False)
    finally:
        store.close()
        path.unlink()


def test_a_file_that_ended_by_absence_means_the_same_in_both_modes(store: Store) -> None:
    intake = Intake(store, settings_of(missing_means="ended"))
    late = {"HenTra": "2026-09-25T17:00:00"}
    intake.poll([file(number, **late) for number in range(10)])
    for _ in range(2):
        intake.poll([file(number, **late) for number in range(9)])
    at = AsOf(LATER, intake.site.calendar)
    live = seen(store, at, live=True)
    assert live == seen(store, at, live=False)
    ended = dict(zip(DERIVED, live[9][1:], strict=True))
    assert (ended["is_open"], ended["is_overdue"], ended["working_days_late"]) == (False, True, 6)
