"""The disputes about an alert as lines: who says what is wrong, and what the office decided."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from alertd.explain.voice import Voice
from alertd.model.disputes import CORRECTED, DisputeState, Remedy
from alertd.model.words import Reason


def dispute_lines(dispute: RowMapping, now: datetime, voice: Voice) -> Iterator[str]:
    """Who raised it, and how it stands. ``now``: the moment that is looked at."""
    who, at = dispute["raised_by"], voice.moment(dispute["raised_at"])
    yield voice.say("dispute", who=who, at=at, reason=dispute["reason"])
    yield "   " + voice.say(f"dispute_{_key(dispute)}", **_given(dispute, voice))
    pending = dispute["state"] == DisputeState.OPEN or _key(dispute) == "corrected"
    if pending and dispute["quiet_until"] > now:
        yield "   " + voice.say("dispute_quiet", at=voice.moment(dispute["quiet_until"]))


def _key(dispute: RowMapping) -> str:
    """Which sentence says how it stands."""
    state, remedy = DisputeState(dispute["state"]), dispute["remedy"]
    if state is DisputeState.OPEN:
        return "proposed" if remedy else "open"
    if state is not DisputeState.UPHELD:
        return state.value
    if remedy == Remedy.EXCLUDED:
        return "excluded"
    return "corrected" if dispute["closed_at"] is None else "closed"


def _given(dispute: RowMapping, voice: Voice) -> dict[str, Any]:
    key = _key(dispute)
    by = [dispute["decided_by"], dispute["confirmed_by"]]
    moment = {"corrected": dispute["correct_by"], "closed": dispute["closed_at"]}.get(key, dispute["decided_at"])
    until = dispute["exclude_until"]
    return {
        "by": ", ".join(name for name in by if name),
        "at": "" if moment is None else voice.moment(moment),
        "day": "" if until is None else voice.day(until),
        "why": _end(dispute["ended_why"], voice) if key == "ended" else dispute["decided_why"],
    }


def _end(why: str, voice: Voice) -> str:
    return voice.say("dispute_figure_corrected") if why == CORRECTED else voice.word_of(Reason, why)
