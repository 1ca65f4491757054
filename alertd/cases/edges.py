"""What the tests of a rule have to try, read off the rule itself: its levels, exceptions, periods, edges. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from alertd.errors import Said
from alertd.model.dataset import Field, FieldType, Time
from alertd.model.rule import Addressee
from alertd.rules.condition_types import Between, Call, Called, Compare, FieldRef, IsNull, Node, children
from alertd.rules.deadline import ADDED
from alertd.rules.rulebook import CompiledRule


class Edge(StrEnum):
    """Where rules go wrong."""

    NOTHING = "no alert"
    DUE_TODAY = "due today"
    HOLIDAY = "over a holiday"
    PAUSED = "paused"
    NO_DUE_DATE = "no due date"
    KEPT = "kept"
    UNIT_ENDED = "unit ended"
    NO_HEAD = "no head"
    NO_OWNER = "no owner"


WHAT: dict[Edge, Said] = {
    Edge.NOTHING: Said("a record that it leaves alone", "hồ sơ mà quy tắc không báo"),
    Edge.DUE_TODAY: Said("a record that is due on the very day", "hồ sơ đến hạn đúng hôm đó"),
    Edge.HOLIDAY: Said("a day off between the due day and today", "có ngày nghỉ lễ giữa ngày hẹn và hôm đó"),
    Edge.PAUSED: Said("a file that waits for the citizen", "hồ sơ đang chờ công dân bổ sung"),
    Edge.NO_DUE_DATE: Said("a record without the day from which it counts", "hồ sơ không có ngày để tính hạn"),
    Edge.KEPT: Said("an alert that stays until ends_when holds", "cảnh báo được giữ đến khi ends_when thỏa"),
    Edge.UNIT_ENDED: Said("an alert of a unit that has ended", "cảnh báo của đơn vị đã giải thể"),
    Edge.NO_HEAD: Said("an alert of a unit without a head", "cảnh báo của đơn vị chưa có thủ trưởng"),
    Edge.NO_OWNER: Said("an alert in a field that nobody owns", "cảnh báo thuộc lĩnh vực không ai phụ trách"),
}
_OWNERS = (Addressee.OWNER_OF_ANNOUNCING, Addressee.OWNER_OF_PUBLISHING)
_ADDED = frozenset(field.name for field in ADDED)


def level_target(word: str) -> str:
    return f"level {word}"


def except_target(place: int) -> str:
    return f"except {place + 1}"


def within_target(name: str) -> str:
    return f"within_if {name}"


@dataclass(frozen=True)
class Plan:
    """What has to be tried of one rule."""

    compiled: CompiledRule

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """In the order in which people read them."""
        compiled = self.compiled
        found = [level_target(step.level.word) for step in reversed(compiled.levels)]
        found += [except_target(place) for place in range(len(compiled.exclusions))]
        if compiled.deadline is not None and self.counts_by_deadline:
            found += [within_target(field.name) for field, _ in compiled.deadline.within_if]
        return (*found, *(edge.value for edge in Edge if edge not in self.not_applying))

    @cached_property
    def not_applying(self) -> dict[Edge, Said]:
        """Edges that the rule does not have, and why not."""
        return dict(self._without())

    @cached_property
    def due_fields(self) -> dict[str, Field]:
        """By their stored day number: the deadlines on which the outcome turns."""
        found: dict[str, Field] = {}
        for node in self.nodes():
            field = _deadline_in(node)
            if field is not None:
                found[field.due_number or field.number] = field
        return found

    @cached_property
    def counts_by_deadline(self) -> bool:
        """Whether the outcome turns on the rule's own `deadline`."""
        return self.compiled.deadline is not None and any(
            isinstance(node, FieldRef) and (node.field.name in _ADDED and not node.field.due_number)
            for node in self.nodes()
        )

    @cached_property
    def counted_fields(self) -> dict[str, Field]:
        """By their stored day number: events from which working days are counted."""
        found: dict[str, Field] = {}
        for node in self.nodes():
            match node:
                case Call(Called.WORKING_DAYS_SINCE | Called.WORKING_DAYS_UNTIL, (FieldRef(field), *_)):
                    if field.time is Time.EVENT:
                        found[field.number] = field
        return found

    @cached_property
    def may_lack(self) -> dict[str, Field]:
        """By their stored day number: deadlines that a record can be without."""
        found = dict(self.due_fields)
        for node in self.nodes():
            match node:
                case IsNull(FieldRef(field)) if field.time is Time.DEADLINE and field.number:
                    found[field.number] = field
        return found

    @property
    def _can_lack(self) -> bool:
        """Whether a record can be without one of the days from which the rule counts."""
        compiled, columns = self.compiled, self.compiled.rule.dataset.table.c
        numbers = [*self.may_lack]
        if compiled.deadline is not None and self.counts_by_deadline:
            numbers.append(compiled.deadline.counted_from.number)
        return any(columns[number].nullable for number in numbers)

    def _without(self) -> Iterator[tuple[Edge, Said]]:
        compiled = self.compiled
        rule, counts = compiled.rule, bool(self.due_fields) or self.counts_by_deadline
        if not counts:
            yield Edge.DUE_TODAY, Said("it looks at no due day", "quy tắc không xét ngày đến hạn")
            if not self.counted_fields:
                yield Edge.HOLIDAY, Said("it counts no working days", "quy tắc không đếm ngày làm việc")
        if not counts and not self.may_lack:
            yield Edge.NO_DUE_DATE, Said("it looks at no due day", "quy tắc không xét ngày đến hạn")
        elif not self._can_lack:
            name, vi = rule.dataset.name, rule.dataset.vi
            yield Edge.NO_DUE_DATE, Said(f"each of the {name} has that day", f"{vi} luôn có ngày này")
        if "waiting_for_citizen" not in rule.dataset.fields:
            yield (
                Edge.PAUSED,
                Said(f"{rule.dataset.name} wait for nobody", f"{rule.dataset.vi}: không có việc chờ công dân"),
            )
        if not compiled.ends_when:
            yield Edge.KEPT, Said("it has no ends_when", "quy tắc không có ends_when")
        if rule.to.kind in (Addressee.OFFICE, Addressee.UNIT):
            to = rule.to.unit or "the office"
            why = Said(f"it is {to} that hears in any case", f"luôn báo cho {rule.to.unit or 'văn phòng'}")
            yield Edge.UNIT_ENDED, why
            yield Edge.NO_HEAD, why
        if rule.to.kind not in _OWNERS:
            yield Edge.NO_OWNER, Said("it asks for no owner", "quy tắc không báo theo lĩnh vực phụ trách")

    def nodes(self) -> Iterator[Node]:
        """All of the nodes on which the outcome turns: a measure without steps is only told."""
        compiled = self.compiled
        lines = [*compiled.when, *compiled.ends_when, *(line for each in compiled.exclusions for line in each.when)]
        roots = [line.node for line in lines]
        roots += [step.condition.node for step in compiled.levels if step.condition is not None]
        if compiled.measure is not None and any(step.step is not None for step in compiled.levels):
            roots.append(compiled.measure.node)
        while roots:
            node = roots.pop()
            yield node
            roots += children(node)


def _deadline_in(node: Node) -> Field | None:
    """The deadline by which this node counts or with which it compares; that it is there or not is another thing."""
    match node:
        case FieldRef(field) if field.due_number:
            return field
        case Call(Called.WORKING_DAYS_SINCE | Called.WORKING_DAYS_UNTIL, (FieldRef(field), *_)) if (
            field.time is Time.DEADLINE and field.number
        ):
            return field
        case Compare(left=FieldRef(field)) | Compare(right=FieldRef(field)) | Between(value=FieldRef(field)) if (
            field.time is Time.DEADLINE and field.number and field.type in (FieldType.MOMENT, FieldType.DATE)
        ):
            return field
    return None
