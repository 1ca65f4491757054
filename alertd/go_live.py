"""The first day: what it would send, without a trace; and its beginning, with the backlog as the baseline, once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alertd import pipeline
from alertd.alerts import baseline, holds
from alertd.brake.cycle import LIVE_SINCE
from alertd.check import calendar, people
from alertd.check.health import Health
from alertd.derive import gaps
from alertd.errors import Refused
from alertd.intake.freshness import freshness
from alertd.intake.poll import Polled
from alertd.model.asof import AsOf
from alertd.model.freshness import Doubt
from alertd.notices import baseline as summaries
from alertd.notices import office
from alertd.notices.baseline import Reader, Sample, Summaries
from alertd.notices.writer import Desk
from alertd.readers import invite
from alertd.rules import releases
from alertd.rules.releases import Entry, How
from alertd.seen import Seen, close, see
from alertd.site import Site, as_believed
from alertd.store import audit, lock
from alertd.store import site as facts

_CURE = (
    "see it with `alertd notices list --state held`, then `alertd notices release --cycle {0}` or `discard --cycle {0}`"
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a good first day, and what helps."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Begun:
    """That it was done: when, by whom."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FirstDay:
    """``alerts``: rule → level → how many; ``channels``: messages by their first way; ``heads``: those with the most first;
    ``unheard``: alerts of which not even the office can be told. ``begun``: it was done before."""

    mode: str
    begun: Begun | None
    alerts: Mapping[str, Mapping[str, int]]
    heads: Sequence[Reader]
    channels: Mapping[str, int]
    unheard: int
    sample: Sample | None
    obstacles: Sequence[Obstacle]
    messages: int = 0  # that were written

    @property
    def total(self) -> int:
        return sum(sum(levels.values()) for levels in self.alerts.values())


def begun(session: Session) -> Begun | None:
    """Whether the backlog was taken as the baseline in this store."""
    text = facts.read_fact(session, LIVE_SINCE)
    if text is None:
        return None
    known = json.loads(text)
    return Begun(datetime.fromisoformat(known["at"]), known["by"])


def refused(site: Site) -> None:
    """Raises Refused in a rehearsal, a second time, and while a cycle is held."""
    with site.store.read() as session:
        _refuse(session, site)


def _refuse(session: Session, site: Site) -> None:
    if site.settings.site.mode == "rehearsal":
        raise Refused('this site is in rehearsal; set mode = "live" under [site] in config.toml first')
    if (done := begun(session)) is not None:
        raise Refused(f"it was done already: {_when(site, done.at)}, by {done.by}; there is nothing to do again")
    rehearsed = facts.read_fact(session, facts.IN_EARNEST) == ""  # its holds end with it
    if not rehearsed and (waiting := holds.open_holds(session)):
        cycle = waiting[0].cycle
        raise Refused(f"cycle {cycle} is held and waits for a decision; {_CURE.format(cycle)}")


def poll_what_was_never_read(site: Site) -> list[Polled]:
    """Read the sources of which there is no believed snapshot; the others are left as they are."""
    with site.store.read() as session:
        fresh = freshness(session, site.settings.sources, AsOf(site.clock.now(), site.calendar))
    never = [name for name, source in fresh.items() if source.doubt is Doubt.NEVER_READ or source.as_of is None]
    return [done for name in never if (done := pipeline.poll(site, name)) is not None]


def look(site: Site) -> FirstDay:
    """What the first day would send, found as a cycle finds it and taken back."""
    site = as_believed(site)
    with site.store.rehearse() as session:
        seen = see(session, site)
        baseline.take_all(session, seen.cycle, seen.at.now)
        desk = _in_earnest(seen.desk)
        return _first_day(session, site, desk, seen.at, Summaries(session, desk, seen.at))


def begin(site: Site, *, by: str) -> FirstDay:
    """Take everything that stands as known, and tell each head once of all of his: one transaction. Raises Refused like
    `refused`, and while another process is at a cycle."""
    with lock.held(site.store, "cycle") as mine:
        if not mine:
            raise Refused("another process is at a cycle; try again in a minute")
        site = as_believed(site)
        with site.store.write() as session:
            _refuse(session, site)
            _release_first(session, site, by)
            seen = see(session, site)
            begun = _begin(session, site, seen, by)
        invite(site.store, site.settings, site.channels, site.inbox, seen.shifts, seen.desk.reach, seen.at)
        return begun


