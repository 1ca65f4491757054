"""What `doctor` looks at, as probes that can run side by side: store, sources, ways out, people, calendar, modes of files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from alertd.channels.base import Channel
from alertd.channels.return_box import ReturnBox
from alertd.check import calendar, modes, people, tables
from alertd.check.health import Seen, fault, ok, warning
from alertd.check.probing import Probe
from alertd.check.status import waiting, waits
from alertd.check.store import store_seen
from alertd.contacts.reach import reach
from alertd.errors import Fault, SourceFailed
from alertd.intake.sources.personal import mapped_personal
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.source import Source
from alertd.model.words import ChannelName
from alertd.settings.shapes import Settings
from alertd.store.site import LAST_BACKUP, read_fact

_NAMES = {ChannelName.TELEGRAM: "bot", ChannelName.EMAIL: "mail server", ChannelName.HTTP: "gateway"}
_FAULTS = 5


@dataclass(frozen=True)
class Patient:
    """The parts of a site, none of them opened. ``faults``: what `check` finds in its tables and rules; ``unusable``: channels
    that are set up and cannot be opened, with the reason and the cure."""

    settings: Settings
    store_url: str
    directory: Directory
    sources: Mapping[str, Source]
    channels: Mapping[ChannelName, Channel]
    faults: tuple[Fault, ...]
    at: AsOf
    unusable: Mapping[ChannelName, str] = field(default_factory=dict)
    returns: ReturnBox | None = None


def probes(patient: Patient) -> Iterator[Probe]:
    """Quick ones first; each network address has a probe of its own."""
    yield Probe("config", lambda: [_config(patient)])
    yield Probe("store", lambda: _store(patient))
    yield Probe(modes.SUBJECT, lambda: modes.modes(patient.settings, patient.store_url))
    yield Probe(calendar.SUBJECT, lambda: [calendar.confirmed(patient.settings, patient.at.today)])
    for name, source in patient.sources.items():
        yield _source(name, source, patient)
    for way, channel in patient.channels.items():
        yield _reached(_NAMES[way], channel.probe)
    if patient.returns is not None:
        yield _reached("reports of mail servers", patient.returns.probe)
    for way, why in patient.unusable.items():
        yield _closed(_NAMES[way], why)
    if not (patient.channels or patient.unusable):
        yield Probe("channels", lambda: [_no_channel()])


def _reached(subject: str, probe: Callable[[], str]) -> Probe:
    return Probe(subject, lambda: [ok(subject, probe())])


def _closed(subject: str, why: str) -> Probe:
    return Probe(subject, lambda: [fault(subject, why)])


def _source(name: str, source: Source, patient: Patient) -> Probe:
    subject = f"source {name}"
    mapped = [column for each in patient.settings.sources if each.name == name for column in mapped_personal(each)]

    def look() -> list[Seen]:
        seen: list[Seen] = []
        try:
            probed = source.probe(patient.at.now)
        except SourceFailed as error:
            seen.append(fault(subject, str(error)))
        else:
            seen += [ok(subject, probed.seen), *(fault(subject, doubt) for doubt in probed.doubts)]
        if mapped:
            what = f"what looks like a citizen's name or number is taken in ({', '.join(mapped)})"
            seen.append(fault(subject, what, "map another column, or take the line out of [sources.fields]"))
        return seen

    return Probe(subject, look)


def _config(patient: Patient) -> Seen:
    wrong = [each for each in patient.faults if not each.warning]
    if not wrong:
        return ok("config", f"{patient.settings.file}, tables and rules can be used")
    shown = "; ".join(f"{each.place}: {each.what}" for each in wrong[:_FAULTS])
    return fault(
        "config",
        f"{len(wrong)} fault{'' if len(wrong) == 1 else 's'}: {shown}",
        "see them all, with their cures, by `alertd check`",
    )


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
        directory = tables.in_use(session, patient.settings) or patient.directory
        yield from people.heads(reach(session, directory, patient.at, channels=patient.channels))
    yield from tables.tables(session, patient.settings, patient.at.calendar)
    yield from calendar.due_beyond(session, patient.settings)
    for hold in waiting(session):
        what, _, cure = waits(hold).partition(": ")
        yield warning(f"cycle {hold.cycle}", what, cure)
    yield from modes.backup(read_fact(session, LAST_BACKUP))


def _no_channel() -> Seen:
    return warning("channels", "none is set up: nobody can be told", "set [email] host, [telegram] token or [http] url")
