"""What a derivation has not looked at: polls that it has not seen, whenever they ended, and nothing twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from alertd.derive.since import Since, since
from alertd.model.asof import AsOf
from alertd.model.audit import SiteFact
from alertd.model.base import table_of
from alertd.model.calendar import working_calendar
from alertd.model.polls import Poll
from alertd.store.database import Store

EIGHT = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
CALENDAR = working_calendar(zone=ZoneInfo("Asia/Ho_Chi_Minh"))
_polls, _facts = table_of(Poll), table_of(SiteFact)


def at(minutes: int) -> AsOf:
    return AsOf(EIGHT + timedelta(minutes=minutes), CALENDAR)


def polled(store: Store, minutes: int, state: str = "believed", changed: int = 1, dataset: str = "files") -> int:
    row = {"source": "s", "dataset": dataset, "started_at": at(minutes).now, "state": state, "changed": changed}
    rest = {"reason": "", "detail": "", "complete": True, "records": 0, "new": 0, "unchanged": 0, "gone": 0}
    more = {"rejected": 0, "duplicates": 0, "accepted_because": "", "notes": "[]", "content": ""}
    with store.write() as session:
        made = session.connection().execute(insert(_polls).values(row | rest | more).returning(_polls.c.id))
        return int(made.scalar_one())


def end(store: Store, poll: int) -> None:
    with store.write() as session:
        session.connection().execute(update(_polls).where(_polls.c.id == poll).values(state="believed"))


def look(store: Store, minutes: int, terms: str = "") -> Since:
    with store.write() as session:
        return since(session, "made", "files", at(minutes), terms=terms)


def test_a_first_look_and_other_terms_see_everything(store: Store) -> None:
    assert (look(store, 0).looked_at, look(store, 1).news) == (None, False)
    other = look(store, 2, terms="others")
    assert (other.looked_at, other.news) == (None, True)


def test_what_was_seen_is_not_news_and_nothing_is_written_for_it(store: Store) -> None:
    look(store, 0)
    polled(store, 1)
    assert look(store, 2).news
    with store.read() as session:
        before = session.connection().execute(select(_facts.c.value)).scalars().all()
    polled(store, 3, changed=0)
    polled(store, 3, state="failed")
    polled(store, 3, dataset="procedures")
    assert not look(store, 4).news
    with store.read() as session:
        assert session.connection().execute(select(_facts.c.value)).scalars().all() == before


def test_a_long_poll_that_ends_after_a_later_one_is_news_from_its_beginning_on(store: Store) -> None:
    look(store, 0)
    long = polled(store, 1, state="running")
    polled(store, 5)
    assert look(store, 6).looked_at == at(0).now
    end(store, long)
    seen = look(store, 9)
    assert seen.news
    assert seen.looked_at is not None
    assert seen.looked_at <= at(1).now
    assert not look(store, 10).news


def test_a_poll_that_died_two_days_ago_holds_nobody_up(store: Store) -> None:
    look(store, 0)
    polled(store, -3 * 24 * 60, state="running")
    polled(store, 1)
    assert look(store, 2).news
    assert not look(store, 3).news


@pytest.mark.parametrize(("minutes", "new_day"), [(60, False), (24 * 60, True)])
def test_a_new_day_is_said_once(store: Store, minutes: int, new_day: bool) -> None:
    look(store, 0)
    assert look(store, minutes).new_day is new_day
    assert not look(store, minutes + 1).new_day
