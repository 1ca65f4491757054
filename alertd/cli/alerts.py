"""alertd alerts: list, show, ack, reopen; disputes stand beside it."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from alertd.alerts import acknowledge, dispute_list
from alertd.alerts.list import Wanted, listed, shown
from alertd.cli import alerts_cause, alerts_disputes, waits
from alertd.cli.common import AsJson, Config, Now, printable, show_json, show_table, to_minute, who
from alertd.cli.site import open_site
from alertd.model.asof import AsOf
from alertd.model.words import LIVE_STATES, AlertState, Level
from alertd.notices.waiting import why_untold
from alertd.site import Site

app = typer.Typer(add_completion=False, help="What was found, and what became of it.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The alert's number.")]
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="In whose name; by default the user at the keyboard.")]
Note = Annotated[str, typer.Option(help="A word on it, kept with the alert.")]


@app.command("list")
def list_alerts(
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Of this unit.")] = None,
    rule: Annotated[str | None, typer.Option(metavar="ID", help="Of this rule.")] = None,
    state: Annotated[AlertState | None, typer.Option(help="In this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Lines of the table at most; --json lists all.")] = 200,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """All alerts, or those asked for: what stands first, the worst first; as JSON rule by rule."""
    wanted = Wanted(unit=unit, rule=rule, state=None if state is None else state.value)
    with (
        open_site(config, now) as site,
        site.store.read() as session,
        closing(listed(session, site.rules.set, _at(site), wanted, most=None if as_json else limit + 1)) as alerts,
    ):
        if as_json:
            _stream(alerts)
            return
        rows = [_row(site, alert) for alert in sorted(alerts, key=_urgency)[: limit + 1]]
    columns = ("id", "level", "state", "rule", "unit", "record", "measure", "opened", "last seen")
    show_table("Alerts", columns, rows[:limit], empty="nothing like this")
    if len(rows) > limit:
        print(f"… and more; --limit shows them, --unit, --rule and --state choose (or `explain {rows[0][5]}` for one)")


def _stream(alerts: Iterable[Mapping[str, Any]]) -> None:
    """One JSON list, written as it is read: a city's backlog is a quarter of a million alerts."""
    begin = "["
    for alert in alerts:
        print(f"{begin}\n  {json.dumps(alert, ensure_ascii=False)}", end="")
        begin = ","
    print("[]" if begin == "[" else "\n]")


def _row(site: Site, alert: Mapping[str, Any]) -> tuple[object, ...]:
    rule = site.rules.set.rules.get(alert["rule"])
    measure = alert["facts"].get(rule.measure) if rule is not None and rule.measure else None
    seen = ("level", "state", "rule")
    when = (to_minute(alert["opened_at"]), to_minute(alert["last_seen_at"]))
    return (alert["id"], *(alert[name] for name in seen), _unit(site, alert["unit"]), alert["key"], measure, *when)


def _urgency(alert: Mapping[str, Any]) -> tuple[bool, int, str, int]:
    """What stands comes before what has ended, the worst first, of those the oldest."""
    standing = alert["state"] in LIVE_STATES
    return not standing, -Level.of(alert["level"]), alert["opened_at"], alert["id"]


def _unit(site: Site, code: str | None) -> str:
    return f"{code} {site.directory.name_of(code)}" if code else "none: the office answers"


@app.command()
def show(number: Number, config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """One alert: its facts, what happened to it, and who was told."""
    with open_site(config, now) as site, site.store.read() as session:
        alert = shown(session, site.rules.set, _at(site), number)
        alert["causes"] = alerts_cause.of_alert(session, site.settings, alert)
        alert["disputes"] = dispute_list.of_alert(session, number, site.settings.site.timezone)
        if as_json:
            show_json(alert)
            return
        unit, untold = _unit(site, alert["unit"]), _untold(session, site, number)
    print(f"alert {number}: {alert['rule']}, {alert['level']}, {alert['state']} ({alert['reason']})")
    if alert["held_by"] and alert["resolved_at"] is None:
        print(f"held with cycle {alert['held_by']}: nobody is told of it until that is released or discarded")
    print(f"record {alert['key']} ({alert['dataset']}), unit {unit}")
    print(f"opened {to_minute(alert['opened_at'])}, last seen {to_minute(alert['last_seen_at'])}")
    for name in ("acknowledged_at", "resolved_at"):
        if alert[name]:
            by = f" by {alert['acknowledged_by']}" if name == "acknowledged_at" else ""
            print(f"{name.removesuffix('_at')} {to_minute(alert[name])}{by}")
    for line in (*alerts_disputes.lines(alert["disputes"]), *alerts_cause.lines(alert["causes"])):
        print(printable(line))
    print()
    facts = [(name, value) for name, value in alert["facts"].items() if value is not None]
    show_table("Facts", ("field", "value"), facts)
    print()
    events = [
        (to_minute(event["at"]), event["what"], event["level"], event["unit"], event["actor"], event["note"])
        for event in alert["events"]
    ]
    show_table("Events", ("at", "what", "level", "unit", "who", "note"), events)
    print()
    notices = [
        (
            told["id"],
            told["kind"],
            told["why"],
            told["recipient"],
            told["channel"],
            told["state"],
            to_minute(told["sent_at"]),
        )
        for told in alert["notices"]
    ]
    show_table("Notices", ("id", "kind", "why", "to", "channel", "state", "sent"), notices, empty="nobody was told")
    if untold:
        print(untold)


def _untold(session: Session, site: Site, number: int) -> str:
    """Why nobody has heard of it, or of what is new about it."""
    by = waits.asked_of(session, site, _at(site))
    wait = why_untold(session, by, [number]).get(number)
    return "" if wait is None else waits.sentence(wait, by, "the alert", plural=False)


@app.command()
def ack(number: Number, by: Name = "", note: Note = "", config: Config = None, now: Now = None) -> None:
    """Received, we are at it: no more reminders until it is worse."""
    _act(config, now, lambda session, at: acknowledge.acknowledge(session, number, by=by or who(), at=at, note=note))
    print(f"alert {number} is acknowledged")


app.command("dispute")(alerts_disputes.dispute)
app.command("uphold")(alerts_disputes.uphold)
app.command("confirm")(alerts_disputes.confirm)
app.command("reject")(alerts_disputes.reject)
app.command("disputes")(alerts_disputes.list_disputes)
app.command("cause")(alerts_cause.cause)


@app.command()
def reopen(number: Number, by: Name = "", note: Note = "", config: Config = None, now: Now = None) -> None:
    """Take an acknowledgement or a dispute back; the head hears of it again."""
    _act(config, now, lambda session, at: acknowledge.reopen(session, number, by=by or who(), at=at, note=note))
    print(f"alert {number} is open again")


def _act(config: Path | None, now: str | None, act: Callable[[Session, AsOf], None]) -> None:
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        act(session, _at(site))


def _at(site: Site) -> AsOf:
    return AsOf(site.clock.now(), site.calendar)
