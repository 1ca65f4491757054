"""Running rules: levels, exclusions, deadlines of their own, alerts that are kept, and a rule that fails alone."""

import json
import random
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.exc import OperationalError

from alertd.model.alerts import RuleVersion, Trouble, alerts_table, findings_table
from alertd.model.audit import AuditRow
from alertd.model.base import table_of
from alertd.model.dataset import Field, FieldType, Scope
from alertd.model.facts import fact_columns
from alertd.model.files import files_table
from alertd.model.polls import SourceState
from alertd.model.rule import RuleSet
from alertd.model.words import AlertState
from alertd.rules.compile import findings_select
from alertd.rules.condition_types import FieldRef
from alertd.rules.evaluate import evaluate, find, live_mode
from alertd.rules.kept import keep_versions
from alertd.rules.rulebook import CompiledRule, Condition
from alertd.store.database import Store
from tests.integration.rules_site import CALENDAR, HANOI, Site, book_of, moment, rule

FILE: dict[str, Any] = {"code": "A", "unit": "H26.1", "status": "processing", "accepted_at": "2026-09-01T09:00:00"}
_troubles = table_of(Trouble)


def late(code: str, due: str, **given: Any) -> dict[str, Any]:
    return FILE | {"code": code, "due_at": f"{due}T17:00:00"} | given


