"""A replay, and how it differs from another, as one JSON document for scripts: all of it, nothing cut."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from alertd.errors import in_language
from alertd.replay.compare import Change, Difference, FoundChange, HeadChange
from alertd.replay.outcome import Found, Message, Replayed
from alertd.replay.report import Report
from alertd.replay.tally import Head, tally

Json = dict[str, Any]


def document(report: Report, language: str) -> Json:
    """``language``: of what is said in words. ``before`` and ``difference`` are null where nothing was asked to be compared."""
    before, found = report.before, report.difference
    return {
        "site": report.site,
        "made_at": report.made.isoformat(timespec="seconds"),
        "since": report.after.since.isoformat(),
        "until": report.after.until.isoformat(),
        "drafts": list(report.drafts),
        "only": report.only,
        "after": _replayed(report.after, language, texts=report.texts),
        "before": None if before is None else _replayed(before, language, texts=report.texts),
        "difference": None if found is None else _difference(found),
    }


def _replayed(replayed: Replayed, language: str, *, texts: bool) -> Json:
    counts = tally(replayed)
    return {
        "version": replayed.version,
        "looks": replayed.looks,
        "exact_from": None if replayed.exact_from is None else replayed.exact_from.isoformat(),
        "reconstructed": [in_language(each, language) for each in replayed.reconstructed],
        "held": [day.isoformat() for day in sorted(set(replayed.held))],
        "faults": {rule: in_language(why, language) for rule, why in replayed.faults.items()},
        "messages": counts.messages,
        "channels": dict(counts.channels),
        "kinds": dict(counts.kinds),
        "rules": {rule: {"messages": n, "told": counts.told[rule]} for rule, n in counts.rules.items()},
        "days": {day.isoformat(): n for day, n in counts.days.items()},
        "heads": [_head(head) for head in counts.heads],
        "found": [_found(each, day) for each, day in sorted(replayed.found.items())],
        "sent": [_message(message, texts=texts) for message in sorted(replayed.messages, key=_order)],
    }


def _order(message: Message) -> tuple[Any, ...]:
    return message.at, message.unit, message.person, message.kind.value


def _head(head: Head) -> Json:
    return {
        "person": head.person,
        "name": head.name,
        "unit": head.unit or None,
        "messages": head.messages,
        "news": head.news,
        "days": {day.isoformat(): count for day, count in head.days.items()},
    }


def _message(message: Message, *, texts: bool) -> Json:
    told: Json = {
        "at": message.at.isoformat(timespec="seconds"),
        "kind": message.kind.value,
        "person": message.person,
        "name": message.name,
        "unit": message.unit or None,
        "channel": message.channel,
        "tells": dict(message.tells),
        "level": None if message.level is None else message.level.word,
    }
    return told | ({"subject": message.subject, "text": message.text} if texts else {})


def _difference(found: Difference) -> Json:
    return {
        "messages": _change(found.messages),
        "more": found.more,
        "fewer": found.fewer,
        "recipients": _change(found.disturbed),
        "held": _change(found.held),
        "channels": {way: _change(change) for way, change in found.channels.items()},
        "days": _days(found.days),
        "newly_disturbed": [head.person for head in found.newly_disturbed],
        "left_in_peace": [head.person for head in found.left_in_peace],
        "heads": [_changed(head) for head in found.heads],
        "rules": [
            {
                "rule": rule.rule,
                "messages": _change(rule.messages),
                "told": _change(rule.told),
                "found": _change(rule.found),
                "earlier": rule.earlier,
                "later": rule.later,
                "newly": rule.newly,
                "no_more": rule.no_more,
            }
            for rule in found.rules
        ],
        "found_earlier": [_moved(each) for each in found.earlier],
        "found_later": [_moved(each) for each in found.later],
        "newly_found": [_found(each, day) for each, day in found.newly_found],
        "no_more_found": [_found(each, day) for each, day in found.no_more],
    }


def _changed(head: HeadChange) -> Json:
    return {
        "person": head.person,
        "name": head.name,
        "unit": head.unit or None,
        "messages": _change(head.messages),
        "news": _change(head.news),
        "more": head.more,
        "fewer": head.fewer,
        "days": _days(head.days),
    }


def _moved(each: FoundChange) -> Json:
    return {
        "rule": each.rule,
        "key": each.key,
        "before": each.before.isoformat(),
        "after": each.after.isoformat(),
        "days": each.days,
    }


def _found(found: Found, day: date) -> Json:
    return {"rule": found[0], "key": found[1], "day": day.isoformat()}


def _days(days: Mapping[date, Change]) -> Json:
    return {day.isoformat(): _change(change) for day, change in days.items()}


def _change(change: Change) -> Json:
    return {"before": change.before, "after": change.after, "change": change.change}
