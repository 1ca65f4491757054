"""Records that no rule could find are left out of a replay, and no other: all of them bring the same, on both databases."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alertd.model.files import FILES
from alertd.replay.could import candidates
from alertd.replay.read import codes
from alertd.replay.replay import replay
from alertd.site import Site
from alertd.store.database import Store
from tests.acceptance.histories.life import lives
from tests.integration.replay_site import city, days, local

FIRST, LAST = local("2026-04-16 07:20"), local("2026-05-06 07:20")
SINCE, UNTIL = local("2026-04-27 00:00").date(), local("2026-05-02 00:00").date()
RULES = {
    "late": "when: is_open and due_at is not null\nmeasure: working_days_late\nlevels: {reminder: 1, warning: 4}",
    "overdue": "when: [is_overdue, is_open, \"unit in ('H26.1', 'H26.4')\"]\nlevel: warning",
    "ended-late": "when: not is_open and working_days_late >= 3\nlevel: warning",
    "soon": "when: [is_open, not waiting_for_citizen, working_days_until(due_at) between 0 and 1]\nlevel: reminder",
    "far": "when: is_open and working_days_until(due_at) > 4\nlevel: reminder",
    "asked": "when: is_open\nmeasure: supplement_requests\nlevels: {warning: 2}",
    "stopped": "when: status = 'stopped' or (ended_at is not null and section = 'Phòng Hai')\nlevel: reminder",
    "unended": "when: [ended_at is null, supplement_requested_at is not null, working_days_since(accepted_at) = 5]\nlevel: warning",
    "slow": "when: is_open\ndeadline: {counted_from: accepted_at, within: 6 working days}\nmeasure: working_days_late\n"
    "levels: {warning: 1}",
}
_HEAD = "id: {name}\ntitle: {name}\nbasis: [Nghị định 118/2025/NĐ-CP]\ndataset: files\nto: unit_head\n"


# The second: one reading, and nearly all that is asked for is from before it.
@pytest.mark.parametrize(("first", "last"), [(FIRST, LAST), (LAST - timedelta(days=5), LAST - timedelta(days=5))])
def test_nothing_is_left_out_that_any_rule_could_find(
    store: Store, tmp_path: Path, first: datetime, last: datetime
) -> None:
    files = lives(5, 300)
    rules = {name: _HEAD.format(name=name) + text + "\n" for name, text in RULES.items()}
    with city(tmp_path, store, rules) as seen:
        for day in days(first, last):
            seen.lists(files, day)
            seen.poll()
        site, at = seen.site, (local("2026-04-27 08:00").time(),)
        thorough, quick = (
            replay(site, site.rules, since=SINCE, until=UNTIL, at=at, thorough=all_) for all_ in (True, False)
        )
        assert first == last or {rule for rule, _ in thorough.found} == RULES.keys()
        assert quick.found == thorough.found
        assert quick.messages == thorough.messages
        for name in RULES:  # each by itself: together they choose nearly all
            chosen = _codes(site, name)
            assert len(chosen) < len(files), name
            assert {key for rule, key in thorough.found if rule == name} - chosen == set(), name


def _codes(site: Site, rule: str) -> set[str]:
    begin, end = local("2026-04-26 23:59:59"), local("2026-05-02 08:00")
    chosen = candidates([site.rules.compiled[rule]], FILES, site.calendar, begin, end)
    with site.store.read() as session:
        return set(codes(session, FILES, chosen))


def test_of_what_cannot_be_said_nothing_is_left_out(tmp_path: Path, store: Store) -> None:
    rule = _HEAD.format(name="odd") + "when: days_late * 2 > 5 or now > '2026-04-30'\nlevel: warning\n"
    with city(tmp_path, store, {"odd": rule}) as seen:
        assert candidates(seen.site.rules.compiled.values(), FILES, seen.site.calendar, FIRST, LAST) is None
