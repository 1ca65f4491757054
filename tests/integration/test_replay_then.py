"""Records as they were at a past moment are what intake had stored at that moment, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alertd import pipeline
from alertd.model.alerts import alerts_table
from alertd.model.files import FILES, files_table
from alertd.model.procedures import ANNOUNCEMENTS, announcements_table
from alertd.replay.then import as_then
from alertd.site import Site
from alertd.store.database import Store
from tests.acceptance.histories.life import Life, lives
from tests.integration.intake_site import Made
from tests.integration.replay_site import City, city, days, local

FILES_OF_THE_CITY = 120
FIRST, LAST = local("2026-04-22 07:00"), local("2026-04-28 07:00")
# What nobody wrote down at the time, or what is this store's own.
_OWN = frozenset(("id", "raw_hash", "missed", "last_event_at", "first_event_at", "changed_at", "version_since"))
_OF_ALERTS = (
    "rule",
    "key",
    "state",
    "level",
    "unit",
    "opened_at",
    "resolved_at",
    "told_level",
    "told_at",
    "times_opened",
)


def rows(site: Site) -> dict[str, dict[str, Any]]:
    with site.store.read() as session:
        found = session.connection().execute(select(files_table)).mappings()
        return {row["code"]: {name: row[name] for name in row if name not in _OWN} for row in found}


def alerts(site: Site) -> list[tuple[Any, ...]]:
    c = alerts_table.c
    with site.store.read() as session:
        found = session.connection().execute(select(*(c[name] for name in _OF_ALERTS)).order_by(c.rule, c.key))
        return [tuple(row) for row in found]


def lived(seen: City, files: list[Life]) -> Iterator[datetime]:
    """Two polls a day, none on the hour of an event, and a cycle after each; it stops after each poll."""
    for day in days(FIRST, LAST):
        for hours in (0, 7):
            now = day + timedelta(hours=hours, minutes=31)
            seen.lists(files, now)
            seen.poll()
            seen.looks(now)
            yield now


@pytest.mark.parametrize("source", ["", 'missing_means = "ended"'])
def test_a_record_as_it_was_then_is_what_was_stored_then(store: Store, tmp_path: Path, source: str) -> None:
    files = lives(7, FILES_OF_THE_CITY)
    stored: dict[datetime, dict[str, dict[str, Any]]] = {}
    stood: dict[datetime, list[tuple[Any, ...]]] = {}
    with city(tmp_path, store, {"overdue-files": "", "second-supplement": ""}, source=source) as seen:
        for now in lived(seen, files):
            stored[now], stood[now] = rows(seen.site), alerts(seen.site)
        codes = [life.code for life in files]
        compared = 0
        for now in list(stored)[::5]:
            with as_then(seen.site, FILES, codes, now) as then:
                found = rows(then)
                assert found.keys() == stored[now].keys(), now
                for code, row in found.items():
                    differs = {name: (value, stored[now][code][name]) for name, value in row.items()}
                    assert {name: pair for name, pair in differs.items() if pair[0] != pair[1]} == {}, (now, code)
                    compared += 1
                assert alerts(then) == stood[now], now
        assert compared > FILES_OF_THE_CITY
        # ended by a word alone, waiting for the citizen, moved: or nothing is compared
        for name in ("assumed_end_at", "waiting_for_citizen", "unit_since"):
            assert any(row[name] for then_stored in stored.values() for row in then_stored.values()), name


PUBLISHING = """
[[sources]]
name = "publishing"
dataset = "announcements"
kind = "http"
url = "http://127.0.0.1/"
[sources.fields]
procedure = "tthc"
legal_text = "vanban"
decision = "quyetdinh"
decided_on = "ky"
published_on = "congkhai"
unit = "donvi"
[[sources]]
name = "portal"
dataset = "files"
kind = "http"
url = "http://127.0.0.1/"
authority = 5
max_drop = 1.0
[sources.fields]
code = "ma"
unit = "donvi"
due_at = "hen"
"""


def duty(number: int, decided: str, published: str = "") -> dict[str, str]:
    made = {"tthc": f"1.{number:06}", "vanban": "NĐ 1", "quyetdinh": f"{number}/QĐ", "donvi": "H26.1"}
    return made | {"ky": decided, "congkhai": published}


def test_of_a_duty_what_had_not_happened_by_then_is_hidden(store: Store, tmp_path: Path) -> None:
    source = Made([duty(1, "2026-04-01", "2026-04-20"), duty(2, "2026-04-16"), duty(3, "2026-04-01", "2026-04-03")])
    also = {"publishing": source}
    with city(tmp_path, store, {"not-published": ""}, more=PUBLISHING, also=also) as seen:
        seen.moment[0] = local("2026-04-21 08:00")
        assert pipeline.poll(seen.site, "publishing") is not None
        source.records.append(duty(4, "2026-04-02"))
        seen.moment[0] = local("2026-04-22 08:00")
        assert pipeline.poll(seen.site, "publishing") is not None
        c = announcements_table.c
        codes = [f"1.{number:06}/NĐ 1/{number}/QĐ" for number in (1, 2, 3, 4)]
        for then, known in (
            ("2026-04-15 08:00", {1: None, 3: "2026-04-03"}),  # the second is not decided yet
            ("2026-04-20 08:00", {1: "2026-04-20", 2: None, 3: "2026-04-03"}),
            (
                "2026-04-22 09:00",
                {1: "2026-04-20", 2: None, 3: "2026-04-03", 4: None},
            ),  # of the fourth nobody knew before
        ):
            with as_then(seen.site, ANNOUNCEMENTS, codes, local(then)) as past, past.store.read() as session:
                rows = session.connection().execute(select(c.procedure, c.published_on, c.published_no, c.preferred))
                found = {int(row.procedure[2:]): row for row in rows}
            assert {number: row.published_on and str(row.published_on) for number, row in found.items()} == known, then
            assert all((row.published_no is None) == (row.published_on is None) for row in found.values())
            assert all(row.preferred for row in found.values())


def test_of_several_copies_the_one_counts_that_counted_then(store: Store, tmp_path: Path) -> None:
    code, portal = (
        "H26-260401-00001",
        Made([{"ma": "H26-260401-00001", "donvi": "H26.2", "hen": "2026-05-01T17:00:00"}]),
    )
    life = Life(
        code, [(datetime(2026, 4, 1, 8), {"DonVi": "H26.1", "TrangThai": "4", "NgayTiepNhan": "2026-04-01T08:00:00"})]
    )
    stays = Life("H26-260401-00002", life.changes)
    life.hidden.append((datetime(2026, 4, 3), datetime(2026, 4, 8)))
    with city(
        tmp_path, store, {"overdue-files": ""}, source="authority = 10", more=PUBLISHING, also={"portal": portal}
    ) as seen:
        for day in days(local("2026-04-02 08:00"), local("2026-04-09 08:00")):
            seen.lists([life, stays], day)
            seen.poll()
            assert pipeline.poll(seen.site, "portal") is not None
        c, units = files_table.c, []
        for day in days(local("2026-04-02 09:00"), local("2026-04-09 09:00")):
            with as_then(seen.site, FILES, [code], day) as past, past.store.read() as session:
                units.append(session.connection().execute(select(c.unit).where(c.preferred.is_(True))).scalar_one())
        # it is gone when it is missing for the second time, on the fourth of April
        assert units == ["H26.1", "H26.1", "H26.2", "H26.2", "H26.2", "H26.2", "H26.1", "H26.1"]
