"""A clock that was ahead: what it wrote stops the cycles, says so everywhere, and is put right on record."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alertd.model.alerts import alerts_table
from alertd.model.notices import notices_table
from alertd.store.database import open_store
from tests.acceptance.test_stories import OVERDUE
from tests.acceptance.world import World

AN, OFFICE = "an@hanoi.example", "vanphong@hanoi.example"
REASON = ("--reason", "Máy chủ khởi động với giờ sai")


def test_what_a_clock_that_was_ahead_wrote_is_shown_then_put_right_and_told_anew(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.file("H26.2-260901-0002", "2026-12-01", unit="H26.2")  # late by the wrong clock alone
    world.once("2026-10-05 07:00")
    world.configure(mail="1")  # nobody listens: what the wrong clock writes waits
    world.once("2026-12-07 08:00")
    assert len(world.alerts("--state", "open")) == 2
    world.configure()

    ran = world.once("2026-10-05 07:40")
    assert (ran.code, ran.out) == (2, "")
    assert "the clock was set back" in ran.err
    assert "`alertd db clock`" in ran.err
    world.at("2026-10-05 07:42")  # later than whatever the refused cycle's poll wrote while its seconds ran
    assert world.alertd("db", "clock", "--yes", at=True).code == 2  # why?
    shown = world.alertd("db", "clock", at=True)
    assert shown.code == 0, shown.err
    assert "the last cycle ran at 07/12/2026 08:00, which is still to come" in shown.out
    assert "nothing was changed" in shown.out
    planned = world.alertd("db", "clock", "--json", at=True).json
    assert planned["done"] is False
    assert world.once("2026-10-05 07:40").code == 2

    world.at("2026-10-05 07:42")
    done = world.alertd("db", "clock", "--yes", *REASON, "--json", at=True).json
    assert done == planned | {"done": True}
    assert done["withdrawn"] >= 3  # two heads and the office
    assert done["rows"]["alerts"] >= 1
    assert done["rows"]["cycles"] == 1
    (row,) = world.alertd("audit", "list", "--json", "--action", "clock.put_right").json
    assert row["reason"] == REASON[1]
    assert "nothing in the store lies ahead" in world.alertd("db", "clock", at=True).out
    assert world.alertd("audit", "verify").code == 0

    before = len(world.texts_to(AN))
    assert world.once("2026-10-05 07:45").code == 0
    told = world.texts_to(AN)[before:]
    assert any("Bản tin" in text for text in told)  # today's digest was not thought made
    assert not any("H26.2-260901-0002" in text for text in world.texts_to("binh@hanoi.example"))
    assert {alert["key"]: alert["state"] for alert in world.alerts()}["H26.2-260901-0002"] != "open"
    world.once("2026-10-06 07:31")
    assert sum("Bản tin" in text for text in world.texts_to(AN)) == 2
    assert world.alertd("audit", "verify").code == 0
    store = open_store(world.store_url if "postgresql" in world.store_url else f"sqlite:///{world.folder}/alertd.db")
    with store.read() as session:
        lasting = [alerts_table.c.told_at, alerts_table.c.opened_at, alerts_table.c.changed_at]
        for moments in session.connection().execute(select(*lasting)):
            assert all(moment is None or moment < datetime(2026, 10, 7, tzinfo=UTC) for moment in moments)
        dates = session.connection().execute(select(notices_table.c.digest_on)).scalars()
        assert {str(day) for day in dates if day is not None} <= {"2026-10-05", "2026-10-06"}
    store.close()


def test_what_was_sent_by_the_wrong_clock_stays_as_evidence_and_a_second_jump_finds_its_keys_free(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    for _ in range(2):
        assert world.once("2026-10-12 08:00").code == 0
        done = world.alertd("db", "clock", "--yes", *REASON, "--json", "--now", "2026-10-05T06:00+07:00").json
        assert done["sent"] >= 2
        assert done["digests"] >= 2
        assert (done["withdrawn"], done["told_again"]) == (0, 0)
    assert world.alertd("audit", "verify").code == 0
    before = len(world.texts_to(AN))
    assert world.once("2026-10-12 08:00").code == 0
    assert any("Bản tin" in text for text in world.texts_to(AN)[before:])
    sent = [notice for notice in world.notices() if notice["state"] == "sent"]
    assert all(notice["sent_at"].startswith("2026-10-12") for notice in sent)


def test_status_and_doctor_say_that_the_last_cycle_is_still_to_come(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    ahead = f"{datetime.now(UTC) + timedelta(hours=20):%Y-%m-%dT%H:%M:%S+00:00}"
    world.configure(mode="rehearsal")
    assert world.alertd("run", "--once", "--now", ahead).code == 0  # less than a day
    ran = world.alertd("status")
    assert ran.code == 1
    assert "is still to come" in ran.out
    assert "`alertd db clock`" in ran.out
    seen = {each["subject"]: each for each in world.alertd("doctor", "--json").json}
    assert seen["clock"]["state"] == "fault"
    assert "alertd db clock" in seen["clock"]["cure"]
    assert world.alertd("run", "--once").code == 2
    assert world.alertd("db", "clock", "--yes", *REASON).code == 0
    assert world.alertd("run", "--once").code == 0
    assert "is still to come" not in world.alertd("status").out


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_rehearsal_warns_of_a_clock_that_is_far_ahead_where_it_writes(world: World) -> None:
    world.rule("overdue", OVERDUE)
    world.file("H26.1-260901-0001", "2026-09-28")
    world.configure(mode="rehearsal")
    ahead = f"{datetime.now(UTC) + timedelta(days=3, minutes=5):%Y-%m-%dT%H:%M:%S+00:00}"
    ran = world.alertd("sources", "poll", "one-stop", "--now", ahead)
    assert ran.code == 0
    assert "--now lies 3 days ahead of the clock" in ran.err
    assert 'mode = "trial"' in ran.err
    assert "ahead" not in world.alertd("digest", "--now", ahead).err  # it writes nothing
    assert world.alertd("run", "--once", "--now", "2026-01-05T08:00+07:00").code == 0
