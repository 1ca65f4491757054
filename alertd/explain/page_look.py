"""A look at another moment than now as lines: what in it is exact, what stands in for what was not kept, whose rules speak."""

from collections.abc import Iterator

from alertd.explain.explanation import Explanation
from alertd.explain.voice import Voice


def look_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    look, dataset = found.look, found.dataset
    if look is None:
        return
    if look.now < found.at.now:
        yield voice.say("future", now=voice.moment(look.now))
        return
    yield voice.say("past")
    if look.since is not None:
        yield voice.say("past_exact" if look.since <= found.at.now else "past_before", at=voice.moment(look.since))
    fields = "; ".join(voice.field(dataset, name) for name in dataset.watched if name in dataset.fields)
    yield voice.say("past_fields", fields=fields) if fields else voice.say("past_no_fields")
    if look.cycle_at is None:
        yield voice.say("past_no_cycle")
    else:
        yield voice.say(
            "past_rules" if look.rules_known else "past_no_rules", at=voice.moment(look.cycle_at), version=look.rule_set
        )
