"""Conditions in SQL beside the same conditions in plain Python, over made-up files: both databases, both modes, one meaning.

Each generated condition comes as a pair: its text, and a function that says what it means for a record. The function knows
nothing of parser, types or SQL.
"""

import operator
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, case, insert, select
from sqlalchemy import and_ as sql_and

from alertd.model.asof import AsOf
from alertd.model.calendar import working_calendar
from alertd.model.dataset import Dataset, Scope
from alertd.model.file_terms import ENDED_STATUS
from alertd.model.files import FILES, files_table
from alertd.model.procedures import ANNOUNCEMENTS, announcements_table
from alertd.model.words import Filed, FileStatus
from alertd.rules.condition import read_condition
from alertd.rules.condition_sql import predicates
from alertd.store.database import Store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = working_calendar(zone=HANOI, days_off=[date(2026, 9, 1), date(2026, 9, 2)], days_worked=[date(2026, 8, 22)])
NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EVENTS = (
    "submitted_at",
    "accepted_at",
    "ended_at",
    "returned_at",
    "supplement_requested_at",
    "supplement_answered_at",
    "apology_at",
    "unit_since",
)
TEXTS = (
    "H26.1",
    "h26.1",
    "H26_1",
    "H26%",
    "Đất đai",
    "đất đai",
    "Dat dai",
    "O'Brien",
    "",
    " ",
    "a\\b",
    "😀",
    "Zebra",
    "áo",
    "H26.10",
)
Record = dict[str, Any]


# --- records ---------------------------------------------------------------------------------------------------------
def record(number: int, chance: random.Random) -> Record:
    """A file as a source might tell it. Its events lie before NOW."""

    def moment(share: float, first: int = 0, last: int = 60) -> datetime | None:
        if chance.random() > share:
            return None
        return NOW - timedelta(days=chance.uniform(first, last), seconds=chance.randrange(86_400))

    ended = moment(0.3)
    made: Record = {
        "code": f"F{number:03}",
        "unit": chance.choice((*TEXTS, None)),
        "section": chance.choice((*TEXTS, None, None)),
        "status": chance.choice((*FileStatus, None)),
        "channel": chance.choice((*Filed, None)),
        "submitted_at": moment(0.9),
        "accepted_at": moment(0.6),
        "due_at": (moment(0.85) or NOW) + timedelta(days=30) if chance.random() < 0.9 else None,
        "ended_at": ended,
        "returned_at": ended + timedelta(hours=1) if ended and chance.random() < 0.5 else moment(0.05),
        "supplement_requests": chance.choice((None, 0, 0, 1, 2, 5)),
        "supplement_requested_at": moment(0.4),
        "supplement_answered_at": moment(0.3),
        "apology_at": moment(0.2),
        "by_minute": chance.random() < 0.5,
        "unit_since": moment(0.5),
    }
    return {
        name: value.replace(microsecond=0) if isinstance(value, datetime) else value for name, value in made.items()
    }


def stored(told: Record) -> Record:
    """The row that is kept of it, day numbers and state included, as if every event had happened."""
    seen = view(told, datetime(2100, 1, 1, tzinfo=UTC))
    events = sorted(told[name] for name in EVENTS if told[name])
    end = told["ended_at"] or told["returned_at"]
    assumed = None if end or told["status"] not in ENDED_STATUS else (events[-1] if events else NOW)
    end = end or assumed
    stop = end or ((told["supplement_requested_at"] or NOW) if seen["waiting_for_citizen"] else None)
    due = told["due_at"] and CALENDAR.effective_due(CALENDAR.today(told["due_at"]))

    def day(moment: datetime | None) -> int | None:
        return CALENDAR.today(moment).toordinal() if moment else None

    def number(moment: datetime | None) -> int | None:
        return CALENDAR.number(CALENDAR.today(moment)) if moment else None

    return told | {
        "source": "s",
        "raw_hash": 1,
        "first_event_at": events[0] if events else None,
        "last_event_at": events[-1] if events else None,
        "first_seen_at": NOW,
        "version_since": NOW,
        "changed_at": NOW,
        "missed": 0,
        "preferred": True,
        "is_open": end is None,
        "waiting_for_citizen": seen["waiting_for_citizen"],
        "assumed_end_at": assumed,
        "stop_at": stop,
        "stop_day": day(stop),
        "stop_day_no": number(stop),
        "due_day": due.toordinal() if due else None,
        "due_day_no": CALENDAR.number(due) if due else None,
        "submitted_day_no": CALENDAR.received_number(told["submitted_at"]) if told["submitted_at"] else None,
        "accepted_day_no": CALENDAR.received_number(told["accepted_at"]) if told["accepted_at"] else None,
        "ended_day": day(end),
        "ended_day_no": number(end),
        "requested_day": day(told["supplement_requested_at"]),
        "requested_day_no": number(told["supplement_requested_at"]),
        "answered_day_no": number(told["supplement_answered_at"]),
        "unit_since_day_no": number(told["unit_since"]),
    }


