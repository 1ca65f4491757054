"""The alerts of a record as lines: what happened when and why, who was told over which channel, and what came of each try."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from alertd.explain.explanation import Explanation
from alertd.explain.page_dispute import dispute_lines
from alertd.explain.told import Story
from alertd.explain.voice import Voice
from alertd.model.message import Result
from alertd.model.words import AlertState, ChannelName, Level, NoticeKind, NoticeState, Reason
from alertd.notices.verdict import Why


def told_lines(found: Explanation, voice: Voice) -> Iterator[str]:
    if not found.stories:
        yield voice.say("no_alert")
    for story in found.stories:
        yield from _story(story, found.at.now, voice)
    for said in found.causes:
        yield voice.say("cause_said", at=voice.moment(said["at"]), by=said["by"], text=said["text"])


def _story(story: Story, now: datetime, voice: Voice) -> Iterator[str]:
    alert = story.alert
    yield voice.say(
        "alert",
        id=alert["id"],
        rule=alert["rule"],
        state=voice.word_of(AlertState, alert["state"]),
        level=voice.word_of(Level, alert["level"]),
        unit=voice.unit(alert["unit"]),
    )
    for event in story.events:
        yield f"   {voice.moment(event['at'])}  {', '.join(_event(event, voice))}"
    for dispute in story.disputes:
        yield from (f"   {line}" for line in dispute_lines(dispute, now, voice))
    if story.waits is not None:
        yield f"   {voice.say('worse_untold' if story.told else 'no_notice')} {_waits(story, voice)}"
    elif not story.told:
        yield "   " + voice.say("no_notice")
    for told in story.told:
        yield f"   {'; '.join(_notice(told, voice))}"
        yield from (f"      {_attempt(attempt, voice)}" for attempt in told["tries"])


def _waits(story: Story, voice: Voice) -> str:
    at = "" if story.until is None else voice.moment(story.until)
    return voice.say(f"waits_{story.waits}", at=at)


def _event(event: RowMapping, voice: Voice) -> Iterator[str]:
    yield voice.word_of(Reason, event["what"])
    if event["level"]:
        yield voice.say("level", level=voice.word_of(Level, event["level"]))
    if event["what"] == Reason.MOVED:
        yield voice.say("moved", before=voice.unit(event["unit_before"]), unit=voice.unit(event["unit"]))
    if event["actor"] or event["note"]:
        yield ": ".join(filter(None, (event["actor"], event["note"])))


def _notice(told: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    notice = told["notice"]
    yield voice.say(
        "notice",
        kind=voice.word_of(NoticeKind, notice["kind"]),
        id=notice["id"],
        name=notice["recipient"],
        channel=voice.word_of(ChannelName, notice["channel"]),
        address=notice["address"],
        state=voice.word_of(NoticeState, notice["state"]),
    )
    if notice["reason"]:
        yield voice.say("because", why=_why(notice["reason"], voice))
    yield voice.word_of(Reason, told["why"]) if told["why"] in tuple(Reason) else voice.say("listed")
    for key in ("created_at", "sent_at", "confirmed_at"):
        if notice[key] is not None:
            yield voice.say(key, at=_moment(notice[key], voice))
    if notice["copy_of"]:
        yield voice.say("copy_of", id=notice["copy_of"])
    if notice["bounced_at"]:
        yield voice.say("bounced_at", at=_moment(notice["bounced_at"], voice), what=notice["bounce"])
    if notice["meant_for"]:
        yield voice.say("meant_for", name=notice["meant_for"])


def _why(reason: str, voice: Voice) -> str:
    """The outbox's own reasons first; the others are those of the alerts."""
    return voice.word_of(Why if reason in tuple(Why) else Reason, reason)


def _attempt(attempt: Mapping[str, Any], voice: Voice) -> str:
    if attempt["result"]:
        result = voice.word_of(Result, attempt["result"])
    else:
        result = voice.say("in_flight" if attempt["ended_at"] is None else "broken")
    line = voice.say(
        "attempt",
        number=attempt["number"],
        at=_moment(attempt["started_at"], voice),
        channel=voice.word_of(ChannelName, attempt["channel"]),
        result=result,
    )
    return f"{line} ({attempt['detail']})" if attempt["detail"] else line


def _moment(text: str, voice: Voice) -> str:
    return voice.moment(datetime.fromisoformat(text))
