"""The count of a due date as lines, one a day; of a long count the months between its first and its last days."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from alertd.explain.count import Count, Day, Stop
from alertd.explain.explanation import Explanation
from alertd.explain.voice import Voice
from alertd.rules.speak_condition import name_of

_WHOLE = 45  # so many days are listed one by one
_ENDS = 10  # and of more, so many at either end


def count_lines(found: Explanation, voice: Voice, *, every_day: bool = False) -> Iterator[str]:
    """``every_day``: none is folded away."""
    whole = sys.maxsize if every_day else _WHOLE
    for name in found.not_due:
        yield voice.say("no_due", field=voice.field(found.dataset, name))
    for count in found.counts:
        if count.rule:
            line = voice.say("due_by_rule", rule=count.rule, day=voice.day(count.due))
        else:
            line = voice.say("due_on", field=voice.field(found.dataset, count.field), day=voice.day(count.due))
        if count.effective != count.due:
            line += "; " + voice.say("due_moved", day=voice.day(count.effective))
        yield line
        if count.path:
            yield f"   {voice.say('path', field=name_of(found.dataset.fields[count.begun], voice.language))}"
            yield from (f"   {line}" for line in _days(count.path, voice, whole))
            yield ""
        yield from (f"   {line}" for line in _days(count.days, voice, whole))
        yield _sum(count, voice)


def _days(days: Sequence[Day], voice: Voice, whole: int) -> Iterator[str]:
    if len(days) <= whole:
        yield from (_day(day, voice) for day in days)
        return
    yield from (_day(day, voice) for day in days[:_ENDS])
    for month, between in groupby(days[_ENDS:-_ENDS], key=lambda day: f"{day.day:%m/%Y}"):
        kinds = Counter(day.number is not None for day in between)
        yield "…   " + voice.say("month", month=month, counted=kinds[True], other=kinds[False])
    yield from (_day(day, voice) for day in days[-_ENDS:])


def _day(day: Day, voice: Voice) -> str:
    told = [voice.word(day.why)]
    if day.name:
        told.append(day.name)
    if day.provisional:
        told.append(voice.say("provisional"))
    number = "–" if day.number is None else str(day.number)
    return f"{voice.weekday(day.day)} {number:>5}  {', '.join(told)}"


def _sum(count: Count, voice: Voice) -> str:
    stop = voice.word(count.stop).format(day=voice.day(count.until))
    if count.late > 0:
        return voice.say("late", days=count.late, stop=stop)
    if count.left:
        return voice.say("left", days=-count.late)
    if count.stop is not Stop.TODAY:
        return voice.say("in_time", stop=stop)
    passed = any(day.day > count.effective for day in count.days)
    return voice.say("late_no_day", stop=stop) if passed else voice.say("due_today")
