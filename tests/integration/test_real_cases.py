"""The engine on real cases: a city's own verdict on 26,732 of them, and the field names of the national sync record."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select

from alertd.demo.feed import Feed
from alertd.intake.poll import poll
from alertd.intake.sources.http import HttpSource
from alertd.intake.sources.spreadsheet import SpreadsheetSource
from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.model.words import PollState
from alertd.settings.shipped import shipped
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store
from tests.integration.intake_site import MONDAY, settings_of, site_of

BOSTON = ZoneInfo("America/New_York")
# after the last of its cases was closed, as far as the list knows
AFTERWARDS = datetime(2016, 1, 1, tzinfo=UTC)


def boston(due_by: str) -> SourceSettings:
    return SourceSettings.model_validate(
        {
            "name": f"by {due_by}",
            "dataset": "files",
            "kind": "spreadsheet",
            "path": "boston311_2011q3.csv.gz",
            "due_by": due_by,
            "stale_after": "36500d",
            "times": {"format": "iso", "timezone": "America/New_York"},
            "fields": {
                "code": "case_enquiry_id",
                "accepted_at": "open_dt",
                "due_at": "target_dt",
                "ended_at": "closed_dt",
                "kind": "ontime",
                "section": "queue",
            },
        }
    )


def test_the_engine_agrees_with_the_city_by_the_minute_and_differs_by_the_day(store: Store, cases: Path) -> None:
    counted = {}
    for due_by in ("minute", "day"):
        settings = boston(due_by)
        source = SpreadsheetSource(settings, folder=cases, zone=BOSTON, sleep=lambda _: None)
        site = site_of(zone=BOSTON, roll_forward=False, authorities={settings.name: 1})
        done = poll(store, source, settings, site, now=AFTERWARDS, clock=lambda: AFTERWARDS)
        assert (done.state, done.counts.new, done.counts.rejected) == (PollState.BELIEVED, 31_828, 0)
        at = AsOf(AFTERWARDS, site.calendar)
        for live in (True, False):
            scope = Scope(files_table, live=live)
            late = func.coalesce(FILES.fields["is_overdue"].sql(scope), False)
            verdict = files_table.c.kind
            agrees = case((late == (verdict == "OVERDUE"), 1), else_=0)
            judged = and_(
                files_table.c.source == settings.name,
                files_table.c.due_at.is_not(None),
                verdict.in_(["ONTIME", "OVERDUE"]),
            )
            with store.read() as session:
                row = session.connection().execute(select(func.count(), func.sum(agrees)).where(judged), at.parameters)
                total, same = row.one()
            counted[due_by, live] = (total, total - same)
    assert counted == {
        ("minute", True): (26_732, 0),
        ("minute", False): (26_732, 0),
        ("day", True): (26_732, 439),
        ("day", False): (26_732, 439),
    }


def test_the_national_sync_record_is_read_as_it_comes(store: Store, cases: Path) -> None:
    document = json.loads((cases / "dong_bo_ho_so_mc.synthetic.json").read_text(encoding="utf-8"))
    with Feed() as feed:
        # the mapping that `alertd init` writes out
        example = tomllib.loads(shipped("config.example.toml").read_text(encoding="utf-8"))["sources"][0]
        mapped = {name: example[name] for name in ("records", "times", "fields", "values")}
        settings = settings_of(url=feed.serve("/ho-so", document["data"]), **mapped)
        source = HttpSource(settings, sleep=lambda _: None)
        for state in (PollState.BELIEVED, PollState.UNCHANGED):
            done = poll(store, source, settings, site_of(), now=MONDAY, clock=lambda: MONDAY + timedelta(seconds=3))
            assert done.state is state
    with store.read() as session:
        (row,) = session.connection().execute(select(files_table)).all()
    hanoi = ZoneInfo("Asia/Ho_Chi_Minh")
    assert (row.code, row.procedure, row.status, row.channel) == (
        "000.00.15.H26-240902-0003",
        "1.004227",
        "processing",
        "online",
    )
    assert (row.unit, row.unit_named) == (None, "(tên đơn vị)")
    assert row.due_at == datetime(2024, 9, 18, 17, tzinfo=hanoi)
    # asked for a supplement and not answered: the clock stands still from that day on
    assert (row.is_open, row.waiting_for_citizen, row.supplement_requests) == (True, True, 1)
    assert row.stop_at == row.supplement_requested_at == datetime(2024, 9, 6, 10, tzinfo=hanoi)
    assert (row.ended_at, row.returned_at, row.supplement_answered_at) == (None, None, None)