def _begin(session: Session, site: Site, seen: Seen, by: str) -> FirstDay:
    if never := [name for name, source in seen.desk.freshness.items() if source.as_of is None]:
        raise Refused(
            f"source {never[0]} was never read, and its backlog would come later as news; see to it (`alertd doctor`), or "
            "take it out of config.toml until it answers"
        )
    if waits := _unconfirmed(session, site):
        raise Refused(f"{waits.what}; {waits.cure}")
    now = seen.at.now
    taken = baseline.take_all(session, seen.cycle, now)
    made = Summaries(session, seen.desk, seen.at)
    shown = _first_day(session, site, seen.desk, seen.at, made)
    messages = made.write(seen.cycle)
    messages += office.tell_office(session, seen.desk, seen.at, seen.cycle)
    close(session, seen, messages)
    facts.keep_fact(session, LIVE_SINCE, json.dumps({"at": now.isoformat(), "by": by, "cycle": seen.cycle}))
    detail: dict[str, Any] = {"alerts": taken, "messages": messages, "heads": len(made.heads), "cycle": seen.cycle}
    detail["rules"] = site.rules.set.version
    audit.record(session, at=now, actor=by, action="go-live", subject="site", detail=detail)
    return replace(shown, messages=messages)


def _release_first(session: Session, site: Site, by: str) -> None:
    """The rules as they are become the first set in force, unless there is one."""
    if releases.in_force(session) is None and site.rules.set.rules:
        owners = tuple(dict.fromkeys(site.rules.set.owners.values()))
        entry = Entry(How.GO_LIVE, owners, site.clock.now(), released_by=by, reason="go-live")
        releases.enter(session, site.rules.set, entry, site.clock.now())


def _unconfirmed(session: Session, site: Site) -> Obstacle | None:
    """Two systems that were compared once: what differs between them is not counted yet."""
    files = gaps.unconfirmed(session)
    if not files:
        return None
    sync = site.settings.sync
    differ = f"{files:,} file{' that differs' if files == 1 else 's that differ'}"
    what = f"{sync.city} and {sync.portal} were compared once only, and {differ} would come later as news"
    cure = f'in mode = "rehearsal" let both be read again when [sync] within ({sync.within}) has passed (`alertd run --once`)'
    return Obstacle(what, cure)


def _in_earnest(desk: Desk) -> Desk:
    """The same desk, as if it were no rehearsal."""
    live = desk.settings.site.model_copy(update={"mode": "live"})
    return replace(desk, settings=desk.settings.model_copy(update={"site": live}))


def _first_day(session: Session, site: Site, desk: Desk, at: AsOf, made: Summaries) -> FirstDay:
    return FirstDay(
        mode=site.settings.site.mode,
        begun=begun(session),
        alerts=summaries.by_rule(session),
        heads=made.heads,
        channels=made.channels,
        unheard=made.unheard,
        sample=made.sample(),
        obstacles=list(_obstacles(session, site, desk, at)),
    )


def _obstacles(session: Session, site: Site, desk: Desk, at: AsOf) -> list[Obstacle]:
    found = []
    for name, source in desk.freshness.items():
        if source.doubt is not None:
            cure = f"see `alertd status`; when it is right: `alertd sources poll {name}`, or `accept {name}` where it is true"
            found.append(
                Obstacle(f"source {name} is not believed ({source.doubt}): {source.detail}".rstrip(": "), cure)
            )
    if waits := _unconfirmed(session, site):
        found.append(waits)
    looked = [*people.heads(desk.reach), calendar.confirmed(site.settings, at.today)]
    looked += [*calendar.due_beyond(session, site.settings)]
    found += [Obstacle(f"{each.subject}: {each.what}", each.cure) for each in looked if each.health is not Health.OK]
    found += [
        Obstacle(f"rule {rule} is set aside: {why}", "see `alertd rules check`")
        for rule, why in site.rules.set.set_aside.items()
    ]
    found += [
        Obstacle(
            f"cycle {hold.cycle} is held and waits for a decision",
            _CURE.format(hold.cycle),
        )
        for hold in holds.open_holds(session)
    ]
    return found


def _when(site: Site, moment: datetime) -> str:
    return f"{site.calendar.local(moment):%d/%m/%Y %H:%M}"
