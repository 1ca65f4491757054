"""What each rule says of a record as lines: whether it alerts, and if not, which part of its condition does not hold."""

from collections.abc import Iterator

from alertd.errors import in_language
from alertd.explain.explanation import Explanation
from alertd.explain.page_changes import change_lines
from alertd.explain.verdicts import Outcome, Part, Verdict
from alertd.explain.voice import Voice

_MARKS = {True: "[x]", False: "[ ]", None: "[?]"}


def rule_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    if not found.verdicts:
        yield voice.say("no_rules")
    for verdict in found.verdicts:
        yield from _verdict(found, verdict, voice)
    for rule, why in found.set_aside.items():
        yield voice.say("set_aside", rule=rule, why=in_language(why, voice.language))


def _verdict(found: Explanation, verdict: Verdict, voice: Voice) -> Iterator[str]:
    rule = verdict.rule
    said = f"{rule.id} ({rule.name(voice.language)}): {_outcome(verdict, voice)}"
    if rule.measure and verdict.outcome not in (Outcome.NOT_ASKED, Outcome.FAILED):
        said += f"; {verdict.measured} = {voice.value(rule.measure, verdict.measure)}"
    yield said
    if said_version := _version(found, rule.id, voice):
        yield f"   {said_version}"
    for part in verdict.parts:
        yield f"   {_MARKS[part.holds]} {_part(verdict, part, voice)}"
    for exclusion in verdict.exclusions:
        until = "" if exclusion.until is None else f" ({voice.say('excluded_until', day=voice.day(exclusion.until))})"
        of = {"when": exclusion.text, "reason": exclusion.reason, "by": ", ".join(exclusion.by)}
        yield "   " + voice.say("excluded_by_office" if exclusion.by else "excluded_by", **of) + until
    yield from (f"   {line}" for line in change_lines(found, verdict, voice))


def _version(found: Explanation, rule: str, voice: Voice) -> str:
    """Which text of the rule speaks, and since when it runs."""
    version = found.in_force.get(rule)
    if version is None:
        return ""
    if version.since is not None:
        return voice.say("rule_version", version=version.version, since=voice.moment(version.since))
    of_now = found.look is not None and not found.look.rules_known
    return voice.say("rule_of_now" if of_now else "rule_new", version=version.version)


def _outcome(verdict: Verdict, voice: Voice) -> str:
    match verdict.outcome:
        case Outcome.ALERTS if verdict.level is not None:
            return voice.say("alerts", level=voice.word(verdict.level))
        case Outcome.KEPT:
            return voice.say("kept", until=verdict.kept_until)
        case Outcome.FAILED:
            return voice.say("failed", why=verdict.why)
        case outcome:
            return voice.say(outcome.value)


def _part(verdict: Verdict, part: Part, voice: Voice) -> str:
    """A part that holds needs no proof; of the others the values are shown."""
    text = part.text
    if part.level is not None:
        text = voice.say("for_level", level=voice.word(part.level), text=text)
    if part.holds:
        return text
    told = (f"{_field(verdict, name, voice)} = {voice.value(name, value)}" for name, value in part.values.items())
    return f"{text}   → {'; '.join(told)}"


def _field(verdict: Verdict, name: str, voice: Voice) -> str:
    """As the rule sees it; a measure may be more than a field."""
    fields = verdict.rule.fields
    return voice.label(fields[name]) if name in fields else verdict.measured
