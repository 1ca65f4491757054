"""A trial of a draft as JSON: the same as its page, in names instead of sentences, and all units."""

from typing import Any
from zoneinfo import ZoneInfo

from alertd.explain.document import verdict_document
from alertd.explain.trial import Compared, Sample, Trial
from alertd.model.facts import json_value
from alertd.model.words import Level
from alertd.rules.speak_condition import said


def trial_document(found: Trial, language: str, unit: str = "") -> dict[str, Any]:
    rule, zone = found.draft.rule, found.at.calendar.zone
    return {
        "rule": rule.id,
        "version": rule.version,
        "file": rule.file,
        "dataset": rule.dataset.name,
        "now": json_value(found.at.now, zone),
        "unit": unit or None,
        "records": found.records,
        "alerts": found.alerts,
        "levels": {level.word: found.of_level(level) for level in Level},
        "excluded": found.of_level(0),
        "unreached": [level.word for level in found.unreached],
        "in_force": None if found.force is None else found.force.rule.version,
        "compared": None
        if found.compared is None
        else {name: sum(getattr(found.compared, name).values()) for name in _KINDS},
        "units": [_unit(found, each) for each in found.units],
        "samples": {
            name: [_sample(sample, zone) for sample in samples]
            for name, samples in (("worst", found.worst), ("new", found.new), ("gone", found.gone))
        },
        "misses": [
            {
                "part": None if miss.node is None else said(miss.node, language),
                "records": miss.count,
                "empty": miss.empty,
                "samples": [_sample(sample, zone) for sample in miss.samples],
            }
            for miss in found.misses
        ],
        "empty": {name: {"empty": count, "of": of} for name, (count, of) in found.empty.items()},
    }


_KINDS = Compared.__slots__


def _unit(found: Trial, unit: str | None) -> dict[str, Any]:
    counts: dict[str, Any] = {"unit": unit}
    counts |= {level.word: found.found.get((unit, level), 0) for level in Level}
    counts["excluded"] = found.found.get((unit, 0), 0)
    if found.compared is not None:
        counts |= {name: getattr(found.compared, name).get(unit, 0) for name in _KINDS}
    return counts


def _sample(sample: Sample, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "key": sample.key,
        "unit": sample.unit,
        "level": None if sample.level is None else sample.level.word,
        **verdict_document(sample.verdict, zone),
    }
