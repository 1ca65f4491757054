"""What a cycle finds: rules run and alerts reconciled, in the caller's transaction, before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from alertd.alerts import cycles, dispute_rows, lifecycle
from alertd.alerts import renamed as alerts_renamed
from alertd.alerts.lifecycle import Reconciled
from alertd.brake import cycle as brake
from alertd.brake import in_earnest, new_rules
from alertd.contacts.heads import Shift
from alertd.derive.follow import follow
from alertd.intake import freshness, ledger
from alertd.model.asof import AsOf
from alertd.model.rule import Evaluation
from alertd.model.words import Reason
from alertd.notices import renamed as figures_renamed
from alertd.notices.writer import Desk
from alertd.rules import evaluate, first_runs, kept
from alertd.site import Site, as_counted


@dataclass(frozen=True, slots=True)
class Seen:
    """``quiet``: the rules that begin quietly with this cycle; ``shifts``: the units that have another head."""

    at: AsOf
    cycle: int
    desk: Desk
    evaluation: Evaluation
    reconciled: Reconciled
    quiet: frozenset[str]
    shifts: Sequence[Shift]


def see(session: Session, site: Site, because: Reason | None = None) -> Seen:
    """Begin a cycle: find and reconcile. ``because``: what else has changed, see `reconcile`."""
    site = as_counted(session, site)
    now = site.clock.now()
    at = AsOf(now, site.calendar, evaluate.live_mode(session, now))
    fresh = freshness.freshness(session, site.settings.sources, at)
    ledger.taken_out(session, {source.name for source in site.settings.sources}, now)
    if site.derives:
        follow(session, site.settings, site.directory, at, fresh)
    cycle = cycles.begin(session, at, site.rules.set)
    live, unasked = site.settings.site.mode == "live", site.settings.guard.new_rules != "told"
    renames = kept.keep_versions(session, site.rules.set, now, live=live, quiet=unasked)
    alerts_renamed.carry_over(session, renames, now, cycle)
    figures_renamed.carry_over(session, renames)
    quiet = new_rules.is_quiet(session, site.settings, cycle)
    first = first_runs.first_runs(session, site.rules.set) - {*renames.values()} if quiet else frozenset()
    people, shifts = site.readers.follow(session, at)

    evaluation = evaluate.evaluate(session, site.rules, at)
    first_runs.note_ran(session, site.rules.set, evaluation, at)
    reconciled = lifecycle.reconcile(session, site.rules.set, evaluation, fresh, at, cycle, because=because)
    dispute_rows.follow(session, site.rules.set, now, cycle)
    in_earnest.begin(session, site.settings, at, cycle)
    brake.tidy(session, at, site.language)
    desk = Desk(site.settings, site.rules.set, site.templates, people, fresh, site.drafting, site.looking)
    return Seen(at, cycle, desk, evaluation, reconciled, first & frozenset(evaluation.ran), shifts)


def close(session: Session, seen: Seen, notices: int) -> None:
    """End a cycle, with what it came to."""
    cycles.close(session, seen.cycle, seen.evaluation, seen.reconciled.counts, notices, seen.at.now)