def view(told: Record, now: datetime) -> Record:
    """The record as it stood at ``now``: what is later has not happened; a promise is never hidden."""
    seen = told | {name: told[name] if told[name] and told[name] <= now else None for name in EVENTS}
    end = seen["ended_at"] or seen["returned_at"]
    ends_by_word = told["ended_at"] is None and told["returned_at"] is None and told["status"] in ENDED_STATUS
    is_open = end is None and not ends_by_word
    asked, answered = seen["supplement_requested_at"], seen["supplement_answered_at"]
    by_word = told["supplement_requested_at"] is None and answered is None and told["status"] == FileStatus.SUPPLEMENT
    waiting = is_open and (by_word or (asked is not None and (answered is None or answered < asked)))
    stop = now
    if not is_open:
        known = [told[name] for name in EVENTS if told[name]]
        stop = told["ended_at"] or told["returned_at"] or (max(known) if known else NOW)
    elif waiting:
        stop = asked or min(now, NOW)  # by its word alone: since it was read so
    today, due = CALENDAR.today(stop), told["due_at"]
    due_day = CALENDAR.effective_due(CALENDAR.today(due)) if due else None
    return seen | {
        "is_open": is_open,
        "waiting_for_citizen": waiting,
        "is_overdue": due_day is not None and (due < stop if told["by_minute"] else due_day < today),
        "working_days_late": max(0, CALENDAR.number(today) - CALENDAR.number(due_day)) if due_day else None,
        "working_days_left": max(0, CALENDAR.number(due_day) - CALENDAR.number(today)) if due_day and is_open else None,
        "days_late": max(0, (today - due_day).days) if due_day else None,
        **shares(told, seen, due_day, today),
    }


SHARES = ("working_days_late_with_citizen", "working_days_late_before_unit", "working_days_late_with_unit")


def shares(told: Record, seen: Record, due: date | None, stop: date) -> dict[str, int | None]:
    """Whose each day late is: day by day, by who had the file when it began."""
    if due is None:
        return dict.fromkeys(SHARES)
    found = dict.fromkeys(SHARES, 0)
    asked, answered, since = seen["supplement_requested_at"], seen["supplement_answered_at"], told["unit_since"]
    day = due + timedelta(days=1)
    while day <= stop:
        if CALENDAR.is_working(day):
            begins = CALENDAR.midnight(day)
            waited = asked and answered and answered >= asked and asked < begins <= answered
            elsewhere = since is not None and since >= begins
            found[SHARES[0] if waited else SHARES[1] if elsewhere else SHARES[2]] += 1
        day += timedelta(days=1)
    return found  # type: ignore[return-value]


RECORDS = [record(number, random.Random(number)) for number in range(120)]
VIEWS = [view(told, NOW) for told in RECORDS]


@cache
def rows() -> list[Record]:
    """Made once: to have seen all that will happen, each is followed day by day."""
    return [stored(told) for told in RECORDS]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as session:
        session.connection().execute(insert(files_table), rows())
    return store


