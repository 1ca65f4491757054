"""What commands share that report of a unit and a period: the look into the store, the unit, the period, the lines."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer
from sqlmodel import Session

from alertd.alerts.cycles import last_cycle
from alertd.cli.common import Language, clock_from, open_store_alone, printable
from alertd.cli.fitting import fitting
from alertd.errors import Refused, Said, in_language
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.period import Period, period_of
from alertd.rules.evaluate import live_mode
from alertd.settings.calendar import calendar_of
from alertd.settings.complaint import did_you_mean
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory
from alertd.store.calendar import current
from alertd.store.database import Store


@dataclass(frozen=True, slots=True)
class Looking:
    """One look into a site's store, in the language in which it is told of."""

    settings: Settings
    directory: Directory
    session: Session
    at: AsOf
    language: str

    def refuse_unknown(self, unit: str) -> None:
        """Raises Refused."""
        known = self.directory.by_code
        if unit in known:
            return
        near = did_you_mean(unit, known, 5)
        said = Said(
            f"there is no unit {unit} in units.csv; {near}",
            f"không có đơn vị {unit} trong units.csv; {in_language(near, 'vi')}",
        )
        raise Refused(in_language(said, self.language))


@contextmanager
def look(config: Path | None, language: Language | None, now: str | None) -> Iterator[Looking]:
    with open_store_alone(config) as (settings, store):
        moment = moment_of(settings, store, now)
        with store.read() as session:
            at = AsOf(moment, current(session, calendar_of(settings)), live=live_mode(session, moment))
            said_in = (language or Language(settings.site.language)).value
            yield Looking(settings, load_directory(settings)[0], session, at, said_in)


def moment_of(settings: Settings, store: Store, now: str | None) -> datetime:
    """The real time; in a trial, whose clock is made up, that of the last cycle."""
    if now is None and settings.site.mode == "trial":
        with store.read() as session:
            last = last_cycle(session)
        if last is not None:
            return last
    return clock_from(now).now()


def period_given(text: str | None) -> Period | None:
    """None: none was given. Raises BadParameter."""
    if text is None:
        return None
    found = period_of(text.strip().upper())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no period; write 2026-10, 2026-Q4 or 2026", param_hint="--period")
    return found


def print_lines(lines: Iterable[str]) -> None:
    """As wide as the terminal is."""
    for line in fitting(printable(line) for line in lines):
        print(line)
