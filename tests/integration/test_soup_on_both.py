"""Words thrown together at random: what the reader accepts of them runs on both databases, and finds the same there."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from alertd.model.asof import AsOf
from alertd.model.dataset import Scope
from alertd.model.files import FILES, files_table
from alertd.rules.compile import findings_select
from alertd.rules.condition import read_condition
from alertd.rules.rulebook import CompiledRule
from alertd.store.database import Store, open_store
from tests.integration.test_conditions_on_both import CALENDAR, HANOI, NOW, columns, rows
from tests.stores import emptied
from tests.unit.test_rules_hostile import KEYS, MORE, answered, written

# Where they can mean something, most are of one kind; nothing keeps them from standing beside one of another.
KINDS = (
    (
        "days_late", "working_days_late", "working_days_left", "supplement_requests", "0", "1", "-5", "2.5", "1000000000",
        "working_days_since(due_at)", "working_days_until(accepted_at)", "abs(days_late - 9)", "(days_late / supplement_requests)",
        "coalesce(working_days_left, 0)", "days_late * 1000000000 * 1000000000", "- supplement_requests",
        "coalesce(days_late, 0.5) + 1 - days_late",
    ),
    (
        "unit", "section", "code", "procedure", "'H26.1'", "'Đất đai'", "''", "'a\\\\b'", "'%'", "'O''Brien'",
        "coalesce(section, unit, 'x')",
    ),
    ("status", "channel", "'done'", "'processing'", "'online'", "coalesce(status, 'done')"),
    (
        "due_at", "submitted_at", "ended_at", "now", "'2026-09-01'", "'2026-09-10T00:00:00+07:00'", "'2026-08-22 08:30'",
        "coalesce(ended_at, returned_at, now)",
    ),
    ("is_open", "is_overdue", "waiting_for_citizen", "true", "false", "(is_open and is_overdue)"),
    ("null", "today", "x", "files.unit", "select", "lower(unit)", "\"unit\"", "1e5", "working_days_since(unit)", "-- x"),
)  # fmt: skip
SIGNS = ("=", "<>", "!=", "<", "<=", ">", ">=", "like", "is", "is not", "+", "/")
ANYTHING = tuple(word for kind in KINDS for word in kind)


FORMS = (
    *("{one} {sign} {two}",) * 5, "{one} is {negated}null", "{one} {negated}in ({two}, {three})", "{one}",
    "{one} {negated}between {two} and {three}", "{one} {negated}like {two}", "({one} {sign} {two}) = true",
    "({one} {sign} {two}) is null",
)  # fmt: skip
JOINTS = (" and ", " or ", "\nAND ", "  Or\t", " and not ")
AROUND = ("{}", "{}", "{}", "not ({})", "({}) or is_open", "(({}))", "{})", "{}; {}")


def part(chance: random.Random) -> str:
    kind = chance.choice(KINDS[:-1])
    one, two, three = (chance.choice(kind if chance.random() < 0.95 else ANYTHING) for _ in range(3))
    sign, negated = chance.choice(SIGNS), chance.choice(("", "", "not "))
    return chance.choice(FORMS).format(one=one, two=two, three=three, sign=sign, negated=negated)


def soup(seed: int) -> str:
    chance = random.Random(seed)
    made = chance.choice(JOINTS).join(part(chance) for _ in range(chance.choice((1, 1, 2, 3))))
    return chance.choice(AROUND).format(made, made)


def edible(seed: int) -> str:
    """The next one that is accepted."""
    chance = random.Random(seed)
    while read_condition(text := soup(chance.getrandbits(32)), FILES.fields)[0] is None:
        pass
    return text


seeds = st.integers(0, 10**9)


@pytest.fixture
def both(tmp_path: Path, sqlite_template: Path, postgres_store: Store) -> Iterator[tuple[Store, Store]]:
    """The same files on SQLite and on PostgreSQL."""
    shutil.copy(sqlite_template, tmp_path / "alertd.db")
    one = open_store(f"sqlite:///{tmp_path / 'alertd.db'}")
    emptied(postgres_store)
    for store in (one, postgres_store):
        with store.write() as session:
            session.connection().execute(insert(files_table), rows())
    yield one, postgres_store
    one.close()


once = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a seed cannot be made simpler; what differs is named
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(accepted=st.lists(seeds.map(edible), min_size=40, max_size=40))
@once
def test_what_is_accepted_of_any_words_finds_the_same_on_both_databases(
    both: tuple[Store, Store], accepted: list[str]
) -> None:
    for live in (True, False):
        scope = Scope(files_table, live)
        statement = select(files_table.c.code, *columns(accepted, FILES, scope)).order_by(files_table.c.id)
        told = []
        for store in both:
            with store.read() as session:
                told.append(session.connection().execute(statement, AsOf(NOW, CALENDAR, live).parameters).all())
        for place, text in enumerate(accepted, 1):
            assert [(row[0], row[place]) for row in told[0]] == [(row[0], row[place]) for row in told[1]], text


@pytest.mark.parametrize("negated", ["not is_open", "is_open = false", "true <> is_open", "not (not is_open)"])
def test_a_negation_is_empty_only_where_what_it_negates_is(both: tuple[Store, Store], negated: str) -> None:
    """Without brackets PostgreSQL would take NOT x IS NULL for NOT (x IS NULL)."""
    for store in both:
        for live in (True, False):
            (holds,) = columns([f"({negated}) is null"], FILES, Scope(files_table, live))
            with store.read() as session:
                statement = select(files_table.c.code).where(holds == 1)
                assert session.connection().execute(statement, AsOf(NOW, CALENDAR, live).parameters).all() == []


chosen = st.fixed_dictionaries(
    {key: st.sampled_from((value, value, *MORE.get(key, ()))) for key, value in KEYS.items()}
    | {"dataset": st.just("files"), "when": seeds.map(lambda seed: "'" + edible(seed).replace("'", "''") + "'")}
)


@given(drafts=st.lists(chosen, min_size=20, max_size=20))
@settings(once, max_examples=4)
def test_what_is_accepted_as_a_rule_finds_the_same_on_both_databases(
    both: tuple[Store, Store], drafts: list[dict[str, str]]
) -> None:
    for draft in drafts:
        compiled, _ = answered(written(draft))
        if not isinstance(compiled, CompiledRule):
            continue
        for live in (True, False):
            statement = findings_select(compiled, live=live, zone=HANOI)
            found = []
            for store in both:
                with store.read() as session:
                    seen = session.connection().execute(statement, AsOf(NOW, CALENDAR, live).parameters).all()
                found.append(sorted((row.key, row.level, row.measure) for row in seen))
            assert found[0] == found[1], written(draft)
