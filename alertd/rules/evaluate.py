"""Run all rules at a moment: what they find goes into the table of findings of this connection, a savepoint per rule.

A rule that fails is a fault that the office hears of once; the others go on, and its alerts stay as they are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Insert, Select, exists, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from alertd.errors import in_language
from alertd.model.alerts import Trouble, findings_table
from alertd.model.asof import AsOf
from alertd.model.base import table_of
from alertd.model.polls import SourceState
from alertd.model.rule import Evaluation
from alertd.rules.compile import findings_select, kept_select
from alertd.rules.rulebook import CompiledRule, Rulebook
from alertd.store import troubles
from alertd.store.dialect import Dialect
from alertd.store.unwell import cure_for

_states, _troubles = table_of(SourceState), table_of(Trouble)
_PREFIX = "rule:"
_FOLDER = "*"  # in place of a rule's name: no rule can be called so
_SHOWN = 300  # characters of what a database says

_FAILED = {
    "vi": "Quy tắc “{title}” ({id}) gặp lỗi khi xét, các cảnh báo đã có của quy tắc này giữ nguyên: {why}",
    "en": "The rule “{title}” ({id}) failed while it ran, its alerts stay as they are: {why}",
}
_SET_ASIDE = {
    "vi": "Quy tắc {id} viết chưa đúng nên tạm thời không áp dụng, các cảnh báo đã có giữ nguyên: {why}",
    "en": "The rule {id} is not written as it should be and is set aside, its alerts stay as they are: {why}",
}
_UNREAD = {
    "vi": "Không đọc được thư mục quy tắc nên không quy tắc nào được xét, các cảnh báo đã có giữ nguyên: {why}",
    "en": "The folder of rules cannot be read, so no rule runs and the alerts stay as they are: {why}",
}


def live_mode(session: Session, now: datetime) -> bool:
    """Whether no event in the store lies after ``now``, so that plain predicates over what intake derived are exact."""
    later = exists().where(_states.c.last_event_at > now)
    return not session.connection().execute(select(later)).scalar_one()


def evaluate(session: Session, book: Rulebook, at: AsOf) -> Evaluation:
    """Run every rule of the book in the caller's transaction, and note which cannot run for the office."""
    evaluation = find(session, book.compiled.values(), at)
    _tell(session, book, evaluation.faults, at.now)
    return evaluation


def find(
    session: Session,
    rules: Iterable[CompiledRule],
    at: AsOf,
    *,
    of: Select[tuple[str]] | None = None,
    add: bool = False,
) -> Evaluation:
    """The same for some rules, without a word to anybody; ``of``: among the records with these keys alone. What the table of
    findings held before is gone, unless these are to ``add`` to it."""
    connection = session.connection()
    if not add:
        Dialect(connection.engine).empty(connection, findings_table)
    ran: list[str] = []
    faults: dict[str, str] = {}
    found = 0
    for compiled in rules:
        try:
            with connection.begin_nested():
                found += _run(session, compiled, at, of)
        except (SQLAlchemyError, ArithmeticError, RecursionError) as error:
            if isinstance(error, DBAPIError) and (error.connection_invalidated or cure_for(error)):
                raise  # the store is unwell, not the rule
            faults[compiled.rule.id] = _why(error)
        else:
            ran.append(compiled.rule.id)
    return Evaluation(tuple(ran), faults, found)


def _run(session: Session, compiled: CompiledRule, at: AsOf, of: Select[tuple[str]] | None) -> int:
    found = 0
    if of is None:
        statements = _statements(compiled, at.live, at.calendar.zone)
    else:
        dataset = compiled.rule.dataset
        asked = dataset.table.c[dataset.key].in_(of)
        statements = tuple(_into_findings(each.where(asked)) for each in _selects(compiled, at.live, at.calendar.zone))
    for statement in statements:
        done = session.connection().execute(statement, at.parameters, execution_options={"preserve_rowcount": True})
        found += max(done.rowcount, 0)
    return found


@lru_cache(maxsize=512)
def _statements(compiled: CompiledRule, live: bool, zone: ZoneInfo) -> tuple[Insert, ...]:
    """Made once per rule and mode: a compiled rule is equal only to itself."""
    return tuple(_into_findings(each) for each in _selects(compiled, live, zone))


def _selects(compiled: CompiledRule, live: bool, zone: ZoneInfo) -> list[Select[Any]]:
    kept = kept_select(compiled, live=live, zone=zone)
    return [findings_select(compiled, live=live, zone=zone), *([] if kept is None else [kept])]


def _into_findings(found: Select[Any]) -> Insert:
    return insert(findings_table).from_select([column.name for column in found.selected_columns], found)


def _why(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return said.splitlines()[0][:_SHOWN]


def _tell(session: Session, book: Rulebook, faults: Mapping[str, str], now: datetime) -> None:
    """Open a trouble for each rule that cannot run and has none yet, close those of rules that run again or are gone."""
    sentences = {
        name: _SET_ASIDE[book.language].format(id=name, why=in_language(why, book.language))
        for name, why in book.set.set_aside.items()
    }
    for name, why in faults.items():
        title = book.set.rules[name].name(book.language)
        sentences[name] = _FAILED[book.language].format(id=name, title=title, why=why)
    if book.set.unread:
        sentences[_FOLDER] = _UNREAD[book.language].format(why=in_language(book.set.unread, book.language))
    named = _troubles.c.subject.startswith(_PREFIX, autoescape=True)
    still_open = set(
        session.connection().execute(select(_troubles.c.subject).where(named, _troubles.c.until.is_(None))).scalars()
    )
    wanted = {f"{_PREFIX}{name}": sentence for name, sentence in sentences.items()}
    troubles.over(session, sorted(still_open - wanted.keys()), now=now)
    troubles.tell(session, [(name, wanted[name]) for name in sorted(wanted.keys() - still_open)], now=now)