def found(store: Store, texts: Sequence[str], now: datetime, *, live: bool) -> list[set[str]]:
    """What each condition finds, all of them in one statement: to prepare a store, and to ask it, costs more than to answer."""
    scope = Scope(files_table, live)
    statement = select(files_table.c.code, *columns(texts, FILES, scope)).where(FILES.present(scope))
    with store.read() as session:
        told = session.connection().execute(statement, AsOf(now, CALENDAR, live).parameters).all()
    return [{row[0] for row in told if row[place]} for place in range(1, len(texts) + 1)]


def columns(texts: Sequence[str], dataset: Dataset, scope: Scope) -> list[ColumnElement[int]]:
    """1 where the condition holds: as in a WHERE, what is not known does not."""
    made: list[ColumnElement[int]] = []
    for place, text in enumerate(texts):
        node, complaints = read_condition(text, dataset.fields)
        assert node is not None, (text, complaints)
        made.append(case((sql_and(*predicates(node, scope, HANOI)), 1), else_=0).label(f"c{place}"))
    return made


# --- what a condition means ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Seen:
    """A record at a moment."""

    record: Record
    now: datetime

    def number(self, name: str) -> int | None:
        moment = self.record[name]
        if moment is None:
            return None
        if name == "due_at":
            return CALENDAR.due_number(CALENDAR.today(moment))
        if name == "supplement_requested_at":
            return CALENDAR.number(CALENDAR.today(moment))
        return CALENDAR.received_number(moment)

    @property
    def today(self) -> int:
        return CALENDAR.number(CALENDAR.today(self.now))


Means = Callable[[Seen], Any]
Pair = tuple[str, Means]


def both(function: Callable[..., Any]) -> Callable[..., Any]:
    """Of anything and null comes null."""
    return lambda *values: None if None in values else function(*values)


