"""Conditions as people write them: what is read and how, and every way to be wrong, told at its place with its cure."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.engine import make_url

from alertd.model.dataset import Scope
from alertd.model.datasets import DATASETS
from alertd.model.files import FILES, files_table
from alertd.model.procedures import ANNOUNCEMENTS
from alertd.rules.condition import MAX_DEPTH, MAX_SIGNS, MAX_TEXT, MAX_TREE, read_condition
from alertd.rules.condition_sql import conjuncts, predicates
from alertd.rules.condition_types import Compare, In, Kind, Literal, Logic, Node, Not, children, depth_of, fields_in

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DIALECTS = tuple(make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://"))
SPLIT = "split it into several lines of `when`"
QUOTES = "put text in single quotes"


def read(text: str, **more: Any) -> Node:
    node, complaints = read_condition(text, FILES.fields, **more)
    assert complaints == []
    assert node is not None
    return node


def told(text: str, **more: Any) -> list[tuple[int, str, str]]:
    node, complaints = read_condition(text, FILES.fields, **more)
    assert node is None
    return [(each.offset, each.what, each.cure) for each in complaints]


# --- what is read ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)
def test_every_documented_field_can_be_named(dataset: Any) -> None:
    for name in dataset.fields:
        node, complaints = read_condition(f"{name} is not null", dataset.fields)
        assert complaints == [], name
        assert node is not None
        assert fields_in(node) == (name,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("is_open", ("is_open",)),
        ("IS_OPEN".lower() + " AND due_at IS NOT NULL", ("is_open", "due_at")),
        ("is_open\nand\tdue_at < now", ("is_open", "due_at")),
        ("(unit = 'a' or section = 'b') and unit <> 'c'", ("unit", "section")),
        ("working_days_late between 1 and working_days_left", ("working_days_late", "working_days_left")),
        ("coalesce(section, unit, 'x') like 'H26.%'", ("section", "unit")),
        ("working_days_since(submitted_at) - 1 > abs(supplement_requests)", ("submitted_at", "supplement_requests")),
    ],
)
def test_a_condition_names_its_fields_in_the_order_in_which_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert fields_in(read(text)) == names


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("unit = 'it''s'", Kind.TEXT, "it's"),
        ("unit = '1.004220'", Kind.TEXT, "1.004220"),
        ("unit = ''", Kind.TEXT, ""),
        ("unit = '😀 -- ; /* */ \"x\" (('", Kind.TEXT, '😀 -- ; /* */ "x" (('),
        ("status = 'done'", Kind.WORD, "done"),
        ("days_late = 5", Kind.INTEGER, 5),
        ("days_late = -5", Kind.INTEGER, -5),
        ("days_late = 0.5", Kind.DECIMAL, 0.5),
        ("days_late = 1000000000", Kind.INTEGER, 10**9),
        ("is_open = true", Kind.BOOLEAN, True),
    ],
)
def test_a_literal_has_the_type_of_what_it_is_compared_with(text: str, kind: Kind, value: Any) -> None:
    node = read(text)
    assert isinstance(node, Compare)
    assert node.right == Literal(kind, value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("due_at < '2026-09-02'", "2026-09-02"),
        ("due_at < '2026-09-02T08:00'", "2026-09-02 08:00:00"),
        ("due_at < '2026-09-02 08:00:30'", "2026-09-02 08:00:30"),
        ("due_at < '2026-09-02T08:00:00+07:00'", "2026-09-02 08:00:00+07:00"),
        ("due_at < '2026-09-02T01:00:00Z'", "2026-09-02 01:00:00+00:00"),
    ],
)
def test_a_moment_is_a_day_a_local_time_or_one_with_its_offset(text: str, shown: str) -> None:
    node = read(text)
    assert isinstance(node, Compare)
    assert isinstance(node.right, Literal)
    assert (node.right.kind, str(node.right.value)) == (Kind.MOMENT, shown)


def test_a_literal_may_stand_on_either_side() -> None:
    assert read("5 <= days_late") == read("days_late >= 5")
    assert read("'a' = unit") == read("unit = 'a'")
    assert read("true <> is_open") == read("is_open <> true")


def test_what_must_all_hold_is_found_through_brackets() -> None:
    parts = conjuncts(read("is_open and (unit = 'a' and (days_late > 1 and due_at < now))"))
    assert [type(part).__name__ for part in parts] == ["FieldRef", "Compare", "Compare", "Compare"]


def test_not_stands_before_what_follows_it() -> None:
    assert read("unit not in ('a', 'b')") == read("not unit in ('a', 'b')")
    assert read("unit not like 'a%'") == read("not (unit like 'a%')")
    assert read("days_late not between 1 and 2") == read("not (days_late between 1 and 2)")
    node = read("not is_open and unit = 'a'")
    assert isinstance(node, Logic)
    assert isinstance(node.parts[0], Not)


def test_a_measure_is_a_whole_number() -> None:
    assert fields_in(read("working_days_late", number=True)) == ("working_days_late",)
    assert read("coalesce(supplement_requests, 0) + 1", number=True).kind is Kind.INTEGER
    assert told("days_late / 2", number=True)[0][1] == "a measure is a whole number, this is a number"
    assert told("is_open", number=True)[0][1] == "a measure is a whole number, this is a yes/no"


# --- what is refused -------------------------------------------------------------------------------------------------
FAULTS = [
    # nothing, too much, too deep
    ("", 0, "the condition is empty", "write one, such as is_open"),
    (" \n ", 0, "the condition is empty", "write one, such as is_open"),
    ("a" * (MAX_TEXT + 1), 0, "the condition has 2001 characters", "at most 2000 are read; split it"),
    (f"{'(' * 200}is_open{')' * 200}", 25, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("(" * 1990 + "is_open", 25, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("not " * 400 + "is_open", 100, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("- " * 400 + "days_late > 1", 50, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("abs(" * 200 + "days_late" + ")" * 200 + " > 1", 103, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("+" * 1000 + "days_late > 1", 0, "1000 signs of arithmetic", "at most 60 are read"),
    ("days_late" + " + 1" * 61 + " > 1", 0, "61 signs of arithmetic", "at most 60 are read"),
    ("days_late" + " is null" * 200, 0, "the condition is too long a chain", SPLIT),
    (
        "days_late" + " * 2" * 9 + " > 1",
        0,
        "too many multiplications and divisions",
        "at most 8 stand in one condition",
    ),
    # another language
    ("unit = 'a'; drop table x", 10, "';' cannot stand in a condition", "make `when` a list of lines"),
    ("unit = 'a' -- and is_open", 11, "a comment inside a condition", "put it behind a #"),
    ("unit = 'a' /* x */", 11, "a comment inside a condition", "put it behind a #"),
    ("-- is_open", 0, "nothing but a comment", "put it behind a #"),
    ("---days_late > 1", 0, "nothing but a comment", "put it behind a #"),
    ("/* ' */ " + "(" * 300 + "is_open", 33, f"nested deeper than {MAX_DEPTH}", SPLIT),
    ("unit = '' or 1=1 --", 17, "a comment inside a condition", "put it behind a #"),
    ("unit in (select code)", 9, "'select' cannot stand in a condition", "a condition looks at one record"),
    ("exists (unit)", 0, "function 'exists' is not allowed", "allowed are coalesce, abs"),
    ("case when is_open then 1 end = 1", 0, "'case' cannot stand in a condition", "see `alertd rules fields`"),
    ("cast(unit as int) = 1", 0, "function 'cast' is not allowed", "allowed are coalesce, abs"),
    ("unit = 'a'::text", 10, "'::' cannot stand in a condition", "values have the type of their field"),
    ("lower(unit) = 'a'", 0, "function 'lower' is not allowed", "large and small letters differ"),
    ("upper(unit) = 'A'", 0, "function 'upper' is not allowed", "large and small letters differ"),
    ("regexp_like(unit, 'a')", 0, "function 'regexp_like' is not allowed", "use like"),
    ("load_extension('x') is null", 0, "function 'load_extension' is not allowed", "allowed are coalesce, abs"),
    ("count(*) > 1", 0, "function 'count' is not allowed", "a condition looks at one record"),
    ("now() > due_at", 0, "function 'now' is not allowed", "write today or now, without brackets"),
    ("unit ilike 'a'", 5, "'ilike' cannot stand in a condition", "use like"),
    ("unit glob 'a'", 5, "'glob' cannot stand in a condition", "see `alertd rules fields`"),
    ("unit like 'a' escape 'x'", 14, "'escape' cannot stand in a condition", "see `alertd rules fields`"),
    ("unit || 'a' = 'b'", 5, "'||' cannot stand in a condition", "texts are not joined here"),
    ("days_late % 2 = 1", 10, "'%' cannot stand in a condition", "remainders are not supported"),
    ("unit ~ 'a'", 5, "'~' cannot stand in a condition", "use like"),
    ("unit = :name", 7, "':' cannot stand in a condition", "write = for a comparison"),
    ("unit = ?", 7, "'?' cannot stand in a condition", "allowed are and or not"),
    ("unit = $1", 7, "'$1' cannot stand in a condition", "allowed are and or not"),
    ("files.unit = 'a'", 0, "files.unit names a table", "a field stands alone: unit"),
    ("f.uint = 'a'", 0, "unknown field 'f'", "a field stands alone: unit"),
    ("{{ unit }} = 'a'", 0, "'{' cannot stand in a condition", "allowed are and or not"),
    ("*", 0, "star cannot stand here", "see docs/rules.md"),
    # quotes and letters
    ('unit = "a"', 7, '"a" is in double quotes', QUOTES),
    ("unit = ‘H26.1’", 7, "‘H26.1’ is in quotes of a word processor", "write straight ones: 'H26.1'"),
    ("unit = 'a", 7, "a text without its closing quote", QUOTES),
    ("unit = 'it's'", 12, "a text without its closing quote", QUOTES),
    ("unit = N'a'", 7, "\"N'a'\" cannot stand in a condition", QUOTES),
    ("unit = `a`", 7, "`a` is in quotes of a word processor", "write straight ones: 'a'"),
    ("unit = 'a' 'b'", 7, "concat cannot stand here", "see docs/rules.md"),
    ("unit = 'a\x00b'", 9, "an unreadable character (U+0000)", "take it out"),
    ("unit = '\ud83d'", 8, "an unreadable character (U+D83D)", "take it out"),
    ("😀", 0, "'😀' cannot stand in a condition", "allowed are and or not"),
    # names and words
    ("dueat < now", 0, "unknown field 'dueat'", "did you mean 'due_at'?"),
    ("is_open and uint = 'a'", 12, "unknown field 'uint'", "did you mean 'unit'?"),
    ("UNIT = 'a'", 0, "unknown field 'UNIT'", "did you mean 'unit'?"),
    ("status = 'doen'", 9, "'doen' is no state (status)", "did you mean 'done'?"),
    ("status in ('done', 'Done')", 19, "'Done' is no state (status)", "did you mean 'done'?"),
    ("coalesce(status, 'none') = 'done'", 17, "'none' is no state (status)", "did you mean 'done'?"),
    ("channel = 'zalo'", 10, "'zalo' is no way of filing (channel)", "known are online, counter, post"),
    # types
    ("unit = 5", 7, "a text is compared with a whole number", "put quotes around the text"),
    ("unit = 1.004220", 7, "a text is compared with a number", "put quotes around the text"),
    ("days_late = '5'", 12, "a whole number is compared with the text '5'", "write the number without quotes"),
    ("is_open = 'true'", 10, "a yes/no value is compared with the text 'true'", "write true or false without quotes"),
    ("due_at < today", 9, "a moment is compared with a date", "write now"),
    ("due_at > 5", 9, "a moment is compared with a whole number", "count with working_days_since(field)"),
    ("due_at - 5 > now", 0, "- works on numbers, not on a moment", "count days with working_days_since(field)"),
    ("unit + 1 > 2", 0, "+ works on numbers, not on a text", ""),
    ("abs(unit) = 1", 0, "abs works on numbers, not on a text", ""),
    ("due_at < '31/12/2026'", 9, "'31/12/2026' is no moment", "write '2026-12-31'"),
    ("due_at < '2026-02-31'", 9, "'2026-02-31' is no date", "write 'YYYY-MM-DD', between 1990 and 2100"),
    ("due_at < '0001-01-01'", 9, "'0001-01-01' is no date", "write 'YYYY-MM-DD', between 1990 and 2100"),
    ("due_at < '2026-W01-1'", 9, "'2026-W01-1' is no moment", "write 'YYYY-MM-DD'"),
    ("due_at < '20260101T0800'", 9, "'20260101T0800' is no moment", "write 'YYYY-MM-DD'"),
    ("due_at < '2026-01-01T25:00'", 9, "'2026-01-01T25:00' is no moment", "write 'YYYY-MM-DD'"),
    ("days_late > 1e5", 12, "1e5 is not a number that can be compared", "write digits, up to 1000000000"),
    ("days_late > 1000000001", 12, "1000000001 is not a number that can be compared", "write digits"),
    ("days_late > 0.1234567891", 12, "0.1234567891 is not a number that can be compared", "write digits"),
    ("unit", 0, "a text stands where a yes/no is needed", "compare it with something"),
    ("5", 0, "a whole number stands where a yes/no is needed", "compare it with something"),
    ("is_open and 5", 12, "a whole number stands where a yes/no is needed", "compare it with something"),
    ("is_open > true", 0, "yes/no values are not ordered", "use = or <>"),
    ("is_open = is_overdue", 0, "two yes/no values are compared with each other", "use and, or, not"),
    ("is_open in (true)", 0, "a yes/no value is not looked up in a list", "write it by itself"),
    ("is_open between 1 and 2", 0, "between needs values that are ordered", "write field between 1 and 5"),
    ("days_late like '1%'", 0, "like compares a text field with a pattern", "write field like 'H26.%'"),
    ("unit like section", 0, "like compares a text field with a pattern", "write field like 'H26.%'"),
    ("unit like 'a\\'", 10, "the pattern ends in the middle of an escape", "write \\\\ for a backslash"),
    ("unit in (section)", 9, "a list holds values as written only", "write each value out"),
    ("unit in ()", 0, "in needs a list", "write it in brackets"),
    ("unit in 'a'", 0, "in needs a list", "write it in brackets"),
    ("days_late in (1, 'a')", 17, "a whole number is compared with the text 'a'", "write the number without quotes"),
    # what never holds, or always
    ("unit = null", 0, "a comparison with null never holds", "write unit is null"),
    ("unit <> null", 0, "a comparison with null never holds", "write unit is not null"),
    ("null = unit", 7, "a comparison with null never holds", "write unit is null"),
    ("5 is null and is_open", 0, "a value as written is never null", "name a field"),
    ("is_open is true", 0, "is stands before null only", "write is_open"),
    ("is_open is false", 0, "is stands before null only", "write not is_open"),
    ("unit is 'a'", 0, "is stands before null only", "write a yes/no field by itself"),
    ("'a' = 'a'", 0, "two texts are compared with each other", "compare a field with a text"),
    ("1 = 1", 0, "names no field of the dataset", "compare a field with something"),
    ("true", 0, "names no field of the dataset", "compare a field with something"),
    ("now > '2026-01-01'", 0, "names no field of the dataset", "compare a field with something"),
    # what belongs together
    ("unit = 'a' or unit = 'b' and is_open", 14, "and and or are mixed without brackets", "put brackets around"),
    ("is_open and unit = 'a' or unit = 'b'", 0, "and and or are mixed without brackets", "put brackets around"),
    ("1 < days_late < 5", 0, "a comparison is compared again", "write each comparison by itself"),
    # functions
    ("coalesce(unit) = 'a'", 0, "coalesce needs at least two values", "write coalesce(field, value, …)"),
    ("coalesce(unit, 5) = 'a'", 15, "a text is compared with a whole number", "put quotes around the text"),
    ("abs() = 1", 4, "nothing stands between the brackets", "write a value"),
    (
        "working_days_since(unit) > 1",
        0,
        "working_days_since counts from the day of one field",
        "possible are submitted_at",
    ),
    ("working_days_since(due_at, 1) > 1", 0, "working_days_since counts from the day of one field", "possible are"),
    ("working_days_since() > 1", 0, "working_days_since counts from the day of one field", "possible are"),
    ("working_days_until('2026-01-01') > 1", 19, "the text '2026-01-01' stands alone", "compare a field with it"),
    # half a sentence
    ("days_late >", 10, "something is missing after >", "write what it is compared"),
    ("and is_open", 0, "nothing stands in front of and", "write it, or take and out"),
    ("(is_open", 0, "a ( is opened and not closed", "close it with )"),
    ("is_open)", 7, "a ) closes nothing", "take it out"),
    ("is_open unit", 8, "no sign stands between is_open and unit", "write and between them"),
    ("status 'done'", 7, "no sign stands between status and 'done'", "write = between them"),
    ("days_late => 5", 10, "'=>' cannot stand in a condition", "write >="),
    ("days_late =< 5", 11, "< stands directly behind =", "write <="),
    ("days_late / 0 > 1", 0, "what is divided by 0 is empty", "divide by another number"),
    ("is_open, unit = 'a'", 7, "a comma outside of brackets", "join conditions by and"),
]


@pytest.mark.parametrize(("text", "offset", "what", "cure"), FAULTS, ids=[text[:40] for text, *_ in FAULTS])
def test_a_fault_is_told_at_its_character_with_its_cure(text: str, offset: int, what: str, cure: str) -> None:
    found = told(text)[0]
    assert (found[0], found[1][: len(what)]) == (offset, what)
    assert found[2].startswith(cure)


def test_every_fault_of_a_condition_comes_at_once() -> None:
    text = "dueat < now and uint = 'a' and\nlower(section) = 'x'"
    assert [offset for offset, *_ in told(text)] == [text.index(word) for word in ("dueat", "uint", "lower")]
    typed = "unit = 5 and status = 'doen' and due_at < 'x'"
    assert [offset for offset, *_ in told(typed)] == [typed.index(word) for word in ("5", "'doen'", "'x'")]


@pytest.mark.parametrize(("text", "word"), [("decided_on < '2026-13-01'", "'2026-13-01'"), ("decided_on < now", "now")])
def test_dates_of_another_dataset_are_checked_as_well(text: str, word: str) -> None:
    node, complaints = read_condition(text, ANNOUNCEMENTS.fields)
    assert node is None
    assert complaints[0].offset == text.index(word)


# --- nothing that is written breaks the reader -----------------------------------------------------------------------
WORDS = (
    "is_open unit days_late due_at status and or not ( ) = <> < <= > >= is null in between like + - * / , 'a' 'done' 5 0.5"
    " '2026-01-01' 1e9 true false today now coalesce( abs( working_days_since( select ; -- /* */ \" ' % || :: . {{ }} 😀"
    " \\ ? :x $1 [ ] case when end N'x' x'41'"
)
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60))
@settings(max_examples=600, deadline=None)
def test_whatever_is_written_is_read_or_answered_with_a_complaint_at_a_place_in_it(text: str) -> None:
    node, complaints = read_condition(text, FILES.fields)
    assert (node is None) == bool(complaints)
    for each in complaints:
        assert 0 <= each.offset <= len(text)
        assert each.what
    if node is not None:
        compiled(node)


@pytest.mark.parametrize(
    "chain",
    [
        "unit = ",
        "is_open and ",
        "is_open or ",
        "days_late + ",
        "days_late - ",
        "not ",
        "(",
        "((",
        "- ",
        "+ ",
        "abs(",
        "unit in (unit, ",
    ],
)
def test_no_repetition_ends_in_a_recursion_error(chain: str) -> None:
    for times in (1, 20, 24, 40, 60, 100, 150, 190):
        for text in (chain * times, chain * times + "is_open", chain * times + "days_late > 1" + ")" * times):
            node, complaints = read_condition(text[:MAX_TEXT], FILES.fields)
            assert (node is None) == bool(complaints)
            if node is not None:
                compiled(node)


def test_what_is_as_deep_as_it_may_be_is_read_and_compiled() -> None:
    compiled(read("(" * MAX_DEPTH + "is_open" + ")" * MAX_DEPTH))
    compiled(read("coalesce(" * MAX_DEPTH + "days_late" + ", 1)" * MAX_DEPTH + " > 1"))
    compiled(read("days_late" + " + 1" * MAX_SIGNS + " > 1"))
    deepest = read("days_late" + " is null" * (MAX_TREE - 1))
    assert depth_of(deepest) == MAX_TREE
    compiled(deepest)
    assert len(children(read(" and ".join(["is_open"] * 100)))) == 100


def compiled(node: Node) -> None:
    """Into the SQL of both databases and both modes."""
    for live in (True, False):
        statement = select(files_table.c.id).where(*predicates(node, Scope(files_table, live), ZONE))
        for dialect in DIALECTS:
            assert str(statement.compile(dialect=dialect))


def test_what_is_written_never_stands_in_the_sql_itself() -> None:
    node = read("unit = 'x'' or 1=1' and section in ('y;', 'z--') and code like '%\"%'")
    statement = select(files_table.c.id).where(*predicates(node, Scope(files_table), ZONE))
    for dialect in DIALECTS:
        text = str(statement.compile(dialect=dialect))
        assert not [word for word in ("1=1", "y;", "z--", '%"%') if word in text]


def test_a_list_of_numbers_keeps_each_ones_type() -> None:
    node = read("days_late in (1, 1.5)")
    assert isinstance(node, In)
    assert [item.kind for item in node.items] == [Kind.INTEGER, Kind.DECIMAL]
