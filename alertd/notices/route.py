"""Whose matter a finding is: one rule, one unit, one field of administration, and the person who answers today. Pure."""

from typing import assert_never

from alertd.model.reach import Instead, Reach, Recipient
from alertd.model.rule import Addressee, Rule


class Router:
    """Answers the same question once. None: nobody at all can be reached, not even the office."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._known: dict[tuple[Addressee, str, str, str], Recipient | None] = {}

    def recipient(self, rule: Rule, unit: str, field: str) -> Recipient | None:
        """``unit``: as the record has it; empty: none. ``field``: of administration; empty: the dataset has none."""
        asked = (rule.to.kind, rule.to.unit, unit, field)
        if asked not in self._known:
            self._known[asked] = self._find(*asked)
        return self._known[asked]

    def _find(self, kind: Addressee, named: str, unit: str, field: str) -> Recipient | None:
        match kind:
            case Addressee.UNIT_HEAD:
                return self._reach.answering(unit, field)
            case Addressee.UNIT:
                return self._reach.answering(named, field)
            case Addressee.OFFICE:
                return self._reach.office()
            case Addressee.OWNER_OF_ANNOUNCING:
                return self._owner(field, "announce")
            case Addressee.OWNER_OF_PUBLISHING:
                return self._owner(field, "publish")
            case _:
                assert_never(kind)

    def _owner(self, field: str, stage: str) -> Recipient | None:
        owner = self._reach.directory.owner(field, stage, self._reach.day)
        return self._reach.office(Instead.NO_OWNER) if owner is None else self._reach.answering(owner, field)