def and_(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def or_(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def matches(text: str, pattern: str) -> bool:
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    written = "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
    return re.fullmatch(written, text, re.DOTALL) is not None


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def field(name: str) -> Pair:
    return name, lambda seen: seen.record[name]


def divided(one: float | None, two: float | None) -> float | None:
    return None if one is None or not two else one / two


ORDERS = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
SUMS = {"+": operator.add, "-": operator.sub, "*": lambda a, b: float(a) * float(b)}
PATTERNS = (
    "H26.%",
    "H26_1",
    "h26%",
    "%đai",
    "Đ%",
    "_26.1",
    "%",
    "",
    "H26\\%",
    "H26\\_1",
    "a\\\\b",
    "%'%",
    "_",
    "%a%b%",
)
NUMBERS = ("working_days_late", "working_days_left", "days_late", "supplement_requests", *SHARES)
MOMENTS = ("submitted_at", "accepted_at", "due_at", "ended_at", "supplement_requested_at", "apology_at")
COUNTED = ("submitted_at", "accepted_at", "due_at", "supplement_requested_at")
DAYS = ("2026-07-20", "2026-08-22", "2026-09-01T08:30:00", "2026-09-10T00:00:00+07:00", "2026-09-15T03:00:00Z")


def literal_number(value: float) -> Pair:
    return str(value), lambda _: value


def summed(sign: str, one: Pair, two: Pair) -> Pair:
    function = divided if sign == "/" else both(SUMS[sign])
    return f"({one[0]} {sign} {two[0]})", lambda seen: function(one[1](seen), two[1](seen))


def since(name: str, sign: int) -> Pair:
    called = "working_days_since" if sign > 0 else "working_days_until"
    count = both(lambda number, today: sign * (today - number))
    return f"{called}({name})", lambda seen: count(seen.number(name), seen.today)


def coalesced(one: Pair, two: Pair) -> Pair:
    def means(seen: Seen) -> Any:
        first = one[1](seen)
        return two[1](seen) if first is None else first

    return f"coalesce({one[0]}, {two[0]})", means


def absolute(one: Pair) -> Pair:
    return f"abs({one[0]})", lambda seen: both(abs)(one[1](seen))


def compared(sign: str, one: Pair, two: Pair) -> Pair:
    function = both(ORDERS[sign])
    return f"{one[0]} {sign} {two[0]}", lambda seen: function(one[1](seen), two[1](seen))


def between(value: Pair, low: Pair, high: Pair) -> Pair:
    def means(seen: Seen) -> bool | None:
        middle, least, most = value[1](seen), low[1](seen), high[1](seen)
        return and_([both(operator.ge)(middle, least), both(operator.le)(middle, most)])

    return f"{value[0]} between {low[0]} and {high[0]}", means


def listed(value: Pair, items: list[Pair]) -> Pair:
    def means(seen: Seen) -> bool | None:
        mine = value[1](seen)
        return None if mine is None else mine in [item[1](seen) for item in items]

    return f"{value[0]} in ({', '.join(item[0] for item in items)})", means


def like(value: Pair, pattern: str) -> Pair:
    return f"{value[0]} like {quoted(pattern)}", lambda seen: both(matches)(value[1](seen), pattern)


def is_null(value: Pair) -> Pair:
    return f"{value[0]} is null", lambda seen: value[1](seen) is None


def negated(value: Pair) -> Pair:
    def means(seen: Seen) -> bool | None:
        held = value[1](seen)
        return None if held is None else not held

    return f"not ({value[0]})", means


def joined(word: str, parts: list[Pair]) -> Pair:
    join = and_ if word == "and" else or_
    return f" {word} ".join(f"({text})" for text, _ in parts), lambda seen: join([means(seen) for _, means in parts])


def text_literal(text: str) -> Pair:
    return quoted(text), lambda _: text


def day_literal(text: str) -> Pair:
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
    return quoted(text), lambda _: moment


literals = st.sampled_from((0, 1, 2, 5, 10, 0.5, 1.5, 0.0)).map(literal_number)
divisors = st.sampled_from((1, 2, 5, 10, 0.5, 1.5)).map(literal_number)  # a 0 that is written is a fault
leaves = st.sampled_from(NUMBERS).map(field) | st.tuples(st.sampled_from(COUNTED), st.sampled_from((1, -1))).map(
    lambda given: since(*given)
)
numbers = st.recursive(
    leaves,
    lambda inner: (
        st.builds(summed, st.sampled_from("+-*"), inner, inner | literals)
        | st.builds(summed, st.just("/"), inner, inner | divisors)
        | st.builds(coalesced, inner, literals)
        | st.builds(absolute, inner)
    ),
    max_leaves=3,
)
texts = st.sampled_from(("unit", "section", "code")).map(field)
texts |= st.builds(coalesced, texts, st.sampled_from(TEXTS).map(text_literal))
text_literals = st.sampled_from(TEXTS).map(text_literal)
moments = st.sampled_from(MOMENTS).map(field)
moment_values = st.sampled_from(DAYS).map(day_literal) | st.just(("now", lambda seen: seen.now)) | moments
orders = st.sampled_from(list(ORDERS))
words = st.sampled_from([("status", FileStatus), ("channel", Filed)])
atoms = (
    st.builds(compared, orders, numbers, numbers | literals)
    | st.builds(between, numbers, literals, literals | numbers)
    | st.builds(listed, numbers, st.lists(literals, min_size=1, max_size=4))
    | st.builds(compared, orders, texts, texts | text_literals)
    | st.builds(between, texts, text_literals, text_literals)
    | st.builds(listed, texts, st.lists(text_literals, min_size=1, max_size=4))
    | st.builds(like, texts, st.sampled_from(PATTERNS))
    | st.builds(compared, orders, moments, moment_values)
    | st.builds(between, moments, moment_values, moment_values)
    | words.flatmap(
        lambda pair: st.lists(
            st.sampled_from([text_literal(str(word)) for word in pair[1]]), min_size=1, max_size=4
        ).map(lambda chosen: listed(field(pair[0]), chosen))
    )
    | st.sampled_from(("is_open", "waiting_for_citizen", "is_overdue")).map(field)
    | (numbers | texts | moments).map(is_null)
)
conditions = st.recursive(
    atoms,
    lambda inner: (
        inner.map(negated) | st.builds(joined, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=4))
    ),
    max_leaves=6,
)
some = st.lists(conditions, min_size=6, max_size=10)
sampled = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def named(texts: Sequence[str], codes: Sequence[set[str]]) -> dict[str, list[str]]:
    """By the condition, so that a difference names it."""
    return {text: sorted(each) for text, each in zip(texts, codes, strict=True)}


@given(pairs=some)
@sampled
def test_a_condition_finds_what_it_means_in_both_modes(filled: Store, pairs: list[Pair]) -> None:
    """All events are past, so the plain predicates of the live mode and the as-of ones find the same."""
    texts = [text for text, _ in pairs]
    meant = [{seen["code"] for seen in VIEWS if means(Seen(seen, NOW)) is True} for _, means in pairs]
    for live in (True, False):
        assert named(texts, found(filled, texts, NOW, live=live)) == named(texts, meant), live


@given(pairs=some, days=st.integers(1, 59))
@sampled
def test_as_of_an_earlier_moment_what_came_later_has_not_happened(filled: Store, pairs: list[Pair], days: int) -> None:
    texts = [text for text, _ in pairs]
    then = NOW - timedelta(days=days, hours=1)
    seen = [Seen(view(told, then), then) for told in RECORDS if not happened(told) or min(happened(told)) <= then]
    meant = [{each.record["code"] for each in seen if means(each) is True} for _, means in pairs]
    assert named(texts, found(filled, texts, then, live=False)) == named(texts, meant)


def happened(told: Record) -> list[datetime]:
    return [told[name] for name in EVENTS if told[name]]


@given(pair=conditions)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_condition_that_filters_finds_what_it_finds_as_a_column(filled: Store, pair: Pair) -> None:
    """A rule asks in its WHERE, these tests in columns."""
    for live in (True, False):
        scope = Scope(files_table, live)
        (holds,) = columns([pair[0]], FILES, scope)
        node, _ = read_condition(pair[0], FILES.fields)
        assert node is not None
        asked = select(files_table.c.code).where(FILES.present(scope), *predicates(node, scope, HANOI))
        shown = select(files_table.c.code).where(FILES.present(scope), holds == 1)
        with filled.read() as session:
            parameters = AsOf(NOW, CALENDAR, live).parameters
            one, other = (session.connection().execute(each, parameters).scalars() for each in (asked, shown))
            assert set(one) == set(other), pair[0]


# --- what the two databases do differently unless told otherwise -----------------------------------------------------
DIFFERENT: list[tuple[str, Callable[[Record], Any]]] = [
    ("supplement_requests / (days_late - days_late) = 1", lambda r: False),
    ("supplement_requests / (days_late - days_late) is null", lambda r: True),
    ("not (supplement_requests / (days_late - days_late) = 1)", lambda r: False),
    ("supplement_requests / 2 = 0.5", lambda r: r["supplement_requests"] == 1),
    ("supplement_requests in (0.5, 1.5)", lambda r: False),
    ("supplement_requests in (1, 1.5)", lambda r: r["supplement_requests"] == 1),
    ("unit like 'h26%'", lambda r: (r["unit"] or "").startswith("h26")),
    ("unit like 'Đ%'", lambda r: (r["unit"] or "").startswith("Đ")),
    ("unit = 'đất đai'", lambda r: r["unit"] == "đất đai"),
    ("unit > 'Zebra'", lambda r: (r["unit"] or "") > "Zebra"),
    ("unit < 'a'", lambda r: r["unit"] is not None and r["unit"] < "a"),
    ("unit between 'A' and 'Z'", lambda r: r["unit"] is not None and "A" <= r["unit"] <= "Z"),
    ("unit = ''", lambda r: r["unit"] == ""),
    ("unit = 'H26.1 '", lambda r: False),
    ("unit <> 'H26.1'", lambda r: r["unit"] not in (None, "H26.1")),
    ("unit not in ('H26.1', '')", lambda r: r["unit"] not in (None, "H26.1", "")),
    ("unit = 'x'' or ''1''=''1'", lambda r: False),
    ("coalesce(unit, 'none') = 'none'", lambda r: r["unit"] is None),
    ("coalesce(is_open, false)", lambda r: r["is_open"]),
    ("is_open = false", lambda r: not r["is_open"]),
    ("is_open <> true", lambda r: not r["is_open"]),
    ("coalesce(ended_at, returned_at, now) = now", lambda r: not (r["ended_at"] or r["returned_at"])),
    ("days_late * 1000000000 * 1000000000 * 1000000000 >= 0", lambda r: r["days_late"] is not None),
    ("days_late + 1000000000 + 1000000000 + 1000000000 > 0", lambda r: r["days_late"] is not None),
    ("-days_late <= 0", lambda r: r["days_late"] is not None),
]  # fmt: skip


@pytest.mark.parametrize("live", [True, False], ids=["live", "as-of"])
def test_both_databases_mean_the_same(filled: Store, *, live: bool) -> None:
    texts = [text for text, _ in DIFFERENT]
    expected = [{seen["code"] for seen in VIEWS if meant(seen)} for _, meant in DIFFERENT]
    assert named(texts, found(filled, texts, NOW, live=live)) == named(texts, expected)


# --- days, and a yes/no that nobody has answered ---------------------------------------------------------------------
def duty(code: str, decided: date | None, published: date | None, fast_track: bool | None) -> Record:
    due = CALENDAR.add_working_days(decided, 5) if decided else None
    seen = {
        "first_seen_at": NOW,
        "version_since": NOW,
        "changed_at": NOW,
        "missed": 0,
        "preferred": True,
        "raw_hash": 1,
    }
    days = {"decided_on": decided, "published_on": published, "publish_due_on": due, "fast_track": fast_track}
    numbers = {"decided_no": decided, "published_no": published, "publish_due_no": due}
    counted = {name: CALENDAR.number(day) if day else None for name, day in numbers.items()}
    return {"source": "s", "code": code, "procedure": "1.004227"} | seen | days | counted


DUTIES = [
    duty("late", date(2026, 8, 20), None, True),
    duty("late and done", date(2026, 8, 20), date(2026, 9, 10), False),
    duty("in time", date(2026, 8, 20), date(2026, 8, 24), None),
    duty("today", date(2026, 9, 15), None, None),
    duty("tomorrow", date(2026, 9, 16), None, False),
    duty("undecided", None, None, True),
]


DAYS_MEAN = {
    "decided_on < today": "late, late and done, in time",
    "decided_on <= today": "late, late and done, in time, today",
    "decided_on = '2026-08-20'": "late, late and done, in time",
    "decided_on between '2026-08-20' and '2026-09-14'": "late, late and done, in time",
    "decided_on in ('2026-08-20', '2026-09-15')": "late, late and done, in time, today",
    "published_on is null and decided_on <= today": "late, today",
    "coalesce(published_on, today) > publish_due_on": "late, late and done",
    "publish_working_days_late > 0": "late, late and done",
    "publish_working_days_late = -5 and published_on is null": "today",
    "working_days_since(decided_on) > 3": "late, late and done, in time",
    "fast_track": "late, undecided",
    "not fast_track and decided_on <= today": "late and done",
    "fast_track = false and decided_on <= today": "late and done",
    "fast_track is null": "in time, today",
    "coalesce(fast_track, false) and decided_on is not null": "late",
    "not coalesce(fast_track, false) and decided_on <= today": "late and done, in time, today",
}


@pytest.mark.parametrize("live", [True, False], ids=["live", "as-of"])
def test_days_and_unanswered_questions_mean_the_same(store: Store, *, live: bool) -> None:
    with store.write() as session:
        session.connection().execute(insert(announcements_table), DUTIES)
    scope, texts = Scope(announcements_table, live), list(DAYS_MEAN)
    statement = select(announcements_table.c.code, *columns(texts, ANNOUNCEMENTS, scope))
    with store.read() as session:
        told = session.connection().execute(statement, AsOf(NOW, CALENDAR, live).parameters).all()
    codes = [{row[0] for row in told if row[place]} for place in range(1, len(texts) + 1)]
    assert named(texts, codes) == named(texts, [set(meant.split(", ")) for meant in DAYS_MEAN.values()])
