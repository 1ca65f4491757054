"""An explanation as JSON: the same as the page, in names instead of sentences."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from alertd.explain.copies import standing
from alertd.explain.count import Count, Day
from alertd.explain.document_rules import rule_document
from alertd.explain.explanation import Explanation, Look
from alertd.explain.records import Copy
from alertd.explain.told import Story
from alertd.explain.verdicts import Verdict
from alertd.model.facts import json_value
from alertd.model.ledger import Ledger
from alertd.model.words import Level


def document(found: Explanation) -> dict[str, Any]:
    zone = found.at.calendar.zone
    record = found.record
    return {
        "dataset": found.dataset.name,
        "key": found.key,
        "now": json_value(found.at.now, zone),
        "look": None if found.look is None else _look(found, found.look, zone),
        "copies": [_copy(found, copy, zone) for copy in record.copies],
        "differences": {
            row.field: {source: json_value(row.values[source], zone) for source in sorted(row.given)}
            for row in found.compared
            if row.differs
        },
        "history": [
            {
                "source": version.source,
                "known_from": json_value(version.known_from, zone),
                "known_to": json_value(version.known_to, zone),
                "fields": {name: json_value(value, zone) for name, value in version.fields.items()},
            }
            for version in record.versions
        ],
        "present": record.present,
        "fields": None
        if record.seen is None
        else {name: json_value(value, zone) for name, value in record.seen.items()},
        "due": [_count(count) for count in found.counts],
        "not_due": list(found.not_due),
        "ledger": None if found.ledger is None else _ledger(found.ledger, zone),
        "causes": [
            {"at": json_value(said["at"], zone), "text": said["text"], "by": said["by"], "way": said["way"]}
            for said in found.causes
        ],
        "rules": [verdict_document(verdict, zone) | rule_document(found, verdict, zone) for verdict in found.verdicts],
        "set_aside": dict(found.set_aside),
        "alerts": [_story(story, zone) for story in found.stories],
    }


def _look(found: Explanation, look: Look, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "back": found.at.now < look.now,
        "from": json_value(look.now, zone),
        "exact_since": json_value(look.since, zone),
        "rules_known": look.rules_known,
        "cycle_at": json_value(look.cycle_at, zone),
        "rule_set": look.rule_set or None,
    }


def _copy(found: Explanation, copy: Copy, zone: ZoneInfo) -> dict[str, Any]:
    fresh = found.freshness.get(copy.source)
    return {
        "source": copy.source,
        "seen_by_rules": copy.preferred,
        "why": standing(copy, found.record.copies, found.authorities).value,
        "authority": found.authorities.get(copy.source),
        "gone_at": json_value(copy.gone_at, zone),
        "first_seen_at": json_value(copy.first_seen_at, zone),
        "changed_at": json_value(copy.changed_at, zone),
        "unit_named": copy.unit_named,
        "as_of": None if fresh is None else json_value(fresh.as_of, zone),
        "doubt": None if fresh is None or fresh.doubt is None else fresh.doubt.value,
        "fields": {name: json_value(value, zone) for name, value in copy.given.items()},
    }


def _count(count: Count) -> dict[str, Any]:
    return {
        "field": count.field,
        "rule": count.rule,
        "due": count.due.isoformat(),
        "effective": count.effective.isoformat(),
        "until": count.until.isoformat(),
        "stop": count.stop.value,
        "working_days_late": max(count.late, 0),
        "working_days_left": max(-count.late, 0) if count.left else 0,
        "counted_from": count.begun or None,
        "path": [_day(day) for day in count.path],
        "days": [_day(day) for day in count.days],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "why": day.why.value,
        "number": day.number,
        "name": day.name,
        "provisional": day.provisional,
    }


def _ledger(ledger: Ledger, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "begin": json_value(ledger.begin, zone),
        "stop": json_value(ledger.stop, zone),
        "ended": ledger.ended,
        "exact_since": json_value(ledger.exact_since, zone),
        "working_days": ledger.days,
        "working_days_late": ledger.late,
        "spans": [
            {
                "holder": span.holder.value,
                "unit": span.unit or None,
                "section": span.section or None,
                "since": json_value(span.since, zone),
                "until": json_value(span.until, zone),
                "working_days": span.days,
                "working_days_late": span.late,
            }
            for span in ledger.spans
        ],
    }


def verdict_document(verdict: Verdict, zone: ZoneInfo) -> dict[str, Any]:
    """What a rule says of a record, part by part."""
    return {
        "rule": verdict.rule.id,
        "outcome": verdict.outcome.value,
        "level": None if verdict.level is None else verdict.level.word,
        "measure": verdict.measure,
        "parts": [
            {
                "text": part.text,
                "level": None if part.level is None else part.level.word,
                "holds": part.holds,
                "values": {name: json_value(value, zone) for name, value in part.values.items()},
            }
            for part in verdict.parts
        ],
        "excluded_by": [
            {"when": each.text, "reason": each.reason, "until": json_value(each.until, zone), "by": list(each.by)}
            for each in verdict.exclusions
        ],
        "kept_until": verdict.kept_until,
        "fault": verdict.why,
    }


_OF_A_DISPUTE = (
    *(
        "id",
        "state",
        "raised_at",
        "raised_by",
        "reason",
        "quiet_until",
        "remedy",
        "decided_at",
        "decided_by",
        "decided_why",
    ),
    *("correct_by", "exclude_until", "confirmed_at", "confirmed_by", "closed_at", "ended_why"),
)


def _story(story: Story, zone: ZoneInfo) -> dict[str, Any]:
    alert = story.alert
    names = ("id", "rule", "unit", "state", "reason", "opened_at", "changed_at", "acknowledged_at", "resolved_at")
    return {
        **_plain(alert, names, zone),
        "level": Level(alert["level"]).word,
        "waits_for": story.waits,
        "waits_until": json_value(story.until, zone),
        "disputes": [_plain(dispute, _OF_A_DISPUTE, zone) for dispute in story.disputes],
        "events": [
            {
                **_plain(event, ("at", "what", "unit", "unit_before", "actor", "note", "cycle_id"), zone),
                "level": Level(event["level"]).word if event["level"] else None,
            }
            for event in story.events
        ],
        "notices": [
            {**told["notice"], "why": told["why"], "told_level": told["level"], "tries": told["tries"]}
            for told in story.told
        ],
    }


def _plain(row: RowMapping, names: tuple[str, ...], zone: ZoneInfo) -> dict[str, Any]:
    return {name: json_value(row[name], zone) for name in names}
