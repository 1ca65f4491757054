"""The ledger of a file's days as lines: who had it from when to when, how many working days that makes, and how exact it is."""

from collections import Counter
from collections.abc import Iterator

from alertd.explain.explanation import Explanation
from alertd.explain.voice import Voice
from alertd.model.ledger import Holder, Ledger, Span


def ledger_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    ledger = found.ledger
    if ledger is None:
        return
    key = "ledger_ended" if ledger.ended else "ledger_open"
    yield voice.say(key, begin=voice.moment(ledger.begin), stop=voice.moment(ledger.stop), days=ledger.days)
    for span in ledger.spans:
        yield f"{voice.moment(span.since)} – {voice.moment(span.until)}  {_who(span, voice)}: {_days(span.days, span.late, voice)}"
    yield _sum(ledger, voice)
    yield voice.say("ledger_rule")
    if ledger.exact_since > ledger.begin:
        yield voice.say("ledger_exact", at=voice.moment(ledger.exact_since))


def _who(span: Span, voice: Voice) -> str:
    match span.holder:
        case Holder.CITIZEN:
            return voice.word(span.holder)
        case Holder.OTHER_UNIT if not span.unit:
            return voice.say("ledger_unknown")
        case _:
            unit = voice.unit(span.unit)
            return voice.say("ledger_section", section=span.section, unit=unit) if span.section else unit


def _sum(ledger: Ledger, voice: Voice) -> str:
    days, late = Counter[Holder](), Counter[Holder]()
    for span in ledger.spans:
        days[span.holder] += span.days
        late[span.holder] += span.late
    shares = [
        f"{voice.word(holder)}: {_days(days[holder], late[holder], voice)}" for holder in Holder if holder in days
    ]
    return voice.say("ledger_sum", shares="; ".join(shares))


def _days(days: int, late: int, voice: Voice) -> str:
    told = voice.say("ledger_day" if days == 1 else "ledger_days", days=days)
    return f"{told} {voice.say('ledger_late', late=late)}" if late else told
