"""What would change a rule's verdict as lines: by time with when somebody would be told, and by one other value of one field."""

from collections.abc import Iterator
from itertools import groupby

from alertd.explain.ahead import last_day
from alertd.explain.candidates import How
from alertd.explain.changes import ByData, ByTime, Changes, Effect
from alertd.explain.explanation import Explanation
from alertd.explain.verdicts import Verdict
from alertd.explain.voice import Voice
from alertd.model.called import yes_no
from alertd.model.dataset import FieldType
from alertd.model.words import LIVE_STATES, Level
from alertd.rules.speak_condition import name_of


def change_lines(found: Explanation, verdict: Verdict, voice: Voice) -> Iterator[str]:
    changes = found.changes.get(verdict.rule.id)
    if changes is None:
        return
    day = voice.day(last_day(found.at))
    if not changes.by_time and not changes.by_data:
        yield voice.say("would_not" if changes.tried else "would_not_by_time", day=day)
        return
    alert = any(
        story.alert["rule"] == verdict.rule.id and story.alert["state"] in LIVE_STATES for story in found.stories
    )
    yield voice.say("would")
    yield from (f"- {line}" for line in _all_by_time(changes, verdict, voice, day, stands=alert))
    yield from _all_by_data(found, changes, voice, stands=alert)


def _all_by_time(changes: Changes, verdict: Verdict, voice: Voice, day: str, *, stands: bool) -> Iterator[str]:
    for change in changes.by_time:
        yield _by_time(change, verdict, voice, stands=stands)
        stands = change.effect is not Effect.ENDS
    if not changes.by_time:
        yield voice.say("would_not_by_time", day=day)


def _all_by_data(found: Explanation, changes: Changes, voice: Voice, *, stands: bool) -> Iterator[str]:
    """What does the same stands under one heading."""
    if not changes.by_data and changes.tried:
        yield f"- {voice.say('would_not_by_data')}"
    for (effect, level), same in groupby(changes.by_data, key=lambda each: (each.effect, each.level)):
        said = _effect(effect, level, voice, stands=stands)
        conditions = [_condition(found, change, voice) for change in same]
        if len(conditions) == 1:
            yield f"- {voice.say('if_one', effect=said, condition=conditions[0])}"
            continue
        yield f"- {voice.say('if_any', effect=said)}"
        yield from (f"  - {condition}" for condition in conditions)


def _by_time(change: ByTime, verdict: Verdict, voice: Voice, *, stands: bool) -> str:
    said = voice.say("from_time", at=voice.since(change.turn.since))
    said += f": {_effect(change.effect, change.turn.level, voice, stands=stands)}"
    if verdict.rule.measure and change.turn.measure is not None and change.turn.level:
        said += f" ({verdict.measured} = {voice.value(verdict.rule.measure, change.turn.measure)})"
    if change.told is not None and change.send is not None:
        said += "; " + voice.say(f"told_{change.send.value}", at=voice.moment(change.told))
    return said


def _effect(effect: Effect, level: int, voice: Voice, *, stands: bool) -> str:
    if effect is Effect.ENDS:
        return voice.say("effect_closes" if stands else "effect_ends")
    return voice.say(f"effect_{effect.value}", level=voice.word(Level(level)))


def _condition(found: Explanation, change: ByData, voice: Voice) -> str:
    field = found.dataset.fields[change.field]
    name = name_of(field, voice.language)
    match change.how:
        case How.MISSING:
            return voice.say("if_missing", field=name)
        case How.ANOTHER:
            return voice.say("if_another", field=name)
        case _ if field.type is FieldType.BOOLEAN and len(change.values) == 1:
            return voice.say("if_holds", said=yes_no(field, voice.language, holds=bool(change.values[0])))
        case _:
            values = ", ".join(voice.value(change.field, value) for value in change.values)
            key = {True: "if_now", False: "if_value"}[change.how is How.NOW]
            return voice.say(key if len(change.values) == 1 else "if_one_of", field=name, value=values)
