"""alertd doctor."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import typer

from alertd import wiring
from alertd.channels.base import Channel
from alertd.check.doctor import Patient, probes
from alertd.check.health import Health, Seen, any_fault
from alertd.check.probing import run
from alertd.cli.check import faults_of
from alertd.cli.common import AsJson, Config, Now, clock_from, config_path, load, show_json
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
_SIGNS = {Health.OK: "ok     ", Health.WARNING: "WARNING", Health.FAULT: "FAULT  "}


@app.command()
def doctor(config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """Reach store, sources, bot and mail server; look at heads, calendar, clock and disk."""
    settings, clock = load(config), clock_from(now)
    channels = _channels(settings, clock)
    try:
        patient = Patient(
            settings=settings,
            store_url=store_url(settings),
            directory=load_directory(settings)[0],
            sources=wiring.sources_of(_hurried(settings), clock),
            channels=channels,
            faults=tuple(faults_of(config_path(config))),
            at=AsOf(clock.now(), calendar_of(settings)),
        )
        wanted = list(probes(patient))
        with progress("looking", len(wanted)) as bar:
            seen = run(wanted, seconds=_PATIENCE, done=bar.step)
    finally:
        for channel in channels.values():
            channel.close()
    if as_json:
        show_json([_as_json(each) for each in seen])
    else:
        _show(seen)
    if any_fault(seen):
        raise typer.Exit(1)


def _channels(settings: Settings, clock: Clock) -> Mapping[ChannelName, Channel]:
    try:
        return wiring.channels_of(settings, clock)[0]
    except (Misconfigured, CannotRun):  # one of the faults of the config
        return {}


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
    width = max(len(each.subject) for each in seen)
    colours = {Health.OK: "32", Health.WARNING: "33", Health.FAULT: "31"} if sys.stdout.isatty() else {}
    for each in seen:
        sign = _SIGNS[each.health]
        shown = f"\033[{colours[each.health]}m{sign}\033[0m" if colours else sign
        print(f"{shown}  {each.subject:<{width}}  {each.what}")
        if each.cure:
            print(f"{'':<{width + 11}}→ {each.cure}")
