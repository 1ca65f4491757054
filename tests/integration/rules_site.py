"""A site for rules: records go in through intake, as a source gives them; rules are written as text; findings come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ClauseElement, Executable, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from alertd.intake.poll import poll
from alertd.intake.site import IntakeSite
from alertd.model.alerts import findings_table
from alertd.model.asof import AsOf
from alertd.model.calendar import WorkingCalendar, working_calendar
from alertd.model.dataset import Dataset, Scope
from alertd.model.datasets import DATASETS
from alertd.model.directory import Directory, UnitRow
from alertd.model.facts import fact_columns, facts_of
from alertd.model.rule import Evaluation
from alertd.model.words import Level
from alertd.rules.evaluate import evaluate
from alertd.rules.load import load_rules
from alertd.rules.read import Known, read_rule
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.rules.yaml_text import read_text
from alertd.settings.shapes import Announcements
from alertd.settings.source_shapes import SourceSettings
from alertd.store.database import Store
from tests.integration.intake_site import Made
from tests.stores import with_days

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Monday 19 October 2026 is a day off here, Saturday 24 October is worked instead.
CALENDAR = working_calendar(zone=HANOI, days_off=[date(2026, 10, 19)], days_worked=[date(2026, 10, 24)])
UNITS = Directory((UnitRow("H26.1", "Sở Xây dựng"), UnitRow("H26.2", "UBND phường Ba Đình")))
SHIPPED = Path(__file__).parents[2] / "rules"
TEMPLATES = tuple(sorted(path.stem for path in (SHIPPED.parent / "templates" / "vi").glob("*.txt")))
Found = dict[str, tuple[str, int | None]]  # key → level (a word, or "excluded") and measure


def moment(text: str) -> datetime:
    """A local time: ``2026-10-05 08:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


@cache  # half a second
def shipped() -> Rulebook:
    book, faults = load_rules(SHIPPED, language="vi", units=(), templates=TEMPLATES)
    assert faults == []
    return book


def rule(text: str, name: str = "made", **known: Any) -> CompiledRule:
    """A rule from the keys that matter to the test; the others are filled in."""
    keys = {line.split(":", 1)[0] for line in text.splitlines() if line and not line[0].isspace()}
    filled = {"id": name, "title": "Quy tắc", "dataset": "files", "when": "is_open", "to": "unit_head"}
    head = "".join(f"{key}: {value}\n" for key, value in filled.items() if key not in keys)
    level = "" if keys & {"level", "levels"} else "level: warning\n"
    document, faults = read_text(head + level + text, f"{name}.yaml")
    assert document is not None, faults
    compiled, faults = read_rule(document, Known("vi", (), ()))
    assert compiled is not None, [str(fault) for fault in faults]
    return compiled


def book_of(*rules: CompiledRule, set_aside: Mapping[str, str] | None = None, language: str = "vi") -> Rulebook:
    compiled = {each.rule.id: each for each in rules}
    made = shipped().set
    rule_set = replace(made, rules={name: each.rule for name, each in compiled.items()}, set_aside=set_aside or {})
    return Rulebook(rule_set, compiled, language)


class explained(Executable, ClauseElement):  # noqa: N801 - reads as a statement
    """A statement's plan instead of its rows."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(explained)
def _plan(element: explained, compiler: SQLCompiler, **options: Any) -> str:
    words = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(element.statement, **options)}"


@dataclass
class Site:
    """``now``: local; records are polled at it. ``with_days``: the store has its table of working days, which periods in
    calendar days and `due_on` look into."""

    store: Store
    now: str = "2026-10-05 08:00"
    calendar: WorkingCalendar = CALENDAR
    with_days: bool = False
    sources: dict[str, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.with_days:
            with_days(self.store, self.calendar)

    def poll(self, *records: dict[str, Any], dataset: str = "files", source: str = "s", **settings: Any) -> None:
        """A whole snapshot: ours = theirs, local times in ISO 8601."""
        kind = DATASETS[dataset]
        made = self.sources.setdefault(source, Made())
        made.records = list(records)
        poll(
            self.store,
            made,
            _settings(source, kind, settings),
            IntakeSite(self.calendar, UNITS, Announcements(), HANOI, "vi", {"s": 10, "other": 5}),
            now=moment(self.now),
            clock=lambda: moment(self.now),
        )

    def at(self, now: str = "", *, live: bool = True) -> AsOf:
        return AsOf(moment(now or self.now), self.calendar, live)

    def evaluate(self, book: Rulebook, now: str = "", *, live: bool = True) -> tuple[Evaluation, dict[str, Found]]:
        with self.store.write() as session:
            evaluation = evaluate(session, book, self.at(now, live=live))
            rows = session.connection().execute(select(findings_table)).mappings().all()
        found: dict[str, Found] = {name: {} for name in book.compiled}
        for row in rows:
            assert row["key"] not in found[row["rule"]], "found twice"
            level = Level(row["level"]).word if row["level"] else "excluded"
            found[row["rule"]][row["key"]] = (level, row["measure"])
        return evaluation, found

    def facts(self, compiled: CompiledRule, key: str, now: str = "") -> dict[str, Any]:
        table = compiled.rule.dataset.table
        statement = select(*fact_columns(compiled.rule, Scope(table))).where(table.c.code == key)
        with self.store.read() as session:
            row = session.connection().execute(statement, self.at(now).parameters).mappings().one()
        return facts_of(row, compiled.rule.shows)

    def plan(self, statement: Select[Any]) -> str:
        """How the database would run it, with what it knows of its tables now."""
        with self.store.write() as session:
            connection = session.connection()
            for dataset in DATASETS.values():
                self.store.dialect.refresh_statistics(connection, dataset.table)
            rows = connection.execute(explained(statement), self.at().parameters)
            return "\n".join(str(row[-1]) for row in rows)

    def find(self, compiled: CompiledRule, now: str = "") -> Found:
        """What one rule finds; both modes have to agree where nothing lies in the future."""
        evaluation, live = self.evaluate(book_of(compiled), now)
        assert evaluation.faults == {}, evaluation.faults
        _, as_of = self.evaluate(book_of(compiled), now, live=False)
        assert live == as_of
        return live[compiled.rule.id]


def _settings(source: str, dataset: Dataset, more: Mapping[str, Any]) -> SourceSettings:
    return SourceSettings.model_validate(
        {
            "name": source,
            "dataset": dataset.name,
            "kind": "http",
            "url": "http://127.0.0.1/",
            "fields": {given.name: given.name for given in dataset.given},
            "stale_after": "2h",
            "max_drop": 1.0,
            **more,
        }
    )
