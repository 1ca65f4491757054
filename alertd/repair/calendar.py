"""A day that turned out to be off, or worked, after it was counted with: what that moves, and the same done for good.

Everything runs in one transaction of the real stages; without ``apply`` it is rolled back. First a cycle by the old days, so
that what the second one changes is the calendar's doing alone; neither tells a head anything: the next cycle does.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session

from alertd.alerts import cycles, lifecycle
from alertd.brake import cycle as brake
from alertd.brake import new_rules
from alertd.errors import CannotRun
from alertd.intake import announcement_days, freshness
from alertd.model.alerts import AlertEvent, alerts_table
from alertd.model.asof import AsOf
from alertd.model.assignments import assignments_table
from alertd.model.base import table_of
from alertd.model.calendar import FIRST_DAY, LAST_DAY, WorkingCalendar
from alertd.model.files import files_table
from alertd.model.notices import notices_table
from alertd.model.words import NoticeState, Reason
from alertd.notices import desk as by_hand
from alertd.notices.correction import TooHigh, Wrong, corrections
from alertd.notices.put import Draft, put
from alertd.notices.retract import tell_anew
from alertd.notices.verdict import Why
from alertd.readers import invite
from alertd.repair import told_wrong, waiting
from alertd.repair.alone import alone
from alertd.rules import evaluate
from alertd.seen import Seen, close, see
from alertd.site import Site, as_believed, with_calendar
from alertd.store import audit
from alertd.store import calendar as calendar_table

_s = assignments_table.c
_c, _a, _e, _n = files_table.c, alerts_table.c, table_of(AlertEvent).c, notices_table.c
_EXAMPLES = 10  # files whose due date moves, that are named
_SPAN = 31  # days around a changed one between which a due date can move: no run of days off is longer


@dataclass(frozen=True, slots=True)
class DueMoved:
    """A file whose due date, moved to a working day, is another one."""

    code: str
    unit: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Moved:
    """``off``, ``worked``: the days, as they turned out. ``due``: open files whose due date moves, ``due_rows`` some of them;
    ``assignments``: open ones whose does; ``announcements``: those whose own due days move. ``alerts``: by rule and reason;
    ``held``: the cycle with which the brake holds them. ``wrong``, ``too_high``: what messages had said that was not so;
    ``drafts``: what corrects them; ``unsent``: messages that were not sent yet, and are written anew. ``cycle``: where it was
    applied, the cycle that did it."""

    off: tuple[date, ...]
    worked: tuple[date, ...]
    due: int
    due_rows: tuple[DueMoved, ...]
    assignments: int
    announcements: int
    alerts: Mapping[str, Mapping[Reason, int]]
    wrong: tuple[Wrong, ...]
    too_high: tuple[TooHigh, ...]
    drafts: tuple[Draft, ...]
    unsent: int = 0
    held: int | None = None
    notices: tuple[int, ...] = ()
    cycle: int | None = None


def repair(
    site: Site,
    wanted: WorkingCalendar,
    *,
    apply: bool = False,
    by: str = "",
    reason: str = "",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Moved | None:
    """What the days of ``wanted`` (the config's) move against those by which the store counts; None where none does.

    ``apply``: do it, with one row of the audit chain; corrections go into the outbox held, each until somebody releases it.
    Raises CannotRun while a cycle or a poll runs, and for ``apply`` while corrections of an earlier repair wait."""
    site = as_believed(site)
    with alone(site), site.store.write() if apply else site.store.rehearse() as session:
        if apply and (left := by_hand.drafts(session)):
            raise CannotRun(
                f"{len(left):,} corrections of an earlier repair wait still, no. {left[0]} to {left[-1]}; read them, and "
                "`alertd notices release ID` or `discard ID` each, or all of a repair by `--cycle N`"
            )
        done = _repair(session, site, wanted, by, reason, progress)
    if done is None:
        return None
    moved, seen = done
    if not apply:
        return replace(moved, cycle=None, notices=())
    invite(site.store, site.settings, site.channels, site.inbox, seen.shifts, seen.desk.reach, seen.at)
    return moved


def _repair(
    session: Session,
    site: Site,
    wanted: WorkingCalendar,
    by: str,
    reason: str,
    progress: Callable[[int, int], None],
) -> tuple[Moved, Seen] | None:
    now = site.clock.now()
    before, days = calendar_table.agreed(session, wanted, site.calendar.today(now))
    if not days:
        return None
    seen = _until_now(session, with_calendar(site, before))
    at = AsOf(seen.at.now, wanted, seen.at.live)
    cycle = cycles.begin(session, at, site.rules.set)
    told = told_wrong.moments(session, before.midnight(days[0]))
    done = iter(range(1, 2 * len(told) + 1))

    def step() -> None:
        progress(next(done), 2 * len(told))

    told_wrong.find(session, site.rules, before, told, repaired=False, step=step)
    due, due_rows, assignments = _due_moved(session, before, wanted, days)
    calendar_table.sync(session, wanted)
    law = announcement_days.LawDays(site.settings.announcements, wanted)
    announcements = announcement_days.renew(session, law)
    told_wrong.find(session, site.rules, wanted, told, repaired=True, step=step)
    wrong, too_high = tuple(told_wrong.wrong(session)), tuple(told_wrong.too_high(session))
    unsent = told_wrong.unsent(session)

    fresh = freshness.freshness(session, site.settings.sources, at)
    evaluation = evaluate.find(session, site.rules.compiled.values(), at)
    lifecycle.leave_open(session)
    done_to = lifecycle.reconcile(
        session, site.rules.set, evaluation, fresh, at, cycle, because=Reason.CALENDAR_CHANGED
    )
    desk = replace(seen.desk, freshness=fresh)
    brake.tidy(session, at, site.language)
    hold = brake.judge_cycle(session, desk, at, cycle)
    warned = 0 if hold is None else brake.keep_back(session, desk, at, cycle, hold)
    tell_anew(session, unsent, Why.MISCOUNTED, at.now)
    off = tuple(day for day in days if not wanted.is_working(day))
    worked = tuple(day for day in days if wanted.is_working(day))
    drafts = corrections(session, desk, at, off, worked, wrong, too_high, f"correction:{cycle}")
    notices = _hold(session, drafts, at, cycle)
    cycles.close(session, cycle, evaluation, done_to.counts, len(notices) + warned, now)
    moved = Moved(
        off=off,
        worked=worked,
        due=due,
        due_rows=due_rows,
        assignments=assignments,
        announcements=announcements,
        alerts=_alerts(session, cycle),
        wrong=wrong,
        too_high=too_high,
        drafts=tuple(drafts),
        unsent=len(unsent),
        held=hold,
        notices=notices,
        cycle=cycle,
    )
    waiting.repaired(session, days, wanted, language=site.language, now=now)
    _record(session, moved, by, reason, now)
    return moved, seen


def _until_now(session: Session, site: Site) -> Seen:
    """What data and time alone have changed since the last cycle, by the days as they were counted."""
    seen = see(session, site)
    new_rules.begin_quietly(session, seen.desk, seen.at, seen.cycle, seen.quiet)
    hold = brake.judge_cycle(session, seen.desk, seen.at, seen.cycle)
    warned = 0 if hold is None else brake.keep_back(session, seen.desk, seen.at, seen.cycle, hold)
    close(session, seen, warned)
    return seen


def _due_moved(
    session: Session, before: WorkingCalendar, after: WorkingCalendar, days: Sequence[date]
) -> tuple[int, tuple[DueMoved, ...], int]:
    """Open files that count for rules, by the day they were promised for, and how many open assignments."""
    near = {day + timedelta(days=shift) for day in days for shift in range(-_SPAN, _SPAN + 1)}
    promised = [
        day
        for day in sorted(near)
        if FIRST_DAY <= day <= LAST_DAY and before.effective_due(day) != after.effective_due(day)
    ]
    if not promised:
        return 0, (), 0

    def due_then(row: Any, due: ColumnElement[datetime]) -> ColumnElement[bool]:
        spans = [and_(due >= before.midnight(day), due < before.midnight(day + timedelta(days=1))) for day in promised]
        return and_(row.preferred.is_(True), row.is_open.is_(True), or_(*spans))

    which, given = due_then(_c, _c.due_at), due_then(_s, func.coalesce(_s.extended_to, _s.due_at))
    connection = session.connection()
    count = connection.execute(select(func.count()).select_from(files_table).where(which)).scalar_one()
    rows = connection.execute(select(_c.code, _c.unit, _c.due_at).where(which).order_by(_c.code).limit(_EXAMPLES))
    assigned = connection.execute(select(func.count()).select_from(assignments_table).where(given)).scalar_one()
    return int(count), tuple(_one_due(row, before, after) for row in rows), int(assigned)


def _one_due(row: Any, before: WorkingCalendar, after: WorkingCalendar) -> DueMoved:
    day = before.today(row.due_at)
    return DueMoved(row.code, row.unit or "", before.effective_due(day), after.effective_due(day))


def _alerts(session: Session, cycle: int) -> dict[str, Counter[Reason]]:
    statement = (
        select(_a.rule, _e.what, func.count().label("alerts"))
        .join(alerts_table, _a.id == _e.alert_id)
        .where(_e.cycle_id == cycle)
        .group_by(_a.rule, _e.what)
        .order_by(_a.rule, _e.what)
    )
    found: dict[str, Counter[Reason]] = {}
    for row in session.connection().execute(statement):
        found.setdefault(row.rule, Counter())[Reason(row.what)] = row.alerts
    return found


def _hold(session: Session, drafts: Sequence[Draft], at: AsOf, cycle: int) -> tuple[int, ...]:
    """Nobody is written to before a person has read it."""
    ids = sorted(put(session, drafts, at, cycle).values())
    if ids:
        held = {"state": NoticeState.HELD.value, "reason": Why.DRAFT.value}
        session.connection().execute(update(notices_table).where(_n.id.in_(ids)).values(held))
    return tuple(ids)


def _record(session: Session, moved: Moved, by: str, reason: str, now: datetime) -> None:
    audit.record(
        session,
        at=now,
        actor=by,
        action="calendar.repaired",
        subject="calendar",
        reason=reason,
        detail={
            "off": [day.isoformat() for day in moved.off],
            "worked": [day.isoformat() for day in moved.worked],
            "due": moved.due,
            "assignments": moved.assignments,
            "announcements": moved.announcements,
            "alerts": {rule: {why.value: n for why, n in counts.items()} for rule, counts in moved.alerts.items()},
            "wrong": len(moved.wrong),
            "too_high": sum(each.records for each in moved.too_high),
            "unsent": moved.unsent,
            "corrections": list(moved.notices),
            "cycle": moved.cycle,
        },
    )
