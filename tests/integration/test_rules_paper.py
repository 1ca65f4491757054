"""What each rule sent in the month before, on both databases: each notice once, by rule and level, within the site's month."""

from datetime import UTC, datetime

from sqlalchemy import insert

from alertd.model.base import table_of
from alertd.model.notices import NoticeAlert, notices_table
from alertd.model.words import Level
from alertd.paper.sent import Month, Sent, last_month
from alertd.store.database import Store
from tests.notice_city import APOLOGY, ZONE, City, at

OCTOBER = datetime(2026, 10, 1, 0, 0, tzinfo=ZONE)
NOVEMBER = datetime(2026, 11, 1, 0, 0, tzinfo=ZONE)


def sent(city: City, when: datetime, alerts: dict[int, Level], *, why: str = "opened", **given: object) -> None:
    row: dict[str, object] = {
        "kind": "alert",
        "recipient": "Lan",
        "person": "lan",
        "channel": "email",
        "address": "a@b.vn",
        "subject": "s",
        "text": "t",
    }
    row |= {"state": "sent", "created_at": when.astimezone(UTC), "sent_at": when.astimezone(UTC), "meant_for": ""}
    with city.store.write() as session:
        made = insert(notices_table).returning(notices_table.c.id)
        notice = session.connection().execute(made, [row | given]).scalar_one()
        links = [
            {"notice_id": notice, "alert_id": alert, "why": why, "level": int(level)} for alert, level in alerts.items()
        ]
        session.connection().execute(insert(table_of(NoticeAlert)), links)


def month(city: City) -> Month:
    with city.store.read() as session:
        return last_month(session, at(datetime(2026, 11, 3, 9, 0, tzinfo=ZONE).astimezone(UTC)))


def test_a_notice_counts_under_each_rule_that_it_told_of_and_once_in_all(store: Store) -> None:
    city = City(store)
    late, worse = city.finds("A-1", Level.WARNING), city.finds("A-2", Level.CRITICAL)
    sorry = city.finds("A-1", Level.REMINDER, rule=APOLOGY)
    sent(city, OCTOBER, {late: Level.WARNING, sorry: Level.REMINDER})
    sent(
        city,
        NOVEMBER.replace(month=10, day=31, hour=23),
        {late: Level.CRITICAL, worse: Level.CRITICAL},
        meant_for="head",
    )
    found = month(city)
    assert (found.first, found.notices) == (OCTOBER.date(), 2)
    assert found.rules == {
        "overdue-files": Sent(2, 1, 2, {Level.CRITICAL: 2, Level.WARNING: 1}),
        "no-apology": Sent(1, 0, 1, {Level.REMINDER: 1}),
    }


def test_other_months_what_was_not_sent_copies_and_what_was_only_listed_do_not_count(store: Store) -> None:
    city = City(store)
    late = {city.finds("A-1", Level.WARNING): Level.WARNING}
    sent(city, NOVEMBER, late)
    sent(city, OCTOBER.replace(month=9, day=30, hour=23), late)
    sent(city, OCTOBER, late, state="dead")
    sent(city, OCTOBER, late, copy_of=1)
    sent(city, OCTOBER, late, why="listed")
    assert month(city) == Month(OCTOBER.date(), 0, {})
