"""alertd doctor."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict

import typer

from alertd import wiring
from alertd.channels.base import Channel
from alertd.channels.return_box import return_box
from alertd.check.doctor import Patient, probes
from alertd.check.health import Seen, any_fault, fault
from alertd.check.modes import changeable
from alertd.check.probing import run
from alertd.check.salvage import settings_and_faults
from alertd.cli.check import faults_of
from alertd.cli.common import AsJson, Config, Now, clock_from, config_path, show_json
from alertd.cli.health_view import lines
from alertd.cli.progress import progress
from alertd.errors import CannotRun, Misconfigured
from alertd.model.asof import AsOf
from alertd.model.clock import Clock
from alertd.model.duration import Duration
from alertd.model.words import ChannelName
from alertd.settings.address import store_url
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory

app = typer.Typer(add_completion=False)

_PATIENCE = 45.0  # seconds for all probes, which run side by side
_ANSWER = Duration.parse("15s")  # for one answer: a doctor that takes as long as a poll is not called twice


@app.command()
def doctor(config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """Reach store, sources, bot and mail server; look at heads, calendar, clock and disk, and who else can read or write.

    Of a config with faults, only those and who can change it are shown: nothing runs on it.
    """
    clock = clock_from(now)
    settings, faults, whole = settings_and_faults(config_path(config))
    if not whole:
        seen = [fault("config", f"{each.place}: {each.what}", each.cure) for each in faults]
        _end([*seen, *changeable(settings)], as_json=as_json)
        return
    channels, unusable = _channels(settings, clock)
    try:
        patient = Patient(
            settings=settings,
            store_url=store_url(settings),
            directory=load_directory(settings)[0],
            sources=wiring.sources_of(_hurried(settings), clock),
            channels=channels,
            faults=tuple(faults_of(config_path(config))),
            at=AsOf(clock.now(), calendar_of(settings)),
            unusable=unusable,
            returns=return_box(settings.email, settings.folder),
        )
        wanted = list(probes(patient))
        with progress("looking", len(wanted)) as bar:
            seen = run(wanted, seconds=_PATIENCE, done=bar.step)
    finally:
        for channel in channels.values():
            channel.close()
    _end(seen, as_json=as_json)


def _end(seen: Sequence[Seen], *, as_json: bool) -> None:
    if as_json:
        show_json([_as_json(each) for each in seen])
    else:
        _show(seen)
    if any_fault(seen):
        raise typer.Exit(1)


def _channels(settings: Settings, clock: Clock) -> tuple[dict[ChannelName, Channel], dict[ChannelName, str]]:
    """Each on its own, as if the others were not set up: those that can be opened, and why the others cannot."""
    opened: dict[ChannelName, Channel] = {}
    unusable: dict[ChannelName, str] = {}
    for name in ChannelName:
        others = {other.value: type(getattr(settings, other.value))() for other in ChannelName if other is not name}
        try:
            opened |= wiring.channels_of(settings.model_copy(update=others), clock)[0]
        except Misconfigured as error:
            unusable[name] = "; ".join(filter(None, (error.faults[0].what, error.faults[0].cure)))
        except CannotRun as error:
            unusable[name] = str(error)
    return opened, unusable


def _hurried(settings: Settings) -> Settings:
    """The same sources, asked once and for a short time."""
    sources = [
        source.model_copy(update={"retries": 0, "timeout": min(source.timeout, _ANSWER, key=Duration.seconds)})
        for source in settings.sources
    ]
    return settings.model_copy(update={"sources": tuple(sources)})


def _as_json(seen: Seen) -> dict[str, str]:
    document = asdict(seen)
    return {"subject": document["subject"], "state": document["health"], **{k: document[k] for k in ("what", "cure")}}


def _show(seen: Sequence[Seen]) -> None:
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines(seen, columns=columns):
        print(line)