# --- levels and measures ---------------------------------------------------------------------------------------------
def test_the_highest_level_that_holds_counts_and_none_is_no_finding(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-10-02"), late("B", "2026-09-28"), late("C", "2026-09-01"), late("D", "2026-10-05"))
    steps = rule("measure: working_days_late\nlevels: {reminder: 1, warning: 5, critical: 10}")
    assert site.find(steps) == {"A": ("reminder", 1), "B": ("warning", 5), "C": ("critical", 24)}


def test_levels_may_be_conditions_and_need_not_name_every_level(store: Store) -> None:
    site = Site(store)
    site.poll(
        late("A", "2026-10-07"), late("B", "2026-10-06"), late("C", "2026-10-05", section="x"), late("D", "2026-10-20")
    )
    falling = rule(
        "measure: working_days_left\n"
        "levels: {reminder: working_days_left <= 2, critical: working_days_left = 0 and section is not null}"
    )
    assert site.find(falling) == {"A": ("reminder", 2), "B": ("reminder", 1), "C": ("critical", 0)}


def test_steps_and_conditions_may_be_mixed(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-10-02"), late("B", "2026-10-02", section="x"), late("C", "2026-09-28"))
    mixed = rule("measure: working_days_late\nlevels: {reminder: 1, warning: 5, critical: section = 'x'}")
    assert site.find(mixed) == {"A": ("reminder", 1), "B": ("critical", 1), "C": ("warning", 5)}


def test_without_a_due_date_there_is_no_lateness_and_no_level(store: Store) -> None:
    site = Site(store)
    site.poll(FILE | {"due_at": ""})
    assert site.find(rule("measure: working_days_late\nlevels: {reminder: 0}")) == {}
    assert site.find(rule("measure: working_days_late\nlevel: reminder")) == {"A": ("reminder", None)}


def test_a_step_of_zero_or_less_finds_what_is_not_late_yet(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-10-20"), late("B", "2026-10-02"))
    assert site.find(rule("measure: working_days_late\nlevels: {reminder: 0, warning: 1}")) == {
        "A": ("reminder", 0),
        "B": ("warning", 1),
    }
    assert site.find(rule("measure: 0 - working_days_until(due_at)\nlevels: {reminder: -20, warning: 1}")) == {
        "A": ("reminder", -10),
        "B": ("warning", 1),
    }


def test_a_measure_that_no_column_holds_is_cut_alike(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-10-02"))
    huge = "working_days_late + 1000000000 + 1000000000 + 1000000000"
    assert site.find(rule(f"measure: {huge}\nlevels: {{warning: 1}}")) == {"A": ("warning", 2_000_000_000)}
    assert site.find(rule(f"measure: 0 - ({huge})\nlevel: warning")) == {"A": ("warning", -2_000_000_000)}


def test_texts_of_both_unicode_forms_meet(store: Store) -> None:
    site = Site(store)
    forms: list[tuple[str, Literal["NFC", "NFD"]]] = [("A", "NFC"), ("B", "NFD")]
    section, part = "Phòng Đất đai 50%", "Đất đai"
    site.poll(*(late(code, "2026-10-02", section=unicodedata.normalize(form, section)) for code, form in forms))
    for _, form in forms:
        for condition in (f"section = '{section}'", f"section like '%{part} 50\\%'"):
            assert set(site.find(rule(unicodedata.normalize(form, f"when: {condition}")))) == {"A", "B"}


# --- exclusions ------------------------------------------------------------------------------------------------------
def test_an_exclusion_holds_on_its_days_and_is_a_finding_of_level_zero(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-09-28"), late("B", "2026-09-28", unit="H26.2"), late("C", "2026-09-28", unit=""))
    made = rule(
        "measure: working_days_late\nlevels: {warning: 1}\n"
        "except: [{when: unit = 'H26.1', reason: Bão số 5, from: 2026-10-05, until: 2026-10-06}]"
    )
    excluded = {day: site.find(made, f"2026-10-{day} 23:59")["A"][0] for day in ("04", "05", "06", "07")}
    assert excluded == {"04": "warning", "05": "excluded", "06": "excluded", "07": "warning"}
    assert site.find(made, "2026-10-06 00:00") == {"A": ("excluded", 6), "B": ("warning", 6), "C": ("warning", 6)}


def test_an_exclusion_of_several_lines_needs_all_of_them_and_any_of_several_is_enough(store: Store) -> None:
    site = Site(store)
    site.poll(
        late("A", "2026-09-28", section="x"),
        late("B", "2026-09-28"),
        late("C", "2026-09-28", unit="H26.2", section="y"),
    )
    made = rule(
        "except:\n  - {when: [unit = 'H26.1', section = 'x'], reason: một}\n  - {when: section = 'y', reason: hai}\n"
    )
    assert {key: level for key, (level, _) in site.find(made).items()} == {
        "A": "excluded",
        "B": "warning",
        "C": "excluded",
    }


# --- a deadline of its own -------------------------------------------------------------------------------------------
def test_a_deadline_gives_the_record_its_due_date(store: Store) -> None:
    """Accepted on Wednesday 30 September; Saturday does not count, so three working days later is Monday 5 October."""
    site = Site(store, with_days=True)
    site.poll(FILE | {"accepted_at": "2026-09-30T09:00:00", "due_at": "2026-12-31T17:00:00"})
    made = rule(
        "deadline: {counted_from: accepted_at, within: 3 working days}\nmeasure: working_days_late\n"
        "levels: {reminder: 0, warning: 1}\nshow: [due_on, days_late, is_overdue, working_days_left, due_at]"
    )
    assert made.rule.shows[:4] == ("is_open", "working_days_late", "accepted_at", "due_on")
    assert site.find(made, "2026-10-05 23:00") == {"A": ("reminder", 0)}
    assert site.find(made, "2026-10-06 01:00") == {"A": ("warning", 1)}
    facts = site.facts(made, "A", "2026-10-06 01:00")
    assert (facts["due_on"], facts["days_late"], facts["is_overdue"]) == (date(2026, 10, 5), 1, True)
    assert (facts["working_days_left"], facts["due_at"]) == (0, moment("2026-12-31 17:00"))


def test_calendar_days_and_working_days_end_where_the_calendar_says(store: Store) -> None:
    """Counted from Thursday 1 October. Monday 19 October is a day off: 18 days end there, and go on to Tuesday."""
    site = Site(store, with_days=True)
    site.poll(FILE | {"accepted_at": "2026-10-01T09:00:00"})
    ends = {"20d": "2026-10-21", "18d": "2026-10-20", "1d": "2026-10-02", "12 working days": "2026-10-20"}
    ends["36500d"] = "2100-12-31"  # the last day of the calendar
    for within, due in ends.items():
        made = rule(f"deadline: {{counted_from: accepted_at, within: {within}}}")
        assert str(site.facts(made, "A")["due_on"]) == due


def test_a_yes_no_field_gives_another_length(store: Store) -> None:
    site = Site(store, with_days=True)
    duty = {"procedure": "1.1", "legal_text": "L", "in_force_on": "2026-12-31", "decided_on": "2026-09-28"}
    site.poll(
        duty | {"decision": "1", "fast_track": "true"},
        duty | {"decision": "2", "fast_track": "false"},
        duty | {"decision": "3", "fast_track": ""},
        duty | {"decision": "4", "decided_on": ""},
        dataset="announcements",
    )
    made = rule(
        "dataset: announcements\nwhen: published_on is null\nmeasure: working_days_late\nlevels: {warning: 1}\n"
        "deadline: {counted_from: decided_on, within: 5 working days, within_if: {fast_track: 2 working days}}"
    )
    assert site.find(made, "2026-10-06 08:00") == {
        "1.1/L/1": ("warning", 4),
        "1.1/L/2": ("warning", 1),
        "1.1/L/3": ("warning", 1),
    }
    assert site.facts(made, "1.1/L/1")["due_on"] == date(2026, 9, 30)
    assert site.facts(made, "1.1/L/4")["due_on"] is None


def test_lateness_by_a_deadline_stops_where_the_clock_stops(store: Store) -> None:
    site = Site(store)
    site.poll(
        FILE | {"code": "A", "status": "done", "ended_at": "2026-09-04T09:00:00"},
        FILE | {"code": "B", "supplement_requested_at": "2026-09-07T09:00:00"},
        FILE | {"code": "C", "status": "done", "ended_at": "2026-09-02T09:00:00"},
    )
    made = rule(
        "when: code is not null\ndeadline: {counted_from: accepted_at, within: 2 working days}\n"
        "measure: working_days_late\nlevels: {reminder: 0, warning: 1}"
    )
    assert site.find(made) == {"A": ("warning", 1), "B": ("warning", 2), "C": ("reminder", 0)}


def test_overdue_by_a_deadline_begins_the_day_after_even_on_a_day_off(store: Store) -> None:
    """Due on Friday 2 October: on Saturday it is overdue, though by no working day yet."""
    site = Site(store, with_days=True)
    site.poll(FILE | {"accepted_at": "2026-09-30T09:00:00"})
    made = rule(
        "deadline: {counted_from: accepted_at, within: 2 working days}\nwhen: is_open and is_overdue\nlevel: warning"
    )
    assert [bool(site.find(made, f"2026-10-0{day} 08:00")) for day in (2, 3, 4, 5)] == [False, True, True, True]


def test_what_a_deadline_counts_from_is_an_event_that_has_to_have_happened(store: Store) -> None:
    site = Site(store)
    site.poll(FILE | {"submitted_at": "2026-08-01T09:00:00", "accepted_at": "2026-10-20T09:00:00"})
    made = rule(
        "when: code is not null\ndeadline: {counted_from: accepted_at, within: 2 working days}\nmeasure: working_days_late"
    )
    _, found = site.evaluate(book_of(made), "2026-10-05 08:00", live=False)
    assert found["made"] == {"A": ("warning", None)}
    _, found = site.evaluate(book_of(made), "2026-10-30 08:00", live=False)
    assert found["made"] == {"A": ("warning", 7)}


def test_deadlines_over_random_files_are_those_of_plain_arithmetic(store: Store) -> None:
    """Ranges in both modes beside the calendar's own count, over a time with a day off and a worked Saturday."""
    chance = random.Random(118)
    site = Site(store, "2026-11-02 08:00", with_days=True)
    told = {}
    for number in range(60):
        accepted = moment("2026-10-01 07:00") + timedelta(hours=chance.randrange(24 * 30))
        stopped = accepted + timedelta(hours=chance.randrange(24 * 30))
        ended = stopped if chance.random() < 0.3 and stopped < moment("2026-11-02 00:00") else None
        told[f"F{number}"] = (accepted, ended)
    site.poll(
        *(
            {"code": code, "accepted_at": accepted.isoformat(), "ended_at": ended.isoformat() if ended else ""}
            for code, (accepted, ended) in told.items()
        )
    )
    for within in ("3 working days", "10d"):
        for condition, holds in (
            ("working_days_late >= 4", lambda late, left: late >= 4),
            ("working_days_late between 1 and 3", lambda late, left: 1 <= late <= 3),
            ("working_days_left <= 2", lambda late, left: left is not None and left <= 2),
            ("not working_days_late > 0", lambda late, left: not late),
        ):
            made = rule(f"when: {condition}\ndeadline: {{counted_from: accepted_at, within: {within}}}")
            expected = set()
            for code, (accepted, ended) in told.items():
                if within == "10d":
                    due = CALENDAR.due_number(CALENDAR.today(accepted) + timedelta(days=10))
                else:
                    due = CALENDAR.received_number(accepted) + 3
                stop = CALENDAR.number(CALENDAR.today(ended or moment(site.now)))
                left = None if ended else max(0, due - stop)
                if holds(max(0, stop - due), left):
                    expected.add(code)
            assert set(site.find(made)) == expected, (within, condition)


# --- alerts that are kept --------------------------------------------------------------------------------------------
def alert(store: Store, name: str, key: str, *, level: int = 2, state: AlertState = AlertState.OPEN) -> None:
    at = moment("2026-10-01 08:00")
    with store.write() as session:
        session.connection().execute(
            insert(alerts_table).values(
                rule=name, rule_version="1", dataset="files", key=key, record_id=1, source="s", level=level,
                state=state.value, reason="opened", opened_at=at, changed_at=at, acknowledged_by="", times_opened=1,
            )
        )  # fmt: skip


KEPT = "measure: supplement_requests\nlevels: {warning: 10}\nends_when: supplement_requests < 8"


def test_an_alert_is_kept_until_its_own_end_and_is_not_opened_by_it(store: Store) -> None:
    site = Site(store)
    counts = {"A": "9", "B": "7", "C": "8", "D": "9", "E": "9"}
    site.poll(*(FILE | {"code": code, "supplement_requests": count} for code, count in counts.items()))
    made = rule(KEPT)
    for key in "ABC":
        alert(store, "made", key, level=3)
    alert(store, "made", "D", state=AlertState.RESOLVED)
    # A: 9, kept at its level; B: 7, ends; C: 8, kept; D: 9 resolved before, stays so; E: never opened
    assert site.find(made) == {"A": ("critical", 9), "C": ("critical", 8)}


def test_a_kept_alert_follows_the_exclusions_and_ends_with_its_record(store: Store) -> None:
    site = Site(store)
    records = [
        FILE | {"code": code, "supplement_requests": "9", "unit": unit}
        for code, unit in (("A", "H26.1"), ("B", "H26.2"))
    ]
    site.poll(*records)
    made = rule(f"{KEPT}\nexcept: [{{when: unit = 'H26.2', reason: x}}]")
    for key in ("A", "B", "nobody"):
        alert(store, "made", key)
        alert(store, "another", key)
    assert site.find(made) == {"A": ("warning", 9), "B": ("excluded", 9)}
    with store.write() as session:
        session.connection().execute(update(files_table).values(preferred=False))
    assert site.find(made) == {}


def test_what_the_rule_finds_anyway_is_found_once(store: Store) -> None:
    site = Site(store)
    site.poll(FILE | {"supplement_requests": "12"})
    alert(store, "made", "A", level=1)
    assert site.find(rule(KEPT)) == {"A": ("warning", 12)}


def test_an_end_that_cannot_be_said_keeps_the_alert(store: Store) -> None:
    site = Site(store)
    site.poll(FILE | {"supplement_requests": ""})
    alert(store, "made", "A")
    assert site.find(rule(KEPT)) == {"A": ("warning", None)}


# --- a rule that fails, fails alone ----------------------------------------------------------------------------------
def broken(name: str = "broken") -> CompiledRule:
    """A rule whose statement no database runs."""
    bad = Field("bad", FieldType.BOOLEAN, "x", "x", expression=lambda s: func.no_such_function(s.column("id")))
    made = rule("level: warning", name=name)
    return replace_when(made, bad)


def replace_when(made: CompiledRule, field: Field) -> CompiledRule:
    return replace(made, when=(Condition(field.name, FieldRef(field)),))


def open_troubles(store: Store) -> dict[str, str]:
    with store.read() as session:
        rows = session.connection().execute(select(_troubles).where(_troubles.c.until.is_(None))).mappings()
        return {row["subject"]: row["what"] for row in rows}


def test_a_rule_that_fails_is_a_fault_and_the_others_go_on(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-09-28"))
    first, last = rule("level: reminder", name="a-first"), rule("level: critical", name="z-last")
    evaluation, found = site.evaluate(book_of(first, broken(), last))
    assert evaluation.ran == ("a-first", "z-last")
    assert "no_such_function" in evaluation.faults["broken"]
    assert evaluation.findings == 2
    assert (found["a-first"], found["broken"], found["z-last"]) == (
        {"A": ("reminder", None)},
        {},
        {"A": ("critical", None)},
    )


def test_the_office_hears_of_a_failing_rule_once_and_that_it_is_over(store: Store) -> None:
    site = Site(store)
    for _ in range(2):
        site.evaluate(book_of(broken(), set_aside={"odd": "odd.yaml:1:1: x"}))
    found = open_troubles(store)
    assert set(found) == {"rule:broken", "rule:odd"}
    assert found["rule:broken"].startswith("Quy tắc “Quy tắc” (broken) gặp lỗi khi xét")
    assert "odd.yaml:1:1: x" in found["rule:odd"]
    site.evaluate(book_of(rule("level: warning", name="broken")))
    assert open_troubles(store) == {}
    with store.read() as session:
        assert session.connection().execute(select(func.count()).select_from(_troubles)).scalar() == 2


def test_troubles_of_others_are_left_alone(store: Store) -> None:
    with store.write() as session:
        session.connection().execute(
            insert(_troubles).values(subject="source:x", what="x", since=moment("2026-10-01 08:00"))
        )
    Site(store).evaluate(book_of(rule("level: warning"), language="en"))
    assert set(open_troubles(store)) == {"source:x"}


def test_an_unwell_store_is_not_the_rules_fault(store: Store) -> None:
    def full(_: Scope) -> Any:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    made = replace_when(rule("level: warning"), Field("bad", FieldType.BOOLEAN, "x", "x", expression=full))
    with pytest.raises(Exception, match="disk is full"), store.write() as session:
        find(session, [made], Site(store).at())


def test_every_run_begins_with_an_empty_table(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-09-28"))
    made = rule("level: warning")
    with store.write() as session:
        for _ in range(3):
            assert evaluate(session, book_of(made), site.at()).findings == 1
            assert session.connection().execute(select(func.count()).select_from(findings_table)).scalar() == 1


def test_a_run_reads_and_writes_nothing_that_lasts(store: Store) -> None:
    """One statement per rule, and a few that do not depend on their number; none of them changes a table of the store."""
    site = Site(store)
    site.poll(late("A", "2026-09-28"))
    rules = [rule("level: warning", name=f"r{number}") for number in range(5)]
    with store.write() as session, statements(store) as said:
        evaluate(session, book_of(*rules), site.at())
    wrote = [each for each in said if each.split()[0] in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")]
    assert all(" findings" in each for each in wrote)
    assert sum(each.startswith("INSERT INTO findings") for each in said) == len(rules)
    assert len([each for each in said if "SAVEPOINT" not in each]) <= len(rules) + 3


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(store.engine, "before_cursor_execute", note)
    yield said
    event.remove(store.engine, "before_cursor_execute", note)


def test_rules_run_in_a_transaction_that_only_reads(store: Store) -> None:
    site = Site(store)
    site.poll(late("A", "2026-09-28"))
    with store.read() as session:
        assert find(session, [rule("level: warning")], site.at()).findings == 1


# --- versions --------------------------------------------------------------------------------------------------------
def keep(store: Store, rules: RuleSet, day: int) -> None:
    with store.write() as session:
        keep_versions(session, rules, moment(f"2026-10-{day:02} 08:00"))


def test_the_text_of_a_rule_is_kept_and_the_audit_says_what_changed(store: Store) -> None:
    old, new = rule("level: warning").rule, rule("level: critical").rule
    other = rule("level: warning", name="other").rule
    keep(store, RuleSet({"made": old}, "1"), 1)
    keep(store, RuleSet({"made": old}, "1"), 2)
    keep(store, RuleSet({"made": new, "other": other}, "2"), 3)
    keep(store, RuleSet({"made": new}, "3", {"other": "other.yaml:1:1: x"}), 4)
    keep(store, RuleSet({"made": old}, "1"), 5)
    versions, audit = table_of(RuleVersion), table_of(AuditRow)
    with store.read() as session:
        kept = session.connection().execute(select(versions).order_by(versions.c.first_seen_at)).mappings().all()
        rows = session.connection().execute(select(audit).order_by(audit.c.seq)).mappings().all()
    assert {(row["rule"], row["version"], row["text"]) for row in kept} == {
        (each.id, each.version, each.text) for each in (old, new, other)
    }
    assert [row["at"].day for row in rows] == [1, 3, 4, 5]
    assert [{k: v for k, v in json.loads(row["detail"]).items() if k != "version"} for row in rows] == [
        {"added": ["made"]},
        {"added": ["other"], "changed": ["made"]},
        {"set_aside": ["other"]},
        {"removed": ["other"], "changed": ["made"]},
    ]


# --- modes -----------------------------------------------------------------------------------------------------------
def test_the_mode_is_live_unless_an_event_lies_in_the_future(store: Store) -> None:
    states = table_of(SourceState)
    now = moment("2026-10-05 08:00")
    with store.write() as session:
        assert live_mode(session, now)
        for name, last in (("a", None), ("b", now)):
            session.connection().execute(insert(states).values(_state(name, last)))
        assert live_mode(session, now)
        session.connection().execute(insert(states).values(_state("c", now + timedelta(seconds=1))))
        assert not live_mode(session, now)


def _state(name: str, last: Any) -> dict[str, Any]:
    made = {"fingerprint": "", "records": 0, "ended_by_absence": False, "marks": "{}", "accept_next": "", "trouble": ""}
    return {"source": name, "dataset": "files", "last_event_at": last, **made}


def test_as_of_a_day_what_came_later_has_not_happened(store: Store) -> None:
    site = Site(store, "2026-10-20 08:00")
    site.poll(
        late("A", "2026-09-28", ended_at="2026-10-06T09:00:00", status="done"),
        late("B", "2026-10-02", accepted_at="2026-10-08T09:00:00"),
        late("C", "2026-09-28", supplement_requested_at="2026-10-06T09:00:00"),
    )
    made = rule("measure: working_days_late\nlevels: {warning: 1}")
    _, before = site.evaluate(book_of(made), "2026-10-05 08:00", live=False)
    assert before["made"] == {"A": ("warning", 5), "C": ("warning", 5)}
    _, after = site.evaluate(book_of(made), "2026-10-09 08:00", live=False)
    assert after["made"] == {"B": ("warning", 5), "C": ("warning", 6)}


# --- the plan of a deadline ------------------------------------------------------------------------------------------
def test_a_bound_on_the_counted_day_is_in_the_statement_of_the_live_mode_alone() -> None:
    made = rule(
        "when: is_open\ndeadline: {counted_from: submitted_at, within: 5 working days, within_if: {is_open: 2 working days}}\n"
        "measure: working_days_late\nlevels: {warning: 1}"
    )
    live = str(findings_select(made, live=True, zone=HANOI))
    assert "file_copies.submitted_day_no <= " in live
    assert "file_copies.submitted_day_no <= " not in str(findings_select(made, live=False, zone=HANOI))


def test_facts_of_a_deadline_are_read_through_a_join_too(store: Store) -> None:
    """As lists and notices do, where the record's table is one of several."""
    site = Site(store, with_days=True)
    site.poll(FILE | {"accepted_at": "2026-10-01T09:00:00"})
    alert(store, "made", "A")
    made = rule("deadline: {counted_from: accepted_at, within: 20d}")
    columns = fact_columns(made.rule, Scope(files_table), ["due_on", "is_overdue"])
    statement = select(*columns).select_from(
        alerts_table.outerjoin(files_table, files_table.c.code == alerts_table.c.key)
    )
    with store.read() as session:
        row = session.connection().execute(statement, site.at().parameters).one()
    assert tuple(row) == (date(2026, 10, 21), False)
