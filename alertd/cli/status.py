"""alertd status."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from alertd.check import status as look
from alertd.check.rules_set import InForce, newest
from alertd.check.status import Status
from alertd.cli import waits
from alertd.cli.common import AsJson, Config, Now, clock_from, open_store_alone, printable, show_json, show_table
from alertd.cli.reporting import moment_of
from alertd.cli.source_view import COLUMNS, iso, local, source_json, source_row
from alertd.model.asof import AsOf
from alertd.model.rule import RuleSet
from alertd.model.words import CycleState
from alertd.notices.waiting import any_news
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings
from alertd.settings.tables import load_directory
from alertd.store.database import Store

app = typer.Typer(add_completion=False)


@app.command()
def status(config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """How it goes: last cycle, sources, rejected rows, outbox, troubles, standing alerts, what needs a person."""
    with open_store_alone(config) as (settings, store):
        calendar = calendar_of(settings)
        at = AsOf(moment_of(settings, store, now), calendar)
        with store.read() as session:
            found = look.status(session, settings, at)
            looked = waits.look(session, waits.asked(session, settings, _rules(session, settings, store), at))
            rules = newest(session, live=settings.site.mode == "live")
    needs = list(look.needs_a_person(found))
    if as_json:
        show_json(_as_json(found, rules, needs, settings.site.timezone) | looked.as_json())
    else:
        _show(found, rules, needs, looked, settings.site.timezone)
    if needs:
        raise typer.Exit(1)


def _rules(session: Session, settings: Settings, store: Store) -> RuleSet:
    """They say when each level is told: needed where something is not told, and could be."""
    if not (waits.channels_set_up(settings) and any_news(session)):
        return RuleSet({}, "")
    # Late, because reading rules takes longer than all else here.
    from alertd import wiring

    return wiring.rules_in_force(settings, store, clock_from(None), load_directory(settings)[0]).set


def _show(found: Status, rules: InForce | None, needs: list[str], looked: waits.Looked, zone: ZoneInfo) -> None:
    print(f"mode {found.mode}, at {local(found.at, zone)}")
    if rules is not None:
        waiting = f"; a change waits for its release since {local(rules.waiting, zone)}" if rules.waiting else ""
        print(f"rules: set {rules.version} in force since {local(rules.at, zone)}{waiting}")
    cycle = found.cycle
    if cycle is None:
        print("last cycle: none yet")
    else:
        print(
            f"last cycle: no. {cycle.id} at {local(cycle.now, zone)}, {cycle.findings:,} findings, {cycle.opened} opened, "
            f"{cycle.worse} worse, {cycle.resolved} resolved, {cycle.notices} notices"
            f"{', held' if cycle.state == CycleState.HELD else ''}"
        )
    levels = ", ".join(f"{count:,} {level.word}" for level, count in sorted(found.alerts.items(), reverse=True))
    print(f"standing alerts: {levels or 'none'}; {found.unanswered:,} told and not answered")
    if found.discarded:
        print(f"discarded by the office, and found still: {found.discarded:,} (`alertd alerts list --state withdrawn`)")
    print(f"outbox: {', '.join(f'{count:,} {state}' for state, count in found.outbox.items()) or 'empty'}")
    for line in looked.lines():
        print(f"- {line}")
    print()
    show_table("Sources", COLUMNS, [source_row(source, zone) for source in found.sources])
    if found.rejects:
        _show_rejects(found)
    if found.notes:
        print("\nRepaired, cut or left out, at the last reading:")
        for source, notes in found.notes.items():
            for note in notes:
                print(f"- {source}: {printable(note)}")
    if found.troubles:
        print()
        rows = [(local(each.since, zone), each.subject, each.what) for each in found.troubles]
        show_table("Troubles that last", ("since", "subject", "what"), rows)
    if needs:
        print("\nNeeds a person:")
        for each in needs:
            print(f"- {each}")


def _show_rejects(found: Status) -> None:
    print()
    columns = ("source", "place", "code", "field", "value", "expected", "")
    rows = [
        (each.source, each.place, each.code, each.field, each.value, each.expected, "" if each.dropped else "taken in")
        for each in found.rejects
    ]
    show_table("Rows and values that could not be read, at the last reading", columns, rows)
    if found.rejected > len(found.rejects):
        print(f"and {found.rejected - len(found.rejects):,} more")


def _as_json(found: Status, rules: InForce | None, needs: list[str], zone: ZoneInfo) -> dict[str, Any]:
    cycle = found.cycle
    return {
        "at": iso(found.at, zone),
        "mode": found.mode,
        "needs_a_person": needs,
        "rules": None
        if rules is None
        else {
            "version": rules.version,
            "since": iso(rules.at, zone),
            "waiting_since": iso(rules.waiting, zone) if rules.waiting else None,
        },
        "last_cycle": None if cycle is None else _cycle_json(cycle, zone),
        "sources": [source_json(source, zone) for source in found.sources],
        "rejected": found.rejected,
        "rejects": [
            {name: getattr(each, name) for name in ("source", "place", "code", "field", "value", "expected", "dropped")}
            for each in found.rejects
        ],
        "notes": {source: list(notes) for source, notes in found.notes.items()},
        "outbox": {state.value: count for state, count in found.outbox.items()},
        "troubles": [
            {"subject": each.subject, "what": each.what, "since": iso(each.since, zone)} for each in found.troubles
        ],
        "alerts": {level.word: count for level, count in found.alerts.items()},
        "unanswered": found.unanswered,
        "held": [
            {"cycle": each.cycle, "at": iso(each.at, zone), "alerts": each.alerts, "notices": each.notices}
            for each in found.holds
        ],
        "discarded": found.discarded,
    }


def _cycle_json(cycle: Any, zone: ZoneInfo) -> dict[str, Any]:
    counts = ("findings", "opened", "worse", "resolved", "notices")
    return {
        "id": cycle.id,
        "at": iso(cycle.now, zone),
        **{name: getattr(cycle, name) for name in counts},
        "state": cycle.state,
        "ran": json.loads(cycle.ran),
        "faults": json.loads(cycle.faults),
    }
