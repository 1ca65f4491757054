"""Whether a rule that can be read makes sense by itself, without any record: a basis, a level that can be reached, no twin.

It warns only where it is certain; what the records at hand say stands elsewhere.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from alertd.errors import Fault
from alertd.rules import rule_said as say
from alertd.rules.bounds import CONTRARY, Bounds
from alertd.rules.condition_sql import conjuncts
from alertd.rules.condition_types import Compare, Kind, Literal, Node
from alertd.rules.rulebook import CompiledRule, Exclusion, LevelStep, Rulebook
from alertd.rules.written import meaning
from alertd.rules.yaml_text import Document, Path_, read_text


def doubts(compiled: CompiledRule, document: Document) -> list[Fault]:
    """Warnings about one rule."""
    found = []
    if not compiled.rule.basis:
        found.append(document.fault_at_key(("id",), *say.NO_BASIS, warning=True))
    return [*found, *_conditions(compiled, document), *_levels(compiled, document)]


def twins(rules: Sequence[tuple[CompiledRule, Document]]) -> Iterator[Fault]:
    """Rules that find the same, at the same levels, for the same people; said at the later one, naming the first."""
    first: dict[object, str] = {}
    for compiled, document in rules:
        other = first.setdefault(_meaning(compiled), compiled.rule.id)
        if other != compiled.rule.id:
            yield document.fault(("id",), *say.same_rule(other), warning=True)


def expired(book: Rulebook, today: date) -> Iterator[Fault]:
    """Rules of whose legal texts none holds any more."""
    for compiled in book.compiled.values():
        rule = compiled.rule
        ends = [basis.until for basis in rule.basis if basis.until is not None]
        if (
            ends
            and len(ends) == len(rule.basis)
            and max(ends) < today
            and (document := _document(rule.text, rule.file))
        ):
            yield document.fault_at_key(("basis",), *say.basis_over(max(ends)), warning=True)


def _document(text: str, file: str) -> Document | None:
    return read_text(text, file)[0]


# --- conditions ------------------------------------------------------------------------------------------------------
def _conditions(compiled: CompiledRule, document: Document) -> Iterator[Fault]:
    """`when`, as a whole, and each `except` and `ends_when` by itself."""
    bounds = Bounds()
    listed = isinstance(document.value["when"], list)
    for index, line in enumerate(compiled.when):
        bounds.add((line.node,))
        if bounds.clash is not None:
            path: Path_ = ("when", index) if listed else ("when",)
            yield document.fault(path, *say.never(say.contradiction(*bounds.clash)), warning=True)
            return
    for index, exclusion in enumerate(compiled.exclusions):
        if clash := _clash([line.node for line in (*compiled.when, *exclusion.when)]):
            path = ("except", index, "when")
            yield document.fault(path, *say.never(say.contradiction(*clash)), warning=True)
    if compiled.ends_when and (clash := _clash([line.node for line in compiled.ends_when])):
        yield document.fault(("ends_when",), *say.never(say.contradiction(*clash)), warning=True)


def _clash(parts: Sequence[Node]) -> tuple[str, str] | None:
    return Bounds().add(parts).clash


# --- levels ----------------------------------------------------------------------------------------------------------
def _levels(compiled: CompiledRule, document: Document) -> Iterator[Fault]:
    """Levels that no record reaches, and those that a worse one always hides; the worst stand first."""
    when = [line.node for line in compiled.when]
    if _clash(when):
        return
    reachable: list[tuple[LevelStep, Node]] = []
    for step in compiled.levels:
        node = _node(compiled, step)
        if node is None:
            continue
        path = ("levels", step.level.word)
        if clash := _clash([*when, node]):
            yield document.fault(path, *say.level_never(step.level.word, say.contradiction(*clash)), warning=True)
            continue
        hidden = next(((worse, other) for worse, other in reachable if _implies([*when, node], other)), None)
        if hidden is not None:
            worse, other = hidden
            by = next((line.text for line in compiled.when if _implies([line.node], other)), "")
            yield document.fault(path, *say.always_worse(step.level.word, worse.level.word, by), warning=True)
        reachable.append((step, node))


def _node(compiled: CompiledRule, step: LevelStep) -> Node | None:
    if step.condition is not None:
        return step.condition.node
    if step.step is None or compiled.measure is None:
        return None
    return Compare(">=", compiled.measure.node, Literal(Kind.INTEGER, step.step))


def _implies(parts: Sequence[Node], node: Node) -> bool:
    """That a comparison of a whole number holds wherever the parts do, which compare the same number."""
    if not isinstance(node, Compare) or not isinstance(node.right, Literal) or node.left.kind is not Kind.INTEGER:
        return False
    known = Bounds().add(parts)
    return known.compares(node.left) and Bounds().add([*parts, _contrary(node)]).clash is not None


def _contrary(node: Compare) -> Node:
    return Compare(CONTRARY[node.op], node.left, node.right)


# --- twins -----------------------------------------------------------------------------------------------------------
def _meaning(compiled: CompiledRule) -> object:
    """Equal for two rules that find the same, at the same levels, for the same people."""
    rule, deadline = compiled.rule, compiled.deadline
    return (
        rule.dataset.name,
        rule.to,
        _joined([line.node for line in compiled.when]),
        tuple((step.level, step.step, step.condition and meaning(step.condition.node)) for step in compiled.levels),
        compiled.measure and meaning(compiled.measure.node),
        frozenset(map(_excluded, compiled.exclusions)),
        _joined([line.node for line in compiled.ends_when]),
        deadline
        and (
            deadline.counted_from.name,
            deadline.within,
            tuple((field.name, period) for field, period in deadline.within_if),
        ),
    )


def _excluded(exclusion: Exclusion) -> object:
    return _joined([line.node for line in exclusion.when]), exclusion.since, exclusion.until


def _joined(lines: Sequence[Node]) -> frozenset[str]:
    return frozenset(meaning(part) for line in lines for part in conjuncts(line))
