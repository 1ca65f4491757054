"""alertd run."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from alertd import pipeline, wiring
from alertd.alerts.cycles import last_cycle
from alertd.cli.common import AsJson, Config, Now, load, log_to_stderr, say_faults, show_json
from alertd.cli.site import open_site
from alertd.cli.source_view import poll_json, poll_line
from alertd.cli.waits import SET_ONE_UP, Looked, asked_of, look
from alertd.model.asof import AsOf
from alertd.model.words import PollState
from alertd.pipeline import Once
from alertd.site import Site
from alertd.store import lock, troubles

app = typer.Typer(add_completion=False)
_log = logging.getLogger(__name__)


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Everything once, whether due or not, then end.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Poll, find, tell and deliver until SIGTERM or Ctrl-C; SIGHUP reads config, tables and rules anew."""
    if once:
        _once(config, now, as_json=as_json)
    elif as_json:
        raise typer.BadParameter("--json goes with --once; a daemon says on stderr what it does")
    else:
        _daemon(config, now)


def _once(config: Path | None, now: str | None, *, as_json: bool) -> None:
    with open_site(config, now, writes=True) as site:
        if said := _new_store(site):
            print(said, file=sys.stderr)
        done = pipeline.run_once(site)
        wrong = list(_wrong(site, done))
        with site.store.read() as session:
            looked = look(session, asked_of(session, site, AsOf(site.clock.now(), site.calendar)))
    if as_json:
        show_json(_as_json(done, wrong) | looked.as_json())
    else:
        _show(done, wrong, looked)
    if wrong:
        raise typer.Exit(1)


def _daemon(config: Path | None, now: str | None) -> None:
    # Late, because only the daemon needs the scheduler (70 ms).
    from alertd.daemon import Daemon

    log_to_stderr()
    with open_site(config, now, writes=True) as site, _only_one(site):
        if said := _new_store(site):
            _log.warning(said)
        if not site.channels:
            _log.warning("no channel is set up, so nobody is told of anything; %s", SET_ONE_UP)
        ended = Daemon(site, lambda: _rebuilt(config, site)).run()
    if not ended:
        logging.shutdown()
        os._exit(0)  # a thread that waits for a silent server would keep the process for minutes


def _new_store(site: Site) -> str:
    """A store that was lost, or another one by mistake, begins anew, and tells everybody everything: that is said at the start.
    Empty where it is not so, and in trials."""
    if site.settings.site.mode == "trial":
        return ""
    with site.store.read() as session:
        if last_cycle(session) is not None:
            return ""
    return (
        f"store {site.store.shown} is new and empty: what stands is told as if nobody had heard of it. If this site had a store "
        "before, stop alertd and put that back, or restore a backup (`alertd db restore FILE`)"
    )


@contextmanager
def _only_one(site: Site) -> Iterator[None]:
    """Says where another daemon is at work on this machine's store. On a server, two machines are what it is for."""
    if site.store.file is None:
        yield
        return
    with lock.held(site.store, "daemon") as first:
        if not first:
            _log.warning(
                "another alertd runs on this store already: the two share the work, and each duty is done once; one is enough"
            )
        yield


def _rebuilt(config: Path | None, site: Site) -> Site:
    """The site by the files as they are now, on the clock that runs already. Any fault in them refuses it."""
    made, faults = wiring.build(load(config), site.clock, strict=True)
    say_faults(faults, made.language)
    return made


def _wrong(site: Site, done: Once) -> Iterator[str]:
    """What makes the exit code 1. Notices that are not delivered yet are none of it."""
    if done.unanswered:
        yield f"inbox: {done.unanswered}"
    if done.unread:
        yield done.unread
    for poll in done.polls:
        if poll.state in (PollState.FAILED, PollState.NOT_BELIEVED):
            yield f"source {poll.source}: {poll.state} ({poll.reason}) {poll.detail}"
    if site.rules.set.unread:
        yield f"no rule runs: {site.rules.set.unread}"
    if site.settings.units.contacts is not None and not site.directory.contacts:
        yield f"nobody can be told: no row of {site.settings.units.contacts} is read"
    with site.store.read() as session:
        yield from troubles.standing(session, "table:")
    for rule, why in site.rules.set.set_aside.items():
        yield f"rule {rule} is set aside: {why}"
    if done.cycle is not None:
        for rule, why in done.cycle.evaluation.faults.items():
            yield f"rule {rule} failed: {why}"


def _show(done: Once, wrong: list[str], looked: Looked) -> None:
    for poll in done.polls:
        print(poll_line(poll))
    print(f"cycle: {done.cycle}" if done.cycle is not None else "cycle: another process is at it")
    print(f"delivery: {done.delivered}")
    for line in looked.lines():
        print(f"- {line}")
    for each in wrong:
        print(f"! {each}")


def _as_json(done: Once, wrong: list[str]) -> dict[str, Any]:
    cycle = done.cycle
    return {
        "polls": [poll_json(poll) for poll in done.polls],
        "cycle": None
        if cycle is None
        else {
            "id": cycle.cycle,
            "findings": cycle.evaluation.findings,
            "counts": {reason.value: count for reason, count in cycle.reconciled.counts.items() if count},
            "notices": cycle.notices,
            "digests": cycle.digests,
            "office": cycle.office,
            "held": cycle.held,
            "ran": list(cycle.evaluation.ran),
            "faults": dict(cycle.evaluation.faults),
        },
        "delivered": {state.value: count for state, count in done.delivered.states.items()},
        "wrong": wrong,
    }
