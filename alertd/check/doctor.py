"""What `doctor` looks at, as probes that can run side by side: store, sources, ways out, people, calendar, modes of files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from alertd.channels.base import Channel
from alertd.check import calendar, modes, people
from alertd.check.health import Seen, fault, ok, warning
from alertd.check.probing import Probe
from alertd.check.store import store_seen
from alertd.contacts.reach import reach
from alertd.errors import Fault
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.source import Source
from alertd.model.words import ChannelName
from alertd.settings.shapes import Settings

_NAMES = {ChannelName.TELEGRAM: "bot", ChannelName.EMAIL: "mail server", ChannelName.HTTP: "gateway"}
_FAULTS = 5


@dataclass(frozen=True)
class Patient:
    """The parts of a site, none of them opened. ``faults``: what `check` finds in its tables and rules."""

    settings: Settings
    store_url: str
    directory: Directory
    sources: Mapping[str, Source]
    channels: Mapping[ChannelName, Channel]
    faults: tuple[Fault, ...]
    at: AsOf


def probes(patient: Patient) -> Iterator[Probe]:
    """Quick ones first; each network address has a probe of its own."""
    yield Probe("config", lambda: [_config(patient)])
    yield Probe("store", lambda: _store(patient))
    yield Probe(modes.SUBJECT, lambda: modes.modes(patient.settings, patient.store_url))
    yield Probe(calendar.SUBJECT, lambda: [calendar.confirmed(patient.settings, patient.at.today)])
    for name, source in patient.sources.items():
        yield _reached(f"source {name}", source.probe)
    for way, channel in patient.channels.items():
        yield _reached(_NAMES[way], channel.probe)
    if not patient.channels:
        yield Probe("channels", lambda: [_no_channel()])


def _reached(subject: str, probe: Callable[[], str]) -> Probe:
    return Probe(subject, lambda: [ok(subject, probe())])


def _config(patient: Patient) -> Seen:
    wrong = [each for each in patient.faults if not each.warning]
    if not wrong:
        return ok("config", f"{patient.settings.file}, tables and rules can be used")
    shown = "; ".join(f"{each.file}:{each.line}: {each.what}" for each in wrong[:_FAULTS])
    return fault("config", f"{len(wrong)} faults: {shown}", "see them all, with their cures, by `alertd check`")


def _store(patient: Patient) -> list[Seen]:
    within: list[Seen] = []
    seen = store_seen(
        patient.store_url, patient.settings, patient.at.now, lambda session: within.extend(_within(session, patient))
    )
    if not within and patient.channels:  # it could not be looked into: what the tables alone say of the heads
        within = people.heads(people.by_tables(patient.directory, patient.at.today, patient.channels))
    return [*seen, *within]


def _within(session: Session, patient: Patient) -> Iterator[Seen]:
    """What is known only with the store: who has bound a telephone, whose address is down, what is due when."""
    if patient.channels:  # without any, nobody can be reached, and it is said once
        yield from people.heads(reach(session, patient.directory, patient.at, channels=patient.channels))
    yield from calendar.due_beyond(session, patient.settings)


def _no_channel() -> Seen:
    return warning("channels", "none is set up: nobody can be told", "set [email] host, [telegram] token or [http] url")
