"""A site that lives through made-up weeks in process: its source lists made-up files, its channel takes every message at once."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alertd import pipeline, wiring
from alertd.model.clock import Clock
from alertd.model.message import Outcome, Outgoing, Result
from alertd.model.words import ChannelName
from alertd.settings.calendar import calendar_of
from alertd.settings.load import load_settings
from alertd.settings.shipped import shipped
from alertd.site import Site
from alertd.store.database import Store
from tests.acceptance.histories.life import OFF, WORKED, Life
from tests.acceptance.world import PEOPLE, READS, UNITS
from tests.integration.intake_site import Made
from tests.stores import with_days

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_CONFIG = (
    """\
[site]
mode = "{mode}"
[store]
url = {{ env = "ALERTD_TEST_STORE" }}
[calendar]
country = ""
days_off = {off}
days_worked = {worked}
[units]
file = "units.csv"
contacts = "contacts.csv"
[office]
unit = "H26.VP"
[bulletin]
day = 0
[email]
host = "127.0.0.1"
port = 1
security = "none"
sender = "alertd <a@hanoi.example>"
[guard]
max_new = 1000.0
max_heads = 1000
new_rules = "told"
[[sources]]
name = "one-stop"
dataset = "files"
kind = "http"
url = "http://127.0.0.1/"
stale_after = "36500d"
max_drop = 1.0
{source}
"""
    + READS
    + """\
"8" = "stopped"
"9" = "done"
"""
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@dataclass
class Taken:
    """A channel that takes everything."""

    name: ChannelName = ChannelName.EMAIL
    width: int = 1
    sent: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Outcome:
        self.sent.append(outgoing)
        return Outcome(Result.ACCEPTED, server_id=str(outgoing.number))

    def probe(self) -> str:
        return "made up"

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class City:
    """``now``: local, moved by whoever tells the story."""

    site: Site
    source: Made
    channel: Taken
    moment: list[datetime]

    @property
    def now(self) -> datetime:
        return self.moment[0]

    def lists(self, lives: Sequence[Life], now: datetime) -> None:
        """What the source lists from now on."""
        self.moment[0] = now
        naive = now.replace(tzinfo=None)
        self.source.records = [record for life in lives if (record := life.at(naive)) is not None]

    def poll(self) -> None:
        done = pipeline.poll(self.site, "one-stop")
        assert done is not None
        assert done.believed, done.detail

    def looks(self, now: datetime) -> None:
        """A cycle and its deliveries, as the daemon runs them."""
        self.moment[0] = now
        assert pipeline.run_cycle(self.site) is not None
        pipeline.run_deliveries(self.site)


@contextmanager
def city(
    folder: Path,
    store: Store,
    rules: dict[str, str],
    *,
    mode: str = "trial",
    source: str = "",
    people: str = PEOPLE,
    more: str = "",
    also: dict[str, Made] | None = None,
) -> Iterator[City]:
    """``rules``: name → its text, or empty for the shipped one; ``more``: of the config; ``also``: the sources in it."""
    days = {"off": [str(day) for day in OFF], "worked": [str(day) for day in WORKED]}
    config = _CONFIG.format(mode=mode, source=source, **days)
    (folder / "config.toml").write_text(config + more, encoding="utf-8")
    (folder / "units.csv").write_text(
        UNITS + "H26.5,UBND phường Cũ,ward,H26,,\nH26.6,UBND phường Hòa Bình,ward,H26,,\n"
    )
    (folder / "contacts.csv").write_text(people, encoding="utf-8")
    (folder / "rules").mkdir(exist_ok=True)
    for name, text in rules.items():
        given = text or (shipped("rules") / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / "rules" / f"{name}.yaml").write_text(given, encoding="utf-8")
    os.environ["ALERTD_TEST_STORE"] = store.url.render_as_string(hide_password=False)
    moment, pace, made, taken = [local("2026-04-01 08:00")], [0.0], Made(), Taken()

    def waits(seconds: float) -> None:
        pace[0] += seconds

    clock = Clock(lambda: moment[0], lambda: pace[0], waits)
    settings = load_settings(folder / "config.toml")
    with_days(store, calendar_of(settings))
    site, faults = wiring.build(settings, clock)
    assert faults == []
    try:
        channels: dict[ChannelName, Any] = {ChannelName.TELEGRAM: Taken(ChannelName.TELEGRAM), ChannelName.EMAIL: taken}
        # how the city moves (index, sync, the last days) is read of all files, and no replay lays these out
        told = replace(site, sources={"one-stop": made, **(also or {})}, channels=channels, looking=None)
        yield City(told, made, taken, moment)
    finally:
        site.close()


def days(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += timedelta(days=1)
