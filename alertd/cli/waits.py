"""In words for an operator: why nobody was told yet, and why what was written has not arrived."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from sqlmodel import Session

from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.rule import RuleSet
from alertd.model.words import ChannelName
from alertd.notices import waiting
from alertd.notices.waiting import Asked, Undelivered, Wait
from alertd.settings.shapes import Settings
from alertd.site import Site

_NAMES = {"telegram": "Telegram", "email": "e-mail", "http": "the gateway"}
SET_ONE_UP = "set [email] host, [telegram] token or [http] url in config.toml"


@dataclass(frozen=True, slots=True)
class Looked:
    """``untold``: alerts of which nobody has heard, by what they wait for; ``back``: messages that have not arrived."""

    by: Asked
    untold: Mapping[Wait, int]
    back: Sequence[Undelivered]

    def lines(self) -> Iterator[str]:
        for wait, count in self.untold.items():
            alerts = f"{count:,} alert{'' if count == 1 else 's'}"
            yield sentence(wait, self.by, alerts, plural=count != 1)
        for each in self.back:
            name = _NAMES.get(each.channel, each.channel)
            many = "notice waits" if each.count == 1 else "notices wait"
            yield f"{each.count:,} {many} to be sent again by {name}: {each.detail}"

    def as_json(self) -> dict[str, Any]:
        untold = [
            {
                "reason": wait.value,
                "alerts": count,
                "until": until.isoformat() if (until := self.by.until(wait)) else None,
            }
            for wait, count in self.untold.items()
        ]
        back = [{"channel": each.channel, "detail": each.detail, "notices": each.count} for each in self.back]
        return {"untold": untold, "undelivered": back}


def look(session: Session, by: Asked) -> Looked:
    return Looked(by, waiting.waiting(session, by), waiting.undelivered(session))


def asked_of(session: Session, site: Site, at: AsOf) -> Asked:
    return asked(session, site.settings, site.rules.set, at)


def asked(session: Session, settings: Settings, rules: RuleSet, at: AsOf) -> Asked:
    fresh = freshness(session, settings.sources, at)
    believed = {name for name, source in fresh.items() if source.fresh}
    return Asked(rules, at, channels_set_up(settings), believed, settings.digest)


def channels_set_up(settings: Settings) -> tuple[ChannelName, ...]:
    """The ways out that the config names, whether they can be used or not."""
    named = {
        ChannelName.TELEGRAM: settings.telegram.token is not None,
        ChannelName.EMAIL: bool(settings.email.host),
        ChannelName.HTTP: bool(settings.http.url),
    }
    return tuple(name for name, is_named in named.items() if is_named)


def sentence(wait: Wait, by: Asked, alerts: str, *, plural: bool = True) -> str:
    """``alerts``: what waits, as the sentence begins."""
    until = by.until(wait)
    at = "" if until is None else f"{until:%H:%M} on {until:%d/%m/%Y}"
    go, wait_, is_ = ("go", "wait", "are") if plural else ("goes", "waits", "is")
    match wait:
        case Wait.NO_CHANNEL:
            return f"no channel is set up, so nobody is told of {alerts}; {SET_ONE_UP}"
        case Wait.NOBODY:
            return f"{alerts} {wait_}: nobody can be reached, not even the office; see `alertd contacts list`"
        case Wait.HELD:
            return f"{alerts} {is_} held until the office decides; see `alertd status`"
        case Wait.NOT_BELIEVED:
            return f"{alerts} {wait_} until the source can be believed again; see `alertd sources list`"
        case Wait.RULE_SET_ASIDE:
            return f"{alerts} {wait_}, as the rule is gone or set aside; see `alertd rules check`"
        case Wait.OFFICE_HOURS:
            return f"{alerts} {wait_} until {at}, when the office opens"
        case Wait.DIGEST:
            return f"{alerts} {go} with the next digest, {at}"
        case Wait.KEPT:
            why = "the reader has had his messages of the day, was told of the same record, or the rule has spent its budget"
            return f"{alerts} {is_} kept for the next digest, {at}: {why}"
        case Wait.CYCLE:
            return f"{alerts} {go} with the next cycle"
        case Wait.BASELINE:
            return f"{alerts} {is_} taken as known from the start, and told in digests alone"
        case _:
            assert_never(wait)
