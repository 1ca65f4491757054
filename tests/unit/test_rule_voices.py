"""Which rules are told in one line of one record: none whose own figures would be left out."""

from itertools import combinations
from pathlib import Path

import pytest

from alertd.model.datasets import DERIVED
from alertd.model.rule import RuleSet
from alertd.rules.load import load_rules
from tests.notice_city import SHIPPED_TEMPLATES as TEMPLATES

RULES = Path(__file__).parents[2] / "rules"
# A gap and a change are of one kind and one cause each: their rules exclude each other, and of a file the other title says all.
APART = {"index_readings": True, "sync_gaps": False, "unit_periods": True, "changes": False}


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    book, faults = load_rules(RULES, language="vi", units=(), templates=TEMPLATES.names())
    assert not faults
    return book.set


def test_of_every_dataset_that_follows_it_is_decided_whether_its_figures_stand_apart() -> None:
    assert {name: dataset.apart for name, dataset in DERIVED.items()} == APART


def test_total_and_rank_are_one_line_and_every_other_figure_is_told_by_its_own_rule(shipped: RuleSet) -> None:
    voices = shipped.voices
    assert {shipped.rules[name].dataset.name for name in voices} == {name for name, apart in APART.items() if apart}
    together = [pair for pair in combinations(sorted(voices), 2) if voices[pair[0]] == voices[pair[1]]]
    assert together == [("index-fell", "index-rank-fell")]
